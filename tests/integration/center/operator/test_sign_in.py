"""Nobody gets in by guessing, by an old cookie or through a form of somebody else's page."""

import io
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from center import clock
from center.__main__ import main
from center.database import make_engine, migrate
from center.operator import accounts, session
from center.tables import audit, operators
from tests.integration.center.conftest import Center
from tests.integration.center.operator.conftest import NAME, PASSWORD, Browser


def test_signing_in_leads_to_the_units_and_out_again_ends_the_cookie(clerk: Browser) -> None:
    assert "参保单位" in clerk.get("/").text
    cookie = clerk.http.cookies["operator"]
    assert clerk.post("/sign-out", page="/").url.path == "/operator/sign-in"
    clerk.http.cookies.clear()
    clerk.http.cookies.set("operator", cookie, path="/operator")
    assert clerk.get("/").url.path == "/operator/sign-in"


def test_a_wrong_password_and_an_unknown_name_are_answered_with_the_same_words(stranger: Browser) -> None:
    wrong, unknown = stranger.sign_in("falsch falsch"), stranger.sign_in(name="没有的人")
    for answer in (wrong, unknown):
        assert answer.status_code == 403
        assert accounts.WRONG in answer.text


def test_after_five_failures_even_the_right_password_waits_and_the_wait_grows(
    stranger: Browser, center: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        assert accounts.WRONG in stranger.sign_in("falsch falsch").text
    assert "请在 1 分钟后再试" in stranger.sign_in("falsch falsch").text
    assert "请在 1 分钟后再试" in stranger.sign_in().text
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=2))
    assert "请在 2 分钟后再试" in stranger.sign_in("falsch falsch").text
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=5))
    stranger.http.cookies.clear()
    assert stranger.sign_in().url.path == "/operator/"
    with center.engine.connect() as connection:
        assert connection.execute(select(operators.c.failures)).scalar_one() == 0
        actions = connection.execute(select(audit.c.action).where(audit.c.unit_id == "")).scalars().all()
    assert actions.count("sign_in_failed") == 6
    assert actions.count("sign_in_locked") == 1


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (5000, 60)]
)
def test_the_lock_doubles_up_to_an_hour(failures: int, minutes: int) -> None:
    assert accounts.lock_after(failures) == timedelta(minutes=minutes)


@pytest.mark.parametrize("path", ["/", "/units/new", "/units/ours"])
def test_every_page_sends_strangers_to_the_sign_in(stranger: Browser, path: str) -> None:
    assert stranger.get(path).url.path == "/operator/sign-in"


def test_no_form_is_taken_without_its_token_or_with_another_browsers(clerk: Browser, center: Center) -> None:
    fields = {"name": "新单位", "code": "X1"}
    with TestClient(center.http.app) as other:
        foreign = Browser(other).token("/sign-in")
    for token in ({}, {"csrf": ""}, {"csrf": foreign}, {"csrf": "é"}):
        answer = clerk.http.post("/operator/units/new", data={**fields, **token})
        assert answer.status_code == 403
        assert "刷新后再提交" in answer.text
    assert "新单位" not in clerk.get("/").text


def test_a_cookie_changed_or_too_old_is_worth_nothing(clerk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = clerk.http.cookies["operator"]
    clerk.http.cookies.clear()
    clerk.http.cookies.set("operator", cookie[:-4] + "AAAA", path="/operator")
    assert clerk.get("/").url.path == "/operator/sign-in"
    clerk.http.cookies.clear()
    assert clerk.sign_in().url.path == "/operator/"
    monkeypatch.setattr(session, "IDLE", timedelta(seconds=-1))
    assert clerk.get("/units/new").status_code == 200  # and gives a cookie that is over
    assert clerk.get("/").url.path == "/operator/sign-in"


def test_a_new_password_ends_the_sessions_of_the_old_one(clerk: Browser, center: Center) -> None:
    with center.engine.begin() as connection:
        accounts.put(connection, NAME, PASSWORD + "!", who="test")
    assert clerk.get("/").url.path == "/operator/sign-in"


def test_pages_are_not_kept_framed_or_scripted(stranger: Browser) -> None:
    answer = stranger.get("/sign-in")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_the_first_account_is_made_on_the_command_line(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/center.db"
    monkeypatch.setattr("sys.stdin", io.StringIO("kurz\n"))
    assert main(["--database", url, "operator", NAME]) == 1
    assert "至少要 10 个字" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert main(["--database", url, "operator", NAME]) == 0
    engine = make_engine(url)
    with engine.begin() as connection:
        assert isinstance(accounts.sign_in(connection, NAME, PASSWORD), accounts.Operator)
    engine.dispose()


def test_audit_lines_survive_the_migration_up_and_down(center: Center) -> None:
    wanted = select(audit.c.unit_id, audit.c.action).order_by(audit.c.at, audit.c.id)
    with center.engine.connect() as connection:
        before = connection.execute(wanted).all()
    assert before
    migrate(center.engine, "c0002")
    migrate(center.engine)
    with center.engine.connect() as connection:
        assert connection.execute(wanted).all() == before
