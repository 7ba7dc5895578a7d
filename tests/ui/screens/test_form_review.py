"""The reviewer looks at one form after the other: scan beside facts, by mouse or keyboard, and nobody passes their own."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTabWidget
from pytestqt.qtbot import QtBot

from app.domain.confirmation import CaseState
from app.domain.standing import StandingKind
from app.services.scrutiny import Scrutiny
from app.ui.screens.audit.room import AuditRoom
from tests.builders.forms_room import FormsDesk, state_of
from tests.builders.office import Office


@pytest.fixture
def made(desk: Office, tmp_path: Path) -> FormsDesk:
    return FormsDesk(desk, tmp_path)


def room_of(made: FormsDesk, qtbot: QtBot) -> AuditRoom:
    office = made.office
    room = AuditRoom(
        Scrutiny(office.real.desk, lambda _data: None, lambda: "操作日志完整。"),
        papers=made.papers,
        tasks=office.tasks,
        session=office.session,
        say=office.ears,
        navigate=office.ears,
        printing=office.ears,
    )
    qtbot.addWidget(room.view)
    room.view.resize(1150, 700)
    with qtbot.waitActive(room.view):
        room.view.show()
        room.view.activateWindow()
    room.open()
    return room


def test_the_reviewer_passes_one_and_sends_one_back_by_keyboard(made: FormsDesk, qtbot: QtBot) -> None:
    first, second = made.scanned(StandingKind.NEAR), made.scanned(StandingKind.OVERDUE_SAVABLE)
    made.office.session.operator = made.office.reviewer
    room = room_of(made, qtbot)
    view = room.view
    tabs = view.findChild(QTabWidget, "audit_tabs")
    assert tabs.tabText(0) == "确认表复核（2）"
    words = view.findChild(QLabel, "form_review_facts").text() + view.findChild(QLabel, "form_review_checks").text()
    assert all(part in words for part in ("上门探望，见到本人", "王芳", "资料改过", "今天收下"))
    back, passed = view.findChild(QPushButton, "form_review_back"), view.findChild(QPushButton, "form_review_pass")
    assert (back.isEnabled(), passed.isEnabled()) == (False, True)
    qtbot.keyClick(view.review, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert state_of(made, first) is CaseState.REVIEWED
    view.findChild(QLineEdit, "form_review_reason").setText("公章没盖全")
    qtbot.keyClick(view.review, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert state_of(made, second) is CaseState.PRINTED
    assert made.office.ears.errors == []
    assert (tabs.tabText(0), passed.isEnabled()) == ("确认表复核", False)
    made.presenter.refresh()
    assert made.view.board is not None
    assert {row.case.sent_back for row in made.view.board.rows} == {"", "公章没盖全"}


def test_an_administrator_who_worked_on_it_is_told_to_ask_somebody_else(made: FormsDesk, qtbot: QtBot) -> None:
    with made.office.real.uow() as store:
        made.office.session.operator = next(one for one in store.operators.all() if one.login == "admin")
    made.scanned(StandingKind.NEAR)
    room = room_of(made, qtbot)
    view = room.view
    assert "自己经手过" in view.findChild(QLabel, "form_review_refused").text()
    assert not view.findChild(QPushButton, "form_review_pass").isEnabled()
    view.findChild(QPushButton, "form_review_person").click()
    assert made.office.ears.went[-1].startswith("person ")
