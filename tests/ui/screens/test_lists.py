"""The lists over the real services: filter, contact, letters, workbook."""

from datetime import date

import pytest
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.errors import AppError
from app.services.follow_ups import FollowUps
from app.services.home import HomeGroup
from app.services.lists import ListOrder, Lists
from app.services.paper_facts import PaperFacts
from app.ui.screens.lists.presenter import Contact, ListPresenter, ListState, contact_words
from app.ui.screens.lists.view import ContactDialog
from tests.builders.office import Office
from tests.fakes.screens import FakePapers


class View:
    """Keeps the last state; answers the dialog with ``contact``."""

    def __init__(self) -> None:
        self.state: ListState | None = None
        self.contact: Contact | None = None

    def show_state(self, state: ListState) -> None:
        self.state = state

    def ask_contact(self, name: str) -> Contact | None:
        return self.contact

    @property
    def rows(self) -> tuple[object, ...]:
        assert self.state is not None
        return self.state.rows


@pytest.fixture
def view() -> View:
    return View()


@pytest.fixture
def lists(desk: Office, view: View) -> ListPresenter:
    real = desk.real.desk
    made = ListPresenter(
        view=view,
        lists=Lists(real),
        follow_ups=FollowUps(real),
        facts=PaperFacts(real),
        papers=FakePapers(),
        printing=desk.ears,
        clock=real.clock,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,
    )
    made.refresh()
    return made


def test_those_who_lose_money_next_month_come_first(lists: ListPresenter, view: View) -> None:
    assert view.state is not None
    assert view.state.query.group is HomeGroup.LOSES_NEXT_MONTH
    assert 0 < len(view.rows) < view.state.total == 60
    lists.choose_group(None)
    assert len(view.rows) == 60
    lists.search("𬭎")
    assert len(view.rows) == 1


def test_a_contact_is_written_down_and_the_person_leaves_the_unanswered(
    desk: Office, lists: ListPresenter, view: View
) -> None:
    assert view.state is not None
    lists.only_unanswered(True)
    first, before = view.state.rows[0], len(view.rows)
    lists.log_contact(first)
    assert len(view.rows) == before, "cancelled"
    view.contact = Contact(
        way=FollowUpWay.PHONE, result=FollowUpResult.REMINDED, note="家人接的", next_on=date(2026, 12, 1)
    )
    lists.log_contact(first)
    assert len(view.rows) == before - 1
    lists.only_unanswered(False)
    changed = next(row for row in view.state.rows if row.row.retiree.id == first.row.retiree.id)
    assert "电话：已提醒，12月1日再联系" in contact_words(changed.latest)
    assert contact_words(None) == ""
    assert desk.ears.errors == []


def test_a_contact_with_a_date_in_the_past_is_told(desk: Office, lists: ListPresenter, view: View) -> None:
    assert view.state is not None
    view.contact = Contact(way=FollowUpWay.VISIT, result=FollowUpResult.REMINDED, note="", next_on=date(2020, 1, 1))
    lists.log_contact(view.state.rows[0])
    (error,) = desk.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "follow_up.next_in_past"


def test_letters_and_workbook_hold_the_list_as_shown(desk: Office, lists: ListPresenter, view: View) -> None:
    assert view.state is not None
    lists.order_by(ListOrder.NAME)
    names = [row.row.retiree.name for row in view.state.rows]
    lists.print_letters()
    lists.save_workbook()
    (letters,), (book,) = desk.ears.printed, desk.ears.saved
    assert [line.split()[1] for line in letters.decode().splitlines()] == names
    assert [line.split("|")[0] for line in book.decode().splitlines()] == ["姓名", *names]
    lists.search("没有这个人")
    lists.print_letters()
    assert len(desk.ears.printed) == 1
    assert "空" in desk.ears.notices[-1]


def test_a_double_click_opens_the_person(desk: Office, lists: ListPresenter, view: View) -> None:
    assert view.state is not None
    lists.open_person(view.state.rows[0])
    assert desk.ears.went == [f"person {view.state.rows[0].row.retiree.id}"]


def test_the_dialog_gives_back_what_was_filled_in(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ContactDialog(parent, "龑淑珍")
    assert dialog.contact().next_on is None
    note, again = dialog.findChild(QPlainTextEdit, "contact_note"), dialog.findChild(QCheckBox, "contact_again")
    assert note is not None
    assert again is not None
    note.setPlainText("说下周来")
    again.setChecked(True)
    contact = dialog.contact()
    assert (contact.way, contact.result, contact.note) == (FollowUpWay.PHONE, FollowUpResult.REMINDED, "说下周来")
    assert contact.next_on is not None
    save = dialog.findChild(QPushButton, "contact_save")
    assert save is not None
    save.click()
    assert dialog.result() == 1
