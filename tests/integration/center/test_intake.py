"""Records at the center: once each, whatever comes with them."""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from center import registry
from protocol.canonical import canonical, sha256_hex
from protocol.messages import PushedRecord, Receipt
from protocol.signing import public_text, verify
from tests.integration.center.conftest import Center


def outcomes(answer: Any) -> list[str]:
    return [one["outcome"] for one in answer.raise_for_status().json()["answers"]]


def test_the_same_bytes_twice_get_the_same_receipt_and_other_bytes_are_a_conflict(center: Center) -> None:
    desk = center.callers["ours"]
    record = desk.record({"retiree_id": "ours-0"})
    first, again = desk.push(record), desk.push(record)
    other = desk.push(desk.record({"retiree_id": "ours-1"}, uuid=record["uuid"]))
    assert [outcomes(one) for one in (first, again, other)] == [["accepted"], ["duplicate"], ["conflict"]]
    told = desk.call("GET", "/v1/changes").json()["changes"]
    assert [one["body"]["id"] for one in told if one["kind"] == "certification"] == [record["uuid"]]
    assert first.json()["answers"][0]["receipt"] == again.json()["answers"][0]["receipt"]


def test_the_receipt_signs_just_these_bytes_and_survives_a_rotation_of_keys(
    center: Center, in_database: Callable[..., Any]
) -> None:
    desk = center.callers["ours"]
    record = desk.record({"retiree_id": "ours-0"})
    old = Receipt.model_validate(desk.push(record).json()["answers"][0]["receipt"])
    in_database(lambda connection: registry.rotate_key(connection, who="test"))
    new = Receipt.model_validate(desk.push(desk.record({"retiree_id": "ours-1"})).json()["answers"][0]["receipt"])
    assert old.key_id != new.key_id
    keys = {key["key_id"]: key for key in desk.log_in().json()["center_keys"]}
    for receipt in (old, new):
        verify(keys[receipt.key_id]["public_key"], receipt.signed_part(), receipt.signature)
    assert keys[old.key_id]["retired_at"] is not None
    assert old.sha256 == sha256_hex(canonical(PushedRecord.model_validate(record).signed_part()))


@pytest.mark.parametrize(
    "body",
    [
        {"retiree_id": "ours-1", "supersedes": 7},
        {"retiree_id": "ours-1", "note": "a\x00b"},
        {"retiree_id": "ours-1\x00"},
        {"retiree_id": ["ours-1"]},
        {},
    ],
    ids=["odd supersedes", "nul", "nul in id", "list", "empty"],
)
def test_a_body_that_cannot_be_kept_is_rejected_alone_and_its_neighbours_are_accepted(
    center: Center, body: dict[str, Any]
) -> None:
    desk = center.callers["ours"]
    before, after = desk.record({"retiree_id": "ours-0"}), desk.record({"retiree_id": "ours-2"})
    answer = desk.push(before, desk.record(body), after)
    assert outcomes(answer)[0::2] == ["accepted", "accepted"]
    assert outcomes(answer)[1] == "rejected" or "note" in body
    assert outcomes(desk.push(before, after)) == ["duplicate", "duplicate"]


def test_a_form_without_a_real_date_is_rejected_in_words(center: Center) -> None:
    desk = center.callers["ours"]
    answer = desk.push(desk.record({"retiree_id": "ours-0", "signed_on": "gestern"}, kind="form_submission"))
    assert outcomes(answer) == ["rejected"]
    assert "不完整" in answer.json()["answers"][0]["text"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "horoscope"}, "unknown_kind"),
        ({"version": 2}, "newer_version"),
        ({"version": 0}, "bad_version"),
        ({"desk_id": "another"}, "wrong_desk"),
        ({"captured_at": "2099-01-01T00:00:00+08:00"}, "in_future"),
    ],
)
def test_what_the_center_does_not_know_is_refused_by_name(center: Center, changes: dict[str, Any], code: str) -> None:
    desk = center.callers["ours"]
    answer = desk.push(desk.record({"retiree_id": "ours-0"}, **changes)).json()["answers"][0]
    assert (answer["outcome"], answer["code"]) == ("rejected", code)


