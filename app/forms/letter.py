"""Reminder letters: one page each, large type, for a whole list in one PDF; memory stays flat."""

import io
from collections.abc import Callable, Iterable

from reportlab.lib.units import mm

from app.domain.papers import PHONE_CONSULT, PHONE_REPORT, LetterFacts
from app.forms import codes, fonts
from app.forms.pen import FAINT, GREY, Pen
from app.forms.receipt import spoken

PAGE = (210.0, 297.0)
WAYS = (
    ("si.12333.gov.cn", "国家社会保险公共服务平台", "https://si.12333.gov.cn"),
    ("rst.hunan.gov.cn", "省人社厅官网“待遇资格认证”", "https://rst.hunan.gov.cn"),
)
"""Self-service channels that have an address (notice 三(一))."""
WAYS_FORM = "ways"
AGAINST_FRAUD = "谨防诈骗：我们从不索要验证码、从不收费。"
Progress = Callable[[int], bool]
"""Called with the number of pages done; False stops."""


def render(letters: Iterable[LetterFacts], progress: Progress | None = None) -> bytes | None:
    """One PDF; None when ``progress`` said to stop."""
    fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (PAGE[0] * mm, PAGE[1] * mm))
    canvas.setTitle("待遇领取资格认证提醒")
    canvas.beginForm(WAYS_FORM)  # the same on every page: drawn once
    _ways(Pen(canvas, PAGE[1]))
    canvas.endForm()
    for number, facts in enumerate(letters, 1):
        _page(Pen(canvas, PAGE[1]), facts)
        canvas.doForm(WAYS_FORM)
        canvas.showPage()
        if progress is not None and not progress(number):
            return None
    canvas.save()
    return target.getvalue()


def _page(pen: Pen, facts: LetterFacts) -> None:
    if facts.unit.demo:
        pen.watermark("演示数据", PAGE)
    pen.text((22, 24, 120, 8), facts.address, fonts.SANS, 12, colour=GREY)
    pen.text((22, 33, 120, 10), f"{facts.name}　收", fonts.MEDIUM, 16)
    pen.text((20, 62, 170, 16), "养老金领取资格认证提醒", fonts.SERIF, 26, align="center")
    pen.text((22, 90, 166, 12), f"{facts.name}同志，您好！", fonts.MEDIUM, 18)
    pen.text((22, 104, 166, 20), f"您的认证情况：{facts.sentence}。", fonts.MEDIUM, 17)
    if facts.deadline is not None:
        pen.frame((22, 128, 166, 26), line=1.6)
        pen.text((24, 129, 60, 24), "请不要晚于", fonts.SANS, 18)
        pen.text((82, 129, 104, 24), spoken(facts.deadline), fonts.MEDIUM, 28, align="center")
    body = (
        "为了按时领到养老金，请您做一次资格认证。可以用手机自己办，也可以请家人帮忙，"
        "还可以到单位来，我们帮您办；行动不便的，打个电话，我们上门。"
    )
    pen.text((22, 158, 166, 28), body, fonts.SANS, 16)
    _foot(pen, facts)


def _ways(pen: Pen) -> None:
    pen.text(
        (22, 188, 166, 9), "自己办：智慧人社 APP、智慧人社公众号、掌上12333 APP；境外用“中国领事”APP", fonts.SANS, 13
    )
    for number, (address, words, link) in enumerate(WAYS):
        x = 22.0 + number * 84
        pen.qr((x, 200, 26, 26), link)
        pen.text((x + 28, 201, 54, 13), words, fonts.SANS, 12)
        pen.text((x + 28, 213, 54, 9), address, fonts.SANS, 12, colour=GREY)


def _foot(pen: Pen, facts: LetterFacts) -> None:
    pen.line(22, 232, 188, 232, line=0.6, colour=FAINT)
    phone = f"　单位电话 {facts.unit.phone}" if facts.unit.phone else ""
    pen.text((22, 233, 132, 9), f"业务咨询 {PHONE_CONSULT}　投诉举报 {PHONE_REPORT}", fonts.SANS, 14)
    pen.text((22, 242, 132, 9), f"{facts.unit.name}{phone}", fonts.SANS, 14)
    pen.text((22, 251, 132, 9), f"经办人 {facts.clerk}　{spoken(facts.written_on)}", fonts.SANS, 14)
    pen.frame((22, 262, 132, 14), line=1.2)
    pen.text((24, 262, 128, 14), AGAINST_FRAUD, fonts.MEDIUM, 17)
    pen.qr((160, 236, 28, 28), codes.person_text(facts.retiree_id))
    pen.text((152, 265, 44, 8), "来单位时出示", fonts.SANS, 12, align="center", colour=GREY)
