"""Packages by hand at the center: a desk's file in, the answer file out. Everything is verified before anything is written."""

import contextlib
import json
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from center import clock, intake, registry, roster, uploads
from center.errors import Refused
from center.registry import Desk, note, notes
from center.storage import Storage
from center.tables import packages
from protocol.canonical import sha256_hex
from protocol.messages import MOST_RECORDS, ChangeKind, ChangesPage, Outcome, PushRequest, RecordAnswer
from protocol.packages import (
    MANIFEST,
    AnswerManifest,
    AnswersPage,
    Direction,
    Fault,
    Held,
    PackageError,
    PackageReader,
    PackageWriter,
    RequestManifest,
)
from protocol.signing import key_id

PAGE = 500
MOST_PAGES = 400
"""Changes in one answer: what a unit of 100,000 needs from empty, twice; the rest comes with the next package."""
WORDS = {
    Fault.EMPTY: "文件是空的，请让经办单位重新导出。",
    Fault.NOT_A_PACKAGE: "这不是上报包。",
    Fault.NEWER_VERSION: "上报包是更新版本的程序做的，请先升级省中心的程序。",
    Fault.TRUNCATED: "上报包不完整，可能没有拷贝完，请重新拷贝。",
    Fault.DAMAGED: "上报包损坏或被改动过，没有导入。",
    Fault.TOO_LARGE: "上报包超过规定的大小，没有导入。",
    Fault.WRONG_DIRECTION: "这是发给经办单位的回执包，不是上报包。",
    Fault.WRONG_RECEIVER: "上报包不是发给本中心的。",
    Fault.UNKNOWN_SENDER: "上报包不是已登记的电脑做的。",
    Fault.WRONG_UNIT: "上报包写的单位和这台电脑登记的单位不一致。",
    Fault.REPLAY: "这个上报包已经导入过，没有重复导入。回执包丢了的话，请经办单位重新导出一个。",
    Fault.UNKNOWN_KIND: "上报包里有本程序不认识的内容，没有导入。",
    Fault.BAD_NAME: "上报包里有不允许的文件名，没有导入。",
}


@dataclass(slots=True)
class Taken:
    """What an import brought; ``changes`` and ``photos`` went into the answer."""

    unit_id: str = ""
    package_id: str = ""
    answers: list[RecordAnswer] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    changes: int = 0
    photos: int = 0

    def _count(self, *outcomes: Outcome) -> int:
        return sum(answer.outcome in outcomes for answer in self.answers)

    @property
    def records(self) -> int:
        """All of them."""
        return len(self.answers)

    @property
    def accepted(self) -> int:
        """New."""
        return self._count(Outcome.ACCEPTED)

    @property
    def duplicates(self) -> int:
        """Had come before, by network or by another package."""
        return self._count(Outcome.DUPLICATE)

    @property
    def refused(self) -> int:
        """Conflicts and rejections; they wait for the clerk there."""
        return self._count(Outcome.CONFLICT, Outcome.REJECTED)

    @property
    def attachments(self) -> int:
        """That the center now holds."""
        return len(self.held)

    def summary(self) -> dict[str, Any]:
        """For the page."""
        refused = [{"uuid": one.uuid, "text": one.text} for one in self.answers if one.text]
        counts = {name: getattr(self, name) for name in ("accepted", "duplicates", "attachments", "changes", "photos")}
        return {**counts, "refused": refused}


@dataclass(frozen=True, slots=True)
class _Request:
    """A package that is what it says."""

    reader: PackageReader
    key: Ed25519PrivateKey
    desk: Desk
    manifest: RequestManifest

    @property
    def id(self) -> str:
        return self.reader.header.id


def answer_key(unit_id: str, package_id: str) -> str:
    """Where the page keeps the answer."""
    return f"answers/{sha256_hex(unit_id.encode('utf-8'))[:32]}/{package_id}"


