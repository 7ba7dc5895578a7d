"""Both ends of a USB stick: a center over any database with a unit and two desks, and a real desk that has never seen a network."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, select

from app.domain.ids import DeskId, OperatorId, RecordId, Sha256, UnitId
from app.domain.operator import Operator, Role
from app.errors import AppError
from app.runtime.clock import SystemClock
from app.services.ports import DeskIdentity, OutboxRecord, UnitOfWorkFactory
from app.services.stored_settings import save_identity
from app.storage import tables as desk_tables
from app.sync.center_keys import save_keys
from app.sync.packages import UsbPackages
from center import clock, packages, registry, roster
from center.errors import Refused
from center.storage import open_storage
from center.tables import metadata as center_tables
from protocol.canonical import canonical_text
from protocol.messages import Change, ChangesPage, RetireeBody, UnitInfo
from protocol.packages import SUFFIX, AnswerManifest, Direction, PackageWriter, RequestManifest
from protocol.signing import public_text
from tests.builders.desk import RealDesk, real_desk
from tests.fakes.clock import FakeClock

UNIT = "stick-unit"
PHOTO = b"\xff\xd8\xff a picture of nobody"
SCAN = b"%PDF-1.7 a signed form " * 9000


def person(number: int, **changes: Any) -> RetireeBody:
    """A made-up retiree."""
    plain = {
        "id": f"p-{number}",
        "name": f"退休{number}",
        "id_number": f"{number:018d}",
        "personnel_number": str(number),
    }
    return RetireeBody.model_validate({**plain, "sex": "female", "birth_date": "1950-01-01", **changes})


@dataclass
class Stick:
    """A desk, the center, and the folder between them. ``desk_id``: as the center knows it."""

    engine: Engine
    folder: Path
    real: RealDesk
    key: Ed25519PrivateKey
    desk_id: str
    usb: UsbPackages

    def put(self, number: int, *, retiree: str = "p-1", attachments: Iterable[bytes] = (), kind: str = "") -> RecordId:
        """One record into the outbox."""
        shas = tuple(self.real.vault.put(data, media_type="application/pdf") for data in attachments)
        record = form(number, retiree=retiree, kind=kind, shas=shas, at=self.real.clock.now())
        put(self.real.uow, record)
        return record.id

    def export(self) -> Path:
        """A fresh package; a second later than the last, so that no two have one name."""
        self.real.clock.move(timedelta(seconds=1))
        return self.usb.export(self.folder).path

    def answer(self, package: Path) -> tuple[packages.Taken, Path]:
        """The center takes it in."""
        out = package.with_name(f"answer-{package.name}")
        return packages.take(self.engine, package, out=out, files=open_storage(self.folder / "files")), out

    def whole_files(self) -> list[str]:
        """Attachments that the center holds."""
        return sorted(path.name for path in (self.folder / "files").rglob("*") if len(path.name) == 64)

    def center_state(self) -> dict[str, list[Any]]:
        """Every row and every file of the center."""
        with self.engine.begin() as connection:
            rows = {t.name: [tuple(r) for r in connection.execute(select(t))] for t in center_tables.sorted_tables}
        return {**rows, "files": sorted(path.name for path in (self.folder / "files").rglob("*"))}

    def desk_state(self) -> dict[str, list[Any]]:
        """Every row and every vault file of the desk."""
        metadata = desk_tables.metadata
        with self.real.engine.connect() as connection:
            rows = {t.name: [tuple(r) for r in connection.execute(select(t))] for t in metadata.sorted_tables}
        vault = self.real.path.parent / "vault"
        return {**rows, "vault": sorted(path.name for path in vault.rglob("*"))}

    def forged_request(self, members: Iterable[tuple[str, bytes]], **changes: Any) -> Path:
        """A package for the center with any members, signed by this desk unless told otherwise."""
        with self.engine.begin() as connection:
            receiver = registry.key_set(connection)[-1].public_key
        plain = {"direction": Direction.TO_CENTER, "sender": self.desk_id, "key": self.key, "receiver": receiver}
        return self._forged(members, {**plain, **changes})

    def forged_answer(self, members: Iterable[tuple[str, bytes]], **changes: Any) -> Path:
        """A package for the desk with any members, signed by the center unless told otherwise."""
        with self.engine.begin() as connection:
            key = registry.signing_key(connection)[1]
        plain = {"direction": Direction.TO_DESK, "sender": "center", "key": key, "receiver": public_text(self.key)}
        return self._forged(members, {**plain, **changes})

    def _forged(self, members: Iterable[tuple[str, bytes]], how: dict[str, Any]) -> Path:
        file = io.BytesIO()
        writer = PackageWriter(file, **{"package_id": self.real.desk.ids(), **how})
        for name, data in members:
            writer.add(name, data)
        writer.close()
        path = self.folder / f"forged{SUFFIX}"
        path.write_bytes(file.getvalue())
        return path


def enrol(engine: Engine, uow: UnitOfWorkFactory, key: Ed25519PrivateKey) -> str:
    """Make the unit with its roster at the center, and the desk its own; the desk's id. Nobody listens at the center's address."""
    with engine.begin() as connection:
        registry.register_unit(connection, UnitInfo(id=UNIT, name="某单位", code="S1"), who="test")
        photo = roster.put_photo(connection, UNIT, PHOTO)
        people = [person(1, photo=photo), *(person(n) for n in range(2, 6))]
        roster.put_retirees(connection, UNIT, people, who="test")
        code = registry.new_code(connection, UNIT, who="test")
        desk = registry.enrol(connection, code=code, public_key=public_text(key), desk_name="一号机")
        keys = registry.key_set(connection)
    identity = DeskIdentity(
        desk_id=DeskId(desk.id),
        unit_id=UnitId(UNIT),
        unit_name="某单位",
        unit_code="S1",
        center_url="http://127.0.0.1:9",
    )
    with uow() as store:
        save_identity(store.settings, identity)
        save_keys(store.settings, keys)
        store.commit()
    return desk.id


def stick(engine: Engine, folder: Path) -> Stick:
    """``engine``: a migrated center's. The desk is enrolled, its roster is still at the center."""
    key = Ed25519PrivateKey.generate()
    real = real_desk(folder / "desk", FakeClock(SystemClock().now()))
    desk_id = enrol(engine, real.uow, key)
    (folder / "usb").mkdir()
    return Stick(engine, folder / "usb", real, key, desk_id, UsbPackages(real.desk, key))


