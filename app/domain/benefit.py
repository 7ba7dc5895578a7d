"""What happens to the payments (notice 四(三)-四(五); rules 8-16). Predictions of the desk; only the center decides (rule 12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from app.domain.calendar import Month
from app.domain.certification import Certification
from app.domain.cycle import effective, first_deadline, met
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.retiree import Custody, PaymentState, Retiree
from app.domain.standing import PaymentOutlook


def outlook(deadline: date, certified_on: date | None = None) -> PaymentOutlook:
    """Rules 8-10 for one deadline and the first certification after it, if any.

    Certified by the deadline, or later within its month: nothing is lost. Otherwise payments stop from the month after the deadline's
    month; certified in month M they resume in M+1 with back pay of every suspended month up to M.
    """
    first_unpaid = Month.of(deadline).plus(1)
    if certified_on is None:
        return PaymentOutlook(first_unpaid=first_unpaid)
    month = Month.of(certified_on)
    if month < first_unpaid:
        return PaymentOutlook(first_unpaid=None)
    return PaymentOutlook(first_unpaid=first_unpaid, resumes=month.plus(1), back_pay=tuple(first_unpaid.until(month)))


def overpaid_months(died_on: date, last_paid: Month) -> tuple[Month, ...]:
    """Rule 13: the month of death is the last payable one; every later month paid is refunded in full."""
    return tuple(Month.of(died_on).plus(1).until(last_paid))


def is_overpaid(retiree: Retiree) -> bool:
    """Rule 13: paid for a month after the month of death."""
    died, last = retiree.died_on, retiree.last_paid
    return died is not None and last is not None and last > Month.of(died)


def custody_months(custody: Custody, until: Month) -> tuple[Month, ...]:
    """Rule 16: from the start's month to the end's month (or ``until`` while it lasts)."""
    last = until if custody.ended_on is None else min(Month.of(custody.ended_on), until)
    return tuple(Month.of(custody.started_on).until(last))


class MonthState(Enum):
    """What is predicted for one month's payment; the annuity is always the same (rule 11)."""

    PAID = "paid"
    SUSPENDED = "suspended"
    """Not paid, and not (yet) to be paid back."""
    BACK_PAID = "back_paid"
    """Not paid in its month, paid later together with the resumption."""
    OVERPAID = "overpaid"
    NOT_DUE = "not_due"
    """After death, loss of eligibility, or before the first payment."""
    BY_POLICY = "by_policy"
    """按政策暂停 (rule 16): the center decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMonth:
    """One month on the person's page.

    Attributes:
        paid_in: the month in which a BACK_PAID one is paid.
        articles: the notice's sections.
        decided: the center has said so (suspended, terminated, actually paid); otherwise the desk predicts.
    """

    month: Month
    state: MonthState
    articles: tuple[str, ...]
    paid_in: Month | None = None
    decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """One time without certification: the deadline that passed and what it did to the payments."""

    deadline: date
    outlook: PaymentOutlook


def lapses(
    retiree: Retiree, certifications: Iterable[Certification], policy: Policy = DEFAULT_POLICY
) -> tuple[Lapse, ...]:
    """Every deadline in the history that was missed past its month, oldest first.

    The last may still run (no ``resumes``); whether it has come yet is for the caller, who knows the date.
    """
    counted = effective(certifications, retiree.died_on)
    found: list[Lapse] = []
    for deadline, on in met(first_deadline(retiree.first_paid_on, policy), counted, policy):
        result = outlook(deadline, on)
        if result.first_unpaid is not None:
            found.append(Lapse(deadline=deadline, outlook=result))
    return tuple(found)


def payment_calendar(
    retiree: Retiree,
    certifications: Sequence[Certification],
    *,
    first: Month,
    last: Month,
    this: Month | None = None,
    policy: Policy = DEFAULT_POLICY,
) -> tuple[PaymentMonth, ...]:
    """Month by month from ``first`` to ``last``: paid, suspended, paid back, overpaid, by policy, not due; each with its articles.

    ``this``: the present month, up to which the center's decisions hold; without it nothing is told as decided.
    """
    missed = lapses(retiree, certifications, policy)
    held = {m for custody in retiree.custody for m in custody_months(custody, last)}
    predicted = (_month(retiree, month, missed, held) for month in first.until(last))
    return tuple(one if this is None else _decided(retiree, one, missed, this) for one in predicted)


def _decided(retiree: Retiree, one: PaymentMonth, missed: Sequence[Lapse], this: Month) -> PaymentMonth:
    """The prediction with the center's word over it (rule 12): what was paid, what it suspended or terminated."""
    month, start = one.month, retiree.suspended_from
    if retiree.died_on is not None:
        alive = _ruled(retiree, month) if month <= Month.of(retiree.died_on) else None
        return alive or replace(one, decided=retiree.last_paid is not None and month <= retiree.last_paid)
    if retiree.payment is PaymentState.SUSPENDED and start is not None and month >= start:
        resumes = _resumption(missed, start)
        if resumes is None:
            return PaymentMonth(month=month, state=MonthState.SUSPENDED, articles=("四(三)",), decided=month <= this)
        if month < resumes:
            return PaymentMonth(
                month=month, state=MonthState.BACK_PAID, articles=("四(三)",), paid_in=resumes, decided=month <= this
            )
        return one
    if retiree.payment is PaymentState.TERMINATED and month >= this and one.state is not MonthState.OVERPAID:
        return PaymentMonth(month=month, state=MonthState.NOT_DUE, articles=("四(三)", "五(三)"), decided=True)
    ruled = _ruled(retiree, month)
    if ruled is not None:
        return ruled
    paid = retiree.last_paid is not None and month <= retiree.last_paid and month <= this
    return replace(one, decided=paid and one.state is MonthState.PAID)


