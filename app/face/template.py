"""A face as bytes: what is stored (encrypted, by the vault) instead of embedding a reference photo again and again.

Format: one JSON line with the embedders' versions and the vectors' sizes, then the vectors as float16. Templates of another engine set or
version are not readable: they are made again.
"""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from app.face.arrays import FloatArray

Vectors = Mapping[str, FloatArray]


def stamp(versions: Sequence[str]) -> str:
    """What a template depends on, as one text."""
    return " | ".join(versions)


def pack(vectors: Vectors, versions: Sequence[str]) -> bytes:
    """Bytes of one face."""
    names = sorted(vectors)
    head = {"stamp": stamp(versions), "sizes": {name: len(vectors[name]) for name in names}}
    body = b"".join(np.asarray(vectors[name], dtype=np.float16).tobytes() for name in names)
    return json.dumps(head, sort_keys=True).encode("utf-8") + b"\n" + body


def unpack(data: bytes, versions: Sequence[str]) -> dict[str, FloatArray] | None:
    """The vectors, or None when the bytes are damaged or of another engine set."""
    head, found, body = data.partition(b"\n")
    try:
        document = json.loads(head)
        if not found or document["stamp"] != stamp(versions):
            return None
        vectors: dict[str, FloatArray] = {}
        offset = 0
        for name in sorted(document["sizes"]):
            size = int(document["sizes"][name])
            vectors[name] = np.frombuffer(body, dtype=np.float16, count=size, offset=offset * 2).astype(np.float64)
            offset += size
        return vectors
    except (ValueError, KeyError, TypeError):
        return None