def form(
    number: int, *, retiree: str = "p-1", kind: str = "", shas: tuple[Sha256, ...] = (), at: datetime
) -> OutboxRecord:
    """A record for the outbox, a form when it has scans."""
    return OutboxRecord(
        id=RecordId(f"01900000-0000-7000-8000-{number:012x}"),
        kind=kind or ("form_submission" if shas else "certification"),
        version=1,
        captured_at=at,
        body=canonical_text({"retiree_id": retiree, "advice": "match", "case_id": "no case here"}),
        operator_id=OperatorId("op"),
        attachments=shas,
    )


def put(uow: UnitOfWorkFactory, record: OutboxRecord) -> None:
    """Into the outbox."""
    with uow() as store:
        store.operators.save(Operator(id=record.operator_id, login="op", name="王芳", role=Role.CLERK), "x")
        store.outbox.add(record)
        store.commit()


def refused(act: Callable[[], Any]) -> str:
    """The code, by either side."""
    with pytest.raises((Refused, AppError)) as caught:
        act()
    return caught.value.code  # type: ignore[no-any-return]


def request_manifest(usb: Stick, **changes: Any) -> tuple[str, bytes]:
    plain = {"unit_id": UNIT, "desk_id": usb.desk_id, "made_at": clock.now(), "since": 0, "photos_wanted": []}
    return "manifest", RequestManifest.model_validate({**plain, **changes}).model_dump_json().encode()


def answer_manifest(usb: Stick, **changes: Any) -> tuple[str, bytes]:
    with usb.engine.begin() as connection:
        keys = registry.key_set(connection)
    plain = {"unit_id": UNIT, "desk_id": usb.desk_id, "in_reply_to": "0" * 8 + "-0000-0000-0000-" + "0" * 12}
    plain = {**plain, "made_at": clock.now(), "since": 0, "cursor": 0, "more": False, "center_keys": keys, "held": []}
    return "manifest", AnswerManifest.model_validate({**plain, **changes}).model_dump_json().encode()


def changes_page(*changes: Change) -> tuple[str, bytes]:
    cursor = changes[-1].number if changes else 0
    page = ChangesPage(changes=list(changes), cursor=cursor, more=False, server_time=clock.now())
    return "changes/000000", page.model_dump_json().encode()
