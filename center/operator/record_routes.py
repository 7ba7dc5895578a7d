"""Records that came in: lists, one record with its attachments, and the decision on it."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import Connection, select

from center import certifications, decisions, uploads
from center.access import Db, Files
from center.errors import NOT_FOUND, Refused
from center.operator import queries, scans
from center.operator.pages import go, render
from center.operator.session import Clerk, FormChecked, SignedIn, ThisUnit, Unit, Writer
from center.operator.words import FIELDS
from center.registry import note
from center.storage import Storage, read
from center.tables import desks, operators, records
from protocol.bodies import RecordKind

router = APIRouter()
Word = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, Form(max_length=500, pattern=r"^[^\x00]*$")]


def as_day(text: str) -> date | None:
    """Of a date field; None for nothing or nonsense."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@router.get("/forms")
def forms(request: Request, visit: SignedIn, clerk: Clerk, connection: Db, before: Word = "") -> Response:
    """All that wait for a decision."""
    page = queries.waiting_forms(connection, clerk.units, before=before)
    return render(request, visit, "forms.html", page=page)


@router.get("/units/{unit_id}/records")
def all_records(
    request: Request,
    unit: ThisUnit,
    visit: SignedIn,
    connection: Db,
    kind: Word = "",
    state: Word = "",
    q: Word = "",
    first: Word = "",
    last: Word = "",
    before: Word = "",
) -> Response:
    """Of one unit."""
    wanted = queries.RecordFilter(kind=kind, state=state, text=q.strip(), first=as_day(first), last=as_day(last))
    page = queries.records_of(connection, unit.id, wanted, before=before)
    asked = {"kind": kind, "state": state, "q": q, "first": first, "last": last}
    return render(request, visit, "records.html", unit=unit, page=page, asked=asked, kinds=list(RecordKind))


@router.get("/units/{unit_id}/records/{uuid}")
def one_record(request: Request, unit: ThisUnit, uuid: str, visit: SignedIn, connection: Db, files: Files) -> Response:
    """What it says, what came with it, what was decided."""
    row = _row(connection, unit, uuid)
    content, receipt = json.loads(row["content"]), json.loads(row["receipt"])
    person = queries.person(connection, unit.id, row["retiree_id"]) if row["retiree_id"] else None
    names = {row[0]: row[1] for row in connection.execute(select(operators.c.id, operators.c.name))}
    return render(
        request,
        visit,
        "record.html",
        unit=unit,
        record=row,
        content=content,
        facts=[(FIELDS[name], value) for name, value in content["body"].items() if name in FIELDS],
        receipt=receipt,
        person=person,
        desk=connection.execute(select(desks.c.name).where(desks.c.id == row["desk_id"])).scalar_one_or_none(),
        decided_by=names.get(row["decided_by"], row["decided_by"]),
        attachments=[_attachment(files, unit, sha256) for sha256 in content["attachments"]],
        decides=bool(row["state"]),
        corrected_by=certifications.superseded_by(connection, unit.id, uuid),
    )


def _attachment(files: Storage, unit: Unit, sha256: str) -> dict[str, Any]:
    """``size`` None: not here yet."""
    key = uploads.key_of(unit.id, sha256)
    size = files.size(key)
    pages = scans.page_count(read(files, key)) if size is not None else 0
    return {"sha256": sha256, "size": size, "pages": pages}


def _row(connection: Connection, unit: Unit, uuid: str) -> Mapping[Any, Any]:
    here = (records.c.unit_id == unit.id) & (records.c.uuid == uuid)
    row = connection.execute(select(records).where(here)).mappings().first()
    if row is None:
        raise Refused(404, "no_record", "没有这条记录，或者不属于这个单位。")
    return row


def _bytes(connection: Connection, files: Storage, unit: Unit, uuid: str, sha256: str) -> bytes:
    if sha256 not in json.loads(_row(connection, unit, uuid)["content"])["attachments"]:
        raise Refused(*NOT_FOUND)
    try:
        return read(files, uploads.key_of(unit.id, sha256))
    except FileNotFoundError as error:
        raise Refused(404, "not_here", "这份附件还没有传完。") from error


@router.get("/units/{unit_id}/records/{uuid}/files/{sha256}/pages/{number}")
def page_of_attachment(
    unit: ThisUnit, uuid: str, sha256: str, number: int, _clerk: Clerk, connection: Db, files: Files
) -> Response:
    """A picture of one page."""
    picture = scans.page_picture(_bytes(connection, files, unit, uuid, sha256), number)
    if picture is None:
        raise Refused(404, "no_page", "这一页显示不出来。")
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


@router.get("/units/{unit_id}/records/{uuid}/files/{sha256}")
def fetch_attachment(unit: ThisUnit, uuid: str, sha256: str, clerk: Clerk, connection: Db, files: Files) -> Response:
    """The file itself, to be kept, never opened within the page; the log says who took it."""
    data = _bytes(connection, files, unit, uuid, sha256)
    note(connection, who=clerk.id, action="attachment_seen", unit_id=unit.id, subject=uuid, detail=sha256)
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}.get(scans.kind_of(data), "bin")
    headers = {"Content-Disposition": f'attachment; filename="{uuid}-{sha256[:8]}.{ending}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.post("/units/{unit_id}/records/{uuid}/decide", dependencies=[FormChecked])
def decide(
    unit: ThisUnit,
    uuid: str,
    writer: Writer,
    connection: Db,
    decision: Reason = "",
    reason: Reason = "",
    own_reason: Reason = "",
    again: Reason = "",
) -> Response:
    """Accept or return; the desks of the unit learn it with their next sync."""
    if decision not in ("accepted", "rejected"):
        raise Refused(422, "decision_missing", "请点“认可”或“退回”。")
    words = "" if decision == "accepted" else (own_reason.strip() or reason.strip())
    decisions.decide_record(
        connection, unit.id, uuid, accepted=decision == "accepted", reason=words, who=writer.id, again=bool(again)
    )
    return go(f"/operator/units/{unit.id}/records/{uuid}")
