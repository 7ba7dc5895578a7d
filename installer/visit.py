"""The installed program plays one whole visit by itself, offscreen: a companion for installer/deb/try.sh, never shipped.

The window's process has the demo's modules on top of the frozen ones; libraries, models, fonts, the engine's and the card reader's process
are the installed program's own. The center and the clip that stands in for a webcam come from outside.
"""

import argparse
import multiprocessing
import os
import sys
import time
from pathlib import Path


def main() -> int:
    """0 when every step came out."""
    multiprocessing.freeze_support()  # as installer/entry.py
    parser = argparse.ArgumentParser(prog="certdesk-visit")
    parser.add_argument("--address", required=True, help="of the center")
    parser.add_argument("--code", required=True, help="enrolment code")
    parser.add_argument("--clip", type=Path, required=True, help="stands in for the webcam")
    parser.add_argument("--pictures", type=Path, required=True, help="what the visit leaves")
    chosen = parser.parse_args()
    sys.executable = str(
        Path(sys.executable).with_name("certdesk")
    )  # whom the engine's and the card reader's process are started from
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.bootstrap import Options
    from app.paths import DeskPaths
    from demo.desk import set_up
    from demo.played import played

    def say(words: str) -> None:
        sys.stdout.buffer.write(f"{words}\n".encode())
        sys.stdout.flush()

    began = time.perf_counter()
    chosen.pictures.mkdir(parents=True, exist_ok=True)
    options = Options(paths=DeskPaths.default(), stand_ins=(chosen.clip,), file_secrets=True)
    say(f"{set_up(options, address=chosen.address, code=chosen.code)} items of the roster came")
    return played(options, chosen.pictures, resume=False, began=began, say=say)


if __name__ == "__main__":
    sys.exit(main())
