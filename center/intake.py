"""Taking records in: idempotent by uuid and bytes, checked, answered with a signed receipt."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DataError

from center import clock, eligibility
from center.registry import Desk, note, signing_key
from center.roster import add_changes
from center.tables import records, retirees, units
from protocol.bodies import VERSION, RecordKind
from protocol.canonical import canonical, sha256_hex
from protocol.messages import (
    LARGEST_BODY_BYTES,
    CertificationBody,
    ChangeKind,
    Outcome,
    PushedRecord,
    Receipt,
    RecordAnswer,
)
from protocol.signing import SignatureError, sign, verify

FUTURE_TOLERANCE = timedelta(days=1)
"""A record captured later than this from now carries a wrong clock."""


class _RejectedError(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


def take(connection: Connection, desk: Desk, record: PushedRecord) -> RecordAnswer:
    """One record of ``desk``, in its own savepoint: what can't be kept is rejected by itself and spoils no other record.

    Such are numbers beyond 2^53, lone surrogates, NUL characters (PostgreSQL keeps none) and dates that are none.
    """
    try:
        with connection.begin_nested():
            return _take(connection, desk, record)
    except (ValueError, KeyError, DataError):  # pydantic's ValidationError is a ValueError
        note(connection, who=desk.id, action="record_rejected", unit_id=desk.unit_id, subject=record.uuid)
        return RecordAnswer(
            uuid=record.uuid, outcome=Outcome.REJECTED, code="bad_body", text="记录的内容不完整或有省中心存不下的字符。"
        )


def _take(connection: Connection, desk: Desk, record: PushedRecord) -> RecordAnswer:
    content = record.model_dump(mode="json")
    digest = sha256_hex(canonical(record.signed_part()))
    known = _known(connection, desk.unit_id, record.uuid)
    if known is None:
        try:
            retiree_id = _check(connection, desk, record)
        except _RejectedError as refusal:
            note(connection, who=desk.id, action="record_rejected", unit_id=desk.unit_id, subject=record.uuid)
            return RecordAnswer(uuid=record.uuid, outcome=Outcome.REJECTED, code=refusal.code, text=refusal.text)
        receipt = _keep(connection, desk, record, content, digest, retiree_id)
        if receipt is not None:
            return RecordAnswer(uuid=record.uuid, outcome=Outcome.ACCEPTED, receipt=receipt)
        known = _known(connection, desk.unit_id, record.uuid)
    assert known is not None
    if known[0] == digest:
        return RecordAnswer(
            uuid=record.uuid, outcome=Outcome.DUPLICATE, receipt=Receipt.model_validate(json.loads(known[1]))
        )
    note(connection, who=desk.id, action="record_conflict", unit_id=desk.unit_id, subject=record.uuid)
    return RecordAnswer(
        uuid=record.uuid,
        outcome=Outcome.CONFLICT,
        code="uuid_conflict",
        text="省中心已有同一编号但内容不同的记录，请联系省中心核对。",
    )


def _known(connection: Connection, unit_id: str, uuid: str) -> tuple[str, str] | None:
    here = (records.c.unit_id == unit_id) & (records.c.uuid == uuid)
    row = connection.execute(select(records.c.sha256, records.c.receipt).where(here)).first()
    return None if row is None else (str(row[0]), str(row[1]))


def _check(connection: Connection, desk: Desk, record: PushedRecord) -> str:
    """The retiree's id ("" for none). Raises _RejectedError by name; never guesses."""
    if record.desk_id != desk.id:
        raise _RejectedError("wrong_desk", "记录不是这台电脑做的。")
    if record.kind not in set(RecordKind):
        raise _RejectedError("unknown_kind", f"省中心不认识这种记录：{record.kind}。请升级或联系省中心。")
    if record.version < 1:
        raise _RejectedError("bad_version", "记录的版本号不对。")
    if record.version > VERSION:
        raise _RejectedError("newer_version", "记录的版本比省中心的新，请等省中心升级后再报。")
    if len(canonical(record.body)) > LARGEST_BODY_BYTES:
        raise _RejectedError("too_large", "记录太大。")
    try:
        verify(desk.public_key, record.signed_part(), record.signature)
    except SignatureError as error:
        raise _RejectedError("bad_signature", "记录的签名不对，可能在路上被改动。") from error
    if record.captured_at > clock.now() + FUTURE_TOLERANCE:
        raise _RejectedError("in_future", "记录的时间在未来，请核对电脑的日期和时间。")
    retiree_id = record.body.get("retiree_id", "")
    if not isinstance(retiree_id, str) or (record.kind in eligibility.REPORTS and not _dated(record.body)):
        raise _RejectedError("bad_body", "记录的内容不完整。")
    if record.kind in (RecordKind.CERTIFICATION, RecordKind.FORM_SUBMISSION):
        _check_person(connection, desk.unit_id, retiree_id, record.captured_at)
    return retiree_id


