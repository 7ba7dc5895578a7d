"""The home screen: counts, and the list behind each of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.confirmation import CaseState
from app.domain.form_review import TO_REVIEW
from app.domain.ids import RetireeId
from app.services.home import FORMS_OPEN, Home, HomeFigures, HomeGroup
from app.services.kept import RosterRow
from app.services.lists import Errand, ListGroup, ListQuery
from app.services.month import BoardRow, MonthForms
from app.services.ports import Clock, TaskRunner
from app.ui import home_text, text
from app.ui.ports import Navigate, Say
from app.ui.screens.home.state import ELSEWHERE, FORM_LINES, HomeLine, HomeRow, HomeState, Opened

LISTED: dict[Opened, ListQuery] = {
    HomeLine.UNREACHED: ListQuery(group=Errand.TO_REACH, unanswered=True),
    HomeLine.NEAR_LIST: ListQuery(group=Errand.NEAR_LIST),
}
"""Where the whole list is worked on."""


class HomeView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: HomeState, now: datetime) -> None: ...


class HomePresenter:
    """Counts off the window's thread; opens the list behind a number on a click."""

    def __init__(
        self,
        *,
        view: HomeView,
        home: Home,
        forms: MonthForms,
        clock: Clock,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
    ) -> None:
        self._view, self._home, self._forms, self._clock = view, home, forms, clock
        self._tasks, self._say, self._navigate = tasks, say, navigate
        self._opened: Opened | None = None
        self._figures: HomeFigures | None = None

    def refresh(self) -> None:
        """Count again."""
        opened = self._opened

        def work() -> HomeState:
            figures = self._home.figures()
            return self._state(figures, opened or most_urgent(figures))

        self._tasks.database(work, self._show, self._say.error)

    def open_list(self, opened: Opened) -> None:
        """Show whom a number counts; a number about the desk opens the screen where something can be done."""
        if opened in ELSEWHERE:
            self._navigate.open(ELSEWHERE[opened])
            return
        figures, self._opened = self._figures, opened
        if figures is not None:
            self._tasks.database(lambda: self._state(figures, opened), self._show, self._say.error)

    def choose(self, retiree_id: RetireeId) -> None:
        """Begin a visit with somebody of the list; a form goes on in its own room."""
        if self._opened in FORM_LINES:
            self.work_on()
        else:
            self._navigate.visit(retiree_id)

    def work_on(self) -> None:
        """The opened list whole, where letters, texts and contacts are made."""
        opened = self._opened or (most_urgent(self._figures) if self._figures is not None else None)
        if opened in FORM_LINES:
            self._navigate.open("audit" if opened is HomeLine.REVIEW else "forms")
        elif opened is HomeLine.PLANNED:
            self._navigate.open("plans")
        elif opened is not None:
            self._navigate.lists(LISTED.get(opened) or ListQuery(group=_group(opened)))

    # ------------------------------------------------------------------ parts

    def _show(self, state: HomeState) -> None:
        self._figures = state.figures
        if self._opened in (None, state.opened):
            self._view.show_state(state, self._clock.now())

    def _state(self, figures: HomeFigures, opened: Opened) -> HomeState:
        rows, count = self._rows(figures, opened)
        return HomeState(figures=figures, opened=opened, rows=tuple(rows), count=count)

    def _rows(self, figures: HomeFigures, opened: Opened) -> tuple[Sequence[HomeRow], int]:
        if isinstance(opened, HomeGroup):
            count = next(one.count for one in figures.groups if one.group is opened)
            return [_person(row) for row in self._home.members(opened)], count
        if opened in FORM_LINES:
            rows = [_form(row) for row in self._forms.board().rows if _listed(opened, row)]
            return rows, len(rows)
        read: dict[Opened, tuple[Callable[[], Sequence[RosterRow]], int]] = {
            HomeLine.UNREACHED: (self._home.unreached, figures.unreached),
            HomeLine.PLANNED: (self._home.planned, figures.planned),
            HomeLine.NEAR_LIST: (self._home.near_list, figures.near_list[1] if figures.near_list else 0),
        }
        people, count = read[opened]
        return [_person(row) for row in people()], count


def most_urgent(figures: HomeFigures) -> HomeGroup:
    """The first group that counts anybody."""
    return next((one.group for one in figures.groups if one.count), HomeGroup.SAFE)


def _listed(opened: Opened, row: BoardRow) -> bool:
    if opened is HomeLine.REVIEW:
        return row.going in TO_REVIEW
    return row.case.state in (FORMS_OPEN if opened is HomeLine.FORMS else (CaseState.RETURNED,))


def _group(opened: Opened) -> ListGroup | None:
    return opened if isinstance(opened, HomeGroup) else None


def _person(row: RosterRow) -> HomeRow:
    person = row.retiree
    words = text.standing_sentence(row.standing)
    return HomeRow(retiree_id=person.id, name=person.name, words=words, phone=person.phone)


def _form(row: BoardRow) -> HomeRow:
    person = row.retiree
    return HomeRow(
        retiree_id=row.case.retiree_id,
        name=person.name if person is not None else "（已不在名册）",
        words=home_text.lacks(row),
        phone=person.phone if person is not None else "",
    )
