"""A scanning program run as a process that can be killed, its pages picked up from a folder one by one."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError

LOOK_S, GRACE_S = 0.1, 3.0
MEMORY = Path("/dev/shm")  # noqa: S108 - pages are personal data: where there is such a place they never touch the disk
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
PAGES = "p*.png"


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: exit status, what it said on stderr, how many pages came, whether it was stopped by the clerk."""

    status: int
    said: str
    count: int
    stopped: bool


def ask(command: Sequence[str], *, env: Mapping[str, str], limit_s: float) -> "subprocess.CompletedProcess[bytes]":
    """Run to the end. AppError('scanner.timeout')."""
    try:
        return subprocess.run(  # noqa: S603 - fixed programs, no shell
            command, capture_output=True, timeout=limit_s, env=env, check=False, creationflags=NO_WINDOW
        )
    except subprocess.TimeoutExpired as error:
        raise AppError("scanner.timeout") from error


def pages(
    command: Callable[[Path], Sequence[str]], *, env: Mapping[str, str], page_s: float, stopped: Callable[[], bool]
) -> Generator[bytes, None, Ended]:
    """Yield every page, read and removed as soon as it has its final name; return how the program ended.

    ``command`` is asked for the words of the command given the folder. AppError('scanner.timeout') after ``page_s`` without a page.
    """
    with tempfile.TemporaryDirectory(prefix="scan-", dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder = Path(name)
        with open(folder / "words", "w+b") as spoken:
            process = subprocess.Popen(  # noqa: S603 - fixed programs, no shell
                command(folder),
                stdout=subprocess.DEVNULL,
                stderr=spoken,
                env=env,
                start_new_session=True,
                creationflags=NO_WINDOW,
            )
            try:
                count, broken_off = yield from _collect(process, folder, page_s, stopped)
            finally:
                _end(process)
            spoken.seek(0)
            said = spoken.read().decode("utf-8", "replace")
    return Ended(process.returncode, said, count, broken_off)


def _collect(
    process: "subprocess.Popen[bytes]", folder: Path, page_s: float, stopped: Callable[[], bool]
) -> Generator[bytes, None, tuple[int, bool]]:
    count, until = 0, time.monotonic() + page_s
    while True:
        ended = process.poll() is not None  # asked before looking, so that the last page is not missed
        for path in sorted(folder.glob(PAGES)):
            data = path.read_bytes()
            path.unlink()
            count += 1
            yield data
            until = time.monotonic() + page_s
        if ended:
            return count, False
        if stopped():
            return count, True
        if time.monotonic() > until:
            raise AppError("scanner.timeout")
        time.sleep(LOOK_S)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kindly first: the driver then lets the paper out and the device go. Then with all its children."""
    if process.poll() is not None:
        return
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
