"""The form case: 资格认证确认表 from draft to the center's answer (notice 三(二), rules 18-22)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from app.domain.calendar import Month
from app.domain.ids import CaseId, OperatorId, RecordId, RetireeId, Sha256


class FormReason(Enum):
    """Rule 21."""

    GRAVELY_ILL = "gravely_ill"
    DISABLED = "disabled"
    VERY_OLD = "very_old"
    ABROAD_ONLINE_FAILED = "abroad_online_failed"
    NO_CARD = "no_card"
    OTHER = "other"


class CaseState(Enum):
    """The case's life. Paper delivery is a mark of its own (``paper_delivered_on``)."""

    DRAFTED = "drafted"
    EVIDENCE_COMPLETE = "evidence_complete"
    PRINTED = "printed"
    SCAN_CHECKED = "scan_checked"
    REVIEWED = "reviewed"
    """Another person looked at it at the day's end."""
    IN_BATCH = "in_batch"
    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CLOSED = "closed"
    """Closed without an answer, e.g. the person died."""


class EvidenceKind(Enum):
    """What a piece of evidence shows."""

    LIVING_PICTURE = "living_picture"
    LIVING_VIDEO = "living_video"
    HOSPITAL_PAPER = "hospital_paper"
    DISABILITY_PAPER = "disability_paper"
    VIDEO_ABROAD = "video_abroad"
    OTHER_PAPER = "other_paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One stored picture, video or paper. ``code``: the dated random code the person held up or said, "" when none."""

    kind: EvidenceKind
    blob: Sha256
    media_type: str
    taken_at: datetime
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """One dated step of the case's history."""

    state: CaseState
    at: datetime
    operator_id: OperatorId | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCase:
    """One confirmation form.

    Attributes:
        id: UUID v7; printed in the QR code.
        retiree_id: whose.
        reason, reason_text: rule 21; the text is required for OTHER.
        how_verified: home visit, video call, … in the clerk's words; ``verified_on`` when; ``verified_by`` by whom.
        evidence: pieces kept at the unit 备查.
        state, history: where it stands; every step dated.
        signed_on: the date of the leader's signature (rule 7).
        scan: the checked scan in the vault; hand: its signature as a map of ink, by which a copy is known again.
        batch: the month it is sent with (rule 19).
        sent_on, paper_delivered_on: the two marks of rule 18.
        record_id: outbox record of the submission.
        return_reason: the center's words when RETURNED.
        prints: how often it was printed; facts_hash: hash of the facts last printed.
        handlers: who filled in, added evidence, printed or took the scan; () of a case of an older program, see form_review.
        sent_back: the reviewer's words while the case waits for another scan, else "".
    """

    id: CaseId
    retiree_id: RetireeId
    reason: FormReason
    reason_text: str = ""
    how_verified: str = ""
    verified_on: date | None = None
    verified_by: str = ""
    evidence: tuple[EvidenceItem, ...] = ()
    state: CaseState = CaseState.DRAFTED
    history: tuple[CaseStep, ...] = ()
    signed_on: date | None = None
    scan: Sha256 | None = None
    batch: Month | None = None
    sent_on: date | None = None
    paper_delivered_on: date | None = None
    record_id: RecordId | None = None
    return_reason: str = ""
    prints: int = 0
    facts_hash: str = ""
    hand: str = ""
    handlers: tuple[OperatorId, ...] = ()
    sent_back: str = ""
