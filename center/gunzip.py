"""Bodies with a limit before anything looks at them, unpacked when they come compressed (Content-Encoding: gzip)."""

import zlib

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from center import clock
from protocol.messages import LARGEST_BODY_BYTES, MOST_RECORDS

LARGEST_BYTES = 2 * MOST_RECORDS * LARGEST_BODY_BYTES
SMALL_BYTES = 64 * 1024
"""What needs no token yet says little."""
LIMITS = {"/v1/enrol": SMALL_BYTES, "/v1/token": SMALL_BYTES, "/v1/records": LARGEST_BYTES}
"""Uploads have their own."""
GZIP = 31
"""zlib's word for a gzip envelope."""


class GunzipRequests:
    """ASGI middleware. 415 for another encoding, 413 for what unpacks to too much, 400 for what is no gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, unpacked."""
        headers = dict(scope.get("headers", ()))
        encoding = headers.get(b"content-encoding", b"").strip().lower()
        limit = LIMITS.get(scope.get("path", "")) if scope["type"] == "http" else None
        plain = encoding in (b"", b"identity")
        if scope["type"] != "http" or (plain and limit is None):
            await self._app(scope, receive, send)
            return
        if not plain and encoding != b"gzip":
            await _refuse(415, "encoding", "上传的压缩方式不对，请升级程序。")(scope, receive, send)
            return
        try:
            body = await _whole(receive, limit or LARGEST_BYTES, zipped=not plain)
        except OverflowError:
            await _refuse(413, "too_large", "一次上报的内容太大。")(scope, receive, send)
            return
        except (zlib.error, EOFError):
            await _refuse(400, "unreadable", "省中心读不懂所报的内容，可能在路上坏了。")(scope, receive, send)
            return
        rest = [(k, v) for k, v in scope["headers"] if k not in (b"content-encoding", b"content-length")]
        rest.append((b"content-length", str(len(body)).encode("ascii")))
        told = False

        async def once() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app({**scope, "headers": rest}, once, send)


async def _whole(receive: Receive, limit: int, *, zipped: bool) -> bytes:
    unpacker, parts, size, more = zlib.decompressobj(GZIP), [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise EOFError
        more = message.get("more_body", False)
        part = message.get("body", b"")
        if zipped:
            part = unpacker.decompress(part, limit - size + 1)
        size += len(part)
        if size > limit:
            raise OverflowError
        parts.append(part)
    if zipped and not unpacker.eof:
        raise EOFError
    return b"".join(parts)


def _refuse(status: int, code: str, text: str) -> JSONResponse:
    headers = {"Accept-Encoding": "gzip"} if status == 415 else None
    content = {"code": code, "text": text, "server_time": clock.now().isoformat()}
    return JSONResponse(content, status_code=status, headers=headers)
