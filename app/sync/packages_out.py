"""Desk → package: the outbox, its attachments, and what the desk wants back. Changes nothing in the outbox: only a receipt does."""

import errno
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.ids import RecordId, Sha256
from app.errors import AppError
from app.services.context import Desk
from app.services.packages import PackageOut
from app.services.ports import AuditEntry, DeskIdentity, OutboxRecord
from app.services.progress import Progress, Tell
from app.services.stored_settings import load_identity
from app.sync.apply import cursor_of
from app.sync.center_keys import load_keys
from app.sync.push import signed
from protocol.messages import PushedRecord, PushRequest
from protocol.packages import MANIFEST, MOST_WANTED, SUFFIX, Direction, PackageWriter, RequestManifest

BATCH = 50
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Load:
    """What is to go."""

    identity: DeskIdentity
    center_key: str
    records: Sequence[OutboxRecord]
    attachments: Sequence[tuple[RecordId, Sha256]]
    since: int
    wanted: Sequence[Sha256]


def export(desk: Desk, key: Ed25519PrivateKey, folder: Path, progress: Tell) -> PackageOut:
    """One package in ``folder``, whole or not at all."""
    if not folder.is_dir():
        raise AppError("package.folder_missing")
    load = _load(desk)
    package_id, now = desk.ids(), desk.clock.now()
    code = "".join(c for c in load.identity.unit_code if c.isalnum())
    path = folder / f"上报包-{code}-{now:%Y%m%d-%H%M%S}{SUFFIX}"
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            made = _write(desk, key, load, package_id, file, progress)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        size = path.stat().st_size
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise AppError("package.stick_full" if full else "package.not_written") from error
    finally:
        _remove(part)
    with desk.uow() as store:
        store.audit.append(AuditEntry(at=now, operator_id=None, action="package.exported", subject=package_id))
        store.commit()
    records, attachments = made
    return PackageOut(
        path=path, records=records, attachments=attachments, left=len(load.attachments) - attachments, size=size
    )


def _remove(part: Path) -> None:
    """A stick that was pulled out can't be tidied any more."""
    try:
        part.unlink(missing_ok=True)
    except OSError:
        _log.warning("a half package was left on the stick")


def _load(desk: Desk) -> _Load:
    with desk.uow() as store:
        identity, keys = load_identity(store.settings), load_keys(store.settings)
        if identity is None:
            raise AppError("sync.not_enrolled")
        records = [record for record in store.outbox.waiting() if not record.refusal]
        attachments = {sha: record_id for record_id, sha in store.outbox.missing_attachments()}
        since = cursor_of(store)
        photos = sorted({r.photo for r in store.retirees.all() if r.photo is not None})
    valid = [known.public_key for known in keys if known.retired_at is None]
    if not valid:
        raise AppError("package.no_center_key")
    for record in records:
        attachments.update({sha: record.id for sha in record.attachments if sha not in attachments})
    wanted = [sha for sha in photos if not desk.vault.has(sha)][:MOST_WANTED]
    return _Load(identity, valid[-1], records, [(record, sha) for sha, record in attachments.items()], since, wanted)


def _write(
    desk: Desk, key: Ed25519PrivateKey, load: _Load, package_id: str, file: BinaryIO, progress: Tell
) -> tuple[int, int]:
    """How many records and attachments went in."""
    writer = PackageWriter(
        file,
        package_id=package_id,
        direction=Direction.TO_CENTER,
        sender=load.identity.desk_id,
        key=key,
        receiver=load.center_key,
    )
    manifest = RequestManifest(
        unit_id=load.identity.unit_id,
        desk_id=load.identity.desk_id,
        made_at=desk.clock.now(),
        since=load.since,
        photos_wanted=list(load.wanted),
    )
    writer.add(MANIFEST, manifest.model_dump_json().encode("utf-8"))
    worded = _worded(load, key)
    for first in range(0, len(worded), BATCH):
        progress(Progress("package_records", first, len(worded)))
        page = PushRequest(records=worded[first : first + BATCH])
        writer.add(f"records/{first // BATCH:06d}", page.model_dump_json().encode("utf-8"))
    attachments = moved = 0
    sizes = [desk.vault.size(sha) for _record, sha in load.attachments]
    for done, (record, sha) in enumerate(load.attachments):
        progress(Progress("package_attachments", done, len(sizes), moved, sum(sizes)))
        moved += sizes[done]
        data = _blob(desk, sha)
        if data is not None and writer.fits(len(data)):
            writer.add(f"attachments/{record}/{sha}", data)
            attachments += 1
    writer.close()
    return len(worded), attachments


def _worded(load: _Load, key: Ed25519PrivateKey) -> list[PushedRecord]:
    """Signed as over the network. What can't be worded is left: the next sync puts it before the clerk."""
    worded = []
    for record in load.records:
        try:
            worded.append(signed(record, desk_id=load.identity.desk_id, key=key))
        except ValueError as error:
            _log.warning("record %s can't be exported: %s", record.id, type(error).__name__)
    return worded


def _blob(desk: Desk, sha: Sha256) -> bytes | None:
    try:
        return desk.vault.get(sha)
    except AppError:
        return None  # the self-test tells about the vault; the other forms must not wait for it
