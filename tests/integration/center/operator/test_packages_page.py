"""USB packages on the page: a real desk's file in, the answer out, hostile ones refused by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from center.operator import accounts
from center.tables import audit, packages
from tests.builders.packages import SCAN, UNIT, Stick, stick
from tests.integration.center.conftest import Center
from tests.integration.center.operator.conftest import PASSWORD, Browser


@pytest.fixture
def usb(center: Center, tmp_path: Path) -> Iterator[Stick]:
    made = stick(center.engine, tmp_path)
    yield made
    made.real.engine.dispose()


def test_a_package_is_taken_in_and_its_answer_is_taken_home(clerk: Browser, usb: Stick, center: Center) -> None:
    usb.put(1, attachments=[SCAN])
    usb.put(2, retiree="nobody", kind="certification")
    package = usb.export().read_bytes()
    page = clerk.upload("/packages", package, "上报.certpkg")
    assert page.status_code == 200
    assert "名册里没有这个人" in page.text
    path = clerk.follow(page)
    answer = clerk.get(f"{path}/answer")
    out = usb.folder / "answer.certpkg"
    out.write_bytes(answer.content)
    got = usb.usb.take(out)
    assert (got.accepted, got.refused) == (1, 1)
    assert "导入时间" in clerk.get("/packages").text
    twice = clerk.upload("/packages", package, "上报.certpkg")
    assert twice.status_code == 422
    assert "已经导入过" in twice.text
    with center.engine.connect() as connection:
        lines = connection.execute(select(audit.c.action, audit.c.who).where(audit.c.action.like("package%"))).all()
        clerk_id = connection.execute(select(packages.c.imported_by)).scalar_one()
    assert sorted(lines) == [("package_imported", clerk_id), ("package_refused", clerk_id)]


def test_a_flipped_bit_is_refused_by_name_with_nothing_written(clerk: Browser, usb: Stick) -> None:
    usb.put(1)
    data = bytearray(usb.export().read_bytes())
    data[-100] ^= 4
    before = usb.center_state()
    answer = clerk.upload("/packages", bytes(data))
    assert answer.status_code == 422
    assert "损坏或被改动" in answer.text
    after = usb.center_state()
    assert {name: rows for name, rows in after.items() if name not in ("audit", "operators")} == {
        name: rows for name, rows in before.items() if name not in ("audit", "operators")
    }


def test_a_package_of_a_unit_that_is_not_the_clerks_is_not_taken_in(
    clerk: Browser, other: Browser, usb: Stick, center: Center
) -> None:
    assert clerk.get("/").status_code == 200
    with center.engine.begin() as connection:
        accounts.put(connection, "县里的", PASSWORD, who="test", role=accounts.Role.CLERK)
        made = connection.execute(
            select(accounts.operators.c.id).where(accounts.operators.c.name == "县里的")
        ).scalar_one()
        accounts.set_rights(connection, made, role=accounts.Role.CLERK, units={"ours"}, disabled=False, who="test")
    other.sign_in(name="县里的")
    usb.put(1)
    package = usb.export().read_bytes()
    refused = other.upload("/packages", package)
    assert refused.status_code == 404
    assert "不归您管" in refused.text
    taken = clerk.upload("/packages", package)
    assert taken.status_code == 200
    assert other.get(clerk.follow(taken)).status_code == 404
    assert UNIT not in other.get("/packages").text
