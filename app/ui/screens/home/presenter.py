"""The home screen: counts and whom to call first."""

from dataclasses import dataclass
from typing import Protocol

from app.domain.ids import RetireeId
from app.services.home import Home, HomeFigures, HomeGroup
from app.services.ports import TaskRunner
from app.services.roster import Roster, RosterRow
from app.ui.ports import Navigate, Say


@dataclass(frozen=True, slots=True)
class HomeState:
    """Figures and the rows of the group now opened, most urgent first."""

    figures: HomeFigures
    opened: HomeGroup
    rows: tuple[RosterRow, ...]


class HomeView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: HomeState) -> None: ...


class HomePresenter:
    """Counts off the window's thread; opens a group's list on a click."""

    def __init__(
        self, *, view: HomeView, home: Home, roster: Roster, tasks: TaskRunner, say: Say, navigate: Navigate
    ) -> None:
        self._view = view
        self._home = home
        self._roster = roster
        self._tasks = tasks
        self._say = say
        self._navigate = navigate
        self._opened: HomeGroup | None = None
        self._figures: HomeFigures | None = None
        self._rows: dict[RetireeId, RosterRow] = {}

    def refresh(self) -> None:
        """Count again."""

        def work() -> tuple[HomeFigures, tuple[RosterRow, ...]]:
            return self._home.figures(), self._roster.rows()

        self._tasks.database(work, self._counted, self._say.error)

    def open_group(self, group: HomeGroup) -> None:
        """Show whom a number counts."""
        self._opened = group
        self._show()

    def choose(self, retiree_id: RetireeId) -> None:
        """Begin a visit with somebody of the list."""
        self._navigate.visit(retiree_id)

    def _counted(self, counted: tuple[HomeFigures, tuple[RosterRow, ...]]) -> None:
        self._figures = counted[0]
        self._rows = {row.retiree.id: row for row in counted[1]}
        self._show()

    def _show(self) -> None:
        if self._figures is None:
            return
        opened = self._opened or self._most_urgent(self._figures)
        members = next(g.retirees for g in self._figures.groups if g.group is opened)
        rows = tuple(self._rows[retiree_id] for retiree_id in members if retiree_id in self._rows)
        self._view.show_state(HomeState(self._figures, opened, rows))

    @staticmethod
    def _most_urgent(figures: HomeFigures) -> HomeGroup:
        return next((g.group for g in figures.groups if g.retirees), HomeGroup.SAFE)
