"""Package → desk: the center's answer, verified to its last byte before anything is written, then applied as if it came by network.

Page by page, each with its cursor in one transaction; the mark against replay comes with the last. After a kill the same file goes on.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from app.domain.ids import RecordId, Sha256
from app.errors import AppError
from app.services.context import Desk
from app.services.packages import PackageIn
from app.services.ports import AuditEntry, DeskIdentity, UnitOfWork
from app.services.progress import Progress, Tell
from app.services.stored_settings import load_identity
from app.sync.apply import apply_page, check_page, cursor_of
from app.sync.center_keys import load_keys, merged, save_keys
from app.sync.push import check_receipt, settle, signed
from protocol.canonical import sha256_hex
from protocol.messages import ChangesPage, Outcome, RecordAnswer, SigningKey
from protocol.packages import AnswerManifest, AnswersPage, Direction, Fault, PackageError, PackageReader
from protocol.signing import SignatureError, key_id, public_text

IMPORTED = "package.imported."
AT_ONCE = 25
"""Answers in one transaction: somebody may be sitting at the desk, whose visit wants to be saved meanwhile."""
GOOD = (Outcome.ACCEPTED, Outcome.DUPLICATE)


@dataclass(frozen=True, slots=True)
class _Verified:
    """An answer for this desk that holds what it says. ``members``: how many; ``keys``: the center's, with those it brought."""

    reader: PackageReader
    identity: DeskIdentity
    manifest: AnswerManifest
    keys: tuple[SigningKey, ...]
    members: int


def take(desk: Desk, key: Ed25519PrivateKey, file: BinaryIO, progress: Tell) -> PackageIn:
    """PackageError by name with nothing written; AppError: sync.not_enrolled, sync.unknown_change, sync.answer_unreadable, disk.full."""
    answer = _verify(desk, key, file, progress)
    return _apply(desk, key, answer, lambda done: progress(_applied(file, answer.members, done)))


def _verify(desk: Desk, key: Ed25519PrivateKey, file: BinaryIO, progress: Tell) -> _Verified:
    progress(Progress("package_check"))
    reader = PackageReader(file)
    if reader.direction is not Direction.TO_DESK:
        raise PackageError(Fault.WRONG_DIRECTION)
    if reader.header.receiver_key != key_id(public_text(key)):
        raise PackageError(Fault.WRONG_RECEIVER)
    with desk.uow() as store:
        identity, known = load_identity(store.settings), load_keys(store.settings)
        seen, cursor = store.settings.get(IMPORTED + reader.header.id), cursor_of(store)
    if identity is None:
        raise AppError("sync.not_enrolled")
    sender = next((one for one in known if one.key_id == reader.header.sender_key), None)
    if sender is None:
        raise PackageError(Fault.UNKNOWN_SENDER)
    if sender.retired_at is not None:
        raise PackageError(Fault.RETIRED_KEY)
    reader.check_signature(sender.public_key)
    if seen is not None:
        raise PackageError(Fault.REPLAY)
    return _check_members(desk, key, reader, identity, known, cursor)


def _check_members(
    desk: Desk,
    key: Ed25519PrivateKey,
    reader: PackageReader,
    identity: DeskIdentity,
    known: tuple[SigningKey, ...],
    cursor: int,
) -> _Verified:
    members, count = reader.members(key), 1
    try:
        manifest = AnswerManifest.model_validate_json(next(members)[1])
        _check_manifest(manifest, identity, cursor)
        keys, reached = merged(known, manifest.center_keys), manifest.since
        for name, data in members:
            count += 1
            kind = name.split("/")[0]
            if kind == "answers":
                _check_answers(desk, key, AnswersPage.model_validate_json(data), identity, keys)
            elif kind == "changes":
                reached = _check_changes(ChangesPage.model_validate_json(data), reached, identity)
            elif sha256_hex(data) != name.split("/")[1]:
                raise PackageError(Fault.DAMAGED)
    except ValidationError as error:
        raise PackageError(Fault.DAMAGED) from error
    if reached != manifest.cursor:
        raise PackageError(Fault.DAMAGED)
    return _Verified(reader, identity, manifest, keys, count)


def _check_manifest(manifest: AnswerManifest, identity: DeskIdentity, cursor: int) -> None:
    if manifest.unit_id != identity.unit_id:
        raise PackageError(Fault.WRONG_UNIT)
    if manifest.desk_id != identity.desk_id:
        raise PackageError(Fault.WRONG_RECEIVER)
    if manifest.since > cursor:
        raise PackageError(Fault.GAP)


