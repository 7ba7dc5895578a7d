"""A roster as somebody else's table: finding the headings, guessing the columns, reading a row's cells into values. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.idnumber import IdKind, IdProblem, normalise, parse
from app.domain.retiree import Residence, RetirementKind, Sex

HEADINGS_WITHIN = 15
"""Rows in which the headings are looked for; above them stand titles and dates."""
LONGEST = 200


class Field(Enum):
    """What a column can hold. Death and payments are missing on purpose: they come from the center or by their own report."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PERSONNEL_NUMBER = "personnel_number"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    ADDRESS = "address"
    CARD_NUMBER = "card_number"
    RETIRED_ON = "retired_on"
    FIRST_PAID_ON = "first_paid_on"
    RESIDENCE = "residence"
    KIND = "kind"
    PHOTO = "photo"
    """Never in a column: pictures come from a folder."""


COLUMNS = tuple(field for field in Field if field is not Field.PHOTO)
REQUIRED = (Field.NAME, Field.ID_NUMBER)
DATES = (Field.BIRTH_DATE, Field.RETIRED_ON, Field.FIRST_PAID_ON)
_NAMES: dict[Field, tuple[str, ...]] = {
    Field.NAME: ("姓名", "人员姓名", "退休人员姓名", "名字"),
    Field.ID_NUMBER: ("身份证号", "身份证号码", "证件号码", "证件号", "身份证", "公民身份号码", "社会保障号", "社会保障号码"),
    Field.PERSONNEL_NUMBER: ("个人编号", "人员编号", "个人代码", "养老保险编号"),
    Field.SEX: ("性别",),
    Field.BIRTH_DATE: ("出生日期", "出生年月", "生日"),
    Field.PHONE: ("电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话号码"),
    Field.ADDRESS: ("地址", "住址", "家庭住址", "联系地址", "通讯地址", "居住地址", "现住址"),
    Field.CARD_NUMBER: ("社保卡号", "社会保障卡号", "社保卡", "社会保障卡卡号", "卡号"),
    Field.RETIRED_ON: ("退休日期", "退休时间", "退休年月"),
    Field.FIRST_PAID_ON: ("首次发放日期", "首次领取日期", "待遇开始日期", "首发日期", "待遇享受开始年月", "首次发放时间"),
    Field.RESIDENCE: ("居住情况", "居住地类型", "居住状态", "是否异地"),
    Field.KIND: ("退休类别", "退休退职", "离退休类别", "类别"),
}  # fmt: skip
_EXACT = {name: field for field, names in _NAMES.items() for name in names}
_RESIDENCE = {
    "本地": Residence.LOCAL, "本市": Residence.LOCAL, "省内": Residence.LOCAL, "否": Residence.LOCAL,
    "异地": Residence.ELSEWHERE, "外地": Residence.ELSEWHERE, "省外": Residence.ELSEWHERE, "是": Residence.ELSEWHERE,
    "境外": Residence.ABROAD, "国外": Residence.ABROAD, "海外": Residence.ABROAD,
}  # fmt: skip
_KIND = {"退休": RetirementKind.RETIRED, "退职": RetirementKind.RESIGNED}
_SEX = {"男": Sex.MALE, "男性": Sex.MALE, "女": Sex.FEMALE, "女性": Sex.FEMALE}

Mapping_ = Mapping[Field, int]
"""Field → number of its column."""


class RowProblem(Enum):
    """Why a row can't be taken; the words are in the screen's words."""

    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    ID_EMPTY = "id_empty"
    ID_ROUNDED = "id_rounded"
    """The table kept the number as a floating number; its last digits are gone."""
    ID_LENGTH = "id_length"
    ID_CHARACTERS = "id_characters"
    ID_REGION = "id_region"
    ID_BIRTH_DATE = "id_birth_date"
    ID_CHECK_DIGIT = "id_check_digit"
    DATE = "date"
    SEX = "sex"
    RESIDENCE = "residence"
    KIND = "kind"
    SEX_UNKNOWN = "sex_unknown"
    DOUBLE = "double"
    """The same person stands in another row too."""
    TWO_PEOPLE = "two_people"
    """The ID number is one person's, the personnel number another's."""
    PHOTO_NOBODY = "photo_nobody"
    PHOTO_UNREADABLE = "photo_unreadable"
    PHOTO_SMALL = "photo_small"
    PHOTO_TOO_BIG = "photo_too_big"


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem and what it is about: the field's cell, or the other row's number."""

    problem: RowProblem
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table as read from a file: rows of stripped texts, each with its number in the file (from 1); no row is wholly empty."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headed:
    """A table with its headings found. ``guess``: the columns as their headings say."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    guess: Mapping_


