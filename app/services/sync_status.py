"""What the sync screen shows: what waits, since when, what the center refused, when it last worked."""

import json
from dataclasses import dataclass
from datetime import datetime

from app.services.context import Desk
from app.services.ports import DeskIdentity, OutboxCounts
from app.services.stored_settings import load_identity, load_last_sync, load_skew


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRecord:
    """One record without a receipt: whose, when made, tries so far, last error's code, and the center's words if it refused."""

    name: str
    kind: str
    captured_at: datetime
    attempts: int
    last_error: str
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFigures:
    """Attributes: identity: None before enrolment; last_sync, last_error: of the last run; waiting: oldest first."""

    identity: DeskIdentity | None
    counts: OutboxCounts
    last_sync: datetime | None
    last_error: str
    skew_s: float
    waiting: tuple[WaitingRecord, ...]


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Reads it."""

    desk: Desk

    def figures(self) -> SyncFigures:
        """Everything in one transaction."""
        with self.desk.uow() as store:
            last_sync, last_error = load_last_sync(store.settings)
            waiting = []
            for record in store.outbox.waiting():
                body = json.loads(record.body)
                retiree = store.retirees.get(body.get("retiree_id", ""))
                waiting.append(
                    WaitingRecord(
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
            )
