"""A large file from the center in pieces: goes on where it was cut, nothing is taken before its SHA-256 is right."""

import errno
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from app.errors import AppError
from app.sync.client import CenterClient

PIECE_BYTES = 1024 * 1024
ROOM_LEFT_BYTES = 256 * 1024 * 1024
"""A large file waits rather than take the room that visits need."""


def fetch(
    client: CenterClient,
    address: str,
    target: Path,
    *,
    sha256: str,
    size: int,
    damaged: str,
    stopped: Callable[[], bool],
) -> Path | None:
    """The whole, checked file as ``target``; None when stopped. Other files of the folder are thrown away: one is fetched at a time.

    AppError(``damaged``), disk.full, vault.unwritable, sync.*.
    """
    folder, part = target.parent, target.with_name(f"{sha256}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists():
            return target
        for other in folder.iterdir():
            if other not in (target, part):
                other.unlink()
        if shutil.disk_usage(folder).free < size + ROOM_LEFT_BYTES:
            raise AppError("disk.full")
        while (have := part.stat().st_size if part.exists() else 0) < size:
            if stopped():
                return None
            _next_piece(client, address, part, have, size)
        if have > size or _sha256(part) != sha256:
            part.unlink()
            raise AppError(damaged)
        part.replace(target)
    except OSError as error:
        raise AppError("disk.full" if error.errno == errno.ENOSPC else "vault.unwritable") from error
    return target


def _next_piece(client: CenterClient, address: str, part: Path, have: int, size: int) -> None:
    last = min(have + PIECE_BYTES, size) - 1
    headers = {"Range": f"bytes={have}-{last}", "Accept-Encoding": "identity"}
    answer = client.send("GET", address, headers=headers)
    wanted = f"bytes {have}-{last}/{size}"
    if (
        answer.status_code != 206
        or answer.headers.get("Content-Range") != wanted
        or len(answer.content) > last - have + 1
    ):
        raise AppError("sync.answer_unreadable")
    if not answer.content:
        raise AppError("sync.offline")
    with part.open("ab") as file:
        file.write(answer.content)


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
