"""A day's plan to take along: one block a person with the code that opens their page, and room for what came of it."""

import io

from reportlab.lib.units import mm

from app.domain.papers import PlanFacts, PlanLine
from app.forms import codes, fonts
from app.forms.pen import GREY, Pen

PAGE = (210.0, 297.0)
LEFT, TOP, BOTTOM = 16.0, 34.0, 286.0
WIDTH = PAGE[0] - 2 * LEFT
BLOCK = 42.0
WEEKDAYS = "一二三四五六日"
OUTCOMES = ("已认证", "已填确认表", "没见到", "改日")


def render(facts: PlanFacts) -> bytes:
    """As PDF bytes; an empty day is one page that says so."""
    fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (PAGE[0] * mm, PAGE[1] * mm))
    canvas.setTitle("当天安排")
    per_page = int((BOTTOM - TOP) / BLOCK)
    pages = [facts.lines[at : at + per_page] for at in range(0, len(facts.lines), per_page)] or [()]
    for number, lines in enumerate(pages, 1):
        pen = Pen(canvas, PAGE[1])
        _head(pen, facts, number, len(pages))
        if not lines:
            pen.text((LEFT, TOP + 10, WIDTH, 12), "这一天没有安排。", fonts.SANS, 14, align="center")
        for place, line in enumerate(lines):
            _block(pen, line, TOP + place * BLOCK)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _head(pen: Pen, facts: PlanFacts, number: int, pages: int) -> None:
    if facts.unit.demo:
        pen.watermark("演示数据", PAGE)
    day = facts.day
    title = f"{day.year}年{day.month}月{day.day}日　星期{WEEKDAYS[day.weekday()]}　安排"
    pen.text((LEFT, 12, WIDTH, 11), title, fonts.MEDIUM, 19)
    who = f"{facts.unit.name}　{facts.unit.phone}　经办人 {facts.clerk}　共 {len(facts.lines)} 人"
    pen.text((LEFT, 23, WIDTH - 40, 8), who, fonts.SANS, 11, colour=GREY)
    pen.text(
        (LEFT + WIDTH - 40, 23, 40, 8), f"第 {number} 页，共 {pages} 页", fonts.SANS, 11, align="right", colour=GREY
    )


def _block(pen: Pen, line: PlanLine, y: float) -> None:
    pen.line(LEFT, y, LEFT + WIDTH, y, line=0.8)
    pen.text((LEFT, y + 2, 34, 9), line.time or "时间不定", fonts.MEDIUM, 15)
    pen.text((LEFT, y + 11, 34, 8), line.kind, fonts.SANS, 12)
    wide = WIDTH - 36 - 26
    pen.text((LEFT + 36, y + 2, wide, 9), f"{line.name}　{line.who}", fonts.MEDIUM, 15)
    pen.text((LEFT + 36, y + 11, wide, 7), f"电话 {line.phone or '没有登记'}　{line.address}", fonts.SANS, 11.5)
    pen.text((LEFT + 36, y + 18, wide, 6.5), line.sentence, fonts.SANS, 11.5)
    pen.text((LEFT + 36, y + 24.5, wide, 6.5), f"上次：{line.note}" if line.note else "", fonts.SANS, 10.5, colour=GREY)
    x = LEFT + 36
    for words in OUTCOMES:
        pen.checkbox(x + 1, y + 33.4, ticked=False)
        pen.text((x + 5.5, y + 32, 24, 6.5), words, fonts.SANS, 11)
        x += 9 + len(words) * 4.4
    pen.line(x + 2, y + 38, LEFT + WIDTH - 26, y + 38, line=0.4, colour=GREY)
    pen.qr((LEFT + WIDTH - 23, y + 4, 22, 22), codes.person_text(line.retiree_id))
    pen.text((LEFT + WIDTH - 27, y + 26.5, 30, 5), "扫码打开此人", fonts.SANS, 8.5, align="center", colour=GREY)
