"""A home visit: who was taken along, until when, and what came back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from app.domain.ids import CaseId, OperatorId, RetireeId, TripId


class TripStanding(Enum):
    """Where the take-along package is."""

    OUT = "out"
    OVERDUE = "overdue"
    """The last day is over and nothing has come back."""
    BACK = "back"
    LOST = "lost"
    """The clerk said that laptop or stick are gone; nothing more of it is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenCase:
    """A form that was open when it was taken along, and the hash of how it stood; after a return, of how that left it."""

    id: CaseId
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TripReturn:
    """One file that came back: its hash, the laptop's last log line in it, how much it brought."""

    at: datetime
    operator_id: OperatorId
    sha256: str
    log_number: int
    records: int
    forms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One take-along package.

    Attributes:
        id: UUID v7, the package's own id.
        expires_on: the last day on which it opens.
        public_key: the trip's key, by which the file back is known.
        secret: shared with the laptop, for the confirmation code (hex).
        cases: the open forms that went along.
        returned: what came back, oldest first.
        lost_at: set when the clerk said it is lost.
    """

    id: TripId
    made_at: datetime
    operator_id: OperatorId
    expires_on: date
    people: tuple[RetireeId, ...]
    public_key: str
    secret: str
    cases: tuple[TakenCase, ...] = ()
    returned: tuple[TripReturn, ...] = ()
    lost_at: datetime | None = None

    def standing(self, today: date) -> TripStanding:
        """Where it is today."""
        if self.lost_at is not None:
            return TripStanding.LOST
        if self.returned:
            return TripStanding.BACK
        return TripStanding.OVERDUE if today > self.expires_on else TripStanding.OUT
