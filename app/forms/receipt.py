"""The paper the retiree takes home, A4 or A5, made to be read by somebody of 85 without glasses."""

import io
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from app.domain.papers import PHONE_CONSULT, PHONE_REPORT, SELF_SERVICE_CHANNELS, ReceiptFacts
from app.forms import codes, fonts
from app.forms.pen import FAINT, GREY, INK, Pen
from app.services.wording import month, months

SIZES = {"A4": (210.0, 297.0), "A5": (148.0, 210.0)}
"""Page width and height in mm."""
DEADLINE_PT = 36.0
GREEN, AMBER = (0.05, 0.36, 0.22), (0.52, 0.30, 0.02)


def spoken(day: date) -> str:
    """2027年11月24日."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class _Page:
    pen: Pen
    width: float
    scale: float

    def y(self, value: float) -> float:
        return value * self.scale


def render(facts: ReceiptFacts, *, size: str) -> bytes:
    """PDF bytes; ``size`` "A4" or "A5". KeyError for another size."""
    width, height = SIZES[size]
    fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (width * mm, height * mm))
    canvas.setTitle("待遇领取资格认证回执")
    page = _Page(Pen(canvas, height), width, height / 297.0)
    if facts.unit.demo:
        page.pen.watermark("演示数据", (width, height))
    _head(page, facts)
    _facts(page, facts)
    _deadline(page, facts)
    _foot(page, facts, height)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _head(page: _Page, facts: ReceiptFacts) -> None:
    pen, edge = page.pen, page.width - 30
    pen.text(
        (15, page.y(16), edge, page.y(18)), "待遇领取资格认证回执", fonts.SERIF, 26 * page.scale**0.5, align="center"
    )
    pen.text((15, page.y(35), edge, page.y(9)), facts.unit.name, fonts.SANS, 15, align="center", colour=GREY)
    pen.line(15, page.y(47), page.width - 15, page.y(47), line=1.2)


def _facts(page: _Page, facts: ReceiptFacts) -> None:
    moment = facts.certified_at
    rows = (
        ("姓　　名", facts.name, 22.0),
        ("身份证号", facts.masked_id_number, 16.0),
        ("认证时间", f"{spoken(moment.date())}　{moment:%H:%M}", 16.0),
        ("经 办 人", facts.clerk, 16.0),
    )
    y = page.y(52)
    for label, value, size in (row for row in rows if row[1]):
        page.pen.text((17, y, 32, page.y(13)), label, fonts.SANS, 15, colour=GREY)
        page.pen.text((50, y, page.width - 67, page.y(13)), value, fonts.MEDIUM, size)
        y += page.y(13.5)


def _deadline(page: _Page, facts: ReceiptFacts) -> None:
    pen = page.pen
    box = (15.0, page.y(110), page.width - 30, page.y(64))
    accepted = facts.accepted_at is not None
    colour = GREEN if accepted else AMBER
    pen.frame(box, line=2.0, colour=colour)
    words = "已认证" if accepted else "已采集，待省中心确认"
    pen.text((box[0], page.y(112), box[2], page.y(13)), words, fonts.MEDIUM, 20, align="center", colour=colour)
    pen.text((box[0], page.y(126), box[2], page.y(9)), "下一次认证，请不要晚于", fonts.SANS, 16, align="center")
    pen.text(
        (box[0], page.y(135), box[2], page.y(21)), spoken(facts.deadline), fonts.MEDIUM, DEADLINE_PT, align="center"
    )
    number = f"省中心回执号 {facts.receipt_number}" if facts.receipt_number else ""
    under = number if accepted else "省中心确认后，截止日期生效；如有问题，单位会联系您"
    pen.text((box[0], page.y(159), box[2], page.y(11)), under, fonts.SANS, 13, align="center", colour=GREY)


def _foot(page: _Page, facts: ReceiptFacts, height: float) -> None:
    pen, y = page.pen, page.y(178)
    for line in _sentences(facts):
        used = page.y(18 if len(line) > 26 else 10)
        pen.text((15, y, page.width - 30, used), line, fonts.SANS, 14)
        y += used
    side = 32.0
    foot = height - 15 - side
    pen.line(15, foot - 4, page.width - 15, foot - 4, line=0.6, colour=FAINT)
    pen.qr((15, foot, side, side), codes.receipt_text(facts.record_id))
    left, room = 15 + side + 4, page.width - 34 - side
    channels = "、".join(SELF_SERVICE_CHANNELS[:4])
    lines = (
        (f"业务咨询　{PHONE_CONSULT}", 15.0, INK),
        (f"投诉举报　{PHONE_REPORT}", 15.0, INK),
        (f"在家也能自己认证：{channels}", 10.5, GREY),
        ("认证从不收费，我们从不索要验证码、银行卡密码。", 10.5, GREY),
    )
    for number, (text, size, colour) in enumerate(lines):
        pen.text((left, foot + number * 8, room, 8), text, fonts.SANS, size, colour=colour)


def _sentences(facts: ReceiptFacts) -> list[str]:
    lines = []
    if facts.outlook_resumes is not None:
        back_pay = months(facts.outlook_back_pay)
        lines.append(f"预计{month(facts.outlook_resumes)}恢复发放，并补发{back_pay}的养老金，以省中心决定为准。")
    elif facts.previous_deadline is not None and facts.previous_deadline < facts.deadline:
        lines.append(f"原截止日期{spoken(facts.previous_deadline)}，已向后延。")
    if facts.simulated:
        lines.append("【模拟摄像头】本次画面来自演示片段，不作为认证依据。")
    return lines