def test_a_flipped_bit_in_the_body_is_a_bad_signature(center: Center) -> None:
    desk = center.callers["ours"]
    record = desk.record({"retiree_id": "ours-0", "llr": 4.5})
    answer = desk.push({**record, "body": {"retiree_id": "ours-0", "llr": 4.25}}).json()["answers"][0]
    assert answer["code"] == "bad_signature"


def test_a_revoked_desk_is_told_why_at_once_even_with_a_token_that_still_runs(
    center: Center, in_database: Callable[..., Any]
) -> None:
    desk = center.callers["ours"]
    in_database(lambda connection: registry.revoke(connection, desk.desk_id, why="电脑丢失", who="test"))
    for answer in (desk.call("GET", "/v1/changes"), desk.log_in(), desk.push(desk.record({"retiree_id": "ours-0"}))):
        assert answer.status_code == 401
        assert "电脑丢失" in answer.json()["text"]


def test_a_code_is_not_spent_on_something_that_is_no_key(center: Center, in_database: Callable[..., Any]) -> None:
    code = in_database(lambda connection: registry.new_code(connection, "ours", who="test"))
    wanted = {"code": code, "public_key": "AAAA", "desk_name": "x"}
    assert center.http.post("/v1/enrol", json=wanted).json()["code"] == "key_invalid"
    desk = center.callers["ours"]
    desk.key = Ed25519PrivateKey.generate()
    desk.enrol(code)
    assert desk.log_in().is_success


def test_the_same_record_twice_in_one_push_is_kept_once_and_other_bytes_beside_it_are_a_conflict(
    center: Center,
) -> None:
    desk = center.callers["ours"]
    one = desk.record({"retiree_id": "ours-0"})
    other = desk.record({"retiree_id": "ours-1"}, uuid=one["uuid"])
    stranger = desk.record({"retiree_id": "nobody"})
    answer = desk.push(one, stranger, one, other)
    assert outcomes(answer) == ["accepted", "rejected", "duplicate", "conflict"]
    receipts = [each["receipt"] for each in answer.json()["answers"]]
    assert receipts[0] is not None
    assert receipts[0] == receipts[2]


def test_the_same_push_many_times_at_once_keeps_each_record_once(center: Center) -> None:
    desk = center.callers["ours"]
    batch = [desk.record({"retiree_id": f"ours-{n % 3}"}) for n in range(20)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: desk.push(*batch), range(6)))
    got = [[each["receipt"]["number"] for each in one.raise_for_status().json()["answers"]] for one in answers]
    assert all(numbers == got[0] for numbers in got)
    assert len(set(got[0])) == 20
    assert sum(outcomes(one).count("accepted") for one in answers) == 20


def test_an_enrolment_that_a_bad_line_sent_many_times_at_once_is_one_desk(
    center: Center, in_database: Callable[..., Any]
) -> None:
    code = in_database(lambda connection: registry.new_code(connection, "ours", who="test"))
    wanted = {"code": code, "public_key": public_text(Ed25519PrivateKey.generate()), "desk_name": "x"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: center.http.post("/v1/enrol", json=wanted), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["desk_id"] for answer in answers}) == 1


@pytest.mark.parametrize("raw", [b'{"records":[{"uuid":"\\ud800"}]}', b'{"records": NaN}', b"\xff", b"[]", b""])
def test_what_is_not_even_a_message_gets_words_and_never_a_server_error(center: Center, raw: bytes) -> None:
    desk = center.callers["ours"]
    answer = desk.call("POST", "/v1/records", content=raw)
    assert answer.status_code == 422
    assert answer.json()["code"] == "unreadable"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/nothing", 404), ("PUT", "/v1/records", 405)])
def test_what_is_not_there_is_refused_with_a_code_and_words(
    center: Center, method: str, path: str, status: int
) -> None:
    answer = center.callers["ours"].call(method, path)
    assert answer.status_code == status
    assert {"code", "text", "server_time"} <= answer.json().keys()


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/v1/enrol", b" " * 100_000, {}),
        ("/v1/token", b" " * 100_000, {}),
        ("/v1/records", gzip.compress(b" " * 60 * 2**20), {"Content-Encoding": "gzip"}),
        ("/v1/records", b" " * 53 * 2**20, {}),
    ],
    ids=["enrol", "token", "bomb", "push"],
)
def test_a_body_beyond_its_limit_is_refused_before_anything_reads_it(
    center: Center, path: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = center.callers["ours"].call("POST", path, content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
