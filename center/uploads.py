"""Attachments by tus 1.0 (core and creation): content-addressed per unit, resumed from what is truly there.

A file is named by the SHA-256 that a record of the unit names. Bytes go to a part and count as offset only when they outlive a kill.
Complete means: length reached, and the whole file's SHA-256 right; only then it gets its name. Stateless, so any worker goes on with
what another began; see center.storage for where it all lies.
"""

import asyncio
import base64
import binascii
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import Connection, select
from starlette.requests import ClientDisconnect

from center.errors import NOT_FOUND, Refused
from center.storage import BusyError, Growing, Part, Storage, read
from center.tables import records

TUS = "1.0.0"
LARGEST_BYTES = 25 * 1024 * 1024
FOLDER_NAME = 32
LOCKED = (423, "locked", "这份附件正在上传，请稍后再试。")


@dataclass(frozen=True, slots=True)
class Upload:
    """One attachment of a unit. ``length``: as announced; ``offset``: bytes safely here."""

    storage: Storage
    key: str
    length: int

    @property
    def sha256(self) -> str:
        """As the record names it."""
        return self.key.rpartition("/")[2]

    @property
    def part(self) -> Part:
        """The growing file."""
        return self.storage.part(self.key)

    @property
    def complete(self) -> bool:
        """Whether it is all here and right."""
        return self.storage.size(self.key) is not None

    @property
    def offset(self) -> int:
        """From what is truly there."""
        return self.length if self.complete else self.part.size


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


def create(connection: Connection, storage: Storage, unit_id: str, *, sha256: str, record: str, length: int) -> Upload:
    """Announce an attachment that a record of this unit names; announcing it again goes on with what is here."""
    if length > LARGEST_BYTES or length <= 0:
        raise Refused(413, "too_large", f"附件太大（最多 {LARGEST_BYTES // 2**20} MB）。")
    here = (records.c.unit_id == unit_id) & (records.c.uuid == record)
    row = connection.execute(select(records.c.content).where(here)).first()
    if row is None or sha256 not in json.loads(row[0]).get("attachments", []):
        raise Refused(409, "no_record", "没有哪条记录需要这份附件，请先上报记录。")
    key = key_of(unit_id, sha256)
    known = _announced(storage, key)
    if known is not None and known.offset > 0 and known.length != length:
        raise Refused(409, "other_length", "附件的长度和先前说的不同，请联系省中心核对。")
    if known is None or known.length != length:
        storage.put(f"{key}.length", str(length).encode("ascii"))
    return _checked(Upload(storage, key, length))


def find(storage: Storage, unit_id: str, sha256: str) -> Upload:
    """An announced attachment of this unit; 404 with the same words for anybody else's."""
    found = _announced(storage, key_of(unit_id, sha256))
    if found is None:
        raise Refused(*NOT_FOUND)
    return _checked(found)


def _announced(storage: Storage, key: str) -> Upload | None:
    try:
        return Upload(storage, key, int(read(storage, f"{key}.length").decode("ascii")))
    except (FileNotFoundError, ValueError):
        return None


def _checked(upload: Upload) -> Upload:
    """All bytes there but not yet looked at, as a kill after the last byte leaves it: look now; wrong bytes begin anew."""
    if not upload.complete and upload.part.size >= upload.length:
        with contextlib.suppress(Refused, BusyError, FileNotFoundError):
            with upload.part.writing() as file:
                whole = _whole(upload, file)
            upload.part.finish(whole)
    return upload


async def append(upload: Upload, offset: int, chunks: AsyncIterator[bytes]) -> int:
    """Write what arrives at the end of the file; the new offset. 409 when the offset is not the file's, 460 for wrong bytes."""
    if upload.complete:
        return upload.length
    whole = None
    try:
        with upload.part.writing() as file:
            if upload.complete:  # by another worker, since the last look
                return upload.length
            if offset != file.size:
                raise Refused(409, "offset", "续传的位置不对，请重新询问。")
            with contextlib.suppress(ClientDisconnect):  # what arrived before a cut stays
                async for chunk in chunks:
                    if file.size + len(chunk) > upload.length:
                        file.cut(offset)
                        raise Refused(413, "too_long", "附件比说好的长。")
                    await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(file.flush)
            written = file.size
            if written == upload.length:
                whole = await asyncio.to_thread(_whole, upload, file)
    except BusyError as error:
        raise Refused(*LOCKED) from error
    if whole is not None:
        await asyncio.to_thread(upload.part.finish, whole)
    return written


def keep(upload: Upload, data: bytes) -> None:
    """The whole attachment at once, in the place of what may have begun; 460 for wrong bytes, 423 while somebody else writes."""
    if upload.complete:
        return
    try:
        with upload.part.writing() as file:
            file.cut(0)
            file.write(data)
            file.flush()
            whole = _whole(upload, file)
    except BusyError as error:
        raise Refused(*LOCKED) from error
    upload.part.finish(whole)


def _whole(upload: Upload, file: Growing) -> bytes:
    """Hash what is kept, before anybody else may write; wrong bytes are thrown away."""
    whole = upload.part.read()
    if hashlib.sha256(whole).hexdigest() != upload.sha256:
        file.cut(0)
        raise Refused(460, "checksum", "附件在路上坏了，请重新上传。")
    return whole


def key_of(unit_id: str, sha256: str) -> str:
    """Below a folder name made from any unit id."""
    return f"{hashlib.sha256(unit_id.encode('utf-8')).hexdigest()[:FOLDER_NAME]}/{sha256}"
