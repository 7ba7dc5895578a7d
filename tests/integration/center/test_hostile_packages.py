"""Hostile packages at both ends: refused by name, with nothing written."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.ids import UnitId
from app.sync.apply import apply_page, check_page
from app.ui.error_text import ERROR_TEXT
from center import packages, registry
from protocol.canonical import sha256_hex
from protocol.messages import Change
from protocol.packages import Fault
from protocol.signing import public_text
from tests.builders.packages import (
    SCAN,
    UNIT,
    Stick,
    answer_manifest,
    changes_page,
    person,
    refused,
    request_manifest,
    stick,
)
from tests.integration.center.conftest import Center

STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)


@pytest.fixture
def usb(center: Center, tmp_path: Path) -> Iterator[Stick]:
    made = stick(center.engine, tmp_path)
    yield made
    made.real.engine.dispose()


# ---------------------------------------------------------------- hostile packages, center's side


def edited(path: Path, act: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(act(path.read_bytes()))
    return path


def flipped(data: bytes) -> bytes:
    return data[:-100] + bytes([data[-100] ^ 4]) + data[-99:]


def other_unit(usb: Stick) -> Path:
    return usb.forged_request([request_manifest(usb, unit_id="theirs")])


def another_desks(usb: Stick) -> Path:
    return usb.forged_request([request_manifest(usb, desk_id="somebody")])


def replayed(usb: Stick) -> Path:
    package = usb.export()
    usb.answer(package)[1].unlink()
    return package


def revoked(usb: Stick) -> Path:
    with usb.engine.begin() as connection:
        registry.revoke(connection, usb.desk_id, why="丢了", who="test")
    return usb.export()


AT_CENTER: dict[str, tuple[str, Callable[[Stick], Path]]] = {
    "flipped bit": ("package_damaged", lambda u: edited(u.export(), flipped)),
    "truncated": ("package_truncated", lambda u: edited(u.export(), lambda d: d[: len(d) // 2])),
    "empty": ("package_empty", lambda u: edited(u.export(), lambda d: b"")),
    "not a package": ("package_not_a_package", lambda u: edited(u.export(), lambda d: b"PK\x03\x04" + d)),
    "newer version": ("package_newer_version", lambda u: edited(u.export(), lambda d: d[:16] + b"\0\2" + d[18:])),
    "wrong unit": ("package_wrong_unit", other_unit),
    "another desk's manifest": ("package_wrong_unit", another_desks),
    "replay": ("package_replay", replayed),
    "wrong receiver": ("package_wrong_receiver", lambda u: u.forged_request([], receiver=public_text(STRANGER))),
    "key of nobody": ("package_unknown_sender", lambda u: u.forged_request([request_manifest(u)], key=STRANGER)),
    "desk of nobody": ("desk_unknown", lambda u: u.forged_request([request_manifest(u)], sender="nobody")),
    "revoked desk": ("desk_revoked", revoked),
    "answer for a desk": ("package_wrong_direction", lambda u: u.forged_answer([])),
    "path escape": (
        "package_bad_name",
        lambda u: u.forged_request([request_manifest(u), ("attachments/../../../../x", b"x")]),
    ),
    "unknown kind": ("package_unknown_kind", lambda u: u.forged_request([request_manifest(u), ("programs/1", b"x")])),
    "attachment with other bytes": (
        "package_damaged",
        lambda u: u.forged_request(
            [request_manifest(u), (f"attachments/01900000-0000-7000-8000-000000000001/{'a' * 64}", b"x")]
        ),
    ),
    "manifest that is none": ("package_damaged", lambda u: u.forged_request([("manifest", b"[" * 100_000)])),
    "records that are none": (
        "package_damaged",
        lambda u: u.forged_request([request_manifest(u), ("records/000001", b"{}")]),
    ),
}


@pytest.mark.parametrize("what", sorted(AT_CENTER))
def test_the_center_refuses_a_hostile_package_by_name_and_writes_nothing(usb: Stick, what: str) -> None:
    usb.put(1, attachments=[SCAN])
    code, make = AT_CENTER[what]
    package = make(usb)
    before = usb.center_state()
    assert refused(lambda: usb.answer(package)) == code
    assert usb.center_state() == before
    assert [path.name for path in usb.folder.iterdir() if path.name.startswith((".", "answer"))] == []


# ---------------------------------------------------------------- hostile answers, desk's side


def with_changes(usb: Stick, *changes: Change, cursor: int) -> Path:
    photo = b"photo"
    members = [answer_manifest(usb, cursor=cursor), (f"photos/{sha256_hex(photo)}", photo), changes_page(*changes)]
    return usb.forged_answer(members)


def good_answer(usb: Stick) -> Path:
    return usb.answer(usb.export())[1]


def taken_before(usb: Stick) -> Path:
    answer = good_answer(usb)
    usb.usb.take(answer)
    return answer


def of_another_center(usb: Stick) -> Path:
    return usb.forged_answer([answer_manifest(usb)], key=STRANGER)


def foreign_receipt(usb: Stick) -> Path:
    """The receipt of one record handed out for another."""
    usb.put(2)
    taken, _answer = usb.answer(usb.export())
    one, two = taken.answers
    page = {"answers": [{**one.model_dump(mode="json"), "receipt": two.receipt.model_dump(mode="json")}]}  # type: ignore[union-attr]
    return usb.forged_answer([answer_manifest(usb), ("answers/000000", json.dumps(page).encode())])


def person_change(number: int, **changes: Any) -> Change:
    return Change(number=number, kind="retiree", body=person(number, **changes).model_dump(mode="json"))


AT_DESK: dict[str, tuple[str, Callable[[Stick], Path]]] = {
    "flipped bit": ("damaged", lambda u: edited(good_answer(u), flipped)),
    "truncated": ("truncated", lambda u: edited(good_answer(u), lambda d: d[:-70])),
    "empty": ("empty", lambda u: edited(good_answer(u), lambda d: b"")),
    "not a package": ("not_a_package", lambda u: edited(good_answer(u), lambda d: d[1:])),
    "newer version": ("newer_version", lambda u: edited(good_answer(u), lambda d: d[:16] + b"\0\2" + d[18:])),
    "own package": ("wrong_direction", lambda u: u.export()),
    "for another desk": ("wrong_receiver", lambda u: u.forged_answer([], receiver=public_text(STRANGER))),
    "for another desk inside": ("wrong_receiver", lambda u: u.forged_answer([answer_manifest(u, desk_id="other")])),
    "other center": ("unknown_sender", of_another_center),
    "wrong unit": ("wrong_unit", lambda u: u.forged_answer([answer_manifest(u, unit_id="theirs")])),
    "replay": ("replay", taken_before),
    "gap": ("gap", lambda u: u.forged_answer([answer_manifest(u, since=100, cursor=100)])),
    "foreign receipt": ("receipt", foreign_receipt),
    "path escape": ("bad_name", lambda u: u.forged_answer([answer_manifest(u), ("photos/../../desk.db", b"")])),
    "unknown kind": ("unknown_kind", lambda u: u.forged_answer([answer_manifest(u), ("programs/000001", b"")])),
    "photo with other bytes": (
        "damaged",
        lambda u: u.forged_answer([answer_manifest(u), (f"photos/{'b' * 64}", b"x")]),
    ),
    "numbers that go back": ("damaged", lambda u: with_changes(u, person_change(2), person_change(1), cursor=1)),
    "cursor beyond the pages": ("damaged", lambda u: with_changes(u, person_change(1), cursor=9)),
    "unknown change": ("sync.unknown_change", lambda u: with_changes(u, Change(number=1, kind="x", body={}), cursor=1)),
    "half a retiree": (
        "sync.answer_unreadable",
        lambda u: with_changes(u, person_change(1), Change(number=2, kind="retiree", body={"id": "p"}), cursor=2),
    ),
}


@pytest.mark.parametrize("what", sorted(AT_DESK))
def test_the_desk_refuses_a_hostile_answer_by_name_and_writes_nothing(usb: Stick, what: str) -> None:
    usb.put(1)
    code, make = AT_DESK[what]
    answer = make(usb)
    before = usb.desk_state()
    code = code if "." in code else f"package.{code}"
    assert refused(lambda: usb.usb.take(answer)) == code
    assert usb.desk_state() == before
    assert code in ERROR_TEXT


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_words_at_both_ends(fault: Fault) -> None:
    assert f"package.{fault}" in ERROR_TEXT
    only_at_a_desk = {Fault.GAP, Fault.RECEIPT, Fault.RETIRED_KEY}
    assert (fault in packages.WORDS) is (fault not in only_at_a_desk)


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("retiree", {"id": "p"}),
    ("retiree", {**person(1).model_dump(mode="json"), "last_paid": "soon"}),
    ("retiree_removed", {}),
    ("certification", {"id": "x"}),
    ("decision", {"retiree_id": "p-1", "decision": "suspended", "month": "soon", "decided_at": "2026-01-01T00:00:00Z"}),
    ("policy", {"cycle_months": -1}),
    ("form_template", {}),
    ("notice", {}),
    ("surprise", {}),
]


@pytest.mark.parametrize(("kind", "body"), BROKEN)
def test_what_the_check_refuses_is_what_applying_refuses(usb: Stick, kind: str, body: dict[str, Any]) -> None:
    usb.usb.take(good_answer(usb))
    change = [Change(number=99, kind=kind, body=body)]
    checked = refused(lambda: check_page(change, UnitId(UNIT)))
    with usb.real.uow() as store:
        assert refused(lambda: apply_page(store, change, 99, UnitId(UNIT))) == checked
