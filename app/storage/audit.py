"""The hash-chained audit log: each line's hash covers the line and the hash before it, so any change, removal or reordering shows."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from app.domain.ids import OperatorId
from app.services.ports import AuditEntry
from app.storage import tables

FIRST = b"\0" * 32
"""What the first line chains to."""


def line_hash(number: int, entry: AuditEntry, previous: bytes) -> bytes:
    """SHA-256 over the line's number, content and the previous hash; unambiguous because the content is one JSON list."""
    content = json.dumps(
        [number, entry.at.isoformat(), entry.operator_id, entry.action, entry.subject, entry.details],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(previous + content.encode("utf-8")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFault:
    """Where the chain breaks: the line's number, and what is wrong (changed, missing, reordered)."""

    number: int
    what: str


class AuditStore:
    """The log over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, entry: AuditEntry) -> None:
        """Add one line at the end of the chain."""
        t = tables.audit
        last = self._connection.execute(select(t.c.number, t.c.hash).order_by(t.c.number.desc()).limit(1)).first()
        number, previous = (1, FIRST) if last is None else (int(last[0]) + 1, bytes(last[1]))
        self._connection.execute(
            insert(t).values(
                number=number,
                at=entry.at.isoformat(),
                operator_id=entry.operator_id,
                action=entry.action,
                subject=entry.subject,
                details=entry.details,
                previous=previous,
                hash=line_hash(number, entry, previous),
            )
        )

    def entries(self, *, limit: int, before: int | None = None) -> Sequence[tuple[int, AuditEntry]]:
        """Newest first."""
        t = tables.audit
        wanted = select(t).order_by(t.c.number.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(t.c.number < before)
        return [(row["number"], _entry(row)) for row in self._connection.execute(wanted).mappings()]

    def verify(self) -> AuditFault | None:
        """The first fault, None when the whole chain holds."""
        rows = self._connection.execute(select(tables.audit).order_by(tables.audit.c.number)).mappings()
        return verify_rows(rows)


def verify_rows(rows: Iterable[Any]) -> AuditFault | None:
    """Check rows in the order of their numbers."""
    previous = FIRST
    for expected, row in enumerate(rows, start=1):
        if row["number"] != expected:
            return AuditFault(number=expected, what="missing")
        if bytes(row["previous"]) != previous:
            return AuditFault(number=expected, what="reordered")
        if line_hash(expected, _entry(row), previous) != bytes(row["hash"]):
            return AuditFault(number=expected, what="changed")
        previous = bytes(row["hash"])
    return None


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(
        at=datetime.fromisoformat(row["at"]),
        operator_id=OperatorId(row["operator_id"]) if row["operator_id"] else None,
        action=row["action"],
        subject=row["subject"],
        details=row["details"],
    )
