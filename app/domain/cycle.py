"""The certification cycle (notice 二; rules 1-7): which deadline holds, and what is only provisional."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import add_months
from app.domain.certification import CenterState, Certification
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.retiree import Retiree
from app.domain.standing import Deadlines


def deadline_after(start: date, policy: Policy = DEFAULT_POLICY) -> date:
    """Rule 1: the start moved by the cycle's months; the last day where the month is shorter."""
    return add_months(start, policy.cycle_months)


def first_deadline(first_paid_on: date | None, policy: Policy = DEFAULT_POLICY) -> date | None:
    """The deadline of somebody never certified (rules 4 and 5).

    None when the first payment is unknown: then nothing may be predicted.
    """
    if first_paid_on is None:
        return None
    if first_paid_on < policy.regime_start:
        return policy.transition_end
    return deadline_after(first_paid_on, policy)


def effective(certifications: Iterable[Certification], died_on: date | None = None) -> tuple[Certification, ...]:
    """The certifications that count: not rejected, not superseded, not void, not dated after death (rule 14); oldest first.

    A correction supersedes at once, unless it was itself rejected. Of the same id only one is kept, the answered one before the waiting.
    """
    by_id: dict[str, Certification] = {}
    for certification in certifications:
        known = by_id.get(certification.id)
        if known is None or known.provisional:
            by_id[certification.id] = certification
    standing = [c for c in by_id.values() if c.center is not CenterState.REJECTED]
    superseded = {c.supersedes for c in standing if c.supersedes is not None}
    lasting = [c for c in standing if c.id not in superseded and not c.void]
    counted = [c for c in lasting if died_on is None or c.captured_at.date() <= died_on]
    return tuple(sorted(counted, key=lambda c: (c.counts_from, c.id)))


def met(
    initial: date | None, counted: Iterable[Certification], policy: Policy = DEFAULT_POLICY
) -> Iterator[tuple[date, date | None]]:
    """Every deadline in its order with the day on which it was met, None for the last one; ``counted`` as ``effective`` gives them."""
    present = initial
    for certification in counted:
        on = certification.counts_from
        if present is not None:
            yield present, on
        following = deadline_after(on, policy)
        present = following if present is None else max(present, following)
    if present is not None:
        yield present, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One cycle of the timeline: from ``begun`` to its deadline; ``provisional`` until the center has answered."""

    begun: date
    deadline: date
    provisional: bool = False


def cycles(
    retiree: Retiree, certifications: Iterable[Certification], policy: Policy = DEFAULT_POLICY
) -> tuple[Cycle, ...]:
    """Every cycle that was begun, oldest first: the first by rules 4 and 5, then one with each certification that counts."""
    found = []
    initial, paid = first_deadline(retiree.first_paid_on, policy), retiree.first_paid_on
    if initial is not None and paid is not None:
        found.append(Cycle(begun=max(paid, policy.regime_start), deadline=initial))
    for one in effective(certifications, retiree.died_on):
        begun = one.counts_from
        found.append(Cycle(begun=begun, deadline=deadline_after(begun, policy), provisional=one.provisional))
    return tuple(found)


def deadlines(retiree: Retiree, certifications: Iterable[Certification], policy: Policy = DEFAULT_POLICY) -> Deadlines:
    """Both deadlines of rule 7; order of arrival never matters, a late record never moves a deadline back (rule 2)."""
    counted = effective(certifications, retiree.died_on)
    return deadlines_from(counted, first_deadline(retiree.first_paid_on, policy), policy)


def deadlines_from(counted: Sequence[Certification], initial: date | None, policy: Policy) -> Deadlines:
    """The same from what counts already."""

    def latest(chosen: Iterable[Certification]) -> date | None:
        ends = [deadline_after(c.counts_from, policy) for c in chosen]
        if initial is not None:
            ends.append(initial)
        return max(ends, default=None)

    return Deadlines(confirmed=latest(c for c in counted if not c.provisional), with_provisional=latest(counted))


def is_overdue(deadline: date, on: date) -> bool:
    """Rule 6: the deadline day itself is in time."""
    return on > deadline


def is_near(deadline: date, on: date, policy: Policy = DEFAULT_POLICY) -> bool:
    """Rule 17: not overdue, and within the policy's days."""
    return on <= deadline <= on + timedelta(days=policy.near_days)


def dated_after_death(certifications: Iterable[Certification], died_on: date | None) -> tuple[Certification, ...]:
    """Rule 14: certifications dated after the death; each is a fraud alarm, not a record."""
    if died_on is None:
        return ()
    return tuple(c for c in certifications if c.captured_at.date() > died_on or c.counts_from > died_on)
