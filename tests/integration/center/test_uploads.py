"""Attachments by tus: resumed from any byte, checked whole, only for records that name them, only within the unit."""

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from tests.integration.center.conftest import Caller, Center
from tests.integration.center.test_units import tus

DATA = random.Random(5).randbytes(70_000)
SHA = hashlib.sha256(DATA).hexdigest()


def announced(caller: Caller, data: bytes = DATA, sha256: str = SHA) -> Any:
    record = caller.record({"retiree_id": f"{caller.unit}-0"}, attachments=[sha256])
    assert caller.push(record).json()["answers"][0]["outcome"] == "accepted"
    headers = {**tus(sha256, record["uuid"]), "Upload-Length": str(len(data))}
    return caller.call("POST", "/v1/uploads", headers=headers)


def patch(caller: Caller, offset: int, data: bytes, sha256: str = SHA) -> Any:
    headers = {**tus(sha256, "-"), "Upload-Offset": str(offset)}
    return caller.call("PATCH", f"/v1/uploads/{sha256}", headers=headers, content=data)


def offset_of(caller: Caller, sha256: str = SHA) -> int:
    return int(caller.call("HEAD", f"/v1/uploads/{sha256}").headers["Upload-Offset"])


def test_an_attachment_goes_on_from_wherever_it_stopped(center: Center) -> None:
    ours, rng, at = center.callers["ours"], random.Random(1), 0
    assert announced(ours).headers["Location"] == f"/v1/uploads/{SHA}"
    while at < len(DATA):
        end = min(len(DATA), at + rng.randint(1, 20_000))
        answer = patch(ours, at, DATA[at:end])
        assert answer.status_code == 204
        at = int(answer.headers["Upload-Offset"])
        assert at == end == offset_of(ours)
    assert announced(ours).headers["Upload-Offset"] == str(len(DATA)), "announced again it is already there"
    assert patch(ours, len(DATA), b"").status_code == 204


def part_of(center: Center, sha256: str = SHA) -> Path:
    """Where the growing file of the one unit that announced it lies."""
    (announcement,) = (center.folder / "files").rglob(f"{sha256}.length")
    return announcement.with_suffix(".part")


@pytest.mark.parametrize(("left", "offset"), [(DATA, len(DATA)), (DATA[:-1] + b"?", 0)], ids=["whole", "damaged"])
def test_a_center_killed_between_the_last_byte_and_the_check_of_the_whole_checks_it_when_asked_again(
    center: Center, left: bytes, offset: int
) -> None:
    ours = center.callers["ours"]
    announced(ours)
    part_of(center).write_bytes(left)
    assert offset_of(ours) == offset
    assert announced(ours).headers["Upload-Offset"] == str(offset)
    if offset < len(DATA):
        assert patch(ours, offset, DATA[offset:]).status_code == 204
    whole = part_of(center).with_suffix("")
    assert hashlib.sha256(whole.read_bytes()).hexdigest() == SHA
    assert not part_of(center).exists()


def test_an_announcement_cut_off_by_a_kill_is_made_good_by_the_next(center: Center) -> None:
    ours = center.callers["ours"]
    announced(ours)
    patch(ours, 0, DATA[:1000])
    part_of(center).with_suffix(".length").write_bytes(b"")
    assert announced(ours).headers["Upload-Offset"] == "1000"
    assert offset_of(ours) == 1000


def test_a_file_on_its_way_does_not_change_its_length(center: Center) -> None:
    ours = center.callers["ours"]
    announced(ours)
    patch(ours, 0, DATA[:1000])
    assert announced(ours, data=DATA + b"more").json()["code"] == "other_length"
    assert patch(ours, 1000, DATA[1000:]).status_code == 204


def test_a_wrong_offset_is_refused_and_changes_nothing(center: Center) -> None:
    ours = center.callers["ours"]
    announced(ours)
    patch(ours, 0, DATA[:1000])
    for offset in (0, 999, 1001):
        assert patch(ours, offset, DATA[:10]).json()["code"] == "offset"
    assert offset_of(ours) == 1000


def test_bytes_of_another_file_are_never_accepted_and_can_be_sent_again(center: Center) -> None:
    ours = center.callers["ours"]
    announced(ours)
    answer = patch(ours, 0, DATA[:-1] + bytes([DATA[-1] ^ 1]))
    assert answer.json()["code"] == "checksum"
    assert offset_of(ours) == 0
    assert patch(ours, 0, DATA).status_code == 204
    assert offset_of(ours) == len(DATA)


def test_more_than_was_said_is_refused_and_what_was_here_stays(center: Center) -> None:
    ours = center.callers["ours"]
    announced(ours)
    patch(ours, 0, DATA[:100])
    assert patch(ours, 100, DATA[100:] + b"more").json()["code"] == "too_long"
    assert offset_of(ours) == 100


def test_nothing_is_taken_that_no_record_names_nor_for_another_unit(center: Center) -> None:
    ours, theirs = center.callers["ours"], center.callers["theirs"]
    record = theirs.record({"retiree_id": "theirs-0"}, attachments=[SHA])
    theirs.push(record)
    headers = tus(SHA, record["uuid"])
    assert ours.call("POST", "/v1/uploads", headers=headers).json()["code"] == "no_record"
    assert theirs.call("POST", "/v1/uploads", headers=tus("0" * 64, record["uuid"])).json()["code"] == "no_record"
    announced(theirs)
    assert ours.call("HEAD", f"/v1/uploads/{SHA}").status_code == 404
    assert patch(ours, 0, DATA).status_code == 404
    assert offset_of(theirs) == 0


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Upload-Length": str(26 * 2**20)}, 413),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Metadata": "sha256 ###"}, 400),
        ({"Upload-Metadata": ""}, 409),
        ({"Tus-Resumable": "0.2.2"}, 412),
    ],
)
def test_what_is_no_proper_announcement_is_refused(center: Center, changes: dict[str, str], status: int) -> None:
    ours = center.callers["ours"]
    record = ours.record({"retiree_id": "ours-0"}, attachments=[SHA])
    ours.push(record)
    answer = ours.call("POST", "/v1/uploads", headers={**tus(SHA, record["uuid"]), **changes})
    assert answer.status_code == status


def test_the_server_says_what_it_can(center: Center) -> None:
    answer = center.callers["ours"].call("OPTIONS", "/v1/uploads")
    assert (answer.status_code, answer.headers["Tus-Version"], answer.headers["Tus-Extension"]) == (
        204,
        "1.0.0",
        "creation",
    )
    assert patch_with_type(center.callers["ours"]).status_code == 415


def patch_with_type(caller: Caller) -> Any:
    announced(caller)
    headers = {**tus(SHA, "-"), "Content-Type": "text/plain"}
    return caller.call("PATCH", f"/v1/uploads/{SHA}", headers=headers, content=b"x")
