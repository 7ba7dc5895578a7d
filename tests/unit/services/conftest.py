"""A desk over a real encrypted store, with two people on its roster and three accounts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from app.domain.ids import RetireeId
from app.domain.operator import Operator, Role
from app.services.accounts import Accounts
from tests.builders.desk import RealDesk, real_desk
from tests.builders.people import certified, id_number, retiree

PASSWORD = "Lu-shan-2026"


class PlainHasher:
    """Fake of PasswordHasher: readable and quick."""

    def hash(self, password: str) -> str:
        return f"plain:{password}"

    def verify(self, password_hash: str, password: str) -> bool:
        return password_hash == f"plain:{password}"


@dataclass
class People:
    """The accounts of the desk."""

    admin: Operator
    reviewer: Operator
    clerk: Operator


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path)
    photo = made.vault.put(b"\xff\xd8 photo", media_type="image/jpeg")
    with made.uow() as store:
        store.retirees.upsert([retiree(photo=photo, phone="0731-8888 0001")])
        other = retiree(
            id=RetireeId("r-2"), name="王重阳", id_number=id_number(serial=34), personnel_number="430000002",
            card_number=None, photo=None, died_on=None,
        )  # fmt: skip
        store.retirees.upsert([other])
        store.certifications.add(certified(date(2025, 12, 10)))
        store.commit()
    yield made
    made.engine.dispose()


@pytest.fixture
def accounts(desk: RealDesk) -> Accounts:
    return Accounts(desk.desk, PlainHasher())


@pytest.fixture
def people(accounts: Accounts) -> People:
    admin = accounts.create(by=None, login="admin", name="周建国", role=Role.ADMIN, password=PASSWORD)
    reviewer = accounts.create(by=admin.id, login="fuhe", name="李晓明", role=Role.REVIEWER, password=PASSWORD)
    clerk = accounts.create(by=admin.id, login="jingban", name="王芳", role=Role.CLERK, password=PASSWORD)
    return People(admin, reviewer, clerk)
