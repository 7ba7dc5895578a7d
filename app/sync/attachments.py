"""Attachments to the center by tus 1.0: goes on where the center says it stopped, in pieces small enough for a bad line."""

import base64
import logging
from collections.abc import Callable

import httpx

from app.domain.ids import RecordId, Sha256
from app.errors import AppError
from app.services.ports import Clock, UnitOfWorkFactory, Vault
from app.services.progress import Progress, Tell
from app.sync.client import CenterClient

PIECE_BYTES = 256 * 1024
TUS = {"Tus-Resumable": "1.0.0"}
CONTENT_TYPE = "application/offset+octet-stream"
ABOUT_IT = frozenset({400, 404, 409, 410, 413, 415, 422})
"""Answers about this attachment, not about who sends or when."""
SOURCES = ("checksum", "offset", "locked")
"""The center's answers after which the same attachment is simply tried again at the next run."""
_log = logging.getLogger(__name__)


def send_missing(client: CenterClient, uow: UnitOfWorkFactory, vault: Vault, clock: Clock, progress: Tell) -> int:
    """Upload what the center lacks; how many arrived whole. One that is damaged here or refused there is passed over, the others go on.

    AppError: sync.attachment_refused with the center's words after all the others were tried; sync.* when the line or the center failed.
    """
    with uow() as store:
        missing = store.outbox.missing_attachments()
    sizes = [vault.size(sha256) for _record, sha256 in missing]
    done = before = 0
    refused: AppError | None = None
    for (record_id, sha256), size in zip(missing, sizes, strict=True):

        def between(offset: int, before: int = before, done: int = done) -> None:
            progress(Progress("attachments", done, len(sizes), before + offset, sum(sizes)))

        between(0)
        before += size
        try:
            if not _send(client, vault, record_id, sha256, between):
                continue
        except AppError as error:
            if error.params.get("status") not in ABOUT_IT:
                raise
            _log.warning("attachment %s refused: %s", sha256[:12], error.params.get("reason", ""))
            refused = error
            continue
        with uow() as store:
            store.outbox.mark_uploaded(record_id, sha256, clock.now())
            store.commit()
        done += 1
    if refused is not None:
        raise AppError("sync.attachment_refused", text=str(refused.params.get("text", "")))
    return done


def _send(
    client: CenterClient, vault: Vault, record_id: RecordId, sha256: Sha256, between: Callable[[int], None]
) -> bool:
    """``between`` is called with the bytes that are there before every piece."""
    try:
        data = vault.get(sha256)
    except AppError:
        return False  # the self-test tells about the vault; other people's forms must not wait for it
    metadata = f"sha256 {_base64(sha256)},record {_base64(record_id)}"
    created = client.send(
        "POST", "/v1/uploads", headers={**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    )
    location, offset = created.headers.get("Location", ""), _offset(created, or_else=0)
    while offset < len(data):
        between(offset)
        piece = data[offset : offset + PIECE_BYTES]
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": CONTENT_TYPE}
        try:
            answer = client.send("PATCH", location, headers=headers, content=piece)
        except AppError as error:
            if error.params.get("reason") in SOURCES:
                return False
            raise
        if (reached := _offset(answer)) <= offset:
            return False  # the center takes nothing; the others must not wait for it
        offset = reached
    return True


def _offset(answer: httpx.Response, or_else: int | None = None) -> int:
    """Where the center says to go on. AppError('sync.answer_unreadable')."""
    text = answer.headers.get("Upload-Offset", "" if or_else is None else str(or_else))
    if not text.isascii() or not text.isdigit():
        raise AppError("sync.answer_unreadable")
    return int(text)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("ascii")).decode("ascii")
