"""The outbox pump: due records → center → verified receipts. Holds no transaction while it waits for the network."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.case_machine import CaseEvent
from app.domain.certification import CenterState
from app.domain.ids import RecordId
from app.services.month import on_center
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork
from app.sync.apply import accepted_now
from protocol.canonical import canonical, parse_object, sha256_hex
from protocol.messages import Outcome, PushedRecord, Receipt, RecordAnswer, SigningKey
from protocol.signing import SignatureError, sign, verify

FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 3600.0


def signed(record: OutboxRecord, *, desk_id: str, key: Ed25519PrivateKey) -> PushedRecord:
    """The record as sent. Signed at capture time's moment for ever: the same record always has the same bytes."""
    content: dict[str, Any] = {
        "uuid": record.id,
        "kind": record.kind,
        "version": record.version,
        "captured_at": record.captured_at.isoformat(),
        "signed_at": record.captured_at.isoformat(),
        "desk_id": desk_id,
        "operator_id": record.operator_id,
        "body": parse_object(record.body),
        "attachments": list(record.attachments),
    }
    return PushedRecord.model_validate({**content, "signature": sign(key, content)})


def wait_after(attempts: int, rng: random.Random, longest_s: float = LONGEST_WAIT_S) -> timedelta:
    """Exponential back-off with full jitter: uniformly up to the doubled limit."""
    limit = min(longest_s, FIRST_WAIT_S * 2 ** min(attempts, 20))
    return timedelta(seconds=rng.uniform(0, limit))


def check_receipt(receipt: Receipt, sent: PushedRecord, keys: Sequence[SigningKey], unit_id: str) -> None:
    """SignatureError unless the center signed just these bytes with a key that was valid then."""
    known = next((key for key in keys if key.key_id == receipt.key_id), None)
    if known is None:
        raise SignatureError("unknown key")
    if known.retired_at is not None and receipt.accepted_at > known.retired_at:
        raise SignatureError("retired key")
    if (receipt.uuid, receipt.unit_id) != (sent.uuid, unit_id):
        raise SignatureError("receipt of something else")
    if receipt.sha256 != sha256_hex(canonical(sent.signed_part())):
        raise SignatureError("receipt of other bytes")
    verify(known.public_key, receipt.signed_part(), receipt.signature)


def settle(
    store: UnitOfWork,
    record: OutboxRecord,
    sent: PushedRecord,
    answer: RecordAnswer,
    *,
    keys: Sequence[SigningKey],
    unit_id: str,
    now: datetime,
) -> Outcome | None:
    """Write one answer into the store; None when its receipt does not verify (the record stays and is tried again)."""
    if answer.outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE):
        try:
            if answer.receipt is None:
                raise SignatureError("no receipt")
            check_receipt(answer.receipt, sent, keys, unit_id)
        except SignatureError as error:
            store.outbox.update(
                replace(record, attempts=record.attempts + 1, last_error=f"sync.receipt_invalid: {error}")
            )
            return None
        _accept(store, record, answer.receipt, now)
    else:
        refuse(store, record, code=answer.code, text=answer.text, now=now)
    return answer.outcome


def refuse(store: UnitOfWork, record: OutboxRecord, *, code: str, text: str, now: datetime) -> None:
    """The record waits for the clerk with ``text``; it is kept, and tried no more by itself."""
    refusal = json.dumps({"code": code, "text": text}, ensure_ascii=False)
    store.outbox.update(replace(record, attempts=record.attempts + 1, refusal=refusal, last_error=code))
    store.audit.append(AuditEntry(at=now, operator_id=None, action="record.refused", subject=record.id, details=code))


def _accept(store: UnitOfWork, record: OutboxRecord, receipt: Receipt, now: datetime) -> None:
    text = json.dumps({**receipt.signed_part(), "signature": receipt.signature}, ensure_ascii=False)
    store.outbox.update(
        replace(record, attempts=record.attempts + 1, receipt=text, last_error="", refusal="", next_try_at=None)
    )
    certification = store.certifications.get(RecordId(record.id))
    rejected = certification is not None and certification.center is CenterState.REJECTED
    # A receipt that comes again (its first answer was lost) must not take back a rejection decided since.
    if certification is not None and record.kind in ("certification", "correction") and not rejected:
        store.certifications.set_center_answer(accepted_now(certification, receipt.accepted_at, now))
    on_center(store, record, CaseEvent.SENT, at=now)
    store.audit.append(
        AuditEntry(at=now, operator_id=None, action="record.accepted", subject=record.id, details=receipt.number)
    )
