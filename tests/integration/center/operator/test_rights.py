"""Who may what: roles, units, forms' tokens and the audit, over every route the site has, so that none is forgotten."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import func, select

from center import payments
from center.operator import accounts, site
from center.rules import month_text
from center.tables import audit, operators
from tests.builders.packages import stick
from tests.integration.center.conftest import Center
from tests.integration.center.operator.conftest import NAME, PASSWORD, Browser
from tests.integration.center.operator.files import number, workbook

OPEN = {"/sign-in"}
NO_TABLE = {"/sign-out"}
ROUTES = [route for part in site.PARTS for route in part.router.routes if isinstance(route, APIRoute)]
GETS = sorted({route.path for route in ROUTES if "GET" in (route.methods or ()) and route.path not in OPEN})
POSTS = sorted({route.path for route in ROUTES if "POST" in (route.methods or ()) and route.path not in OPEN})
OF_UNIT = sorted({path for path in (*GETS, *POSTS) if "{unit_id}" in path})


def filled(path: str, unit: str = "ours") -> str:
    known = {"unit_id": unit, "kind": "roster", "month": "2026-11", "retiree_id": f"{unit}-0", "number": "1"}
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], "0" * 64), path)


@pytest.fixture
def account(center: Center, stranger: Browser, other: Browser) -> Callable[..., Browser]:
    """Somebody with a role and units, signed in in the other browser."""
    assert stranger

    def make(role: accounts.Role, units: set[str] | None) -> Browser:
        with center.engine.begin() as connection:
            accounts.put(connection, "某人", PASSWORD, who="test", role=role)
            made = connection.execute(select(operators.c.id).where(operators.c.name == "某人")).scalar_one()
            accounts.set_rights(connection, made, role=role, units=units, disabled=False, who="test")
        assert other.sign_in(name="某人").url.path == "/operator/"
        return other

    return make


def test_every_page_but_the_sign_in_sends_strangers_there(stranger: Browser) -> None:
    for path in GETS:
        assert stranger.get(filled(path)).url.path == "/operator/sign-in", path


def test_no_form_is_taken_without_its_token(clerk: Browser, center: Center) -> None:
    with center.engine.connect() as connection:
        before = connection.execute(select(func.count()).select_from(audit)).scalar_one()
    for path in POSTS:
        answer = clerk.http.post(f"/operator{filled(path)}", data={"csrf": "0" * 64}, files={"file": ("x", b"x")})
        if path not in ("/packages", "/units/{unit_id}/import/{kind}"):
            answer = clerk.http.post(f"/operator{filled(path)}", data={"csrf": "0" * 64})
        assert answer.status_code == 403, path
        assert "刷新后再提交" in answer.text
    with center.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(audit)).scalar_one() == before


def test_who_only_looks_can_change_nothing(account: Callable[..., Browser]) -> None:
    viewer = account(accounts.Role.VIEWER, None)
    token = viewer.token("/")
    for path in POSTS:
        if path in NO_TABLE:
            continue
        answer = viewer.http.post(f"/operator{filled(path)}", data={"csrf": token})
        assert answer.status_code == 403, path
    for path in (
        "/",
        "/forms",
        "/near",
        "/payments",
        "/audit",
        "/units/ours",
        "/units/ours/people",
        "/units/ours/records",
    ):
        page = viewer.get(path)
        assert page.status_code == 200
        shown = re.findall(r'<form method="post" action="([^"]+)"', page.text)
        assert shown == ["/operator/sign-out"], path


def test_a_unit_that_is_not_the_clerks_is_not_there(account: Callable[..., Browser]) -> None:
    clerk = account(accounts.Role.CLERK, {"theirs"})
    token = clerk.token("/")
    for path in OF_UNIT:
        if path in GETS:
            answer = clerk.get(filled(path))
            assert answer.status_code in (404, 422), path
            assert "退休" not in answer.text
            assert answer.status_code == 404 or "near" in path or "payments" in path
        if path in POSTS:
            answer = clerk.http.post(f"/operator{filled(path)}", data={"csrf": token, "why": "x"})
            assert answer.status_code == 404, path
    for path in ("/", "/forms", "/near", "/payments", "/audit", "/packages"):
        page = clerk.get(path).text
        assert ">ours<" not in page
        assert "/units/ours" not in page
    assert clerk.get("/audit?unit=ours").status_code == 404
    assert clerk.get("/audit?unit=-").status_code == 404
    for path in ("/accounts", "/units/new"):
        assert clerk.get(path).status_code == 403


def test_accounts_are_made_limited_and_ended_on_the_page(clerk: Browser, other: Browser, center: Center) -> None:
    new = "/accounts/new"
    short = clerk.post(new, page=new, name="王县", password="kurz", role="clerk", all_units="1")
    assert short.status_code == 422
    assert "至少要 10 个字" in short.text
    assert clerk.post(new, page=new, name=NAME, password=PASSWORD, role="clerk").status_code == 409
    made = clerk.post(new, page=new, name="王县", password=PASSWORD, role="clerk", units=["theirs", "made up"])
    assert "1 个单位" in made.text
    other.sign_in(name="王县")
    assert "theirs" in other.get("/").text
    with center.engine.connect() as connection:
        ids = {row[0]: row[1] for row in connection.execute(select(operators.c.name, operators.c.id))}
    path = f"/accounts/{ids['王县']}"
    clerk.post(path, page=path, role="viewer", all_units="1")
    assert other.get("/units/ours").status_code == 200
    assert other.get("/packages").status_code == 403
    clerk.post(path, page=path, role="viewer", all_units="1", disabled="1")
    assert other.get("/").url.path == "/operator/sign-in"
    assert accounts.WRONG in other.sign_in(name="王县").text
    mine = f"/accounts/{ids[NAME]}"
    for locked_out in ({"role": "admin", "disabled": "1", "all_units": "1"}, {"role": "clerk", "all_units": "1"}):
        last = clerk.post(mine, page=mine, **locked_out)
        assert last.status_code == 422
        assert "至少要留一个" in last.text


def test_the_audit_is_read_by_unit_by_deed_and_by_doer(clerk: Browser, center: Center) -> None:
    clerk.post("/units/ours/codes", page="/units/ours")
    everything = clerk.get("/audit").text
    for words in ("生成登记码", "登录", NAME, "电脑登记", "省中心"):
        assert words in everything
    codes = clerk.get(f"/audit?unit=ours&action=code_made&who={NAME}").text
    assert codes.count("<tr><td") == 1
    assert "<tr><td" not in clerk.get("/audit?unit=theirs&who=" + NAME).text
    assert "<tr><td" not in clerk.get("/audit?last=2001-01-01&first=2001-01-01").text
    assert '<td class="tight">电脑登记' in everything
    assert '<td class="tight">电脑登记' not in clerk.get("/audit?unit=-").text
    assert center


def test_a_body_that_is_no_small_form_is_refused_unread(clerk: Browser) -> None:
    data: dict[str, Any] = {"csrf": clerk.token("/units/new"), "name": "x" * 200_000}
    assert clerk.http.post("/operator/units/new", data=data).status_code == 413
    streamed = clerk.http.post("/operator/units/new", content=iter([b"name=x"]))
    assert streamed.status_code == 413


def test_every_form_that_is_taken_leaves_its_line_in_the_audit(clerk: Browser, center: Center, tmp_path: Path) -> None:
    usb = stick(center.engine, tmp_path)
    ours = center.callers["ours"]
    record = ours.record({"retiree_id": "ours-0", "signed_on": "2026-10-30"}, kind="form_submission")
    ours.push(record)
    imported = "/units/{unit_id}/import/{kind}"
    people, month = "/units/ours/people/ours-1", month_text(payments.months_open()[0])
    draft = [clerk.follow(clerk.upload("/units/ours/import/roster", workbook([str(n), number(n)]))) for n in (1, 2)]
    mark = re.findall(r'name="mark" value="(\w+)"', clerk.get(draft[1]).text)[0]
    with center.engine.connect() as connection:
        me = connection.execute(select(operators.c.id)).scalar_one()
    fields: dict[str, tuple[str, str, dict[str, Any]]] = {
        "/units/new": ("/units/new", "unit_registered", {"name": "a", "code": "b"}),
        "/units/{unit_id}/codes": ("/units/ours/codes", "code_made", {}),
        "/units/{unit_id}/people/{retiree_id}/payment": (
            f"{people}/payment", "payment_suspended", {"decision": "suspended", "month": month, "reason": "x"},
        ),
        "/units/{unit_id}/people/{retiree_id}/remove": (f"{people}/remove", "retiree_removed", {"why": "x"}),
        "/units/{unit_id}/records/{uuid}/decide": (
            f"/units/ours/records/{record['uuid']}/decide", "form_accepted", {"decision": "accepted"},
        ),
        f"{imported}/{{draft}}/drop": (f"{draft[0]}/drop", "draft_dropped", {}),
        f"{imported}/{{draft}}/confirm": (f"{draft[1]}/confirm", "roster_imported", {"mark": mark}),
        "/near": ("/near", "near_list_sent", {}),
        "/accounts/new": ("/accounts/new", "operator_put", {"name": "b", "password": PASSWORD, "role": "clerk"}),
        "/accounts/{account_id}": (f"/accounts/{me}", "operator_rights", {"role": "admin", "all_units": "1"}),
        "/units/{unit_id}/desks/{desk_id}/revoke": (f"/units/ours/desks/{ours.desk_id}/revoke", "desk_revoked", {"why": "x"}),
        "/sign-out": ("/sign-out", "signed_out", {}),
    }  # fmt: skip
    by_month = {"/units/{unit_id}/near/{month}", "/units/{unit_id}/payments/{month}"}  # see test_months_page
    assert {*fields, imported, "/packages", *by_month} == set(POSTS)
    token = clerk.token("/")
    clerk.http.post("/operator/packages", data={"csrf": token}, files={"file": ("x", usb.export().read_bytes())})
    for path, _action, sent in fields.values():
        answer = clerk.http.post(f"/operator{path}", data={"csrf": token, **sent}, follow_redirects=False)
        assert answer.status_code in (200, 303), f"{path}: {answer.text}"
    with center.engine.connect() as connection:
        lines = connection.execute(select(audit.c.action).where(audit.c.who == me)).scalars().all()
    usb.real.engine.dispose()
    assert {"draft_made", "package_imported", *(action for _path, action, _sent in fields.values())} <= set(lines)
