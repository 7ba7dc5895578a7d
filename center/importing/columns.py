"""The roster's columns: headings, and a cell's text as the value of a retiree's field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from center.rules import month_from, month_text

LONGEST = 200
REQUIRED = ("name", "id_number")
HEADINGS_WITHIN = 10
_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))


class CellError(ValueError):
    """A cell that can't be taken, as a sentence."""


def plain(text: str) -> str:
    """Half-width, without spaces: as headings and codes are compared."""
    return re.sub(r"[\s*＊:：]", "", unicodedata.normalize("NFKC", text))


def id_number(text: str) -> str:
    """18 characters whose last one fits, or the foreigner's old card of 15."""
    number = re.sub(r"[\s\-—·']", "", unicodedata.normalize("NFKC", text)).upper()
    if re.fullmatch(r"\d\.\d+E\+?\d+", number):
        raise CellError("被表格取整了，后几位已经丢失。请把这一列设成“文本”再重新填")
    if re.fullmatch(r"[A-Z]{3}\d{12}", number):
        return number
    if len(number) != 18:
        raise CellError(f"应为 18 位，这里是 {len(number)} 位")
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise CellError("里面有不该有的字")
    if "10X98765432"[sum(int(d) * w for d, w in zip(number, _WEIGHTS, strict=False)) % 11] != number[17]:
        raise CellError("最后一位对不上，可能输错了")
    born_in(number)
    return number


def born_in(number: str) -> str | None:
    """The birth date that an 18-digit number holds."""
    if len(number) != 18:
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])).isoformat()
    except ValueError as error:
        raise CellError("里面的出生日期不存在") from error


def day(text: str) -> str:
    """2015-01-31, 2015/1/31, 2015.1.31, 2015年1月31日, 20150131; without a day the first of the month."""
    found = re.match(r"(\d{4})[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?)?(?!\d)", plain(text))
    try:
        made = date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        made = None
    if made is None or not 1900 <= made.year <= 2200:
        raise CellError(f"“{text}”不是日期，请写成 2015-01-31")
    return made.isoformat()


def month(text: str) -> str:
    """2023-05 and the like."""
    try:
        return month_text(month_from(day(text)[:7]))
    except ValueError as error:
        raise CellError(f"“{text}”不是月份，请写成 2023-05") from error


def code(**known: str) -> Callable[[str], str]:
    """One of a few words."""

    def read(text: str) -> str:
        if plain(text) not in known:
            raise CellError(f"“{text}”看不懂，可以填：{'、'.join(known)}")
        return known[plain(text)]

    return read


def words(text: str) -> str:
    """Any short text."""
    if len(text) > LONGEST:
        raise CellError(f"太长，最多 {LONGEST} 个字")
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Column:
    """``titles``: the first is ours, the others are understood too."""

    field: str
    titles: tuple[str, ...]
    read: Callable[[str], str]
    example: str = ""


COLUMNS = (
    Column("name", ("姓名", "人员姓名"), words, "张三"),
    Column("id_number", ("证件号码", "身份证号", "身份证号码", "证件号", "公民身份号码", "社会保障号码"), id_number),
    Column("personnel_number", ("个人编号", "人员编号"), words, "430000001"),
    Column("sex", ("性别",), code(男="male", 女="female"), "女"),
    Column("birth_date", ("出生日期", "出生年月"), day, "1950-03-07"),
    Column("kind", ("类别", "退休类别"), code(退休="retired", 退职="resigned"), "退休"),
    Column("retired_on", ("退休日期", "退休时间"), day, "2010-04-01"),
    Column("first_paid_on", ("首次发放日期", "首次领取日期", "待遇开始日期"), day, "2010-04-01"),
    Column("phone", ("联系电话", "电话", "手机", "手机号码"), words),
    Column("address", ("地址", "住址", "联系地址"), words),
    Column("residence", ("居住地", "居住情况"), code(本地="local", 异地="elsewhere", 境外="abroad"), "本地"),
    Column("card_number", ("社保卡号", "社会保障卡号"), words),
    Column("payment", ("待遇状态",), code(发放="paid", 正常发放="paid", 暂停="suspended", 停发="terminated"), "发放"),
    Column("suspended_from", ("暂停起始月", "暂停月份"), month),
    Column("last_paid", ("最后发放月",), month, "2026-11"),
    Column("died_on", ("死亡日期", "去世日期"), day),
)
TITLES = {column.field: column.titles[0] for column in COLUMNS}
_BY_TITLE = {title: column for column in COLUMNS for title in column.titles}


def places(cells: tuple[str, ...]) -> Mapping[int, Column]:
    """Column by its place in a row of headings; each once."""
    found: dict[int, Column] = {}
    for place, text in enumerate(cells):
        column = _BY_TITLE.get(re.sub(r"[(（].*$", "", plain(text)))
        if column is not None and column not in found.values():
            found[place] = column
    return found
