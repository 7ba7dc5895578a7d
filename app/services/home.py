"""What is due today, sorted by consequence in money and time. Counted by the database from what is kept of each person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from app.domain.calendar import Month
from app.domain.confirmation import CaseState
from app.domain.follow_up import ANSWERED
from app.domain.form_review import TO_REVIEW, Going, going
from app.domain.ids import RetireeId
from app.domain.policy import Policy
from app.domain.rhythm import submission_aim, submission_due
from app.domain.standing import Standing, StandingFacts, StandingKind
from app.domain.standing_of import standing_on
from app.services.backups import is_late
from app.services.context import Desk
from app.services.follow_ups import FRESH
from app.services.kept import RosterRow, freshen, rows_of
from app.services.ports import OutboxCounts, UnitOfWork
from app.services.standing_ports import FactsId
from app.services.stored_settings import load_backup, load_last_sync, load_near_list, load_skew

SYNC_LATE = timedelta(days=1)
"""A desk syncs every few minutes; a last run older than this is told."""
MOST_ROWS = 200
"""Shown on the home screen at most; the whole list is in the room of the lists."""


class HomeGroup(Enum):
    """One number on the home screen; listed in the order of what it costs."""

    LOSES_NEXT_MONTH = "loses_next_month"
    """Overdue or due this month: without certification this month the next payment stops."""
    SUSPENDED = "suspended"
    """Suspended by the center or predicted so: every month without certification costs one more payment."""
    DUE_7 = "due_7"
    DUE_30 = "due_30"
    DUE_60 = "due_60"
    WAITING = "waiting"
    """Safe only if the center accepts what waits."""
    DEAD_OVERPAID = "dead_overpaid"
    SAFE = "safe"


CHASED = frozenset({
    HomeGroup.LOSES_NEXT_MONTH, HomeGroup.SUSPENDED, HomeGroup.DUE_7, HomeGroup.DUE_30, HomeGroup.DUE_60,
})  # fmt: skip
"""Whoever is here must be reached (rule 20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigure:
    """A number, and whom it counts."""

    group: HomeGroup
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearMonthFigure:
    """One month of the year's picture: how many were certified in it, and how many deadlines fall into it."""

    month: Month
    certified: int
    due: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskHealth:
    """How the desk itself stands.

    Attributes:
        outbox: records waiting for the center.
        last_sync, sync_error, sync_late: when the last run ended, how, and whether that is too long ago.
        clock_skew_s, clock_off: desk minus center, and whether that is too much.
        last_backup, backup_late, backup_folder: when the last good one was made; "" when no folder was chosen.
    """

    outbox: OutboxCounts
    last_sync: datetime | None
    sync_error: str
    sync_late: bool
    clock_skew_s: float
    clock_off: bool
    last_backup: datetime | None
    backup_late: bool
    backup_folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFigures:
    """The home screen.

    Attributes:
        today: the day it was counted for.
        groups: every group, in order, empty ones too.
        total: retirees on the roster.
        forms_open, forms_returned: cases not yet sent, cases the center returned.
        forms_review, review_due: how many wait for a reviewer, and whether they are to be sent today.
        forms_due, forms_aim: last day for this month's forms, and the working day to aim for (rule 18).
        near_list: how many the center's list names who are not safe yet, and its month; None while it sent none.
        unreached: people who must be reached and were not lately (rule 20).
        planned: appointments and next tries whose day has come.
        health: the desk itself.
        year: twelve months from January.
    """

    today: date
    groups: tuple[GroupFigure, ...]
    total: int
    forms_open: int
    forms_returned: int
    forms_review: int
    review_due: bool
    forms_due: date
    forms_aim: date
    near_list: tuple[Month, int] | None
    unreached: int
    planned: int
    health: DeskHealth
    year: tuple[YearMonthFigure, ...]


FORMS_OPEN = (
    CaseState.DRAFTED,
    CaseState.EVIDENCE_COMPLETE,
    CaseState.PRINTED,
    CaseState.SCAN_CHECKED,
    CaseState.REVIEWED,
    CaseState.IN_BATCH,
)


_FIXED = {
    StandingKind.OVERDUE_SAVABLE: HomeGroup.LOSES_NEXT_MONTH,
    StandingKind.DUE_THIS_MONTH: HomeGroup.LOSES_NEXT_MONTH,
    StandingKind.SUSPENSION_PREDICTED: HomeGroup.SUSPENDED,
    StandingKind.SAFE_PROVISIONAL: HomeGroup.WAITING,
    StandingKind.SAFE: HomeGroup.SAFE,
    StandingKind.TERMINATED: None,
    StandingKind.CUSTODY: None,
}


def group_of(standing: Standing, warn_days: Sequence[int], *, overpaid: bool) -> HomeGroup | None:
    """Which number counts this retiree; None for those nothing is asked of (terminated, in custody, dead and nothing overpaid)."""
    kind = standing.kind
    if kind is StandingKind.DECEASED:
        return HomeGroup.DEAD_OVERPAID if overpaid else None
    if kind is StandingKind.SUSPENDED:
        return HomeGroup.SUSPENDED if standing.outlook.resumes is None else HomeGroup.WAITING
    if kind in _FIXED:
        return _FIXED[kind]
    days = standing.days if standing.days is not None else 0
    steps = sorted(warn_days)
    for limit, group in zip(steps, (HomeGroup.DUE_7, HomeGroup.DUE_30, HomeGroup.DUE_60), strict=False):
        if days <= limit:
            return group
    return HomeGroup.DUE_60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """People who share their facts: how they stand today, and how many they are."""

    number: FactsId
    facts: StandingFacts
    standing: Standing
    group: HomeGroup | None
    count: int


def grouped(store: UnitOfWork, today: date, policy: Policy) -> tuple[Sharing, ...]:
    """Everybody by what decides how they stand, the most urgent first."""
    freshen(store, policy)
    found = []
    for number, facts, count in store.standings.groups():
        standing = standing_on(facts, today, policy)
        group = group_of(standing, policy.warn_days, overpaid=facts.overpaid)
        found.append(Sharing(number=number, facts=facts, standing=standing, group=group, count=count))
    return tuple(sorted(found, key=lambda one: one.standing.days or 0))


def to_reach(store: UnitOfWork, everybody: Sequence[Sharing]) -> dict[RetireeId, FactsId]:
    """Whoever has to certify soon or is losing payments."""
    return dict(store.standings.sharing(one.number for one in everybody if one.group in CHASED))


@dataclass(frozen=True, slots=True)
class Home:
    """Counts what the home screen shows."""

    desk: Desk

    def figures(self) -> HomeFigures:
        """Everything in one transaction."""
        with self.desk.uow() as store:
            policy, today, now = self.desk.policy(store), self.desk.clock.today(), self.desk.clock.now()
            everybody = grouped(store, today, policy)
            month, chased = Month.of(today), to_reach(store, everybody)
            reached = store.follow_ups.answered_since(now - FRESH, [result.value for result in ANSWERED])
            review = _to_review(store, today, policy)
            counts = Counter[HomeGroup | None]()
            for one in everybody:
                counts[one.group] += one.count
            return HomeFigures(
                today=today,
                groups=tuple(GroupFigure(group=group, count=counts[group]) for group in HomeGroup),
                total=sum(counts.values()),
                forms_open=len(store.cases.in_states(FORMS_OPEN)),
                forms_returned=len(store.cases.in_states((CaseState.RETURNED,))),
                forms_review=len(review),
                review_due=Going.DUE in review,
                forms_due=submission_due(month, policy),
                forms_aim=submission_aim(month, policy),
                near_list=_near_list(store, chased),
                unreached=len(chased.keys() - reached),
                planned=sum(one.retiree_id in chased for one in store.follow_ups.open_plans(today)),
                health=_health(store, now, policy),
                year=_year(everybody, store.standings.certified_in(today.year), today),
            )

    def members(self, group: HomeGroup, most: int = MOST_ROWS) -> tuple[RosterRow, ...]:
        """Whom a number counts, the most urgent first."""
        with self.desk.uow() as store:
            policy, today = self.desk.policy(store), self.desk.clock.today()
            theirs = [one for one in grouped(store, today, policy) if one.group is group]
            return _rows(store, theirs, today, policy, most)

    def unreached(self, most: int = MOST_ROWS) -> tuple[RosterRow, ...]:
        """Who must be reached and was not lately, the most urgent first."""
        with self.desk.uow() as store:
            policy, today, now = self.desk.policy(store), self.desk.clock.today(), self.desk.clock.now()
            everybody = grouped(store, today, policy)
            reached = store.follow_ups.answered_since(now - FRESH, [result.value for result in ANSWERED])
            wanted = to_reach(store, everybody).keys() - reached
            return _rows(store, everybody, today, policy, most, only=wanted)

    def planned(self, most: int = MOST_ROWS) -> tuple[RosterRow, ...]:
        """Whose day of an appointment or a next try has come."""
        with self.desk.uow() as store:
            policy, today = self.desk.policy(store), self.desk.clock.today()
            everybody = grouped(store, today, policy)
            chased = to_reach(store, everybody)
            wanted = {one.retiree_id for one in store.follow_ups.open_plans(today)} & chased.keys()
            return _rows(store, everybody, today, policy, most, only=wanted)

    def near_list(self, most: int = MOST_ROWS) -> tuple[RosterRow, ...]:
        """Whom the center's list names and who still has to certify."""
        with self.desk.uow() as store:
            policy, today = self.desk.policy(store), self.desk.clock.today()
            everybody, near = grouped(store, today, policy), load_near_list(store.settings)
            wanted = to_reach(store, everybody).keys() & (near.retirees if near else frozenset())
            return _rows(store, everybody, today, policy, most, only=wanted)


def _rows(
    store: UnitOfWork,
    theirs: Iterable[Sharing],
    today: date,
    policy: Policy,
    most: int,
    *,
    only: Iterable[RetireeId] | None = None,
) -> tuple[RosterRow, ...]:
    """Read no more people than are shown: facts in the order of urgency until there are enough."""
    by_number = {one.number: one for one in theirs}
    if only is not None:
        sharing: Mapping[RetireeId, FactsId] = store.standings.of(only)
    else:
        wanted, count = [], 0
        for one in by_number.values():
            if count >= most:
                break
            wanted.append(one.number)
            count += one.count
        sharing = store.standings.sharing(wanted)
    by_days: defaultdict[int, list[RetireeId]] = defaultdict(list)
    for whose, number in sharing.items():
        by_days[by_number[number].standing.days or 0].append(whose)
    chosen: list[RetireeId] = []
    for days in sorted(by_days):
        if len(chosen) >= most:
            break
        names = store.retirees.names(by_days[days])
        chosen += sorted(by_days[days], key=lambda whose: (names.get(whose, ""), whose))
    chosen = chosen[:most]
    return tuple(rows_of(store, chosen, {whose: by_number[sharing[whose]].facts for whose in chosen}, today, policy))


def _to_review(store: UnitOfWork, today: date, policy: Policy) -> list[Going]:
    """How each form stands that a reviewer should look at."""
    operators = store.operators.all()
    checked = store.cases.in_states((CaseState.SCAN_CHECKED,))
    found = [going(case, operators, today=today, policy=policy) for case in checked]
    return [one for one in found if one in TO_REVIEW]


def _near_list(store: UnitOfWork, chased: Mapping[RetireeId, FactsId]) -> tuple[Month, int] | None:
    near = load_near_list(store.settings)
    return None if near is None else (near.month, len(near.retirees & chased.keys()))


def _health(store: UnitOfWork, now: datetime, policy: Policy) -> DeskHealth:
    last_sync, sync_error = load_last_sync(store.settings)
    last_backup, folder = load_backup(store.settings)
    skew = load_skew(store.settings)
    return DeskHealth(
        outbox=store.outbox.counts(),
        last_sync=last_sync,
        sync_error=sync_error,
        sync_late=last_sync is None or now - last_sync > SYNC_LATE,
        clock_skew_s=skew,
        clock_off=abs(skew) > policy.clock_skew_warn_s,
        last_backup=last_backup,
        backup_late=is_late(last_backup, now),
        backup_folder=folder,
    )


def _year(everybody: Iterable[Sharing], certified: Mapping[Month, int], today: date) -> tuple[YearMonthFigure, ...]:
    due: Counter[Month] = Counter()
    overdue: Counter[Month] = Counter()
    for one in everybody:
        deadline = one.facts.deadlines.with_provisional
        if deadline is not None and one.standing.days is not None:
            (due if deadline >= today else overdue)[Month.of(deadline)] += one.count
    return tuple(
        YearMonthFigure(month=month, certified=certified.get(month, 0), due=due[month], overdue=overdue[month])
        for month in (Month(today.year, number) for number in range(1, 13))
    )
