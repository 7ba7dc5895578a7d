"""A roster from a workbook: every row is judged, nothing is written before the clerk says so, nothing is written twice."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from center import roster
from center.app import create_app
from protocol.messages import RetireeBody
from tests.integration.center.conftest import Center, person
from tests.integration.center.operator.conftest import Browser
from tests.integration.center.operator.files import HEADINGS, number, packed, workbook

PATH = "/units/ours/import/roster"


@pytest.fixture
def people(in_database: Callable[..., Any]) -> Callable[[], dict[str, RetireeBody]]:
    return lambda: {one.id: one for one in in_database(lambda connection: roster.people(connection, "ours"))}


def mark(page: str) -> str:
    found = re.search(r'name="mark" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def confirm(clerk: Browser, preview: Any) -> Any:
    path = clerk.follow(preview)
    return clerk.post(f"{path}/confirm", page=path, mark=mark(preview.text))


def test_good_rows_are_shown_then_written_and_the_desks_told_and_bad_rows_say_why(
    clerk: Browser, center: Center, people: Callable[[], dict[str, RetireeBody]]
) -> None:
    data = workbook(
        ["王建国", number(1), "5001", "2015-03-01", "0731-1"],
        ["", number(2), "5002", "", ""],
        ["李四", number(3)[:-1] + "0", "5003", "", ""],
        ["赵五", 4.31999195003071e17, "5004", "", ""],
        ["钱六", number(1), "5005", "", ""],
        ["孙七", number(6), "5006", "去年", ""],
        ["周八", number(7), "5007", "2019.5", ""],
        above=["某单位退休人员名册", "2026年"],
    )
    before = people()
    preview = clerk.upload(PATH, data, "名册.xlsx")
    assert "现在还什么都没有写入" in preview.text
    assert people() == before
    for words in ("缺姓名", "最后一位对不上", "取整", "和第 4 行相同", "“去年”不是日期"):
        assert words in preview.text
    assert number(1) not in preview.text
    done = confirm(clerk, preview)
    assert "新增 2 人" in done.text
    assert "有错的 5 行没有导入" in done.text
    after = people()
    assert set(after) - set(before) == {"5001", "5007"}
    assert str(after["5007"].first_paid_on) == "2019-05-01"
    told = center.callers["ours"].call("GET", "/v1/changes").json()["changes"]
    assert "王建国" in json.dumps(told[-2:], ensure_ascii=False)
    again = clerk.upload(PATH, data, "名册.xlsx")
    assert "没有可以写入的内容" in again.text


def test_empty_cells_change_nothing_and_what_changes_is_said(
    clerk: Browser, in_database: Callable[..., Any], people: Callable[[], dict[str, RetireeBody]]
) -> None:
    known = person(9, "ours", id_number=number(9), personnel_number="77", phone="0731-9", photo="a" * 64,
                   payment="suspended", suspended_from="2026-05")  # fmt: skip
    in_database(lambda connection: roster.put_retirees(connection, "ours", [known], who="test"))
    preview = clerk.upload(PATH, workbook(["新名字", number(9), "", "", ""]))
    assert "姓名：退休9 → 新名字" in preview.text
    assert "1</b>" in preview.text
    confirm(clerk, preview)
    assert people()["ours-9"] == known.model_copy(update={"name": "新名字"})


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["甲", number(11), "暂停", ""], "暂停起始月"),
        (["退休9", number(9), "停发", ""], "请在“停发恢复”办理"),
        (["甲", number(9), "退休", ""], "可以填"),
        (["甲", "ABC123456789012", "发放", ""], "请填性别"),
        (["甲", number(12), "暂停", "今年"], "不是月份"),
    ],
)
def test_payments_of_known_people_are_never_changed_by_a_file(
    clerk: Browser, in_database: Callable[..., Any], row: list[str], says: str
) -> None:
    known = person(9, "ours", id_number=number(9), personnel_number="77")
    in_database(lambda connection: roster.put_retirees(connection, "ours", [known], who="test"))
    preview = clerk.upload(PATH, workbook(row, headings=("姓名", "证件号码", "待遇状态", "暂停起始月")))
    assert says in preview.text
    assert "没有可以写入的内容" in preview.text


def test_one_persons_id_number_with_anothers_personnel_number_is_refused(
    clerk: Browser, in_database: Callable[..., Any]
) -> None:
    two = [person(n, "ours", id_number=number(n), personnel_number=str(n)) for n in (21, 22)]
    in_database(lambda connection: roster.put_retirees(connection, "ours", two, who="test"))
    preview = clerk.upload(PATH, workbook(["甲", number(21), "22", "", ""]))
    assert "证件号码是退休21的，个人编号却是退休22的" in preview.text


def test_a_roster_that_changed_meanwhile_is_shown_again_and_a_file_is_confirmed_once(
    clerk: Browser, in_database: Callable[..., Any], people: Callable[[], dict[str, RetireeBody]]
) -> None:
    preview = clerk.upload(PATH, workbook(["甲", number(31), "31", "", ""]))
    path, seen = clerk.follow(preview), mark(preview.text)
    meanwhile = person(31, "ours", id="31", id_number=number(31), personnel_number="31")
    in_database(lambda connection: roster.put_retirees(connection, "ours", [meanwhile], who="test"))
    late = clerk.post(f"{path}/confirm", page=path, mark=seen)
    assert late.status_code == 409
    assert "重新看一遍" in late.text
    assert people()["31"].name == "退休31"
    assert "修改 1 人" in clerk.post(f"{path}/confirm", page=path, mark=mark(clerk.get(path).text)).text
    twice = clerk.post(f"{path}/confirm", page="/units/ours/import/roster", mark=seen)
    assert twice.status_code == 404
    assert "已经用过或过期" in twice.text


def test_another_worker_shows_and_confirms_what_one_took_in(clerk: Browser, center: Center) -> None:
    preview = clerk.upload(PATH, workbook(["甲", number(41), "41", "", ""]))
    path = clerk.follow(preview)
    with TestClient(create_app(center.engine, files=center.folder / "files")) as http:
        http.cookies.set("operator", clerk.http.cookies["operator"], path="/operator")
        second = Browser(http)
        assert "新增 1 人" in second.post(f"{path}/confirm", page=path, mark=mark(second.get(path).text)).text


def test_a_file_can_be_dropped_and_the_report_fetched(clerk: Browser, center: Center) -> None:
    preview = clerk.upload(PATH, workbook(["=cmd", "1", "", "", ""], ["甲", number(51), "51", "", ""]), "=x.xlsx")
    path = clerk.follow(preview)
    book = load_workbook(io.BytesIO(clerk.get(f"{path}/report.xlsx").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[1][4] == "有错，不导入"
    assert rows[2][4] == "新增"
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)
    assert clerk.post(f"{path}/drop", page=path).url.path.endswith("/import/roster")
    assert clerk.get(path).status_code == 404
    assert [p for p in (center.folder / "files").rglob("drafts/*/*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "读不出这个文件"),
        (b"\xd0\xcf\x11\xe0old excel", "读不出这个文件"),
        (b"PK\x03\x04 no zip", "读不出这个文件"),
        (workbook(), "表头下面没有内容"),
        (workbook(["a", "b"], headings=("甲", "乙")), "没有找到表头"),
        (packed(("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')), "读不出这个文件"),
        (packed(("a", b"\0" * 310 * 2**20)), "太大"),
    ],
    ids=["empty", "xls", "broken", "only headings", "other headings", "entities", "bomb"],
)
def test_what_is_no_roster_is_refused_in_words_and_not_kept(
    clerk: Browser, center: Center, data: bytes, says: str
) -> None:
    answer = clerk.upload(PATH, data)
    assert 400 <= answer.status_code < 500
    assert says in answer.text
    assert not (center.folder / "files" / "drafts").exists()


def test_the_template_is_a_roster_itself(clerk: Browser) -> None:
    book = load_workbook(io.BytesIO(clerk.get("/roster-template.xlsx").content))
    titles = [cell.value for cell in next(iter(book.worksheets[0].iter_rows()))]
    assert {"姓名", "证件号码", "首次发放日期"} <= set(titles)
    filled = workbook(["甲", number(61)], headings=titles)
    assert "新增" in clerk.upload(PATH, filled).text
    assert set(HEADINGS) - set(titles) == {"身份证号码"}


def test_no_file_too_large_a_file_and_another_units_draft_are_refused(clerk: Browser) -> None:
    form = {"csrf": clerk.token(PATH)}
    assert "还没有选文件" in clerk.http.post(f"/operator{PATH}", data=form, files={"x": ("a", b"")}).text
    large = clerk.http.post(f"/operator{PATH}", data=form, files={"file": ("a", b"0" * 21 * 2**20)})
    assert large.status_code == 413
    assert "最多 20 MB" in large.text
    without = clerk.http.post(f"/operator{PATH}", data={"csrf": "0"}, files={"file": ("a", b"0")})
    assert without.status_code == 403
    path = clerk.follow(clerk.upload(PATH, workbook(["甲", number(71), "", "", ""])))
    assert clerk.get(path.replace("ours", "theirs")).status_code == 404
    assert clerk.get(path.replace("roster", "photos")).status_code == 404
