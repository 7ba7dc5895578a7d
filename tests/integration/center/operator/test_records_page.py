"""Records as the clerk sees them: found by filters, scans shown, forms accepted or returned, and the desk learns it by pull."""

import hashlib
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from center.tables import audit
from protocol.canonical import sha256_hex
from tests.integration.center.conftest import Caller, Center
from tests.integration.center.operator.conftest import Browser
from tests.integration.center.operator.files import picture
from tests.integration.center.test_units import tus


def form(caller: Caller, retiree: str = "ours-0", attachments: tuple[bytes, ...] = (), **body: Any) -> str:
    plain = {"retiree_id": retiree, "reason": "very_old", "signed_on": "2026-10-30", "verified_by": "李四", **body}
    record = caller.record(plain, kind="form_submission", attachments=[sha256_hex(one) for one in attachments])
    assert caller.push(record).json()["answers"][0]["outcome"] == "accepted"
    for data in attachments:
        sha = sha256_hex(data)
        headers = {**tus(sha, record["uuid"]), "Upload-Length": str(len(data))}
        caller.call("POST", "/v1/uploads", headers=headers).raise_for_status()
        caller.call("PATCH", f"/v1/uploads/{sha}", headers=headers, content=data).raise_for_status()
    return str(record["uuid"])


def pdf(pages: int = 2) -> bytes:
    target = io.BytesIO()
    made = [Image.new("RGB", (300, 420), (250, 250 - 40 * n, 240)) for n in range(pages)]
    made[0].save(target, "PDF", save_all=True, append_images=made[1:])
    return target.getvalue()


def told(caller: Caller, record: str) -> list[tuple[str, str, str]]:
    changes = caller.call("GET", "/v1/changes").json()["changes"]
    mine = [one["body"] for one in changes if record in json.dumps(one)]
    return [(body.get("state") or body["decision"], body["reason"], body.get("decided_at") or "") for body in mine]


def test_a_form_waits_is_opened_with_its_scan_and_accepted_once(clerk: Browser, center: Center) -> None:
    ours = center.callers["ours"]
    scan = pdf()
    record = form(ours, attachments=(scan,))
    assert "退休0" in clerk.get("/forms").text
    path = f"/units/ours/records/{record}"
    page = clerk.get(path).text
    for words in ("高龄行动不便", "李四", "2026-10-30", "OURS-", "第 2 页", "2026年11月2日 17:30"):
        assert words in page
    shown = clerk.get(f"{path}/files/{sha256_hex(scan)}/pages/2")
    assert shown.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).size[1] > 400
    assert clerk.get(f"{path}/files/{sha256_hex(scan)}/pages/3").status_code == 404
    fetched = clerk.get(f"{path}/files/{sha256_hex(scan)}")
    assert hashlib.sha256(fetched.content).hexdigest() == sha256_hex(scan)
    assert fetched.headers["content-disposition"].startswith("attachment")
    done = clerk.post(f"{path}/decide", page=path, decision="accepted")
    assert "已认可" in done.text
    assert told(ours, record)[-1][:2] == ("accepted", "")
    count = len(told(ours, record))
    clerk.post(f"{path}/decide", page=path, decision="accepted")
    assert len(told(ours, record)) == count, "the same decision twice says nothing new"
    assert "没有待审的表格" in clerk.get("/forms").text
    with center.engine.connect() as connection:
        actions = connection.execute(select(audit.c.action).where(audit.c.unit_id == "ours")).scalars().all()
    assert {"form_accepted", "attachment_seen", "attachment_kept", "attachment_announced"} <= set(actions)


def test_a_form_is_returned_with_a_reason_that_its_desk_reads(clerk: Browser, center: Center) -> None:
    ours = center.callers["ours"]
    record = form(ours)
    path = f"/units/ours/records/{record}"
    assert clerk.post(f"{path}/decide", page=path, decision="rejected").status_code == 422
    assert clerk.post(f"{path}/decide", page=path).status_code == 422
    done = clerk.post(
        f"{path}/decide", page=path, decision="rejected", reason="扫描件看不清", own_reason="章盖在名字上"
    )
    assert "章盖在名字上" in done.text
    assert told(ours, record)[-1][:2] == ("rejected", "章盖在名字上")
    late = clerk.post(f"{path}/decide", page=path, decision="accepted")
    assert late.status_code == 409
    assert "已经有人处理过" in late.text
    clerk.post(f"{path}/decide", page=path, decision="accepted", again="1")
    assert told(ours, record)[-1][:2] == ("accepted", "")


