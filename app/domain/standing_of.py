"""How things stand for one retiree on one day (rules 1-17): the content of the coloured sentence."""

from collections.abc import Sequence
from datetime import date

from app.domain.benefit import Lapse, lapses, outlook
from app.domain.calendar import Month
from app.domain.certification import Certification
from app.domain.cycle import deadlines, is_near
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.retiree import PaymentState, Retiree
from app.domain.standing import Deadlines, PaymentOutlook, Severity, Standing, StandingKind

_NOTHING_LOST = PaymentOutlook(first_unpaid=None)


def in_custody(retiree: Retiree, today: date) -> bool:
    """Rule 16: a period that holds today."""
    return any(c.started_on <= today and (c.ended_on is None or today <= c.ended_on) for c in retiree.custody)


def standing_of(
    retiree: Retiree, certifications: Sequence[Certification], today: date, policy: Policy = DEFAULT_POLICY
) -> Standing:
    """The one sentence's content. Death comes before everything, then the center's decisions, then the deadlines."""
    both = deadlines(retiree, certifications, policy)
    if retiree.died_on is not None:
        return _closed(StandingKind.DECEASED, both, ("四(四)",))
    if retiree.payment is PaymentState.TERMINATED or _lost(retiree, today):
        return _closed(StandingKind.TERMINATED, both, ("四(三)", "五(三)"))
    if in_custody(retiree, today):
        return _closed(StandingKind.CUSTODY, both, ("四(五)",))
    if retiree.payment is PaymentState.SUSPENDED:
        return _suspended(retiree, certifications, both, today, policy)
    return _by_deadline(both, _resuming(retiree, certifications, today, policy), today, policy)


def _resuming(retiree: Retiree, certifications: Sequence[Certification], today: date, policy: Policy) -> PaymentOutlook:
    """A lapse that a certification has ended and whose resumption is still to come (rule 10)."""
    for lapse in lapses(retiree, certifications, policy):
        if lapse.outlook.resumes is not None and lapse.outlook.resumes > Month.of(today):
            return lapse.outlook
    return _NOTHING_LOST


def _lost(retiree: Retiree, today: date) -> bool:
    return retiree.lost_eligibility_on is not None and retiree.lost_eligibility_on <= today


def _closed(kind: StandingKind, both: Deadlines, articles: tuple[str, ...]) -> Standing:
    return Standing(
        kind=kind, severity=Severity.NEUTRAL, days=None, deadlines=both, outlook=_NOTHING_LOST, articles=articles
    )


def _suspended(
    retiree: Retiree, certifications: Sequence[Certification], both: Deadlines, today: date, policy: Policy
) -> Standing:
    """Suspended by the center; if a certification already ended the lapse, tell when payments resume."""
    lapse = _last_started(lapses(retiree, certifications, policy), today)
    start = retiree.suspended_from or (lapse.outlook.first_unpaid if lapse else None)
    resumes = lapse.outlook.resumes if lapse else None
    back_pay = tuple(start.until(resumes.plus(-1))) if start and resumes else ()
    return Standing(
        kind=StandingKind.SUSPENDED,
        severity=Severity.WARNING if resumes else Severity.DANGER,
        days=(both.with_provisional - today).days if both.with_provisional else None,
        deadlines=both,
        outlook=PaymentOutlook(first_unpaid=start, resumes=resumes, back_pay=back_pay),
        articles=("四(三)",),
    )


def _last_started(found: Sequence[Lapse], today: date) -> Lapse | None:
    started = [x for x in found if x.outlook.first_unpaid is not None and x.outlook.first_unpaid <= Month.of(today)]
    return started[-1] if started else None


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
