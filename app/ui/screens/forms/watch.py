"""The watched folder: new files are read by themselves, put aside when all their pages are safe, and named where they are not."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.errors import AppError
from app.services.desk_settings import DeskSettings
from app.services.ports import Inbox, TaskRunner
from app.services.stored_settings import WATCH_FOLDER
from app.ui.error_text import words
from app.ui.ports import Say
from app.ui.screens.forms.scans import ScanItem, Scans

OpenInbox = Callable[[Path], Inbox]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchState:
    """Which folder, None when none is watched; what is wrong with it; name and reason of files that were left there."""

    folder: Path | None = None
    trouble: str = ""
    left: tuple[tuple[str, str], ...] = ()


class WatchView(Protocol):
    """What is asked of the view."""

    def show_watch(self, state: WatchState) -> None: ...
    def choose_watched(self) -> Path | None: ...


class Watch:
    """Looks when told to, only while no other pages are in hand."""

    def __init__(
        self,
        *,
        view: WatchView,
        scans: Scans,
        open_inbox: OpenInbox,
        settings: DeskSettings,
        tasks: TaskRunner,
        say: Say,
    ) -> None:
        self._view, self._scans, self._open, self._settings = view, scans, open_inbox, settings
        self._tasks, self._say = tasks, say
        self._folder: Path | None = None
        self._inbox: Inbox | None = None
        self._trouble = ""
        self._left: dict[Path, str] = {}
        self._looking = False

    def load(self) -> None:
        """The folder that was chosen before."""
        self._tasks.database(lambda: self._settings.get(WATCH_FOLDER), self._loaded, self._say.error)

    def choose(self) -> None:
        """Choose a folder; where one is watched already, stop watching it."""
        folder = None if self._folder is not None else self._view.choose_watched()
        if folder is None and self._folder is None:
            return
        self._use(folder)
        self._tasks.database(
            lambda: self._settings.set(WATCH_FOLDER, str(folder or "")), lambda _done: None, self._say.error
        )

    def look(self) -> None:
        """Anything new?"""
        inbox = self._inbox
        if inbox is None or self._looking or not self._scans.idle:
            return
        self._looking = True
        left = tuple(self._left)
        self._tasks.io(lambda: (inbox.ready(), {p for p in left if p.exists()}), self._found, self._gone)

    def finished(self, items: tuple[ScanItem, ...]) -> None:
        """The clerk has been through these: what is safe is put aside, the rest stays and is named."""
        inbox, folder = self._inbox, self._folder
        paths = {item.path: None for item in items if item.path is not None and item.path.parent == folder}
        if inbox is None or not paths:
            return
        safe = []
        for path in paths:
            open_ = [item for item in items if item.path == path and not item.settled]
            if open_:
                self._left[path] = next(
                    (item.trouble for item in open_ if item.trouble), f"有 {len(open_)} 页没有收下。"
                )
            else:
                safe.append(path)
        self._tasks.io(lambda: [path for path in safe if not inbox.settle(path)], self._settled, self._say.error)
        self._show()

    def _loaded(self, folder: str | None) -> None:
        chosen = Path(folder) if folder else None
        if chosen != self._folder:
            self._use(chosen)
        else:
            self._show()

    def _use(self, folder: Path | None) -> None:
        self._folder, self._left, self._trouble = folder, {}, ""
        self._inbox = self._open(folder) if folder is not None else None
        self._show()

    def _found(self, seen: tuple[tuple[Path, ...], set[Path]]) -> None:
        self._looking = False
        files, there = seen
        left = {path: reason for path, reason in self._left.items() if path in there and path not in files}
        changed = bool(self._trouble) or left != self._left
        self._trouble, self._left = "", left
        if files:
            self._scans.read_files(files)
        if changed:
            self._show()

    def _gone(self, error: Exception) -> None:
        self._looking = False
        told = words(error) if isinstance(error, AppError) else ""
        if told != self._trouble:
            self._trouble = told
            self._show()

    def _settled(self, stuck: list[Path]) -> None:
        for path in stuck:
            self._left[path] = "已经收下，但是没能移到“已读取”，请您自己移走。"
        self._show()

    def _show(self) -> None:
        left = tuple((path.name, reason) for path, reason in sorted(self._left.items()))
        self._view.show_watch(WatchState(folder=self._folder, trouble=self._trouble, left=left))