def take(
    engine: Engine,
    package: Path,
    *,
    out: Path,
    files: Storage,
    operator: str = "command line",
    may_see: Callable[[str], bool] = lambda _unit_id: True,
) -> Taken:
    """Import ``package`` and write the answer to ``out``. Refused by name with nothing written; then the answer is missing too.

    ``may_see``: whose packages this operator may import. Records, the mark against replay and the answer stand or fall together:
    the answer is on the disk before the database commits.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        with package.open("rb") as file:
            with engine.begin() as connection:
                request = _verified(connection, file)
            if not may_see(request.desk.unit_id):
                raise Refused(404, "no_unit", "这个单位不归您管，上报包没有导入。")
            with engine.begin() as connection, part.open("wb") as answer:
                taken = _apply(connection, request, files, operator)
                _answer(connection, request, taken, answer)
                answer.flush()
                os.fsync(answer.fileno())
            part.replace(out)
    except PackageError as error:
        raise Refused(422, f"package_{error.fault}", WORDS.get(error.fault, WORDS[Fault.DAMAGED])) from error
    except OSError as error:
        raise Refused(507, "package_file", "文件读不出或写不进去，请看看磁盘和路径；没有导入。") from error
    finally:
        part.unlink(missing_ok=True)
    return taken


def _verified(connection: Connection, file: BinaryIO) -> _Request:
    """Every byte of the package looked at once; nothing kept."""
    reader = PackageReader(file)
    if reader.direction is not Direction.TO_CENTER:
        raise PackageError(Fault.WRONG_DIRECTION)
    key = registry.key_by_id(connection, reader.header.receiver_key)
    if key is None:
        raise PackageError(Fault.WRONG_RECEIVER)
    desk = registry.desk_by_id(connection, reader.header.sender)
    if key_id(desk.public_key) != reader.header.sender_key:
        raise PackageError(Fault.UNKNOWN_SENDER)
    reader.check_signature(desk.public_key)
    request = _Request(reader, key, desk, _check_members(reader, key))
    if request.manifest.desk_id != desk.id or request.manifest.unit_id != desk.unit_id:
        raise PackageError(Fault.WRONG_UNIT)
    known = (packages.c.unit_id == desk.unit_id) & (packages.c.id == request.id)
    if connection.execute(select(packages.c.id).where(known)).first() is not None:
        raise PackageError(Fault.REPLAY)
    return request


def _check_members(reader: PackageReader, key: Ed25519PrivateKey) -> RequestManifest:
    manifest: RequestManifest | None = None
    try:
        for name, data in reader.members(key):
            kind = name.split("/")[0]
            if name == MANIFEST:
                manifest = RequestManifest.model_validate_json(data)
            elif kind == "records":
                PushRequest.model_validate_json(data)
            elif sha256_hex(data) != name.split("/")[2]:
                raise PackageError(Fault.DAMAGED)
    except ValidationError as error:
        raise PackageError(Fault.DAMAGED) from error
    assert manifest is not None  # the reader lets nothing else come first
    return manifest


def _apply(connection: Connection, request: _Request, files: Storage, operator: str) -> Taken:
    """Records and attachments by the same ways as from the network."""
    taken = Taken(unit_id=request.desk.unit_id, package_id=request.id)
    values = {"unit_id": request.desk.unit_id, "id": request.id, "desk_id": request.desk.id}
    try:
        connection.execute(insert(packages).values(**values, records=0, imported_at=clock.now(), imported_by=operator))
    except IntegrityError as error:  # somebody imports the same file at the same moment
        raise PackageError(Fault.REPLAY) from error
    for name, data in request.reader.members(request.key):
        parts = name.split("/")
        if parts[0] == "records":
            pushed = PushRequest.model_validate_json(data)
            taken.answers += [intake.take(connection, request.desk, record) for record in pushed.records]
        elif parts[0] == "attachments":
            with contextlib.suppress(Refused):  # nobody names it, or it is just coming by network: it is sent again
                made = uploads.create(
                    connection, files, request.desk.unit_id, sha256=parts[2], record=parts[1], length=len(data)
                )
                uploads.keep(made, data)
                taken.held.append(Held(record=parts[1], sha256=parts[2]))
    here = (packages.c.unit_id == request.desk.unit_id) & (packages.c.id == request.id)
    connection.execute(packages.update().where(here).values(records=taken.records))
    held = [("attachment_kept", one.sha256) for one in taken.held]
    notes(connection, who=request.desk.id, unit_id=request.desk.unit_id, lines=held)
    note(connection, who=operator, action="package_imported", unit_id=request.desk.unit_id, subject=request.id)
    return taken


def _answer(connection: Connection, request: _Request, taken: Taken, file: BinaryIO) -> None:
    """Signed with the key that the desk knows: the one to which it encrypted."""
    desk, since = request.desk, request.manifest.since
    pages: list[ChangesPage] = []
    cursor, more = since, True
    while more and len(pages) < MOST_PAGES:
        changes, cursor, more = roster.changes_after(connection, desk.unit_id, cursor, PAGE)
        pages.append(ChangesPage(changes=changes, cursor=cursor, more=more, server_time=clock.now()))
    writer = PackageWriter(
        file,
        package_id=str(uuid.uuid4()),
        direction=Direction.TO_DESK,
        sender="center",
        key=request.key,
        receiver=desk.public_key,
    )
    manifest = AnswerManifest(
        unit_id=desk.unit_id,
        desk_id=desk.id,
        in_reply_to=request.id,
        made_at=clock.now(),
        since=since,
        cursor=cursor,
        more=more,
        center_keys=registry.key_set(connection),
        held=taken.held,
    )
    writer.add(MANIFEST, manifest.model_dump_json().encode("utf-8"))
    for first in range(0, len(taken.answers), MOST_RECORDS):
        answers = AnswersPage(answers=taken.answers[first : first + MOST_RECORDS])
        writer.add(f"answers/{first // MOST_RECORDS:06d}", answers.model_dump_json().encode("utf-8"))
    for number, page in enumerate(pages):
        writer.add(f"changes/{number:06d}", page.model_dump_json().encode("utf-8"))
    taken.changes = sum(len(page.changes) for page in pages)
    taken.photos = _photos(connection, request, pages, writer)
    here = (packages.c.unit_id == desk.unit_id) & (packages.c.id == request.id)
    connection.execute(packages.update().where(here).values(summary=json.dumps(taken.summary(), ensure_ascii=False)))
    writer.close()


def _photos(connection: Connection, request: _Request, pages: list[ChangesPage], writer: PackageWriter) -> int:
    """Each once; those that no longer fit are asked for again by the desk's next package."""
    sent = 0
    for digest in _wanted(request, pages):
        found = roster.photo(connection, request.desk.unit_id, digest)
        if found is not None and writer.fits(len(found[0])):
            writer.add(f"photos/{digest}", found[0])
            sent += 1
    return sent


def _wanted(request: _Request, pages: list[ChangesPage]) -> Iterator[str]:
    named = [change.body.get("photo") for page in pages for change in page.changes if change.kind == ChangeKind.RETIREE]
    yield from sorted({*request.manifest.photos_wanted, *(sha for sha in named if sha)})
