"""The figures of a month or a year: pure counting over stored facts, and the use case that reads them.

A deadline counts in the period in which it falls; it is met by the first certification after it began to hold. People who died or lost
their eligibility before a deadline never had it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import Month
from app.domain.certification import Certification, Channel
from app.domain.confirmation import CaseState, FormCase, FormReason
from app.domain.cycle import effective, first_deadline, met
from app.domain.follow_up import FollowUp, FollowUpResult
from app.domain.ids import RetireeId
from app.domain.policy import Policy
from app.domain.retiree import PaymentState, Retiree
from app.services.context import Desk
from app.services.home import YearMonthFigure

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A month, or a whole year when ``month`` is None."""

    year: int
    month: int | None = None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month or 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return Month(self.year, self.month or 12).last_day()

    def holds(self, day: date) -> bool:
        """Both ends included."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One deadline of one person, and the day on which it was met (None: not yet)."""

    deadline: date
    met_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClerkFigure:
    """What one clerk recorded: by face, by form, how many of them with a second person, and contacts (rule 20)."""

    name: str
    face: int
    form: int
    overridden: int
    contacts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures.

    Attributes:
        period, today: of what, counted when.
        roster: people on the roster now.
        channels: certifications by channel, every channel named.
        due, in_time, overdue: deadlines in the period, met by the day itself, missed (met later or past and open).
        suspended: suspended by the center from a month of the period on, and still so.
        forms: forms begun, by reason, every reason named.
        days_before: average days from certification to the deadline, of those in time; None without any.
        contacts: people reached in the period by what came of it, each counted once with the newest; every result named.
        clerks: by name.
        year: the twelve months of the period's year.
    """

    period: Period
    today: date
    roster: int
    channels: dict[Channel, int]
    due: int
    in_time: int
    overdue: int
    suspended: int
    forms: dict[FormReason, int]
    days_before: float | None
    contacts: dict[FollowUpResult, int]
    clerks: tuple[ClerkFigure, ...]
    year: tuple[YearMonthFigure, ...]

    @property
    def certified(self) -> int:
        """Through all channels."""
        return sum(self.channels.values())

    @property
    def rate(self) -> float | None:
        """Met in time among those met or missed, 0 to 1; deadlines still to come don't count. None without any."""
        settled = self.in_time + self.overdue
        return self.in_time / settled if settled else None


def deadlines_of(person: Retiree, counted: Sequence[Certification], policy: Policy) -> Iterator[Due]:
    """Every deadline that the person had, in order; ``counted`` as cycle.effective gives them."""
    for deadline, on in met(first_deadline(person.first_paid_on, policy), counted, policy):
        yield Due(deadline=deadline, met_on=on)


def _gone_by(person: Retiree, day: date) -> bool:
    ends = [end for end in (person.died_on, person.lost_eligibility_on) if end is not None]
    return any(end <= day for end in ends)


def report_of(
    period: Period,
    *,
    people: Sequence[Retiree],
    certifications: Sequence[Certification],
    cases: Sequence[FormCase],
    clerks: dict[str, str],
    today: date,
    policy: Policy,
    contacts: Sequence[FollowUp] = (),
) -> Report:
    """Count. ``clerks``: operator id → name; ``contacts``: oldest first."""
    logged = [one for one in contacts if period.holds(one.at.date())]
    by_person: defaultdict[RetireeId, list[Certification]] = defaultdict(list)
    for certification in certifications:
        by_person[certification.retiree_id].append(certification)
    counted: list[Certification] = []
    dues: list[Due] = []
    for person in people:
        theirs = effective(by_person.pop(person.id, ()), person.died_on)
        counted.extend(theirs)
        dues.extend(due for due in deadlines_of(person, theirs, policy) if not _gone_by(person, due.deadline))
    for others in by_person.values():  # people who have left the roster were certified all the same
        counted.extend(effective(others))
    inside = [c for c in counted if period.holds(c.counts_from)]
    mine = [due for due in dues if period.holds(due.deadline)]
    met = [
        (due.deadline - due.met_on).days
        for due in dues
        if due.met_on is not None and _in_time(due) and period.holds(due.met_on)
    ]
    return Report(
        period=period,
        today=today,
        roster=len(people),
        channels={channel: sum(c.channel is channel for c in inside) for channel in Channel},
        due=len(mine),
        in_time=sum(_in_time(due) for due in mine),
        overdue=sum(_missed(due, today) for due in mine),
        suspended=sum(_suspended(person, period) for person in people),
        forms=_forms(cases, period),
        days_before=sum(met) / len(met) if met else None,
        contacts=_contacts(logged),
        clerks=_clerks(inside, logged, clerks),
        year=_year(period.year, counted, dues, today),
    )


