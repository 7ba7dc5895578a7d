"""A report on paper: tables and charts on A4, readable in black and white."""

import io
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import HexColor, white
from reportlab.lib.units import mm

from app.domain.papers import ReportFacts, ReportTable
from app.forms import fonts
from app.forms.pen import FAINT, GREY, Pen

PAGE = (210.0, 297.0)
LEFT, WIDTH, BOTTOM = 20.0, 170.0, 278.0
LINE = 7.0
CHART_MM = 56.0
FILLS = (HexColor("#15202B"), HexColor("#9AA5B1"), white)
"""Dark, grey, white with an outline: three series that a black-and-white printer keeps apart."""


def render(facts: ReportFacts) -> bytes:
    """As PDF bytes."""
    fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (PAGE[0] * mm, PAGE[1] * mm))
    canvas.setTitle(facts.title)
    pen = Pen(canvas, PAGE[1])
    y = _head(pen, facts)
    for made in facts.tables:
        if y + (len(made.rows) + 1) * LINE + 11 > BOTTOM:
            canvas.showPage()
            y = _head(pen, facts)
        y = _table(pen, made, y)
        if made.chart and made.rows:
            if y + CHART_MM + 12 > BOTTOM:
                canvas.showPage()
                y = _head(pen, facts)
            pen.text((LEFT, y, WIDTH, 8), made.chart, fonts.MEDIUM, 12)
            renderPDF.draw(_chart(made), canvas, LEFT * mm, (PAGE[1] - y - 8 - CHART_MM) * mm)
            y += CHART_MM + 10
    if y > BOTTOM - 8:
        canvas.showPage()
        y = _head(pen, facts)
    pen.text((LEFT, y, WIDTH, 10), facts.notes, fonts.SANS, 9, colour=GREY)
    canvas.save()
    return target.getvalue()


def _head(pen: Pen, facts: ReportFacts) -> float:
    if facts.unit.demo:
        pen.watermark("演示数据", PAGE)
    pen.text((LEFT, 16, WIDTH, 12), facts.title, fonts.SERIF, 20, align="center")
    pen.text((LEFT, 28, WIDTH, 7), facts.subtitle, fonts.SANS, 10, align="center", colour=GREY)
    return 38.0


def _table(pen: Pen, made: ReportTable, y: float) -> float:
    pen.text((LEFT, y, WIDTH, 8), made.caption, fonts.MEDIUM, 12)
    y += 8
    first = 70.0 if len(made.headings) < 5 else 50.0
    other = (WIDTH - first) / max(len(made.headings) - 1, 1)
    pen.fill((LEFT, y, WIDTH, LINE), FAINT)
    for number, values in enumerate((made.headings, *made.rows)):
        for place, value in enumerate(values):
            x = LEFT if place == 0 else LEFT + first + (place - 1) * other
            width = first if place == 0 else other
            font = fonts.MEDIUM if number == 0 else fonts.SANS
            pen.text((x, y, width, LINE), str(value), font, 11, align="left" if place == 0 else "right")
        y += LINE
        pen.line(LEFT, y, LEFT + WIDTH, y, line=0.4, colour=GREY)
    return y + 4


def _chart(made: ReportTable) -> Drawing:
    """Columns for every series; ``Rect`` and ``String`` make the key."""
    width, height = WIDTH * mm, CHART_MM * mm
    drawing = Drawing(width, height)
    bars: Any = VerticalBarChart()
    bars.x, bars.y, bars.width, bars.height = 24, 20, width - 30, height - 46
    bars.data = [tuple(int(row[place]) for row in made.rows) for place in range(1, len(made.headings))]
    bars.categoryAxis.categoryNames = [str(row[0]) for row in made.rows]
    bars.categoryAxis.labels.fontName = bars.valueAxis.labels.fontName = fonts.SANS
    bars.categoryAxis.labels.fontSize = bars.valueAxis.labels.fontSize = 8
    most = max((max(series) for series in bars.data), default=0)
    step = max(1, -(-int(most) // 5))
    bars.valueAxis.valueMin, bars.valueAxis.valueMax, bars.valueAxis.valueStep = 0, step * 5, step
    bars.valueAxis.labelTextFormat = "%d"
    bars.groupSpacing = 6
    for place, fill in zip(range(len(bars.data)), FILLS, strict=False):
        bars.bars[place].fillColor, bars.bars[place].strokeColor, bars.bars[place].strokeWidth = fill, FILLS[0], 0.6
        x = 24 + place * 90
        look: dict[str, Any] = {"fillColor": fill, "strokeColor": FILLS[0], "strokeWidth": 0.6}
        drawing.add(Rect(x, height - 14, 10, 10, **look))
        drawing.add(String(x + 15, height - 12, made.headings[place + 1], fontName=fonts.SANS, fontSize=9))
    drawing.add(bars)
    return drawing
