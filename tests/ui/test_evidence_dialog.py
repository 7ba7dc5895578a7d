"""Evidence by camera: a picture or a short video, with the day's code; trouble loses nothing."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.services.evidence_code import new_code
from app.services.ports import Frame
from app.ui.screens.visit.evidence_dialog import CLIP_S, EvidenceDialog
from tests.fakes.camera import frame


class FakeClip:
    """Counts what it got."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def reset(self) -> None:
        self.ids.clear()

    def add(self, frame: Frame) -> None:
        self.ids.append(frame.id)

    def finish(self) -> bytes | None:
        return b"clip" if self.ids else None


class AtOnce:
    """A TaskRunner that works here and now."""

    def database(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        done(work())

    def io(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        done(work())


class Opened:
    """A dialog with its neighbours."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.clip = FakeClip()
        self.dialog = EvidenceDialog(None, code="1124-4837", clip=self.clip, tasks=AtOnce(), simulated=True)
        qtbot.addWidget(self.dialog)
        self.taken: list[tuple[bytes, str, str]] = []
        self.dialog.taken.connect(lambda data, media, code: self.taken.append((bytes(data), media, code)))
        self.dialog.show()

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, name)
        assert found is not None
        return found

    def click(self, name: str) -> None:
        assert self.button(name).isEnabled()
        assert self.button(name).isVisible()
        self._qtbot.mouseClick(self.button(name), Qt.MouseButton.LeftButton)


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    return Opened(qtbot)


def test_a_picture_is_looked_at_before_it_is_used(opened: Opened) -> None:
    assert not opened.button("evidence_shoot").isEnabled()
    opened.dialog.show_frame(frame(1, value=90, width=1280, height=720))
    opened.click("evidence_shoot")
    opened.dialog.show_frame(frame(2, value=200, width=1280, height=720))
    assert opened.taken == []
    opened.click("evidence_again")
    opened.click("evidence_shoot")
    opened.click("evidence_keep")
    data, media, code = opened.taken[0]
    picture = Image.open(BytesIO(data))
    assert (picture.size, media, code) == ((1280, 720), "image/jpeg", "1124-4837")
    middle = picture.getpixel((640, 360))
    assert isinstance(middle, tuple)
    assert abs(middle[0] - 200) < 4
    assert not opened.dialog.isVisible()


def test_a_video_ends_by_itself_after_eight_seconds(opened: Opened) -> None:
    opened.dialog.show_frame(frame(0, at_s=10.0))
    opened.click("evidence_record")
    for number in range(1, 100):
        opened.dialog.show_frame(frame(number, at_s=10.0 + number / 10))
        if opened.taken:
            break
    assert opened.taken == [(b"clip", "video/x-msvideo", "1124-4837")]
    assert len(opened.clip.ids) == int(CLIP_S * 10) + 1


def test_a_video_may_be_stopped_earlier(opened: Opened) -> None:
    opened.dialog.show_frame(frame(0, at_s=10.0))
    opened.click("evidence_record")
    opened.dialog.show_frame(frame(1, at_s=10.2))
    assert not opened.button("evidence_shoot").isEnabled()
    opened.click("evidence_record")
    assert opened.taken == [(b"clip", "video/x-msvideo", "1124-4837")]


def test_a_video_without_a_single_picture_is_none(opened: Opened) -> None:
    opened.dialog.show_frame(frame(0, at_s=10.0))
    opened.click("evidence_record")
    opened.click("evidence_record")
    assert opened.taken == []
    assert opened.dialog.isVisible()


def test_camera_trouble_is_said_and_a_kept_picture_is_not_lost(opened: Opened) -> None:
    opened.dialog.show_frame(frame(1))
    opened.click("evidence_shoot")
    opened.dialog.show_trouble("摄像头断开了。")
    opened.click("evidence_keep")
    assert len(opened.taken) == 1


def test_the_code_stands_in_large_figures_and_a_stand_in_is_named(opened: Opened) -> None:
    code = opened.dialog.findChild(QLabel, "evidence_code")
    said = opened.dialog.findChild(QLabel, "evidence_simulated")
    assert code is not None
    assert code.text() == "1124-4837"
    assert said is not None


def test_codes_carry_the_day_and_differ() -> None:
    codes = {new_code(date(2026, 3, 7)) for _ in range(200)}
    assert all(code.startswith("0307-") and len(code) == 9 for code in codes)
    assert len(codes) > 150
