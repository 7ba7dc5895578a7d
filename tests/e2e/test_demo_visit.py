"""The demo as a person starts it: one whole visit in the real window, offscreen; and the same visit killed and taken up again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.bootstrap import Options, open_desk
from app.domain.certification import CenterState, Certification
from app.paths import DeskPaths

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ("回执-A4.pdf", "回执-A5.pdf", "确认表.pdf")
STEPS = ("precheck", "consent", "capture", "advice", "record")

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The demo in its own process group; whatever of it still runs at the end is killed."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [sys.executable, "-m", "demo", "--folder", str(folder / "demo"), "--play", *options],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def made_here(folder: Path) -> list[Certification]:
    """The certifications recorded at the demo's desk."""
    with ExitStack() as stack:
        store = open_desk(Options(paths=DeskPaths(folder / "demo" / "desk"), file_secrets=True), stack)
        with store.desk.uow() as opened:
            return [c for c in opened.certifications.all() if c.operator_id is not None]


@pytest.mark.timeout(240)
def test_one_whole_visit_ends_well_and_leaves_pictures_papers_and_the_centers_answer(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        told, _ = process.communicate(timeout=200)
    assert process.returncode == 0, told
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
