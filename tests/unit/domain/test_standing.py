"""The coloured sentence: what the clerk is told first, day by day."""

from datetime import date
from typing import Any

import pytest

from app.domain.benefit import MonthState, custody_months, payment_calendar
from app.domain.calendar import Month
from app.domain.certification import CenterState, Certification, Channel
from app.domain.cycle import dated_after_death, effective, first_deadline, is_near
from app.domain.retiree import Custody, PaymentState
from app.domain.rhythm import list_due
from app.domain.standing import Severity, Standing, StandingKind
from app.domain.standing_of import standing_of
from tests.builders.people import certified, retiree

LAST_YEAR = certified(date(2025, 4, 10))
"""Deadline 2026-04-10."""


def told(today: date, *records: Certification, **changes: Any) -> Standing:
    return standing_of(retiree(**changes), records or (LAST_YEAR,), today)


@pytest.mark.parametrize(
    ("today", "kind", "days"),
    [
        (date(2025, 5, 1), StandingKind.SAFE, 344),
        (date(2026, 2, 9), StandingKind.NEAR, 60),
        (date(2026, 4, 1), StandingKind.DUE_THIS_MONTH, 9),
        (date(2026, 4, 10), StandingKind.DUE_THIS_MONTH, 0),
        (date(2026, 4, 11), StandingKind.OVERDUE_SAVABLE, -1),
        (date(2026, 4, 30), StandingKind.OVERDUE_SAVABLE, -20),
        (date(2026, 5, 1), StandingKind.SUSPENSION_PREDICTED, -21),
    ],
)
def test_the_sentence_follows_the_days_to_the_deadline(today: date, kind: StandingKind, days: int) -> None:
    standing = told(today)
    assert (standing.kind, standing.days) == (kind, days)
    lost = kind not in (StandingKind.SAFE, StandingKind.SAFE_PROVISIONAL)
    assert standing.outlook.first_unpaid == (Month(2026, 5) if lost else None)


def test_a_record_that_still_waits_makes_it_safe_only_if_the_center_accepts() -> None:
    waiting = certified(date(2026, 4, 8), number=2, center=CenterState.PENDING)
    standing = told(date(2026, 4, 9), LAST_YEAR, waiting)
    assert standing.kind is StandingKind.SAFE_PROVISIONAL
    assert (standing.deadlines.confirmed, standing.deadlines.with_provisional) == (date(2026, 4, 10), date(2027, 4, 8))


def test_certified_too_late_the_month_of_resumption_is_told() -> None:
    late = certified(date(2026, 5, 20), number=2)
    standing = told(date(2026, 5, 21), LAST_YEAR, late)
    assert standing.kind is StandingKind.SAFE
    assert (standing.outlook.resumes, standing.outlook.back_pay) == (Month(2026, 6), (Month(2026, 5),))


def test_death_comes_before_everything() -> None:
    standing = told(
        date(2026, 4, 11),
        died_on=date(2026, 1, 2),
        payment=PaymentState.SUSPENDED,
        lost_eligibility_on=date(2026, 1, 1),
    )
    assert (standing.kind, standing.severity, standing.days) == (StandingKind.DECEASED, Severity.NEUTRAL, None)


@pytest.mark.parametrize("changes", [{"payment": PaymentState.TERMINATED}, {"lost_eligibility_on": date(2026, 4, 1)}])
def test_lost_eligibility_ends_it(changes: dict[str, Any]) -> None:
    assert told(date(2026, 4, 11), **changes).kind is StandingKind.TERMINATED


def test_custody_is_told_while_it_lasts() -> None:
    custody = (Custody(started_on=date(2026, 1, 5), ended_on=date(2026, 3, 5), document="x"),)
    assert told(date(2026, 3, 5), custody=custody).kind is StandingKind.CUSTODY
    assert told(date(2026, 3, 6), custody=custody).kind is StandingKind.NEAR
    assert list(custody_months(custody[0], Month(2026, 2))) == [Month(2026, 1), Month(2026, 2)]
    going_on = Custody(started_on=date(2026, 1, 5), ended_on=None, document="x")
    assert custody_months(going_on, Month(2026, 4))[-1] == Month(2026, 4)


