"""Reports of death, loss and custody over one connection."""

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from app.domain.eligibility_report import EligibilityReport
from app.domain.ids import RecordId, RetireeId
from app.services.codec import from_json, to_json
from app.storage.tables import eligibility_reports as t


class ReportStore:
    """See app.services.ports.ReportRepository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, report: EligibilityReport) -> None:
        """Insert, or replace for a withdrawal."""
        row = {"id": report.id, "retiree_id": report.retiree_id, "stands": report.stands, "document": to_json(report)}
        statement = insert(t).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def get(self, report_id: RecordId) -> EligibilityReport | None:
        """One report."""
        row = self._connection.execute(select(t.c.document).where(t.c.id == report_id)).first()
        return None if row is None else from_json(EligibilityReport, row[0])

    def of_retiree(self, retiree_id: RetireeId) -> Sequence[EligibilityReport]:
        """Newest first (UUID v7 sorts by time)."""
        wanted = select(t.c.document).where(t.c.retiree_id == retiree_id).order_by(t.c.id.desc())
        return [from_json(EligibilityReport, row[0]) for row in self._connection.execute(wanted)]

    def standing(self) -> Sequence[EligibilityReport]:
        """All that were not withdrawn, oldest first."""
        wanted = select(t.c.document).where(t.c.stands).order_by(t.c.id)
        return [from_json(EligibilityReport, row[0]) for row in self._connection.execute(wanted)]