def test_a_certification_that_was_wrong_is_taken_back_with_a_reason(clerk: Browser, center: Center) -> None:
    ours = center.callers["ours"]
    record = ours.record({"retiree_id": "ours-1"})
    ours.push(record)
    path = f"/units/ours/records/{record['uuid']}"
    assert "已认可" in clerk.get(path).text
    done = clerk.post(f"{path}/decide", page=path, decision="rejected", own_reason="认错人", again="1")
    assert "已退回" in done.text
    assert told(ours, record["uuid"])[-1][:2] == ("rejected", "认错人")
    assert "还没有认证过" not in clerk.get("/units/ours/people/ours-1").text


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, {"a", "b", "c"}),
        ({"kind": "form_submission"}, {"b"}),
        ({"state": "pending"}, {"b"}),
        ({"q": "退休2"}, {"c"}),
        ({"q": "0000"}, {"a", "b", "c"}),
        ({"q": "%"}, set()),
        ({"first": "2999-01-01"}, set()),
        ({"last": "2999-01-01", "kind": "certification"}, {"a", "c"}),
        ({"first": "nonsense"}, {"a", "b", "c"}),
        ({"kind": "horoscope"}, set()),
    ],
)
def test_records_are_found_by_their_filters(
    clerk: Browser, center: Center, asked: dict[str, str], wanted: set[str]
) -> None:
    ours = center.callers["ours"]
    known = {}
    for name, retiree in (("a", "ours-0"), ("c", "ours-2")):
        record = ours.record({"retiree_id": retiree})
        ours.push(record)
        known[name] = record["uuid"]
    known["b"] = form(ours, "ours-1")
    page = clerk.http.get("/operator/units/ours/records", params=asked).text
    assert {name for name, record in known.items() if record in page} == wanted


def test_a_long_list_is_read_page_by_page_without_gap_or_repetition(clerk: Browser, center: Center) -> None:
    ours = center.callers["ours"]
    records = [ours.record({"retiree_id": f"ours-{n % 3}"}) for n in range(120)]
    for first in range(0, 120, 40):
        ours.push(*records[first : first + 40])
    seen: list[str] = []
    path = "/operator/units/ours/records"
    while path:
        page = clerk.http.get(path).text
        seen += [one["uuid"] for one in records if one["uuid"] in page]
        older = page.partition('<a href="?')[2].partition('"')[0].replace("&amp;", "&")
        path = f"/operator/units/ours/records?{older}" if "before=" in older else ""
    assert sorted(seen) == sorted(one["uuid"] for one in records)


def test_a_scan_that_is_not_here_yet_or_cannot_be_shown_is_said(clerk: Browser, center: Center) -> None:
    ours = center.callers["ours"]
    odd = b"RIFF....AVI LIST some video"
    record = form(ours, attachments=(odd, picture()))
    missing = ours.record({"retiree_id": "ours-0"}, attachments=["d" * 64], kind="form_submission")
    ours.push(missing)
    assert "还没有传完" in clerk.get(f"/units/ours/records/{missing['uuid']}").text
    page = clerk.get(f"/units/ours/records/{record}").text
    assert "不能在这里显示" in page
    assert page.count("<img") == 1
    damaged = form(ours, attachments=(b"%PDF-1.7 nothing more",))
    assert "不能在这里显示" in clerk.get(f"/units/ours/records/{damaged}").text


def test_another_units_record_and_attachment_are_not_there(
    clerk: Browser, center: Center, in_database: Callable[..., Any]
) -> None:
    scan = picture()
    record = form(center.callers["theirs"], "theirs-0", attachments=(scan,))
    mine = form(center.callers["ours"])
    for path in (
        f"/units/ours/records/{record}",
        f"/units/ours/records/{record}/files/{sha256_hex(scan)}",
        f"/units/ours/records/{mine}/files/{sha256_hex(scan)}/pages/1",
        f"/units/ours/records/{uuid.uuid4()}",
    ):
        assert clerk.get(path).status_code == 404
    answer = clerk.post(f"/units/ours/records/{record}/decide", page=f"/units/ours/records/{mine}", decision="accepted")
    assert answer.status_code == 404
    assert in_database is not None


def test_a_waiting_form_is_not_accepted_by_its_own_correction_and_an_accepted_one_can_be_corrected_and_refused(
    clerk: Browser, center: Center
) -> None:
    ours = center.callers["ours"]
    record = form(ours)
    other_day = {"retiree_id": "ours-0", "corrects": record, "because": "日期写错", "signed_on": "2026-11-01"}
    early = ours.record(other_day, kind="correction")
    assert ours.push(early).json()["answers"][0]["outcome"] == "accepted"
    assert told(ours, early["uuid"]) == []
    path = f"/units/ours/records/{record}"
    clerk.post(f"{path}/decide", page=path, decision="accepted")
    late = ours.record(other_day, kind="correction")
    ours.push(late)
    assert [one[0] for one in told(ours, late["uuid"])] == ["accepted"]
    assert "单位已更正这条记录" in clerk.get(path).text
    assert "已更正，不算" in clerk.get("/units/ours/people/ours-0").text
    assert "2027年11月1日" in clerk.get("/units/ours/people/ours-0").text
    corrected = f"/units/ours/records/{late['uuid']}"
    clerk.post(f"{corrected}/decide", page=corrected, decision="rejected", own_reason="没有新的表", again="1")
    assert told(ours, late["uuid"])[-1][:2] == ("rejected", "没有新的表")
    assert "2027年10月30日" in clerk.get("/units/ours/people/ours-0").text
    void = ours.record({"retiree_id": "ours-0", "corrects": record, "because": "办错了人"}, kind="correction")
    ours.push(void)
    assert "算不出" in clerk.get("/units/ours/people/ours-0").text
