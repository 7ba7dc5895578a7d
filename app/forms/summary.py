"""The month's list (汇总表) from template data: a fixed number of rows a page, each page numbered, signed and sealed by itself."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm

from app.domain.papers import SummaryFacts, SummaryRow
from app.domain.retiree import Sex
from app.errors import AppError
from app.forms import codes, fonts
from app.forms.form import REASON_WORDS
from app.forms.pen import FAINT, GREY, Box, Pen
from app.forms.template import Cell, read_box, read_cell

FIELDS = frozenset(("number", "name", "sex", "id_number", "personnel_number", "reason", "signed_on", "remark"))
KINDS = frozenset(("text", "line", "seal"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """A column; ``width`` in mm."""

    heading: str
    field: str
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTemplate:
    """Layout of the list, mm; ``at``: the table's top left corner, ``rows``: rows a page."""

    version: str
    page: tuple[float, float]
    title: str
    title_box: Box
    qr: Box
    head: tuple[Cell, ...]
    at: tuple[float, float]
    head_height: float
    row_height: float
    rows: int
    columns: tuple[ListColumn, ...]
    foot: tuple[Cell, ...]


def load(path: Path) -> ListTemplate:
    """From a file. AppError('template.damaged') when it does not fit."""
    try:
        return parse(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise AppError("template.damaged", name=path.name) from error


def parse(raw: dict[str, Any]) -> ListTemplate:
    """From JSON values; ValueError when something is missing, unknown or outside the page."""
    try:
        table = raw["table"]
        made = ListTemplate(
            version=str(raw["version"]),
            page=(float(raw["page"][0]), float(raw["page"][1])),
            title=str(raw["title"]),
            title_box=read_box(raw["title_box"]),
            qr=read_box(raw["qr"]),
            head=tuple(read_cell({"kind": "text", **cell}) for cell in raw["head"]),
            at=(float(table["at"][0]), float(table["at"][1])),
            head_height=float(table["head_height"]),
            row_height=float(table["row_height"]),
            rows=int(table["rows"]),
            columns=tuple(
                ListColumn(heading=str(c["heading"]), field=str(c["field"]), width=float(c["width"]))
                for c in table["columns"]
            ),
            foot=tuple(read_cell(cell) for cell in raw["foot"]),
        )
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"template: {error}") from error
    right = made.at[0] + sum(column.width for column in made.columns)
    bottom = made.at[1] + made.head_height + made.rows * made.row_height
    fields = {column.field for column in made.columns}
    if right > made.page[0] or bottom > made.page[1] or made.rows < 1 or len(made.version) != 1:
        raise ValueError("template: the table lies outside the page")
    if not fields <= FIELDS or not {cell.kind for cell in made.foot} <= KINDS:
        raise ValueError("template: unknown field or kind")
    return made


def facts_hash(facts: SummaryFacts) -> str:
    """Eight characters over everything printed."""
    rows = [[row.case_id, *_values(number, row).values()] for number, row in enumerate(facts.rows, 1)]
    content = json.dumps([facts.unit.name, facts.unit.code, str(facts.month), rows], ensure_ascii=False)
    return codes.short_hash(hashlib.sha256(content.encode("utf-8")).hexdigest())


def render(template: ListTemplate, facts: SummaryFacts) -> bytes:
    """All pages; without rows one empty page, without a code, to be filled in by hand."""
    roles = fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (template.page[0] * mm, template.page[1] * mm))
    canvas.setTitle("资格认证确认表汇总表")
    numbered = list(enumerate(facts.rows, 1))
    pages = [numbered[at : at + template.rows] for at in range(0, len(numbered), template.rows)] or [[]]
    digest = facts_hash(facts)
    for page, rows in enumerate(pages, 1):
        pen = Pen(canvas, template.page[1])
        if facts.unit.demo:
            pen.watermark("演示数据", template.page)
        pen.corner_marks(template.page)
        blank = not facts.rows
        words = {
            "unit_name": facts.unit.name,
            "unit_code": facts.unit.code,
            "month": "　　　年　　月" if blank else f"{facts.month.year}年{facts.month.month}月",
            "page": "　" if blank else str(page),
            "pages": "　" if blank else str(len(pages)),
            "page_count": "　　" if blank else str(len(rows)),
            "total": "　　" if blank else str(len(facts.rows)),
        }
        if not blank:
            pen.qr(
                template.qr,
                codes.list_text(
                    page=page, template=template.version, year=facts.month.year, month=facts.month.month, digest=digest
                ),
            )
        pen.text(template.title_box, template.title.format_map(words), roles["title"], 17, align="center")
        for cell in template.head:
            pen.text(cell.box, cell.text.format_map(words), roles["body"], 11, pad=0)
        _table(pen, template, rows, roles["body"])
        for cell in template.foot:
            _foot(pen, cell, words, roles["body"])
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _values(number: int, row: SummaryRow) -> dict[str, str]:
    return {
        "number": str(number),
        "name": row.name,
        "sex": "男" if row.sex is Sex.MALE else "女",
        "id_number": row.id_number,
        "personnel_number": row.personnel_number,
        "reason": REASON_WORDS[row.reason],
        "signed_on": row.signed_on.isoformat() if row.signed_on is not None else "",
        "remark": "",
    }


def _table(pen: Pen, template: ListTemplate, rows: Sequence[tuple[int, SummaryRow]], font: str) -> None:
    x, top = template.at
    for column in template.columns:
        box = (x, top, column.width, template.head_height)
        pen.frame(box)
        pen.text(box, column.heading, font, 11, align="center", pad=0.4)
        x += column.width
    for line in range(template.rows):
        shown = _values(*rows[line]) if line < len(rows) else {}
        x, y = template.at[0], top + template.head_height + line * template.row_height
        for column in template.columns:
            box = (x, y, column.width, template.row_height)
            pen.frame(box, line=0.35)
            pen.text(box, shown.get(column.field, ""), font, 10.5, align="center", pad=0.6)
            x += column.width


def _foot(pen: Pen, cell: Cell, words: Mapping[str, str], font: str) -> None:
    if cell.kind == "line":
        pen.line(cell.box[0], cell.box[1], cell.box[0] + cell.box[2], cell.box[1])
        return
    if cell.kind == "seal":
        pen.frame(cell.box, colour=FAINT, dash=(3, 3))
    colour, align = (GREY, "center") if cell.kind == "seal" else (None, cell.align)
    text = cell.text.format_map(words)
    if colour is not None:
        pen.text(cell.box, text, font, 11, align=align, colour=colour)
    else:
        pen.text(cell.box, text, font, cell.size, align=align, pad=0)
