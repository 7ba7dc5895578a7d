"""Units, codes and desks on the clerk's page, against the same center the desks talk to."""

import re

from sqlalchemy import select

from center.tables import audit, units
from tests.integration.center.conftest import Caller, Center
from tests.integration.center.operator.conftest import Browser


def actions(center: Center, unit: str) -> list[str]:
    with center.engine.connect() as connection:
        return list(connection.execute(select(audit.c.action).where(audit.c.unit_id == unit)).scalars())


def test_a_unit_is_added_once_and_what_is_wrong_is_said_with_what_was_typed(clerk: Browser, center: Center) -> None:
    made = clerk.post("/units/new", page="/units/new", name="长沙<b>一中", code="CS1", phone="0731-1")
    assert made.url.path.startswith("/operator/units/")
    assert "长沙&lt;b&gt;一中" in made.text
    assert "还没有登记电脑" in made.text
    again = clerk.post("/units/new", page="/units/new", name="另一个", code="CS1")
    assert again.status_code == 422
    assert "编号已经有了" in again.text
    assert 'value="另一个"' in again.text
    empty = clerk.post("/units/new", page="/units/new", name=" ", code="")
    assert "请填写单位名称和单位编号" in empty.text
    with center.engine.connect() as connection:
        unit = connection.execute(select(units.c.id).where(units.c.code == "CS1")).scalar_one()
    assert actions(center, unit) == ["unit_registered"]


def test_a_code_is_shown_once_works_once_and_brings_its_desk_on_the_page(clerk: Browser, center: Center) -> None:
    shown = clerk.post("/units/ours/codes", page="/units/ours").text
    found = re.search(r'id="code">([A-Z0-9-]{14})<', shown)
    assert found
    assert "还有 1 个登记码没有用过" in shown
    assert found[1] not in clerk.get("/units/ours").text
    desk = Caller(center.http, "ours")
    desk.enrol(found[1])
    page = clerk.get("/units/ours").text
    assert "没有待用的登记码" in page
    assert page.count("撤销这台电脑") == 2
    assert "code_made" in actions(center, "ours")


def test_a_revoked_desk_is_out_at_once_and_reads_why(clerk: Browser, center: Center) -> None:
    ours, theirs = center.callers["ours"], center.callers["theirs"]
    path = f"/units/ours/desks/{ours.desk_id}/revoke"
    assert clerk.post(path, page="/units/ours", why=" ").status_code == 422
    assert ours.call("GET", "/v1/changes").status_code == 200
    page = clerk.post(path, page="/units/ours", why="电脑丢失")
    assert "撤销：电脑丢失" in page.text
    answer = ours.call("GET", "/v1/changes")
    assert answer.status_code == 401
    assert "电脑丢失" in answer.json()["text"]
    assert clerk.post(path, page="/units/ours", why="再来").status_code == 404
    other = f"/units/ours/desks/{theirs.desk_id}/revoke"
    assert clerk.post(other, page="/units/ours", why="别家的").status_code == 404
    assert theirs.call("GET", "/v1/changes").status_code == 200


def test_a_page_that_is_not_there_is_said_in_a_sentence(clerk: Browser) -> None:
    for path in ("/units/none", "/nothing", "/units/ours/codes"):
        answer = clerk.get(path)
        assert answer.status_code in (404, 405)
        assert "这一步没有办成" in answer.text
