"""Motion JPEG in an AVI file, made in memory: every player opens it, and no picture of a face touches a temporary folder.

Layout: Microsoft's “AVI RIFF File Reference” (https://learn.microsoft.com/windows/win32/directshow/avi-riff-file-reference).
"""

import struct
from collections.abc import Sequence

HAS_INDEX = 0x10
KEY_FRAME = 0x10


def write_avi(jpegs: Sequence[bytes], *, fps: float, width: int, height: int) -> bytes:
    """One video stream of JPEG pictures of one size. ValueError without pictures."""
    if not jpegs:
        raise ValueError("a clip needs pictures")
    movi, index = [b"movi"], []
    offset = 4
    for data in jpegs:
        movi.append(_chunk(b"00dc", data))
        index.append(struct.pack("<4sIII", b"00dc", KEY_FRAME, offset, len(data)))
        offset += len(movi[-1])
    body = (
        b"AVI ",
        _chunk(b"LIST", _headers(jpegs, fps, width, height)),
        _chunk(b"LIST", b"".join(movi)),
        _chunk(b"idx1", b"".join(index)),
    )
    return _chunk(b"RIFF", b"".join(body))


def read_avi(data: bytes) -> tuple[bytes, ...]:
    """The pictures of what ``write_avi`` made, in order. ValueError when it is something else or torn."""
    if data[:4] != b"RIFF" or data[8:12] != b"AVI ":
        raise ValueError("no AVI")
    at, pictures = 12, []
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        if kind == b"LIST" and data[at + 8 : at + 12] == b"movi":
            at += 12
            continue
        if at + 8 + size > len(data):
            raise ValueError("torn AVI")
        if kind == b"00dc":
            pictures.append(data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    if not pictures:
        raise ValueError("no pictures")
    return tuple(pictures)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", name, len(data)) + data + b"\0" * (len(data) % 2)


def _headers(jpegs: Sequence[bytes], fps: float, width: int, height: int) -> bytes:
    biggest, micros = max(map(len, jpegs)), round(1e6 / fps)
    main = struct.pack(
        "<14I", micros, round(biggest * fps), 0, HAS_INDEX, len(jpegs), 0, 1, biggest, width, height, 0, 0, 0, 0
    )
    stream = struct.pack(
        "<4s4sIHHIIIIIIIIhhhh",
        b"vids",
        b"MJPG",
        0,
        0,
        0,
        0,
        micros,
        1_000_000,
        0,
        len(jpegs),
        biggest,
        0xFFFFFFFF,
        0,
        0,
        0,
        width,
        height,
    )
    bitmap = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", width * height * 3, 0, 0, 0, 0)
    streams = b"strl" + _chunk(b"strh", stream) + _chunk(b"strf", bitmap)
    return b"hdrl" + _chunk(b"avih", main) + _chunk(b"LIST", streams)
