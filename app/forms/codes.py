"""What the QR codes say: upper-case alphanumeric, short enough for 25 modules at level M (38 characters)."""

import uuid
from dataclasses import dataclass

from app.domain.ids import CaseId, RecordId, RetireeId

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UUID_LENGTH = 25
FORM_PREFIX, RECEIPT_PREFIX, PERSON_PREFIX, LIST_PREFIX = "RZ", "RH", "RP", "RL"
HASH_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCode:
    """The code of a form's page: whose case, which page (1-35), which template version (0-35), hash of the printed facts."""

    case_id: CaseId
    page: int
    template: int
    facts_hash: str


def _to_base36(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits


def _uuid_text(text: str) -> str:
    return _to_base36(uuid.UUID(text).int, _UUID_LENGTH)


def _uuid_from(text: str) -> str:
    return str(uuid.UUID(int=int(text, 36)))


def short_hash(sha256_hex: str) -> str:
    """Eight base-36 characters (41 bits) of a SHA-256."""
    return _to_base36(int(sha256_hex[:16], 16) % 36**HASH_LENGTH, HASH_LENGTH)


def form_text(code: FormCode) -> str:
    """The text of a form's code, 37 characters."""
    return FORM_PREFIX + _DIGITS[code.page] + _DIGITS[code.template] + _uuid_text(code.case_id) + code.facts_hash


def parse_form(text: str) -> FormCode | None:
    """The form's code, None for anything else."""
    if len(text) != 4 + _UUID_LENGTH + HASH_LENGTH or not text.startswith(FORM_PREFIX):
        return None
    if any(c not in _DIGITS for c in text):
        return None
    try:
        case_id = CaseId(_uuid_from(text[4 : 4 + _UUID_LENGTH]))
    except ValueError:
        return None
    return FormCode(
        case_id=case_id, page=_DIGITS.index(text[2]), template=_DIGITS.index(text[3]), facts_hash=text[-HASH_LENGTH:]
    )


def receipt_text(record_id: RecordId) -> str:
    """The text of a receipt's code, 27 characters."""
    return RECEIPT_PREFIX + _uuid_text(record_id)


def parse_receipt(text: str) -> RecordId | None:
    """The record, None for anything else."""
    if len(text) != 2 + _UUID_LENGTH or not text.startswith(RECEIPT_PREFIX) or any(c not in _DIGITS for c in text):
        return None
    try:
        return RecordId(_uuid_from(text[2:]))
    except ValueError:
        return None


def person_text(retiree_id: RetireeId) -> str:
    """The text of a letter's code, 27 characters; ValueError when the id is no UUID."""
    return PERSON_PREFIX + _uuid_text(retiree_id)


def parse_person(text: str) -> RetireeId | None:
    """The retiree, None for anything else."""
    if len(text) != 2 + _UUID_LENGTH or not text.startswith(PERSON_PREFIX) or any(c not in _DIGITS for c in text):
        return None
    try:
        return RetireeId(_uuid_from(text[2:]))
    except ValueError:
        return None


def list_text(*, page: int, template: str, year: int, month: int, digest: str) -> str:
    """The text of a page of the month's list: prefix, page in two digits, template version, month, hash of all that is printed."""
    return f"{LIST_PREFIX}{_to_base36(page, 2)}{template}{year:04d}{month:02d}{digest}"
