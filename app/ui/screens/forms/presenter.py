"""The month's forms: board, scans, batch, paper mark."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from app.domain.calendar import Month
from app.domain.confirmation import CaseState, FormCase
from app.domain.papers import UnitFacts
from app.domain.scan import PageReading, ScanDoubt
from app.errors import AppError
from app.services.case_scans import CaseScans, ScanMatch
from app.services.month import BatchEntry, Board, BoardRow, MonthForms
from app.services.paper_facts import PaperFacts
from app.services.ports import ScanBack, TaskRunner
from app.services.roster import Roster
from app.ui import text
from app.ui.error_text import words
from app.ui.ports import Navigate, Say
from app.ui.session import Session

WriteFolder = Callable[[Path, UnitFacts, Month, Sequence[BatchEntry], Sequence[str]], Path]
MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanItem:
    """One page to look at.

    Attributes:
        reading: what the reader saw; None when the file could not be read at all.
        match: its case and all doubts; None when it has none here.
        name: whose, "" when unknown.
        trouble: why it can't be taken, in words; "" when it can.
        taken: it is in.
    """

    reading: PageReading | None
    match: ScanMatch | None = None
    name: str = ""
    trouble: str = ""
    taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanState:
    """The pages, and which one is being looked at; ``busy`` while files are read."""

    items: tuple[ScanItem, ...] = ()
    at: int = 0
    busy: bool = False

    @property
    def item(self) -> ScanItem | None:
        """The page in hand."""
        return self.items[self.at] if self.at < len(self.items) else None


class FormsView(Protocol):
    """What the presenter asks of the view."""

    def show_board(self, board: Board) -> None: ...
    def show_scans(self, state: ScanState) -> None: ...
    def choose_files(self) -> tuple[Path, ...]: ...
    def choose_folder(self) -> Path | None: ...


class FormsPresenter:
    """Reads scans off the window's thread, one at a time; everything else on the database worker."""

    def __init__(
        self,
        *,
        view: FormsView,
        month: MonthForms,
        scans: CaseScans,
        roster: Roster,
        facts: PaperFacts,
        reader: ScanBack,
        write_folder: WriteFolder,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
        sent: Callable[[], None],
    ) -> None:
        self._view, self._month, self._scans, self._roster = view, month, scans, roster
        self._facts, self._reader, self._write_folder = facts, reader, write_folder
        self._session, self._tasks, self._say, self._navigate = session, tasks, say, navigate
        self._sent = sent
        self._state = ScanState()

    # ------------------------------------------------------------------ board

    def refresh(self) -> None:
        """Read the board again."""
        self._tasks.database(self._month.board, self._view.show_board, self._say.error)

    def go_on(self, row: BoardRow) -> None:
        """Fill in, print or rework: through a visit of that person."""
        if row.case.state in (CaseState.IN_BATCH, CaseState.SENT, CaseState.ACCEPTED):
            self._navigate.person(row.case.retiree_id)
        else:
            self._navigate.visit(row.case.retiree_id)

    def deliver(self, row: BoardRow) -> None:
        """The paper was handed over."""
        clerk = self._session.operator_id
        self._tasks.database(
            lambda: self._month.deliver_paper(row.case.id, operator_id=clerk), self._delivered, self._say.error
        )

    def send(self) -> None:
        """The batch: records to the center, and the folder for 人社通 where the clerk says."""
        folder = self._view.choose_folder()
        if folder is None:
            return
        clerk = self._session.operator_id

        def work() -> tuple[Path, int]:
            entries = self._month.send(operator_id=clerk)
            reasons = [text.REASON[entry.case.reason].split("（")[0] for entry in entries]
            batch = entries[0].case.batch
            assert batch is not None
            return self._write_folder(folder, self._facts.unit(), batch, entries, reasons), len(entries)

        self._tasks.database(work, self._batch_made, self._say.error)

    def _delivered(self, _case: FormCase) -> None:
        self._say.notice("已记下：纸质表已交。")
        self.refresh()

    def _batch_made(self, made: tuple[Path, int]) -> None:
        folder, count = made
        self._say.notice(f"{count} 张已列入报送；人社通要用的文件夹：{folder.name}。")
        self.refresh()
        self._sent()

    # ------------------------------------------------------------------ scans

    def scan_in(self) -> None:
        """Choose files and read them."""
        files = self._view.choose_files()
        if not files or self._state.busy:
            return
        self._show(ScanState(busy=True))
        self._tasks.io(lambda: self._read(files), self._read_done, self._read_failed)

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

        self._tasks.database(work, lambda _case: self._taken(), self._say.error)

    def skip(self) -> None:
        """Not this page: on to the next; after the last one back to the board."""
        self._next()

    def _read(self, files: Sequence[Path]) -> tuple[ScanItem, ...]:
        """On the I/O worker: every page of every file; a bad file is one item with its words, the others go on."""
        items: list[ScanItem] = []
        for path in files:
            try:
                items.extend(self._item(page) for page in self._reader.read_file(path.read_bytes(), name=path.name))
            except AppError as error:
                items.append(ScanItem(reading=None, name=path.name, trouble=words(error)))
            except OSError:
                items.append(ScanItem(reading=None, name=path.name, trouble=f"“{path.name}”打不开，请重新选择。"))
        return tuple(items)

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
        return ScanItem(reading=page, match=match, name=self._name(match), trouble=_closed(match))

    def _name(self, match: ScanMatch) -> str:
        try:
            return self._roster.card(match.case.retiree_id).retiree.name
        except AppError:
            return ""

    def _read_done(self, items: tuple[ScanItem, ...]) -> None:
        self._show(ScanState(items=items))

    def _read_failed(self, error: Exception) -> None:
        self._show(ScanState())
        self._say.error(error)

    def _taken(self) -> None:
        done = tuple(
            replace(item, taken=True) if number == self._state.at else item
            for number, item in enumerate(self._state.items)
        )
        self._state = replace(self._state, items=done)
        self._next()

    def _next(self) -> None:
        state = replace(self._state, at=self._state.at + 1)
        if state.item is None:
            taken = sum(item.taken for item in state.items)
            self._say.notice(f"看完了：收下 {taken} 页，没收 {len(state.items) - taken} 页。")
            self._show(ScanState())
            self.refresh()
            return
        self._show(state)

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
