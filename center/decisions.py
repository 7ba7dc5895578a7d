"""What the center's clerk decides: a form or certification accepted or returned with a reason, payments suspended, resumed, terminated."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from center import clock
from center.errors import NOT_FOUND, Refused
from center.registry import note, notes
from center.roster import add_changes
from center.tables import changes as told, payment_decisions, records, retirees
from protocol.bodies import RecordKind
from protocol.canonical import canonical_text
from protocol.messages import CertificationBody, ChangeKind, DecisionBody, RetireeBody

PAYMENTS = {"suspended": "suspended", "resumed": "paid", "terminated": "terminated"}


def decide_form(
    connection: Connection, uuid: str, *, accepted: bool, reason: str, who: str, unit_id: str | None = None
) -> None:
    """Accept a form or return it; every desk of the unit learns it. 404 for no such form, 422 for a return without a reason."""
    here = records.c.uuid == uuid
    if unit_id is not None:
        here &= records.c.unit_id == unit_id
    row = connection.execute(select(records.c.unit_id, records.c.kind).where(here)).first()
    if row is None or row[1] != RecordKind.FORM_SUBMISSION:
        raise Refused(*NOT_FOUND)
    decide_record(connection, str(row[0]), uuid, accepted=accepted, reason=reason, who=who, again=True)


def decide_record(
    connection: Connection, unit_id: str, uuid: str, *, accepted: bool, reason: str, who: str, again: bool = False
) -> None:
    """Accept or reject a form, a certification, or what corrects one. The same decision once more does nothing.

    409 when it was decided otherwise before, unless ``again``: then the new decision replaces the old one at the desks too.
    """
    here = (records.c.unit_id == unit_id) & (records.c.uuid == uuid)
    row = connection.execute(select(records).where(here).with_for_update()).mappings().first()
    if row is None or not row["state"]:
        raise Refused(*NOT_FOUND)
    reason = reason.strip()
    if not accepted and not reason:
        raise Refused(422, "reason_missing", "退回要写明原因。")
    state = "accepted" if accepted else "rejected"
    if row["state"] == state and row["reason"] == reason:
        return
    if row["state"] != "pending" and not again:
        raise Refused(409, "decided", "这条记录已经有人处理过了，请重新打开看看结果。")
    at = clock.now()
    known = _last_told(connection, unit_id, uuid).model_copy(
        update={"state": state, "reason": reason, "accepted_at": at if accepted else None}
    )
    decision = {
        "retiree_id": known.retiree_id,
        "decision": state,
        "record_id": uuid,
        "reason": reason,
        "decided_at": at,
    }
    values = {"state": state, "reason": reason, "decided_at": at, "decided_by": who}
    connection.execute(update(records).where(here).values(values))
    changes = [
        (ChangeKind.CERTIFICATION, uuid, known.model_dump(mode="json")),
        (ChangeKind.DECISION, uuid, DecisionBody.model_validate(decision).model_dump(mode="json")),
    ]
    add_changes(connection, unit_id, changes)
    kind = "form" if row["kind"] == RecordKind.FORM_SUBMISSION else "certification"
    note(connection, who=who, action=f"{kind}_{state}", unit_id=unit_id, subject=uuid, detail=reason)


def _last_told(connection: Connection, unit_id: str, uuid: str) -> CertificationBody:
    """What the desks know of it: every record with a state was told once."""
    kind = (told.c.kind == ChangeKind.CERTIFICATION) & (told.c.subject == uuid)
    last = select(told.c.body).where(told.c.unit_id == unit_id, kind).order_by(told.c.number.desc()).limit(1)
    return CertificationBody.model_validate_json(connection.execute(last).scalar_one())


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One decision about payments. ``decision``: of PAYMENTS; months as YYYY-MM; ``back_pay``: paid together with it."""

    retiree_id: str
    decision: str
    month: str | None
    reason: str = ""
    back_pay: tuple[str, ...] = ()


def decide_payment(
    connection: Connection, unit_id: str, retiree_id: str, *, decision: str, month: str | None, reason: str, who: str
) -> None:
    """One decision by hand; see decide_payments."""
    wanted = Payment(retiree_id=retiree_id, decision=decision, month=month, reason=reason)
    decide_payments(connection, unit_id, [wanted], who=who)


def decide_payments(
    connection: Connection, unit_id: str, wanted: Sequence[Payment], *, who: str, run_month: str = ""
) -> None:
    """All or none; the roster knows it too, or its next change would take it back. 404: nobody such."""
    at, decided, rows = clock.now(), [], []
    for one in wanted:
        here = (retirees.c.unit_id == unit_id) & (retirees.c.id == one.retiree_id)
        row = connection.execute(select(retirees.c.body).where(here)).first()
        if row is None:
            raise Refused(*NOT_FOUND)
        suspended_from = one.month if one.decision == "suspended" else None
        known = {**json.loads(row[0]), "payment": PAYMENTS[one.decision], "suspended_from": suspended_from}
        person = RetireeBody.model_validate(known)
        connection.execute(update(retirees).where(here).values(body=canonical_text(person.model_dump(mode="json"))))
        content = {name: getattr(one, name) for name in ("retiree_id", "decision", "month", "reason")}
        body = DecisionBody.model_validate({**content, "back_pay": list(one.back_pay), "decided_at": at})
        decided.append((ChangeKind.DECISION, one.retiree_id, body.model_dump(mode="json")))
        back_pay = json.dumps(list(one.back_pay))
        rows.append(
            {
                "unit_id": unit_id,
                "run_month": run_month,
                **content,
                "back_pay": back_pay,
                "decided_at": at,
                "decided_by": who,
            }
        )
    if rows:
        connection.execute(insert(payment_decisions), rows)
    add_changes(connection, unit_id, decided)
    lines = [(f"payment_{one.decision}", one.retiree_id) for one in wanted]
    notes(connection, who=who, unit_id=unit_id, lines=lines)
