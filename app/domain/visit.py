"""The visit: types of the state machine IDENTIFY → … → RECEIPT. The transition table is the one in TRANSITIONS; anything else raises."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.domain.evidence import Advice, CaptureSummary
from app.domain.ids import CaseId, OperatorId, RecordId, RetireeId, VisitId


class VisitStep(Enum):
    """Where the visit stands. FORM, DONE and ABANDONED are ends."""

    IDENTIFY = "identify"
    PRECHECK = "precheck"
    CONSENT = "consent"
    CAPTURE = "capture"
    REVIEW = "review"
    RECORD = "record"
    RECEIPT = "receipt"
    FORM = "form"
    DONE = "done"
    ABANDONED = "abandoned"


class VisitEvent(Enum):
    """What can happen to a visit."""

    RETIREE_CHOSEN = "retiree_chosen"
    PRECHECK_PASSED = "precheck_passed"
    CONSENT_GIVEN = "consent_given"
    CONSENT_REFUSED = "consent_refused"
    CAPTURE_FINISHED = "capture_finished"
    CAPTURE_AGAIN = "capture_again"
    DECIDED_PASS = "decided_pass"
    RECORDED = "recorded"
    FORM_CHOSEN = "form_chosen"
    FINISHED = "finished"
    ABANDONED = "abandoned"


class Decision(Enum):
    """The clerk's decision in REVIEW."""

    PASS = "pass"
    PASS_OVERRIDE = "pass_override"
    """Against or without a MATCH advice: needs a reason and a second person."""
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Separate consent to face processing (PIPL): given or refused, when, to which wording."""

    given: bool
    at: datetime
    wording_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Why the clerk passed against the advice, and who stood by."""

    reason: str
    second_operator_id: OperatorId


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit of one retiree, saved after every step.

    Attributes:
        id: UUID v7.
        operator_id: the clerk.
        step: present step.
        started_at, updated_at: aware times.
        retiree_id: set from PRECHECK on.
        consent: set once asked.
        summary, advice: set by CAPTURE_FINISHED.
        decision, override: set in REVIEW.
        record_id: the certification's id, chosen BEFORE recording so that a killed RECORD step can't double it.
        case_id: the form case when the visit went to the form route.
            captured_at: when the capture ended, aware: the certification counts from it.
    simulated: pictures came from a stand-in clip.
    """

    id: VisitId
    operator_id: OperatorId
    step: VisitStep
    started_at: datetime
    updated_at: datetime
    retiree_id: RetireeId | None = None
    consent: Consent | None = None
    summary: CaptureSummary | None = None
    advice: Advice | None = None
    decision: Decision | None = None
    override: Override | None = None
    record_id: RecordId | None = None
    case_id: CaseId | None = None
    captured_at: datetime | None = None
    simulated: bool = False