def _ruled(retiree: Retiree, month: Month) -> PaymentMonth | None:
    """A month of the past that the center suspended, and paid back or not; None where its decisions leave the month as it is."""
    told: PaymentMonth | None = None
    for one in retiree.decisions:
        if month in one.back_pay:
            paid_in = one.month if one.state is PaymentState.PAID else Month.of(one.decided_on)
            told = PaymentMonth(
                month=month, state=MonthState.BACK_PAID, articles=("四(三)",), paid_in=paid_in, decided=True
            )
        elif one.state is PaymentState.SUSPENDED and month >= one.month:
            told = PaymentMonth(month=month, state=MonthState.SUSPENDED, articles=("四(三)",), decided=True)
        elif month >= one.month:
            told = None
    return told


def _resumption(missed: Sequence[Lapse], start: Month) -> Month | None:
    """When payments suspended from ``start`` on resume, by a certification since."""
    ends = [lapse.outlook.resumes for lapse in missed if lapse.outlook.resumes is not None]
    return next((month for month in ends if month > start), None)


def _month(retiree: Retiree, month: Month, missed: Sequence[Lapse], held: set[Month]) -> PaymentMonth:
    if retiree.died_on is not None and month > Month.of(retiree.died_on):
        overpaid = retiree.last_paid is not None and month <= retiree.last_paid
        state = MonthState.OVERPAID if overpaid else MonthState.NOT_DUE
        return PaymentMonth(month=month, state=state, articles=("四(四)",))
    if retiree.lost_eligibility_on is not None and month > Month.of(retiree.lost_eligibility_on):
        return PaymentMonth(month=month, state=MonthState.NOT_DUE, articles=("四(三)", "五(三)"))
    if retiree.first_paid_on is not None and month < Month.of(retiree.first_paid_on):
        return PaymentMonth(month=month, state=MonthState.NOT_DUE, articles=("二",))
    if month in held:
        return PaymentMonth(month=month, state=MonthState.BY_POLICY, articles=("四(五)",))
    for lapse in missed:
        start, resumes = lapse.outlook.first_unpaid, lapse.outlook.resumes
        if start is None or month < start:
            continue
        if resumes is None:
            return PaymentMonth(month=month, state=MonthState.SUSPENDED, articles=("四(三)",))
        if month < resumes:
            return PaymentMonth(month=month, state=MonthState.BACK_PAID, articles=("四(三)",), paid_in=resumes)
    return PaymentMonth(month=month, state=MonthState.PAID, articles=("五(三)",))
