"""Memory of the whole program (window, engine process, speaking process if any) through a demo visit with the real engine.

``python -m bench.memory`` plays one visit offscreen, walks through every screen afterwards, opens the help and the retiree's window, and
prints it beside the budget. Held against the budget is what is private to each process plus every mapped file once: the RSS sum counts
the libraries of window and engine twice, and PSS would shrink with whatever else runs on the machine. The reference center and the
demo's clip making run in another process; the player that clicks is inside.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil

from app.bootstrap import Options, build, make_application, open_desk
from app.paths import DeskPaths
from app.ui import text
from bench.quiet import Blind, QuietStory
from demo import story
from demo.player import StepFailedError

ROOT = Path(__file__).resolve().parents[1]
BUDGET_MB = 600.0
LOOK_S = 2.0
PATIENCE_S, TRIES = 90.0, 4
"""Memory, not speed, is measured here: on a busy machine the capture may take its time, or be begun again."""
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Held:
    """One process, in MB: RSS, what is its own, and what it shares by file (path → resident)."""

    name: str
    rss: float
    own: float
    shared: dict[str, float]


def once(processes: Sequence[Held]) -> float:
    """The whole program with every file that several of its processes map counted once; other programs don't make it smaller."""
    files = {path for process in processes for path in process.shared}
    shared = sum(max(process.shared.get(path, 0.0) for process in processes) for path in files)
    return sum(process.own for process in processes) + shared


class Watch:
    """Looks at the program's processes in the background. Attributes: peak: the most so far, counted once, in MB."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def now(self) -> list[Held]:
        """Each process of the program."""
        me = psutil.Process()
        found = []
        for process in (me, *me.children(recursive=True)):
            try:
                maps, command, rss = process.memory_maps(), process.cmdline(), process.memory_info().rss
            except psutil.Error:
                continue
            own = sum(one.private_clean + one.private_dirty for one in maps)
            shared = {one.path: (one.shared_clean + one.shared_dirty) / MB for one in maps if one.path.startswith("/")}
            name = next((word for word in command if "worker" in word or "speaker" in word), "python")
            found.append(Held("window" if process.pid == me.pid else name, rss / MB, own / MB, shared))
        self.peak = max(self.peak, once(found))
        return found

    def stop(self) -> None:
        """End the looking."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            self.now()


def show(when: str, watch: Watch) -> None:
    """Print where things stand."""
    found = watch.now()
    parts = ", ".join(f"{one.name} {one.rss:.0f}/{one.own:.0f}" for one in found)
    print(f"{when:<34} {once(found):6.0f} MB   (RSS/own: {parts}; RSS sum {sum(one.rss for one in found):.0f})")


def run(data: Path, clip: Path) -> float:
    """The desk alone in this process; the most in MB."""
    with ExitStack() as stack:
        options = Options(paths=DeskPaths(data), stand_ins=(clip,), file_secrets=True)
        application = make_application(["bench"])
        desktop = build(options, stack, open_desk(options, stack))
        desktop.window.resize(1366, 768)
        desktop.window.show()
        application.processEvents()
        watch = Watch()
        player = Blind(desktop.window, data, say=lambda _words: None, busy=lambda: desktop.means.tasks.busy)
        show("log-in shown", watch)
        QuietStory(desktop, player, desktop.means.desk.uow, data).play()
        show("after a visit and a form", watch)
        for name in (*text.NAVIGATION, "selftest"):
            desktop.open(name)
            player.wait_for(lambda: not desktop.means.tasks.busy, seconds=60, what=name)
        desktop.guide.show_screen()
        desktop.side.toggle()
        application.processEvents()
        show("every screen, help, retiree's side", watch)
        watch.stop()
        desktop.window.close()
        return watch.peak


def inside(data: Path, clip: Path) -> int:
    """0 within the budget, 1 over it, 2 when the visit did not come to its end."""
    story.CAPTURE_LIMIT_S = PATIENCE_S
    try:
        peak = run(data, clip)
    except StepFailedError as error:
        print(error)
        return 2
    held = peak < BUDGET_MB
    print(
        f"peak of the whole program          {peak:6.0f} MB   budget {BUDGET_MB:.0f} MB   {'held' if held else 'OVER'}"
    )
    return int(not held)


def main() -> int:
    """Center, roster and clip from this process; the desk in one of its own, so that only the program is measured."""
    from demo.clips.library import ClipKind
    from demo.setup import first_start, prepare

    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        clips = ROOT / "var" / "clips"
        clips.mkdir(parents=True, exist_ok=True)
        (folder / "clips").symlink_to(clips)
        demo = prepare(folder / "memory", stack, kind=ClipKind.LIVE, seed=1, say=lambda _words: None)
        first_start(demo, lambda _words: None)
        command = (sys.executable, "-m", "bench.memory", str(demo.options.paths.data), str(demo.options.stand_ins[0]))
        return next(
            (code for _ in range(TRIES) if (code := subprocess.run(command, cwd=ROOT, check=False).returncode) < 2), 2
        )


if __name__ == "__main__":
    sys.exit(inside(Path(sys.argv[1]), Path(sys.argv[2])) if len(sys.argv) == 3 else main())
