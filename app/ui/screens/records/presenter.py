"""The records screen: the list, a filter, and the receipt again."""

from dataclasses import dataclass
from typing import Protocol

from app.services.paper_facts import PaperFacts
from app.services.ports import Papers, TaskRunner
from app.services.records import RecordRow, Records
from app.ui.ports import Printing, Say


@dataclass(frozen=True, slots=True)
class RecordsState:
    """Attributes: rows: after the filter; total: before it; here_only: only records of this desk."""

    rows: tuple[RecordRow, ...]
    total: int
    here_only: bool


class RecordsView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: RecordsState) -> None: ...


class RecordsPresenter:
    """Reads off the window's thread, filters in memory."""

    def __init__(
        self,
        *,
        view: RecordsView,
        records: Records,
        facts: PaperFacts,
        papers: Papers,
        printing: Printing,
        tasks: TaskRunner,
        say: Say,
    ) -> None:
        self._view = view
        self._records = records
        self._facts = facts
        self._papers = papers
        self._printing = printing
        self._tasks = tasks
        self._say = say
        self._rows: tuple[RecordRow, ...] = ()
        self._typed = ""
        self._here_only = True

    def refresh(self) -> None:
        """Read again."""
        self._tasks.database(self._records.rows, self._loaded, self._say.error)

    def filter(self, typed: str) -> None:
        """By name or ID number's part."""
        self._typed = typed.strip()
        self._show()

    def only_here(self, here_only: bool) -> None:
        """Only records of this desk, or all."""
        self._here_only = here_only
        self._show()

    def print_again(self, row: RecordRow) -> None:
        """The receipt of a record of this desk, with today's state."""
        if not row.made_here:
            self._say.notice("这条记录不是在本机办的，没有回执可打。")
            return

        def work() -> bytes:
            return self._papers.receipt(self._facts.receipt(row.certification.id), size="A5")

        self._tasks.database(work, self._made, self._say.error)

    def _made(self, pdf: bytes) -> None:
        self._printing.print_pdf(
            pdf, title="certdesk", done=lambda: self._say.notice("已交给打印机。"), failed=self._say.error
        )

    def _loaded(self, rows: tuple[RecordRow, ...]) -> None:
        self._rows = rows
        self._show()

    def _show(self) -> None:
        rows = tuple(row for row in self._rows if self._wanted(row))
        self._view.show_state(RecordsState(rows, len(self._rows), self._here_only))

    def _wanted(self, row: RecordRow) -> bool:
        if self._here_only and not row.made_here:
            return False
        if not self._typed:
            return True
        person = row.retiree
        return person is not None and (self._typed in person.name or self._typed.upper() in person.id_number)
