"""Clauses about what hangs on a roster, on a published program, and on sizes; some can be seen only where there is one."""

import gzip
import hashlib
import json
import uuid
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from center import clock
from center.conformance.caller import TUS, Caller
from center.conformance.checks import UnseenError, must, refused
from protocol.messages import (
    LARGEST_BODY_BYTES,
    MOST_CHANGES,
    CertificationBody,
    Change,
    ChangeKind,
    DecisionBody,
    NearListBody,
    Outcome,
    PushAnswer,
    RetireeBody,
    UnitInfo,
)
from protocol.signing import verify
from protocol.updates import UpdateManifest

BODIES: dict[str, type[BaseModel]] = {
    ChangeKind.RETIREE: RetireeBody,
    ChangeKind.CERTIFICATION: CertificationBody,
    ChangeKind.DECISION: DecisionBody,
    ChangeKind.NEAR_LIST: NearListBody,
    ChangeKind.UNIT: UnitInfo,
}
NAMED = (ChangeKind.RETIREE_REMOVED, ChangeKind.NOTICE, ChangeKind.FORM_TEMPLATE)


def everything(desk: Caller) -> list[Change]:
    found: list[Change] = []
    more, since = True, 0
    while more:
        page = desk.changes(since, MOST_CHANGES)
        must(page.cursor > since or not page.more, "a page that leads nowhere")
        found += page.changes
        since, more = page.cursor, page.more
    return found


def _somebody(desk: Caller) -> dict[str, Any]:
    """A living person of the roster."""
    last: dict[str, dict[str, Any]] = {}
    for change in everything(desk):
        if change.kind == ChangeKind.RETIREE:
            last[change.body["id"]] = change.body
        elif change.kind == ChangeKind.RETIREE_REMOVED:
            last.pop(change.body["id"], None)
    living = [body for body in last.values() if body.get("died_on") is None]
    if not living:
        raise UnseenError("nobody is on the roster of this unit")
    return living[0]


def known_changes(desk: Caller, _code: str) -> None:
    for change in everything(desk):
        must(change.kind in set(ChangeKind), f"kind {change.kind}")
        if change.kind in BODIES:
            BODIES[change.kind].model_validate(change.body)
        must(change.kind not in NAMED or "id" in change.body, f"{change.kind} without id")


def large_page(desk: Caller, _code: str) -> None:
    refused(desk.call("GET", "/v1/changes", params={"since": 0, "limit": MOST_CHANGES + 1}), 400, 422)


def roster_photo(desk: Caller, _code: str) -> None:
    named = [c.body["photo"] for c in everything(desk) if c.kind == ChangeKind.RETIREE and c.body.get("photo")]
    if not named:
        raise UnseenError("nobody on the roster has a photo")
    path, sha256 = f"/v1/photos/{named[-1]}", named[-1]
    whole = desk.call("GET", path)
    must(hashlib.sha256(whole.content).hexdigest() == sha256, "other bytes than the hash says")
    tag = whole.headers.get("ETag", "")
    must(bool(tag), "no ETag")
    again = desk.call("GET", path, headers={"If-None-Match": tag})
    must(again.status_code == 304 and not again.content, f"HTTP {again.status_code} for If-None-Match")
    part = desk.call("GET", path, headers={"Range": "bytes=1-4"})
    must(part.status_code == 206 and part.content == whole.content[1:5], f"HTTP {part.status_code} for a range")


def from_the_future(desk: Caller, _code: str) -> None:
    later = (clock.now() + timedelta(days=30)).isoformat()
    answer = desk.push(desk.record(captured_at=later)).answers[0]
    must(answer.outcome is Outcome.REJECTED and bool(answer.text), answer.outcome)


def large_body(desk: Caller, _code: str) -> None:
    large, good = desk.record(body={"retiree_id": "", "note": "x" * (LARGEST_BODY_BYTES + 1)}), desk.record()
    answers = desk.push(large, good).answers
    must(answers[0].outcome is Outcome.REJECTED, answers[0].outcome)
    must(answers[1].outcome is Outcome.ACCEPTED, "it spoilt its neighbour")


