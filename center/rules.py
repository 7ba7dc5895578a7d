"""The notice's calendar as the center reckons it (rules 1-17): deadlines, near lists, and what happens to one month's payment.

Pure, and written apart from the desk's: the desk predicts, the center decides, and tests hold the two against each other.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The values of the policy that the center itself needs; the same names and defaults as at the desks."""

    cycle_months: int = 12
    regime_start: date = date(2022, 4, 1)
    transition_end: date = date(2022, 9, 30)
    near_days: int = 60
    list_day: int = 20


def policy_of(raw: Mapping[str, Any]) -> Policy:
    """From the body of a policy change; what is missing keeps its default, other names are the desks' affair. ValueError for nonsense."""
    known: dict[str, Any] = {field.name: raw[field.name] for field in fields(Policy) if field.name in raw}
    for name, value in known.items():
        if name in ("regime_start", "transition_end"):
            known[name] = date.fromisoformat(str(value))
        elif isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name}: {value!r}")
    return Policy(**known)


def month_of(day: date) -> int:
    """A month as one number, so that months are added and compared like numbers."""
    return day.year * 12 + day.month - 1


def month_text(month: int) -> str:
    """YYYY-MM."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_from(text: str) -> int:
    """Of YYYY-MM; ValueError for anything else."""
    return month_of(date.fromisoformat(f"{text}-01"))


def day_of(month: int, day: int) -> date:
    """``day`` of the month, or its last where it is shorter."""
    year, number = month // 12, month % 12 + 1
    return date(year, number, min(day, calendar.monthrange(year, number)[1]))


def months_after(day: date, months: int) -> date:
    """Rule 1."""
    return day_of(month_of(day) + months, day.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A certification that was not rejected. ``on``: the day from which it counts; ``seen``: the day of capture.

    ``void``: takes back the one it supersedes, and counts for nothing itself.
    """

    id: str
    on: date
    seen: date
    pending: bool = False
    void: bool = False
    supersedes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the roster says of one retiree, as far as payments go; months as numbers."""

    id: str
    name: str = ""
    id_number: str = ""
    payment: str = "paid"
    first_paid_on: date | None = None
    suspended_from: int | None = None
    last_paid: int | None = None
    died_on: date | None = None
    lost_on: date | None = None
    custody: tuple[tuple[date, date | None], ...] = ()

    @property
    def ended_on(self) -> date | None:
        """Death or loss of eligibility, whichever came first."""
        return min((day for day in (self.died_on, self.lost_on) if day is not None), default=None)


def counting(proofs: Iterable[Proof], died_on: date | None) -> list[Proof]:
    """Without those that a correction replaced or took back, and those dated after the death (rule 14)."""
    known = list(proofs)
    replaced = {proof.supersedes for proof in known if proof.supersedes is not None}
    lasting = [one for one in known if one.id not in replaced and not one.void]
    return [one for one in lasting if died_on is None or one.seen <= died_on]


def deadline(person: Person, proofs: Iterable[Proof], policy: Policy, *, with_pending: bool = False) -> date | None:
    """Rules 1-5 and 7; None when the first payment is unknown and nothing was ever certified."""
    ends = [
        months_after(proof.on, policy.cycle_months)
        for proof in counting(proofs, person.died_on)
        if with_pending or not proof.pending
    ]
    first = person.first_paid_on
    if first is not None:
        ends.append(policy.transition_end if first < policy.regime_start else months_after(first, policy.cycle_months))
    return max(ends, default=None)


def is_near(end: date, on: date, policy: Policy) -> bool:
    """Rules 6 and 17."""
    return on <= end <= on + timedelta(days=policy.near_days)


class Step(StrEnum):
    """What a run proposes for one retiree; the last four only tell."""

    SUSPEND = "suspend"
    RESUME = "resume"
    SHIFT = "shift"
    """Stays suspended, but from a later month: a certification that came late covers the earlier ones, which are paid back."""
    TERMINATE = "terminate"
    FORM_WAITS = "form_waits"
    """Would be suspended (or resumes) by a form that still waits for the center's own decision: decide that first."""
    NEXT_MONTH = "next_month"
    """Certified in this very month: resumes in the next (rule 10)."""
    BY_HAND = "by_hand"
    """A period of rule 16, or suspended nobody knows since when: the clerk decides."""
    UNKNOWN = "unknown"
    """No first payment on the roster and never certified: nothing can be reckoned."""


