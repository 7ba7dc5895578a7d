"""What the center's clerk decides: a form accepted or returned with a reason, payments suspended, resumed, terminated (rules 8-12)."""

import json

from sqlalchemy import Connection, select, update

from center import clock
from center.errors import NOT_FOUND, Refused
from center.registry import note
from center.roster import add_changes
from center.tables import records, retirees
from protocol.bodies import RecordKind
from protocol.canonical import canonical_text
from protocol.messages import CertificationBody, ChangeKind, DecisionBody, RetireeBody


def decide_form(connection: Connection, uuid: str, *, accepted: bool, reason: str, who: str) -> None:
    """Accept a form or return it; every desk of the unit learns it. 404 for no such form, 422 for a return without a reason."""
    row = connection.execute(select(records).where(records.c.uuid == uuid)).mappings().first()
    if row is None or row["kind"] != RecordKind.FORM_SUBMISSION:
        raise Refused(*NOT_FOUND)
    if not accepted and not reason.strip():
        raise Refused(422, "reason_missing", "退回要写明原因。")
    at, unit_id = clock.now(), row["unit_id"]
    content = json.loads(row["content"])
    state = "accepted" if accepted else "rejected"
    decision = DecisionBody.model_validate(
        {
            "retiree_id": row["retiree_id"],
            "decision": state,
            "record_id": uuid,
            "reason": reason.strip(),
            "decided_at": at,
        }
    )
    certification = CertificationBody.model_validate(
        {
            "id": uuid,
            "retiree_id": row["retiree_id"],
            "channel": "unit_confirmed",
            "captured_at": content["captured_at"],
            "signed_on": content["body"].get("signed_on"),
            "state": state,
            "accepted_at": at if accepted else None,
            "reason": reason.strip(),
        }
    )
    changes = [
        (ChangeKind.CERTIFICATION, uuid, certification.model_dump(mode="json")),
        (ChangeKind.DECISION, uuid, decision.model_dump(mode="json")),
    ]
    add_changes(connection, unit_id, changes)
    note(connection, who=who, action=f"form_{state}", unit_id=unit_id, subject=uuid)


def decide_payment(
    connection: Connection, unit_id: str, retiree_id: str, *, decision: str, month: str | None, reason: str, who: str
) -> None:
    """Suspended from a month, resumed, or terminated; the roster knows it too, or its next change would take it back. 404: nobody such."""
    here = (retirees.c.unit_id == unit_id) & (retirees.c.id == retiree_id)
    row = connection.execute(select(retirees.c.body).where(here)).first()
    if row is None:
        raise Refused(*NOT_FOUND)
    payment = {"suspended": "suspended", "resumed": "paid", "terminated": "terminated"}[decision]
    known = {**json.loads(row[0]), "payment": payment, "suspended_from": month if decision == "suspended" else None}
    person = RetireeBody.model_validate(known)
    connection.execute(update(retirees).where(here).values(body=canonical_text(person.model_dump(mode="json"))))
    body = DecisionBody.model_validate(
        {
            "retiree_id": retiree_id,
            "decision": decision,
            "month": month,
            "reason": reason,
            "decided_at": clock.now(),
        }
    )
    add_changes(connection, unit_id, [(ChangeKind.DECISION, retiree_id, body.model_dump(mode="json"))])
    note(connection, who=who, action=f"payment_{decision}", unit_id=unit_id, subject=retiree_id)
