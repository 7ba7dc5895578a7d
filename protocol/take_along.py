"""The two files of a home visit: out under a passphrase, back under the desk's own key. Both are packages (protocol/packages.py).

Out: whoever knows the passphrase can open it, so the receiver's key is made of the passphrase by argon2id, salted with the package's own
random id. Inside lies the trip's key; what the laptop brings back is signed with it and encrypted to the desk that packed it. The desk's
confirmation is a number that only the two of them can compute, over the very file that came in.
"""

import hashlib
import hmac
import secrets
import unicodedata
from datetime import date
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import AwareDatetime, Field

from protocol.messages import HexSha256, Message, Text200, Uuid

SUFFIX, RESULT_SUFFIX = ".certtrip", ".certback"
LOAD, RESULT = "load", "result"
_SALT = b"certdesk take-along v1\0"
_CODE = b"certdesk take-along confirmed v1\0"
CODE_DIGITS = 10
MEMORY_KIB, PASSES = 64 * 1024, 3
"""Of argon2id: RFC 9106's second recommendation."""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXY"
"""No letter or digit that looks like another."""
GROUPS, GROUP = 4, 4


class LoadManifest(Message):
    """First member of the file out. ``trip_key``: the trip's Ed25519 seed; ``desk_key``: the desk's public key; ``secret``: for the
    confirmation. ``expires_on``: the last day on which it opens and on which people may be certified with it."""

    trip: Uuid
    unit_id: Text200
    desk_id: Text200
    made_at: AwareDatetime
    expires_on: date
    desk_key: Text200
    trip_key: Text200
    secret: Text200
    load: HexSha256


class ResultManifest(Message):
    """First member of the file back; ``blobs``: how many pictures, clips and papers follow."""

    trip: Uuid
    unit_id: Text200
    made_at: AwareDatetime
    result: HexSha256
    blobs: Annotated[int, Field(ge=0, lt=100_000)]


def new_passphrase() -> str:
    """Four groups of four, 77 random bits; easy to read out and to type."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def normalised(passphrase: str) -> str:
    """What counts of a typed passphrase: not its case, blanks, dashes and widths."""
    text = unicodedata.normalize("NFKC", passphrase).casefold()
    return "".join(c for c in text if not c.isspace() and c not in "-—–")


def passphrase_key(passphrase: str, package_id: str) -> Ed25519PrivateKey:
    """The receiver's key of a file out."""
    salt = hashlib.sha256(_SALT + package_id.encode("utf-8")).digest()[:16]
    return Ed25519PrivateKey.from_private_bytes(stretched(passphrase, salt))


def stretched(passphrase: str, salt: bytes) -> bytes:
    """32 bytes of a passphrase by argon2id; slow on purpose."""
    derive = Argon2id(salt=salt, length=32, iterations=PASSES, lanes=4, memory_cost=MEMORY_KIB).derive
    return derive(normalised(passphrase).encode("utf-8"))


def confirmation(secret: bytes, file_sha256: str) -> str:
    """Ten digits that say: the desk holds just this file."""
    digest = hmac.digest(secret, _CODE + file_sha256.encode("ascii"), "sha256")
    return f"{int.from_bytes(digest, 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def shown(code: str) -> str:
    """The digits in two groups."""
    return f"{code[:5]} {code[5:]}"


def typed_code(typed: str) -> str:
    """The digits of what was typed."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c in "0123456789")