DECIDES = (Step.SUSPEND, Step.RESUME, Step.SHIFT, Step.TERMINATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One line of a run. ``month``: from which the step holds; ``overpaid``: rule 13; ``since``: first month unpaid by the rules."""

    person: Person
    step: Step
    month: int
    back_pay: tuple[int, ...] = ()
    overpaid: tuple[int, ...] = ()
    deadline: date | None = None
    certified_on: date | None = None
    since: int | None = None


def propose(person: Person, proofs: Sequence[Proof], month: int, policy: Policy) -> Proposal | None:
    """What the run of ``month`` means for one retiree (rules 8-16); None for nothing. After its own decision it is always nothing."""
    if person.payment == "terminated":
        return None
    end = deadline(person, proofs, policy)
    ended = person.ended_on
    if ended is not None and month > month_of(ended):
        first = month_of(ended) + 1
        over = tuple(range(first, (person.last_paid or 0) + 1)) if person.died_on is not None else ()
        owed = _owed(person, first, end)
        return Proposal(person=person, step=Step.TERMINATE, month=first, back_pay=owed, overpaid=over)
    if any(month_of(a) <= month <= (month if b is None else month_of(b)) for a, b in person.custody):
        return Proposal(person=person, step=Step.BY_HAND, month=month)
    if end is None:
        return Proposal(person=person, step=Step.UNKNOWN, month=month)
    later = deadline(person, proofs, policy, with_pending=True)
    waits = later is not None and month <= month_of(later)
    if person.payment == "suspended":
        return _suspended(person, proofs, month, policy, waits=waits)
    if month <= month_of(end):
        return None
    step = Step.FORM_WAITS if waits else Step.SUSPEND
    return Proposal(person=person, step=step, month=month, deadline=end, since=month_of(end) + 1)


def _owed(person: Person, until: int, end: date | None) -> tuple[int, ...]:
    """Suspended months before ``until`` that a certification covers after all."""
    if person.payment != "suspended" or person.suspended_from is None or end is None:
        return ()
    return tuple(range(person.suspended_from, min(until, month_of(end) + 1)))


def _suspended(person: Person, proofs: Sequence[Proof], month: int, policy: Policy, *, waits: bool) -> Proposal | None:
    end = deadline(person, proofs, policy)
    if end is None or (person.suspended_from is not None and person.suspended_from > month):
        return None  # decided for a later month than this run's
    done = [proof for proof in counting(proofs, person.died_on) if not proof.pending]
    last = max((proof.on for proof in done), default=None)
    owed = _owed(person, month, end)
    if person.suspended_from is None and month <= month_of(end):
        return Proposal(person=person, step=Step.BY_HAND, month=month, deadline=end, certified_on=last)
    if month > month_of(end):
        if owed:
            return Proposal(
                person=person, step=Step.SHIFT, month=month_of(end) + 1, back_pay=owed, deadline=end, certified_on=last
            )
        return Proposal(person=person, step=Step.FORM_WAITS, month=month, deadline=end) if waits else None
    before = deadline(person, [proof for proof in done if month_of(proof.on) < month], policy)
    if before is None or month > month_of(before):
        saved = min(proof.on for proof in done if month_of(proof.on) >= month)
        return Proposal(person=person, step=Step.NEXT_MONTH, month=month_of(saved) + 1, certified_on=saved)
    return Proposal(person=person, step=Step.RESUME, month=month, back_pay=owed, deadline=end, certified_on=last)
