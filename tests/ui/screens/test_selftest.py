"""The self-test's screen: what wants a look is counted, what to do is said, the report is saved."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.services.checks import CheckLine, report
from app.ui.screens.selftest.presenter import Care, SelftestPresenter, SelftestState
from app.ui.screens.selftest.view import SelftestView
from tests.fakes.screens import Ears, LastState, TasksAtOnce

GOOD = CheckLine("磁盘", True, "还有 30 GB")
BAD = CheckLine("打印机", False, "没有找到", "请接好打印机。")
NAMED = CheckLine("摄像头", True, "张三的 iPhone", naming=True)


class Desk:
    """A presenter over a computer with these lines."""

    def __init__(self, *lines: CheckLine, error: Exception | None = None) -> None:
        self.view, self.ears, self.asked = LastState(), Ears(), list[tuple[str, ...]]()

        def examine(printers: tuple[str, ...]) -> tuple[CheckLine, ...]:
            self.asked.append(printers)
            if error is not None:
                raise error
            return lines

        care = Care(printers=lambda: ("HR",), examine=examine, bundle=lambda shown: report(shown).encode())
        self.presenter = SelftestPresenter(
            view=self.view, care=care, tasks=TasksAtOnce(), printing=self.ears, say=self.ears
        )


def test_it_is_said_that_it_looks_and_then_what_it_found() -> None:
    desk = Desk(GOOD, BAD)
    desk.presenter.examine()
    assert [state.running for state in desk.view.states] == [True, False]
    assert desk.view.state.bad == 1
    assert desk.asked == [("HR",)]


def test_the_report_is_saved_and_names_no_device() -> None:
    desk = Desk(GOOD, BAD, NAMED)
    desk.presenter.examine()
    desk.presenter.save()
    assert desk.view.state.saved
    written = desk.ears.saved[0].decode()
    assert "注意　打印机：没有找到　请接好打印机。" in written
    assert "张三" not in written


def test_an_examination_that_breaks_can_be_repeated() -> None:
    desk = Desk(error=AppError("store.busy"))
    desk.presenter.examine()
    desk.presenter.examine()
    assert len(desk.ears.errors) == 2
    assert not desk.view.state.running


@pytest.mark.parametrize(
    ("lines", "words"), [((GOOD, BAD), "有 1 项"), ((GOOD, NAMED), "一切正常"), ((), "还没有检查")]
)
def test_the_headline_counts_and_each_line_says_what_to_do(
    qtbot: QtBot, lines: tuple[CheckLine, ...], words: str
) -> None:
    view = SelftestView()
    qtbot.addWidget(view)
    view.show_state(SelftestState(lines=lines))
    shown = [one.text() for one in view.findChildren(QLabel)]
    assert any(words in one for one in shown)
    assert all(line.words in shown for line in lines)
    assert ("请接好打印机。" in shown) is (BAD in lines)
    save = view.findChild(QPushButton, "selftest_save")
    assert save is not None
    assert save.isEnabled()
    assert save.text().startswith("打包诊断信息")
    view.show_state(SelftestState(running=True))
    assert not save.isEnabled()
    view.show_state(SelftestState(lines=(GOOD,)))
    assert "没有找到" not in [one.text() for one in view.findChildren(QLabel)]


def test_the_words_promise_only_what_a_test_of_the_report_proves() -> None:
    proof = Path(__file__).parents[2] / "unit" / "test_examination.py"
    assert "test_the_bundle_holds_no_name_number_or_picture" in proof.read_text("utf-8")
