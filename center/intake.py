"""Taking records in: idempotent by uuid and bytes, checked, answered with a signed receipt."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DataError

from center import clock, eligibility
from center.registry import Desk, note, notes, signing_key
from center.roster import add_changes
from center.tables import records, retirees, units
from center.upsert import insert_over
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


class _RaceError(Exception):
    """Another worker has just kept one of these records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    """A record to be kept. ``place``: in the push; ``told``: what the unit's desks hear of it, None for nothing."""

    place: int
    record: PushedRecord
    digest: str
    retiree_id: str
    told: CertificationBody | None


def take(connection: Connection, desk: Desk, record: PushedRecord) -> RecordAnswer:
    """One record of ``desk``; see take_all."""
    return take_all(connection, desk, [record])[0]


def take_all(connection: Connection, desk: Desk, batch: Sequence[PushedRecord]) -> list[RecordAnswer]:
    """Answers in the order of ``batch``. What can't be kept is rejected by itself and spoils no other record.

    Such are numbers beyond 2^53, lone surrogates, NUL characters (PostgreSQL keeps none) and dates that are none. All go into the database
    together; only when it refuses some, or another worker was faster with some, each goes by itself.
    """
    try:
        with connection.begin_nested():
            return _take(connection, desk, batch)
    except _RaceError:  # what was not known a moment ago is known now
        return take_all(connection, desk, batch)
    except (ValueError, KeyError, DataError):
        if len(batch) > 1:
            return [take(connection, desk, record) for record in batch]
        note(connection, who=desk.id, action="record_rejected", unit_id=desk.unit_id, subject=batch[0].uuid)
        return [_bad_body(batch[0])]


def _bad_body(record: PushedRecord) -> RecordAnswer:
    text = "记录的内容不完整或有省中心存不下的字符。"
    return RecordAnswer(uuid=record.uuid, outcome=Outcome.REJECTED, code="bad_body", text=text)


def _take(connection: Connection, desk: Desk, batch: Sequence[PushedRecord]) -> list[RecordAnswer]:
    known = _known(connection, desk.unit_id, [record.uuid for record in batch])
    people = _people(connection, desk.unit_id, [record.body.get("retiree_id") for record in batch])
    answers: dict[int, RecordAnswer] = {}
    fresh: dict[str, _Fresh] = {}
    again: list[tuple[int, PushedRecord, str]] = []
    log: list[tuple[str, str]] = []
    for place, record in enumerate(batch):
        try:
            digest = sha256_hex(canonical(record.signed_part()))
            if record.uuid in known or record.uuid in fresh:
                again.append((place, record, digest))
                continue
            retiree_id = _check(desk, record, people)
            told = _told(record)
        except _RejectedError as refusal:
            log.append(("record_rejected", record.uuid))
            answers[place] = RecordAnswer(
                uuid=record.uuid, outcome=Outcome.REJECTED, code=refusal.code, text=refusal.text
            )
        except (ValueError, KeyError):  # pydantic's ValidationError is a ValueError
            log.append(("record_rejected", record.uuid))
            answers[place] = _bad_body(record)
        else:
            fresh[record.uuid] = _Fresh(place=place, record=record, digest=digest, retiree_id=retiree_id, told=told)
            if record.kind == RecordKind.DEATH_REPORT and retiree_id in people:
                people[retiree_id] = people[retiree_id] or str(record.body["on"])  # for what follows in this push
    for one, receipt in zip(fresh.values(), _keep(connection, desk, list(fresh.values())), strict=True):
        log.append(("record_accepted", receipt.uuid))
        known[receipt.uuid] = (one.digest, receipt)
        answers[one.place] = RecordAnswer(uuid=receipt.uuid, outcome=Outcome.ACCEPTED, receipt=receipt)
    for place, record, digest in again:
        answers[place] = _again(record, digest, *known[record.uuid])
        if answers[place].outcome is Outcome.CONFLICT:
            log.append(("record_conflict", record.uuid))
    notes(connection, who=desk.id, unit_id=desk.unit_id, lines=log)
    return [answers[place] for place in range(len(batch))]


def _again(record: PushedRecord, digest: str, known_digest: str, receipt: Receipt) -> RecordAnswer:
    """The uuid is known: the same receipt for the same bytes, a conflict for others."""
    if digest == known_digest:
        return RecordAnswer(uuid=record.uuid, outcome=Outcome.DUPLICATE, receipt=receipt)
    return RecordAnswer(
        uuid=record.uuid,
        outcome=Outcome.CONFLICT,
        code="uuid_conflict",
        text="省中心已有同一编号但内容不同的记录，请联系省中心核对。",
    )


