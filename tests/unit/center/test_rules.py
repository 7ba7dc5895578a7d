"""The center's calendar: every example of the rules' case file, and hand in hand with the desk's for made-up histories."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from app.domain import benefit, cycle
from app.domain.calendar import Month
from app.domain.certification import CenterState, Certification
from center import rules
from center.rules import Person, Policy, Proof, Proposal, Step, deadline, is_near, month_from, month_text, propose
from tests.builders.people import certified, retiree

CASES = json.loads((Path(__file__).parents[2] / "fixtures" / "rule_cases.json").read_text(encoding="utf-8"))
POLICY = Policy()
PAID_SINCE = date(2015, 1, 1)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def proof(on: date, number: int = 1, **changes: Any) -> Proof:
    return Proof(**{"id": f"c-{number}", "on": on, "seen": on, **changes})


def person(**changes: Any) -> Person:
    return Person(**{"id": "r-1", "first_paid_on": PAID_SINCE, **changes})


def after(who: Person, step: Proposal | None) -> Person:
    """As the roster says once the step is decided."""
    if step is None or step.step not in rules.DECIDES:
        return who
    payment = {Step.RESUME: "paid", Step.TERMINATE: "terminated"}.get(step.step, "suspended")
    return dataclasses.replace(who, payment=payment, suspended_from=step.month if payment == "suspended" else None)


@pytest.mark.parametrize("case", CASES["cycle"], ids=str)
def test_the_deadline_is_the_one_of_the_case_file(case: dict[str, Any]) -> None:
    proofs = [proof(date.fromisoformat(on), n) for n, on in enumerate(case["certified"])]
    assert deadline(person(first_paid_on=day(case.get("first_paid"))), proofs, POLICY) == day(case["deadline"])


def run_of(end: str, on: str | None, months: int = 40) -> tuple[str | None, str | None, list[str]]:
    """First unpaid month, resumption and back pay, when a run is made at the beginning of every month."""
    before = proof(rules.months_after(date.fromisoformat(end), -12), 1)
    late = [proof(date.fromisoformat(on), 2)] if on else []
    who, first, resumed, back = person(), None, None, []
    start = rules.month_of(date.fromisoformat(end))
    for month in range(start, start + months):
        known = [before, *(one for one in late if rules.month_of(one.on) < month)]
        step = propose(who, known, month, POLICY)
        who = after(who, step)
        if step is not None and step.step is Step.SUSPEND:
            first = month_text(step.month)
        if step is not None and step.step is Step.RESUME:
            resumed, back = month_text(step.month), [month_text(m) for m in step.back_pay]
            break
    return first, resumed, back


@pytest.mark.parametrize("case", CASES["suspension"], ids=str)
def test_monthly_runs_suspend_resume_and_pay_back_as_in_the_case_file(case: dict[str, Any]) -> None:
    wanted = (case["first_unpaid"], case.get("resumes"), case.get("back_pay", []))
    assert run_of(case["deadline"], case["certified_on"], months=11) == wanted


@pytest.mark.parametrize("case", CASES["overpaid"], ids=str)
def test_the_dead_are_terminated_with_the_months_to_be_refunded(case: dict[str, Any]) -> None:
    who = person(died_on=day(case["died"]), last_paid=month_from(case["last_paid"]))
    step = propose(who, [], rules.month_of(date.fromisoformat(case["died"])) + 6, POLICY)
    assert step is not None
    assert step.step is Step.TERMINATE
    assert step.month == rules.month_of(date.fromisoformat(case["died"])) + 1
    assert [month_text(m) for m in step.overpaid] == case["months"]
    assert propose(after(who, step), [], step.month + 3, POLICY) is None


days = st.dates(date(2022, 4, 1), date(2026, 12, 31))
first_payments = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2026, 1, 1)))


@st.composite
def histories(draw: st.DrawFn) -> list[Certification]:
    drawn = draw(st.lists(st.tuples(days, st.sampled_from(CenterState)), max_size=6))
    return [certified(on, number=n, center=center) for n, (on, center) in enumerate(drawn)]


def as_proofs(history: Sequence[Certification]) -> list[Proof]:
    standing = [one for one in history if one.center is not CenterState.REJECTED]
    return [proof(c.counts_from, int(c.id[2:]), pending=c.center is CenterState.PENDING) for c in standing]


@given(histories(), first_payments, days)
def test_desk_and_center_always_reckon_the_same_deadlines(
    history: list[Certification], paid: date | None, today: date
) -> None:
    both = cycle.deadlines(retiree(first_paid_on=paid), history)
    who, proofs = person(first_paid_on=paid), as_proofs(history)
    assert deadline(who, proofs, POLICY) == both.confirmed
    assert deadline(who, proofs, POLICY, with_pending=True) == both.with_provisional
    if both.confirmed is not None:
        assert is_near(both.confirmed, today, POLICY) is cycle.is_near(both.confirmed, today)


@given(st.lists(days, max_size=5), st.dates(date(1990, 1, 1), date(2025, 1, 1)))
@settings(deadline=None)
def test_runs_at_the_beginning_of_each_month_always_pay_what_the_desk_predicts(on: list[date], paid: date) -> None:
    first, last = Month(2022, 10), Month(2027, 12)
    history = [certified(one, number=n) for n, one in enumerate(on)]
    wanted = benefit.payment_calendar(retiree(first_paid_on=paid), history, first=first, last=last)
    who, got = person(first_paid_on=paid), {}
    for number, told in enumerate(wanted):
        month = first.year * 12 + first.month - 1 + number
        known = [one for one in as_proofs(history) if rules.month_of(one.on) < month]
        step = propose(who, known, month, POLICY)
        who = after(who, step)
        again = propose(who, known, month, POLICY)
        assert again is None or again.step not in rules.DECIDES, "a run that is made twice decides nothing more"
        got.update({m: str(told.month) for m in (step.back_pay if step else ())})
        if who.payment == "paid":
            got[month] = str(told.month)
    for number, told in enumerate(wanted):
        month = first.year * 12 + first.month - 1 + number
        when = {benefit.MonthState.SUSPENDED: None, benefit.MonthState.BACK_PAID: str(told.paid_in)}
        not_due = told.state is benefit.MonthState.NOT_DUE
        assert not_due or got.get(month) == when.get(told.state, str(told.month)), str(told.month)


S = month_from("2023-05")


def suspended(**changes: Any) -> Person:
    return person(payment="suspended", suspended_from=S, **changes)


@pytest.mark.parametrize(
    ("who", "proofs", "month", "step", "from_", "back"),
    [
        pytest.param(suspended(), [proof(date(2023, 7, 15))], "2023-07", "next_month", "2023-08", [], id="same month"),
        pytest.param(
            suspended(), [proof(date(2023, 7, 15))], "2023-10", "resume", "2023-10",
            ["2023-05", "2023-06", "2023-07", "2023-08", "2023-09"], id="the run is late: nothing is lost",
        ),
        pytest.param(
            suspended(), [proof(date(2023, 4, 28))], "2023-05", "resume", "2023-05", [], id="in time after the run (rule 9)"
        ),
        pytest.param(
            suspended(), [proof(date(2022, 7, 1))], "2023-10", "shift", "2023-08", ["2023-05", "2023-06", "2023-07"],
            id="an old record came late",
        ),
        pytest.param(
            suspended(), [proof(date(2023, 4, 10)), proof(date(2023, 6, 5), 2)], "2023-06", "resume", "2023-06", ["2023-05"],
            id="an old record came late and a new one too",
        ),
        pytest.param(suspended(), [proof(date(2023, 7, 1), pending=True)], "2023-08", "form_waits", "2023-08", [], id="form"),
        pytest.param(suspended(), [], "2023-04", None, "", [], id="decided for a later month"),
        pytest.param(suspended(), [], "2023-09", None, "", [], id="stays"),
        pytest.param(
            suspended(died_on=date(2023, 7, 20)), [proof(date(2023, 6, 10))], "2023-08", "terminate", "2023-08",
            ["2023-05", "2023-06", "2023-07"], id="certified, then died",
        ),
        pytest.param(person(), [proof(date(2023, 1, 1), pending=True)], "2023-08", "form_waits", "2023-08", [], id="waiting"),
        pytest.param(
            person(custody=((date(2023, 2, 3), None),)), [], "2023-08", "by_hand", "2023-08", [], id="custody runs"
        ),
        pytest.param(
            person(custody=((date(2023, 2, 3), date(2023, 7, 31)),)), [], "2023-08", "suspend", "2023-08", [], id="over"
        ),
        pytest.param(
            person(payment="suspended"), [proof(date(2023, 7, 15))], "2023-08", "by_hand", "2023-08", [], id="since when?"
        ),
        pytest.param(person(first_paid_on=None), [], "2023-08", "unknown", "2023-08", [], id="unknown"),
        pytest.param(person(lost_on=date(2023, 7, 5)), [], "2023-08", "terminate", "2023-08", [], id="lost"),
        pytest.param(person(payment="terminated"), [], "2023-08", None, "", [], id="terminated"),
    ],
)  # fmt: skip
def test_what_a_run_proposes(
    who: Person, proofs: list[Proof], month: str, step: str | None, from_: str, back: list[str]
) -> None:
    got = propose(who, proofs, month_from(month), POLICY)
    if step is None:
        assert got is None
    else:
        assert got is not None
        assert (got.step, month_text(got.month), [month_text(m) for m in got.back_pay]) == (step, from_, back)
        again = propose(after(who, got), proofs, month_from(month), POLICY)
        assert again is None or again.step not in rules.DECIDES


def test_a_void_correction_takes_back_and_counts_for_nothing() -> None:
    old = proof(date(2023, 2, 1))
    assert deadline(person(), [old, proof(date(2023, 9, 1), 2, supersedes="c-1", void=True)], POLICY) == date(
        2022, 9, 30
    )


def test_a_correction_replaces_and_a_proof_after_death_counts_nothing() -> None:
    old, new = proof(date(2023, 9, 1)), proof(date(2023, 2, 1), 2, supersedes="c-1")
    assert deadline(person(), [old, new], POLICY) == date(2024, 2, 1)
    assert deadline(person(died_on=date(2023, 1, 31)), [new], POLICY) == date(2022, 9, 30)


def test_policy_values_that_the_center_sent_hold_for_its_own_lists_too() -> None:
    policy = rules.policy_of({"near_days": 30, "cycle_months": 6, "transition_end": "2022-10-31", "warn_days": [9]})
    assert (policy.near_days, policy.transition_end, policy.list_day) == (30, date(2022, 10, 31), 20)
    assert deadline(person(), [proof(date(2023, 8, 31))], policy) == date(2024, 2, 29)
