"""How things stand for one retiree on one day (rules 1-17): the content of the coloured sentence."""

from collections.abc import Sequence
from datetime import date

from app.domain.benefit import is_overpaid, outlook
from app.domain.calendar import Month
from app.domain.certification import Certification
from app.domain.cycle import deadlines_from, effective, first_deadline, is_near, met
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.retiree import PaymentState, Retiree
from app.domain.standing import Deadlines, PaymentOutlook, Severity, Standing, StandingFacts, StandingKind

_NOTHING_LOST = PaymentOutlook(first_unpaid=None)


def in_custody(retiree: Retiree, today: date) -> bool:
    """Rule 16: a period that holds today."""
    return _holds(tuple((c.started_on, c.ended_on) for c in retiree.custody), today)


def _holds(custody: tuple[tuple[date, date | None], ...], today: date) -> bool:
    return any(begun <= today and (ended is None or today <= ended) for begun, ended in custody)


def standing_of(
    retiree: Retiree, certifications: Sequence[Certification], today: date, policy: Policy = DEFAULT_POLICY
) -> Standing:
    """The one sentence's content."""
    return standing_on(facts_of(retiree, certifications, policy), today, policy)


def facts_of(
    retiree: Retiree, certifications: Sequence[Certification], policy: Policy = DEFAULT_POLICY
) -> StandingFacts:
    """What of a person's facts decides how things stand on whatever day."""
    counted = effective(certifications, retiree.died_on)
    initial = first_deadline(retiree.first_paid_on, policy)
    return StandingFacts(
        payment=retiree.payment,
        suspended_from=retiree.suspended_from,
        died_on=retiree.died_on,
        overpaid=is_overpaid(retiree),
        lost_on=retiree.lost_eligibility_on,
        custody=tuple((c.started_on, c.ended_on) for c in retiree.custody),
        deadlines=deadlines_from(counted, initial, policy),
        lapses=tuple(
            (Month.of(deadline).plus(1), Month.of(on).plus(1))
            for deadline, on in met(initial, counted, policy)
            if on is not None and Month.of(on) > Month.of(deadline)
        ),
    )


def standing_on(facts: StandingFacts, today: date, policy: Policy = DEFAULT_POLICY) -> Standing:
    """Death comes before everything, then the center's decisions, then the deadlines."""
    both = facts.deadlines
    if facts.died_on is not None:
        return _closed(StandingKind.DECEASED, both, ("四(四)",))
    if facts.payment is PaymentState.TERMINATED or (facts.lost_on is not None and facts.lost_on <= today):
        return _closed(StandingKind.TERMINATED, both, ("四(三)", "五(三)"))
    if _holds(facts.custody, today):
        return _closed(StandingKind.CUSTODY, both, ("四(五)",))
    if facts.payment is PaymentState.SUSPENDED:
        return _suspended(facts, today)
    return _by_deadline(both, _resuming(facts, today), today, policy)


def _resuming(facts: StandingFacts, today: date) -> PaymentOutlook:
    """A lapse that a certification has ended and whose resumption is still to come (rule 10)."""
    for start, resumes in facts.lapses:
        if resumes > Month.of(today):
            return _ended(start, resumes)
    return _NOTHING_LOST


def _ended(start: Month, resumes: Month) -> PaymentOutlook:
    return PaymentOutlook(first_unpaid=start, resumes=resumes, back_pay=tuple(start.until(resumes.plus(-1))))


def _closed(kind: StandingKind, both: Deadlines, articles: tuple[str, ...]) -> Standing:
    return Standing(
        kind=kind, severity=Severity.NEUTRAL, days=None, deadlines=both, outlook=_NOTHING_LOST, articles=articles
    )


def _suspended(facts: StandingFacts, today: date) -> Standing:
    """Suspended by the center; if a certification already ended the lapse, tell when payments resume."""
    both = facts.deadlines
    found: list[tuple[Month, Month | None]] = [*facts.lapses]
    if both.with_provisional is not None:
        found.append((Month.of(both.with_provisional).plus(1), None))
    started = [one for one in found if one[0] <= Month.of(today)]
    predicted, resumes = started[-1] if started else (None, None)
    start = facts.suspended_from or predicted
    back_pay = tuple(start.until(resumes.plus(-1))) if start and resumes else ()
    return Standing(
        kind=StandingKind.SUSPENDED,
        severity=Severity.WARNING if resumes else Severity.DANGER,
        days=(both.with_provisional - today).days if both.with_provisional else None,
        deadlines=both,
        outlook=PaymentOutlook(first_unpaid=start, resumes=resumes, back_pay=back_pay),
        articles=("四(三)",),
    )


def _by_deadline(both: Deadlines, resuming: PaymentOutlook, today: date, policy: Policy) -> Standing:
    deadline = both.with_provisional
    if deadline is None:
        return Standing(
            kind=StandingKind.NEAR,
            severity=Severity.NOTICE,
            days=None,
            deadlines=both,
            outlook=_NOTHING_LOST,
            articles=("二",),
        )
    days = (deadline - today).days
    if days >= 0:
        kind, severity = _in_time(both, deadline, today, policy)
    elif Month.of(today) == Month.of(deadline):
        kind, severity = StandingKind.OVERDUE_SAVABLE, Severity.DANGER
    else:
        kind, severity = StandingKind.SUSPENSION_PREDICTED, Severity.DANGER
    safe = kind in (StandingKind.SAFE, StandingKind.SAFE_PROVISIONAL)
    articles = ("二",) if days >= 0 else ("四(三)",)
    return Standing(
        kind=kind,
        severity=severity,
        days=days,
        deadlines=both,
        outlook=resuming if safe else outlook(deadline),
        articles=articles,
    )


def _in_time(both: Deadlines, deadline: date, today: date, policy: Policy) -> tuple[StandingKind, Severity]:
    if Month.of(deadline) == Month.of(today):
        return StandingKind.DUE_THIS_MONTH, Severity.WARNING
    if is_near(deadline, today, policy):
        return StandingKind.NEAR, Severity.NOTICE
    if both.confirmed != deadline and (both.confirmed is None or is_near_or_past(both.confirmed, today, policy)):
        return StandingKind.SAFE_PROVISIONAL, Severity.NOTICE
    return StandingKind.SAFE, Severity.GOOD


def is_near_or_past(deadline: date, today: date, policy: Policy = DEFAULT_POLICY) -> bool:
    """Without the waiting record the retiree would be near the deadline or past it."""
    return deadline < today or is_near(deadline, today, policy)
