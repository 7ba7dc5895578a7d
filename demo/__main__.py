"""``python -m demo``: the demo unit in a window, or, without a display, one whole visit played by itself.

Options: ``--folder`` where its data lies (default var/demo), ``--play`` to play the visit even with a display, ``--clip`` which synthetic
clip stands in for the webcam.
"""

import argparse
import logging
import os
import shutil
import sys
import time
import traceback
from contextlib import ExitStack
from pathlib import Path

from demo.clips.library import ClipKind

ROOT = Path(__file__).resolve().parents[1]
DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY")


def has_display() -> bool:
    """True where a window can be seen."""
    return os.name == "nt" or sys.platform == "darwin" or any(os.environ.get(name) for name in DISPLAY_VARIABLES)


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="the demo unit")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo")
    parser.add_argument("--play", action="store_true", help="play one visit by itself, offscreen")
    parser.add_argument("--resume", action="store_true", help="log in and go on with what was not finished (tests)")
    parser.add_argument("--clip", choices=[kind.value for kind in ClipKind], default=ClipKind.LIVE.value)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def say(words: str) -> None:
    """One line, at once."""
    print(words, flush=True)


def main(arguments: list[str]) -> int:
    """Prepare, then show or play."""
    chosen = parse(arguments)
    play = chosen.play or chosen.resume or not has_display()
    if play:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from demo.setup import first_start, prepare

    began = time.perf_counter()
    with ExitStack() as stack:
        demo = prepare(chosen.folder, stack, kind=ClipKind(chosen.clip), seed=chosen.seed, say=say)
        first_start(demo, say)
        if not play:
            from app.away import start

            say(f"打开窗口（{time.perf_counter() - began:.1f} s）")
            return start(demo.options, arguments=[sys.argv[0]])
        from demo.played import played

        pictures = chosen.folder.parent / "visit"
        if pictures.exists() and not chosen.resume:
            shutil.rmtree(pictures)
        pictures.mkdir(parents=True, exist_ok=True)
        try:
            return played(demo.options, pictures, resume=chosen.resume, began=began, say=say)
        except Exception:
            logging.getLogger(__name__).exception("the visit failed")
            traceback.print_exc()
            return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
