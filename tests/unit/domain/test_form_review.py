"""Who may review a form, and whether one that nobody reviewed may go."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.case_machine import CaseEvent, advance
from app.domain.confirmation import CaseState, CaseStep, FormCase
from app.domain.form_review import Going, Refusal, going, handled, handlers, refusal
from app.domain.ids import OperatorId, Sha256
from app.domain.operator import Operator, Role
from app.domain.policy import FORM_REVIEWS, Policy
from app.services.stored_settings import policy_from
from tests.unit.domain.test_case_machine import AT, after, case

ORDINARY, AIM = date(2026, 11, 24), date(2026, 11, 30)


def somebody(name: str, role: Role = Role.REVIEWER, *, active: bool = True) -> Operator:
    return Operator(id=OperatorId(name), login=name, name=name, role=role, active=active)


def scanned(*by: str) -> FormCase:
    made = case(CaseState.PRINTED)
    for name in by:
        made = handled(made, OperatorId(name))
    return advance(made, CaseEvent.SCAN_TAKEN, at=AT, by=OperatorId(by[-1]), scan=Sha256("s"), hand="ink")


@pytest.mark.parametrize(
    ("reviewer", "expected"),
    [
        (somebody("wang"), Refusal.OWN_WORK),
        (somebody("zhou", Role.ADMIN), Refusal.OWN_WORK),
        (somebody("li"), None),
        (somebody("chen", Role.ADMIN), None),
        (somebody("sun", Role.CLERK), Refusal.NOT_A_REVIEWER),
        (somebody("gone", active=False), Refusal.NOT_A_REVIEWER),
    ],
)
def test_own_work_is_never_reviewed_by_oneself_whatever_the_role(reviewer: Operator, expected: Refusal | None) -> None:
    assert refusal(scanned("zhou", "wang"), reviewer) is expected


def test_reviewing_printing_and_sending_make_nobody_a_handler() -> None:
    made = scanned("wang")
    sent_back = advance(made, CaseEvent.REVIEW_SENT_BACK, at=AT, by=OperatorId("li"), sent_back="公章没盖全")
    assert (sent_back.state, sent_back.scan, sent_back.hand) == (CaseState.PRINTED, None, "")
    printed = advance(sent_back, CaseEvent.PRINTED, at=AT, by=OperatorId("li"))
    again = advance(printed, CaseEvent.SCAN_TAKEN, at=AT, by=OperatorId("sun"), scan=Sha256("t"))
    assert (handlers(again), again.sent_back) == (("wang", "sun"), "")
    passed = advance(again, CaseEvent.REVIEW_PASSED, at=AT, by=OperatorId("li"))
    assert handlers(advance(passed, CaseEvent.REVIEW_WITHDRAWN, at=AT, by=OperatorId("li"))) == ("wang", "sun")


def test_a_case_of_an_older_program_tells_its_handlers_by_its_history() -> None:
    steps = [
        (CaseState.DRAFTED, "wang"),
        (CaseState.EVIDENCE_COMPLETE, "wang"),
        (CaseState.PRINTED, "li"),
        (CaseState.SCAN_CHECKED, "sun"),
    ]
    history = tuple(CaseStep(state=s, at=AT, operator_id=OperatorId(by)) for s, by in steps)
    old = replace(case(CaseState.SCAN_CHECKED), history=history)
    assert handlers(old) == ("wang", "sun")
    passed = after(old, CaseEvent.REVIEW_PASSED, CaseEvent.REVIEW_WITHDRAWN)
    assert handlers(passed) == ("wang", "sun")


@pytest.mark.parametrize(
    ("value", "others", "today", "expected"),
    [
        ("if_possible", True, ORDINARY, Going.WAITS),
        ("if_possible", True, AIM, Going.DUE),
        ("if_possible", True, date(2026, 12, 1), Going.WAITS),  # with the next month's batch
        ("if_possible", False, ORDINARY, Going.ALONE),
        ("always", False, ORDINARY, Going.WAITS),
        ("always", False, AIM, Going.DUE),
        ("never", True, ORDINARY, Going.NOT_ASKED),
    ],
)
def test_what_nobody_reviewed_waits_until_it_is_due(value: str, others: bool, today: date, expected: Going) -> None:
    staff = [somebody("wang", Role.ADMIN), *([somebody("li")] if others else [somebody("sun", Role.CLERK)])]
    made, policy = scanned("wang"), Policy(form_review=value)
    assert going(made, staff, today=today, policy=policy) is expected
    passed = advance(made, CaseEvent.REVIEW_PASSED, at=AT, by=OperatorId("li"))
    assert going(passed, staff, today=today, policy=policy) is Going.REVIEWED
    assert going(case(CaseState.PRINTED), staff, today=today, policy=policy) is None


def test_the_center_chooses_by_a_known_word_only() -> None:
    assert [policy_from({"form_review": word}).form_review for word in FORM_REVIEWS] == list(FORM_REVIEWS)
    with pytest.raises(ValueError, match="form_review"):
        policy_from({"form_review": "sometimes"})
