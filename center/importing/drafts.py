"""Files that were uploaded and wait for the clerk's word; a day, then they go. They lie in the storage, so that any worker finds them."""

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from uuid6 import uuid7

from center import clock
from center.errors import Refused
from center.registry import note
from center.storage import Storage
from center.tables import drafts

KEPT = timedelta(days=1)
GONE = (404, "draft_gone", "这次上传已经用过或过期了，请重新上传。")


def make(connection: Connection, storage: Storage, unit_id: str, *, kind: str, path: Path, name: str, who: str) -> str:
    """Keep ``path``'s content; the draft's id. Old ones of all units go."""
    old = select(drafts.c.unit_id, drafts.c.id).where(drafts.c.made_at < clock.now() - KEPT)
    for unit, draft in connection.execute(old).all():
        _remove(connection, storage, unit, draft)
    made = str(uuid7())
    storage.put_file(_key(unit_id, made), path)
    row = {"unit_id": unit_id, "id": made, "kind": kind, "file_name": name, "made_at": clock.now(), "made_by": who}
    connection.execute(insert(drafts).values(row))
    note(connection, who=who, action="draft_made", unit_id=unit_id, subject=kind, detail=name)
    return made


def find(connection: Connection, unit_id: str, draft: str, *, kind: str) -> Mapping[Any, Any]:
    """404 for none of this unit and kind. Locks the row: a draft is confirmed once."""
    here = (drafts.c.unit_id == unit_id) & (drafts.c.id == draft) & (drafts.c.kind == kind)
    row = connection.execute(select(drafts).where(here).with_for_update()).mappings().first()
    if row is None:
        raise Refused(*GONE)
    return row


@contextlib.contextmanager
def opened(storage: Storage, unit_id: str, draft: str) -> Iterator[Path]:
    """Its content as a file of this machine."""
    with tempfile.NamedTemporaryFile(prefix="certdesk-") as file:
        try:
            for chunk in storage.chunks(_key(unit_id, draft)):
                file.write(chunk)
        except FileNotFoundError as error:
            raise Refused(*GONE) from error
        file.flush()
        yield Path(file.name)


def drop(connection: Connection, storage: Storage, unit_id: str, draft: str, *, who: str) -> None:
    """The clerk does not want it."""
    _remove(connection, storage, unit_id, draft)
    note(connection, who=who, action="draft_dropped", unit_id=unit_id, subject=draft)


def used(connection: Connection, storage: Storage, unit_id: str, draft: str) -> None:
    """It was taken in."""
    _remove(connection, storage, unit_id, draft)


def _remove(connection: Connection, storage: Storage, unit_id: str, draft: str) -> None:
    connection.execute(delete(drafts).where(drafts.c.unit_id == unit_id, drafts.c.id == draft))
    storage.delete(_key(unit_id, draft))


def _key(unit_id: str, draft: str) -> str:
    return f"drafts/{hashlib.sha256(unit_id.encode()).hexdigest()[:32]}/{draft}"
