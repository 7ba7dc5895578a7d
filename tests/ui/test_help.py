"""The help: the right chapter for every screen, the notice behind every rule, one search over both, the tour once."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from app import resources
from app.domain.ids import OperatorId
from app.domain.standing import Severity
from app.services import manual, notice
from app.ui import help_text, home_text, text
from app.ui.error_text import ERROR_TEXT
from app.ui.guide import Guide
from app.ui.help_window import ENTRY, HelpWindow
from app.ui.main_window import MainWindow
from app.ui.means import Means
from app.ui.rooms import Rooms
from app.ui.rule_text import RULES
from app.ui.shortcuts import SHORTCUTS
from app.ui.tour import Tour
from app.ui.widgets.basic import Page
from app.ui.widgets.message_bar import MessageBar
from tests.builders.desk import RealDesk, real_desk
from tests.fakes.screens import Ears, TasksAtOnce

FOLDER = resources.beside("docs") / "manual"
MANUAL = manual.parse((FOLDER / "README.md").read_text("utf-8"))
NOTICE = notice.parse(resources.path("notice", "2022-40.txt").read_text("utf-8"))


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow({name: Page() for name in (*text.NAVIGATION, "login", "person", "selftest")})
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    return made


@pytest.fixture
def help_window(qtbot: QtBot, window: MainWindow) -> HelpWindow:
    made = HelpWindow(window, manual=MANUAL, notice=NOTICE, folder=FOLDER)
    qtbot.addWidget(made)
    return made


def part(window: QWidget, kind: type[Any], name: str) -> Any:
    found = window.findChild(kind, name)
    assert found is not None
    return found


def page(window: QWidget) -> str:
    return str(part(window, QTextBrowser, "help_text").toPlainText())


def entries(window: QWidget) -> list[tuple[str, str]]:
    shown = part(window, QListWidget, "help_list")
    return [shown.item(n).data(ENTRY) for n in range(shown.count()) if shown.item(n).data(ENTRY)]


# ---------------------------------------------------------------- the tables


def test_every_screen_has_its_chapter_and_every_section_its_words() -> None:
    screens = set(text.NAVIGATION) | {field.name for field in fields(Rooms)}
    assert screens <= set(help_text.CHAPTER)
    titles = {chapter.title for chapter in MANUAL.chapters}
    assert {*help_text.CHAPTER.values(), help_text.FIRST_CHAPTER} <= titles
    assert set(help_text.SECTION) == set(NOTICE.sections)


def test_every_refusal_that_rests_on_the_notice_names_sections_that_it_has() -> None:
    assert set(RULES) <= set(ERROR_TEXT)
    assert {code for codes in home_text.ARTICLES.values() for code in codes.split("、")} <= set(NOTICE.sections)
    assert {code for sections in RULES.values() for code in sections.split("、")} <= set(NOTICE.sections)


def test_the_manual_names_every_key_and_only_pictures_that_there_are() -> None:
    whole = (FOLDER / "README.md").read_text("utf-8")
    keys = MANUAL.chapter("快捷键")
    assert keys is not None
    assert [key for key in SHORTCUTS.values() if key not in keys.markdown] == []
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", whole)
    assert len(pictures) > 12
    assert [name for name in pictures if not (FOLDER / name).is_file()] == []


def test_the_manual_speaks_only_of_sections_that_the_notice_has() -> None:
    whole = (FOLDER / "README.md").read_text("utf-8")
    cited = {a + (f"({b})" if b else "") for a, b in re.findall(r"〔([一二三四五])(?:（([一二三四五])）)?〕", whole)}
    assert len(cited) > 6
    assert cited <= set(NOTICE.sections)


# ---------------------------------------------------------------- the window


def test_a_chapter_opens_with_its_picture_no_wider_than_the_page(help_window: HelpWindow) -> None:
    help_window.show_chapter(help_text.CHAPTER["home"])
    assert "下月暂停发放" in page(help_window)
    shown = part(help_window, QTextBrowser, "help_text")
    picture = shown.loadResource(2, QUrl("../pictures/home.png"))
    assert 200 < picture.width() <= shown.viewport().width()
    assert shown.horizontalScrollBar().maximum() == 0


def test_a_screen_without_a_chapter_opens_the_beginning(help_window: HelpWindow) -> None:
    help_window.show_chapter("no such chapter")
    assert help_text.FIRST_CHAPTER in page(help_window)


def test_a_rule_opens_at_its_sections(help_window: HelpWindow) -> None:
    help_window.show_articles("二、四(三)")
    assert "〔二〕" in page(help_window)
    assert "〔四(三)〕" in page(help_window)
    assert "暂停发放其基本养老保险待遇" in page(help_window)
    help_window.show_articles("nonsense")
    assert "按月领取" in page(help_window)


def test_a_chapter_leads_to_the_notice(help_window: HelpWindow) -> None:
    help_window.show_chapter("日期怎么算")
    shown = part(help_window, QTextBrowser, "help_text")
    assert "notice:四(三)" in QUrl.fromPercentEncoding(shown.toHtml().encode())
    shown.anchorClicked.emit(QUrl("notice:四(三)"))
    assert page(help_window).startswith(NOTICE.title)


def test_one_search_finds_in_manual_and_notice_and_sets_off_what_it_found(help_window: HelpWindow) -> None:
    everything = entries(help_window)
    search = part(help_window, QLineEdit, "help_search")
    search.setText("补发 暂停")
    found = entries(help_window)
    assert ("notice", "四(三)") in found
    assert ("manual", "日期怎么算") in found
    assert 1 < len(found) < len(everything)
    assert part(help_window, QTextBrowser, "help_text").extraSelections()
    search.setText("没有这样的词")
    assert entries(help_window) == []
    assert page(help_window) == help_text.NOTHING
    search.clear()
    assert entries(help_window) == everything


def test_what_is_searched_never_becomes_markup(help_window: HelpWindow) -> None:
    part(help_window, QLineEdit, "help_search").setText("<b>[x](http://x)")
    assert page(help_window) == help_text.NOTHING


def test_escape_closes_the_help(qtbot: QtBot, help_window: HelpWindow) -> None:
    help_window.show_chapter("")
    qtbot.keyClick(help_window, Qt.Key.Key_Escape)
    assert not help_window.isVisible()


def test_f1_works_in_a_dialog_too(qtbot: QtBot, window: MainWindow, real: RealDesk) -> None:
    window.open_screen("forms")
    made = guide(window, real, [])
    dialog = QDialog(window)
    qtbot.addWidget(dialog)
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    made.hear(key)
    assert made.help is None  # the window's own key does it
    dialog.open()
    made.hear(key)
    assert made.help is not None
    assert help_text.CHAPTER["forms"] in page(made.help)
    assert made.help.windowModality() is Qt.WindowModality.ApplicationModal
    made.close()
    assert made.help.windowModality() is Qt.WindowModality.NonModal
    dialog.close()


# ---------------------------------------------------------------- the message bar


def test_a_refusal_is_linked_with_its_rule_and_a_plain_notice_is_not(qtbot: QtBot) -> None:
    bar, asked = MessageBar(), list[str]()
    qtbot.addWidget(bar)
    bar.article_asked.connect(asked.append)
    link = part(bar, QPushButton, "message_article")
    bar.say(Severity.WARNING, "不能办", "四(四)")
    assert link.isVisibleTo(bar)
    link.click()
    assert asked == ["四(四)"]
    bar.say(Severity.NOTICE, "好了")
    assert not link.isVisibleTo(bar)


# ---------------------------------------------------------------- the tour and who gets it


def cards(tour: Tour, qtbot: QtBot) -> Iterator[str]:
    for _ in help_text.TOUR:
        yield tour.accessibleName()
        qtbot.mouseClick(part(tour, QPushButton, "tour_next"), Qt.MouseButton.LeftButton)


def test_the_tour_is_short_and_every_card_points_to_something_that_is_there(qtbot: QtBot, window: MainWindow) -> None:
    window.open_screen("home")
    tour, ended = Tour(window), list[str]()
    tour.ended.connect(lambda: ended.append("ended"))
    assert len(help_text.TOUR) <= 6
    for number, ((name, title, words), said) in enumerate(zip(help_text.TOUR, cards(tour, qtbot), strict=True)):
        assert (title in said, words in said) == (True, True)
        assert len(words) <= 50
        assert name == "" or part(window, QPushButton, name).isVisible(), name
        assert ended == [], number
    assert ended == ["ended"]


def test_every_card_lies_inside_the_window_and_nothing_of_it_is_cut_off(window: MainWindow) -> None:
    window.open_screen("home")
    for size in ((1366, 768), (960, 540)):
        window.resize(*size)
        tour = Tour(window)
        for number in range(len(help_text.TOUR)):
            tour.show_step(number)
            assert tour.rect().contains(tour._card.geometry()), (size, number)
            assert tour._card.height() >= tour._card.sizeHint().height()
        tour.end()


def test_the_tour_is_skipped_by_escape_and_keeps_the_focus_on_its_card(qtbot: QtBot, window: MainWindow) -> None:
    window.open_screen("home")
    tour, ended = Tour(window), list[str]()
    tour.ended.connect(lambda: ended.append("ended"))
    for _ in range(3):
        qtbot.keyClick(tour, Qt.Key.Key_Tab)
        focus = window.focusWidget()
        assert focus is not None
        assert focus.objectName().startswith("tour_")
    qtbot.keyClick(tour, Qt.Key.Key_Escape)
    assert ended == ["ended"]


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path)
    yield made
    made.engine.dispose()


def guide(window: MainWindow, real: RealDesk, opened: list[str]) -> Guide:
    means = SimpleNamespace(desk=real.desk, tasks=TasksAtOnce(), manual=MANUAL, notice=NOTICE)
    return Guide(cast(Means, means), window, open_screen=opened.append, say=Ears())


def test_each_clerk_gets_the_tour_once_and_again_when_asked(window: MainWindow, real: RealDesk) -> None:
    window.open_screen("home")
    opened: list[str] = []
    made = guide(window, real, opened)
    for operator, expected in (("wang", True), ("wang", False), ("li", True)):
        made.welcome(OperatorId(operator))
        assert (made.tour is not None) is expected
        if made.tour is not None:
            made.tour.end()
    made.show_screen()
    assert made.help is not None
    part(made.help, QPushButton, "help_tour").click()
    assert made.tour is not None
    assert opened == ["home"]
    made.close()
    assert made.tour is None


def test_f1_opens_the_chapter_of_the_screen_that_is_up(window: MainWindow, real: RealDesk) -> None:
    made = guide(window, real, [])
    for screen in ("home", "forms", "person"):
        window.open_screen(screen)
        made.show_screen()
        assert made.help is not None
        assert help_text.CHAPTER[screen] in page(made.help)
    made.show_articles("四(四)")
    assert "死亡" in page(made.help)
    made.close()


def test_at_the_log_in_there_is_no_tour_and_the_help_leads_to_the_self_test(window: MainWindow, real: RealDesk) -> None:
    opened: list[str] = []
    made = guide(window, real, opened)
    window.open_screen("login")
    made.show_tour()
    assert made.tour is None
    made.show_screen()
    assert made.help is not None
    part(made.help, QPushButton, "help_care").click()
    assert opened == ["selftest"]
    assert not made.help.isVisible()
