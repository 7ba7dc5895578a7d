"""Packages by hand: one encrypted, signed file between a desk and the center, or the laptop of a home visit (protocol/take_along.py).
The format alone; what it means is applied elsewhere.

    magic | version u16 | header length u16 | header (canonical JSON) | frames | 0 u32 | Ed25519 signature (64 bytes)
    frame: length u32 | ChaCha20-Poly1305 of up to 64 KiB; nonce: frame number (11 bytes) and 1 for the last frame, else 0
    plain: members, one after the other: name length u16 | size u64 | name | bytes; the first is ``manifest``

Nothing is compressed, so a package is never larger inside than outside. Numbers are big-endian. docs/decisions/0031 says why.
"""

import hashlib
import re
import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, BinaryIO

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import AwareDatetime, Field, ValidationError

from protocol.canonical import canonical
from protocol.messages import HexSha256, Message, RecordAnswer, SigningKey, Text200, Uuid
from protocol.signing import SignatureError, from_text, key_id, public_text, to_text

MAGIC = b"CERTDESK-PACKAGE"
VERSION = 1
SUFFIX = ".certpkg"
MANIFEST = "manifest"
LARGEST_PACKAGE_BYTES = 2**31
"""Below the 4 GiB at which a FAT32 stick ends."""
LARGEST_MEMBER_BYTES = 32 * 1024 * 1024
MOST_MEMBERS = 100_000
MOST_WANTED = 50_000
CHUNK_BYTES = 64 * 1024
SIGNATURE_BYTES = 64
_PREFIX = struct.Struct(">HH")
_FRAME = struct.Struct(">I")
_MEMBER = struct.Struct(">HQ")
_TAG_BYTES = 16
_LONGEST_NAME = 200
_CONTEXT = b"certdesk package v1\0"
_P = 2**255 - 19


class Direction(StrEnum):
    """Whose package it is."""

    TO_CENTER = "desk_to_center"
    TO_DESK = "center_to_desk"
    TO_LAPTOP = "desk_to_laptop"
    FROM_LAPTOP = "laptop_to_desk"


class Fault(StrEnum):
    """Why a package is refused, by name."""

    EMPTY = "empty"
    NOT_A_PACKAGE = "not_a_package"
    NEWER_VERSION = "newer_version"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    WRONG_DIRECTION = "wrong_direction"
    WRONG_RECEIVER = "wrong_receiver"
    UNKNOWN_SENDER = "unknown_sender"
    RETIRED_KEY = "retired_key"
    WRONG_UNIT = "wrong_unit"
    REPLAY = "replay"
    UNKNOWN_KIND = "unknown_kind"
    BAD_NAME = "bad_name"
    GAP = "gap"
    RECEIPT = "receipt"


class PackageError(ValueError):
    """Refused; nothing of it counts. Attributes: fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Header(Message):
    """What stands outside, in the clear. ``sender``: the desk's id, or "center"; keys by their ids."""

    id: Uuid
    direction: Text200
    sender: Text200
    sender_key: Text200
    receiver_key: Text200
    ephemeral: Text200


class RequestManifest(Message):
    """First member of a desk's package. ``since``: the desk's cursor; ``photos_wanted``: those that its vault lacks."""

    unit_id: Text200
    desk_id: Text200
    made_at: AwareDatetime
    since: Annotated[int, Field(ge=0, lt=2**31)]
    photos_wanted: Annotated[list[HexSha256], Field(max_length=MOST_WANTED)]


class Held(Message):
    """An attachment that the center holds whole."""

    record: Uuid
    sha256: HexSha256


class AnswerManifest(Message):
    """First member of the center's package: changes after ``since`` up to ``cursor``; ``more`` wait for the next package."""

    unit_id: Text200
    desk_id: Text200
    in_reply_to: Uuid
    made_at: AwareDatetime
    since: int
    cursor: int
    more: bool
    center_keys: list[SigningKey]
    held: Annotated[list[Held], Field(max_length=MOST_MEMBERS)]


class AnswersPage(Message):
    """Answers to records, in their order."""

    answers: Annotated[list[RecordAnswer], Field(max_length=1000)]


_HEX, _UUID = r"[0-9a-f]{64}", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAMES = {
    Direction.TO_CENTER: re.compile(rf"manifest|records/[0-9]{{6}}|attachments/{_UUID}/{_HEX}"),
    Direction.TO_DESK: re.compile(rf"manifest|answers/[0-9]{{6}}|changes/[0-9]{{6}}|photos/{_HEX}"),
    Direction.TO_LAPTOP: re.compile(rf"manifest|load|photos/{_HEX}"),
    Direction.FROM_LAPTOP: re.compile(rf"manifest|result|blobs/{_HEX}"),
}
_ESCAPING = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|[\\:\x00-\x1f\x7f]")
"""Absolute, with an empty part, ``.`` or ``..``, or what some system takes for a drive or a separator."""


