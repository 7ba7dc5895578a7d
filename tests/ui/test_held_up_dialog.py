"""The dialog that looks people up by what is held to the camera."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.ids import RetireeId
from app.domain.standing import StandingKind
from app.services.held_up import HeldUp, Look, WhoseIsIt
from app.services.ports import Frame
from app.ui.held_up_dialog import HeldUpDialog
from tests.builders.office import Office, office
from tests.fakes.held_up import NoCards, look


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


class Later:
    """A runner whose work ends when the test says so."""

    busy = False

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def io(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        def run() -> None:
            try:
                value = work()
            except Exception as error:  # noqa: BLE001 - as the real one
                failed(error)
            else:
                done(value)

        self.waiting.append(run)

    database = io

    def go_on(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


def frame(number: int) -> Frame:
    return Frame(id=number, captured_s=0.0, pixels=np.zeros((48, 64, 3), np.uint8), width=64, height=48)


def test_one_frame_is_read_at_a_time_and_the_person_is_told(qtbot: QtBot, desk: Office) -> None:
    person, tasks, seen = desk.person(StandingKind.NEAR), Later(), []

    def read(pixels: Any) -> HeldUp | None:
        seen.append(pixels)
        return HeldUp(person=person.id) if len(seen) == 2 else None

    dialog = HeldUpDialog(None, read=look(read), whose=WhoseIsIt(desk.real.desk), tasks=tasks)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_frame(frame(1))
    dialog.show_frame(frame(2))
    assert len(tasks.waiting) == 1
    tasks.go_on()
    with qtbot.waitSignal(dialog.found) as heard:
        dialog.show_frame(frame(3))
        tasks.go_on()
    assert heard.args == [person.id]
    assert not dialog.isVisible()


def test_somebody_elses_paper_is_told_once_and_the_looking_goes_on(qtbot: QtBot, desk: Office) -> None:
    person, tasks = desk.person(StandingKind.NEAR), Later()
    answers = [HeldUp(person=RetireeId("0190a6b0-0000-7000-8000-000000000001"))] * 2 + [HeldUp(person=person.id)]
    dialog = HeldUpDialog(None, read=look(lambda _p: answers.pop(0)), whose=WhoseIsIt(desk.real.desk), tasks=tasks)
    qtbot.addWidget(dialog)
    dialog.show()
    said = dialog.findChild(QLabel, "held_up_words")
    assert said is not None
    for number in (1, 2):
        dialog.show_frame(frame(number))
        tasks.go_on()
    assert "名册里没有" in said.text()
    with qtbot.waitSignal(dialog.found):
        dialog.show_frame(frame(3))
        tasks.go_on()


def test_a_reader_that_fails_is_told_and_tried_again(qtbot: QtBot, desk: Office) -> None:
    tasks = Later()

    def read(_pixels: Any) -> HeldUp | None:
        raise ValueError

    dialog = HeldUpDialog(None, read=look(read), whose=WhoseIsIt(desk.real.desk), tasks=tasks)
    qtbot.addWidget(dialog)
    dialog.show_frame(frame(1))
    tasks.go_on()
    dialog.show_frame(frame(2))
    assert len(tasks.waiting) == 1
    said = dialog.findChild(QLabel, "held_up_words")
    assert said is not None
    assert "再试一次" in said.text()


def test_a_number_that_is_nobodys_is_told_only_when_it_comes_twice(qtbot: QtBot, desk: Office) -> None:
    person, tasks = desk.person(StandingKind.NEAR), Later()
    misread, stranger = HeldUp(numbers=("1",)), HeldUp(numbers=("2",))
    answers = [misread, stranger, stranger, HeldUp(numbers=("3", person.id_number))]
    dialog = HeldUpDialog(None, read=look(lambda _p: answers.pop(0)), whose=WhoseIsIt(desk.real.desk), tasks=tasks)
    qtbot.addWidget(dialog)
    dialog.show()
    said = dialog.findChild(QLabel, "held_up_words")
    assert said is not None
    told = []
    for number in range(3):
        dialog.show_frame(frame(number))
        tasks.go_on()
        told.append("名册里没有" in said.text())
    assert told == [False, False, True]
    with qtbot.waitSignal(dialog.found) as heard:
        dialog.show_frame(frame(4))
        tasks.go_on()
    assert heard.args == [person.id]


def test_the_reader_rests_once_the_dialog_is_closed(qtbot: QtBot, desk: Office) -> None:
    tasks, cards = Later(), NoCards()
    dialog = HeldUpDialog(None, read=Look(lambda _p: None, cards), whose=WhoseIsIt(desk.real.desk), tasks=tasks)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.reject()
    tasks.go_on()
    assert cards.rested == 1


def test_once_the_camera_is_back_its_trouble_is_no_longer_told(qtbot: QtBot, desk: Office) -> None:
    dialog = HeldUpDialog(None, read=look(lambda _p: None), whose=WhoseIsIt(desk.real.desk), tasks=Later())
    qtbot.addWidget(dialog)
    words = dialog.findChild(QLabel, "held_up_words")
    assert words is not None
    asked = words.text()
    dialog.show_trouble("没有找到摄像头。")
    assert words.text() != asked
    dialog.show_frame(frame(1))
    assert words.text() == asked
