"""A workbook as rows of texts. What people send is not trusted: sizes first, entities never, and no ID number is ever rounded here."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from center.errors import Refused

LARGEST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED, MOST_PARTS = 300 * 1024 * 1024, 2000
MOST_ROWS, MOST_COLUMNS = 50_000, 60
EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number."""
UNREADABLE = (422, "sheet_unreadable", "读不出这个文件。请用 Excel 或 WPS 另存为“.xlsx”（不要加密码），再试一次。")
TOO_LARGE = (413, "sheet_too_large", f"表格太大（最多 {MOST_ROWS} 行）。请分成几个文件。")


@dataclass(frozen=True, slots=True)
class Line:
    """``number``: as the spreadsheet counts, from 1."""

    number: int
    cells: tuple[str, ...]


def read_sheet(path: Path) -> list[Line]:
    """The first sheet's rows that are not empty. Refused for anything that is no such file, or too much."""
    try:
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                raise Refused(*UNREADABLE)
        _look_before(path)
        return list(_lines(path))
    except Refused:
        raise
    except Exception as error:  # the library raises whatever the damage leads to
        raise Refused(*UNREADABLE) from error


def _look_before(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Refused(*TOO_LARGE)
        for part in parts:
            with packed.open(part) as opened:
                if b"<!" in opened.read(2000).replace(
                    b"<!--", b""
                ):  # a DOCTYPE has no business here: entities could blow up
                    raise Refused(*UNREADABLE)


def _lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:  # by its name alone the library would judge it
        book = load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong one
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
            if number > MOST_ROWS:
                raise Refused(*TOO_LARGE)
            cells = tuple(_text(value) for value in row)
            if any(cells):
                yield Line(number, cells)
        book.close()


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        value = int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= EXACT:
        return f"{value:.4E}"  # seen and refused as a rounded number
    return "" if value is None else str(value).replace("\0", "").strip()
