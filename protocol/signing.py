"""Ed25519 signatures over canonical JSON, with key ids so that keys can rotate."""

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protocol.canonical import canonical, sha256_hex


class SignatureError(ValueError):
    """The signature does not fit the content, the key is unknown, or the encoding is broken."""


def to_text(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_text(text: str) -> bytes:
    """Bytes of base64url text; SignatureError when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise SignatureError("not base64url") from error


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key's 32 bytes as base64url."""
    return to_text(key.public_key().public_bytes_raw())


def key_id(public: str) -> str:
    """A short stable name of a public key: the first 16 hex digits of its SHA-256."""
    return sha256_hex(from_text(public))[:16]


def sign(key: Ed25519PrivateKey, content: Mapping[str, Any]) -> str:
    """Signature over the canonical bytes of ``content``."""
    return to_text(key.sign(canonical(content)))


def verify(public: str, content: Mapping[str, Any], signature: str) -> None:
    """SignatureError unless ``signature`` is that of ``content`` by the owner of ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(from_text(public)).verify(from_text(signature), canonical(content))
    except (InvalidSignature, ValueError) as error:
        raise SignatureError("signature does not fit") from error
