"""Reports: choose a period, see, export, copy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.calendar import Month
from app.domain.papers import UnitFacts
from app.services.paper_facts import PaperFacts
from app.services.ports import Clock, Papers, TaskRunner
from app.services.reports import Period, Report, Reports
from app.ui.ports import Printing, Say
from app.ui.screens.reports import words
from app.ui.to_file import to_file

MONTHS_BACK, YEARS_BACK = 18, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportState:
    """The report on screen, the periods to choose from, and the feedback text."""

    report: Report
    periods: tuple[Period, ...]
    feedback: str


class ReportView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: ReportState) -> None: ...
    def copy(self, words: str) -> None: ...


class ReportPresenter:
    """Counts on the database worker, makes papers on the I/O pool."""

    def __init__(
        self,
        *,
        view: ReportView,
        reports: Reports,
        facts: PaperFacts,
        papers: Papers,
        printing: Printing,
        clock: Clock,
        tasks: TaskRunner,
        say: Say,
    ) -> None:
        self._view, self._reports, self._facts, self._papers = view, reports, facts, papers
        self._printing, self._clock, self._tasks, self._say = printing, clock, tasks, say
        self._period: Period | None = None
        self._shown: tuple[Report, UnitFacts] | None = None

    def refresh(self) -> None:
        """Count again; this month at first."""
        today = self._clock.today()
        period = self._period or Period(year=today.year, month=today.month)

        def work() -> tuple[Report, UnitFacts]:
            return self._reports.report(period), self._facts.unit()

        self._tasks.database(work, self._counted, self._say.error)

    def choose(self, period: Period) -> None:
        """Another month or year."""
        self._period = period
        self.refresh()

    def save_book(self) -> None:
        """As xlsx."""
        self._make(self._papers.report_book, "report.xlsx", "Excel 表格 (*.xlsx)", "已另存为表格。")

    def save_pdf(self) -> None:
        """As PDF."""
        self._make(self._papers.report, "report.pdf", "PDF (*.pdf)", "已另存为 PDF。")

    def copy(self) -> None:
        """The feedback text to the clipboard."""
        if self._shown is not None:
            self._view.copy(words.feedback(*self._shown))
            self._say.notice("反馈文字已复制，可以粘贴到别处。")

    def _make(self, render: Callable[..., bytes], name: str, kinds: str, done: str) -> None:
        if self._shown is None:
            return
        facts = words.facts(*self._shown)
        made = to_file(self._printing, self._say, done, name=name, kinds=kinds)
        self._tasks.io(lambda: render(facts), made, self._say.error)

    def _counted(self, found: tuple[Report, UnitFacts]) -> None:
        self._shown = found
        report, unit = found
        self._view.show_state(
            ReportState(report=report, periods=self._periods(), feedback=words.feedback(report, unit))
        )

    def _periods(self) -> tuple[Period, ...]:
        today = self._clock.today()
        months = [Month.of(today).plus(-back) for back in range(MONTHS_BACK)]
        years = [Period(year=today.year - back) for back in range(YEARS_BACK)]
        return (*(Period(year=m.year, month=m.month) for m in months), *years)
