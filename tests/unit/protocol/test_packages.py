"""The package format: what goes in comes out at the receiver alone, and nothing else is ever taken for a package."""

import io
import struct
import zipfile
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, strategies as st

from protocol import packages
from protocol.packages import (
    CHUNK_BYTES,
    MAGIC,
    Direction,
    Fault,
    PackageError,
    PackageReader,
    PackageWriter,
    agreement_private,
    agreement_public,
)
from protocol.signing import public_text

DESK, CENTER, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
ID = "01900000-0000-7000-8000-000000000001"
SHA = "a" * 64
PHOTO = f"photos/{SHA}"
Members = Sequence[tuple[str, bytes]]


def packed(members: Members, *, direction: Direction = Direction.TO_DESK) -> bytes:
    file = io.BytesIO()
    receiver = public_text(DESK)
    writer = PackageWriter(file, package_id=ID, direction=direction, sender="center", key=CENTER, receiver=receiver)
    for name, data in members:
        writer.add(name, data)
    writer.close()
    return file.getvalue()


def read(data: bytes) -> list[tuple[str, bytes]]:
    """As both sides do it: header, signature, members."""
    reader = PackageReader(io.BytesIO(data))
    reader.check_signature(public_text(CENTER))
    return list(reader.members(DESK))


def fault(data: bytes) -> Fault:
    with pytest.raises(PackageError) as refused:
        read(data)
    return refused.value.fault


WHOLE = packed([("manifest", b"{}"), (PHOTO, b"x" * (CHUNK_BYTES + 7)), ("changes/000001", b"[]")])


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 19, CHUNK_BYTES - 18, CHUNK_BYTES, 3 * CHUNK_BYTES + 5])
def test_members_come_out_as_they_went_in(size: int) -> None:
    members = [("manifest", b"{}"), (PHOTO, b"y" * size), ("answers/000001", b"[1]")]
    assert read(packed(members)) == members


def test_the_size_that_was_announced_is_never_below_the_real_one() -> None:
    file = io.BytesIO()
    writer = PackageWriter(
        file, package_id=ID, direction=Direction.TO_DESK, sender="c", key=CENTER, receiver=public_text(DESK)
    )
    for number in range(20):
        writer.add(f"changes/{number:06d}", b"z" * (number * 9000))
    writer.close()
    assert 0 <= writer.size + packages._TAG_BYTES + 4 - len(file.getvalue()) < 2 * 20 * 20


def test_nothing_of_the_contents_can_be_read_in_the_file() -> None:
    assert "退休一".encode() not in packed([("manifest", "退休一".encode())])


def test_an_ed25519_key_and_its_x25519_key_belong_together() -> None:
    ours, theirs = X25519PrivateKey.generate(), agreement_public(public_text(DESK))
    assert agreement_private(DESK).public_key().public_bytes_raw() == theirs.public_bytes_raw()
    assert ours.exchange(theirs) == agreement_private(DESK).exchange(ours.public_key())


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("records.json", bytes(50 * 2**20))
    return file.getvalue()


HOSTILE = {
    "empty file": (b"", Fault.EMPTY),
    "not a package": (b"\xff\xd8\xff\xe0 a picture", Fault.NOT_A_PACKAGE),
    "zip bomb": (zip_bomb(), Fault.NOT_A_PACKAGE),
    "newer version": (MAGIC + struct.pack(">H", 2) + WHOLE[len(MAGIC) + 2 :], Fault.NEWER_VERSION),
    "version nought": (MAGIC + struct.pack(">H", 0) + WHOLE[len(MAGIC) + 2 :], Fault.DAMAGED),
    "only the magic": (MAGIC, Fault.TRUNCATED),
    "half the magic": (MAGIC[:5], Fault.TRUNCATED),
    "cut in a frame": (WHOLE[:-CHUNK_BYTES], Fault.TRUNCATED),
    "cut before the signature": (WHOLE[:-64], Fault.TRUNCATED),
    "last byte missing": (WHOLE[:-1], Fault.TRUNCATED),
    "something after the end": (WHOLE + b"\0", Fault.DAMAGED),
    "flipped bit": (WHOLE[:2000] + bytes([WHOLE[2000] ^ 1]) + WHOLE[2001:], Fault.DAMAGED),
    "flipped bit in the signature": (WHOLE[:-1] + bytes([WHOLE[-1] ^ 1]), Fault.DAMAGED),
    "header is no header": (MAGIC + struct.pack(">HH", 1, 2) + b"{}" + bytes(100), Fault.DAMAGED),
    "path escape": (packed([("manifest", b""), ("photos/../../../etc/passwd", b"")]), Fault.BAD_NAME),
    "absolute path": (packed([("manifest", b""), ("/etc/passwd", b"")]), Fault.BAD_NAME),
    "windows path": (packed([("manifest", b""), ("C:\\Windows\\win.ini", b"")]), Fault.BAD_NAME),
    "backslash escape": (packed([("manifest", b""), ("..\\..\\desk.db", b"")]), Fault.BAD_NAME),
    "name of null": (packed([("manifest", b""), (f"{PHOTO}\0.exe", b"")]), Fault.BAD_NAME),
    "name without end": (packed([("manifest", b""), ("a" * 5000, b"")]), Fault.BAD_NAME),
    "name twice": (packed([("manifest", b""), (PHOTO, b"1"), (PHOTO, b"2")]), Fault.BAD_NAME),
    "no manifest first": (packed([(PHOTO, b"")]), Fault.BAD_NAME),
    "unknown kind": (packed([("manifest", b""), ("programs/000001", b"")]), Fault.UNKNOWN_KIND),
    "kind of the other direction": (packed([("manifest", b""), ("records/000001", b"")]), Fault.UNKNOWN_KIND),
    "no member": (packed([]), Fault.DAMAGED),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_hostile_package_is_refused_by_name(what: str) -> None:
    data, expected = HOSTILE[what]
    assert fault(data) == expected


def raw(plain: bytes) -> bytes:
    """A package with whatever bytes as plain text, rightly sealed and signed."""
    file = io.BytesIO()
    writer = PackageWriter(
        file, package_id=ID, direction=Direction.TO_DESK, sender="c", key=CENTER, receiver=public_text(DESK)
    )
    writer._buffer += plain
    while len(writer._buffer) > CHUNK_BYTES:
        writer._frame(bytes(writer._buffer[:CHUNK_BYTES]), last=False)
        del writer._buffer[:CHUNK_BYTES]
    writer.close()
    return file.getvalue()


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (struct.pack(">HQ", 8, 2**40) + b"manifest", Fault.TOO_LARGE),
        (struct.pack(">HQ", 8, 100) + b"manifest" + b"x" * 99, Fault.DAMAGED),
        (struct.pack(">HQ", 8, 0) + b"mani", Fault.DAMAGED),
        (b"\0" * 5, Fault.DAMAGED),
        (struct.pack(">HQ", 2, 0) + b"\xff\xfe", Fault.BAD_NAME),
    ],
    ids=["a terabyte announced", "shorter than announced", "name cut", "half a member", "name that is no text"],
)
def test_a_sender_who_lies_about_sizes_is_refused(plain: bytes, expected: Fault) -> None:
    assert fault(raw(plain)) == expected


