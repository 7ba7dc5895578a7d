"""ID numbers: 18-character resident numbers (GB 11643), residence permits of Hong Kong, Macau and Taiwan residents (81/82/83…), and
permanent residence cards of foreigners (18 digits beginning with 9 since 2023; the 15-character card before it)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.retiree import Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_OLD_CARD_WEIGHTS = (7, 3, 1)
_PROVINCES = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71)
)
"""First two digits of a resident's number: provinces and Taiwan (GB/T 2260)."""
_PERMITS = frozenset({"810000", "820000", "830000"})


class IdKind(Enum):
    """Whose number it is."""

    RESIDENT = "resident"
    HK_MACAU_TAIWAN = "hk_macau_taiwan"
    FOREIGNER = "foreigner"
    FOREIGNER_OLD = "foreigner_old"
    """Three letters and twelve digits, cards issued before 2023-12."""


class IdProblem(Enum):
    """Why a text is no ID number; the words are in ui/text.py."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    REGION = "region"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdNumber:
    """A valid number.

    Attributes:
        text: normalised: half-width, no spaces, upper case.
        kind: whose.
        birth_date: coded in it.
        sex: coded in it; None for the old foreigner's card, which codes none.
        region: first six digits, or the country of a foreigner.
    """

    text: str
    kind: IdKind
    birth_date: date
    sex: Sex | None
    region: str


def normalise(text: str) -> str:
    """Half-width, upper case, without spaces and dashes, as people type them."""
    return re.sub(r"[\s\-—·]", "", unicodedata.normalize("NFKC", text)).upper()


def check_character(first_17: str) -> str:
    """ISO 7064 MOD 11-2 over 17 digits."""
    return _CHECK[sum(int(d) * w for d, w in zip(first_17, _WEIGHTS, strict=True)) % 11]


def parse(text: str) -> IdNumber | IdProblem:
    """The number, or what is wrong with it. Never raises."""
    number = normalise(text)
    if not number:
        return IdProblem.EMPTY
    if len(number) == 15 and re.fullmatch(r"[A-Z]{3}\d{12}", number):
        return _old_card(number)
    if len(number) != 18:
        return IdProblem.LENGTH
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return IdProblem.CHARACTERS
    kind = _kind(number)
    if kind is None:
        return IdProblem.REGION
    born = _date(number[6:14])
    if born is None:
        return IdProblem.BIRTH_DATE
    if check_character(number[:17]) != number[17]:
        return IdProblem.CHECK_DIGIT
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdNumber(text=number, kind=kind, birth_date=born, sex=sex, region=number[:6])


def _kind(number: str) -> IdKind | None:
    if number[:6] in _PERMITS:
        return IdKind.HK_MACAU_TAIWAN
    if number[0] == "9":
        return IdKind.FOREIGNER
    return IdKind.RESIDENT if int(number[:2]) in _PROVINCES else None


def _old_card(number: str) -> IdNumber | IdProblem:
    """Country, place and birth date (YYMMDD, 1900s unless that gives nobody) with an ICAO 9303 check digit at the end."""
    born = _date("19" + number[7:13])
    if born is None:
        return IdProblem.BIRTH_DATE
    values = [int(c) if c.isdigit() else ord(c) - 55 for c in number[:14]]
    total = sum(value * _OLD_CARD_WEIGHTS[i % 3] for i, value in enumerate(values))
    if total % 10 != int(number[14]):
        return IdProblem.CHECK_DIGIT
    return IdNumber(text=number, kind=IdKind.FOREIGNER_OLD, birth_date=born, sex=None, region=number[:3])


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def mask(text: str) -> str:
    """For paper and lists: the first three and last four characters, the rest as asterisks; short texts wholly hidden."""
    number = normalise(text)
    if len(number) < 10:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def age_on(born: date, on: date) -> int:
    """Completed years; somebody born on 29 February has a birthday on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
