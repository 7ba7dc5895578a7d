"""Near lists and monthly runs on the page: shown, confirmed, told to the desks, made again without doubling."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from center import near_lists, payments, roster
from center.__main__ import main
from center.errors import Refused
from center.rules import month_from
from center.tables import audit, payment_decisions
from protocol.messages import ChangeKind, NearListBody
from tests.integration.center.conftest import Center, person
from tests.integration.center.operator.conftest import Browser


@pytest.fixture
def november(monkeypatch: pytest.MonkeyPatch, center: Center) -> None:
    """The third of the month, at ten in Changsha. Cookies and tokens are made with the real clock: only days are asked."""
    assert center is not None
    for module in (payments, near_lists):
        monkeypatch.setattr(module, "civil_day", lambda _moment: date(2026, 11, 3))


def certified(number: int, on: str, *, channel: str = "assisted_face", state: str = "accepted") -> Any:
    at = datetime.fromisoformat(f"{on}T10:00:00+08:00")
    body = {
        "id": f"c-{number}-{on}", "retiree_id": f"ours-{number}", "channel": channel, "captured_at": at.isoformat(),
        "signed_on": on if channel == "unit_confirmed" else None, "state": state, "accepted_at": None, "reason": "",
        "supersedes": None,
    }  # fmt: skip
    return (ChangeKind.CERTIFICATION, str(body["id"]), body)


@pytest.fixture
def people(november: None, in_database: Callable[..., Any]) -> None:
    """10 overdue since October; 11 near; 12 suspended and certified in October; 13 dead; 14 with a form waiting; 15 far."""

    def fill(connection: Any) -> None:
        plain = {"first_paid_on": date(2015, 1, 1)}
        suspended = {"payment": "suspended", "suspended_from": "2026-08"}
        bodies = [
            person(10, "ours", **plain, name="欠期"),
            person(11, "ours", **plain, name="临近"),
            person(12, "ours", **plain, **suspended, name="恢复"),
            person(13, "ours", **plain, name="去世", died_on=date(2026, 9, 9), last_paid="2026-10"),
            person(14, "ours", **plain, name="待审"),
            person(15, "ours", **plain, name="还远"),
        ]
        roster.put_retirees(connection, "ours", bodies, who="test")
        told = [
            certified(10, "2025-10-09"),
            certified(11, "2025-12-05"),
            certified(12, "2025-07-15"),
            certified(12, "2026-10-20"),
            certified(13, "2026-01-01"),
            certified(14, "2025-10-01"),
            certified(14, "2026-10-30", channel="unit_confirmed", state="pending"),
            certified(15, "2026-09-01"),
        ]
        roster.add_changes(connection, "ours", told)

    in_database(fill)


def told(center: Center, kind: str) -> list[dict[str, Any]]:
    changes = center.callers["ours"].call("GET", "/v1/changes", params={"limit": 1000}).json()["changes"]
    return [one["body"] for one in changes if one["kind"] == kind]


def mark(page: str) -> str:
    found = re.search(r'name="mark" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


RUN = "/units/ours/payments/2026-11"
LIST = "/units/ours/near/2026-11"


@pytest.mark.usefixtures("people")
def test_a_run_is_shown_then_decided_then_finds_nothing_more(clerk: Browser, center: Center) -> None:
    page = clerk.get(RUN).text
    for words in ("欠期", "恢复", "补发 2026-08、2026-09、2026-10", "应退回 2026-10", "先审表格", "确认这 3 人"):
        assert words in page
    assert "还远" not in page
    assert told(center, "decision") == []
    done = clerk.post(RUN, page=RUN, mark=mark(page))
    assert "已确认 3 人" in done.text
    got = {one["retiree_id"]: one for one in told(center, "decision")}
    assert [(one, got[one]["decision"], got[one]["month"], got[one]["back_pay"]) for one in sorted(got)] == [
        ("ours-10", "suspended", "2026-11", []),
        ("ours-12", "resumed", "2026-11", ["2026-08", "2026-09", "2026-10"]),
        ("ours-13", "terminated", "2026-10", []),
    ]
    assert "确认这" not in clerk.get(RUN).text
    assert clerk.post(RUN, page=RUN, mark=mark(page)).status_code == 409
    assert len(told(center, "decision")) == 3
    assert "2026年11月" in clerk.get("/units/ours/people/ours-10").text
    overview = clerk.get("/payments?month=2026-11").text
    assert overview.count('<td class="number">1</td>') == 3
    with center.engine.connect() as connection:
        actions = connection.execute(select(audit.c.action)).scalars().all()
    assert actions.count("payment_run") == 1
    assert {"payment_suspended", "payment_resumed", "payment_terminated"} <= set(actions)


@pytest.mark.usefixtures("people")
def test_what_changed_since_the_preview_is_shown_again_instead_of_decided(
    clerk: Browser, center: Center, in_database: Callable[..., Any]
) -> None:
    seen = mark(clerk.get(RUN).text)
    in_database(lambda c: roster.add_changes(c, "ours", [certified(10, "2026-10-31")]))
    late = clerk.post(RUN, page=RUN, mark=seen)
    assert late.status_code == 409
    assert "重新看一遍" in late.text
    assert told(center, "decision") == []
    assert "欠期" not in clerk.get(RUN).text


@pytest.mark.usefixtures("people")
def test_many_clerks_who_confirm_at_once_decide_once(center: Center) -> None:
    with center.engine.begin() as connection:
        seen = payments.preview(connection, "ours", month_from("2026-11")).mark

    def confirm(_number: int) -> int:
        try:
            with center.engine.begin() as connection:
                return payments.confirm(connection, "ours", month_from("2026-11"), seen, who="test")
        except Refused as refusal:
            return -refusal.status

    with ThreadPoolExecutor(5) as pool:
        got = sorted(pool.map(confirm, range(5)))
    assert got == [-409] * 4 + [3]
    with center.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(payment_decisions)).scalar_one() == 3


@pytest.mark.usefixtures("people")
def test_a_run_made_too_early_is_warned_about_and_put_right_by_the_next(
    clerk: Browser, center: Center, in_database: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payments, "civil_day", lambda _moment: date(2026, 10, 25))
    monkeypatch.setattr("center.operator.payment_routes.civil_day", lambda _moment: date(2026, 10, 25))
    page = clerk.get(RUN).text
    assert "2026年10月还没有过完" in page
    clerk.post(RUN, page=RUN, mark=mark(page))
    in_database(lambda c: roster.add_changes(c, "ours", [certified(10, "2026-10-28")]))
    monkeypatch.setattr(payments, "civil_day", lambda _moment: date(2026, 11, 1))
    again = clerk.get(RUN).text
    assert "欠期" in again
    assert "不影响发放" in again
    clerk.post(RUN, page=RUN, mark=mark(again))
    last = told(center, "decision")[-1]
    assert (last["retiree_id"], last["decision"], last["month"], last["back_pay"]) == (
        "ours-10",
        "resumed",
        "2026-11",
        [],
    )


@pytest.mark.usefixtures("people")
def test_a_decision_by_hand_is_told_and_never_doubled(clerk: Browser, center: Center) -> None:
    path = "/units/ours/people/ours-12"
    wrong = clerk.post(
        f"{path}/payment", page=path, decision="resumed", month="2026-11", back_from="2026-12", reason="x"
    )
    assert wrong.status_code == 422
    assert clerk.post(f"{path}/payment", page=path, decision="resumed", month="2026-11").status_code == 422
    assert clerk.post(f"{path}/payment", page=path, decision="resumed", month="11", reason="x").status_code == 422
    made = clerk.post(
        f"{path}/payment", page=path, decision="resumed", month="2026-11", back_from="2026-09", reason="复核"
    )
    assert "复核" in made.text
    assert told(center, "decision")[-1]["back_pay"] == ["2026-09", "2026-10"]
    twice = clerk.post(
        f"{path}/payment", page=path, decision="resumed", month="2026-11", back_from="2026-09", reason="复核"
    )
    assert twice.status_code == 409
    assert len(told(center, "decision")) == 1


@pytest.mark.usefixtures("people")
def test_a_near_list_is_shown_then_told_and_told_again_only_when_it_changed(
    clerk: Browser, center: Center, in_database: Callable[..., Any]
) -> None:
    page = clerk.get(LIST).text
    assert "临近" in page
    assert "欠期" not in page
    assert told(center, "near_list") == []
    clerk.post(LIST, page=LIST, mark=mark(page))
    (body,) = told(center, "near_list")
    made = NearListBody.model_validate(body)
    assert (made.month, made.retiree_ids) == ("2026-11", ["ours-11"])
    assert "此后没有变化" in clerk.get(LIST).text
    clerk.post("/near", page="/near?month=2026-11", month="2026-11")
    assert len(told(center, "near_list")) == 1
    in_database(lambda c: roster.add_changes(c, "ours", [certified(11, "2026-11-02")]))
    again = clerk.get(LIST).text
    assert "此后有变化" in again
    clerk.post(LIST, page=LIST, mark=mark(again))
    assert [len(one["retiree_ids"]) for one in told(center, "near_list")] == [1, 0]
    with center.engine.connect() as connection:
        lines = connection.execute(select(audit.c.unit_id).where(audit.c.action == "near_list_sent")).scalars().all()
    assert sorted(lines) == ["ours", "ours", "theirs"]
    theirs = center.callers["theirs"].call("GET", "/v1/changes").json()["changes"]
    assert [len(one["body"]["retiree_ids"]) for one in theirs if one["kind"] == "near_list"] == [0]


@pytest.mark.usefixtures("people")
def test_a_policy_that_the_center_sent_moves_the_list(clerk: Browser, in_database: Callable[..., Any]) -> None:
    in_database(lambda c: roster.add_changes(c, "ours", [(ChangeKind.POLICY, "policy", {"near_days": 7})]))
    page = clerk.get(LIST).text
    assert "7 天内" in page
    assert "没有临近截止日期的人" in page


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("path", ["/units/ours/payments/2026-09", "/units/ours/payments/2027-01", "/units/ours/near/now",
                                  "/near?month=2031-01", "/payments?month=x", "/units/ours/near/2026-02-01"])  # fmt: skip
def test_months_that_are_over_or_far_away_are_refused(clerk: Browser, path: str) -> None:
    answer = clerk.get(path)
    assert answer.status_code == 422
    assert "月" in answer.text


@pytest.mark.usefixtures("people")
def test_the_command_line_sends_lists_and_policy_to_every_unit(
    center: Center, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if center.engine.dialect.name != "sqlite":
        pytest.skip("the command line takes an address; one database is enough here")
    command = ["--database", str(center.engine.url)]
    policy = tmp_path / "policy.json"
    policy.write_text('{"near_days": 45}')
    assert main([*command, "policy", str(policy)]) == 0
    policy.write_text('{"near_days": 0}')
    assert main([*command, "policy", str(policy)]) == 1
    assert main([*command, "near-lists", "2026-11"]) == 0
    assert "新下发 2 个单位，1 人" in capsys.readouterr().out
    assert main([*command, "near-lists", "2026-11"]) == 0
    assert "新下发 0 个单位" in capsys.readouterr().out
    for month in ("2031-01", "soon"):
        assert main([*command, "near-lists", month]) == 1
    assert [one["near_days"] for one in told(center, "policy")] == [45]
