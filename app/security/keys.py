"""The data key: random, never stored plain; wrapped by the operating system's key store and by the recovery code.

``keys.json`` in the data folder holds the wraps and names the store of the machine's secret (app.security.secret_stores): where no key
store works, the secret is sealed with a passphrase that is asked at each start.
Three keys are derived from the one data key: database, vault, desk identity.
"""

import base64
import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from app.errors import AppError
from app.security import recovery_code
from app.security.secret_stores import (
    KEY_BYTES,
    FileSecretStore as FileSecretStore,
    KeyringSecretStore,
    SecretStore as SecretStore,
    known_store,
    new_store as new_store,
    stretched,
)

_WRAP = b"certdesk data key v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKeys:
    """The derived keys, 32 bytes each; ``new_recovery_code`` is set once, right after set-up, to be printed."""

    database: bytes
    vault: bytes
    identity: bytes
    store_name: str
    new_recovery_code: str | None = None


def store_of(folder: Path, secrets: Path, passphrase: str | None) -> SecretStore:
    """The store of this desk's secret, as noted when it was written; a fresh one for a new desk. AppError: keys.*"""
    path = folder / "keys.json"
    if not path.exists():
        return new_store(secrets, passphrase)
    name = _read(path).get("store", KeyringSecretStore.name)
    return known_store(name, secrets, passphrase)


def open_keys(folder: Path, store: SecretStore) -> DataKeys:
    """The desk's keys; made at the first start.

    Raises AppError: keys.lost (the machine's secret is gone: the recovery code opens it), keys.damaged, and what the store raises.
    """
    path = folder / "keys.json"
    if not path.exists():
        return _create(folder, path, store)
    raw = _read(path)
    secret = store.read(str(raw["account"]))
    if secret is None:
        raise AppError("keys.lost")
    return _derived(_unwrap(secret, raw["machine"], "keys.lost"), store.name)


def recover(folder: Path, store: SecretStore, typed_code: str) -> DataKeys:
    """Open with the recovery code and wrap anew for this machine. AppError('keys.code_wrong')."""
    code = recovery_code.normalise(typed_code)
    if code is None:
        raise AppError("keys.code_wrong")
    path = folder / "keys.json"
    raw = _read(path)
    data_key = _unwrap(_from_code(code, base64.b64decode(raw["salt"])), raw["recovery"], "keys.code_wrong")
    secret = os.urandom(KEY_BYTES)
    account = base64.b32encode(os.urandom(10)).decode("ascii")
    store.write(account, secret)
    _write(path, {**raw, "version": 1, "store": store.name, "account": account, "machine": _wrap(secret, data_key)})
    return _derived(data_key, store.name)


def renew_code(folder: Path, store: SecretStore) -> str:
    """A new recovery code; the former one opens nothing any more. For the end of set-up, and when a printed one was lost.

    Raises AppError: keys.lost, keys.damaged.
    """
    path = folder / "keys.json"
    raw = _read(path)
    secret = store.read(str(raw["account"]))
    if secret is None:
        raise AppError("keys.lost")
    data_key, salt, shown = _unwrap(secret, raw["machine"], "keys.lost"), os.urandom(16), recovery_code.new_code()
    code = recovery_code.normalise(shown)
    assert code is not None
    salted = base64.b64encode(salt).decode("ascii")
    _write(path, {"version": 1, **raw, "salt": salted, "recovery": _wrap(_from_code(code, salt), data_key)})
    return shown


def _create(folder: Path, path: Path, store: SecretStore) -> DataKeys:
    if any(folder.glob("*.db")):
        raise AppError("keys.lost")
    data_key, secret, salt = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES), os.urandom(16)
    account = base64.b32encode(os.urandom(10)).decode("ascii")
    shown = recovery_code.new_code()
    code = recovery_code.normalise(shown)
    assert code is not None
    store.write(account, secret)
    wraps = {
        "version": 1,
        "store": store.name,
        "account": account,
        "machine": _wrap(secret, data_key),
        "salt": base64.b64encode(salt).decode("ascii"),
        "recovery": _wrap(_from_code(code, salt), data_key),
    }
    folder.mkdir(parents=True, exist_ok=True)
    _write(path, wraps)
    keys = _derived(data_key, store.name)
    return DataKeys(
        database=keys.database,
        vault=keys.vault,
        identity=keys.identity,
        store_name=keys.store_name,
        new_recovery_code=shown,
    )


def _from_code(code: str, salt: bytes) -> bytes:
    return stretched(code.encode("ascii"), salt)


def _derived(data_key: bytes, store_name: str) -> DataKeys:
    part: Callable[[bytes], bytes] = lambda name: HKDFExpand(SHA256(), KEY_BYTES, b"certdesk " + name).derive(data_key)  # noqa: E731
    return DataKeys(database=part(b"database"), vault=part(b"vault"), identity=part(b"identity"), store_name=store_name)


def _wrap(secret: bytes, data_key: bytes) -> str:
    nonce = os.urandom(12)
    return base64.b64encode(nonce + AESGCM(secret).encrypt(nonce, data_key, _WRAP)).decode("ascii")


def _unwrap(secret: bytes, wrapped: str, code: str) -> bytes:
    sealed = base64.b64decode(wrapped)
    try:
        return AESGCM(secret).decrypt(sealed[:12], sealed[12:], _WRAP)
    except (InvalidTag, ValueError) as error:
        raise AppError(code) from error


def _read(path: Path) -> dict[str, str]:
    try:
        raw = json.loads(path.read_text("utf-8"))
        wraps = {name: str(raw[name]) for name in ("account", "machine", "salt", "recovery")}
        return {**wraps, "store": str(raw["store"])} if "store" in raw else wraps
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AppError("keys.damaged") from error


def _write(path: Path, wraps: dict[str, object]) -> None:
    part = path.with_suffix(".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            json.dump(wraps, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise AppError("disk.full" if error.errno == errno.ENOSPC else "disk.unwritable") from error
