"""The desk's Ed25519 key: made once, kept in the data folder sealed with the identity key."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import AppError

_SEAL = b"certdesk desk key v1"


def load_or_create(path: Path, identity_key: bytes) -> Ed25519PrivateKey:
    """The desk's private key. AppError('keys.damaged') when the file does not open."""
    cipher = AESGCM(identity_key)
    if path.exists():
        sealed = path.read_bytes()
        try:
            return Ed25519PrivateKey.from_private_bytes(cipher.decrypt(sealed[:12], sealed[12:], _SEAL))
        except (InvalidTag, ValueError) as error:
            raise AppError("keys.damaged") from error
    key, nonce = Ed25519PrivateKey.generate(), os.urandom(12)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(nonce + cipher.encrypt(nonce, key.private_bytes_raw(), _SEAL))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return key
