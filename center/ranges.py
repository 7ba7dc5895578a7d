"""Part of something small for a desk whose line was cut (RFC 9110, Range). What can't be served in part is served whole, as it allows."""

import re

from fastapi import Response

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


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


def served(data: bytes, *, media_type: str, etag: str, wanted: str | None, if_range: str | None) -> Response:
    """200 with everything or 206 with the part that was asked for; a part only of the very bytes that ``if_range`` names."""
    headers = {"ETag": etag, "Cache-Control": "private, immutable", "Accept-Ranges": "bytes"}
    part = span(wanted, len(data)) if if_range in (None, etag) else None
    if part is None:
        return Response(data, media_type=media_type, headers=headers)
    headers["Content-Range"] = f"bytes {part[0]}-{part[1] - 1}/{len(data)}"
    return Response(data[part[0] : part[1]], status_code=206, media_type=media_type, headers=headers)
