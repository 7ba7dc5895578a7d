"""A report as an xlsx workbook: one sheet to read and print, with native charts below the tables that have one."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from app.domain.papers import ReportFacts, ReportTable

HEAD = PatternFill("solid", fgColor="E9EEF2")
THIN = Side(style="thin", color="9AA5B1")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
PATTERNS = (("solid", "0C5F34"), ("pct50", "0B5A87"), ("wdUpDiag", "98161B"))
"""Fill and colour of each series: told by pattern as well as by colour."""
WHITE: Any = "FFFFFF"
CHART_CM = (22, 9)
CHART_ROWS = 20
"""Rows of the sheet that a chart covers."""


def write(facts: ReportFacts) -> bytes:
    """The workbook's bytes."""
    book = Workbook()
    sheet: Worksheet = book.create_sheet("统计", 0)
    book.remove(book.worksheets[1])
    sheet.append([facts.title])
    sheet.append([facts.subtitle])
    sheet["A1"].font = Font(bold=True, size=16)
    for made in facts.tables:
        head = _table(sheet, made)
        if made.chart and made.rows:
            sheet.add_chart(_chart(sheet, made, head), f"A{sheet.max_row + 2}")
            sheet.cell(row=sheet.max_row + CHART_ROWS, column=1, value="")  # the next table begins below the chart
    sheet.append([])
    sheet.append([facts.notes])
    sheet.column_dimensions["A"].width = 34
    for letter in "BCDE":
        sheet.column_dimensions[letter].width = 14
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _table(sheet: Worksheet, made: ReportTable) -> int:
    """Append a table; the row number of its headings."""
    sheet.append([])
    sheet.append([made.caption])
    sheet.cell(row=sheet.max_row, column=1).font = Font(bold=True, size=13)
    sheet.append(list(made.headings))
    head = sheet.max_row
    for values in made.rows:
        sheet.append(list(values))
    for row in sheet.iter_rows(min_row=head, max_row=sheet.max_row, max_col=len(made.headings)):
        for number, cell in enumerate(row):
            cell.border = BOX
            cell.alignment = Alignment(horizontal="left" if number == 0 else "right")
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type = "s"  # a name is never a formula
            if cell.row == head:
                cell.font, cell.fill = Font(bold=True), HEAD
    return head


def _chart(sheet: Worksheet, made: ReportTable, head: int) -> BarChart:
    end = head + len(made.rows)
    chart = BarChart()
    chart.type, chart.title = "col", made.chart
    chart.width, chart.height = CHART_CM
    chart.add_data(
        Reference(sheet, min_col=2, max_col=len(made.headings), min_row=head, max_row=end), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=end))
    chart.x_axis.delete = chart.y_axis.delete = False
    for series, (pattern, colour) in zip(chart.series, PATTERNS, strict=False):
        if pattern == "solid":
            series.graphicalProperties.solidFill = colour
        else:
            series.graphicalProperties.pattFill = _pattern(pattern, colour)
        series.graphicalProperties.line.solidFill = colour
    return chart


def _pattern(name: Any, colour: Any) -> PatternFillProperties:
    return PatternFillProperties(prst=name, fgClr=ColorChoice(srgbClr=colour), bgClr=ColorChoice(srgbClr=WHITE))
