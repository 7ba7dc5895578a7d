"""The lists over the real services: filter, contact, letters, workbook."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QMenu, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.errors import AppError
from app.services.follow_ups import FollowUps
from app.services.home import HomeGroup
from app.services.list_choices import ListChoices, ListLayout, ShownColumn
from app.services.lists import Errand, ListColumn, ListOrder, ListQuery, Lists
from app.services.paper_facts import PaperFacts
from app.ui.screens.lists.columns import CELL, HEADING, WIDTH, contact_words
from app.ui.screens.lists.contact import Contact
from app.ui.screens.lists.contact_dialog import ContactDialog
from app.ui.screens.lists.presenter import ListPresenter, ListState
from app.ui.screens.lists.view import ListsView
from tests.builders.office import Office
from tests.fakes.screens import FakePapers


class View:
    """Keeps the last state; answers the dialog with ``contact``."""

    def __init__(self) -> None:
        self.state: ListState | None = None
        self.contact: Contact | None = None
        self.name: str | None = None

    def show_state(self, state: ListState) -> None:
        self.state = state

    def ask_contact(self, name: str) -> Contact | None:
        return self.contact

    def ask_name(self, suggested: str) -> str | None:
        return self.name

    @property
    def rows(self) -> tuple[object, ...]:
        assert self.state is not None
        return self.state.rows


@pytest.fixture
def view() -> View:
    return View()


@pytest.fixture
def lists(desk: Office, view: View) -> ListPresenter:
    return presenter(desk, view)


def presenter(desk: Office, view: View) -> ListPresenter:
    real = desk.real.desk
    made = ListPresenter(
        view=view,
        lists=Lists(real),
        choices=ListChoices(real),
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
    assert "电话：已提醒 12月1日" in contact_words(changed.latest)
    assert contact_words(None) == ""
    assert desk.ears.errors == []


def test_a_contact_with_a_date_in_the_past_is_told(desk: Office, lists: ListPresenter, view: View) -> None:
    assert view.state is not None
    view.contact = Contact(way=FollowUpWay.VISIT, result=FollowUpResult.REMINDED, note="", next_on=date(2020, 1, 1))
    lists.log_contact(view.state.rows[0])
    (error,) = desk.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "follow_up.next_in_past"


def test_paper_and_workbook_hold_the_list_as_shown(desk: Office, lists: ListPresenter, view: View) -> None:
    assert view.state is not None
    lists.order_by(ListOrder.NAME)
    names = [row.row.retiree.name for row in view.state.rows]
    lists.print_list()
    lists.save_workbook()
    (paper,), (book,) = desk.ears.printed, desk.ears.saved
    assert [line.split("|")[0] for line in paper.decode().splitlines()] == ["本月不认证，下月暂停发放", "姓名", *names]
    assert [line.split("|")[0] for line in book.decode().splitlines()] == ["姓名", *names]
    lists.search("没有这个人")
    lists.print_list()
    assert len(desk.ears.printed) == 1
    assert "空" in desk.ears.notices[-1]


def test_a_list_that_another_screen_asks_for_comes_up(desk: Office, lists: ListPresenter, view: View) -> None:
    lists.show(ListQuery(group=Errand.TO_REACH, unanswered=True))
    lists.refresh()
    assert view.state is not None
    assert (view.state.query.group, view.state.query.unanswered) == (Errand.TO_REACH, True)
    assert len(view.rows) > 10
    lists.print_list()
    assert desk.ears.printed[0].decode().startswith("该联系的全部人员（还没联系上的）")


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


def test_an_own_filter_is_kept_chosen_and_forgotten(desk: Office, lists: ListPresenter, view: View) -> None:
    lists.choose_group(None)
    lists.search("示范路")
    lists.search("4399")
    lists.save_filter()
    assert view.state is not None
    assert view.state.saved == (), "cancelled"
    view.name = "东区"
    lists.save_filter()
    assert view.state.chosen == "东区"
    count = len(view.rows)
    lists.search("")
    assert view.state.chosen == ""
    assert len(view.rows) == 60
    again = View()
    other = presenter(desk, again)
    other.choose_saved("东区")
    assert len(again.rows) == count
    other.forget_filter()
    assert again.state is not None
    assert (again.state.saved, len(again.rows)) == ((), count)
    assert desk.ears.errors == []


def test_columns_and_sorting_are_as_they_were_left_the_day_before(
    desk: Office, lists: ListPresenter, view: View
) -> None:
    columns = (ShownColumn(ListColumn.PHONE, 111), ShownColumn(ListColumn.NAME, 222))
    lists.arrange(ListLayout(columns=columns))
    lists.sort_by(ListColumn.PHONE)
    lists.sort_by(ListColumn.PHONE)
    tomorrow = View()
    presenter(desk, tomorrow).choose_group(None)
    assert tomorrow.state is not None
    assert tomorrow.state.layout == ListLayout(columns=columns, sort=ListColumn.PHONE, descending=True)
    phones = [row.row.retiree.phone for row in tomorrow.state.rows]
    assert phones == sorted(phones, reverse=True)
    lists.save_workbook()
    assert desk.ears.saved[-1].decode().splitlines()[0] == "电话|姓名", "as shown"


def test_a_third_press_on_a_heading_gives_the_lists_own_order_back(lists: ListPresenter, view: View) -> None:
    assert view.state is not None
    before = view.rows
    for _press in range(3):
        lists.sort_by(ListColumn.NAME)
    assert (view.rows, view.state.query.sort) == (before, None)


def test_every_column_has_a_heading_a_width_and_a_cell() -> None:
    assert set(HEADING) == set(CELL) == set(WIDTH) == set(ListColumn)


def test_the_table_shows_the_columns_and_tells_when_they_are_dragged(
    qtbot: QtBot, lists: ListPresenter, view: View
) -> None:
    assert view.state is not None
    screen = ListsView()
    qtbot.addWidget(screen)
    columns = (ShownColumn(ListColumn.NAME, 140), ShownColumn(ListColumn.PHONE, 150), ShownColumn(ListColumn.SEX, 60))
    screen.show_state(replace(view.state, layout=ListLayout(columns=columns)))
    header = screen._table.horizontalHeader()
    assert [screen._model.headerData(i, Qt.Orientation.Horizontal) for i in range(3)] == ["姓名", "电话", "性别"]
    with qtbot.waitSignal(screen.arranged) as heard:
        header.moveSection(0, 1)
        header.resizeSection(0, 199)
    assert [(one.column, one.width) for one in heard.args[0].columns] == [
        (ListColumn.PHONE, 150), (ListColumn.NAME, 199), (ListColumn.SEX, 60),
    ]  # fmt: skip
    screen.show_state(replace(view.state, layout=heard.args[0]))
    assert [header.visualIndex(i) for i in range(3)] == [0, 1, 2]
    assert header.sectionSize(1) == 199
    with qtbot.waitSignal(screen.arranged) as heard:
        screen._column_menu().actions()[list(ListColumn).index(ListColumn.SEX)].trigger()
    assert ListColumn.SEX not in [one.column for one in heard.args[0].columns]
    with qtbot.waitSignal(screen.sort_asked) as heard:
        header.sectionClicked.emit(0)
    assert heard.args == [ListColumn.PHONE]
    menu = screen._column_menu()
    sort, first = [one for one in menu.findChildren(QMenu) if one.title() in ("按哪一列排", "移到最前")]
    with qtbot.waitSignal(screen.sort_asked) as heard:
        sort.actions()[0].trigger()
    assert heard.args == [ListColumn.PHONE]
    with qtbot.waitSignal(screen.arranged) as heard:
        first.actions()[1].trigger()
    assert [one.column for one in heard.args[0].columns] == [ListColumn.NAME, ListColumn.PHONE, ListColumn.SEX]
