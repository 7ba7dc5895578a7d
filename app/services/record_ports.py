"""Ports to what the unit writes down about a person besides certifications; app.services.ports hands them on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from app.domain.eligibility_report import EligibilityReport
from app.domain.follow_up import FollowUp
from app.domain.fraud import Settlement
from app.domain.home_visit import Trip
from app.domain.ids import RecordId, RetireeId, TripId


class ReportRepository(Protocol):
    """Reports of death, loss of eligibility and custody."""

    def save(self, report: EligibilityReport) -> None:
        """Insert, or replace for a withdrawal."""
        ...

    def get(self, report_id: RecordId) -> EligibilityReport | None: ...
    def of_retiree(self, retiree_id: RetireeId) -> Sequence[EligibilityReport]:
        """Newest first."""
        ...

    def standing(self) -> Sequence[EligibilityReport]:
        """All that were not withdrawn, oldest first."""
        ...


class FollowUpRepository(Protocol):
    """Contacts with retirees; append only."""

    def add(self, follow_up: FollowUp) -> None: ...
    def of_retiree(self, retiree_id: RetireeId) -> Sequence[FollowUp]:
        """Newest first."""
        ...

    def since(self, at: datetime) -> Sequence[FollowUp]:
        """All made at or after ``at``, oldest first."""
        ...

    def due(self, day: date) -> Sequence[FollowUp]:
        """Those whose ``next_on`` is ``day`` or earlier, oldest first."""
        ...

    def open_plans(self, until: date) -> Sequence[FollowUp]:
        """Everybody's newest contact with a next day until then, the earliest first; a contact on that day or after settles it."""
        ...

    def answered_since(self, at: datetime, results: Iterable[str]) -> set[RetireeId]:
        """Whose newest contact since ``at`` had one of these results."""
        ...


class SettlementRepository(Protocol):
    """Fraud signs that somebody looked into; append only."""

    def add(self, settlement: Settlement) -> None:
        """The first answer to a sign stays."""
        ...

    def all(self) -> Sequence[Settlement]: ...


class TripRepository(Protocol):
    """Take-along packages of home visits."""

    def save(self, trip: Trip) -> None:
        """Insert or replace."""
        ...

    def get(self, trip_id: TripId) -> Trip | None: ...
    def all(self) -> Sequence[Trip]:
        """Newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSeal:
    """A signature over the audit log up to line ``number`` with its ``hash`` (hex). ``previous``: the seal's before it, "" for none."""

    number: int
    at: datetime
    hash: str
    previous: str
    signature: str

    def signed_part(self) -> dict[str, Any]:
        """What the signature is over."""
        return {
            "kind": "certdesk audit seal v1",
            "number": self.number,
            "at": self.at.isoformat(),
            "hash": self.hash,
            "previous": self.previous,
        }


class Signer(Protocol):
    """The desk's own key."""

    def sign(self, content: Mapping[str, Any]) -> str:
        """Signature over the canonical JSON of ``content``."""
        ...

    def holds(self, content: Mapping[str, Any], signature: str) -> bool:
        """Whether this key made ``signature``."""
        ...
