"""Nobody is filmed before consent, nor after the capture; frames go to whoever shows them."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.confirmation import EvidenceKind
from app.domain.ids import VisitId
from app.runtime.mailbox import Mailbox
from app.services.ports import CameraDevice, Frame
from app.ui.live import Live
from app.ui.screens.forms.page_dialog import PageDialog
from tests.fakes.camera import FAKE, frame
from tests.fakes.clock import FakeClock

STAND_IN = CameraDevice(key="clip:x", name="模拟摄像头", simulated=True)


class FakeCamera(QObject):
    """The camera thread's outside."""

    frame_ready, trouble, restored = Signal(), Signal(str), Signal()
    opened, listed = Signal(object), Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.mailbox = Mailbox()
        self.awake = False
        self.chosen: list[str | None] = []

    def wake(self) -> None:
        self.awake = True

    def rest(self) -> None:
        self.awake = False

    def choose(self, key: str | None) -> None:
        self.chosen.append(key)

    def look_again(self) -> None:
        return

    def gives(self, number: int) -> None:
        self.mailbox.put(frame(number))
        self.frame_ready.emit()


class FakePump(QObject):
    """The pump's outside."""

    started, visit_opened, reading = Signal(object), Signal(object), Signal(object)
    concluded, tended = Signal(object), Signal(object)
    trouble, restored = Signal(str), Signal()

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def open(self, visit_id: VisitId, _reference: bytes | None) -> None:
        self.calls.append(f"open {visit_id}")

    def conclude(self) -> None:
        self.calls.append("conclude")

    def drop(self) -> None:
        self.calls.append("drop")


class FakeScreen(QWidget):
    """The visit screen: only what Live touches."""

    class Capture(QObject):
        camera_chosen, retry_asked = Signal(str), Signal()

        def __init__(self) -> None:
            super().__init__()
            self.frames = 0

        def show_frame(self, _image: QImage) -> None:
            self.frames += 1

        def show_cameras(self, _devices: object, _key: str) -> None:
            return

    class Form(QObject):
        camera_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.capture, self.form = self.Capture(), self.Form()


class FakeVisit:
    """The presenter: whether it captures, and what it was told."""

    def __init__(self) -> None:
        self.capturing = False
        self.told: list[Any] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *given, **named: self.told.append((name, *given, *named.values()))


class FakeChooser(QObject):
    """A view with a list of cameras."""

    camera_chosen = Signal(str)


class FakeRoom:
    """The settings: presenters that hear the news, a view with a list of cameras."""

    def __init__(self) -> None:
        self.settings, self.faces, self.view = FakeVisit(), FakeVisit(), FakeChooser()


class NoClip:
    """Records nothing."""

    def reset(self) -> None:
        return

    def add(self, frame: Frame) -> None:
        return

    def finish(self) -> bytes | None:
        return None


class FormsScreen(QWidget):
    """Only its signal."""

    camera_asked = Signal()


class FakeForms:
    """The forms room: keeps the pages it was given."""

    def __init__(self) -> None:
        self.view = FormsScreen()
        self.pages: list[bytes] = []

    def read_pictures(self, pictures: tuple[bytes, ...]) -> None:
        self.pages.extend(pictures)


class Corner:
    """Live with fake neighbours."""

    def __init__(self) -> None:
        self.camera, self.pump, self.screen, self.visit = FakeCamera(), FakePump(), FakeScreen(), FakeVisit()
        self.remembered: list[tuple[str, str]] = []
        self.side_frames: list[QImage] = []
        self.forms = FakeForms()
        self.live = Live(
            camera=cast(Any, self.camera),
            pump=cast(Any, self.pump),
            clip=NoClip(),
            screen=cast(Any, self.screen),
            side=cast(Any, SimpleNamespace(show_frame=self.side_frames.append)),
            clock=FakeClock(),
            tasks=cast(Any, None),
            chosen=None,
            failed=lambda _error: None,
            remember=lambda key, value: self.remembered.append((key, value)),
        )
        self.live.wire(cast(Any, self.visit), cast(Any, FakeRoom()), cast(Any, self.forms))


