"""Bodies of pushed records, version 1, built from plain values. Kinds are those of the protocol's push section."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

VERSION = 1


class RecordKind(StrEnum):
    """What a record tells the center."""

    CERTIFICATION = "certification"
    FORM_SUBMISSION = "form_submission"
    DEATH_REPORT = "death_report"
    LOSS_REPORT = "loss_report"
    CUSTODY_REPORT = "custody_report"
    FOLLOW_UP = "follow_up"
    CONTACT_CHANGE = "contact_change"
    CORRECTION = "correction"


def certification_body(
    *,
    retiree_id: str,
    channel: str,
    captured_at: datetime,
    operator_id: str,
    second_operator_id: str | None,
    decision: str,
    override_reason: str,
    advice: str,
    reasons: tuple[str, ...],
    llr: float | None,
    liveness: str,
    cues: tuple[tuple[str, float, str], ...],
    engine: tuple[str, ...],
    reference_quality: str,
    policy_version: str,
    consent_version: str,
    evidence_sha256: tuple[str, ...],
    clock_skew_s: float,
    simulated: bool,
    supersedes: str | None = None,
) -> dict[str, Any]:
    """An assisted face certification: scores, versions and hashes of the evidence; never a picture (PROTOCOL, last sections)."""
    return {
        "retiree_id": retiree_id,
        "channel": channel,
        "captured_at": captured_at.isoformat(),
        "operator_id": operator_id,
        "second_operator_id": second_operator_id,
        "decision": decision,
        "override_reason": override_reason,
        "advice": advice,
        "reasons": list(reasons),
        "llr": None if llr is None else round(llr, 4),
        "liveness": liveness,
        "cues": [{"name": name, "value": round(value, 4), "verdict": verdict} for name, value, verdict in cues],
        "engine": list(engine),
        "reference_quality": reference_quality,
        "policy_version": policy_version,
        "consent_version": consent_version,
        "evidence_sha256": list(evidence_sha256),
        "clock_skew_s": round(clock_skew_s, 3),
        "simulated": simulated,
        "supersedes": supersedes,
    }


def form_submission_body(
    *,
    case_id: str,
    retiree_id: str,
    reason: str,
    reason_text: str,
    how_verified: str,
    verified_by: str,
    verified_on: date,
    signed_on: date,
    facts_hash: str,
    batch: str,
    operator_id: str,
    evidence_sha256: tuple[str, ...],
) -> dict[str, Any]:
    """A signed, sealed, scanned confirmation form (notice 三(二)); the scan itself is an attachment."""
    return {
        "case_id": case_id,
        "retiree_id": retiree_id,
        "channel": "unit_confirmed",
        "reason": reason,
        "reason_text": reason_text,
        "how_verified": how_verified,
        "verified_by": verified_by,
        "verified_on": verified_on.isoformat(),
        "signed_on": signed_on.isoformat(),
        "facts_hash": facts_hash,
        "batch": batch,
        "operator_id": operator_id,
        "evidence_sha256": list(evidence_sha256),
    }


def follow_up_body(
    *, retiree_id: str, at: datetime, way: str, result: str, next_on: date | None, operator_id: str
) -> dict[str, Any]:
    """A contact (rule 20); what was said stays at the unit."""
    return {
        "retiree_id": retiree_id,
        "at": at.isoformat(),
        "way": way,
        "result": result,
        "next_on": next_on.isoformat() if next_on is not None else None,
        "operator_id": operator_id,
    }


def eligibility_body(
    *,
    retiree_id: str,
    on: date,
    until: date | None,
    last_paid: str | None,
    overpaid: tuple[str, ...],
    certified_after: tuple[str, ...],
    document: str,
    note: str,
    operator_id: str,
) -> dict[str, Any]:
    """A death, loss or custody report (rules 13-16); the papers are attachments. Months as YYYY-MM."""
    return {
        "retiree_id": retiree_id,
        "on": on.isoformat(),
        "until": until.isoformat() if until is not None else None,
        "last_paid": last_paid,
        "overpaid": list(overpaid),
        "certified_after": list(certified_after),
        "document": document,
        "note": note,
        "operator_id": operator_id,
    }


def correction_body(
    *, retiree_id: str, corrects: str, because: str, operator_id: str, signed_on: date | None = None
) -> dict[str, Any]:
    """An earlier record of this unit was wrong: it is taken back, or, with ``signed_on``, the form was signed on another day.

    The center decides what follows.
    """
    body = {"retiree_id": retiree_id, "corrects": corrects, "because": because, "operator_id": operator_id}
    return body if signed_on is None else {**body, "signed_on": signed_on.isoformat()}