@dataclass(frozen=True, slots=True)
class Read:
    """One row's values as canonical texts (dates ISO, codes as their values), empty cells left out, and what is wrong."""

    number: int
    values: Mapping[Field, str]
    faults: tuple[Fault, ...]


def headed(sheet: Sheet) -> Headed:
    """The row with the most known headings is the head; the first row when none is known."""
    best, guess = 0, guess_columns(sheet.rows[0][1]) if sheet.rows else {}
    for place, (_number, cells) in enumerate(sheet.rows[:HEADINGS_WITHIN]):
        found = guess_columns(cells)
        if len(found) > len(guess):
            best, guess = place, found
    head = sheet.rows[best][1] if sheet.rows else ()
    width = max((len(cells) for _n, cells in sheet.rows[best:]), default=0)
    named = tuple((head[i] if i < len(head) else "") or f"第 {i + 1} 列" for i in range(width))
    return Headed(name=sheet.name, headings=named, rows=sheet.rows[best + 1 :], guess=guess)


def guess_columns(cells: Sequence[str]) -> dict[Field, int]:
    """Exact names first, then names that only begin or end so; each field and each column once."""
    plain = [re.sub(r"[（(].*$|[\s：:*＊]", "", unicodedata.normalize("NFKC", cell)) for cell in cells]
    found: dict[Field, int] = {}
    for number, text in enumerate(plain):
        field = _EXACT.get(text)
        if field is not None:
            found.setdefault(field, number)
    for number, text in enumerate(plain):
        if number in found.values() or len(text) > 12:
            continue
        for field, names in _NAMES.items():
            if field not in found and any(len(n) > 1 and (text.endswith(n) or text.startswith(n)) for n in names):
                found[field] = number
                break
    return found


def read_row(number: int, cells: Sequence[str], columns: Mapping_) -> Read:
    """One row's values; a cell that can't be read becomes a fault, an empty one says nothing."""
    values: dict[Field, str] = {}
    faults: list[Fault] = []
    for field, column in columns.items():
        text = cells[column].strip() if column < len(cells) else ""
        if len(text) > LONGEST:
            faults.append(Fault(RowProblem.TOO_LONG, field.value))
        elif text:
            value = _value(field, text)
            if isinstance(value, Fault):
                faults.append(value)
            else:
                values[field] = value
    if Field.NAME not in values and Fault(RowProblem.TOO_LONG, Field.NAME.value) not in faults:
        faults.append(Fault(RowProblem.NAME_MISSING))
    if Field.ID_NUMBER not in values and not any(f.problem.value.startswith("id_") for f in faults):
        faults.append(Fault(RowProblem.ID_EMPTY))
    return Read(number, values, tuple(faults))


def _value(field: Field, text: str) -> str | Fault:
    if field is Field.ID_NUMBER:
        return _id_number(text)
    if field is Field.NAME:
        return re.sub(r"\s+", "", text) if not text.isascii() else " ".join(text.split())
    if field in DATES:
        day = as_date(text)
        return day.isoformat() if day is not None else Fault(RowProblem.DATE, field.value)
    if field is Field.SEX:
        return _code(_SEX, text, RowProblem.SEX)
    if field is Field.RESIDENCE:
        return _code(_RESIDENCE, text, RowProblem.RESIDENCE)
    if field is Field.KIND:
        return _code(_KIND, text, RowProblem.KIND)
    return " ".join(text.split())


def _code(table: Mapping[str, Enum], text: str, problem: RowProblem) -> str | Fault:
    code = table.get(text)
    return Fault(problem, text) if code is None else str(code.value)


def _id_number(text: str) -> str | Fault:
    if re.fullmatch(r"\d(\.\d+)?[Ee]\+?\d+", text):
        return Fault(RowProblem.ID_ROUNDED)
    found = parse(text)
    if isinstance(found, IdProblem):
        return Fault(RowProblem(f"id_{found.value}"), normalise(text))
    return found.text


def as_date(text: str) -> date | None:
    """From 2015-01-31, 2015/1/31, 2015.1, 2015年1月, 201501, 20150131; without a day the first of the month."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = re.match(r"^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})?日?)?(?:[ T]\d.*)?$", plain) or re.match(
        r"^(\d{4})(\d{2})(\d{2})?$", plain
    )
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def derived(values: Mapping[Field, str]) -> tuple[Sex | None, date]:
    """Sex and birth date: from their own cells, else from the ID number, which must be valid."""
    found = parse(values[Field.ID_NUMBER])
    if isinstance(found, IdProblem):
        raise ValueError(found)
    sex = Sex(values[Field.SEX]) if Field.SEX in values else found.sex
    born = date.fromisoformat(values[Field.BIRTH_DATE]) if Field.BIRTH_DATE in values else found.birth_date
    return (None if found.kind is IdKind.FOREIGNER_OLD and Field.SEX not in values else sex), born
