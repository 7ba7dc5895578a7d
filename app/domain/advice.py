"""What the machine advises after a capture. The clerk decides; doubt about liveness leads to review, never to refusal."""

from datetime import date

from app.domain.evidence import Advice, AdviceReason, Band, CaptureSummary, LivenessVerdict
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.visit import Decision, Override

FACE_REASON = {
    Band.MATCH: AdviceReason.FACE_MATCHES,
    Band.UNSURE: AdviceReason.FACE_UNSURE,
    Band.MISMATCH: AdviceReason.FACE_DIFFERS,
    Band.NONE: AdviceReason.NO_COMPARISON,
}


def advise(
    summary: CaptureSummary, *, photo_taken_on: date | None, today: date, policy: Policy = DEFAULT_POLICY
) -> Advice:
    """Fold comparison, liveness and circumstances into one band with reasons.

    A face that matches with unsure liveness, or a clear sign of an attack, is UNSURE: a person must look. A mismatch against an old photo
    is UNSURE as well: faces age.
    """
    band, reasons = summary.face_band, [FACE_REASON[summary.face_band]]
    if summary.liveness is LivenessVerdict.ATTACK:
        reasons.insert(0, AdviceReason.LIVENESS_ATTACK)
        band = Band.UNSURE if band is Band.MATCH else band
    elif summary.liveness is LivenessVerdict.UNSURE:
        reasons.append(AdviceReason.LIVENESS_UNSURE)
        band = Band.UNSURE if band is Band.MATCH else band
    if _photo_old(photo_taken_on, today, policy) and band is not Band.MATCH:
        reasons.append(AdviceReason.PHOTO_OLD)
        band = Band.UNSURE if band is Band.MISMATCH else band
    if summary.track_resets > 0 and band is not Band.MATCH:
        reasons.append(AdviceReason.PERSON_CHANGED)
    if summary.degraded:
        reasons.append(AdviceReason.ENGINE_DEGRADED)
    return Advice(band=band, reasons=tuple(reasons))


def _photo_old(taken_on: date | None, today: date, policy: Policy) -> bool:
    return taken_on is not None and (today.year - taken_on.year) > policy.photo_old_years


def needs_second_person(advice: Advice | None) -> bool:
    """Passing on anything but MATCH is an override: a reason and a second person."""
    return advice is None or advice.band is not Band.MATCH


def decision_for(advice: Advice | None, override: Override | None) -> Decision:
    """PASS or PASS_OVERRIDE; ValueError when an override is needed and missing or has no reason."""
    if not needs_second_person(advice):
        return Decision.PASS
    if override is None or not override.reason.strip():
        raise ValueError("an override needs a reason and a second person")
    return Decision.PASS_OVERRIDE
