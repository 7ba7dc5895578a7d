"""A list on paper as it is shown: A4 across, headings on every page, pages numbered."""

import io

from reportlab.lib.units import mm

from app.domain.papers import ListingFacts
from app.forms import fonts
from app.forms.pen import FAINT, GREY, Pen

PAGE = (297.0, 210.0)
LEFT, TOP, BOTTOM = 12.0, 30.0, 198.0
WIDTH = PAGE[0] - 2 * LEFT
HEAD, ROW = 8.0, 8.0
SIZE, SMALLEST = 10.5, 6.0
NARROWEST = 14.0
"""No column is drawn narrower, in mm."""


def render(facts: ListingFacts) -> bytes:
    """As PDF bytes."""
    fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (PAGE[0] * mm, PAGE[1] * mm))
    canvas.setTitle(facts.title)
    widths, per_page = columns(facts.widths), int((BOTTOM - TOP - HEAD) / ROW)
    pages = [facts.rows[at : at + per_page] for at in range(0, len(facts.rows), per_page)] or [()]
    for number, rows in enumerate(pages, 1):
        pen = Pen(canvas, PAGE[1])
        if facts.unit.demo:
            pen.watermark("演示数据", PAGE)
        pen.text((LEFT, 9, WIDTH, 10), facts.title, fonts.MEDIUM, 16)
        pen.text((LEFT, 19, WIDTH - 40, 8), f"{facts.unit.name}　{facts.subtitle}", fonts.SANS, 10, colour=GREY)
        pen.text(
            (LEFT + WIDTH - 40, 19, 40, 8),
            f"第 {number} 页，共 {len(pages)} 页",
            fonts.SANS,
            10,
            align="right",
            colour=GREY,
        )
        pen.fill((LEFT, TOP, WIDTH, HEAD), FAINT)
        _line(pen, facts.headings, widths, TOP, fonts.MEDIUM)
        for place, values in enumerate(rows):
            y = TOP + HEAD + place * ROW
            _line(pen, values, widths, y, fonts.SANS)
            pen.line(LEFT, y + ROW, LEFT + WIDTH, y + ROW, line=0.4, colour=GREY)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def columns(wanted: tuple[float, ...]) -> list[float]:
    """Millimetres of each column in the proportion of ``wanted``, none below NARROWEST."""
    shares = [max(one, 1.0) for one in wanted]
    wide = [max(NARROWEST, WIDTH * one / sum(shares)) for one in shares]
    spare = sum(wide) - WIDTH
    room = sum(one - NARROWEST for one in wide)
    return [one - spare * (one - NARROWEST) / room if room > 0 else one for one in wide]


def _line(pen: Pen, values: tuple[str, ...], widths: list[float], y: float, font: str) -> None:
    x = LEFT
    for value, width in zip(values, widths, strict=True):
        pen.text((x, y, width, ROW), value, font, SIZE, smallest=SMALLEST)
        x += width
