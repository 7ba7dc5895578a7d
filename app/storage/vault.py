"""The vault: pictures, clips and scans as content-addressed encrypted files.

A file is named by a keyed hash of its content, so that the names tell nobody which known picture is there; it holds a version byte, a
nonce and AES-256-GCM cipher text with the plain text's SHA-256 as associated data. The database holds the plain SHA-256.
"""

import errno
import hmac
import os
import threading
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.ids import Sha256
from app.errors import AppError

VERSION = b"\x01"
NONCE_BYTES, TAG_BYTES = 12, 16
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FileVault:
    """Vault over a folder. Thread-safe: files are written beside their place and moved there.

    ``make_room`` is called when the disk is full; when it returns True the file is written once more.
    """

    def __init__(self, folder: Path, key: bytes, *, make_room: Callable[[], bool] = lambda: False) -> None:
        self._folder, self._make_room = folder, make_room
        self._cipher = AESGCM(key)
        self._name_key = sha256(b"certdesk vault names" + key).digest()
        self._lock = threading.Lock()
        self._noting: list[set[Sha256]] = []
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, digest: Sha256) -> Path:
        name = self._name(digest)
        return self._folder / name[:2] / name[2:]

    def _name(self, digest: Sha256) -> str:
        return hmac.digest(self._name_key, digest.encode("ascii"), "sha256").hex()

    def put(self, data: bytes, *, media_type: str) -> Sha256:  # noqa: ARG002 - the database keeps the type beside the hash
        """Store and return the SHA-256; storing the same again costs nothing. AppError('disk.full')."""
        digest = Sha256(sha256(data).hexdigest())
        path = self._path(digest)
        with self._lock:
            for noted in self._noting:
                noted.add(digest)
            here = path.exists()
            if here:
                os.utime(path)  # put anew: no sweep takes it away before it is named
        if here and self._holds(digest):
            return digest
        nonce = os.urandom(NONCE_BYTES)
        sealed = VERSION + nonce + self._cipher.encrypt(nonce, data, digest.encode("ascii"))
        try:
            self._write(path, sealed)
        except OSError as error:
            raise AppError("disk.full" if error.errno in FULL else "vault.unwritable") from error
        return digest

    def _write(self, path: Path, sealed: bytes) -> None:
        try:
            _write_durably(path, sealed)
        except OSError as error:
            if error.errno not in FULL or not self._make_room():
                raise
            _write_durably(path, sealed)

    def get(self, sha256: Sha256) -> bytes:
        """The plain bytes. AppError('vault.missing'), ('vault.damaged')."""
        try:
            sealed = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise AppError("vault.missing") from error
        except OSError as error:
            raise AppError("vault.unreadable") from error
        if sealed[:1] != VERSION:
            raise AppError("vault.damaged")
        nonce, cipher_text = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, cipher_text, sha256.encode("ascii"))
        except (InvalidTag, ValueError) as error:
            raise AppError("vault.damaged") from error

    def has(self, sha256: Sha256) -> bool:
        """True when a file for it is there."""
        return self._path(sha256).exists()

    def size(self, sha256: Sha256) -> int:
        """Its plain bytes without reading them; 0 when there is no file for it."""
        try:
            return max(0, self._path(sha256).stat().st_size - len(VERSION) - NONCE_BYTES - TAG_BYTES)
        except OSError:
            return 0

    @contextmanager
    def noting(self) -> Iterator[set[Sha256]]:
        """What is put within the block."""
        noted: set[Sha256] = set()
        with self._lock:
            self._noting.append(noted)
        try:
            yield noted
        finally:
            with self._lock:
                self._noting = [other for other in self._noting if other is not noted]

    def forget(self, sha256: Sha256, *, unless: Container[Sha256] = ()) -> None:
        """Remove the file for it, if there is one: for what can be made again, or must be erased. Not ``unless`` it is among those."""
        with self._lock:
            if sha256 not in unless:
                self._path(sha256).unlink(missing_ok=True)

    def missing(self, wanted: Iterable[Sha256]) -> list[Sha256]:
        """Those of ``wanted`` that are not here, in their order; lists each folder once, as a roster names many thousands."""
        here = {name: set(os.listdir(self._folder / name)) for name in os.listdir(self._folder)}
        names = ((sha, self._name(sha)) for sha in wanted)
        return [sha for sha, name in names if name[2:] not in here.get(name[:2], ())]

    def sweep(self, named: Iterable[Sha256], *, before: datetime) -> int:
        """Remove every file last put before ``before`` that ``named`` does not hold, remains of a cut-off writing too; how many."""
        names, gone = {self._name(sha) for sha in named}, 0
        for folder in self._folder.iterdir():
            for file in folder.iterdir() if folder.is_dir() else ():
                if folder.name + file.name in names:
                    continue
                with self._lock:
                    if file.stat().st_mtime < before.timestamp():
                        file.unlink(missing_ok=True)
                        gone += 1
        return gone

    def _holds(self, digest: Sha256) -> bool:
        try:
            self.get(digest)
        except AppError:
            return False
        return True


def _write_durably(path: Path, data: bytes) -> None:
    """All or nothing, also over a power cut: write, flush to the disk, move, flush the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
