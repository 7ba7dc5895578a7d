"""Reports of death, loss and custody: marked in the roster at once for every desk of the unit; a correction takes the mark off, or the
certification that was wrong."""

import json
from typing import Any

from sqlalchemy import Connection, select

from center import clock
from center.roster import add_changes, put_retirees
from center.tables import records, retirees
from protocol.bodies import RecordKind
from protocol.messages import CertificationBody, ChangeKind, PushedRecord, RetireeBody

REPORTS = (RecordKind.DEATH_REPORT, RecordKind.LOSS_REPORT, RecordKind.CUSTODY_REPORT)


def relay(connection: Connection, unit_id: str, record: PushedRecord, *, who: str) -> None:
    """Change the roster's entry as the record says; nothing for other kinds, unknown people, or what is known already.

    A date that the center has already stays: the unit's report is a report, not the register.
    """
    if record.kind in REPORTS:
        person = _person(connection, unit_id, str(record.body.get("retiree_id", "")))
        if person is not None:
            put_retirees(
                connection, unit_id, [person.model_copy(update=_mark(person, record.kind, record.body))], who=who
            )
    elif record.kind == RecordKind.CORRECTION:
        _take_back(connection, unit_id, record, who)


def _mark(person: RetireeBody, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    checked = RetireeBody.model_validate(
        {
            **person.model_dump(mode="json"),
            **({"died_on": body["on"]} if kind == RecordKind.DEATH_REPORT and person.died_on is None else {}),
            **(
                {"lost_eligibility_on": body["on"]}
                if kind == RecordKind.LOSS_REPORT and person.lost_eligibility_on is None
                else {}
            ),
        }
    )
    marks: dict[str, Any] = {"died_on": checked.died_on, "lost_eligibility_on": checked.lost_eligibility_on}
    if kind == RecordKind.DEATH_REPORT:
        marks["death_withdrawn"] = False
    if kind == RecordKind.CUSTODY_REPORT and all(c.started_on.isoformat() != body["on"] for c in person.custody):
        held = {"started_on": body["on"], "ended_on": body.get("until"), "document": str(body.get("document", ""))}
        marks["custody"] = RetireeBody.model_validate(
            {**person.model_dump(mode="json"), "custody": [*person.model_dump(mode="json")["custody"], held]}
        ).custody
    return marks


def _take_back(connection: Connection, unit_id: str, record: PushedRecord, who: str) -> None:
    here = (records.c.unit_id == unit_id) & (records.c.uuid == str(record.body.get("corrects", "")))
    row = connection.execute(select(records.c.kind, records.c.content).where(here)).first()
    if row is not None and row[0] in (RecordKind.CERTIFICATION, RecordKind.FORM_SUBMISSION):
        _correct_certification(connection, unit_id, record, str(row[0]), json.loads(row[1]))
    if row is None or row[0] not in set(REPORTS):
        return
    body = json.loads(row[1])["body"]
    person = _person(connection, unit_id, str(body.get("retiree_id", "")))
    if person is None:
        return
    marks: dict[str, Any] = {}
    if row[0] == RecordKind.DEATH_REPORT and person.died_on is not None and person.died_on.isoformat() == body["on"]:
        marks = {"died_on": None, "death_withdrawn": True}
    elif row[0] == RecordKind.LOSS_REPORT:
        known = person.lost_eligibility_on
        marks = {"lost_eligibility_on": None} if known is not None and known.isoformat() == body["on"] else {}
    elif row[0] == RecordKind.CUSTODY_REPORT:
        marks = {"custody": [c for c in person.custody if c.started_on.isoformat() != body["on"]]}
    put_retirees(connection, unit_id, [person.model_copy(update=marks)], who=who)


def _correct_certification(
    connection: Connection, unit_id: str, record: PushedRecord, kind: str, wrong: dict[str, Any]
) -> None:
    """Tell the unit's desks: the new record supersedes the wrong one; without another day of signature it counts for nothing."""
    signed_on = record.body.get("signed_on")
    told = CertificationBody.model_validate(
        {
            "id": record.uuid,
            "retiree_id": wrong["body"]["retiree_id"],
            "channel": "unit_confirmed" if kind == RecordKind.FORM_SUBMISSION else "assisted_face",
            "captured_at": wrong["captured_at"],
            "signed_on": signed_on or wrong["body"].get("signed_on"),
            "accepted_at": clock.now(),
            "reason": str(record.body.get("because", "")),
            "supersedes": str(record.body["corrects"]),
            "void": signed_on is None,
        }
    )
    add_changes(connection, unit_id, [(ChangeKind.CERTIFICATION, told.id, told.model_dump(mode="json"))])


def _person(connection: Connection, unit_id: str, retiree_id: str) -> RetireeBody | None:
    here = (retirees.c.unit_id == unit_id) & (retirees.c.id == retiree_id)
    row = connection.execute(select(retirees.c.body).where(here)).first()
    return None if row is None else RetireeBody.model_validate_json(row[0])
