"""One completed proof of eligibility. Immutable: a correction is a new record that supersedes it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from app.domain.ids import OperatorId, RecordId, RetireeId, VisitId


class Channel(Enum):
    """How the proof was given (glossary)."""

    SELF_SERVICE = "self_service"
    ASSISTED_FACE = "assisted_face"
    UNIT_CONFIRMED = "unit_confirmed"


class CenterState(Enum):
    """What the center has said. Local sending state lives in the outbox."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """认证.

    Attributes:
        id: UUID v7, equal to the outbox record's.
        retiree_id: whose.
        channel: self_service, assisted_face, unit_confirmed.
        captured_at: when the person was seen (aware, Asia/Shanghai).
        signed_on: unit_confirmed: the day the unit's leader signed.
        sent_at, accepted_at: when it left the desk, when the center's receipt was made.
        center: the center's answer; provisional while PENDING (rule 7).
        center_reason: the center's words on rejection.
        operator_id, second_operator_id: clerk; second person of an override.
        visit_id: the visit it came from, None when from the center.
        supersedes: the record that this one corrects.
        void: it corrects one that should never have been, and counts for nothing itself.
        correction_reason: why, in the clerk's words; kept at the unit and told to the center.
    """

    id: RecordId
    retiree_id: RetireeId
    channel: Channel
    captured_at: datetime
    signed_on: date | None = None
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    center: CenterState = CenterState.PENDING
    center_reason: str = ""
    operator_id: OperatorId | None = None
    second_operator_id: OperatorId | None = None
    visit_id: VisitId | None = None
    supersedes: RecordId | None = None
    void: bool = False
    correction_reason: str = ""

    @property
    def counts_from(self) -> date:
        """The civil date from which the cycle runs (rule 7): the leader's signature, else the capture."""
        if self.channel is Channel.UNIT_CONFIRMED and self.signed_on is not None:
            return self.signed_on
        return self.captured_at.date()

    @property
    def provisional(self) -> bool:
        """True until the center has answered."""
        return self.center is CenterState.PENDING