def test_suspended_by_the_center_is_told_with_what_a_certification_brings_back() -> None:
    changes: dict[str, Any] = {"payment": PaymentState.SUSPENDED, "suspended_from": Month(2026, 5)}
    before = told(date(2026, 6, 10), **changes)
    assert (before.kind, before.severity, before.outlook.resumes) == (StandingKind.SUSPENDED, Severity.DANGER, None)
    after = told(
        date(2026, 6, 10), LAST_YEAR, certified(date(2026, 6, 10), number=2, center=CenterState.PENDING), **changes
    )
    assert (after.severity, after.outlook.resumes) == (Severity.WARNING, Month(2026, 7))
    assert after.outlook.back_pay == (Month(2026, 5), Month(2026, 6))


def test_suspended_without_any_known_deadline_still_says_so() -> None:
    person = retiree(first_paid_on=None, payment=PaymentState.SUSPENDED)
    standing = standing_of(person, (), date(2026, 6, 10))
    assert (standing.kind, standing.days, standing.outlook.first_unpaid) == (StandingKind.SUSPENDED, None, None)


def test_nothing_is_predicted_for_somebody_whose_first_payment_is_unknown() -> None:
    assert first_deadline(None) is None
    standing = standing_of(retiree(first_paid_on=None), (), date(2026, 6, 10))
    assert (standing.days, standing.outlook.first_unpaid, standing.deadlines.confirmed) == (None, None, None)


def test_a_certification_dated_after_death_counts_for_nothing_and_is_an_alarm() -> None:
    after = certified(date(2026, 3, 1), number=2)
    assert effective([LAST_YEAR, after], died_on=date(2026, 2, 1)) == (LAST_YEAR,)
    assert dated_after_death([LAST_YEAR, after], date(2026, 2, 1)) == (after,)
    assert dated_after_death([after], None) == ()


def test_a_correction_supersedes_unless_it_was_rejected() -> None:
    wrong = certified(date(2026, 3, 1), number=2)
    correction = certified(date(2026, 2, 1), number=3, supersedes=wrong.id)
    assert effective([wrong, correction]) == (correction,)
    rejected = certified(date(2026, 2, 1), number=3, supersedes=wrong.id, center=CenterState.REJECTED)
    assert effective([wrong, rejected]) == (wrong,)


def test_of_one_record_the_answered_state_is_kept() -> None:
    waiting, answered = certified(date(2026, 3, 1), center=CenterState.PENDING), certified(date(2026, 3, 1))
    assert effective([waiting, answered]) == effective([answered, waiting]) == (answered,)


def test_a_unit_confirmation_counts_from_the_leaders_signature() -> None:
    form = certified(date(2026, 3, 9), channel=Channel.UNIT_CONFIRMED, signed_on=date(2026, 3, 2))
    assert form.counts_from == date(2026, 3, 2)
    assert certified(date(2026, 3, 9), channel=Channel.UNIT_CONFIRMED).counts_from == date(2026, 3, 9)


def test_near_ends_with_the_deadline_day() -> None:
    assert is_near(date(2026, 4, 10), date(2026, 4, 10))
    assert not is_near(date(2026, 4, 10), date(2026, 4, 11))
    assert list_due(Month(2026, 4)) == date(2026, 4, 20)


def test_the_calendar_tells_every_state_a_month_can_have() -> None:
    person = retiree(
        first_paid_on=date(2022, 6, 1), died_on=date(2025, 3, 9), last_paid=Month(2025, 4),
        custody=(Custody(started_on=date(2024, 2, 1), ended_on=date(2024, 2, 20), document="x"),),
    )  # fmt: skip
    rows = payment_calendar(person, [certified(date(2023, 8, 2))], first=Month(2022, 5), last=Month(2025, 5))
    states = {str(row.month): row.state for row in rows}
    assert states["2022-05"] is MonthState.NOT_DUE
    assert states["2022-06"] is MonthState.PAID
    assert states["2023-07"] is states["2023-08"] is MonthState.BACK_PAID
    assert states["2024-02"] is MonthState.BY_POLICY
    assert states["2024-09"] is MonthState.SUSPENDED
    assert states["2025-04"] is MonthState.OVERPAID
    assert states["2025-05"] is MonthState.NOT_DUE


def test_after_lost_eligibility_nothing_is_due() -> None:
    person = retiree(lost_eligibility_on=date(2026, 1, 5))
    rows = payment_calendar(person, [LAST_YEAR], first=Month(2026, 1), last=Month(2026, 2))
    assert [row.state for row in rows] == [MonthState.PAID, MonthState.NOT_DUE]


def test_a_month_is_one_of_twelve_and_writes_itself_as_iso() -> None:
    with pytest.raises(ValueError, match="13"):
        Month(2026, 13)
    assert str(Month.parse("2026-04").plus(-4)) == "2025-12"
