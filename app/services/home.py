"""What is due today, sorted by consequence in money and time."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from app.domain.calendar import Month
from app.domain.confirmation import CaseState
from app.domain.ids import RetireeId
from app.domain.rhythm import submission_aim, submission_due
from app.domain.standing import Standing, StandingKind
from app.services.context import Desk
from app.services.ports import OutboxCounts
from app.services.roster import RosterRow, rows_in
from app.services.stored_settings import load_last_sync, load_skew


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


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigure:
    """A number and whom it counts, the most urgent first."""

    group: HomeGroup
    retirees: tuple[RetireeId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearMonthFigure:
    """One month of the year's picture: how many were certified in it, and how many deadlines fall into it."""

    month: Month
    certified: int
    due: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFigures:
    """The home screen.

    Attributes:
        today: the day it was counted for.
        groups: every group, in order, empty ones too.
        total: retirees on the roster.
        forms_open, forms_returned: cases not yet sent, cases the center returned.
        forms_due, forms_aim: last day for this month's forms, and the working day to aim for (rule 18).
        outbox: records waiting for the center.
        last_sync, sync_error: when the last run ended, how.
        clock_skew_s: desk minus center.
        year: twelve months from January.
    """

    today: date
    groups: tuple[GroupFigure, ...]
    total: int
    forms_open: int
    forms_returned: int
    forms_due: date
    forms_aim: date
    outbox: OutboxCounts
    last_sync: datetime | None
    sync_error: str
    clock_skew_s: float
    year: tuple[YearMonthFigure, ...]


_OPEN = (
    CaseState.DRAFTED,
    CaseState.EVIDENCE_COMPLETE,
    CaseState.PRINTED,
    CaseState.SCAN_CHECKED,
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
    StandingKind.DECEASED: HomeGroup.DEAD_OVERPAID,
}


def group_of(standing: Standing, warn_days: Sequence[int]) -> HomeGroup | None:
    """Which number counts this retiree; None for those nothing is asked of (terminated, in custody)."""
    kind = standing.kind
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


def _grouped(rows: Sequence[RosterRow], warn_days: Sequence[int]) -> tuple[GroupFigure, ...]:
    members: defaultdict[HomeGroup, list[RosterRow]] = defaultdict(list)
    for row in rows:
        group = group_of(row.standing, warn_days)
        if group is HomeGroup.DEAD_OVERPAID:
            died, last = row.retiree.died_on, row.retiree.last_paid
            group = group if died is not None and last is not None and last > Month.of(died) else None
        if group is not None:
            members[group].append(row)

    def urgency(row: RosterRow) -> tuple[int, str]:
        return (row.standing.days if row.standing.days is not None else 0, row.retiree.name)

    return tuple(
        GroupFigure(group=group, retirees=tuple(row.retiree.id for row in sorted(members[group], key=urgency)))
        for group in HomeGroup
    )


@dataclass(frozen=True, slots=True)
class Home:
    """Counts what the home screen shows."""

    desk: Desk

    def figures(self) -> HomeFigures:
        """Everything in one transaction."""
        with self.desk.uow() as store:
            policy, today = self.desk.policy(store), self.desk.clock.today()
            rows = rows_in(self.desk, store)
            last_sync, sync_error = load_last_sync(store.settings)
            month = Month.of(today)
            certified = self.desk.kept.certified_on(store, today=today, policy=policy)
            return HomeFigures(
                today=today,
                groups=_grouped(rows, policy.warn_days),
                total=len(rows),
                forms_open=len(store.cases.in_states(_OPEN)),
                forms_returned=len(store.cases.in_states((CaseState.RETURNED,))),
                forms_due=submission_due(month, policy),
                forms_aim=submission_aim(month, policy),
                outbox=store.outbox.counts(),
                last_sync=last_sync,
                sync_error=sync_error,
                clock_skew_s=load_skew(store.settings),
                year=_year(rows, certified, today),
            )


def _year(rows: Sequence[RosterRow], certified: Sequence[date], today: date) -> tuple[YearMonthFigure, ...]:
    year = today.year
    done = Counter(day.month for day in certified if day.year == year)
    due: Counter[int] = Counter()
    overdue: Counter[int] = Counter()
    for row in rows:
        deadline = row.standing.deadlines.with_provisional
        if deadline is not None and deadline.year == year and row.standing.days is not None:
            (due if deadline >= today else overdue)[deadline.month] += 1
    return tuple(
        YearMonthFigure(month=Month(year, number), certified=done[number], due=due[number], overdue=overdue[number])
        for number in range(1, 13)
    )
