"""Canonical JSON (RFC 8785): one byte sequence for one content, so that hashes and signatures mean something."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785


def canonical(content: Mapping[str, Any]) -> bytes:
    """UTF-8 bytes of ``content``. Raises ValueError for what JSON can't hold (NaN, integers beyond 2^53)."""
    try:
        return rfc8785.dumps(dict(content))
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from error


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
