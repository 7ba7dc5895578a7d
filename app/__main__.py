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


def check_audit(arguments: list[str]) -> int:
    """``certdesk audit``: is the audit log whole? 0 when it is, 1 with words about the first fault.

    ``--seals FILE``: it must still hold these signatures; ``--write-seal FILE``: add the newest one to a file kept elsewhere.
    """
    from contextlib import ExitStack

    from app.errors import AppError
    from app.opening import Options, open_desk
    from app.paths import DeskPaths
    from app.services import audit_seals
    from app.ui.error_text import words

    parser = argparse.ArgumentParser(prog="certdesk audit", description="检查操作日志有没有被改动")
    parser.add_argument("--data", type=Path, help="data folder (default: the user's)")
    parser.add_argument("--seals", type=Path, help="signatures kept elsewhere")
    parser.add_argument("--write-seal", type=Path, help="add the newest signature to this file")
    parser.add_argument("--file-secrets", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    paths = DeskPaths(chosen.data) if chosen.data is not None else DeskPaths.default()
    try:
        known = audit_seals.from_text(chosen.seals.read_text("utf-8")) if chosen.seals is not None else ()
        with ExitStack() as stack:
            store = open_desk(Options(paths=paths, file_secrets=chosen.file_secrets), stack)
            whole, line = store.examination.verify_log(known)
            newest = store.seals.newest()
            if whole and chosen.write_seal is not None and newest is not None:
                with chosen.write_seal.open("a", encoding="utf-8") as file:
                    file.write(audit_seals.to_text(newest) + "\n")
    except AppError as error:
        whole, line = False, words(error)
    except OSError as error:
        whole, line = False, f"文件读写不了（{error.strerror}）。"
    if sys.stdout is not None:
        sys.stdout.buffer.write(f"{line}\n".encode())
    return int(not whole)


def pack_diagnostics(arguments: list[str]) -> int:
    """``certdesk diagnostics FILE``: the diagnostics of a program that does not open; without the examination, which needs it open."""
    from app.examination import bundle
    from app.paths import DeskPaths

    parser = argparse.ArgumentParser(prog="certdesk diagnostics", description="打包诊断信息，不打开窗口")
    parser.add_argument("--data", type=Path, help="data folder (default: the user's)")
    parser.add_argument("file", type=Path, help="where to (zip)")
    chosen = parser.parse_args(arguments)
    paths = DeskPaths(chosen.data) if chosen.data is not None else DeskPaths.default()
    try:
        chosen.file.write_bytes(bundle(paths, ()))
    except OSError as error:
        status, line = 1, f"文件写不了（{error.strerror}）。"
    else:
        status, line = 0, f"诊断信息已存到“{chosen.file}”，里面没有姓名、证件号和照片。"
    if sys.stdout is not None:
        sys.stdout.buffer.write(f"{line}\n".encode())
    return status


def main(arguments: list[str]) -> int:
    """Parse and run."""
    if arguments[:1] == ["--engine-worker"]:
        from app.face import worker  # before Qt: the engine's process must stay small

        return int(worker.main(arguments[1:]) or 0)
    if arguments[:1] == ["--speaker"]:
        from app.runtime import speaker

        return speaker.main(arguments[1:])
    if arguments[:1] == ["--card-worker"]:
        from app.cards import worker as card_worker

        return card_worker.main(arguments[1:])
    if arguments[:1] == ["rollout"]:
        return check_rollout(arguments[1:])
    if arguments[:1] == ["audit"]:
        return check_audit(arguments[1:])
    if arguments[:1] == ["diagnostics"]:
        return pack_diagnostics(arguments[1:])
    parser = argparse.ArgumentParser(prog="certdesk", description="待遇领取资格认证")
    parser.add_argument("--data", type=Path, help="data folder (default: the user's)")
    parser.add_argument("--ca", type=Path, help="certificate authority of the center (PEM)")
    parser.add_argument("--rollout", type=Path, help="roll-out file (default: the machine's)")
    parser.add_argument(
        "--take-along", type=Path, metavar="FILE", help="open a home visit's package (no desk is needed)"
    )
    chosen = parser.parse_args(arguments)
    from app import away
    from app.bootstrap import Options
    from app.paths import DeskPaths, rollout_file

    paths = DeskPaths(chosen.data) if chosen.data is not None else DeskPaths.default()
    options = Options(
        paths=paths, ca_file=chosen.ca, rollout_file=chosen.rollout or rollout_file(), updates=hasattr(sys, "frozen")
    )
    if chosen.take_along is not None:
        return away.take_along(options, arguments=[sys.argv[0]], file=chosen.take_along)
    return away.start(options, arguments=[sys.argv[0]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
