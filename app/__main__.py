"""``python -m app``: arguments, then bootstrap.run. The engine's process starts here too in a packaged program."""

import argparse
import sys
from pathlib import Path


def check_rollout(arguments: list[str]) -> int:
    """``certdesk rollout [FILE]``: what the program would take from a roll-out file; 1 with words when it is wrong or absent."""
    from app.errors import AppError
    from app.paths import rollout_file
    from app.services.rollout import read
    from app.ui.error_text import words

    file = Path(arguments[0]) if arguments else rollout_file()
    try:
        found = read(file)
    except AppError as error:
        found, line = None, words(error)
    else:
        line = f"没有找到部署文件“{file}”。"
    if found is not None:
        ca = "部署文件里的证书" if found.ca else "系统自带的证书"
        line = f"中心 {found.address}；信任 {ca}；单位 {found.unit_name or '不限'}（{found.unit_code or '不限'}）"
    if sys.stdout is not None:
        sys.stdout.buffer.write(f"{line}\n".encode())
    return int(found is None)


def main(arguments: list[str]) -> int:
    """Parse and run."""
    if arguments[:1] == ["--engine-worker"]:
        from app.face import worker  # before Qt: the engine's process must stay small

        return int(worker.main(arguments[1:]) or 0)
    if arguments[:1] == ["rollout"]:
        return check_rollout(arguments[1:])
    parser = argparse.ArgumentParser(prog="certdesk", description="待遇领取资格认证")
    parser.add_argument("--data", type=Path, help="data folder (default: the user's)")
    parser.add_argument("--ca", type=Path, help="certificate authority of the center (PEM)")
    parser.add_argument("--rollout", type=Path, help="roll-out file (default: the machine's)")
    chosen = parser.parse_args(arguments)
    from app.bootstrap import Options, run
    from app.paths import DeskPaths, rollout_file

    paths = DeskPaths(chosen.data) if chosen.data is not None else DeskPaths.default()
    options = Options(
        paths=paths, ca_file=chosen.ca, rollout_file=chosen.rollout or rollout_file(), updates=hasattr(sys, "frozen")
    )
    return run(options, arguments=[sys.argv[0]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
