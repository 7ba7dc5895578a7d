"""The visit's table: what may follow what. Anything that is not in TRANSITIONS raises."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.visit import Visit, VisitEvent, VisitStep

ENDS = frozenset({VisitStep.FORM, VisitStep.DONE, VisitStep.ABANDONED})
"""Steps after which a visit is never offered again."""

TRANSITIONS: dict[tuple[VisitStep, VisitEvent], VisitStep] = {
    (VisitStep.IDENTIFY, VisitEvent.RETIREE_CHOSEN): VisitStep.PRECHECK,
    (VisitStep.PRECHECK, VisitEvent.PRECHECK_PASSED): VisitStep.CONSENT,
    (VisitStep.PRECHECK, VisitEvent.FORM_CHOSEN): VisitStep.FORM,
    (VisitStep.CONSENT, VisitEvent.CONSENT_GIVEN): VisitStep.CAPTURE,
    (VisitStep.CONSENT, VisitEvent.CONSENT_REFUSED): VisitStep.FORM,
    (VisitStep.CONSENT, VisitEvent.FORM_CHOSEN): VisitStep.FORM,
    (VisitStep.CAPTURE, VisitEvent.CAPTURE_FINISHED): VisitStep.REVIEW,
    (VisitStep.CAPTURE, VisitEvent.FORM_CHOSEN): VisitStep.FORM,
    (VisitStep.REVIEW, VisitEvent.CAPTURE_AGAIN): VisitStep.CAPTURE,
    (VisitStep.REVIEW, VisitEvent.DECIDED_PASS): VisitStep.RECORD,
    (VisitStep.REVIEW, VisitEvent.FORM_CHOSEN): VisitStep.FORM,
    (VisitStep.RECORD, VisitEvent.RECORDED): VisitStep.RECEIPT,
    (VisitStep.RECEIPT, VisitEvent.FINISHED): VisitStep.DONE,
    **{
        (step, VisitEvent.ABANDONED): VisitStep.ABANDONED
        for step in (VisitStep.IDENTIFY, VisitStep.PRECHECK, VisitStep.CONSENT, VisitStep.CAPTURE, VisitStep.REVIEW)
    },
}
"""From RECORD on a visit can't be abandoned: the decision stands and is recorded. CAPTURE → FORM: the camera or the engine is gone."""


class IllegalTransitionError(Exception):
    """The event is not allowed in this step; a bug, or two windows on one visit."""

    def __init__(self, step: VisitStep, event: VisitEvent) -> None:
        super().__init__(f"{event.value} in step {step.value}")
        self.step = step
        self.event = event


def allowed(step: VisitStep) -> frozenset[VisitEvent]:
    """What can happen in ``step``."""
    return frozenset(event for (at, event) in TRANSITIONS if at is step)


def advance(visit: Visit, event: VisitEvent, at: datetime, **changes: Any) -> Visit:
    """The visit after ``event``, with ``changes`` of its fields; raises IllegalTransitionError."""
    following = TRANSITIONS.get((visit.step, event))
    if following is None:
        raise IllegalTransitionError(visit.step, event)
    return replace(visit, step=following, updated_at=at, **changes)
