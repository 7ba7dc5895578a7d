"""The form case's table: what may follow what, and what can be undone. Anything that is not in TRANSITIONS raises."""

from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any

from app.domain.confirmation import CaseState, CaseStep, FormCase
from app.domain.form_review import handled, handlers
from app.domain.ids import OperatorId

S = CaseState


class CaseEvent(Enum):
    """What happens to a case."""

    COMPLETED = "completed"
    INCOMPLETE_AGAIN = "incomplete_again"
    PRINTED = "printed"
    CHANGED_AFTER_PRINT = "changed_after_print"
    SCAN_TAKEN = "scan_taken"
    SCAN_WITHDRAWN = "scan_withdrawn"
    REVIEW_PASSED = "review_passed"
    REVIEW_SENT_BACK = "review_sent_back"
    REVIEW_WITHDRAWN = "review_withdrawn"
    BATCHED = "batched"
    UNBATCHED = "unbatched"
    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REOPENED = "reopened"
    PERSON_DIED = "person_died"


TRANSITIONS: dict[tuple[CaseState, CaseEvent], CaseState] = {
    (S.DRAFTED, CaseEvent.COMPLETED): S.EVIDENCE_COMPLETE,
    (S.EVIDENCE_COMPLETE, CaseEvent.INCOMPLETE_AGAIN): S.DRAFTED,
    (S.EVIDENCE_COMPLETE, CaseEvent.PRINTED): S.PRINTED,
    (S.PRINTED, CaseEvent.PRINTED): S.PRINTED,
    (S.PRINTED, CaseEvent.CHANGED_AFTER_PRINT): S.DRAFTED,
    (S.PRINTED, CaseEvent.SCAN_TAKEN): S.SCAN_CHECKED,
    (S.SCAN_CHECKED, CaseEvent.SCAN_WITHDRAWN): S.PRINTED,
    (S.SCAN_CHECKED, CaseEvent.REVIEW_PASSED): S.REVIEWED,
    (S.SCAN_CHECKED, CaseEvent.REVIEW_SENT_BACK): S.PRINTED,
    (S.REVIEWED, CaseEvent.REVIEW_WITHDRAWN): S.SCAN_CHECKED,
    (S.REVIEWED, CaseEvent.BATCHED): S.IN_BATCH,
    (S.SCAN_CHECKED, CaseEvent.BATCHED): S.IN_BATCH,
    (S.IN_BATCH, CaseEvent.UNBATCHED): S.SCAN_CHECKED,
    (S.IN_BATCH, CaseEvent.SENT): S.SENT,
    (S.SENT, CaseEvent.ACCEPTED): S.ACCEPTED,
    (S.SENT, CaseEvent.RETURNED): S.RETURNED,
    (S.RETURNED, CaseEvent.REOPENED): S.DRAFTED,
    **{(state, CaseEvent.PERSON_DIED): S.CLOSED for state in S if state not in (S.ACCEPTED, S.CLOSED)},
}
"""Undo exists until the case is sent: what left the desk comes back only by the center's answer.

Whether a scan that nobody reviewed may go into the batch is ``form_review.may_go``'s to say.
"""

UNDO: dict[CaseState, CaseEvent] = {
    S.PRINTED: CaseEvent.CHANGED_AFTER_PRINT,
    S.SCAN_CHECKED: CaseEvent.SCAN_WITHDRAWN,
    S.REVIEWED: CaseEvent.REVIEW_WITHDRAWN,
    S.IN_BATCH: CaseEvent.UNBATCHED,
}
"""The event that takes the last step back, where paper allows it."""
LEFT_BEHIND: dict[CaseEvent, dict[str, Any]] = {
    CaseEvent.CHANGED_AFTER_PRINT: {"facts_hash": ""},
    CaseEvent.SCAN_WITHDRAWN: {"scan": None, "hand": "", "signed_on": None},
    CaseEvent.REVIEW_SENT_BACK: {"scan": None, "hand": "", "signed_on": None},
    CaseEvent.SCAN_TAKEN: {"sent_back": ""},
}
"""What the case no longer has after the event."""
HANDLING = (CaseEvent.COMPLETED, CaseEvent.INCOMPLETE_AGAIN, CaseEvent.SCAN_TAKEN, CaseEvent.REOPENED)
"""Who does these has worked on the case, and does not review it."""


class IllegalCaseStepError(Exception):
    """The event is not allowed in this state."""

    def __init__(self, state: CaseState, event: CaseEvent) -> None:
        super().__init__(f"{event.value} in state {state.value}")
        self.state = state
        self.event = event


def advance(
    case: FormCase, event: CaseEvent, *, at: datetime, by: OperatorId | None, note: str = "", **changes: Any
) -> FormCase:
    """The case after ``event``, its history longer by one dated step; raises IllegalCaseStepError."""
    following = TRANSITIONS.get((case.state, event))
    if following is None:
        raise IllegalCaseStepError(case.state, event)
    step = CaseStep(state=following, at=at, operator_id=by, note=note)
    case = handled(case, by) if by is not None and event in HANDLING else replace(case, handlers=handlers(case))
    changes = {**LEFT_BEHIND.get(event, {}), **changes}
    return replace(case, state=following, history=(*case.history, step), **changes)


def undo(case: FormCase, event: CaseEvent, *, at: datetime, by: OperatorId | None) -> FormCase:
    """The case after one of UNDO's events, without what the undone step had brought; raises IllegalCaseStepError."""
    return advance(case, event, at=at, by=by)
