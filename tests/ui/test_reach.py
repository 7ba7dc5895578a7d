"""Every screen by keyboard, by screen reader, and with nothing cut off at 1366×768 (and less)."""

from collections.abc import Iterator
from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QTableView, QTabWidget
from pytestqt.qtbot import QtBot

from app.domain.standing import Severity
from app.domain.visit import VisitStep
from app.ui import help_text, text
from app.ui.rail import Rail
from app.ui.rooms import Rooms
from app.ui.shortcuts import SHORTCUTS
from app.ui.widgets.rule_link import RuleLink
from tests.builders.office import office
from tests.ui.looks import controls, cut, cut_cells, low, nameless, told, unreachable, unseen, visible
from tests.ui.window import CAPTURES, Shown, filled_window

SCREENS = (
    "login",
    "home",
    "find",
    "person",
    "lists",
    "forms",
    "records",
    "sync",
    "settings",
    "reports",
    "audit",
    "selftest",
    "plans",
    "roster_import",
    "import_columns",
    "import_preview",
    "home_visits",
    "away",
)
VISIT = ("precheck", "dead", "consent", "capture", "lamp", "trouble", "review", "receipt", "form")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The filled window with the visit's states; built once, because it holds every screen."""
    desk = office(tmp_path_factory.mktemp("office"))
    made = filled_window(desk)
    yield made
    made.window.deleteLater()
    desk.real.engine.dispose()


@pytest.fixture
def shown(built: Shown) -> Iterator[Shown]:
    """The window at 1366×768."""
    built.window.resize(1366, 768)
    built.window.show()
    yield built
    built.window.hide()


def bring_up(shown: Shown, place: str) -> None:
    """A screen, or a step of the visit."""
    if place in SCREENS:
        shown.window.open_screen(place)
    else:
        shown.window.open_screen("visit")
        states = shown.states
        if place in CAPTURES:
            shown.visit.review.fold()
            shown.visit._stack.setCurrentWidget(shown.visit._panels[VisitStep.CAPTURE])
            shown.visit.show_capture(CAPTURES[place])
        else:
            shown.visit.show_state(states[place])
        if place == "review":
            shown.visit.review._cues.show()
    shown.settle()


