"""Answers with Range, ETag and 304 (RFC 9110) for bytes that never change under their name; for a desk whose line was cut.

What can't be served in part is served whole, as the RFC allows.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Response
from fastapi.responses import StreamingResponse

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
RANGED: dict[int | str, dict[str, Any]] = {
    200: {"description": "全部内容", "content": {"application/octet-stream": {}}},
    206: {"description": "所要的一段（Content-Range 写明位置）", "content": {"application/octet-stream": {}}},
    304: {"description": "和 If-None-Match 里的相同，不再发送"},
}
RangeHeader = Annotated[
    str | None, Header(alias="Range", max_length=200, description="只要一段，例如 bytes=1000-；看不懂的当作没有")
]
IfRangeHeader = Annotated[
    str | None, Header(alias="If-Range", max_length=200, description="ETag；不再是它就给全部内容")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the request says, and the ETag of what there is."""

    tag: str
    range: str | None = None
    if_range: str | None = None
    if_none_match: str | None = None


def span(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last of a single range within ``size`` bytes; None for the whole."""
    found = _RANGE.fullmatch(header or "")
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(size, int(last) + 1) if last else size
    return (begin, end) if begin < end else None


def answer(
    size: int,
    asked: Asked,
    chunks: Callable[[int, int | None], Iterable[bytes]],
    *,
    media_type: str = "application/octet-stream",
) -> Response:
    """200, 206 or 304; a part only of the very bytes that ``if_range`` names. ``chunks(first, last)`` gives bytes, both included."""
    headers = {"ETag": asked.tag, "Cache-Control": "private, immutable", "Accept-Ranges": "bytes"}
    if asked.if_none_match is not None and asked.tag in [one.strip() for one in asked.if_none_match.split(",")]:
        return Response(status_code=304, headers=headers)
    headers["Content-Encoding"] = (
        "identity"  # or the compressing middleware would change the bytes that the range counts
    )
    part = span(asked.range, size) if asked.if_range in (None, asked.tag) else None
    if part is None:
        headers["Content-Length"] = str(size)
        return StreamingResponse(chunks(0, None), media_type=media_type, headers=headers)
    begin, end = part
    headers |= {"Content-Range": f"bytes {begin}-{end - 1}/{size}", "Content-Length": str(end - begin)}
    return StreamingResponse(chunks(begin, end - 1), status_code=206, media_type=media_type, headers=headers)
