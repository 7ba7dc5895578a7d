"""Scans coming in, from files, a scanner, a watched folder or the camera: read off the window's thread, then looked at page by page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Protocol

from app.domain.confirmation import CaseState, FormCase
from app.domain.scan import PageReading, ScanDoubt
from app.errors import AppError
from app.services.case_scans import CaseScans, ScanMatch
from app.services.ports import ScanBack, ScannerDevice, Scanners, TaskRunner
from app.services.roster import Roster
from app.ui import text
from app.ui.error_text import words
from app.ui.ports import Say
from app.ui.session import Session

MEDIA_TYPE = "application/pdf"
SCANNED = (CaseState.SCAN_CHECKED, CaseState.REVIEWED, CaseState.IN_BATCH, CaseState.SENT, CaseState.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanItem:
    """One page to look at.

    Attributes:
        reading: what the reader saw; None when the file could not be read at all.
        match: its case and all doubts; None when it has none here.
        name: whose, "" when unknown.
        trouble: why it can't be taken, in words; "" when it can.
        taken: it is in.
        path: the file it came from, if it came from one.
    """

    reading: PageReading | None
    match: ScanMatch | None = None
    name: str = ""
    trouble: str = ""
    taken: bool = False
    path: Path | None = None

    @property
    def settled(self) -> bool:
        """Its form has a checked scan, from this page or from an earlier one: the page is needed no more."""
        return self.taken or (self.match is not None and self.match.case.state in SCANNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanState:
    """The pages, and which one is being looked at; ``busy`` while they are read, ``read`` how many so far."""

    items: tuple[ScanItem, ...] = ()
    at: int = 0
    busy: bool = False
    read: int = 0

    @property
    def item(self) -> ScanItem | None:
        """The page in hand."""
        return self.items[self.at] if self.at < len(self.items) else None


class ScansView(Protocol):
    """What is asked of the view."""

    def show_scans(self, state: ScanState) -> None: ...
    def choose_files(self) -> tuple[Path, ...]: ...
    def choose_scanner(self, devices: Sequence[ScannerDevice]) -> ScannerDevice | None:
        """Which of several; None when cancelled."""
        ...


class Scans:
    """One lot of pages at a time. ``finished`` is called with it when the clerk has been through."""

    def __init__(
        self,
        *,
        view: ScansView,
        scans: CaseScans,
        roster: Roster,
        reader: ScanBack,
        scanners: Scanners,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        finished: Callable[[tuple[ScanItem, ...]], None],
    ) -> None:
        self._view, self._scans, self._roster = view, scans, roster
        self._reader, self._scanners = reader, scanners
        self._session, self._tasks, self._say, self._finished = session, tasks, say, finished
        self._state = ScanState()
        self._read, self._stop = 0, Event()

    @property
    def idle(self) -> bool:
        """Nothing is being read or looked at."""
        return not self._state.busy and self._state.item is None

    # ------------------------------------------------------------------ where pages come from

    def from_files(self) -> None:
        """Choose files and read them."""
        files = self._view.choose_files()
        if files:
            self.read_files(files)

    def read_files(self, files: Sequence[Path]) -> None:
        """Read these; nothing while others are in hand."""
        self._begin(lambda: self._files(files))

    def read_pictures(self, pictures: Sequence[bytes]) -> None:
        """Pages from the camera."""
        self._begin(
            lambda: (
                item for number, data in enumerate(pictures, 1) for item in self._pages(data, f"摄像头第 {number} 张")
            )
        )

    def from_scanner(self) -> None:
        """Ask which scanner where there are several, and read what lies in it."""
        if self.idle:
            self._show(ScanState(busy=True))
            self._tasks.io(self._scanners.devices, self._scanners_found, self._failed)

    def _scanners_found(self, devices: Sequence[ScannerDevice]) -> None:
        self._show(ScanState())
        device = devices[0] if len(devices) == 1 else self._view.choose_scanner(devices)
        if device is not None:
            self._begin(lambda: self._scanned(device))

    def _begin(self, source: Callable[[], Iterator[ScanItem]]) -> None:
        if not self.idle:
            return
        self._read = 0
        self._stop.clear()
        self._show(ScanState(busy=True))
        self._tasks.io(lambda: self._gathered(source), self._gathered_all, self._failed)

    def tick(self) -> None:
        """Called now and then: how many pages are through."""
        if self._state.busy and self._state.read != self._read:
            self._show(replace(self._state, read=self._read))

    def stop(self) -> None:
        """No more pages; those that were read are looked at."""
        self._stop.set()

    # ------------------------------------------------------------------ on the I/O worker

    def _gathered(self, source: Callable[[], Iterator[ScanItem]]) -> tuple[ScanItem, ...]:
        items: list[ScanItem] = []
        for item in source():
            items.append(item)
            self._read = len(items)
            if self._stop.is_set():
                break
        return tuple(items)

    def _files(self, files: Sequence[Path]) -> Iterator[ScanItem]:
        """Every page of every file; a bad file is one item with its words, the others go on."""
        for path in files:
            try:
                data = path.read_bytes()
            except OSError:
                yield ScanItem(reading=None, name=path.name, trouble=f"“{path.name}”打不开，请重新选择。", path=path)
                continue
            for item in self._pages(data, path.name):
                yield replace(item, path=path)

    def _scanned(self, device: ScannerDevice) -> Iterator[ScanItem]:
        """What is through before an error counts; with nothing through the error is all there is to say."""
        count = 0
        try:
            for picture in self._scanners.scan(device, stopped=self._stop.is_set):
                count += 1
                yield from self._pages(picture, f"扫描仪第 {count} 张")
        except AppError as error:
            if not count:
                raise
            yield ScanItem(reading=None, name="扫描没有做完", trouble=words(error))

    def _pages(self, data: bytes, name: str) -> Iterator[ScanItem]:
        try:
            for page in self._reader.read_file(data, name=name):
                yield self._item(page)
        except AppError as error:
            yield ScanItem(reading=None, name=name, trouble=words(error))

    def _item(self, page: PageReading) -> ScanItem:
        if page.case_id is None:
            doubt = text.SCAN_DOUBT[page.spots[0].doubt] if page.spots else "这一页认不出来"
            return ScanItem(
                reading=page, trouble=f"{doubt}，不知道是谁的表。请把整页放平，用 200 dpi 以上彩色重新扫描。"
            )
        try:
            match = self._scans.match(page)
        except AppError as error:
            return ScanItem(reading=page, trouble=words(error))
        return ScanItem(reading=match.reading, match=match, name=self._name(match), trouble=_closed(match))

    def _name(self, match: ScanMatch) -> str:
        try:
            return self._roster.card(match.case.retiree_id).retiree.name
        except AppError:
            return ""

    # ------------------------------------------------------------------ page by page

    def take(self, *, signed_on: date, looked_at: frozenset[ScanDoubt]) -> None:
        """The page in hand counts."""
        item = self._state.item
        if item is None or item.reading is None:
            return
        reading, clerk = item.reading, self._session.operator_id

        def work() -> FormCase:
            pdf = self._reader.page_pdf(reading.picture_jpeg)
            return self._scans.take(
                reading, operator_id=clerk, signed_on=signed_on, looked_at=looked_at, scan=pdf, media_type=MEDIA_TYPE
            )

        self._tasks.database(work, lambda _case: self._taken(), self._not_taken)

    def skip(self) -> None:
        """Not this page: on to the next; after the last one back to the board."""
        self._next()

    def _gathered_all(self, items: tuple[ScanItem, ...]) -> None:
        self._show(ScanState(items=items))
        if not items:
            self._say.notice("没有读到页面。")

    def _failed(self, error: Exception) -> None:
        self._show(ScanState())
        self._say.error(error)

    def _not_taken(self, error: Exception) -> None:
        """A page taken just now may have made this one doubtful (the same signature): then it is shown with that doubt."""
        self._say.error(error)
        item = self._state.item
        if isinstance(error, AppError) and error.code == "scan.needs_decision" and item is not None and item.reading:
            reading = item.reading
            self._tasks.io(lambda: self._item(reading), self._shown_anew, self._say.error)

    def _shown_anew(self, item: ScanItem) -> None:
        before = self._state.item
        if before is not None and item.match is not None and before.match is not None and item.match != before.match:
            items = list(self._state.items)
            items[self._state.at] = replace(item, path=before.path)
            self._show(replace(self._state, items=tuple(items)))

    def _taken(self) -> None:
        done = tuple(
            replace(item, taken=True) if number == self._state.at else item
            for number, item in enumerate(self._state.items)
        )
        self._state = replace(self._state, items=done)
        self._next()

    def _next(self) -> None:
        state = replace(self._state, at=self._state.at + 1)
        if state.item is not None:
            self._show(state)
            return
        taken = sum(item.taken for item in state.items)
        self._say.notice(f"看完了：收下 {taken} 页，没收 {len(state.items) - taken} 页。")
        self._show(ScanState())
        self._finished(state.items)

    def _show(self, state: ScanState) -> None:
        self._state = state
        self._view.show_scans(state)


def _closed(match: ScanMatch) -> str:
    """Why a page with a case can't be taken whatever the clerk says."""
    if ScanDoubt.FACTS_CHANGED in match.doubts:
        return words(AppError("scan.facts_changed"))
    if match.case.state is not CaseState.PRINTED:
        return f"这张表现在是“{text.CASE_STATE[match.case.state]}”，不用再收扫描件。"
    return ""
