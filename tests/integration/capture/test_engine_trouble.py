"""Camera thread, pump and the real engine process together: killed, hanging, and a second visit after it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from app import resources
from app.camera.avi import read_avi
from app.camera.directory import Cameras
from app.camera.evidence_clip import MOST_BYTES, ClipRecorder
from app.camera.webcam import Webcams
from app.domain.evidence import FrameReading
from app.domain.ids import VisitId
from app.face.remote import RemoteEngine
from app.runtime.camera_thread import CameraThread
from app.runtime.engine_pump import EnginePump
from app.services.ports import CaptureResult
from demo.clips import ClipKind, make

pytestmark = pytest.mark.slow
LIMIT_MS = 30_000


class Capture:
    """The whole chain without a window."""

    def __init__(self, clip: Path) -> None:
        self.engine = RemoteEngine(resources.root(), call_limit_s=2.0)
        self.camera = CameraThread(Cameras(stand_ins=(clip,), webcams=Webcams(listing=tuple)))
        self.pump = EnginePump(self.engine, self.camera.mailbox, clip=ClipRecorder())
        self.readings: list[FrameReading] = []
        self.results: list[CaptureResult] = []
        self.log: list[str] = []
        self.pump.reading.connect(self.readings.append)
        self.pump.concluded.connect(self.results.append)
        self.pump.trouble.connect(self.log.append)
        self.pump.restored.connect(lambda: self.log.append("restored"))
        self.pump.visit_opened.connect(lambda _report: self.log.append("opened"))
        self.camera.start()

    def close(self) -> None:
        self.pump.close()
        self.camera.stop()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(ClipKind.LIVE, 1, Path(os.environ.get("CERTDESK_CLIPS", str(tmp_path_factory.mktemp("clips")))))


@pytest.fixture
def capture(qtbot: QtBot, clip: Path) -> Iterator[Capture]:
    made = Capture(clip)
    yield made
    made.close()


def seen(qtbot: QtBot, capture: Capture, more: int = 5) -> None:
    """Wait for so many more readings."""
    wanted = len(capture.readings) + more
    qtbot.waitUntil(lambda: len(capture.readings) >= wanted, timeout=LIMIT_MS)


def concluded(qtbot: QtBot, capture: Capture) -> CaptureResult:
    capture.pump.conclude()
    qtbot.waitUntil(lambda: bool(capture.results), timeout=LIMIT_MS)
    return capture.results.pop()


def _compared_for(capture: Capture, seconds: float) -> bool:
    """The person now before the camera has been compared, and seen for so many seconds."""
    same = [reading for reading in capture.readings if reading.track_id == capture.readings[-1].track_id]
    return bool(same) and same[-1].frames_pooled > 0 and same[-1].captured_s - same[0].captured_s >= seconds


def test_an_engine_killed_in_mid_visit_is_started_again_and_the_visit_ends_well(qtbot: QtBot, capture: Capture) -> None:
    capture.pump.open(VisitId("visit-1"), None)
    seen(qtbot, capture)
    first = capture.engine.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: "restored" in capture.log, timeout=LIMIT_MS)
    assert capture.log == ["opened", "engine.died", "opened", "restored"]
    assert capture.engine.process_id != first
    capture.readings.clear()
    qtbot.waitUntil(lambda: _compared_for(capture, 1.0), timeout=LIMIT_MS)
    result = concluded(qtbot, capture)
    assert result.best_frame_jpeg is not None
    assert result.clip is not None
    assert len(result.clip) <= MOST_BYTES
    assert len(read_avi(result.clip)) > 2


def test_an_engine_that_hangs_is_given_up_in_time_and_started_again(qtbot: QtBot, capture: Capture) -> None:
    capture.pump.open(VisitId("visit-1"), None)
    seen(qtbot, capture)
    hanging = capture.engine.process_id
    assert hanging is not None
    psutil.Process(hanging).suspend()
    qtbot.waitUntil(lambda: "restored" in capture.log, timeout=LIMIT_MS)
    assert capture.log[1] == "engine.timeout"
    assert not psutil.pid_exists(hanging)
    seen(qtbot, capture)


def test_the_next_visit_knows_nothing_of_the_one_before(qtbot: QtBot, capture: Capture) -> None:
    capture.pump.open(VisitId("visit-1"), None)
    seen(qtbot, capture)
    capture.pump.drop()
    capture.pump.open(VisitId("visit-2"), None)
    capture.readings.clear()
    seen(qtbot, capture, more=3)
    assert {reading.visit_id for reading in capture.readings} == {VisitId("visit-2")}
    assert concluded(qtbot, capture).summary.frames_analysed < 60
