"""Incidents: what the program did not expect. Each gets a number for the telephone and a report file without anybody's data.

A report says where in the program it happened, never with what: messages of exceptions quote values (a database error quotes whole rows),
so they are left out; only an AppError's code and a system error's number are kept. Used by the desk and by the engine's process.
"""

import contextlib
import faulthandler
import logging
import os
import platform
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from app.log import place, trace
from app.version import VERSION

KEPT = 20
"""Report files; older ones go."""
REPEAT_S = 10.0
"""The same fault again within this time is not told again."""
FOLDER = "CERTDESK_CRASHES"
"""Environment: where a child process writes its reports."""
NATIVE = "native-{process}.trace"
_FRAME = re.compile(r'File "([^"]*)", line (\d+) in (.+)')
log = logging.getLogger(__name__)


class Incidents:
    """Writes reports into ``folder``; safe from any thread, never raises."""

    def __init__(self, folder: Path, now: Callable[[], datetime], *, process: str = "desk") -> None:
        self.folder, self._now, self._process = folder, now, process
        self._known: dict[tuple[str, ...], str] = {}

    def report(self, error: BaseException) -> str:
        """The number, under which report and log tell what happened; the same fault keeps its number."""
        already = getattr(error, "incident", "")
        if already:
            return str(already)
        lines = trace(error)
        number = self._known.get(tuple(lines))
        if number is None:
            number = new_number()
            self._known[tuple(lines)] = number
            self._write(number, lines)
        log.error("incident %s %s", number, lines[-1].strip() if lines else "")
        return number

    def collect_native(self) -> tuple[str, ...]:
        """Write reports of crashes below Python that the last run left behind; call before ``watch_native``.

        Returns the numbers of this process's own: a child of it that crashed was replaced at once, the run went on.
        """
        numbers = []
        for file in sorted(self.folder.glob(NATIVE.format(process="*"))):
            with contextlib.suppress(OSError):
                text = file.read_text(encoding="utf-8", errors="replace")
                file.unlink()
                if text.strip():
                    number = new_number()
                    log.error("the last run left %s: incident %s", file.stem, number)
                    if file.match(NATIVE.format(process=f"{self._process}-*")):
                        numbers.append(number)
                    self._write(number, [f"{file.stem}: the process was ended from below", *native_lines(text)])
        return tuple(numbers)

    def watch_native(self) -> Callable[[], None]:
        """From now on a crash below Python leaves where every thread was (functions and lines, no values). Returns what undoes it."""
        path = self.folder / NATIVE.format(process=f"{self._process}-{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            target = path.open("w")
        except OSError:
            return lambda: None
        faulthandler.enable(file=target)

        def undo() -> None:
            faulthandler.disable()
            target.close()
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

        return undo

    def _write(self, number: str, lines: list[str]) -> None:
        head = [
            f"incident {number}",
            f"at {self._now().isoformat(timespec='seconds')}",
            f"certdesk {VERSION}, python {platform.python_version()}, {platform.system()} {platform.release()}",
            f"process {self._process}, thread {threading.current_thread().name}",
            "",
        ]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"crash-{number}.txt").write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
            reports = sorted(self.folder.glob("crash-*.txt"), key=lambda path: path.stat().st_mtime_ns)
            for old in reports[:-KEPT]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.warning("incident %s could not be written: %s", number, error.errno)


def new_number() -> str:
    """Eight characters in two groups, to be read out on the telephone."""
    text = secrets.token_hex(4).upper()
    return f"{text[:4]}-{text[4:]}"


def native_lines(text: str) -> list[str]:
    """What a crash below Python has left, without the folders of this machine."""
    lines = [line for line in text.splitlines() if line.startswith("Fatal Python error") or "exception" in line][:2]
    return lines + [f"  {place(file)}:{line} {name}" for file, line, name in _FRAME.findall(text)]


def of_environment(process: str) -> Incidents | None:
    """For a child process: its book in the folder that its parent has named, watching from now on for what nobody catches."""
    folder = os.environ.get(FOLDER, "")
    if not folder:
        return None
    book = Incidents(Path(folder), _now, process=process)
    book.watch_native()
    watch(book, lambda _number: None)  # the parent tells that its process has died
    return book


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a child process has no Clock; nothing is decided by it


def watch(incidents: Incidents, tell: Callable[[str], None]) -> Callable[[], None]:
    """Report whatever nobody caught: on the main thread, in Qt's slots, in threads, in finalisers. Returns what undoes it.

    ``tell`` gets the number, on the thread where it happened; not for finalisers, of which a clerk notices nothing.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    told: dict[str, float] = {}

    def caught(error: BaseException) -> None:
        number = incidents.report(error)
        at = time.monotonic()
        if number not in told or at - told[number] > REPEAT_S:
            told[number] = at
            tell(number)

    def main(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if isinstance(error, Exception):
            caught(error)
        else:
            before[0](kind, error, where)

    def thread(arguments: Any) -> None:
        if isinstance(arguments.exc_value, Exception):
            caught(arguments.exc_value)

    def finaliser(arguments: Any) -> None:
        if isinstance(arguments.exc_value, Exception):
            incidents.report(arguments.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = main, thread, finaliser

    def undo() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before

    return undo