def zipped(desk: Caller, _code: str) -> None:
    data = gzip.compress(json.dumps({"records": [desk.record()]}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = desk.call("POST", "/v1/records", content=data, headers=headers)
    if response.status_code == 415:
        raise UnseenError("this center takes nothing compressed, and says so")
    answer = PushAnswer.model_validate_json(response.raise_for_status().content).answers[0]
    must(answer.outcome is Outcome.ACCEPTED, answer.outcome)


def form_waits(desk: Caller, _code: str) -> None:
    body = {"retiree_id": _somebody(desk)["id"], "channel": "unit_confirmed", "signed_on": "2026-01-05"}
    record = desk.record(kind="form_submission", body=body)
    must(desk.push(record).answers[0].outcome is Outcome.ACCEPTED, "the form was not accepted")
    told = [c.body for c in everything(desk) if c.kind == ChangeKind.CERTIFICATION and c.body["id"] == record["uuid"]]
    must(bool(told), "the form does not come back by pull")
    must((told[0]["channel"], told[0]["state"]) == ("unit_confirmed", "pending"), told[0])


def report_and_back(desk: Caller, _code: str) -> None:
    person = _somebody(desk)
    report = desk.record(kind="death_report", body={"retiree_id": person["id"], "on": "2026-01-05"})
    must(desk.push(report).answers[0].outcome is Outcome.ACCEPTED, "the report was not accepted")
    must(_last(desk, person["id"])["died_on"] == "2026-01-05", "the report is not told to the unit's desks")
    back = desk.record(kind="correction", body={"retiree_id": person["id"], "corrects": report["uuid"], "because": "x"})
    must(desk.push(back).answers[0].outcome is Outcome.ACCEPTED, "the correction was not accepted")
    told = _last(desk, person["id"])
    must(told["died_on"] is None and told["death_withdrawn"], "the correction is not told to the unit's desks")


def _last(desk: Caller, retiree_id: str) -> dict[str, Any]:
    return [c.body for c in everything(desk) if c.kind == ChangeKind.RETIREE and c.body["id"] == retiree_id][-1]


def unknown_upload(desk: Caller, _code: str) -> None:
    path = f"/v1/uploads/{uuid.uuid4().hex * 2}"
    for method, headers in (("HEAD", TUS), ("PATCH", {**TUS, "Upload-Offset": "0"})):
        content = {"Content-Type": "application/offset+octet-stream"}
        response = desk.call(method, path, headers={**headers, **content}, content=b"x" if method == "PATCH" else b"")
        must(response.status_code == 404, f"HTTP {response.status_code} for {method}")


def unknown_program(desk: Caller, _code: str) -> None:
    refused(desk.call("GET", f"/v1/updates/files/{'0' * 64}/content"), 404)


def program(desk: Caller, _code: str) -> None:
    answers = [desk.call("GET", f"/v1/updates/{system}/x86_64") for system in ("linux", "windows")]
    published = [one for one in answers if one.is_success]
    if not published:
        for one in answers:
            refused(one, 404)
        raise UnseenError("no program is published")
    manifest = UpdateManifest.model_validate_json(published[0].content)
    keys = {key.key_id: key.public_key for key in desk.log_in().center_keys}
    must(manifest.key_id in keys, "signed with a key that is not in the key set")
    verify(keys[manifest.key_id], manifest.signed_part(), manifest.signature)
    path = f"/v1/updates/files/{manifest.sha256}/content"
    headers = {"Range": "bytes=0-9", "Accept-Encoding": "identity"}
    part = desk.call("GET", path, headers=headers)
    must(part.headers.get("Content-Range") == f"bytes 0-9/{manifest.size}", f"HTTP {part.status_code} for a range")
