"""The hash-chained audit log: each line's hash covers the line and the hash before it, so any change, removal or reordering shows.

A chain alone does not show that its end was cut off, nor that the whole of it was made anew: the desk's daily signatures do. One that
was written down elsewhere (``certdesk audit --write-seal``) shows it even when the signatures were cut off too.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, insert, select

from app.domain.ids import OperatorId
from app.services.ports import AuditEntry, AuditSeal, Signer
from app.storage import tables
from app.storage.parts import in_parts

FIRST = b"\0" * 32
"""What the first line chains to."""
ONE = tables.retirees.alias()
WHOSE: tuple[tuple[FromClause, ColumnElement[str]], ...] = (
    (ONE, ONE.c.id),
    *(
        (table, table.c.retiree_id)
        for table in (tables.certifications, tables.visits, tables.cases, tables.eligibility_reports, tables.follow_ups)
    ),
    (tables.outbox, func.json_extract(tables.outbox.c.body, "$.retiree_id")),
)
"""What a line may be about, and the person behind it."""


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
    """Where the log breaks: the line's number, and what is wrong.

    changed, missing, reordered: of lines. cut: signed lines are no longer there. seal_forged: a signature is not this desk's, or of
    another content. seal_missing: a signature was taken out.
    """

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

    def people(self, subjects: Iterable[str]) -> dict[str, str]:
        """Names by subject."""
        named = tables.retirees
        found: dict[str, str] = {}
        for part in in_parts(set(subjects)):
            for table, whose in WHOSE:
                wanted = select(table.c.id, named.c.name).join(named, named.c.id == whose).where(table.c.id.in_(part))
                found |= {row[0]: row[1] for row in self._connection.execute(wanted)}
        return found

    def last(self) -> tuple[int, str] | None:
        """The last line's number and hash."""
        t = tables.audit
        row = self._connection.execute(select(t.c.number, t.c.hash).order_by(t.c.number.desc()).limit(1)).first()
        return None if row is None else (int(row[0]), bytes(row[1]).hex())

    def seals(self) -> Sequence[AuditSeal]:
        """Oldest first."""
        t = tables.audit_seals
        rows = self._connection.execute(select(t).order_by(t.c.number)).mappings()
        return [AuditSeal(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows]

    def add_seal(self, seal: AuditSeal) -> None:
        """Keep a signature."""
        values = {**dataclasses.asdict(seal), "at": seal.at.isoformat()}
        self._connection.execute(insert(tables.audit_seals).values(values))

    def verify(self, signer: Signer | None = None, known: Sequence[AuditSeal] = ()) -> AuditFault | None:
        """The first fault, None when the whole log holds: its chain and, by ``signer``, the daily signatures.

        ``known``: signatures that were kept elsewhere; the log must still hold them.
        """
        rows = self._connection.execute(select(tables.audit).order_by(tables.audit.c.number)).mappings()
        fault = verify_rows(rows)
        if fault is not None or signer is None:
            return fault
        t = tables.audit
        hashes = {int(n): bytes(h).hex() for n, h in self._connection.execute(select(t.c.number, t.c.hash))}
        return verify_seals(self.seals(), hashes, signer) or _verify_known(known, hashes, signer)


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


def verify_seals(seals: Sequence[AuditSeal], hashes: Mapping[int, str], signer: Signer) -> AuditFault | None:
    """Check the signatures in their order against the lines' hashes."""
    previous = ""
    for seal in seals:
        fault = _verify_seal(seal, hashes, signer)
        if fault is not None:
            return fault
        if seal.previous != previous:
            return AuditFault(number=seal.number, what="seal_missing")
        previous = seal.signature
    return None


def _verify_known(known: Sequence[AuditSeal], hashes: Mapping[int, str], signer: Signer) -> AuditFault | None:
    return next((fault for seal in known if (fault := _verify_seal(seal, hashes, signer)) is not None), None)


def _verify_seal(seal: AuditSeal, hashes: Mapping[int, str], signer: Signer) -> AuditFault | None:
    if not signer.holds(seal.signed_part(), seal.signature):
        return AuditFault(number=seal.number, what="seal_forged")
    if seal.number not in hashes:
        return AuditFault(number=seal.number, what="cut")
    if hashes[seal.number] != seal.hash:
        return AuditFault(number=seal.number, what="changed")
    return None


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(
        at=datetime.fromisoformat(row["at"]),
        operator_id=OperatorId(row["operator_id"]) if row["operator_id"] else None,
        action=row["action"],
        subject=row["subject"],
        details=row["details"],
    )
