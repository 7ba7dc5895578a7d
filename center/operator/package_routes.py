"""USB packages: taken in, what became of each record, the answer to carry back."""

import json
import tempfile
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine, select

from center import packages
from center.access import Db, Files
from center.errors import Refused
from center.operator.pages import go, render
from center.operator.receiving import Received, received
from center.operator.session import SignedIn, ThisUnit, Writer
from center.registry import note
from center.tables import desks, operators, packages as taken_in, units
from protocol.packages import LARGEST_PACKAGE_BYTES, SUFFIX

router = APIRouter()
MOST_SHOWN = 100


@router.get("/packages")
def all_packages(request: Request, visit: SignedIn, writer: Writer, connection: Db) -> Response:
    """The form, and what was taken in, newest first."""
    wanted = (
        select(taken_in, units.c.name.label("unit"), desks.c.name.label("desk"), operators.c.name.label("operator"))
        .select_from(
            taken_in.join(units, units.c.id == taken_in.c.unit_id)
            .outerjoin(desks, desks.c.id == taken_in.c.desk_id)
            .outerjoin(operators, operators.c.id == taken_in.c.imported_by)
        )
        .order_by(taken_in.c.imported_at.desc())
        .limit(MOST_SHOWN)
    )
    if writer.units is not None:
        wanted = wanted.where(taken_in.c.unit_id.in_(writer.units))
    rows = connection.execute(wanted).mappings().all()
    return render(request, visit, "packages.html", packages=rows, limit=LARGEST_PACKAGE_BYTES)


@router.post("/packages")
async def take(request: Request) -> Response:
    """To the result. What is refused by name changes nothing."""
    async with received(request, limit=LARGEST_PACKAGE_BYTES) as file:
        where = await run_in_threadpool(_take, request, file)
    return go(where)


def _take(request: Request, file: Received) -> str:
    engine: Engine = request.app.state.engine
    storage = request.app.state.storage
    with tempfile.TemporaryDirectory(prefix="certdesk-") as folder:
        out = Path(folder) / "answer"
        try:
            taken = packages.take(
                engine, file.path, out=out, files=storage, operator=file.clerk.id, may_see=file.clerk.may_see
            )
        except Refused as refusal:
            with engine.begin() as connection:
                detail = f"{file.name}：{refusal.code}"
                note(connection, who=file.clerk.id, action="package_refused", detail=detail)
            raise
        storage.put_file(packages.answer_key(taken.unit_id, taken.package_id), out)
    return f"/operator/units/{taken.unit_id}/packages/{taken.package_id}"


@router.get("/units/{unit_id}/packages/{package_id}")
def one_package(
    request: Request, unit: ThisUnit, package_id: str, visit: SignedIn, connection: Db, files: Files
) -> Response:
    """What became of it."""
    here = (taken_in.c.unit_id == unit.id) & (taken_in.c.id == package_id)
    row = connection.execute(select(taken_in).where(here)).mappings().first()
    if row is None:
        raise Refused(404, "no_package", "没有导入过这个上报包，或者不是这个单位的。")
    size = files.size(packages.answer_key(unit.id, package_id))
    return render(
        request, visit, "package.html", unit=unit, package=row, summary=json.loads(row["summary"]), answer=size
    )


@router.get("/units/{unit_id}/packages/{package_id}/answer")
def answer(unit: ThisUnit, package_id: str, writer: Writer, connection: Db, files: Files) -> Response:
    """The answer file; only its desk can open it."""
    key = packages.answer_key(unit.id, package_id)
    try:
        chunks = files.chunks(key)
    except FileNotFoundError as error:
        raise Refused(404, "no_answer", "回执包不在这里。请单位重新导出一个上报包，不会重复。") from error
    note(connection, who=writer.id, action="answer_fetched", unit_id=unit.id, subject=package_id)
    headers = {"Content-Disposition": f'attachment; filename="answer-{package_id[:8]}{SUFFIX}"'}
    return StreamingResponse(chunks, media_type="application/octet-stream", headers=headers)
