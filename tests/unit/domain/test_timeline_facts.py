"""What the person's timeline shows: cycles, and which months the center has decided."""

from datetime import date
from typing import Any

import pytest

from app.domain.benefit import MonthState, payment_calendar
from app.domain.calendar import Month
from app.domain.certification import CenterState
from app.domain.cycle import cycles
from app.domain.retiree import PaymentDecision, PaymentState
from tests.builders.people import certified, retiree

NOW = Month(2026, 11)
OLD = certified(date(2025, 8, 10))
"""Deadline 2026-08-10, so nothing is predicted to be paid from 2026-09 on."""


def months(*records: Any, **changes: Any) -> dict[str, tuple[MonthState, bool, Month | None]]:
    made = payment_calendar(retiree(**changes), records, first=Month(2026, 7), last=Month(2027, 1), this=NOW)
    return {str(one.month): (one.state, one.decided, one.paid_in) for one in made}


def test_what_the_center_suspended_is_decided_up_to_now_and_predicted_after() -> None:
    found = months(OLD, payment=PaymentState.SUSPENDED, suspended_from=Month(2026, 9), last_paid=Month(2026, 8))
    assert found["2026-08"] == (MonthState.PAID, True, None)
    assert found["2026-09"] == (MonthState.SUSPENDED, True, None)
    assert found["2026-11"] == (MonthState.SUSPENDED, True, None)
    assert found["2026-12"] == (MonthState.SUSPENDED, False, None)


def test_the_centers_month_goes_before_the_desks_own_count() -> None:
    found = months(certified(date(2026, 5, 1)), payment=PaymentState.SUSPENDED, suspended_from=Month(2026, 10))
    assert found["2026-09"] == (MonthState.PAID, False, None)
    assert found["2026-10"] == (MonthState.SUSPENDED, True, None)


def test_certified_while_suspended_the_months_are_paid_back_with_the_resumption() -> None:
    fresh = certified(date(2026, 11, 20), number=2, center=CenterState.PENDING)
    found = months(OLD, fresh, payment=PaymentState.SUSPENDED, suspended_from=Month(2026, 9))
    assert found["2026-09"] == (MonthState.BACK_PAID, True, Month(2026, 12))
    assert found["2026-11"] == (MonthState.BACK_PAID, True, Month(2026, 12))
    assert found["2026-12"] == (MonthState.PAID, False, None)


def test_months_paid_after_a_death_are_overpaid_for_certain() -> None:
    found = months(OLD, died_on=date(2026, 7, 3), last_paid=Month(2026, 9))
    assert found["2026-07"] == (MonthState.PAID, True, None)
    assert found["2026-09"] == (MonthState.OVERPAID, True, None)
    assert found["2026-10"] == (MonthState.NOT_DUE, False, None)


def test_terminated_nothing_is_due_any_more() -> None:
    found = months(certified(date(2026, 5, 1)), payment=PaymentState.TERMINATED, last_paid=Month(2026, 10))
    assert found["2026-10"] == (MonthState.PAID, True, None)
    assert found["2026-11"] == found["2027-01"] == (MonthState.NOT_DUE, True, None)


def resumed(*back_pay: Month) -> PaymentDecision:
    return PaymentDecision(state=PaymentState.PAID, month=NOW, back_pay=back_pay, decided_on=date(2026, 10, 26))


SUSPENDED = PaymentDecision(state=PaymentState.SUSPENDED, month=Month(2026, 9), decided_on=date(2026, 8, 26))


def test_what_the_center_paid_back_is_decided_and_what_it_kept_is_told_too() -> None:
    fresh = certified(date(2026, 10, 20), number=2)
    found = months(OLD, fresh, decisions=(SUSPENDED, resumed(Month(2026, 10))), last_paid=NOW)
    assert found["2026-08"] == (MonthState.PAID, True, None)
    assert found["2026-09"] == (MonthState.SUSPENDED, True, None)
    assert found["2026-10"] == (MonthState.BACK_PAID, True, NOW)
    assert found["2026-11"] == (MonthState.PAID, True, None)
    assert found["2026-12"] == (MonthState.PAID, False, None)


def test_a_suspension_moved_to_a_later_month_pays_the_earlier_ones_back() -> None:
    late = PaymentDecision(
        state=PaymentState.SUSPENDED,
        month=NOW,
        back_pay=(Month(2026, 9), Month(2026, 10)),
        decided_on=date(2026, 11, 26),
    )
    found = months(OLD, decisions=(SUSPENDED, late), payment=PaymentState.SUSPENDED, suspended_from=NOW)
    assert found["2026-09"] == found["2026-10"] == (MonthState.BACK_PAID, True, NOW)
    assert found["2026-11"] == (MonthState.SUSPENDED, True, None)


def test_what_was_owed_to_somebody_who_died_meanwhile_is_told_as_the_center_decided_it() -> None:
    ended = PaymentDecision(
        state=PaymentState.TERMINATED, month=NOW, back_pay=(Month(2026, 9),), decided_on=date(2026, 10, 26)
    )
    dead = {"died_on": date(2026, 10, 5), "last_paid": Month(2026, 11), "payment": PaymentState.TERMINATED}
    found = months(OLD, decisions=(SUSPENDED, ended), **dead)
    assert found["2026-09"] == (MonthState.BACK_PAID, True, Month(2026, 10))
    assert found["2026-10"] == (MonthState.SUSPENDED, True, None)
    assert found["2026-11"] == (MonthState.OVERPAID, True, None)


def test_without_a_present_month_everything_is_a_prediction() -> None:
    made = payment_calendar(retiree(last_paid=NOW), (OLD,), first=Month(2026, 7), last=NOW)
    assert not any(one.decided for one in made)


@pytest.mark.parametrize(
    ("paid", "begun", "deadline"),
    [
        (date(2015, 1, 1), date(2022, 4, 1), date(2022, 9, 30)),
        (date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_the_first_cycle_begins_without_a_certification(paid: date, begun: date, deadline: date) -> None:
    (first,) = cycles(retiree(first_paid_on=paid), ())
    assert (first.begun, first.deadline, first.provisional) == (begun, deadline, False)


def test_each_certification_begins_a_cycle_and_a_waiting_one_is_provisional() -> None:
    made = cycles(retiree(first_paid_on=None), (certified(date(2026, 3, 1), number=2, center=CenterState.PENDING), OLD))
    assert [(one.begun, one.provisional) for one in made] == [(date(2025, 8, 10), False), (date(2026, 3, 1), True)]
