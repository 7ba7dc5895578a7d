"""Every dialog by keyboard, by screen reader, with nothing cut off, and none larger than the desktop."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

import app.ui
from app.bootstrap import make_application
from app.ui import fitting
from app.ui.fitting import FRAME, FittedDialog
from app.ui.live import FrameDialog
from tests.builders.office import Office, office
from tests.ui.dialogs import DIALOGS
from tests.ui.looks import controls, cut, nameless, unreachable, unseen

SMALL = QSize(1366, 768 - 40)
"""A small laptop, its task bar taken off."""
TWICE = QSize(960, 540 - 20)
"""A full HD screen at 200 %."""
BASES = {FittedDialog, FrameDialog}
"""Not shown themselves."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = office(tmp_path_factory.mktemp("office"))
    yield made
    made.real.engine.dispose()


def settle() -> None:
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()


class Above:
    """The window that the dialogs belong to; holds what has no parent."""

    def __init__(self) -> None:
        self.window = QWidget()
        self.loose: list[QWidget] = []


@pytest.fixture
def above(qtbot: QtBot) -> Iterator[Above]:
    make_application(["test"])
    made = Above()
    yield made
    for one in (*made.loose, made.window):
        one.close()
        one.deleteLater()


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> list[QSize]:
    """How large the desktop is, to be changed by the test."""
    size = [SMALL]
    monkeypatch.setattr(fitting, "desktop_of", lambda _widget: size[0])
    return size


def bring_up(name: str, desk: Office, above: Above) -> QWidget:
    made = DIALOGS[name](desk, above.window)
    if made.parentWidget() is None:
        above.loose.append(made)
    made.setWindowModality(Qt.WindowModality.NonModal)
    made.show()
    settle()
    return made


def test_every_dialog_of_the_program_is_looked_at_here() -> None:
    for found in pkgutil.walk_packages(app.ui.__path__, "app.ui."):
        importlib.import_module(found.name)

    def below(kind: type) -> set[type]:
        return {one for sub in kind.__subclasses__() for one in (sub, *below(sub))}

    ours = {kind for kind in below(QDialog) - BASES if kind.__module__.startswith("app.ui")}
    assert {kind.__name__ for kind in ours} <= set(DIALOGS)
    assert [kind for kind in ours if not issubclass(kind, FittedDialog)] == []


@pytest.mark.parametrize("name", sorted(DIALOGS))
@pytest.mark.usefixtures("room")
def test_a_dialog_is_read_worked_by_keyboard_and_fits_a_small_laptop(name: str, desk: Office, above: Above) -> None:
    made = bring_up(name, desk, above)
    assert controls(made)
    assert nameless(made) == []
    assert unreachable(made) == []
    assert cut(made) == []
    assert made.width() <= SMALL.width() - FRAME.width()
    assert made.height() <= SMALL.height() - FRAME.height()
    assert unseen(made) == []


@pytest.mark.parametrize("name", sorted(DIALOGS))
def test_at_twice_the_size_a_dialog_still_fits_and_everything_can_be_scrolled_to(
    name: str, desk: Office, above: Above, room: list[QSize]
) -> None:
    room[0] = TWICE
    made = bring_up(name, desk, above)
    for _ in range(3):  # as more comes up in it
        QApplication.postEvent(made, QEvent(QEvent.Type.LayoutRequest))
        settle()
    assert len([area for area in made.findChildren(QScrollArea) if made.layout().indexOf(area) >= 0]) <= 1
    assert not any(area.findChild(fitting._Inner) for area in made.findChildren(fitting._Inner)), "scrolled once"
    inside = made.findChild(fitting._Inner) or made
    assert any(one.visibleRegion().boundingRect().height() > 10 for one in inside.findChildren(QWidget)), (
        "it is not empty"
    )
    assert made.width() <= TWICE.width() - FRAME.width()
    assert made.height() <= TWICE.height() - FRAME.height()
    assert cut(made) == []


def test_a_dialog_larger_than_the_desktop_is_fitted_when_it_comes_up(qtbot: QtBot) -> None:
    dialog = FittedDialog()
    qtbot.addWidget(dialog)
    dialog.setMinimumSize(4000, 3000)
    dialog.show()
    room = dialog.screen().availableSize() - FRAME
    assert (dialog.width(), dialog.height()) <= (room.width(), room.height())
