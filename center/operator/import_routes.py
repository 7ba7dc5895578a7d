"""Rosters and photos: upload, preview row by row, confirm. Nothing is written on a roster before that."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection, Engine

from center.access import Db, Files
from center.errors import NOT_FOUND, Refused
from center.importing import Plan, RowKind, drafts, photo_file, roster_file, sheet
from center.operator.pages import go, render
from center.operator.receiving import Received, received
from center.operator.session import FormChecked, SignedIn, ThisUnit, Writer
from center.storage import Storage

router = APIRouter()
LIMITS = {"roster": sheet.LARGEST_BYTES, "photos": photo_file.LARGEST_BYTES}
MOST_SHOWN = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Short = Annotated[str, Form(max_length=100)]


def _known(kind: str) -> str:
    if kind not in LIMITS:
        raise Refused(*NOT_FOUND)
    return kind


@router.get("/roster-template.xlsx")
def roster_template(_visit: SignedIn) -> Response:
    """To be filled in by the unit."""
    headers = {"Content-Disposition": 'attachment; filename="roster.xlsx"'}
    return Response(roster_file.template(), media_type=XLSX, headers=headers)


@router.get("/units/{unit_id}/import/{kind}")
def page(request: Request, unit: ThisUnit, kind: str, visit: SignedIn, _writer: Writer) -> Response:
    """The form."""
    return render(request, visit, f"import_{_known(kind)}.html", unit=unit, limit=LIMITS[kind])


@router.post("/units/{unit_id}/import/{kind}")
async def upload(request: Request, unit_id: str, kind: str) -> Response:
    """To the preview. The file is kept for a day; the roster stays as it is."""
    async with received(request, limit=LIMITS[_known(kind)], unit_id=unit_id) as file:
        draft = await run_in_threadpool(_keep, request, unit_id, kind, file)
    return go(f"/operator/units/{unit_id}/import/{kind}/{draft}")


def _keep(request: Request, unit_id: str, kind: str, file: Received) -> str:
    engine: Engine = request.app.state.engine
    with engine.begin() as connection:
        if kind == "roster":
            roster_file.preview(connection, unit_id, file.path)  # what can't be read is said at once, and not kept
        else:
            photo_file.preview(connection, unit_id, file.path)
        return drafts.make(
            connection, request.app.state.storage, unit_id, kind=kind, path=file.path, name=file.name, who=file.clerk.id
        )


def _plan(connection: Connection, files: Storage, unit_id: str, kind: str, draft: str) -> Plan:
    with drafts.opened(files, unit_id, draft) as path:
        if kind == "roster":
            return roster_file.preview(connection, unit_id, path)[0]
        return photo_file.preview(connection, unit_id, path)


@router.get("/units/{unit_id}/import/{kind}/{draft}")
def preview(
    request: Request,
    unit: ThisUnit,
    kind: str,
    draft: str,
    visit: SignedIn,
    _writer: Writer,
    connection: Db,
    files: Files,
    shown: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Row by row; faults first, or one kind of rows."""
    row = drafts.find(connection, unit.id, draft, kind=_known(kind))
    plan = _plan(connection, files, unit.id, kind, draft)
    chosen = shown or next((one for one in RowKind if plan.count(one)), RowKind.SAME)
    rows = [one for one in plan.rows if one.kind == chosen]
    return render(
        request, visit, "import_preview.html", unit=unit, kind=kind, draft=row, plan=plan, chosen=str(chosen),
        rows=rows[:MOST_SHOWN], more=max(0, len(rows) - MOST_SHOWN), kinds=roster_file.KINDS,
    )  # fmt: skip


@router.get("/units/{unit_id}/import/{kind}/{draft}/report.xlsx")
def report(unit: ThisUnit, kind: str, draft: str, _writer: Writer, connection: Db, files: Files) -> Response:
    """All rows, for the unit."""
    drafts.find(connection, unit.id, draft, kind=_known(kind))
    headers = {"Content-Disposition": 'attachment; filename="report.xlsx"'}
    return Response(
        roster_file.report(_plan(connection, files, unit.id, kind, draft)), media_type=XLSX, headers=headers
    )


@router.post("/units/{unit_id}/import/{kind}/{draft}/confirm", dependencies=[FormChecked])
def confirm(
    request: Request,
    unit: ThisUnit,
    kind: str,
    draft: str,
    visit: SignedIn,
    writer: Writer,
    connection: Db,
    files: Files,
    mark: Short = "",
) -> Response:
    """Write what was seen."""
    row = drafts.find(connection, unit.id, draft, kind=_known(kind))
    act = roster_file.apply if kind == "roster" else photo_file.apply
    with drafts.opened(files, unit.id, draft) as path:
        plan = act(connection, unit.id, path, mark, file_name=row["file_name"], who=writer.id)
    drafts.used(connection, files, unit.id, draft)
    return render(request, visit, "import_done.html", unit=unit, kind=kind, plan=plan)


@router.post("/units/{unit_id}/import/{kind}/{draft}/drop", dependencies=[FormChecked])
def drop(unit: ThisUnit, kind: str, draft: str, writer: Writer, connection: Db, files: Files) -> Response:
    """Forget the file."""
    drafts.find(connection, unit.id, draft, kind=_known(kind))
    drafts.drop(connection, files, unit.id, draft, who=writer.id)
    return go(f"/operator/units/{unit.id}/import/{kind}")
