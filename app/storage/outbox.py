"""The outbox over one SQLAlchemy connection: records on their way to the center, each with its sending state. Nothing ever leaves it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal_column, or_, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.domain.ids import OperatorId, RecordId, Sha256
from app.errors import AppError
from app.services.ports import OutboxCounts, OutboxRecord
from app.storage import tables
from app.storage.repositories import Repository


class OutboxStore(Repository):
    """Records on their way to the center."""

    def add(self, record: OutboxRecord) -> None:
        """The same id and body again does nothing; another body raises AppError('outbox.conflict')."""
        known = self.get(record.id)
        if known is not None:
            if known.body != record.body:
                raise AppError("outbox.conflict")
            return
        self._connection.execute(insert(tables.outbox).values(_outbox_row(record)))

    def get(self, record_id: RecordId) -> OutboxRecord | None:
        """One record."""
        t = tables.outbox
        row = self._connection.execute(select(t).where(t.c.id == record_id)).mappings().first()
        return None if row is None else _outbox_record(row)

    def due(self, now: datetime, limit: int) -> Sequence[OutboxRecord]:
        """Waiting, not refused, whose next try has come; oldest first."""
        t = tables.outbox
        its_turn = or_(t.c.next_try_at.is_(None), t.c.next_try_at <= now.isoformat())
        rows = self._connection.execute(
            select(t)
            .where(t.c.receipt.is_(None), t.c.refusal == "", its_turn)
            .order_by(t.c.captured_at, t.c.id)
            .limit(limit)
        )
        return [_outbox_record(row) for row in rows.mappings()]

    def retry_now(self) -> None:
        """Every waiting record is due at once."""
        t = tables.outbox
        waits = (t.c.receipt.is_(None), t.c.next_try_at.is_not(None))
        self._connection.execute(update(t).where(*waits).values(next_try_at=None))

    def update(self, record: OutboxRecord) -> None:
        """Store the sending state; the body never changes."""
        t = tables.outbox
        row = _outbox_row(record)
        state = {name: row[name] for name in ("attempts", "next_try_at", "last_error", "receipt", "refusal")}
        if self._connection.execute(update(t).where(t.c.id == record.id).values(state)).rowcount != 1:
            raise AppError("record.unknown")

    def waiting(self) -> Sequence[OutboxRecord]:
        """Without a receipt, refused ones too, oldest first."""
        t = tables.outbox
        rows = self._connection.execute(select(t).where(t.c.receipt.is_(None)).order_by(t.c.captured_at, t.c.id))
        return [_outbox_record(row) for row in rows.mappings()]

    def first_waiting(self, limit: int) -> Sequence[OutboxRecord]:
        """Without a receipt: refused ones, then the oldest."""
        t = tables.outbox
        wanted = select(t).where(t.c.receipt.is_(None)).order_by(t.c.refusal == "", t.c.captured_at, t.c.id)
        return [_outbox_record(row) for row in self._connection.execute(wanted.limit(limit)).mappings()]

    def answers(self) -> Mapping[RecordId, tuple[str | None, str]]:
        """Receipt and refusal of every record that has either."""
        t = tables.outbox
        answered = select(t.c.id, t.c.receipt, t.c.refusal).where(or_(t.c.receipt.is_not(None), t.c.refusal != ""))
        return {RecordId(row[0]): (row[1], row[2]) for row in self._connection.execute(answered)}

    def missing_attachments(self) -> Sequence[tuple[RecordId, Sha256]]:
        """Attachments of received records that the center does not have yet, oldest record first."""
        t, done = tables.outbox, tables.uploads
        rows = self._connection.execute(
            select(t.c.id, t.c.attachments)
            .where(t.c.receipt.is_not(None), t.c.attachments != literal_column("'[]'"))  # as the index says it
            .order_by(t.c.captured_at, t.c.id)
        )
        have = set(self._connection.execute(select(done.c.sha256)).scalars())
        return [(RecordId(row[0]), Sha256(sha)) for row in rows for sha in json.loads(row[1]) if sha not in have]

    def mark_uploaded(self, record_id: RecordId, sha256: Sha256, at: datetime) -> None:
        """The center has it whole."""
        statement = sqlite_insert(tables.uploads).values(sha256=sha256, record_id=record_id, done_at=at.isoformat())
        self._connection.execute(statement.on_conflict_do_nothing())

    def counts(self) -> OutboxCounts:
        """Waiting, refused, oldest."""
        t = tables.outbox
        open_ = t.c.receipt.is_(None)
        rows = self._connection.execute(
            select(t.c.refusal != "", func.count(), func.min(t.c.captured_at)).where(open_).group_by(t.c.refusal != "")
        )
        by_refused = {bool(row[0]): (int(row[1]), str(row[2])) for row in rows}
        waiting = by_refused.get(False)
        return OutboxCounts(
            waiting=waiting[0] if waiting else 0,
            refused=by_refused.get(True, (0, ""))[0],
            oldest=datetime.fromisoformat(waiting[1]) if waiting else None,
        )


def _outbox_row(record: OutboxRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind,
        "version": record.version,
        "captured_at": record.captured_at.isoformat(),
        "body": record.body,
        "operator_id": record.operator_id,
        "attachments": json.dumps(list(record.attachments)),
        "attempts": record.attempts,
        "next_try_at": record.next_try_at.isoformat() if record.next_try_at else None,
        "last_error": record.last_error,
        "receipt": record.receipt,
        "refusal": record.refusal,
    }


def _outbox_record(row: Any) -> OutboxRecord:
    return OutboxRecord(
        id=RecordId(row["id"]),
        kind=row["kind"],
        version=row["version"],
        captured_at=datetime.fromisoformat(row["captured_at"]),
        body=row["body"],
        operator_id=OperatorId(row["operator_id"]),
        attachments=tuple(Sha256(sha) for sha in json.loads(row["attachments"])),
        attempts=row["attempts"],
        next_try_at=datetime.fromisoformat(row["next_try_at"]) if row["next_try_at"] else None,
        last_error=row["last_error"],
        receipt=row["receipt"],
        refusal=row["refusal"],
    )
