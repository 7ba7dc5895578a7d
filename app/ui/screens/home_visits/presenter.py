"""Choosing people for a home visit, packing them, taking the results back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from app.domain.ids import RetireeId
from app.domain.retiree import Retiree
from app.domain.standing import Severity
from app.errors import AppError
from app.services.home_visits import HomeVisits, Order, Packed, TripFiles, TripRow
from app.services.ports import TaskRunner
from app.services.trip_return import BroughtBack
from app.ui import trip_text
from app.ui.error_text import words
from app.ui.ports import Navigate, Say
from app.ui.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeVisitsState:
    """``chosen``: who goes along; ``planned``: how many agreed visits are not among them; ``longest``: the last day allowed.

    ``passphrase``: the proposal; ``sentence``: how the last thing ended, "" for none.
    """

    chosen: tuple[Retiree, ...] = ()
    planned: int = 0
    trips: tuple[TripRow, ...] = ()
    longest: date | None = None
    passphrase: str = ""
    busy: bool = False
    severity: Severity = Severity.NOTICE
    sentence: str = ""


class HomeVisitsShown(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: HomeVisitsState) -> None: ...


class HomeVisitsPresenter:
    """The list of who goes along lives until it is packed."""

    def __init__(
        self,
        *,
        view: HomeVisitsShown,
        visits: HomeVisits,
        files: TripFiles,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
        arrived: Callable[[], None],
    ) -> None:
        """``arrived``: something came back, other screens read anew."""
        self._view, self._visits, self._files = view, visits, files
        self._session, self._tasks, self._say, self._navigate = session, tasks, say, navigate
        self._arrived = arrived
        self._chosen: list[RetireeId] = []
        self._planned: tuple[RetireeId, ...] = ()
        self._state = HomeVisitsState()

    def add(self, ids: Sequence[RetireeId]) -> int:
        """More people for the next visit; how many there are now."""
        self._chosen = list(dict.fromkeys([*self._chosen, *ids]))
        self.refresh()
        return len(self._chosen)

    def add_planned(self) -> None:
        """Everybody with whom a visit was agreed."""
        self.add(self._planned)

    def drop(self, retiree: Retiree) -> None:
        """Not this one."""
        self._chosen = [one for one in self._chosen if one != retiree.id]
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        chosen = tuple(self._chosen)

        def work() -> tuple[Any, ...]:
            visits = self._visits
            return visits.people(chosen), visits.planned(), visits.rows(), visits.longest()

        self._tasks.database(work, self._loaded, self._say.error)

    def pack(self, *, passphrase: str, expires_on: date, folder: Path) -> None:
        """One package into ``folder``."""
        order = Order(people=tuple(self._chosen), passphrase=passphrase, expires_on=expires_on, folder=folder)
        by = self._session.operator_id
        self._start(lambda: self._files.pack(order, operator_id=by), self._packed)

    def take_back(self, path: Path) -> None:
        """A file from the laptop."""
        by = self._session.operator_id
        self._start(lambda: self._files.take_back(path, operator_id=by), self._brought)

    def set_lost(self, row: TripRow) -> None:
        """Lost, or found again."""
        lost, by = row.trip.lost_at is None, self._session.operator_id
        self._tasks.database(
            lambda: self._visits.set_lost(row.trip.id, lost=lost, operator_id=by),
            lambda _none: self.refresh(),
            self._say.error,
        )

    def open_person(self, retiree: Retiree) -> None:
        """Somebody's page."""
        self._navigate.person(retiree.id)

    def _start(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if not self._state.busy:
            self._show(busy=True, sentence="")
            self._tasks.io(work, done, self._failed)

    def _packed(self, made: Packed) -> None:
        self._chosen = []
        self._show(busy=False, severity=Severity.GOOD, sentence=trip_text.packed(made))
        self.refresh()

    def _brought(self, back: BroughtBack) -> None:
        severity = Severity.WARNING if back.merged else Severity.GOOD
        self._show(busy=False, severity=severity, sentence=trip_text.brought(back))
        self._arrived()
        self.refresh()

    def _failed(self, error: Exception) -> None:
        """Said where it was asked for; a bug also gets its incident number."""
        sentence = words(error) if isinstance(error, AppError) else "没有办成，原来的数据都还在。"
        self._show(busy=False, severity=Severity.WARNING, sentence=sentence)
        if not isinstance(error, AppError):
            self._say.error(error)

    def _loaded(self, read: tuple[Any, ...]) -> None:
        chosen, planned, trips, longest = read
        self._chosen = [one.id for one in chosen]
        self._planned = tuple(one.id for one in planned if one.id not in self._chosen)
        fresh = not self._state.passphrase or not self._chosen
        self._show(
            chosen=chosen,
            planned=len(self._planned),
            trips=trips,
            longest=longest,
            passphrase=self._files.new_passphrase() if fresh else self._state.passphrase,
        )

    def _show(self, **values: Any) -> None:
        self._state = replace(self._state, **values)
        self._view.show_state(self._state)