def agreement_public(public: str) -> X25519PublicKey:
    """The X25519 key that belongs to an Ed25519 public key (RFC 7748, 4.1: u = (1+y)/(1-y)). ValueError for a bad point."""
    y = int.from_bytes(from_text(public), "little") & (2**255 - 1)
    u = (1 + y) * pow((1 - y) % _P, -1, _P) % _P
    return X25519PublicKey.from_public_bytes(u.to_bytes(32, "little"))


def agreement_private(key: Ed25519PrivateKey) -> X25519PrivateKey:
    """Its private side: the scalar that RFC 8032 makes of the seed."""
    return X25519PrivateKey.from_private_bytes(hashlib.sha512(key.private_bytes_raw()).digest()[:32])


def _cipher(shared: bytes, ephemeral: bytes, receiver: bytes, head: bytes) -> ChaCha20Poly1305:
    """Bound to both keys and to every byte of the head, so that no frame opens under another header."""
    info = _CONTEXT + hashlib.sha256(head).digest()
    return ChaCha20Poly1305(HKDF(algorithm=SHA256(), length=32, salt=ephemeral + receiver, info=info).derive(shared))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class PackageWriter:
    """Writes one package into ``file``. Close it to finish: what was not closed is truncated to every reader.

    Attributes:
        size: bytes written so far, and still to come for what was added.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        package_id: str,
        direction: Direction,
        sender: str,
        key: Ed25519PrivateKey,
        receiver: str,
    ) -> None:
        ephemeral = X25519PrivateKey.generate()
        public = ephemeral.public_key().public_bytes_raw()
        header = Header(
            id=package_id,
            direction=direction.value,
            sender=sender,
            sender_key=key_id(public_text(key)),
            receiver_key=key_id(receiver),
            ephemeral=to_text(public),
        )
        content = canonical(header.model_dump(mode="json"))
        head = MAGIC + _PREFIX.pack(VERSION, len(content)) + content
        theirs = agreement_public(receiver)
        self._cipher = _cipher(ephemeral.exchange(theirs), public, theirs.public_bytes_raw(), head)
        self._file, self._key, self._digest = file, key, hashlib.sha512(_CONTEXT)
        self._buffer, self._frames = bytearray(), 0
        self.size = len(head) + _FRAME.size + SIGNATURE_BYTES
        self._write(head)

    def fits(self, size: int) -> bool:
        """Whether a member of ``size`` bytes keeps the package within its limits."""
        return size <= LARGEST_MEMBER_BYTES and self.size + size + 4 * CHUNK_BYTES < LARGEST_PACKAGE_BYTES

    def add(self, name: str, data: bytes) -> None:
        """One member. PackageError(TOO_LARGE) when it does not fit; OSError from the file."""
        if not self.fits(len(data)):
            raise PackageError(Fault.TOO_LARGE)
        encoded = name.encode("utf-8")
        self.size += _MEMBER.size + len(encoded) + len(data) + (len(data) // CHUNK_BYTES + 1) * (_TAG_BYTES + 4)
        self._buffer += _MEMBER.pack(len(encoded), len(data)) + encoded
        self._buffer += data
        while len(self._buffer) > CHUNK_BYTES:
            self._frame(bytes(self._buffer[:CHUNK_BYTES]), last=False)
            del self._buffer[:CHUNK_BYTES]

    def close(self) -> None:
        """Write the last frame and the signature."""
        self._frame(bytes(self._buffer), last=True)
        self._write(_FRAME.pack(0))
        self._file.write(self._key.sign(self._digest.digest()))

    def _frame(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._frames, last=last), plain, None)
        self._frames += 1
        self._write(_FRAME.pack(len(sealed)) + sealed)

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)


class PackageReader:
    """Reads one package from a seekable file: header at once, then ``check_signature``, then ``members``, as often as wanted.

    Every fault is a PackageError; memory stays below one member and one frame. Attributes: header, direction.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        size = file.seek(0, 2)
        file.seek(0)
        if size == 0:
            raise PackageError(Fault.EMPTY)
        start = file.read(len(MAGIC))
        if start != MAGIC:
            raise PackageError(Fault.TRUNCATED if MAGIC.startswith(start) else Fault.NOT_A_PACKAGE)
        prefix = _exactly(file, _PREFIX.size)
        version, length = _PREFIX.unpack(prefix)
        if version > VERSION:
            raise PackageError(Fault.NEWER_VERSION)
        if size > LARGEST_PACKAGE_BYTES:
            raise PackageError(Fault.TOO_LARGE)
        content = _exactly(file, length)
        try:
            self.header = Header.model_validate_json(content)
        except ValidationError as error:
            raise PackageError(Fault.DAMAGED) from error
        if version != VERSION:
            raise PackageError(Fault.DAMAGED)
        if self.header.direction not in set(Direction):
            raise PackageError(Fault.UNKNOWN_KIND)
        self.direction = Direction(self.header.direction)
        self._head = start + prefix + content

    def check_signature(self, public: str) -> None:
        """Over the whole file, by the owner of ``public``; nothing is decrypted."""
        digest = hashlib.sha512(_CONTEXT + self._head)
        for sealed in self._frames():
            digest.update(_FRAME.pack(len(sealed)) + sealed)
        digest.update(_FRAME.pack(0))
        signature = _exactly(self._file, SIGNATURE_BYTES)
        if self._file.read(1):
            raise PackageError(Fault.DAMAGED)
        try:
            Ed25519PublicKey.from_public_bytes(from_text(public)).verify(signature, digest.digest())
        except (InvalidSignature, ValueError) as error:
            raise PackageError(Fault.DAMAGED) from error

    def members(self, receiver: Ed25519PrivateKey) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each member, in order; the first is the manifest. Names are only such as this direction knows."""
        plain = _Plain(self._opened(receiver))
        seen: set[str] = set()
        while not plain.at_end():
            length, size = _MEMBER.unpack(plain.read(_MEMBER.size))
            if size > LARGEST_MEMBER_BYTES or len(seen) >= MOST_MEMBERS:
                raise PackageError(Fault.TOO_LARGE)
            if length > _LONGEST_NAME:
                raise PackageError(Fault.BAD_NAME)
            name = self._known_name(plain.read(length))
            if name in seen or (name == MANIFEST) is bool(seen):
                raise PackageError(Fault.BAD_NAME)
            seen.add(name)
            yield name, plain.read(size)
        if not seen:
            raise PackageError(Fault.DAMAGED)

    def _known_name(self, encoded: bytes) -> str:
        try:
            name = encoded.decode("utf-8")
        except UnicodeDecodeError as error:
            raise PackageError(Fault.BAD_NAME) from error
        if _ESCAPING.search(name):
            raise PackageError(Fault.BAD_NAME)
        if not _NAMES[self.direction].fullmatch(name):
            raise PackageError(Fault.UNKNOWN_KIND)
        return name

    def _opened(self, receiver: Ed25519PrivateKey) -> Iterator[bytes]:
        mine = agreement_private(receiver)
        try:
            ephemeral = from_text(self.header.ephemeral)
            shared = mine.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        except (ValueError, SignatureError) as error:
            raise PackageError(Fault.DAMAGED) from error
        cipher = _cipher(shared, ephemeral, mine.public_key().public_bytes_raw(), self._head)
        ahead: bytes | None = None
        number = 0
        for sealed in self._frames():
            if ahead is not None:
                yield _open(cipher, number, ahead, last=False)
                number += 1
            ahead = sealed
        if ahead is None:
            raise PackageError(Fault.DAMAGED)
        yield _open(cipher, number, ahead, last=True)

    def _frames(self) -> Iterator[bytes]:
        """The sealed frames; afterwards the file stands before the signature."""
        self._file.seek(len(self._head))
        while True:
            (length,) = _FRAME.unpack(_exactly(self._file, _FRAME.size))
            if length == 0:
                return
            if not _TAG_BYTES <= length <= CHUNK_BYTES + _TAG_BYTES:
                raise PackageError(Fault.DAMAGED)
            yield _exactly(self._file, length)


class _Plain:
    """The decrypted bytes as a stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._buffer = chunks, bytearray()

    def read(self, size: int) -> bytes:
        while len(self._buffer) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                raise PackageError(Fault.DAMAGED)
            self._buffer += chunk
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def at_end(self) -> bool:
        while not self._buffer:
            chunk = next(self._chunks, None)
            if chunk is None:
                return True
            self._buffer += chunk
        return False


def _open(cipher: ChaCha20Poly1305, number: int, sealed: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), sealed, None)
    except InvalidTag as error:
        raise PackageError(Fault.DAMAGED) from error


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise PackageError(Fault.TRUNCATED)
    return data
