"""“核对时间”: offered where the clock went backwards, and settled by a reviewer's word."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.standing import StandingKind
from app.services.clock_check import ClockCheck
from app.services.stored_settings import LAST_RECORD_AT
from app.ui.clock_dialog import ClockDialog, settle_clock
from app.ui.screens.visit.view import VisitView
from tests.builders.office import PASSWORD, Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    with made.real.uow() as store:
        store.settings.set(LAST_RECORD_AT, (made.real.clock.now() + timedelta(days=40)).isoformat())
        store.commit()
    yield made
    made.real.engine.dispose()


@pytest.fixture
def dialog(desk: Office, qtbot: QtBot) -> Iterator[ClockDialog]:
    check = ClockCheck(desk.real.desk, desk.accounts)
    doubt = check.doubt()
    assert doubt is not None
    parent = QWidget()
    qtbot.addWidget(parent)
    made = ClockDialog(parent, doubt, check, desk.tasks)
    made.show()
    yield made
    made.close()


def fill(dialog: ClockDialog, login: str, password: str) -> QPushButton:
    for name, words in (("clock_login", login), ("clock_password", password)):
        edit = dialog.findChild(QLineEdit, name)
        assert edit is not None
        edit.setText(words)
    right = dialog.findChild(QPushButton, "clock_right")
    assert right is not None
    return right


def trouble(dialog: ClockDialog) -> str:
    words = dialog.findChild(QLabel, "clock_trouble")
    assert words is not None
    return words.text()


def test_a_reviewer_says_that_the_computer_is_right(desk: Office, dialog: ClockDialog) -> None:
    assert not fill(dialog, "fuhe", "").isEnabled()
    fill(dialog, "fuhe", PASSWORD).click()
    assert dialog.result() == ClockDialog.DialogCode.Accepted
    assert ClockCheck(desk.real.desk, desk.accounts).doubt() is None


@pytest.mark.parametrize(("login", "password"), [("jingban", PASSWORD), ("fuhe", "wrong-2026")])
def test_a_clerk_or_a_wrong_password_settles_nothing(
    desk: Office, dialog: ClockDialog, login: str, password: str
) -> None:
    fill(dialog, login, password).click()
    assert dialog.isVisible()
    assert trouble(dialog)
    assert ClockCheck(desk.real.desk, desk.accounts).doubt() is not None


def test_the_precheck_offers_it_and_without_a_doubt_nothing_is_asked(desk: Office, qtbot: QtBot) -> None:
    view = VisitView()
    qtbot.addWidget(view)
    view.resize(1190, 768)
    view.show()
    presenter = desk.visit_presenter()
    presenter.start(desk.person(StandingKind.SAFE).id)
    view.show_state(desk.screen.state)
    offered = view.findChild(QPushButton, "precheck_clock")
    assert offered is not None
    assert offered.isVisible()
    asked: list[str] = []
    view.precheck.clock_asked.connect(lambda: asked.append("clock"))
    offered.click()
    assert asked == ["clock"]
    desk.real.clock.move(timedelta(days=41))
    done: list[str] = []
    settle_clock(
        view,
        ClockCheck(desk.real.desk, desk.accounts),
        desk.tasks,
        settled=lambda: done.append("settled"),
        failed=lambda error: done.append(str(error)),
    )
    assert done == ["settled"]
