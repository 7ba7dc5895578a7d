"""One program per data folder: two windows on one store would confuse the clerk."""

from pathlib import Path

from PySide6.QtCore import QLockFile

from app.errors import AppError

STALE_MS = 30_000
"""A lock of a process that is gone is taken over at once; on a network drive after this time."""


def hold(folder: Path) -> QLockFile:
    """Hold the folder until the returned lock is released or the process ends. AppError('desk.running')."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(folder / "desk.lock"))
    lock.setStaleLockTime(STALE_MS)
    if not lock.tryLock(200):
        raise AppError("desk.running")
    return lock
