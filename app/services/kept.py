"""The roster with today's standing, kept in memory between two openings of a screen: only whom a commit touched is read again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from app.domain.certification import Certification
from app.domain.ids import RetireeId
from app.domain.policy import Policy
from app.domain.retiree import Retiree
from app.domain.standing import Standing
from app.domain.standing_of import standing_of

if TYPE_CHECKING:
    from app.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One line of a list."""

    retiree: Retiree
    standing: Standing


class Changes:
    """Whose facts the commits of this process touched, in order; one for each opened store."""

    def __init__(self) -> None:
        self._log: list[frozenset[RetireeId]] = []

    @property
    def number(self) -> int:
        """How many commits touched anybody."""
        return len(self._log)

    def note(self, ids: Iterable[RetireeId]) -> None:
        """After a commit."""
        touched = frozenset(ids)
        if touched:
            self._log.append(touched)

    def since(self, number: int) -> set[RetireeId]:
        """Everybody touched after the commit of that number."""
        return set().union(*self._log[number:])


MOST_ONE_BY_ONE = 500
"""Of more people than this (a page of a first sync) everything is read at once, which is quicker by then."""


@dataclass
class Kept:
    """What was read last. Used inside a transaction only, and transactions exclude each other."""

    _of: Changes | None = None
    _number: int = 0
    _day: date = date.min
    _policy: Policy | None = None
    _rows: dict[RetireeId, RosterRow] = field(default_factory=dict)
    _certified: dict[RetireeId, tuple[Certification, ...]] = field(default_factory=dict)
    _sorted: tuple[RosterRow, ...] = ()
    _days: list[date] = field(default_factory=list)

    def rows(self, store: "UnitOfWork", *, today: date, policy: Policy) -> tuple[RosterRow, ...]:
        """The whole roster by name."""
        self._refresh(store, today, policy)
        return self._sorted

    def certified_on(self, store: "UnitOfWork", *, today: date, policy: Policy) -> list[date]:
        """From when each certification counts, those of people who left the roster too."""
        self._refresh(store, today, policy)
        return self._days

    def _refresh(self, store: "UnitOfWork", today: date, policy: Policy) -> None:
        if self._of is not store.changes or self._day != today or self._policy != policy:
            self._read_all(store, today, policy)
        elif self._number != store.changes.number:
            touched = store.changes.since(self._number)
            if len(touched) > MOST_ONE_BY_ONE:
                self._read_all(store, today, policy)
            else:
                self._read_some(store, touched)
        else:
            return
        self._of, self._number = store.changes, store.changes.number
        self._days = [one.counts_from for theirs in self._certified.values() for one in theirs]
        self._sorted = tuple(sorted(self._rows.values(), key=lambda row: (row.retiree.name, row.retiree.id)))

    def _read_all(self, store: "UnitOfWork", today: date, policy: Policy) -> None:
        by_person: dict[RetireeId, list[Certification]] = {}
        for certification in store.certifications.all():
            by_person.setdefault(certification.retiree_id, []).append(certification)
        self._certified = {whose: tuple(theirs) for whose, theirs in by_person.items()}
        self._day, self._policy = today, policy
        self._rows = {person.id: self._row(person) for person in store.retirees.all()}

    def _read_some(self, store: "UnitOfWork", touched: set[RetireeId]) -> None:
        for whose in touched:
            self._certified[whose] = tuple(store.certifications.of_retiree(whose))
            person = store.retirees.get(whose)
            if person is None:
                self._rows.pop(whose, None)
            else:
                self._rows[whose] = self._row(person)

    def _row(self, person: Retiree) -> RosterRow:
        assert self._policy is not None
        theirs = self._certified.get(person.id, ())
        return RosterRow(retiree=person, standing=standing_of(person, theirs, self._day, self._policy))
