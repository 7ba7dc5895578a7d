"""Logging: one rotating file with ids only, warnings on the console too. Never names, ID numbers or pictures.

Callers log ids. Two locks behind that: an exception is written without its message, which may quote values, and what still looks like a
name, a long number or the bytes of a picture is blotted out. A log that can't be written (a full disk) costs its line and nothing else.
"""

import contextlib
import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from app.errors import AppError
from app.services.blots import without_names

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
LARGEST_BYTES = 2 * 1024 * 1024
KEPT_FILES = 5
LONGEST = 16 * 1024
"""Characters of one record; a fault thousands of calls deep must not turn the file over."""
DEEPEST = 8
ROOT = Path(__file__).resolve().parents[1]


def place(file: str) -> str:
    """A source file's name without the folders of this machine: they are named after people."""
    parts = Path(file.replace("\\", "/")).parts
    for anchor in ("site-packages", *(part for part in parts if part.startswith("python3."))):
        if anchor in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(anchor) :])
    if ROOT.parts == parts[: len(ROOT.parts)]:
        return "/".join(parts[len(ROOT.parts) :])
    return "/".join(parts) if not Path(file).is_absolute() and ":" not in file else parts[-1]


def trace(error: BaseException, depth: int = 0) -> list[str]:
    """Kind and places of an exception and of those behind it, outermost last; no values."""
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = trace(behind, depth + 1) if behind is not None and depth < DEEPEST else []
    lines += [
        f"  {place(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    if isinstance(error, BaseExceptionGroup) and depth < DEEPEST:
        for inner in error.exceptions[:DEEPEST]:
            lines += [f"  | {line}" for line in trace(inner, depth + 1)]
    return [*lines, kind(error)]


def kind(error: BaseException) -> str:
    """What it is, with the code or number where it has one."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, AppError):
        return f"{name} {error.code}"
    return f"{name} {error.errno}" if isinstance(error, OSError) else name


class Discreet(logging.Formatter):
    """Formats without anybody's data."""

    def format(self, record: logging.LogRecord) -> str:
        """Another handler may have left the exception's words with the record: they are not taken."""
        kept, record.exc_text = record.exc_text, None
        try:
            text = super().format(record)
            return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n…\n{text[-LONGEST // 2 :]}"
        finally:
            record.exc_text = kept

    def formatMessage(self, record: logging.LogRecord) -> str:
        return without_names(super().formatMessage(record))

    def formatException(self, ei: object) -> str:
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(trace(error)) if isinstance(error, BaseException) else ""

    def formatStack(self, stack_info: str) -> str:  # noqa: ARG002 - source lines may quote values
        return ""


class Silent(logging.StreamHandler[TextIO]):
    """To the console, if there is one."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Python's own way prints the record with all its values to wherever stderr goes."""


class Rotating(RotatingFileHandler):
    """Stays within its bounds and never tells of its own troubles."""

    def handleError(self, record: logging.LogRecord) -> None:
        """As above: the line is lost, the program goes on."""

    def doRollover(self) -> None:
        """Where the full file can't be put aside (Windows, while another process has it open) it starts anew."""
        try:
            super().doRollover()
        except OSError:
            with contextlib.suppress(OSError):
                Path(self.baseFilename).write_bytes(b"")


def start_logging(folder: Path, *, console: bool = True) -> None:
    """Send the root logger's records to ``folder``/certdesk.log; to stderr from WARNING on."""
    folder.mkdir(parents=True, exist_ok=True)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    file = Rotating(
        folder / "certdesk.log", maxBytes=LARGEST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    file.setFormatter(Discreet(FORMAT))
    root.addHandler(file)
    if console:
        shown = Silent()
        shown.setLevel(logging.WARNING)
        shown.setFormatter(Discreet(FORMAT))
        root.addHandler(shown)
    for talkative in ("httpx", "httpcore", "alembic", "PIL"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
