"""Reading somebody else's table: xlsx, or csv in UTF-8, UTF-16 or GB18030. Everything becomes text; no ID number is ever rounded here."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from app.errors import AppError
from app.services.roster_file import Sheet

MOST_BYTES, MOST_UNPACKED = 40_000_000, 400_000_000
MOST_ROWS, MOST_COLUMNS = 100_000, 100
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
"""An xls of old, or an xlsx behind a password."""
FLOAT_DIGITS = 15
"""A spreadsheet keeps no more of a number."""


def read(data: bytes, *, name: str) -> Sheet:
    """The first sheet. AppError import.empty, import.too_large, import.old_excel, import.unreadable."""
    if not data.strip():
        raise AppError("import.empty", name=name)
    if len(data) > MOST_BYTES:
        raise AppError("import.too_large", name=name)
    if data.startswith(OLD_EXCEL):
        raise AppError("import.old_excel", name=name)
    found = _xlsx(data, name) if data.startswith(b"PK") else _csv(data, name)
    rows = []
    for number, cells in enumerate(found, 1):
        if number > MOST_ROWS:
            raise AppError("import.too_large", name=name)
        texts = tuple(cells[:MOST_COLUMNS])
        if any(texts):
            rows.append((number, texts))
    if len(rows) < 2:
        raise AppError("import.empty", name=name)
    return Sheet(name=name, rows=tuple(rows))


def _xlsx(data: bytes, name: str) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise AppError("import.too_large", name=name)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong one
        for row in sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1):
            yield [_text(value) for value in row[:MOST_COLUMNS]]
        book.close()
    except AppError:
        raise
    except Exception as error:  # the library raises whatever the damage leads to
        raise AppError("import.unreadable", name=name) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**FLOAT_DIGITS:
        value = int(value)
    if isinstance(value, (int, float)) and abs(value) >= 10**FLOAT_DIGITS:
        return f"{value:.5E}"
    return str(value).strip()


def _csv(data: bytes, name: str) -> Iterator[list[str]]:
    text = _decoded(data, name)
    head = text[:4000]
    mark = max(",\t;，", key=head.count)
    try:
        for row in _quoted(text, mark):
            yield [_unquoted(cell) for cell in row]
    except csv.Error as error:
        raise AppError("import.unreadable", name=name) from error


def _quoted(text: str, mark: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def _unquoted(cell: str) -> str:
    """As spreadsheets are tricked into keeping digits: ="430…", '430…, or a tab before the number."""
    plain = cell.strip()
    if plain.startswith('="') and plain.endswith('"'):
        return plain[2:-1].strip()
    return plain.removeprefix("'").strip()


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise AppError("import.unreadable", name=name)
