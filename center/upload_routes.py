"""The tus 1.0 routes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from sqlalchemy import Engine

from center import registry, uploads
from center.access import CurrentDesk, Db, Files, SendingDesk
from center.errors import Refused
from protocol.messages import HexSha256

router = APIRouter(prefix="/v1/uploads", tags=["附件"])
BASE = {"Tus-Resumable": uploads.TUS, "Cache-Control": "no-store"}
CONTENT_TYPE = "application/offset+octet-stream"


def _version(tus_resumable: str | None) -> None:
    if tus_resumable != uploads.TUS:
        raise Refused(412, "tus_version", "上传的方式不对，请升级程序。")


@router.options("", summary="支持的上传方式（tus）", status_code=204)
def options(_desk: CurrentDesk) -> Response:
    """What this server can."""
    extras = {"Tus-Version": uploads.TUS, "Tus-Extension": "creation", "Tus-Max-Size": str(uploads.LARGEST_BYTES)}
    return Response(status_code=204, headers={**BASE, **extras})


@router.post("", summary="登记一份附件（tus creation）", status_code=201, response_class=Response)
def create(
    files: Files,
    connection: Db,
    desk: CurrentDesk,
    upload_length: Annotated[int, Header(ge=1)],
    upload_metadata: Annotated[str | None, Header(max_length=2000)] = None,
    tus_resumable: Annotated[str | None, Header()] = None,
) -> Response:
    """Metadata: ``sha256`` of the file and ``record``, the uuid of the record that names it."""
    _version(tus_resumable)
    known = uploads.metadata(upload_metadata)
    sha256, record = known.get("sha256", ""), known.get("record", "")
    made = uploads.create(connection, files, desk.unit_id, sha256=sha256, record=record, length=upload_length)
    registry.note(
        connection, who=desk.id, action="attachment_announced", unit_id=desk.unit_id, subject=sha256, detail=record
    )
    headers = {**BASE, "Location": f"/v1/uploads/{made.sha256}", "Upload-Offset": str(made.offset)}
    return Response(status_code=201, headers=headers)


@router.head("/{sha256}", summary="已经收到多少（tus）", response_class=Response)
def head(sha256: HexSha256, files: Files, desk: CurrentDesk) -> Response:
    """The offset to go on from."""
    found = uploads.find(files, desk.unit_id, sha256)
    return Response(headers={**BASE, "Upload-Offset": str(found.offset), "Upload-Length": str(found.length)})


@router.patch("/{sha256}", summary="接着传（tus）", status_code=204)
async def patch(
    sha256: HexSha256,
    request: Request,
    files: Files,
    desk: SendingDesk,
    upload_offset: Annotated[int, Header(ge=0)],
    tus_resumable: Annotated[str | None, Header()] = None,
) -> Response:
    """Bytes from ``Upload-Offset`` on; whatever arrived before a cut stays."""
    _version(tus_resumable)
    if request.headers.get("content-type") != CONTENT_TYPE:
        raise Refused(415, "content_type", "上传的内容类型不对。")
    found = await asyncio.to_thread(uploads.find, files, desk.unit_id, sha256)
    chunks: AsyncIterator[bytes] = request.stream()
    offset = await uploads.append(found, upload_offset, chunks)
    if upload_offset < offset == found.length:
        await asyncio.to_thread(_note_whole, request.app.state.engine, desk, sha256)
    return Response(status_code=204, headers={**BASE, "Upload-Offset": str(offset)})


def _note_whole(engine: Engine, desk: registry.Desk, sha256: str) -> None:
    with engine.begin() as connection:
        registry.note(connection, who=desk.id, action="attachment_kept", unit_id=desk.unit_id, subject=sha256)