def test_members_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_MEMBERS", 3)
    assert fault(packed([("manifest", b""), *((f"changes/{n:06d}", b"") for n in range(3))])) is Fault.TOO_LARGE


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "LARGEST_PACKAGE_BYTES", len(WHOLE) - 1)
    assert fault(WHOLE) is Fault.TOO_LARGE


def test_only_the_receiver_opens_it_and_only_the_senders_signature_counts() -> None:
    reader = PackageReader(io.BytesIO(WHOLE))
    with pytest.raises(PackageError, match="damaged"):
        list(reader.members(STRANGER))
    with pytest.raises(PackageError, match="damaged"):
        reader.check_signature(public_text(STRANGER))


def test_a_foreign_signature_under_the_same_frames_opens_nothing() -> None:
    """Somebody takes the frames of another and puts his own header and signature around them."""
    theirs = io.BytesIO()
    PackageWriter(
        theirs, package_id=ID, direction=Direction.TO_DESK, sender="me", key=STRANGER, receiver=public_text(DESK)
    )
    head = theirs.getvalue()
    length = struct.unpack(">H", WHOLE[len(MAGIC) + 2 : len(MAGIC) + 4])[0]
    stolen = head + WHOLE[len(MAGIC) + 4 + length : -64]
    with pytest.raises(PackageError, match="damaged"):
        list(PackageReader(io.BytesIO(stolen)).members(DESK))


def test_a_direction_nobody_knows_is_refused_by_name() -> None:
    turned = WHOLE.replace(b'"direction":"center_to_desk"', b'"direction":"center_to_moon"')
    assert fault(turned) is Fault.UNKNOWN_KIND


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["flip", "insert", "delete", "swap", "repeat", "cut"]),
        st.integers(0, len(WHOLE)),
        st.integers(0, len(WHOLE)),
        st.binary(min_size=1, max_size=40),
    ),
    min_size=1,
    max_size=6,
)


def edited(data: bytes, edits: Sequence[tuple[str, int, int, bytes]]) -> bytes:
    for way, first, second, extra in edits:
        low, high = sorted((first % (len(data) + 1), second % (len(data) + 1)))
        if way == "flip" and low < len(data):
            data = data[:low] + bytes([data[low] ^ (extra[0] or 1)]) + data[low + 1 :]
        elif way == "insert":
            data = data[:low] + extra + data[low:]
        elif way == "delete":
            data = data[:low] + data[low + len(extra) :]
        elif way == "swap":
            middle = (low + high) // 2
            data = data[:low] + data[middle:high] + data[low:middle] + data[high:]
        elif way == "repeat":
            data = data[:high] + data[low:high] + data[high:]
        elif way == "cut":
            data = data[:low]
    return data


@given(EDITS)
def test_fuzz_a_package_that_was_touched_is_never_taken_and_never_another_error(
    edits: list[tuple[str, int, int, bytes]],
) -> None:
    touched = edited(WHOLE, edits)
    if touched == WHOLE:
        return
    with pytest.raises(PackageError):
        read(touched)


@given(st.binary(max_size=4000))
def test_fuzz_any_bytes_after_the_magic_are_refused(data: bytes) -> None:
    with pytest.raises(PackageError):
        read(MAGIC + data)


@given(st.binary(max_size=3000))
def test_fuzz_any_plain_text_under_a_good_seal_is_members_or_a_package_error(plain: bytes) -> None:
    try:
        members = read(raw(plain))
    except PackageError:
        return
    assert members[0][0] == "manifest"


NAMES = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"(photos|changes|answers|records|\.\.|[A-Z]:)(/|\\)[0-9a-f./\\]{1,64}", fullmatch=True),
    st.just(PHOTO),
    st.from_regex(r"(changes|answers)/[0-9]{6}", fullmatch=True),
)


@given(st.lists(st.tuples(NAMES, st.binary(max_size=300)), max_size=12))
def test_fuzz_whatever_members_a_sender_makes_up_only_known_names_come_out(members: list[tuple[str, bytes]]) -> None:
    try:
        found = read(packed([("manifest", b"{}"), *members]))
    except PackageError:
        return
    assert found == [("manifest", b"{}"), *members]
    assert all(name.split("/")[0] in ("manifest", "photos", "changes", "answers") for name, _ in found)
