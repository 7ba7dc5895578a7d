"""Files that a clerk sends: who it is, and how large, is known before the first byte is kept; no transaction waits for the sender."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from starlette.datastructures import UploadFile
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from center.errors import Refused
from center.operator import accounts
from center.operator.session import MAY_NOT, Visit, check_token, unit_of, visit_of

SMALL_BYTES = 128 * 1024
"""Forms without a file."""
FILE_ROUTES = ("/import/roster", "/import/photos", "/packages")
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file on this machine until the request ends. ``name``: as the sender calls it, never used as a path."""

    visit: Visit
    clerk: accounts.Operator
    path: Path
    name: str


@asynccontextmanager
async def received(request: Request, *, limit: int, unit_id: str | None = None) -> AsyncIterator[Received]:
    """The one file of a form. Refused: 401 not signed in, 403 may not or an old form, 404 another's unit, 413 too large, 422 no file."""
    visit, clerk = await run_in_threadpool(_who, request, unit_id)
    if int(request.headers.get("content-length", "0")) > limit + SMALL_BYTES:
        raise Refused(413, "too_large", f"文件太大，最多 {limit // 2**20} MB。")
    limited = Request(request.scope, _counted(request.receive, limit + SMALL_BYTES))
    async with limited.form(max_files=1, max_fields=5) as form:
        check_token(visit, str(form.get("csrf", "")))
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Refused(422, "no_file", "还没有选文件。请退回上一页，先选文件再点按钮。")
        with tempfile.NamedTemporaryFile(prefix="certdesk-") as kept:
            while chunk := await file.read(CHUNK_BYTES):
                await run_in_threadpool(kept.write, chunk)
            kept.flush()
            yield Received(visit, clerk, Path(kept.name), file.filename[-200:].replace("\0", ""))


def _who(request: Request, unit_id: str | None) -> tuple[Visit, accounts.Operator]:
    engine: Engine = request.app.state.engine
    with engine.begin() as connection:
        visit = visit_of(request, connection)
        if visit.operator is None:
            raise Refused(401, "sign_in", "请先登录。")
        if visit.operator.role is accounts.Role.VIEWER:
            raise Refused(*MAY_NOT)
        if unit_id is not None:
            unit_of(connection, visit.operator, unit_id)
        return visit, visit.operator


def writer_of(request: Request, csrf: str) -> accounts.Operator:
    """Who sends a form, for work that has transactions of its own."""
    visit, clerk = _who(request, None)
    check_token(visit, csrf)
    return clerk


def _counted(receive: Receive, limit: int) -> Receive:
    left = limit

    async def counting() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise Refused(413, "too_large", "文件太大。")
        return message

    return counting


class SmallForms:
    """ASGI middleware: what is no file route takes only small bodies of a known length."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, or 413."""
        if scope["type"] == "http" and scope["method"] == "POST" and not scope["path"].endswith(FILE_ROUTES):
            headers = dict(scope["headers"])
            length = headers.get(b"content-length", b"")
            if not length.isdigit() or int(length) > SMALL_BYTES:
                await send(
                    {
                        "type": "http.response.start",
                        "status": 413,
                        "headers": [(b"content-type", b"text/plain; charset=utf-8")],
                    }
                )
                await send({"type": "http.response.body", "body": "填写的内容太长。".encode()})
                return
        await self._app(scope, receive, send)