def _known(connection: Connection, unit_id: str, uuids: Sequence[str]) -> dict[str, tuple[str, Receipt]]:
    """Digest and receipt of those that are here."""
    here = (records.c.unit_id == unit_id) & records.c.uuid.in_(set(uuids))
    rows = connection.execute(select(records.c.uuid, records.c.sha256, records.c.receipt).where(here))
    return {str(row[0]): (str(row[1]), Receipt.model_validate(json.loads(row[2]))) for row in rows}


def _people(connection: Connection, unit_id: str, ids: Sequence[Any]) -> dict[str, str | None]:
    """Day of death, or None, of each who is on the unit's roster."""
    wanted = {one for one in ids if isinstance(one, str)}
    here = (retirees.c.unit_id == unit_id) & retirees.c.id.in_(wanted)
    rows = connection.execute(select(retirees.c.id, retirees.c.body).where(here))
    return {str(row[0]): json.loads(row[1]).get("died_on") for row in rows}


def _check(desk: Desk, record: PushedRecord, people: dict[str, str | None]) -> str:
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
        _check_person(people, retiree_id, record.captured_at)
    return retiree_id


def _dated(body: dict[str, Any]) -> bool:
    """A report says from which day, and until which if it ended."""
    try:
        date.fromisoformat(str(body["on"]))
        return body.get("until") is None or bool(date.fromisoformat(str(body["until"])))
    except (KeyError, ValueError):
        return False


def _check_person(people: dict[str, str | None], retiree_id: str, captured_at: datetime) -> None:
    if retiree_id not in people:
        raise _RejectedError("retiree_unknown", "省中心的名册里没有这个人，请核对名册。")
    died = people[retiree_id]
    if died is not None and captured_at.date().isoformat() > died:
        raise _RejectedError("after_death", f"省中心登记此人已于 {died} 去世，认证日期在其后，请立即核实。")


def _told(record: PushedRecord) -> CertificationBody | None:
    """A face certification is accepted with its receipt; a form waits for the center's clerk (rule 7)."""
    if record.kind == RecordKind.CERTIFICATION:
        state, channel, signed_on = "accepted", "assisted_face", None
    elif record.kind == RecordKind.FORM_SUBMISSION:
        state, channel, signed_on = "pending", "unit_confirmed", record.body.get("signed_on")
    else:
        return None
    return CertificationBody.model_validate(
        {
            "id": record.uuid,
            "retiree_id": record.body["retiree_id"],
            "channel": channel,
            "captured_at": record.captured_at,
            "signed_on": signed_on,
            "state": state,
            "supersedes": record.body.get("supersedes"),
        }
    )


def _keep(connection: Connection, desk: Desk, fresh: Sequence[_Fresh]) -> list[Receipt]:
    """Insert with receipts, and tell the unit's desks. _RaceError when another worker was faster with any."""
    if not fresh:
        return []
    # The unit's row is the lock: numbers of receipts and changes rise without gaps in the order of the commits.
    taken = connection.execute(
        update(units)
        .where(units.c.id == desk.unit_id)
        .values(next_receipt=units.c.next_receipt + len(fresh))
        .returning(units.c.next_receipt, units.c.code)
    ).one()
    first, at = int(taken[0]) - len(fresh), clock.now()
    key_id, key = signing_key(connection)
    receipts = []
    for number, one in enumerate(fresh, start=first):
        draft = {
            "uuid": one.record.uuid,
            "sha256": one.digest,
            "unit_id": desk.unit_id,
            "number": f"{taken[1]}-{at:%Y%m}-{number:06d}",
            "accepted_at": at.isoformat(),
            "key_id": key_id,
        }
        receipts.append(Receipt.model_validate({**draft, "signature": sign(key, draft)}))
    rows = [_row(desk, one, receipt, at) for one, receipt in zip(fresh, receipts, strict=True)]
    added = connection.execute(
        insert_over(connection, records).values(rows).on_conflict_do_nothing().returning(records.c.uuid)
    )
    if len(added.all()) != len(rows):
        raise _RaceError
    told = [one.told for one in fresh if one.told is not None]
    bodies = [body.model_copy(update={"accepted_at": at}) if body.state == "accepted" else body for body in told]
    add_changes(
        connection, desk.unit_id, [(ChangeKind.CERTIFICATION, body.id, body.model_dump(mode="json")) for body in bodies]
    )
    for one in fresh:
        eligibility.relay(connection, desk.unit_id, one.record, who=desk.id)
    return receipts


def _row(desk: Desk, one: _Fresh, receipt: Receipt, at: datetime) -> dict[str, Any]:
    return {
        "unit_id": desk.unit_id,
        "uuid": one.record.uuid,
        "kind": one.record.kind,
        "sha256": one.digest,
        "content": json.dumps(one.record.model_dump(mode="json"), ensure_ascii=False),
        "desk_id": desk.id,
        "retiree_id": one.retiree_id,
        "arrived_at": at,
        "receipt": json.dumps({**receipt.signed_part(), "signature": receipt.signature}),
        "state": one.told.state if one.told is not None else "",
    }
