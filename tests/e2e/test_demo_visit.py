"""The demo as a person starts it: one whole visit in the real window, offscreen; and the same visit killed and taken up again."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.bootstrap import Options, open_desk
from app.camera.avi import write_avi
from app.domain.certification import CenterState, Certification
from app.paths import DeskPaths
from demo.roster import demo_people

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ("回执-A4.pdf", "回执-A5.pdf", "确认表.pdf")
WATCHED = "import runpy, tests.plugins.writes; runpy.run_module('demo', run_name='__main__', alter_sys=True)"
"""The demo, with every write to its store looked at."""
STEPS = ("precheck", "consent", "capture", "advice", "record")

PICTURES = re.compile(rb"\xff\xd8\xff[\xdb\xe0\xe1]\x00|RIFF....AVI LIST", re.DOTALL)
"""How a JPEG and a clip begin. Five bytes come up by chance in cipher text once in some hundred gigabytes."""

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The demo in its own process group; whatever of it still runs at the end is killed. Every write of it is audited."""
    silent = folder / "silent"
    (folder / "temp").mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONIOENCODING": "utf-8",
        "TMPDIR": str(folder / "temp"),
        "SILENT_WRITES": str(silent),
    }
    with subprocess.Popen(
        [sys.executable, "-c", WATCHED, "--folder", str(folder / "demo"), "--play", *options],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert not silent.exists(), silent.read_text()


class Watched:
    """Reads every file below some folders again and again while the program runs, for pictures and clips in plain; at the end for names
    and numbers too."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._over, self._thread = threading.Event(), threading.Thread(target=self._watch)
        self._seen: dict[Path, int] = {}
        self.found: set[tuple[str, bytes]] = set()

    @property
    def looked_at(self) -> int:
        return len(self._seen)

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()
        self._look(PICTURES)
        people = [person.retiree for person in demo_people(date.today())]
        words = [re.escape(word.encode()) for one in people for word in (one.name, one.id_number)]
        self._seen.clear()
        self._look(re.compile(b"|".join(words)))

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            self._look(PICTURES)

    def _look(self, wanted: re.Pattern[bytes]) -> None:
        for path in (path for folder in self._folders for path in folder.rglob("*")):
            try:
                changed = path.stat().st_mtime_ns
                if not path.is_file() or self._seen.get(path) == changed:
                    continue
                data = path.read_bytes()
            except OSError:
                continue  # gone again, or not to be read yet
            self._seen[path] = changed
            hit = wanted.search(data)
            if hit is not None:
                self.found.add((path.name, hit[0][:24]))


def made_here(folder: Path) -> list[Certification]:
    """The certifications recorded at the demo's desk."""
    with ExitStack() as stack:
        store = open_desk(Options(paths=DeskPaths(folder / "demo" / "desk"), file_secrets=True), stack)
        with store.desk.uow() as opened:
            return [c for c in opened.certifications.all() if c.operator_id is not None]


@pytest.mark.timeout(240)
def test_one_whole_visit_ends_well_and_leaves_pictures_papers_and_the_centers_answer(tmp_path: Path) -> None:
    with demo(tmp_path) as process, Watched(tmp_path / "temp", tmp_path / "demo" / "desk") as watched:
        told, _ = process.communicate(timeout=200)
    assert process.returncode == 0, told
    assert watched.looked_at > 20
    assert not watched.found, "personal data in plain, on the disk"
    left = tmp_path / "visit"
    assert len(list(left.glob("*.png"))) >= 9
    assert all((left / name).read_bytes().startswith(b"%PDF") for name in PAPERS)
    assert json.loads((left / "省中心回执.json").read_text(encoding="utf-8"))
    (record,) = made_here(tmp_path)
    assert record.center is CenterState.ACCEPTED


@pytest.mark.timeout(300)
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_next_start_offers_to_go_on_and_nothing_is_lost_or_doubled(
    tmp_path: Path, step: str
) -> None:
    with demo(tmp_path) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if f"（{step}）" in line:
                break
        else:
            pytest.fail(f"the demo ended before {step}")
        os.killpg(process.pid, signal.SIGKILL)
    with demo(tmp_path, "--resume") as process:
        told, _ = process.communicate(timeout=200)
    assert process.returncode == 0, told
    assert "程序提出继续上次的办理" in told
    assert len(made_here(tmp_path)) == 1


def test_the_watch_knows_a_picture_a_clip_and_a_name_when_it_sees_them(tmp_path: Path) -> None:
    jpeg = bytes(cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))[1])
    name = demo_people(date.today())[0].retiree.name
    with Watched(tmp_path) as watched:
        (tmp_path / "a").write_bytes(jpeg)
        (tmp_path / "b").write_bytes(write_avi([jpeg], fps=1.0, width=8, height=8))
        (tmp_path / "c").write_text(f"名字 {name}", encoding="utf-8")
    assert {file for file, _hit in watched.found} == {"a", "b", "c"}
