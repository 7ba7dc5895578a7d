"""The engine process: killed, hanging, hidden from the desk's own output, and gone when the desk goes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.domain.evidence import Band
from app.errors import AppError
from app.face.remote import RemoteEngine
from demo.clips.library import ClipKind
from tests.integration.face.clips import VISIT, frame, last, pictures, play, portrait
from tests.integration.face.conftest import RESOURCES

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def engine():
    engine = RemoteEngine(RESOURCES)
    engine.start()
    yield engine
    engine.close()


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        psutil.wait_procs([psutil.Process(pid)], timeout=0.2)
    return False


def test_an_engine_killed_in_mid_visit_is_noticed_and_the_visit_goes_on_with_a_new_one(engine):
    engine.open_visit(VISIT, portrait())
    last(play(engine, pictures(ClipKind.LIVE)[:10]))
    os.kill(engine.process_id, signal.SIGKILL)
    with pytest.raises(AppError, match=r"engine\.died"):
        last(play(engine, pictures(ClipKind.LIVE)[:3]))
    assert engine.process_id is None
    engine.start()
    engine.open_visit(VISIT, portrait())
    assert last(play(engine, pictures(ClipKind.LIVE)[:30])).band is Band.MATCH


@pytest.mark.skipif(os.name != "posix", reason="SIGSTOP")
def test_a_hanging_engine_is_killed_after_its_time(engine):
    engine.open_visit(VISIT, portrait())
    engine._limit_s = 0.5
    pid = engine.process_id
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(AppError, match=r"engine\.timeout"):
        engine.analyse(VISIT, frame(pictures(ClipKind.LIVE)[0], 0))
    assert gone(pid)
    assert engine.process_id is None
    assert engine.start().versions


def test_calls_before_start_say_that_there_is_no_engine():
    with pytest.raises(AppError, match=r"engine\.died"):
        RemoteEngine(RESOURCES).open_visit(VISIT, None)


def test_a_worker_that_cannot_even_start_is_told():
    engine = RemoteEngine(RESOURCES, command=lambda _resources, _pack: [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(AppError, match=r"engine\.died"):
        engine.start()
    engine.close()


def test_what_a_library_prints_does_not_get_into_the_answers(tmp_path):
    noisy = "import os, sys; os.write(1, b''); from app.face import engine; start = engine.LocalEngine.start\n"
    noisy += "def loud(self):\n    print('noise'); os.write(1, b'more noise'); return start(self)\n"
    noisy += "engine.LocalEngine.start = loud\nfrom app.face import worker; worker.main(sys.argv[1:])"
    engine = RemoteEngine(RESOURCES, command=lambda resources, _pack: [sys.executable, "-c", noisy, str(resources)])
    assert engine.start().versions
    engine.close()


def test_the_process_ends_when_the_desk_is_killed():
    script = (
        "import sys, time; from pathlib import Path; from app.face.remote import RemoteEngine\n"
        "engine = RemoteEngine(Path(sys.argv[1])); engine.start(); print(engine.process_id, flush=True); time.sleep(60)"
    )
    desk = subprocess.Popen([sys.executable, "-c", script, str(RESOURCES)], stdout=subprocess.PIPE, cwd=ROOT)
    pid = int(desk.stdout.readline())
    desk.kill()
    desk.wait()
    desk.stdout.close()
    assert gone(pid)


def test_larger_frames_get_a_larger_block(engine):
    import numpy as np

    engine.open_visit(VISIT, portrait())
    small = engine.analyse(VISIT, frame(pictures(ClipKind.LIVE)[0], 0))
    large = engine.analyse(VISIT, frame(np.zeros((2160, 3840, 3), dtype=np.uint8), 1))
    assert (small.faces, large.frame_id) == (1, 1)


def test_memory_stays_within_its_limit(engine):
    engine.open_visit(VISIT, portrait())
    last(play(engine, pictures(ClipKind.LIVE)))
    assert psutil.Process(engine.process_id).memory_info().rss < 350e6


def test_an_error_keeps_what_its_message_names(tmp_path):
    engine = RemoteEngine(tmp_path)
    with pytest.raises(AppError) as caught:
        engine.start()
    assert caught.value.code == "engine.failed"
    assert caught.value.params == {"part": "facemesh"}
    engine.close()


def test_memory_does_not_grow_from_frame_to_frame(engine):
    """A kept frame of 230 kB would show; buffers find their size within some hundred frames. Ten thousand: ``bench.face_speed``."""
    import cv2

    engine.open_visit(VISIT, portrait())
    small = tuple(cv2.resize(image, (320, 240)) for image in pictures(ClipKind.LIVE))
    process, sizes = psutil.Process(engine.process_id), []
    for start in range(0, 6 * len(small), len(small)):
        last(play(engine, small, start=start))
        sizes.append(process.memory_info().rss)
    assert sizes[-1] - sizes[0] < 100e3 * (len(sizes) - 1) * len(small), sizes
