"""The pump keeps the engine fed with the newest frame, restarts it when it dies, and tells nothing of a visit that is over."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.domain.evidence import FrameReading
from app.domain.ids import VisitId
from app.runtime.engine_pump import EnginePump
from app.runtime.mailbox import Mailbox
from app.services.ports import CaptureResult, Frame
from tests.fakes.camera import frame
from tests.fakes.face import DIED, TIMEOUT, FakeEngine

VISIT, NEXT = VisitId("visit-1"), VisitId("visit-2")


class Desk:
    """A pump with its neighbours, and what it said."""

    def __init__(self, clip: "FakeClip | None" = None) -> None:
        self.engine, self.mailbox = FakeEngine(), Mailbox()
        self.pump = EnginePump(self.engine, self.mailbox, clip=clip)
        self.log: list[str] = []
        self.readings: list[FrameReading] = []
        self.results: list[object] = []
        self.pump.started.connect(lambda _info: self.log.append("started"))
        self.pump.visit_opened.connect(lambda _report: self.log.append("opened"))
        self.pump.reading.connect(self.readings.append)
        self.pump.concluded.connect(self.results.append)
        self.pump.trouble.connect(self.log.append)
        self.pump.restored.connect(lambda: self.log.append("restored"))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk()
    yield made
    made.engine.hold.set()
    made.pump.close()


def test_a_visit_is_opened_read_and_concluded(qtbot: QtBot, desk: Desk) -> None:
    desk.pump.open(VISIT, b"photo")
    qtbot.waitUntil(lambda: desk.log == ["started", "opened"])
    desk.mailbox.put(frame(1))
    qtbot.waitUntil(lambda: len(desk.readings) == 1)
    desk.pump.conclude()
    qtbot.waitUntil(lambda: len(desk.results) == 1)
    assert desk.engine.opened == [(VISIT, b"photo")]
    assert desk.readings[0].visit_id == VISIT


def test_a_slow_engine_gets_the_newest_frame_and_skips_the_others(qtbot: QtBot, desk: Desk) -> None:
    desk.engine.hold.clear()
    desk.pump.open(VISIT, None)
    qtbot.waitUntil(lambda: "opened" in desk.log)
    desk.mailbox.put(frame(1))
    qtbot.waitUntil(desk.engine.waiting.is_set)
    for number in range(2, 8):
        desk.mailbox.put(frame(number))
    desk.engine.hold.set()
    qtbot.waitUntil(lambda: len(desk.readings) == 2)
    assert desk.engine.frames == [1, 7]


def test_a_frame_from_before_the_visit_is_not_evidence(qtbot: QtBot, desk: Desk) -> None:
    desk.mailbox.put(frame(1))
    desk.pump.open(VISIT, None)
    qtbot.waitUntil(lambda: "opened" in desk.log)
    desk.mailbox.put(frame(2))
    qtbot.waitUntil(lambda: len(desk.readings) == 1)
    assert desk.engine.frames == [2]


@pytest.mark.parametrize("failure", [DIED, TIMEOUT, ValueError("a bug in the engine")])
def test_a_dead_engine_is_restarted_and_the_visit_reopened(qtbot: QtBot, desk: Desk, failure: Exception) -> None:
    desk.engine.failures.append(failure)
    desk.pump.open(VISIT, b"photo")
    qtbot.waitUntil(lambda: "opened" in desk.log)
    desk.mailbox.put(frame(1))
    qtbot.waitUntil(lambda: "restored" in desk.log)
    desk.mailbox.put(frame(2))
    qtbot.waitUntil(lambda: len(desk.readings) == 1)
    assert desk.engine.opened == [(VISIT, b"photo")] * 2
    assert desk.engine.calls["close"] == 1
    assert desk.log[2] == ("engine.timeout" if failure is TIMEOUT else "engine.died")


def test_an_engine_that_cannot_start_is_given_up_and_may_be_tried_again(qtbot: QtBot, desk: Desk) -> None:
    desk.engine.start_failures = [DIED] * 4
    desk.pump.open(VISIT, None)
    qtbot.waitUntil(lambda: "engine.failed" in desk.log)
    assert desk.log.count("engine.died") == 3
    desk.pump.open(NEXT, None)
    qtbot.waitUntil(lambda: "opened" in desk.log)


def test_an_engine_that_dies_at_the_end_goes_on_capturing(qtbot: QtBot, desk: Desk) -> None:
    desk.engine.conclude_failures.append(DIED)
    desk.pump.open(VISIT, b"photo")
    desk.pump.conclude()
    qtbot.waitUntil(lambda: "restored" in desk.log)
    assert desk.results == []
    desk.mailbox.put(frame(1))
    qtbot.waitUntil(lambda: len(desk.readings) == 1)
    desk.pump.conclude()
    qtbot.waitUntil(lambda: len(desk.results) == 1)


def test_readings_of_a_visit_that_is_over_are_dropped(qtbot: QtBot, desk: Desk) -> None:
    desk.engine.hold.clear()
    desk.pump.open(VISIT, None)
    qtbot.waitUntil(lambda: "opened" in desk.log)
    desk.mailbox.put(frame(1))
    qtbot.waitUntil(desk.engine.waiting.is_set)
    desk.pump.open(NEXT, None)
    desk.engine.hold.set()
    qtbot.waitUntil(lambda: desk.log.count("opened") == 2)
    desk.mailbox.put(frame(2))
    qtbot.waitUntil(lambda: bool(desk.readings))
    assert {reading.visit_id for reading in desk.readings} == {NEXT}


def test_after_drop_nothing_is_analysed(qtbot: QtBot, desk: Desk) -> None:
    desk.pump.open(VISIT, None)
    qtbot.waitUntil(lambda: "opened" in desk.log)
    desk.pump.drop()
    desk.pump.conclude()
    desk.pump.start()
    desk.mailbox.put(frame(1))
    desk.pump.open(NEXT, None)
    qtbot.waitUntil(lambda: desk.log.count("opened") == 2)
    assert desk.readings == []
    assert desk.results == []
    assert desk.engine.calls["conclude"] == 0


class FakeClip:
    """A ClipMaker that remembers frame ids."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def reset(self) -> None:
        self.ids.clear()

    def add(self, frame: Frame) -> None:
        self.ids.append(frame.id)

    def finish(self) -> bytes | None:
        return bytes(self.ids)


def test_the_evidence_clip_shows_only_the_person_whose_evidence_counts(qtbot: QtBot) -> None:
    desk = Desk(FakeClip())
    desk.pump.open(VISIT, None)
    qtbot.waitUntil(lambda: "opened" in desk.log)
    for number, track in ((1, 0), (2, 0), (3, 1), (4, 1)):
        desk.engine.track_id = track
        desk.mailbox.put(frame(number))
        qtbot.waitUntil(lambda n=number: len(desk.readings) == n)
    desk.pump.conclude()
    qtbot.waitUntil(lambda: bool(desk.results))
    desk.pump.close()
    result = desk.results[0]
    assert isinstance(result, CaptureResult)
    assert result.clip == bytes([3, 4])
