"""Fuzzed packages against the real center and a real desk: refused means nothing was written, and there is never another error."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.errors import AppError
from center.database import make_engine, migrate
from center.errors import Refused
from protocol.bodies import RecordKind
from protocol.canonical import sha256_hex
from protocol.messages import ChangeKind
from tests.builders.packages import Stick, answer_manifest, person, request_manifest, stick
from tests.unit.protocol.test_packages import EDITS, NAMES, edited

SHORT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | SHORT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SHORT, inner, max_size=3),
    max_leaves=8,
)
UUIDS = st.integers(0, 4).map(lambda n: f"01900000-0000-7000-8000-{n:012x}")
TIMES = st.sampled_from(["2026-11-24T09:30:00+08:00", "2026-11-24", "9999-12-31T23:59:59Z", ""])


@pytest.fixture(scope="module")
def usb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stick]:
    folder = tmp_path_factory.mktemp("fuzz")
    engine = make_engine(f"sqlite:///{folder}/center.db")
    migrate(engine)
    made = stick(engine, folder)
    made.put(1, attachments=[b"a short scan"])
    yield made
    made.real.engine.dispose()
    engine.dispose()


@pytest.fixture(scope="module")
def whole(usb: Stick) -> tuple[bytes, bytes]:
    """A good package of the desk and the center's good answer to its twin."""
    package = usb.export().read_bytes()
    return package, usb.answer(usb.export())[1].read_bytes()


def center_takes(usb: Stick, package: Path) -> bool:
    before = usb.center_state()
    try:
        usb.answer(package)[1].unlink()
    except Refused:
        assert usb.center_state() == before
        return False
    return True


def desk_takes(usb: Stick, answer: Path) -> bool:
    before = usb.desk_state()
    try:
        usb.usb.take(answer)
    except AppError:
        assert usb.desk_state() == before
        return False
    return True


def put(usb: Stick, data: bytes) -> Path:
    path = usb.folder / "touched.certpkg"
    path.write_bytes(data)
    return path


@given(edits=EDITS)
def test_fuzz_the_center_takes_no_package_that_was_touched(
    usb: Stick, whole: tuple[bytes, bytes], edits: list[tuple[str, int, int, bytes]]
) -> None:
    touched = edited(whole[0], edits)
    assert touched == whole[0] or not center_takes(usb, put(usb, touched))


@given(edits=EDITS)
def test_fuzz_the_desk_takes_no_answer_that_was_touched(
    usb: Stick, whole: tuple[bytes, bytes], edits: list[tuple[str, int, int, bytes]]
) -> None:
    touched = edited(whole[1], edits)
    assert touched == whole[1] or not desk_takes(usb, put(usb, touched))


def as_json(content: Any) -> bytes:
    return json.dumps(content).encode("utf-8")


def half_right(right: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Fields as they should be, or anything, or missing, or one too many."""
    odd = {name: strategy | JSON for name, strategy in right.items()}
    return st.one_of(
        st.fixed_dictionaries(right),
        st.fixed_dictionaries({}, optional=odd),
        st.fixed_dictionaries(right, optional={"surprise": JSON}),
    )


RECORD = half_right(
    {
        "uuid": UUIDS,
        "kind": st.sampled_from(list(RecordKind)) | SHORT,
        "version": st.integers(-1, 3),
        "captured_at": TIMES,
        "signed_at": TIMES,
        "desk_id": SHORT,
        "operator_id": SHORT,
        "body": st.dictionaries(SHORT, JSON, max_size=3) | st.just({"retiree_id": "p-1"}),
        "attachments": st.lists(st.just("a" * 64), max_size=2),
        "signature": SHORT,
    }
)
BLOBS = st.binary(max_size=60)
TO_CENTER = st.one_of(
    st.tuples(st.just("records/000001"), st.lists(RECORD, max_size=3).map(lambda r: as_json({"records": r}))),
    st.tuples(st.just("records/000002"), JSON.map(as_json)),
    st.tuples(UUIDS, BLOBS).map(lambda pair: (f"attachments/{pair[0]}/{sha256_hex(pair[1])}", pair[1])),
    st.tuples(UUIDS, BLOBS).map(lambda pair: (f"attachments/{pair[0]}/{'c' * 64}", pair[1])),
    st.tuples(NAMES, BLOBS),
)


@given(
    members=st.lists(TO_CENTER, max_size=5),
    odd=st.fixed_dictionaries({}, optional={"since": st.integers(0, 9), "unit_id": st.just("theirs")}),
)
def test_fuzz_the_center_is_hurt_by_no_members_that_a_desk_makes_up(
    usb: Stick, members: Sequence[tuple[str, bytes]], odd: dict[str, Any]
) -> None:
    taken = center_takes(usb, usb.forged_request([request_manifest(usb, **odd), *members]))
    assert taken is False or all(name.split("/")[0] in ("records", "attachments") for name, _ in members)
    assert "theirs" not in odd.values() or not taken


CHANGE = half_right(
    {
        "number": st.integers(0, 12),
        "kind": st.sampled_from(list(ChangeKind)) | SHORT,
        "body": st.one_of(
            st.dictionaries(SHORT, JSON, max_size=3),
            st.just(person(1).model_dump(mode="json")),
            st.fixed_dictionaries({"id": SHORT | JSON}),
            st.fixed_dictionaries(
                {"retiree_id": SHORT, "decision": st.just("suspended"), "month": SHORT, "decided_at": TIMES}
            ),
            st.fixed_dictionaries({"name": JSON, "cycle_months": JSON}),
        ),
    }
)
ANSWER = half_right({"uuid": UUIDS, "outcome": st.sampled_from(["accepted", "rejected", "maybe"]), "text": SHORT})
TO_DESK = st.one_of(
    st.tuples(st.just("answers/000001"), st.lists(ANSWER, max_size=3).map(lambda a: as_json({"answers": a}))),
    st.tuples(
        st.just("changes/000001"),
        st.tuples(st.lists(CHANGE, max_size=3), st.integers(0, 12)).map(
            lambda p: as_json({"changes": p[0], "cursor": p[1], "more": False, "server_time": "2026-11-24T09:30:00Z"})
        ),
    ),
    st.tuples(st.just("changes/000002"), JSON.map(as_json)),
    BLOBS.map(lambda data: (f"photos/{sha256_hex(data)}", data)),
    st.tuples(NAMES, BLOBS),
)


@given(members=st.lists(TO_DESK, max_size=4), since=st.integers(0, 2), cursor=st.integers(0, 12))
def test_fuzz_the_desk_is_hurt_by_no_members_that_a_center_makes_up(
    usb: Stick, members: Sequence[tuple[str, bytes]], since: int, cursor: int
) -> None:
    path = usb.forged_answer([answer_manifest(usb, since=since, cursor=cursor), *members])
    taken = desk_takes(usb, path)
    assert taken is False or all(name.split("/")[0] in ("answers", "changes", "photos") for name, _ in members)
