"""A desk over a real encrypted store in a temporary folder."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from app.services.context import Desk
from app.services.ports import UnitOfWorkFactory
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from tests.fakes.clock import FakeClock
from tests.fakes.ids import FakeIds


@dataclass
class RealDesk:
    """Desk services over SQLCipher, with the parts a test wants to turn."""

    desk: Desk
    clock: FakeClock
    uow: UnitOfWorkFactory
    vault: FileVault
    engine: Engine
    key: bytes
    path: Path


def real_desk(folder: Path, clock: FakeClock | None = None) -> RealDesk:
    """Open a fresh store below ``folder``."""
    key, clock = os.urandom(32), clock or FakeClock()
    path = folder / "desk.db"
    engine = open_store(path, key)
    uow, vault = unit_of_work_factory(engine), FileVault(folder / "vault", key)
    return RealDesk(
        desk=Desk(uow=uow, clock=clock, ids=FakeIds(), vault=vault),
        clock=clock,
        uow=uow,
        vault=vault,
        engine=engine,
        key=key,
        path=path,
    )