def _check_changes(page: ChangesPage, reached: int, identity: DeskIdentity) -> int:
    """The numbers rise and end at the page's cursor, which is returned; every body can be applied."""
    for change in page.changes:
        if change.number <= reached:
            raise PackageError(Fault.DAMAGED)
        reached = change.number
    if page.cursor != reached:
        raise PackageError(Fault.DAMAGED)
    check_page(page.changes, identity.unit_id)
    return reached


def _check_answers(
    desk: Desk, key: Ed25519PrivateKey, page: AnswersPage, identity: DeskIdentity, keys: tuple[SigningKey, ...]
) -> None:
    """Each receipt is the center's word on the very bytes of this desk."""
    with desk.uow() as store:
        found = [(answer, store.outbox.get(RecordId(answer.uuid))) for answer in page.answers]
    for answer, record in found:
        if record is None or answer.outcome not in GOOD:
            continue
        try:
            if answer.receipt is None:
                raise SignatureError("no receipt")
            sent = signed(record, desk_id=identity.desk_id, key=key)
            check_receipt(answer.receipt, sent, keys, identity.unit_id)
        except ValueError as error:  # SignatureError is one
            raise PackageError(Fault.RECEIPT) from error


def _applied(file: BinaryIO, members: int, done: int) -> Progress:
    at = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(at)
    return Progress("package_apply", done, members, at, size)


def _apply(desk: Desk, key: Ed25519PrivateKey, answer: _Verified, told: Callable[[int], None]) -> PackageIn:
    accepted = refused = changes = photos = 0
    for done, (name, data) in enumerate(answer.reader.members(key)):
        kind = name.split("/")[0]
        told(done)
        if kind == "photos":
            desk.vault.put(data, media_type="image/jpeg")
            photos += 1
        elif kind == "changes":
            changes += _apply_changes(desk, ChangesPage.model_validate_json(data), answer.identity)
        elif kind == "answers":
            good, bad = _settle(desk, key, AnswersPage.model_validate_json(data), answer)
            accepted, refused = accepted + good, refused + bad
    with desk.uow() as store:
        waiting = _finish(desk, store, answer)
        store.commit()
    return PackageIn(
        accepted=accepted,
        refused=refused,
        changes=changes,
        photos=photos,
        waiting=waiting,
        more=answer.manifest.more,
    )


def _apply_changes(desk: Desk, page: ChangesPage, identity: DeskIdentity) -> int:
    """Only what is newer than the cursor: the network may have brought it before, and old must never follow new."""
    with desk.uow() as store:
        fresh = [change for change in page.changes if change.number > cursor_of(store)]
        if fresh:
            apply_page(store, fresh, page.cursor, identity.unit_id)
            store.commit()
    return len(fresh)


def _settle(desk: Desk, key: Ed25519PrivateKey, page: AnswersPage, answer: _Verified) -> tuple[int, int]:
    """Receipts and refusals of one page; records that have their receipt already stay as they are."""
    good = bad = 0
    for first in range(0, len(page.answers), AT_ONCE):
        with desk.uow() as store:
            for one in page.answers[first : first + AT_ONCE]:
                outcome = _settle_one(desk, store, key, one, answer)
                good += outcome in GOOD
                bad += outcome in (Outcome.CONFLICT, Outcome.REJECTED)
            store.commit()
    return good, bad


def _settle_one(
    desk: Desk, store: UnitOfWork, key: Ed25519PrivateKey, one: RecordAnswer, answer: _Verified
) -> Outcome | None:
    record = store.outbox.get(RecordId(one.uuid))
    if record is None or record.receipt is not None:
        return None
    sent = signed(record, desk_id=answer.identity.desk_id, key=key)
    return settle(store, record, sent, one, keys=answer.keys, unit_id=answer.identity.unit_id, now=desk.clock.now())


def _finish(desk: Desk, store: UnitOfWork, answer: _Verified) -> int:
    """Keys, attachments that arrived, the mark against replay; how many records still wait."""
    now, package_id = desk.clock.now(), answer.reader.header.id
    save_keys(store.settings, merged(load_keys(store.settings), answer.manifest.center_keys))
    for held in answer.manifest.held:
        record = store.outbox.get(RecordId(held.record))
        if record is not None and record.receipt is not None:
            store.outbox.mark_uploaded(record.id, Sha256(held.sha256), now)
    store.settings.set(IMPORTED + package_id, now.isoformat())
    store.audit.append(AuditEntry(at=now, operator_id=None, action="package.imported", subject=package_id))
    return store.outbox.counts().waiting
