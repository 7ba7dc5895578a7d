"""Tables as xlsx workbooks: headings frozen, widths set, everything as text so that no ID number is rounded."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

WIDEST = 48
DANGEROUS = ("=", "+", "-", "@")
"""A cell beginning so is a formula to a spreadsheet: it is written behind an apostrophe-quoted text format."""


def write(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title[:31]
    sheet.append(list(headings))
    for row in rows:
        sheet.append([""] * len(row))
        for number, value in enumerate(row, 1):
            cell = sheet.cell(row=sheet.max_row, column=number)
            cell.value = value
            cell.data_type = "s"
            cell.number_format = "@"
            if value.startswith(DANGEROUS):
                cell.quotePrefix = True
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E9EEF2")
        cell.alignment = Alignment(vertical="center")
    for number, heading in enumerate(headings, 1):
        longest = max([len(heading) * 2, *(_width(row[number - 1]) for row in rows)], default=8)
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
