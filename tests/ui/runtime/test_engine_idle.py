"""Between visits the pump lets the roster's photos be looked through; a retiree who sits down comes first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app.domain.ids import VisitId
from app.errors import AppError
from app.runtime.engine_pump import EnginePump
from app.runtime.mailbox import Mailbox
from app.services.ports import FaceEngine
from tests.fakes.camera import frame
from tests.fakes.face import DIED, FakeEngine

VISIT = VisitId("visit-1")


@dataclass(frozen=True)
class Done:
    finished: bool


class Work:
    """Idle work that goes on until it is told to stop or let go."""

    def __init__(self) -> None:
        self.runs = 0
        self.failures: list[Exception] = []
        self.go_on = Event()
        self.go_on.set()
        self.running = Event()

    def __call__(self, engine: FaceEngine, busy: Callable[[], bool]) -> Done:
        self.runs += 1
        self.running.set()
        if self.failures:
            raise self.failures.pop(0)
        while not self.go_on.wait(0.01):
            if busy():
                return Done(False)
        return Done(True)


class Desk:
    """A pump with idle work, and what it said."""

    def __init__(self) -> None:
        self.engine, self.mailbox, self.work = FakeEngine(), Mailbox(), Work()
        self.pump = EnginePump(self.engine, self.mailbox, idle=self.work)
        self.log: list[object] = []
        self.pump.tended.connect(lambda done: self.log.append(done.finished))
        self.pump.visit_opened.connect(lambda _report: self.log.append("opened"))
        self.pump.concluded.connect(lambda _result: self.log.append("concluded"))
        self.pump.trouble.connect(self.log.append)
        self.pump.restored.connect(lambda: self.log.append("restored"))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk()
    yield made
    made.work.go_on.set()
    made.pump.close()


def test_the_work_runs_once_after_the_start_and_again_when_the_roster_changed(qtbot: QtBot, desk: Desk) -> None:
    desk.pump.start()
    qtbot.waitUntil(lambda: desk.log == [True])
    desk.pump.tend()
    qtbot.waitUntil(lambda: desk.log == [True, True])
    assert desk.work.runs == 2


def test_a_retiree_who_sits_down_interrupts_it_and_the_rest_follows_after_the_visit(qtbot: QtBot, desk: Desk) -> None:
    desk.work.go_on.clear()
    desk.pump.start()
    qtbot.waitUntil(desk.work.running.is_set)
    desk.pump.open(VISIT, b"photo")
    qtbot.waitUntil(lambda: desk.log == [False, "opened"])
    desk.mailbox.put(frame(1))
    desk.work.go_on.set()
    desk.pump.conclude()
    qtbot.waitUntil(lambda: desk.log == [False, "opened", "concluded", True])


def test_nothing_is_done_while_somebody_is_captured(qtbot: QtBot, desk: Desk) -> None:
    desk.pump.open(VISIT, b"photo")
    qtbot.waitUntil(lambda: desk.log == ["opened"])
    desk.pump.tend()
    desk.mailbox.put(frame(1))
    qtbot.waitUntil(lambda: desk.engine.frames == [1])
    assert desk.work.runs == 0
    desk.pump.drop()
    qtbot.waitUntil(lambda: desk.log[-1:] == [True])


def test_a_full_disk_or_a_damaged_store_is_no_engine_trouble(qtbot: QtBot, desk: Desk) -> None:
    desk.work.failures = [AppError("disk.full")]
    desk.pump.start()
    qtbot.waitUntil(lambda: desk.work.runs == 1)
    desk.pump.tend()
    qtbot.waitUntil(lambda: desk.log == [True])
    assert desk.engine.calls["start"] == 1


def test_an_engine_that_dies_over_a_photo_is_started_again_and_the_photo_is_not_tried_for_ever(
    qtbot: QtBot, desk: Desk
) -> None:
    desk.work.failures = [DIED]
    desk.pump.start()
    qtbot.waitUntil(lambda: desk.log == ["engine.died", "restored"])
    assert desk.work.runs == 1
    assert desk.engine.calls["start"] == 2


def test_a_restart_with_other_models_waits_for_the_end_of_the_visit_and_looks_at_the_photos_again(
    qtbot: QtBot, desk: Desk
) -> None:
    desk.pump.start()
    qtbot.waitUntil(lambda: desk.log == [True])
    desk.pump.open(VISIT, b"photo")
    desk.pump.restart()
    qtbot.waitUntil(lambda: desk.log == [True, "opened"])
    desk.mailbox.put(frame(1))
    qtbot.waitUntil(lambda: desk.engine.frames == [1])
    assert desk.engine.calls["close"] == 0
    desk.pump.drop()
    qtbot.waitUntil(lambda: desk.log == [True, "opened", True])
    assert desk.engine.calls["close"] == 1
    assert desk.engine.calls["start"] == 2