@pytest.mark.parametrize("place", [*SCREENS, *VISIT])
def test_every_control_has_a_name_for_the_screen_reader(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    assert controls(shown.window)
    assert nameless(shown.window) == []


@pytest.mark.parametrize("place", [*SCREENS, *VISIT])
def test_every_control_can_be_reached_with_the_tab_key(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    assert unreachable(shown.window) == []


@pytest.mark.parametrize("place", [*SCREENS, *VISIT])
def test_the_focus_is_seen_on_every_control(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    assert unseen(shown.window) == []


@pytest.mark.parametrize("place", [*SCREENS, *VISIT])
def test_nothing_is_cut_off_on_a_small_laptop(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    assert (shown.window.width(), shown.window.height()) == (1366, 768)
    assert cut(shown.window) == []


LONG = {"import_rows: 会怎样"}
"""Columns of sentences: what does not fit ends in dots, and is told when pointed at."""


def tabbed(shown: Shown) -> Iterator[None]:
    """The screen, and each of its tabs."""
    every = [tabs for tabs in visible(shown.window, QTabWidget) if isinstance(tabs, QTabWidget)]
    yield
    for tabs in every:
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            shown.settle()
            yield
        tabs.setCurrentIndex(0)


@pytest.mark.parametrize("place", SCREENS)
def test_ordinary_words_fit_into_the_tables_cells_on_a_small_laptop(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    seen = set()
    for _tab in tabbed(shown):
        for view in visible(shown.window, QTableView):
            assert isinstance(view, QTableView)
            assert view.textElideMode() is Qt.TextElideMode.ElideRight
            seen |= {f"{view.objectName()}: {one}" for one in cut_cells(view)}
            first = view.model().index(0, 0)
            assert first.data(Qt.ItemDataRole.ToolTipRole) == first.data()
    assert {one for one in seen if ": ".join(one.split(": ")[:2]) not in LONG} == set()


def test_a_table_that_a_double_click_opens_says_that_enter_does_too(shown: Shown) -> None:
    tables = shown.window.findChildren(QTableView)
    named = [view.accessibleName() for view in tables if "双击" in view.accessibleName()]
    assert len(named) > 5
    assert [name for name in named if "回车" not in name] == []


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (960, 540), (640, 384)])
def test_the_rail_shows_every_word_of_it_or_scrolls(shown: Shown, size: tuple[int, int]) -> None:
    shown.window.resize(*size)
    bring_up(shown, "home")
    rail = shown.window.findChild(Rail)
    assert rail is not None
    assert cut(rail) == []
    if size[1] >= 720:
        area = rail.findChild(QScrollArea)
        assert area is not None
        assert area.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("place", ["home", "find", "lists", "forms", "person", "precheck", "dead"])
def test_where_a_rule_bites_a_link_leads_to_it(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    links = visible(shown.window, RuleLink)
    assert links
    asked: list[str] = []
    for link in links:
        assert isinstance(link, RuleLink)
        link.article_asked.connect(asked.append)
        link.click()
    assert len(asked) == len(links)
    assert {code for articles in asked for code in articles.split("、")} <= set(help_text.SECTION)


def test_every_screen_of_the_program_is_looked_at_here() -> None:
    rooms = {field.name for field in fields(Rooms)} | set(text.NAVIGATION) | {"login"}
    assert rooms <= set(SCREENS)


@pytest.mark.parametrize("place", ["login", "home", "find", "records", "sync", *VISIT])
def test_at_1366_by_768_no_screen_has_to_be_scrolled(qtbot: QtBot, shown: Shown, place: str) -> None:
    bring_up(shown, place)
    area = shown.window._stack.currentWidget()
    assert isinstance(area, QScrollArea)
    bars = (area.horizontalScrollBar(), area.verticalScrollBar())
    qtbot.waitUntil(lambda: [bar.maximum() for bar in bars] == [0, 0], timeout=5_000)  # a busy machine lays out late


@pytest.mark.parametrize("place", [*SCREENS, *VISIT])
def test_at_twice_the_size_on_a_full_hd_screen_everything_can_be_scrolled_to(shown: Shown, place: str) -> None:
    shown.window.resize(960, 540)
    bring_up(shown, place)
    assert (shown.window.width(), shown.window.height()) == (960, 540)
    area = shown.window._stack.currentWidget()
    assert isinstance(area, QScrollArea)
    screen = area.widget()
    assert screen.width() >= screen.minimumSizeHint().width()
    assert screen.height() >= screen.minimumSizeHint().height()
    assert low(shown.window) == []


def test_after_the_log_in_screen_nothing_of_anybody_is_left_on_it(shown: Shown) -> None:
    shown.window.open_screen("home")
    shown.window.say(Severity.NOTICE, "张三的记录")
    shown.window.open_screen("login")
    shown.settle()
    assert not any("张三" in told(w) or "王芳" in told(w) for w in visible(shown.window, QLabel))


def test_each_shortcut_is_used_once() -> None:
    assert len(set(SHORTCUTS.values())) == len(SHORTCUTS)


@pytest.mark.parametrize("place", ["home", "find", "lists", "person", "forms", "records", "plans", *VISIT])
def test_the_days_work_is_seen_whole_on_a_full_hd_screen_at_150_percent(qtbot: QtBot, shown: Shown, place: str) -> None:
    shown.window.resize(1280, 720)
    bring_up(shown, place)
    area = shown.window._stack.currentWidget()
    assert isinstance(area, QScrollArea)
    bars = (area.horizontalScrollBar(), area.verticalScrollBar())
    qtbot.waitUntil(lambda: [bar.maximum() for bar in bars] == [0, 0], timeout=5_000)  # a busy machine lays out late
    for view in visible(shown.window, QTableView):
        assert isinstance(view, QTableView)
        assert view.horizontalScrollBar().maximum() == 0


def test_both_pictures_grow_alike_on_a_large_screen(shown: Shown) -> None:
    bring_up(shown, "review")
    small = shown.visit.review._best.size()
    shown.window.resize(1920, 1080)
    bring_up(shown, "review")
    assert shown.visit.review._best.size() == shown.visit.review._reference.size()
    assert shown.visit.review._best.height() > small.height() * 1.3


def test_details_that_were_opened_are_put_away_with_the_step(shown: Shown) -> None:
    bring_up(shown, "review")
    assert shown.visit.review._cues.isVisible()
    bring_up(shown, "consent")
    shown.visit.show_state(shown.states["review"])
    assert not shown.visit.review._cues.isVisible()
