"""Reports of death, loss and custody: marked in the roster at once for every desk of the unit; a correction takes the mark off, or the
certification that was wrong."""

import json
from typing import Any

from sqlalchemy import Connection, select, update

from center import clock
from center.roster import add_changes, put_retirees
from center.tables import changes, records, retirees
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
    row = connection.execute(select(records.c.kind, records.c.content, records.c.state).where(here)).first()
    if row is not None and row[2]:
        _correct_certification(connection, unit_id, record, str(row[2]))
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


def _correct_certification(connection: Connection, unit_id: str, record: PushedRecord, state: str) -> None:
    """Tell the unit's desks: the new record supersedes the wrong one; without another day of signature it counts for nothing.

    Another day counts only for what the center had accepted: a form that waits is never accepted by its own correction.
    """
    corrects, signed_on = str(record.body["corrects"]), record.body.get("signed_on")
    if signed_on is not None and state != "accepted":
        return
    known = (changes.c.kind == ChangeKind.CERTIFICATION) & (changes.c.subject == corrects)
    last = select(changes.c.body).where(changes.c.unit_id == unit_id, known).order_by(changes.c.number.desc()).limit(1)
    wrong = json.loads(connection.execute(last).scalar_one())
    told = CertificationBody.model_validate(
        {
            **wrong,
            "id": record.uuid,
            "signed_on": signed_on or wrong["signed_on"],
            "state": "accepted",
            "accepted_at": clock.now(),
            "reason": str(record.body.get("because", "")),
            "supersedes": corrects,
            "void": signed_on is None,
        }
    )
    add_changes(connection, unit_id, [(ChangeKind.CERTIFICATION, told.id, told.model_dump(mode="json"))])
    here = (records.c.unit_id == unit_id) & (records.c.uuid == record.uuid)
    connection.execute(update(records).where(here).values(state="accepted"))


def _person(connection: Connection, unit_id: str, retiree_id: str) -> RetireeBody | None:
    here = (retirees.c.unit_id == unit_id) & (retirees.c.id == retiree_id)
    row = connection.execute(select(retirees.c.body).where(here)).first()
    return None if row is None else RetireeBody.model_validate_json(row[0])
