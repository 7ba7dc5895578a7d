"""The day-end review: another person looks at every form before it goes into the month's batch; nobody reviews own work.

A form that is due goes all the same: the notice's 30th (rule 18) weighs more than the unit's own second look, and its history says so.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import Enum

from app.domain.confirmation import CaseState, FormCase
from app.domain.ids import OperatorId
from app.domain.operator import Operator
from app.domain.policy import REVIEW_ALWAYS, REVIEW_NEVER, Policy
from app.domain.rhythm import batch_month, submission_aim

BY_CLERKS = (CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE, CaseState.SCAN_CHECKED)
"""Steps that tell who handled a case of an older program, which kept no handlers."""


class Refusal(Enum):
    """Why somebody may not review a form."""

    NOT_A_REVIEWER = "not_a_reviewer"
    OWN_WORK = "own_work"


class Going(Enum):
    """Whether a form may go into the batch.

    REVIEWED: yes. NOT_ASKED: yes, the center asks for no review. ALONE: yes, nobody else at the unit may review it. DUE: not reviewed,
    but the day to send has come. WAITS: for the review.
    """

    REVIEWED = "reviewed"
    NOT_ASKED = "not_asked"
    ALONE = "alone"
    DUE = "due"
    WAITS = "waits"


TO_REVIEW = (Going.DUE, Going.WAITS)
"""A reviewer should look at these."""


def handlers(case: FormCase) -> tuple[OperatorId, ...]:
    """Everybody who worked on the case, the first first."""
    if case.handlers:
        return case.handlers
    steps = (step.operator_id for step in case.history if step.state in BY_CLERKS)
    return tuple(dict.fromkeys(one for one in steps if one is not None))


def handled(case: FormCase, by: OperatorId) -> FormCase:
    """The case with ``by`` among its handlers."""
    return replace(case, handlers=tuple(dict.fromkeys((*handlers(case), by))))


def refusal(case: FormCase, reviewer: Operator) -> Refusal | None:
    """Why ``reviewer`` may not review the case; None when they may."""
    if not reviewer.reviews:
        return Refusal.NOT_A_REVIEWER
    return Refusal.OWN_WORK if reviewer.id in handlers(case) else None


def reviewers(case: FormCase, operators: Iterable[Operator]) -> tuple[Operator, ...]:
    """Who may review it."""
    return tuple(one for one in operators if refusal(case, one) is None)


def going(case: FormCase, operators: Iterable[Operator], *, today: date, policy: Policy) -> Going | None:
    """Whether the case may go into the batch; None while it has no checked scan, or has gone."""
    if case.state is CaseState.REVIEWED:
        return Going.REVIEWED
    if case.state is not CaseState.SCAN_CHECKED:
        return None
    if policy.form_review == REVIEW_NEVER:
        return Going.NOT_ASKED
    if policy.form_review != REVIEW_ALWAYS and not reviewers(case, operators):
        return Going.ALONE
    return Going.DUE if today >= submission_aim(batch_month(today, policy), policy) else Going.WAITS
