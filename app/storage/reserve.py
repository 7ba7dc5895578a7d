"""Room for the visit in hand: a file of some size that is given up when the disk runs full, and taken back when there is room again.

While it is whole, a visit may begin. Once it was given up, what was begun can be finished with the room it leaves; the next visit must wait
until the clerk has cleared some space. Looked at before each transaction (one call to the system), given up at once when a write fails.
"""

import logging
import os
import shutil
import threading
from pathlib import Path

NAME = "reserve"
RESERVE_BYTES = 64 * 1024 * 1024
"""Pictures, a clip and a scan of one visit, the papers of the month, and what the database needs beside them."""
LOW_BYTES = 16 * 1024 * 1024
"""Less room than this, and the reserve is given up before anything fails."""
_PIECE = 1024 * 1024
_log = logging.getLogger(__name__)


def free_bytes(folder: Path) -> int:
    """What this user may still write there."""
    return shutil.disk_usage(folder).free


class Reserve:
    """Thread-safe. ``folder``: on the disk that the store is on; must exist."""

    def __init__(self, folder: Path, *, size: int = RESERVE_BYTES, low: int = LOW_BYTES) -> None:
        self._folder, self._path, self._size, self._low = folder, folder / NAME, size, low
        self._lock = threading.Lock()

    @property
    def whole(self) -> bool:
        """Whether it is there in its full size."""
        try:
            return self._path.stat().st_size >= self._size
        except OSError:
            return False

    def look(self) -> None:
        """Give it up when the disk is nearly full."""
        try:
            low = free_bytes(self._folder) < self._low
        except OSError:
            return
        if low and self.whole:
            self.give_up()

    def give_up(self) -> bool:
        """Its room is there for others now; False when there was nothing to give."""
        with self._lock:
            try:
                self._path.unlink()
            except OSError:
                return False
        _log.warning("the disk is full: the reserve is given up")
        return True

    def enough(self) -> bool:
        """Whether another visit may begin: the reserve is whole, or there is room to make it so again."""
        self.look()
        with self._lock:
            if not self.whole:
                self._take()
        return self.whole

    def _take(self) -> None:
        """With all its blocks, because a hole in a file keeps no room."""
        part = self._path.with_suffix(".part")
        try:
            if free_bytes(self._folder) < self._size + 2 * self._low:
                return
            with part.open("wb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, self._size)
                else:
                    for _ in range(self._size // _PIECE):
                        file.write(bytes(_PIECE))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError as error:
            _log.warning("no room for the reserve: %s", error.errno)
            part.unlink(missing_ok=True)
