"""Every screen by keyboard, by screen reader, and with nothing cut off at 1366×768 (and less)."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.domain.standing import Severity
from app.domain.visit import VisitStep
from app.ui.shortcuts import SHORTCUTS
from tests.builders.office import office
from tests.ui.window import CAPTURES, Shown, filled_window

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QAbstractItemView, QProgressBar)
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
    "roster_import",
    "import_columns",
    "import_preview",
    "home_visits",
    "away",
)
VISIT = ("precheck", "dead", "consent", "capture", "trouble", "review", "receipt", "form")


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
            shown.visit._stack.setCurrentWidget(shown.visit._panels[VisitStep.CAPTURE])
            shown.visit.show_capture(CAPTURES[place])
        else:
            shown.visit.show_state(states[place])
        if place == "review":
            shown.visit.review._cues.show()
    shown.settle()


def visible(window: QWidget, *kinds: type) -> list[QWidget]:
    return [w for w in window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()]


def own(widget: QWidget) -> bool:
    """Not a part that Qt made inside another control."""
    return not widget.objectName().startswith("qt_") and not isinstance(
        widget.parentWidget(), (QComboBox, QLineEdit, QAbstractItemView)
    )


@pytest.mark.parametrize("place", [*SCREENS, *VISIT])
def test_every_control_has_a_name_for_the_screen_reader(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    controls = [w for w in visible(shown.window, *CONTROLS) if own(w)]
    assert controls
    nameless = [w for w in controls if not (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text()))]
    assert nameless == []


@pytest.mark.parametrize("place", [*SCREENS, *VISIT])
def test_every_control_can_be_reached_with_the_tab_key(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    wanted = {
        w for w in visible(shown.window, *CONTROLS) if own(w) and w.isEnabled() and not isinstance(w, QProgressBar)
    }
    reached: set[QWidget] = set()
    start = walker = shown.window.nextInFocusChain()
    while walker is not None:
        if walker.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(walker)
        walker = walker.nextInFocusChain()
        if walker is start:
            break
    missed = [w.objectName() for w in wanted if w not in reached and not _grouped(w)]
    assert missed == []


def _grouped(widget: QWidget) -> bool:
    """Radio buttons of a group share one stop; arrow keys move between them."""
    return isinstance(widget, QAbstractButton) and widget.group() is not None


@pytest.mark.parametrize("place", [*SCREENS, *VISIT])
def test_nothing_is_cut_off_on_a_small_laptop(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    assert (shown.window.width(), shown.window.height()) == (1366, 768)
    cut = [
        f"{w.objectName() or type(w).__name__} {_words(w)!r}"
        for w in visible(shown.window, QLabel, QPushButton, QCheckBox)
        if _is_cut(w)
    ]
    assert cut == []


def _words(widget: QWidget) -> str:
    return str(widget.property("text") or "")


def _is_cut(widget: QWidget) -> bool:
    if not _words(widget).strip():
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        if widget.heightForWidth(widget.width()) > widget.height() + 1:
            return True
    elif widget.sizeHint().width() > widget.width() + 1 or widget.sizeHint().height() > widget.height() + 1:
        return True
    return _outside(widget)


def _outside(widget: QWidget) -> bool:
    """Beyond the edge of its window, unless it can be scrolled to."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and above.widgetResizable() and above.verticalScrollBar().maximum() > 0:
            return False
        above = above.parentWidget()
    corner = widget.mapTo(widget.window(), widget.rect().topLeft())
    return not widget.window().rect().contains(QRect(corner, widget.size()))


@pytest.mark.parametrize("place", ["login", "home", "find", "records", "sync", *VISIT])
def test_at_1366_by_768_no_screen_has_to_be_scrolled(shown: Shown, place: str) -> None:
    bring_up(shown, place)
    area = shown.window._stack.currentWidget()
    assert isinstance(area, QScrollArea)
    assert (area.horizontalScrollBar().maximum(), area.verticalScrollBar().maximum()) == (0, 0)


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


def test_after_the_log_in_screen_nothing_of_anybody_is_left_on_it(shown: Shown) -> None:
    shown.window.open_screen("home")
    shown.window.say(Severity.NOTICE, "张三的记录")
    shown.window.open_screen("login")
    shown.settle()
    assert not any("张三" in _words(w) or "王芳" in _words(w) for w in visible(shown.window, QLabel))


def test_each_shortcut_is_used_once() -> None:
    assert len(set(SHORTCUTS.values())) == len(SHORTCUTS)


def test_the_days_work_is_seen_whole_on_a_full_hd_screen_at_150_percent(shown: Shown) -> None:
    shown.window.resize(1280, 720)
    bring_up(shown, "home")
    area = shown.window._stack.currentWidget()
    assert isinstance(area, QScrollArea)
    assert area.verticalScrollBar().maximum() == 0


def test_both_pictures_grow_alike_on_a_large_screen(shown: Shown) -> None:
    bring_up(shown, "review")
    small = shown.visit.review._best.size()
    shown.window.resize(1920, 1080)
    bring_up(shown, "review")
    assert shown.visit.review._best.size() == shown.visit.review._reference.size()
    assert shown.visit.review._best.height() > small.height() * 1.3
