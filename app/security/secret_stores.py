"""Where the machine's secret lies: the operating system's key store; where none works, a file sealed with a passphrase.

The passphrase is asked at each start and stretched by argon2id. A plain file, which only its owner can read, is for demo and tests.
"""

import base64
import os
import stat
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.errors import AppError
from app.security.passphrase_store import PassphraseSecretStore

SERVICE = "certdesk"
KEY_BYTES = 32
SHORTEST_PASSPHRASE = 8


def stretched(words: bytes, salt: bytes) -> bytes:
    """argon2id, 64 MiB, RFC 9106's second recommendation."""
    return Argon2id(salt=salt, length=KEY_BYTES, iterations=3, lanes=4, memory_cost=64 * 1024).derive(words)


class SecretStore(Protocol):
    """Where the machine's wrapping secret lies. ``name``: as noted in keys.json."""

    name: str

    def read(self, account: str) -> bytes | None:
        """The secret, None when there is none; AppError: keys.store_locked, keys.passphrase_wrong."""
        ...

    def write(self, account: str, secret: bytes) -> None:
        """Keep it. AppError: keys.store_locked, disk.full, disk.unwritable."""
        ...


class FileSecretStore:
    """A file that only its owner can read."""

    name = "file"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, account: str) -> bytes | None:
        """The file's bytes."""
        try:
            return (self._folder / f"{account}.secret").read_bytes()
        except FileNotFoundError:
            return None

    def write(self, account: str, secret: bytes) -> None:
        """Written with mode 0600 from its first byte."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{account}.secret"
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


def sealed_store(folder: Path, passphrase: str) -> PassphraseSecretStore:
    """A file sealed with the passphrase that is asked at each start."""
    return PassphraseSecretStore(
        folder,
        passphrase,
        stretch=lambda words, salt: stretched(words.encode("utf-8"), salt),
        wrong="keys.passphrase_wrong",
    )


class KeyringSecretStore:
    """Windows Credential Manager or the Secret Service, through the keyring library."""

    name = "keyring"

    def read(self, account: str) -> bytes | None:
        """From the key store."""
        import keyring
        import keyring.errors

        try:
            text = keyring.get_password(SERVICE, account)
        except keyring.errors.KeyringError as error:
            raise AppError("keys.store_locked") from error
        return None if text is None else base64.b64decode(text)

    def write(self, account: str, secret: bytes) -> None:
        """Into the key store."""
        import keyring
        import keyring.errors

        try:
            keyring.set_password(SERVICE, account, base64.b64encode(secret).decode("ascii"))
        except keyring.errors.KeyringError as error:
            raise AppError("keys.store_locked") from error

    def works(self) -> bool:
        """Whether a write can be read back."""
        trial = os.urandom(8)
        try:
            self.write("trial", trial)
            return self.read("trial") == trial
        except (AppError, RuntimeError, OSError, ImportError):
            return False


def new_store(folder: Path, passphrase: str | None) -> SecretStore:
    """For a desk that is set up, or opened with its recovery code: the key store where one works, else a passphrase.

    AppError: keys.passphrase_new (somebody must think of one), keys.passphrase_short.
    """
    if passphrase is None:
        store = KeyringSecretStore()
        if store.works():
            return store
        raise AppError("keys.passphrase_new")
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise AppError("keys.passphrase_short", least=SHORTEST_PASSPHRASE)
    return sealed_store(folder, passphrase)


def known_store(name: str, folder: Path, passphrase: str | None) -> SecretStore:
    """The one that keys.json names. AppError: keys.passphrase_needed, keys.damaged for a name that nobody knows."""
    if name == KeyringSecretStore.name:
        return KeyringSecretStore()
    if name == FileSecretStore.name:
        return FileSecretStore(folder)
    if name != PassphraseSecretStore.name:
        raise AppError("keys.damaged")
    if passphrase is None:
        raise AppError("keys.passphrase_needed")
    return sealed_store(folder, passphrase)
