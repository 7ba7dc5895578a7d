"""Ports to what the unit writes down about a person besides certifications; app.services.ports hands them on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from app.domain.eligibility_report import EligibilityReport
from app.domain.follow_up import FollowUp
from app.domain.ids import RecordId, RetireeId


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
