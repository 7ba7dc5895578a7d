"""How everybody stands: what decides it is kept in the store beside the roster, so that counting reads no person; the rows themselves are
kept in memory between two openings of a screen, and only whom a commit touched is read again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from app.domain.calendar import Month
from app.domain.certification import Certification
from app.domain.cycle import effective
from app.domain.ids import RetireeId
from app.domain.policy import Policy
from app.domain.retiree import Retiree
from app.domain.standing import Standing, StandingFacts
from app.domain.standing_of import facts_of, standing_on
from app.services.changes import Changes
from app.services.standing_ports import PersonFacts
from app.services.stored_settings import STANDINGS_MADE_WITH

if TYPE_CHECKING:
    from app.services.ports import UnitOfWork

BATCH = 2_000
"""So many people are brought up to date at a time."""
FACTS_VERSION = 1
"""Raise it with every change of StandingFacts or of what it is made from: everybody's is then made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One line of a list."""

    retiree: Retiree
    standing: Standing


def freshen(store: "UnitOfWork", policy: Policy) -> None:
    """Bring the kept facts up to date and commit; reads only people of whom something was written. The transaction has written nothing."""
    made_with = f"{FACTS_VERSION} {policy.cycle_months} {policy.regime_start} {policy.transition_end}"
    outdated = store.settings.get(STANDINGS_MADE_WITH) != made_with
    if outdated:
        store.standings.outdate()
        store.settings.set(STANDINGS_MADE_WITH, made_with)
    while stale := store.standings.stale(BATCH):
        store.standings.put(_facts(store, stale, policy))
        outdated = True
    if outdated:
        store.commit()


def _facts(store: "UnitOfWork", whose: Sequence[RetireeId], policy: Policy) -> Iterator[PersonFacts]:
    people = {person.id: person for person in store.retirees.some(whose)}
    theirs: defaultdict[RetireeId, list[Certification]] = defaultdict(list)
    for certification in store.certifications.of_retirees(whose):
        theirs[certification.retiree_id].append(certification)
    for one in whose:
        person = people.get(one)
        counted = effective(theirs[one], person.died_on if person is not None else None)
        yield PersonFacts(
            retiree_id=one,
            facts=facts_of(person, theirs[one], policy) if person is not None else None,
            months=Counter(Month.of(c.counts_from) for c in counted),
        )


@dataclass
class Kept:
    """What was read last. Used inside a transaction only, and transactions exclude each other."""

    _of: Changes | None = None
    _number: int = 0
    _day: date = date.min
    _policy: Policy | None = None
    _people: dict[RetireeId, Retiree] = field(default_factory=dict)
    _rows: dict[RetireeId, RosterRow] = field(default_factory=dict)
    _sorted: tuple[RosterRow, ...] = ()

    def rows(self, store: "UnitOfWork", *, today: date, policy: Policy) -> tuple[RosterRow, ...]:
        """The whole roster by name. The transaction has written nothing; it may be committed here."""
        other_store = self._of is not store.changes
        if other_store or self._number != store.changes.number or self._day != today or self._policy != policy:
            freshen(store, policy)
            self._read_people(store, everybody=other_store)
            self._stand(store, today, policy)
        return self._sorted

    def _read_people(self, store: "UnitOfWork", *, everybody: bool) -> None:
        if everybody:
            self._people = {person.id: person for person in store.retirees.all()}
        elif touched := store.changes.since(self._number):
            for gone in touched:
                self._people.pop(gone, None)
            self._people.update({person.id: person for person in store.retirees.some(touched)})
        self._of, self._number = store.changes, store.changes.number

    def _stand(self, store: "UnitOfWork", today: date, policy: Policy) -> None:
        standings = {number: standing_on(facts, today, policy) for number, facts, _count in store.standings.groups()}
        mine, known = store.standings.everybody(), self._rows
        self._rows = {}
        for whose, person in self._people.items():
            if whose not in mine:
                continue  # taken off the roster by another process
            before, standing = known.get(whose), standings[mine[whose]]
            same = before is not None and before.retiree is person and before.standing == standing
            self._rows[whose] = before if same and before else RosterRow(retiree=person, standing=standing)
        self._sorted = tuple(sorted(self._rows.values(), key=lambda row: (row.retiree.name, row.retiree.id)))
        self._day, self._policy = today, policy


def rows_of(
    store: "UnitOfWork",
    whose: Iterable[RetireeId],
    facts: Mapping[RetireeId, StandingFacts],
    today: date,
    policy: Policy,
) -> list[RosterRow]:
    """A few people's rows, in the order of ``whose``; the facts tell how they stand, so nothing else is read."""
    wanted = list(whose)
    people = {person.id: person for person in store.retirees.some(wanted)}
    return [
        RosterRow(retiree=people[one], standing=standing_on(facts[one], today, policy))
        for one in wanted
        if one in people
    ]
