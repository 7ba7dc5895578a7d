"""What the sync screen shows: what waits, since when, what the center refused, when it last worked."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.ids import OperatorId, RecordId
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry, DeskIdentity, OutboxCounts
from app.services.stored_settings import load_identity, load_last_sync, load_skew, load_sync_detail

SHOWN = 200
"""Rows at most: weeks without a network leave thousands, and nobody reads them one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRecord:
    """One record without a receipt: whose, when made, tries so far, last error's code, and the center's words if it refused."""

    id: RecordId
    name: str
    kind: str
    captured_at: datetime
    attempts: int
    last_error: str
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFigures:
    """Attributes: identity: None before enrolment; last_sync, last_error: of the last run; waiting: SHOWN at most, refused ones first.

    detail: the center's words beside the last error; attachments: how many the center lacks though it has their records.
    """

    identity: DeskIdentity | None
    counts: OutboxCounts
    last_sync: datetime | None
    last_error: str
    skew_s: float
    waiting: tuple[WaitingRecord, ...]
    detail: str = ""
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Reads it."""

    desk: Desk

    def figures(self) -> SyncFigures:
        """Everything in one transaction."""
        with self.desk.uow() as store:
            last_sync, last_error = load_last_sync(store.settings)
            waiting = []
            for record in store.outbox.first_waiting(SHOWN):
                body = json.loads(record.body)
                retiree = store.retirees.get(body.get("retiree_id", ""))
                waiting.append(
                    WaitingRecord(
                        id=record.id,
                        name=retiree.name if retiree is not None else "",
                        kind=record.kind,
                        captured_at=record.captured_at,
                        attempts=record.attempts,
                        last_error=record.last_error,
                        refusal=json.loads(record.refusal)["text"] if record.refusal else "",
                    )
                )
            return SyncFigures(
                identity=load_identity(store.settings),
                counts=store.outbox.counts(),
                last_sync=last_sync,
                last_error=last_error,
                skew_s=load_skew(store.settings),
                waiting=tuple(waiting),
                detail=load_sync_detail(store.settings),
                attachments=len(store.outbox.missing_attachments()),
            )

    def send_again(self, record_id: RecordId, *, operator_id: OperatorId) -> None:
        """A record that the center refused goes out once more, the same bytes. AppError('record.unknown')."""
        with self.desk.uow() as store:
            record = store.outbox.get(record_id)
            if record is None:
                raise AppError("record.unknown")
            if record.receipt is not None or not record.refusal:
                return
            store.outbox.update(replace(record, refusal="", next_try_at=None))
            entry = AuditEntry(
                at=self.desk.clock.now(), operator_id=operator_id, action="record.sent_again", subject=record.id
            )
            store.audit.append(entry)
            store.commit()
