"""Memory of the whole program (window, engine process, speaking process if any) through a demo visit with the real engine.

``python -m bench.memory`` plays one visit offscreen, walks through every screen afterwards, opens the help and the retiree's window, and
prints each process beside the budget. RSS counts shared pages in every process, PSS once; the budget is held against the RSS sum, the
stricter of the two. The reference center and the demo's clip making run in
another process; the player that clicks is inside.
"""

import os
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil

from app.bootstrap import Options, build, make_application, open_desk
from app.paths import DeskPaths
from app.ui import text
from bench.quiet import Blind, QuietStory
from demo import story

ROOT = Path(__file__).resolve().parents[1]
BUDGET_MB = 600.0
LOOK_S = 0.25
PATIENCE_S = 240.0
"""Memory, not speed, is measured here: on a busy machine the capture may take its time."""
MB = 1024 * 1024


class Watch:
    """Looks at the program's processes in the background. Attributes: peak: the largest RSS sum so far, in MB."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def now(self) -> list[tuple[str, float, float]]:
        """Name, RSS, PSS in MB of each process."""
        me = psutil.Process()
        found = []
        for process in (me, *me.children(recursive=True)):
            try:
                memory, command = process.memory_full_info(), process.cmdline()
            except psutil.Error:
                continue
            name = next((word for word in command if "worker" in word or "speaker" in word), "window")
            found.append((name, memory.rss / MB, memory.pss / MB))
        return found

    def stop(self) -> None:
        """End the looking."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            self.peak = max(self.peak, sum(rss for _name, rss, _pss in self.now()))


def show(when: str, watch: Watch) -> float:
    """Print where things stand; the RSS sum."""
    found = watch.now()
    rss, pss = sum(r for _n, r, _p in found), sum(p for _n, _r, p in found)
    parts = ", ".join(f"{name} {r:.0f}" for name, r, _p in found)
    print(f"{when:<34} RSS {rss:6.0f} MB   PSS {pss:6.0f} MB   ({parts})")
    return rss


def run(data: Path, clip: Path) -> float:
    """The desk alone in this process; the largest RSS sum in MB."""
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
    """1 over the budget."""
    story.CAPTURE_LIMIT_S = PATIENCE_S
    peak = run(data, clip)
    held = peak < BUDGET_MB
    print(
        f"peak RSS of the whole program      {peak:6.0f} MB   budget {BUDGET_MB:.0f} MB   {'held' if held else 'OVER'}"
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
        return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(inside(Path(sys.argv[1]), Path(sys.argv[2])) if len(sys.argv) == 3 else main())
