"""``python -m app``: arguments, then bootstrap.run. The engine's process starts here too in a packaged program."""

import argparse
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Parse and run."""
    if arguments[:1] == ["--engine-worker"]:
        from app.face import worker  # before Qt: the engine's process must stay small

        return int(worker.main(arguments[1:]) or 0)
    parser = argparse.ArgumentParser(prog="certdesk", description="待遇领取资格认证")
    parser.add_argument("--data", type=Path, help="data folder (default: the user's)")
    parser.add_argument("--ca", type=Path, help="certificate authority of the center (PEM)")
    chosen = parser.parse_args(arguments)
    from app.bootstrap import Options, run
    from app.paths import DeskPaths

    paths = DeskPaths(chosen.data) if chosen.data is not None else DeskPaths.default()
    return run(Options(paths=paths, ca_file=chosen.ca), arguments=[sys.argv[0]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