@pytest.fixture
def corner(qtbot: QtBot) -> Iterator[Corner]:
    made = Corner()
    qtbot.addWidget(made.screen)
    yield made
    if made.live._dialog is not None:
        made.live._dialog.reject()


def test_the_camera_sleeps_until_the_capture_begins(corner: Corner) -> None:
    corner.live.on_screen("visit")
    assert not corner.camera.awake
    corner.live.begin(VisitId("v"), None)
    assert corner.camera.awake
    assert corner.pump.calls == ["open v"]


def test_the_camera_sleeps_after_the_capture_and_when_it_is_left(corner: Corner) -> None:
    corner.live.begin(VisitId("v"), None)
    corner.pump.concluded.emit("result")
    assert not corner.camera.awake
    assert ("on_concluded", "result") in corner.visit.told
    corner.live.begin(VisitId("v"), None)
    corner.live.drop()
    assert not corner.camera.awake


def test_another_screen_closes_the_camera_and_coming_back_opens_it(corner: Corner) -> None:
    corner.visit.capturing = True
    corner.live.begin(VisitId("v"), None)
    corner.live.on_screen("home")
    assert not corner.camera.awake
    corner.live.on_screen("visit")
    assert corner.camera.awake


def test_frames_are_shown_on_both_sides_during_the_capture_only(corner: Corner) -> None:
    corner.camera.gives(1)
    assert (corner.screen.capture.frames, len(corner.side_frames)) == (0, 0)
    corner.visit.capturing = True
    corner.camera.gives(2)
    assert (corner.screen.capture.frames, len(corner.side_frames)) == (1, 1)


def test_evidence_opens_the_camera_and_closing_the_dialog_shuts_it(corner: Corner) -> None:
    corner.camera.listed.emit((FAKE, STAND_IN))
    corner.screen.form.camera_asked.emit(EvidenceKind.LIVING_PICTURE)
    dialog = corner.live._dialog
    assert dialog is not None
    assert corner.camera.awake
    corner.live.on_screen("visit")
    assert corner.camera.awake
    corner.camera.gives(1)
    corner.camera.trouble.emit("camera.unplugged")
    assert corner.visit.told == []
    dialog.taken.emit(b"clip", "video/x-msvideo", "1124-0001")
    assert corner.visit.told == [("add_evidence", EvidenceKind.LIVING_VIDEO, b"clip", "video/x-msvideo", "1124-0001")]
    dialog.reject()
    assert not corner.camera.awake
    assert corner.live._dialog is None


def test_trouble_goes_to_the_visit_and_a_choice_is_remembered(corner: Corner) -> None:
    corner.camera.trouble.emit("camera.black")
    corner.screen.capture.camera_chosen.emit("clip:x")
    assert ("on_trouble", "camera.black") in corner.visit.told
    assert corner.camera.chosen == ["clip:x"]
    assert [value for _key, value in corner.remembered] == ["clip:x"]


def test_pages_from_the_camera_go_to_the_forms_all_at_once(corner: Corner, qtbot: QtBot) -> None:
    corner.forms.view.camera_asked.emit()
    dialog = corner.live._dialog
    assert isinstance(dialog, PageDialog)
    qtbot.addWidget(corner.forms.view)
    shoot, done = dialog.findChild(QPushButton, "page_shoot"), dialog.findChild(QPushButton, "page_done")
    assert shoot is not None
    assert done is not None
    assert (shoot.isEnabled(), done.isEnabled()) == (False, False)
    for number in range(2):
        corner.camera.gives(number)
        shoot.click()
    corner.camera.trouble.emit("camera.unplugged")
    assert (shoot.isEnabled(), done.isEnabled()) == (False, True)
    assert corner.forms.pages == []
    done.click()
    assert [data[:2] for data in corner.forms.pages] == [b"\xff\xd8"] * 2
    assert not corner.camera.awake
    assert corner.live._dialog is None
