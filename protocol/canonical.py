"""Canonical JSON (RFC 8785): one byte sequence for one content, so that hashes and signatures mean something."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

LARGEST = 2**53


def canonical(content: Mapping[str, Any]) -> bytes:
    """UTF-8 bytes of ``content``. Raises ValueError for what JSON can't hold (NaN, numbers of 2^53 and more)."""
    _refuse_large(content)
    try:
        return rfc8785.dumps(dict(content))
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from error


def _refuse_large(value: Any) -> None:
    """RFC 8785 writes a float of 2^53 like an integer, which no reader may then take for exact: what was signed must be readable."""
    if isinstance(value, float) and abs(value) >= LARGEST:
        raise ValueError("number too large")
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_large(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_large(inner)


def canonical_text(content: Mapping[str, Any]) -> str:
    """The same as text, as stored in the outbox."""
    return canonical(content).decode("utf-8")


def parse_object(text: str | bytes) -> dict[str, Any]:
    """A JSON object; ValueError for anything else."""
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
    return content


def sha256_hex(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()
