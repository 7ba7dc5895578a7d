"""The day-end review of forms: one after the other, the scan beside the facts, passed or sent back."""

from dataclasses import dataclass, replace
from typing import Protocol

from app.domain.ids import CaseId, OperatorId
from app.services.form_reviews import FormReviews, ReviewPapers, ReviewRow
from app.services.ports import Papers, TaskRunner
from app.ui.ports import Navigate, Say
from app.ui.session import Session

Page = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """``rows``: what waits; ``at``: the one in hand; ``page``, ``papers``: its scan's page and pictures, None while they are read."""

    rows: tuple[ReviewRow, ...] = ()
    at: int = 0
    page: Page | None = None
    papers: ReviewPapers | None = None

    @property
    def row(self) -> ReviewRow | None:
        """The form in hand."""
        return self.rows[self.at] if self.at < len(self.rows) else None


class ReviewShown(Protocol):
    """What is asked of the view."""

    def show_review(self, state: ReviewState) -> None: ...
    def scan_width(self) -> int: ...


class ReviewPresenter:
    """Reads and decides off the window's thread."""

    def __init__(
        self,
        *,
        view: ReviewShown,
        reviews: FormReviews,
        papers: Papers,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
    ) -> None:
        self._view, self._reviews, self._papers = view, reviews, papers
        self._session, self._tasks, self._say, self._navigate = session, tasks, say, navigate
        self._state = ReviewState()

    def refresh(self) -> None:
        """Read again; the form in hand stays in hand while it waits."""
        who = self._session.operator_id
        self._tasks.database(lambda: self._reviews.waiting(who), self._waiting, self._say.error)

    def choose(self, number: int) -> None:
        """Another form."""
        if number == self._state.at and self._state.papers is not None:
            return
        self._state = replace(self._state, at=number, page=None, papers=None)
        self._view.show_review(self._state)
        row = self._state.row
        if row is None:
            return
        case_id, width = row.case.id, self._view.scan_width()

        def work() -> tuple[ReviewPapers, Page]:
            papers = self._reviews.papers(case_id)
            return papers, self._papers.preview(papers.scan, page=0, width_px=width)

        self._tasks.io(work, lambda read: self._read(case_id, read), self._say.error)

    def open_person(self) -> None:
        """The page of whose form it is, with all its documents."""
        if self._state.row is not None:
            self._navigate.person(self._state.row.case.retiree_id)

    def pass_on(self) -> None:
        """It may go."""
        row, who = self._state.row, self._session.operator_id
        if row is not None:
            name = _name(row)
            self._tasks.database(
                lambda: self._reviews.pass_on(row.case.id, operator_id=who),
                lambda _case: self._decided(f"{name}的确认表已通过复核。"),
                self._say.error,
            )

    def send_back(self, reason: str) -> None:
        """Not so."""
        row, who = self._state.row, self._session.operator_id
        if row is not None:
            name = _name(row)
            self._tasks.database(
                lambda: self._send_back(row.case.id, who, reason),
                lambda _case: self._decided(f"{name}的确认表已退回，经办员会看到原因。"),
                self._say.error,
            )

    def _send_back(self, case_id: CaseId, who: OperatorId, reason: str) -> None:
        self._reviews.send_back(case_id, operator_id=who, reason=reason)

    def _decided(self, words: str) -> None:
        self._say.notice(words)
        self.refresh()

    def _waiting(self, rows: tuple[ReviewRow, ...]) -> None:
        before = self._state.row.case.id if self._state.row is not None else None
        at = next((number for number, row in enumerate(rows) if row.case.id == before), 0)
        self._state = ReviewState(rows=rows, at=at)
        self.choose(at)

    def _read(self, case_id: CaseId, read: tuple[ReviewPapers, Page]) -> None:
        row = self._state.row
        if row is not None and row.case.id == case_id:
            papers, page = read
            self._state = replace(self._state, papers=papers, page=page)
            self._view.show_review(self._state)


def _name(row: ReviewRow) -> str:
    return row.retiree.name if row.retiree is not None else "此人"