def _in_time(due: Due) -> bool:
    return due.met_on is not None and due.met_on <= due.deadline


def _missed(due: Due, today: date) -> bool:
    return due.deadline < today if due.met_on is None else due.met_on > due.deadline


def _suspended(person: Retiree, period: Period) -> bool:
    since = person.suspended_from
    return person.payment is PaymentState.SUSPENDED and since is not None and period.holds(since.first_day())


def _forms(cases: Sequence[FormCase], period: Period) -> dict[FormReason, int]:
    begun = Counter(case.reason for case in cases if case.history and period.holds(case.history[0].at.date()))
    return {reason: begun[reason] for reason in FormReason}


def _contacts(logged: Sequence[FollowUp]) -> dict[FollowUpResult, int]:
    newest = {one.retiree_id: one.result for one in logged}
    counted = Counter(newest.values())
    return {result: counted[result] for result in FollowUpResult}


def _clerks(
    inside: Sequence[Certification], logged: Sequence[FollowUp], names: dict[str, str]
) -> tuple[ClerkFigure, ...]:
    made: defaultdict[str, list[Certification]] = defaultdict(list)
    for certification in inside:
        if certification.operator_id is not None:
            made[names.get(certification.operator_id, certification.operator_id)].append(certification)
    contacts = Counter(names.get(one.operator_id, one.operator_id) for one in logged)
    return tuple(
        ClerkFigure(
            name=name,
            face=sum(c.channel is Channel.ASSISTED_FACE for c in made[name]),
            form=sum(c.channel is Channel.UNIT_CONFIRMED for c in made[name]),
            overridden=sum(c.second_operator_id is not None for c in made[name]),
            contacts=contacts[name],
        )
        for name in sorted({*made, *contacts})
    )


def _year(year: int, counted: Sequence[Certification], dues: Sequence[Due], today: date) -> tuple[YearMonthFigure, ...]:
    certified = Counter(Month.of(c.counts_from) for c in counted)
    due = Counter(Month.of(one.deadline) for one in dues)
    overdue = Counter(Month.of(one.deadline) for one in dues if _missed(one, today))
    months = (Month(year, number) for number in range(1, 13))
    return tuple(YearMonthFigure(month=m, certified=certified[m], due=due[m], overdue=overdue[m]) for m in months)


@dataclass(frozen=True, slots=True)
class Reports:
    """Reads what a report counts."""

    desk: Desk

    def report(self, period: Period) -> Report:
        """One period's figures."""
        with self.desk.uow() as store:
            people, certifications = store.retirees.all(), store.certifications.all()
            cases = store.cases.in_states(CaseState)
            clerks: dict[str, str] = {operator.id: operator.name for operator in store.operators.all()}
            policy = self.desk.policy(store)
            contacts = store.follow_ups.since(self.desk.clock.now() - (self.desk.clock.today() - period.first + _DAY))
        return report_of(
            period,
            people=people,
            certifications=certifications,
            cases=cases,
            clerks=clerks,
            today=self.desk.clock.today(),
            policy=policy,
            contacts=contacts,
        )
