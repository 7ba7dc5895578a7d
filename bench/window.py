"""How long the window's event loop is deaf during whole visits with the real camera thread, engine process, store and center.

``python -m bench.window --visits 3`` plays the demo's visit offscreen, without taking screenshots (those would be the player's own gaps),
and prints the distribution over everything, and where the loop was while it was deaf for longer than the limit.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter, sleep

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from app.bootstrap import build, make_application, open_desk
from app.runtime.watchdog import LIMIT_MS, Watchdog
from bench.quiet import Blind, QuietStory
from demo.clips.library import ClipKind
from demo.setup import first_start, prepare

ROOT = Path(__file__).resolve().parents[1]
LOOK_S = 0.005


class Sampler(QObject):
    """Looks at the window's thread from another one: what was it doing when the loop had been deaf for too long?"""

    def __init__(self) -> None:
        super().__init__()
        self.where: Counter[str] = Counter()
        self._last = perf_counter()
        self._ended = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(4)
        self._main = threading.get_ident()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _on_tick(self) -> None:
        self._last = perf_counter()

    def _look(self) -> None:
        told = 0.0
        while not self._ended:
            sleep(LOOK_S)
            if (perf_counter() - self._last) * 1e3 < LIMIT_MS or told == self._last:
                continue
            told = self._last
            frame = sys._current_frames().get(self._main)
            ours = [line for line in traceback.extract_stack(frame) if str(ROOT) in line.filename]
            names = [f"{Path(line.filename).name}:{line.lineno} {line.name}" for line in ours]
            self.where[" < ".join(reversed(names[-4:])) or "Qt"] += 1

    def stop(self) -> None:
        """End the looking."""
        self._ended = True
        self._timer.stop()
        self._thread.join()


def visit(folder: Path, watchdog: Watchdog) -> Counter[str]:
    """One visit on a fresh demo; the watchdog counts on from the first paint to the end."""
    with ExitStack() as stack:
        demo = prepare(folder, stack, kind=ClipKind.LIVE, seed=1, say=lambda _words: None)
        first_start(demo, lambda _words: None)
        application = make_application(["bench"])
        desktop = build(demo.options, stack, open_desk(demo.options, stack))
        desktop.window.resize(1366, 768)
        desktop.window.show()
        application.processEvents()
        sampler = Sampler()
        watchdog.go_on()
        player = Blind(desktop.window, folder, say=lambda _words: None)
        story = QuietStory(desktop, player, desktop.means.desk.uow, folder)
        story.play()
        watchdog.pause()
        sampler.stop()
        desktop.window.close()
        return sampler.where


def idle() -> None:
    """The same watchdog in a process that does nothing, until its input closes: what the machine itself does to a timer."""
    application = QCoreApplication(["idle"])
    watchdog = Watchdog()
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    poll = QTimer()
    poll.timeout.connect(lambda: application.quit() if ended.is_set() else None)
    poll.start(50)
    watchdog.start()
    application.exec()
    print("\n".join(watchdog.stop().lines()))


def main() -> None:
    """Print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--idle", action="store_true", help="only the control: a process that does nothing")
    chosen = parser.parse_args()
    if chosen.idle:
        idle()
        return
    control = subprocess.Popen(
        (sys.executable, "-m", "bench.window", "--idle"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    make_application(["bench"])
    watchdog, where = Watchdog(), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        clips = ROOT / "var" / "clips"
        clips.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "clips").symlink_to(clips)
        for number in range(chosen.visits):
            where += visit(Path(folder) / f"visit-{number}", watchdog)
    print(f"{chosen.visits} visits, engine in its own process, 640×480 clip at 20 fps, offscreen:")
    for line in watchdog.report().lines():
        print(line)
    print(watchdog.report().histogram())
    print(f"control, an idle process beside it: {control.communicate()[0].strip()}")
    for place, count in where.most_common(12):
        print(f"  deaf {count} × in {place}")


if __name__ == "__main__":
    main()
