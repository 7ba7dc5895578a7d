"""Attachments by tus 1.0 (core and creation): content-addressed per unit, resumed from the true length of the file on disk.

A file is named by the SHA-256 that a record of the unit names. Bytes go to ``<sha>.part`` and count as offset only when they are in the
file. Complete means: length reached, flushed to disk, and the whole file's SHA-256 right; only then it moves to its name. Stateless, so
any worker goes on with what another began; ``flock`` keeps two writers apart.
"""

import base64
import binascii
import contextlib
import hashlib
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, select
from starlette.requests import ClientDisconnect

from center.errors import NOT_FOUND, Refused
from center.tables import records

TUS = "1.0.0"
LARGEST_BYTES = 25 * 1024 * 1024
LENGTH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Upload:
    """One attachment of a unit. ``length``: as announced; ``offset``: bytes safely here."""

    folder: Path
    sha256: str
    length: int

    @property
    def path(self) -> Path:
        """The complete file."""
        return self.folder / self.sha256

    @property
    def part(self) -> Path:
        """The growing file."""
        return self.folder / f"{self.sha256}.part"

    @property
    def complete(self) -> bool:
        """Whether it is all here and right."""
        return self.path.exists()

    @property
    def offset(self) -> int:
        """From the true length of the file."""
        if self.complete:
            return self.length
        return self.part.stat().st_size if self.part.exists() else 0


def metadata(header: str | None) -> dict[str, str]:
    """``Upload-Metadata``: comma-separated ``key base64`` pairs; 400 when it is none."""
    found = {}
    for pair in (header or "").split(","):
        key, _space, value = pair.strip().partition(" ")
        if key:
            try:
                found[key] = base64.b64decode(value, validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise Refused(400, "bad_metadata", "上传说明看不懂。") from error
    return found


def create(connection: Connection, folder: Path, unit_id: str, *, sha256: str, record: str, length: int) -> Upload:
    """Announce an attachment that a record of this unit names; announcing it again goes on with what is here."""
    if length > LARGEST_BYTES or length <= 0:
        raise Refused(413, "too_large", f"附件太大（最多 {LARGEST_BYTES // 2**20} MB）。")
    here = (records.c.unit_id == unit_id) & (records.c.uuid == record)
    row = connection.execute(select(records.c.content).where(here)).first()
    if row is None or sha256 not in json.loads(row[0]).get("attachments", []):
        raise Refused(409, "no_record", "没有哪条记录需要这份附件，请先上报记录。")
    unit = _folder(folder, unit_id)
    unit.mkdir(parents=True, exist_ok=True)
    known = _announced(unit, sha256)
    if known is not None and known.offset > 0 and known.length != length:
        raise Refused(409, "other_length", "附件的长度和先前说的不同，请联系省中心核对。")
    part = unit / f"{sha256}.{secrets.token_hex(4)}.new"
    part.write_text(str(length), "ascii")
    part.replace(unit / f"{sha256}.length")
    return _checked(Upload(unit, sha256, length))


def find(folder: Path, unit_id: str, sha256: str) -> Upload:
    """An announced attachment of this unit; 404 with the same words for anybody else's."""
    found = _announced(_folder(folder, unit_id), sha256)
    if found is None:
        raise Refused(*NOT_FOUND)
    return _checked(found)


def _announced(unit: Path, sha256: str) -> Upload | None:
    try:
        return Upload(unit, sha256, int((unit / f"{sha256}.length").read_text("ascii")))
    except (OSError, ValueError):
        return None


def _checked(upload: Upload) -> Upload:
    """All bytes there but not yet looked at, as a kill after the last byte leaves it: look now; wrong bytes begin anew."""
    if not upload.complete and upload.offset >= upload.length:
        with contextlib.suppress(Refused, FileNotFoundError):
            with upload.part.open("r+b") as file, _locked(file.fileno()):
                _check_whole(upload, file)
            _give_name(upload)
    return upload


async def append(upload: Upload, offset: int, chunks: AsyncIterator[bytes]) -> int:
    """Write what arrives at the end of the file; the new offset. 409 when the offset is not the file's, 460 for wrong bytes."""
    if upload.complete:
        return upload.length
    with upload.part.open("ab") as file, _locked(file.fileno()):
        if upload.complete:  # by another worker, since the last look
            return upload.length
        if offset != os.fstat(file.fileno()).st_size:
            raise Refused(409, "offset", "续传的位置不对，请重新询问。")
        written = offset
        with contextlib.suppress(ClientDisconnect):  # what arrived before a cut stays
            async for chunk in chunks:
                written += len(chunk)
                if written > upload.length:
                    file.truncate(offset)
                    raise Refused(413, "too_long", "附件比说好的长。")
                file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        if written == upload.length:
            _check_whole(upload, file)
    if written == upload.length:
        _give_name(upload)
    return written


def keep(upload: Upload, data: bytes) -> None:
    """The whole attachment at once, in the place of what may have begun; 460 for wrong bytes, 423 while somebody else writes."""
    if upload.complete:
        return
    with upload.part.open("ab") as file, _locked(file.fileno()):
        file.truncate(0)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        _check_whole(upload, file)
    _give_name(upload)


def _check_whole(upload: Upload, file: IO[bytes]) -> None:
    """Under the lock: hash what is on the disk; wrong bytes are thrown away."""
    if hashlib.sha256(upload.part.read_bytes()).hexdigest() != upload.sha256:
        file.truncate(0)
        raise Refused(460, "checksum", "附件在路上坏了，请重新上传。")


def _give_name(upload: Upload) -> None:
    """A whole file gets its name, durably; somebody else may have been faster."""
    with contextlib.suppress(FileNotFoundError):
        upload.part.replace(upload.path)
    if os.name == "posix":
        folder = os.open(upload.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _folder(folder: Path, unit_id: str) -> Path:
    """A folder name from any unit id."""
    return folder / hashlib.sha256(unit_id.encode("utf-8")).hexdigest()[: LENGTH_BYTES * 2]


@contextlib.contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """One writer per file, over all workers of one machine; 423 when somebody else writes."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Refused(423, "locked", "这份附件正在上传，请稍后再试。") from error
    yield
