"""A folder into which a scanner or a colleague puts files: which are whole, and where they go once they are safe.

By polling, because network shares send no notice.
"""

import logging
from pathlib import Path

from app.errors import AppError

DONE = "已读取"
KINDS = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff"})
Mark = tuple[int, int]
"""Size and time of the last change, ns."""
log = logging.getLogger(__name__)


class FolderInbox:
    """Implements app.services.ports.Inbox. One caller at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: dict[Path, Mark] = {}
        self._given: dict[Path, Mark] = {}

    def ready(self) -> tuple[Path, ...]:
        """Files that did not change since the last look and were not given before as they are now, by name.

        AppError('inbox.gone') when the folder can't be read.
        """
        now = self._marks()
        found = [p for p, mark in now.items() if self._last.get(p) == mark and self._given.get(p) != mark and mark[0]]
        self._last = now
        self._given = {path: mark for path, mark in self._given.items() if path in now}
        self._given.update({path: now[path] for path in found})
        return tuple(sorted(found))

    def settle(self, path: Path) -> bool:
        """Move a file whose pages are all safe to the folder 已读取; False when it could not be moved (it stays, nothing is lost)."""
        if self._mark(path) != self._given.get(path):
            return False  # written anew in the meantime: what lies there now was not read
        try:
            (self._folder / DONE).mkdir(exist_ok=True)
            path.rename(_free(self._folder / DONE / path.name))
        except OSError as error:
            log.warning("a file of the watched folder was not moved: %s", error.strerror)
            return False
        return True

    def _marks(self) -> dict[Path, Mark]:
        try:
            found = [
                p for p in self._folder.iterdir() if p.suffix.lower() in KINDS and not p.name.startswith((".", "~"))
            ]
        except OSError as error:
            raise AppError("inbox.gone", name=self._folder.name) from error
        marks = {path: self._mark(path) for path in found}
        return {path: mark for path, mark in marks.items() if mark is not None}

    def _mark(self, path: Path) -> Mark | None:
        try:
            about = path.stat()
        except OSError:
            return None
        return (about.st_size, about.st_mtime_ns) if path.is_file() else None


def _free(wanted: Path) -> Path:
    candidate, number = wanted, 2
    while candidate.exists():
        candidate = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return candidate
