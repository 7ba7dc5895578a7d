"""Whole visits of two people in the real window: the retiree's side never shows whose they are, nor anything of the one before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.domain.retiree import Retiree
from app.domain.standing import StandingKind
from app.domain.visit import VisitStep
from app.ui import text
from app.ui.screens.retiree_side.corner import RetireeCorner
from app.ui.screens.visit.state import CaptureState, VisitState
from app.ui.widgets.pictures import CameraView, PhotoView
from tests.builders.office import Office, office
from tests.fakes.screens import FakeVisitScreen
from tests.ui.retiree_side.test_scene import FakeVoice
from tests.ui.window import visit_states


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


@pytest.fixture
def corner(qtbot: QtBot) -> RetireeCorner:
    made = RetireeCorner(clerk=FakeVisitScreen(), voice=FakeVoice())
    qtbot.addWidget(made.window)
    made.window.resize(1366, 768)
    made.window.show()
    made.screen.opened()
    return made


def everything_on(window: QWidget) -> str:
    """Whatever can be read, heard by a screen reader or seen when pointed at."""
    parts = [window.windowTitle()]
    for widget in (window, *window.findChildren(QWidget)):
        parts += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.whatsThis()]
        if isinstance(widget, QLabel | QLineEdit):
            parts.append(widget.text())
    return "\n".join(parts)


def of(retiree: Retiree) -> list[str]:
    """What is theirs."""
    return [
        retiree.name,
        retiree.id_number,
        retiree.personnel_number,
        text.day(retiree.birth_date),
        *filter(None, (retiree.phone, retiree.address)),
    ]


def test_no_step_of_any_visit_names_anybody(desk: Office, corner: RetireeCorner) -> None:
    people = [secret for kind in StandingKind if (one := _maybe(desk, kind)) is not None for secret in of(one)]
    assert len(people) > 20
    for state in visit_states(desk).values():
        corner.screen.show_state(state)
        corner.screen.show_capture(CaptureState(trouble="摄像头断开了"))
        shown = everything_on(corner.window)
        assert [secret for secret in people if secret in shown] == []
        assert not corner.window.findChildren(PhotoView)


def test_the_next_person_sees_nothing_of_the_one_before(desk: Office, corner: RetireeCorner) -> None:
    states = visit_states(desk)
    receipt = states["receipt"]
    assert receipt.step is VisitStep.RECEIPT
    corner.screen.show_state(receipt)
    first = text.day(_until(receipt))
    assert first in everything_on(corner.window)
    corner.follow(on_visit=False, visit_open=False)
    assert first not in everything_on(corner.window)
    corner.follow(on_visit=True, visit_open=True)
    corner.screen.show_state(states["consent"])
    assert first not in everything_on(corner.window)


def test_a_picture_of_one_person_is_gone_before_the_next_sits_down(desk: Office, corner: RetireeCorner) -> None:
    camera = corner.window.findChild(CameraView)
    assert camera is not None
    picture = QImage(64, 48, QImage.Format.Format_RGB888)
    picture.fill(QColor("red"))
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.NEAR).id)
    presenter.pass_precheck()
    presenter.consent(True)
    corner.screen.show_state(desk.screen.state)
    corner.show_frame(picture)
    assert camera.has_picture()
    corner.follow(on_visit=False, visit_open=True)
    assert not camera.has_picture()


def _maybe(desk: Office, kind: StandingKind) -> Retiree | None:
    try:
        return desk.person(kind)
    except StopIteration:
        return None


def _until(state: VisitState) -> "object":
    assert state.view.card is not None
    return state.view.card.standing.deadlines.with_provisional