def _dated(body: dict[str, Any]) -> bool:
    """A report says from which day, and until which if it ended."""
    try:
        date.fromisoformat(str(body["on"]))
        return body.get("until") is None or bool(date.fromisoformat(str(body["until"])))
    except (KeyError, ValueError):
        return False


def _check_person(connection: Connection, unit_id: str, retiree_id: str, captured_at: datetime) -> None:
    here = (retirees.c.unit_id == unit_id) & (retirees.c.id == retiree_id)
    row = connection.execute(select(retirees.c.body).where(here)).first()
    if row is None:
        raise _RejectedError("retiree_unknown", "省中心的名册里没有这个人，请核对名册。")
    died = json.loads(row[0]).get("died_on")
    if died is not None and captured_at.date().isoformat() > died:
        raise _RejectedError("after_death", f"省中心登记此人已于 {died} 去世，认证日期在其后，请立即核实。")


def _keep(
    connection: Connection, desk: Desk, record: PushedRecord, content: dict[str, Any], digest: str, retiree_id: str
) -> Receipt | None:
    """Insert with a receipt; None when another worker was faster."""
    number = connection.execute(
        update(units)
        .where(units.c.id == desk.unit_id)
        .values(next_receipt=units.c.next_receipt + 1)
        .returning(units.c.next_receipt, units.c.code)
    ).one()
    at = clock.now()
    key_id, key = signing_key(connection)
    draft = {
        "uuid": record.uuid,
        "sha256": digest,
        "unit_id": desk.unit_id,
        "number": f"{number[1]}-{at:%Y%m}-{int(number[0]) - 1:06d}",
        "accepted_at": at.isoformat(),
        "key_id": key_id,
    }
    receipt = Receipt.model_validate({**draft, "signature": sign(key, draft)})
    dialect_insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    added = connection.execute(
        dialect_insert(records)
        .values(
            unit_id=desk.unit_id,
            uuid=record.uuid,
            kind=record.kind,
            sha256=digest,
            content=json.dumps(content, ensure_ascii=False),
            desk_id=desk.id,
            retiree_id=retiree_id,
            arrived_at=at,
            receipt=json.dumps({**draft, "signature": receipt.signature}),
        )
        .on_conflict_do_nothing()
        .returning(records.c.uuid)  # an INSERT's rowcount is -1 with psycopg
    )
    if added.first() is None:
        return None
    note(connection, who=desk.id, action="record_accepted", unit_id=desk.unit_id, subject=record.uuid)
    _tell_other_desks(connection, desk, record, receipt)
    eligibility.relay(connection, desk.unit_id, record, who=desk.id)
    return receipt


def _tell_other_desks(connection: Connection, desk: Desk, record: PushedRecord, receipt: Receipt) -> None:
    """A face certification is accepted with its receipt; a form waits for the center's clerk (rule 7)."""
    if record.kind == RecordKind.CERTIFICATION:
        state, channel, signed_on = "accepted", "assisted_face", None
    elif record.kind == RecordKind.FORM_SUBMISSION:
        state, channel, signed_on = "pending", "unit_confirmed", record.body.get("signed_on")
    else:
        return
    body = CertificationBody.model_validate(
        {
            "id": record.uuid,
            "retiree_id": record.body["retiree_id"],
            "channel": channel,
            "captured_at": record.captured_at,
            "signed_on": signed_on,
            "state": state,
            "accepted_at": receipt.accepted_at if state == "accepted" else None,
            "supersedes": record.body.get("supersedes"),
        }
    )
    add_changes(connection, desk.unit_id, [(ChangeKind.CERTIFICATION, body.id, body.model_dump(mode="json"))])
