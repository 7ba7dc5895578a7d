"""Names for the identifiers that cross boundaries. All are text; records use UUID version 7 made at the desk."""

from typing import NewType

UnitId = NewType("UnitId", str)
DeskId = NewType("DeskId", str)
RetireeId = NewType("RetireeId", str)
OperatorId = NewType("OperatorId", str)
VisitId = NewType("VisitId", str)
RecordId = NewType("RecordId", str)
CaseId = NewType("CaseId", str)
TripId = NewType("TripId", str)
"""A take-along package of a home visit."""
Sha256 = NewType("Sha256", str)
"""Lower-case hex SHA-256 of a blob in the vault."""
