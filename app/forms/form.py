"""The confirmation form (资格认证确认表) from template data and facts; also the blank one for filling in by hand."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date

from reportlab.lib.units import mm

from app.domain.confirmation import FormReason
from app.domain.papers import FormFacts, UnitFacts
from app.domain.retiree import Sex
from app.forms import codes, fonts
from app.forms.pen import FAINT, GREY, Pen
from app.forms.template import Cell, Template

REASON_WORDS = {
    FormReason.GRAVELY_ILL: "重病",
    FormReason.DISABLED: "伤残",
    FormReason.VERY_OLD: "高龄行动不便",
    FormReason.ABROAD_ONLINE_FAILED: "境外居住线上认证未通过",
    FormReason.NO_CARD: "未申领社保卡",
    FormReason.OTHER: "其他特殊原因",
}
"""The notice's own words (三(二))."""
_REASON_ROWS = (
    (FormReason.GRAVELY_ILL, FormReason.DISABLED, FormReason.VERY_OLD),
    (FormReason.NO_CARD, FormReason.OTHER),
    (FormReason.ABROAD_ONLINE_FAILED,),
)


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def values(facts: FormFacts) -> dict[str, str]:
    """Field name → printed text. A template refers to these names."""
    return {
        "unit_name": facts.unit.name,
        "unit_code": facts.unit.code,
        "name": facts.name,
        "sex": "男" if facts.sex is Sex.MALE else "女",
        "birth_date": _day(facts.birth_date),
        "id_number": facts.id_number,
        "personnel_number": facts.personnel_number,
        "card_number": facts.card_number,
        "retired_on": _day(facts.retired_on),
        "address": f"{facts.residence}　{facts.address}" if facts.address else facts.residence,
        "phone": facts.phone,
        "deadline": _day(facts.deadline),
        "reason_text": facts.reason_text,
        "how_verified": facts.how_verified,
        "verified_by": facts.verified_by,
        "verified_on": _day(facts.verified_on),
        "evidence": "\n".join(facts.evidence_lines),
        "clerk": facts.clerk,
        "filled_on": _day(facts.filled_on),
    }


def facts_hash(facts: FormFacts) -> str:
    """Eight characters over everything printed: an edited reprint has another hash."""
    content = {**values(facts), "reason": facts.reason.value, "case_id": facts.case_id}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return codes.short_hash(hashlib.sha256(text.encode("utf-8")).hexdigest())


class FormWriter:
    """Writes any number of forms into one PDF; memory stays flat because pages are finished one by one.

    Use as: ``writer = FormWriter(template, target); writer.add(facts) …; writer.close()``.
    """

    def __init__(self, template: Template, target: io.BytesIO) -> None:
        self._roles = fonts.register()
        self._template = template
        size = (template.page[0] * mm, template.page[1] * mm)
        self._canvas = fonts.new_canvas(target, size)
        self._canvas.setTitle("资格认证确认表")

    def add(self, facts: FormFacts) -> None:
        """One page for one person."""
        code = codes.FormCode(
            case_id=facts.case_id, page=1, template=int(self._template.version, 36), facts_hash=facts_hash(facts)
        )
        self._page(values(facts), facts.reason, facts.photo_jpeg, codes.form_text(code), demo=facts.unit.demo)

    def add_blank(self, unit: UnitFacts) -> None:
        """One page to be filled in by hand: the unit's name only, no code."""
        known = {"unit_name": unit.name, "unit_code": unit.code}
        self._page(known, None, None, None, demo=unit.demo)

    def close(self) -> None:
        """Finish the file."""
        self._canvas.save()

    def _page(
        self, known: Mapping[str, str], reason: FormReason | None, photo: bytes | None, code: str | None, *, demo: bool
    ) -> None:
        pen = Pen(self._canvas, self._template.page[1])
        if demo:
            pen.watermark("演示数据", self._template.page)
        pen.corner_marks(self._template.page)
        pen.text(self._template.title_box, self._template.title, self._roles["title"], 20, align="center")
        if code is not None:
            pen.qr(self._template.qr, code)
        for cell in self._template.head:
            pen.text(cell.box, cell.text.format_map(_Blank(known)), self._roles["body"], 12, pad=0)
        for cell in self._template.cells:
            self._cell(pen, cell, known, reason, photo)
        notes = "\n".join(self._template.notes)
        pen.text(self._template.notes_box, notes, fonts.SANS, 8.5, colour=GREY, pad=0)
        self._canvas.showPage()

    def _cell(
        self, pen: Pen, cell: Cell, known: Mapping[str, str], reason: FormReason | None, photo: bytes | None
    ) -> None:
        if cell.kind in ("label", "field", "photo", "reasons", "frame"):
            pen.frame(cell.box)
        if cell.kind == "label":
            pen.text(cell.box, cell.text, self._roles["body"], cell.size, align="center", pad=0.6)
        elif cell.kind == "field":
            pen.text(cell.box, known.get(cell.field, ""), self._roles["body"], cell.size, align=cell.align)
        elif cell.kind == "text":
            pen.text(cell.box, cell.text, self._roles["body"], cell.size, align=cell.align)
        elif cell.kind == "line":
            pen.line(cell.box[0], cell.box[1], cell.box[0] + cell.box[2], cell.box[1])
        elif cell.kind == "seal":
            pen.frame(cell.box, colour=FAINT, dash=(3, 3))
            pen.text(cell.box, cell.text, self._roles["body"], 11, align="center", colour=GREY)
        elif cell.kind == "reasons":
            _reasons(pen, cell, reason, self._roles["body"])
        elif cell.kind == "photo":
            _photo(pen, cell, photo, self._roles["body"])


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _reasons(pen: Pen, cell: Cell, reason: FormReason | None, font: str) -> None:
    x0, y0, _width, height = cell.box
    for row, members in enumerate(_REASON_ROWS):
        x, y = x0 + 2, y0 + height * (row + 0.5) / len(_REASON_ROWS)
        for member in members:
            pen.checkbox(x, y - 1.7, ticked=member is reason)
            words = REASON_WORDS[member]
            pen.run(x + 4.4, y + 1.4, words, font, 10.5)
            x += 8.6 + len(words) * 3.75


def _photo(pen: Pen, cell: Cell, photo: bytes | None, font: str) -> None:
    x, y, width, height = cell.box
    if photo is not None:
        try:
            pen.picture((x + 1, y + 1, width - 2, height - 2), photo)
        except ValueError:
            pen.text(cell.box, "照片\n无法读取", font, 11, align="center", colour=GREY)
        return
    pen.text(cell.box, "照　片", font, 12, align="center", colour=GREY)


def render(template: Template, facts: Iterable[FormFacts]) -> bytes:
    """One PDF of all ``facts``."""
    target = io.BytesIO()
    writer = FormWriter(template, target)
    for one in facts:
        writer.add(one)
    writer.close()
    return target.getvalue()
