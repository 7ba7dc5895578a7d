"""Attachments to the center by tus 1.0: goes on where the center says it stopped, in pieces small enough for a bad line."""

import base64
from collections.abc import Callable
from functools import partial

import httpx

from app.domain.ids import RecordId, Sha256
from app.errors import AppError
from app.services.ports import Clock, UnitOfWorkFactory, Vault
from app.sync.client import CenterClient

Progress = Callable[[str, int, int], None]
PIECE_BYTES = 256 * 1024
TUS = {"Tus-Resumable": "1.0.0"}
CONTENT_TYPE = "application/offset+octet-stream"
SOURCES = ("checksum", "offset", "locked")
"""The center's answers after which the same attachment is simply tried again at the next run."""


def send_missing(client: CenterClient, uow: UnitOfWorkFactory, vault: Vault, clock: Clock, progress: Progress) -> int:
    """Upload what the center lacks; how many arrived whole. A missing or damaged file here is passed over, the others go on."""
    with uow() as store:
        missing = store.outbox.missing_attachments()
    done = 0
    for record_id, sha256 in missing:
        between = partial(progress, "attachments", done, len(missing))
        between()
        if not _send(client, vault, record_id, sha256, between):
            continue
        with uow() as store:
            store.outbox.mark_uploaded(record_id, sha256, clock.now())
            store.commit()
        done += 1
    return done


def _send(client: CenterClient, vault: Vault, record_id: RecordId, sha256: Sha256, between: Callable[[], None]) -> bool:
    """``between`` is called before every piece."""
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
        between()
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
