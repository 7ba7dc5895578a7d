"""Printing from the month's board: all forms that are ready in one file, the month's list, and blank ones for filling in by hand."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Protocol

from app.domain.ids import CaseId
from app.domain.papers import FormFacts
from app.errors import AppError
from app.services.cases import Cases
from app.services.month import MonthForms, summary_facts
from app.services.paper_facts import PaperFacts
from app.services.ports import Papers, TaskRunner
from app.ui.ports import Printing, Say
from app.ui.session import Session

MOST_FORMS = 500
"""In one file; what is left comes with the next."""


class PrintView(Protocol):
    """What is asked of the view."""

    def show_progress(self, made: int, total: int) -> None:
        """How far the file is; ``total`` 0 takes the progress away."""
        ...


class PrintMany:
    """One file at a time. A form counts as printed only when the printer took the file, with the hash that stands on the paper."""

    def __init__(
        self,
        *,
        view: PrintView,
        month: MonthForms,
        cases: Cases,
        facts: PaperFacts,
        papers: Papers,
        printing: Printing,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        printed: Callable[[], None],
    ) -> None:
        self._view, self._month, self._cases, self._facts = view, month, cases, facts
        self._papers, self._printing, self._session = papers, printing, session
        self._tasks, self._say, self._printed = tasks, say, printed
        self._total = self._made = 0
        self._stop = Event()
        self._hashes: dict[CaseId, str] = {}

    def forms(self) -> None:
        """Every form that is filled in and was never printed."""
        if self._total:
            return
        self._tasks.database(lambda: self._month.board().printable[:MOST_FORMS], self._begin, self._say.error)

    def stop(self) -> None:
        """Cancelled: no file, nothing marked."""
        self._stop.set()

    def tick(self) -> None:
        """Called now and then: how far it is."""
        if self._total:
            self._view.show_progress(self._made, self._total)

    def summary(self) -> None:
        """The month's list of what is in the batch or ready for it."""

        def work() -> bytes:
            facts = self._month.summary()
            if not facts.rows:
                raise AppError("month.nothing_ready")
            return self._papers.summary(facts)

        self._tasks.io(
            work, lambda pdf: self._print(pdf, "汇总表已交给打印机，请负责人逐页签字、盖章。"), self._say.error
        )

    def blank_form(self) -> None:
        """One person's form for filling in by hand."""
        self._tasks.io(
            lambda: self._papers.blank_form(self._facts.unit()),
            lambda pdf: self._print(pdf, "空白确认表已交给打印机。"),
            self._say.error,
        )

    def blank_summary(self) -> None:
        """The list for filling in by hand."""
        self._tasks.io(
            lambda: self._papers.summary(summary_facts(self._facts.unit(), self._month.summary().month, ())),
            lambda pdf: self._print(pdf, "空白汇总表已交给打印机。"),
            self._say.error,
        )

    def _print(self, pdf: bytes, words: str) -> None:
        self._printing.print_pdf(pdf, title="certdesk", done=lambda: self._say.notice(words), failed=self._say.error)

    def _begin(self, ids: tuple[CaseId, ...]) -> None:
        if not ids:
            self._say.notice("没有填好、等着打印的确认表。")
            return
        self._stop.clear()
        self._made, self._total, self._hashes = 0, len(ids), {}
        self._view.show_progress(0, self._total)
        self._tasks.io(lambda: self._papers.forms(self._gathered(ids), self._go_on), self._file_made, self._failed)

    def _gathered(self, ids: tuple[CaseId, ...]) -> Iterator[FormFacts]:
        """One after the other, so that the photos of all are never in memory together."""
        for case_id in ids:
            facts = self._facts.form(case_id)
            self._hashes[case_id] = self._papers.form_hash(facts)
            yield facts

    def _go_on(self, made: int) -> bool:
        self._made = made
        return not self._stop.is_set()

    def _file_made(self, pdf: bytes | None) -> None:
        self._end()
        if pdf is None or self._stop.is_set():
            self._say.notice("已取消，一张也没有打印。")
            return
        hashes = dict(self._hashes)
        self._printing.print_pdf(pdf, title="certdesk", done=lambda: self._mark(hashes), failed=self._say.error)

    def _failed(self, error: Exception) -> None:
        self._end()
        self._say.error(error)

    def _end(self) -> None:
        self._total = 0
        self._view.show_progress(0, 0)

    def _mark(self, hashes: dict[CaseId, str]) -> None:
        clerk = self._session.operator_id

        def work() -> tuple[int, int]:
            marked = 0
            for case_id, printed in hashes.items():
                try:
                    self._cases.mark_printed(case_id, operator_id=clerk, facts_hash=printed)
                except AppError:
                    continue  # changed while it was printed: it stays on the board as not printed, and is counted below
                marked += 1
            return marked, len(hashes) - marked

        self._tasks.database(work, self._marked, self._say.error)

    def _marked(self, counts: tuple[int, int]) -> None:
        marked, changed = counts
        more = f"有 {changed} 张打印时被改动，请重新打印这几张。" if changed else ""
        self._say.notice(f"{marked} 张确认表已交给打印机，请负责人签字、盖章。{more}")
        self._printed()
