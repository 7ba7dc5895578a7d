"""The notice for the family after a death, a loss of eligibility, or during custody: one page, large type, in plain and kind words."""

import io
from collections.abc import Sequence

from reportlab.lib.units import mm

from app.domain.calendar import Month
from app.domain.eligibility_report import ARTICLES, ReportKind
from app.domain.papers import PHONE_CONSULT, PHONE_REPORT, FamilyNoticeFacts
from app.forms import fonts
from app.forms.pen import FAINT, GREY, Pen
from app.forms.receipt import spoken
from app.services.wording import month, months

PAGE = (210.0, 297.0)
TITLES = {
    ReportKind.DEATH: "养老金停发告知书",
    ReportKind.LOSS: "养老金停发告知书",
    ReportKind.CUSTODY: "养老金暂停发放告知书",
}


def render(facts: FamilyNoticeFacts) -> bytes:
    """A4 PDF."""
    fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (PAGE[0] * mm, PAGE[1] * mm))
    canvas.setTitle(TITLES[facts.kind])
    pen = Pen(canvas, PAGE[1])
    if facts.unit.demo:
        pen.watermark("演示数据", PAGE)
    pen.text((20, 30, 170, 16), TITLES[facts.kind], fonts.SERIF, 26, align="center")
    pen.text((22, 56, 166, 12), f"{facts.name}同志{_addressee(facts)}：", fonts.MEDIUM, 17)
    y = 72.0
    for words in _paragraphs(facts):
        height = 13.0 * max(1, -(-len(words) // 27))
        pen.text((22, y, 166, height), words, fonts.SANS, 16)
        y += height + 3
    if facts.overpaid:
        _refund(pen, facts.overpaid, y)
    _foot(pen, facts)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _addressee(facts: FamilyNoticeFacts) -> str:
    return "家属" if facts.kind is not ReportKind.LOSS else ""


def _paragraphs(facts: FamilyNoticeFacts) -> list[str]:
    articles = "、".join(ARTICLES[facts.kind])
    paid = month(facts.last_payable) if facts.last_payable is not None else ""
    if facts.kind is ReportKind.DEATH:
        said = [
            f"我们收到{facts.name}同志于{spoken(facts.on)}去世的消息，谨致哀悼。",
            f"按规定，养老金发到去世当月（{paid}），职业年金相同；以后的月份停发。",
        ]
    elif facts.kind is ReportKind.LOSS:
        said = [
            f"经核实，您自{spoken(facts.on)}起不再具备领取养老金的资格。",
            f"养老金发到{paid}，职业年金相同；以后的月份停发。如有不同意见，请与我们联系。",
        ]
    else:
        ended = f"至{spoken(facts.until)}" if facts.until is not None else "起"
        said = [
            f"{spoken(facts.on)}{ended}期间，养老金和职业年金按政策暂停发放。",
            "期满后请带释放证明到单位来，我们帮助办理恢复。",
        ]
    return [*said, f"依据：湘人社函〔2022〕40号{articles}；最后由省机关事保中心决定。"]


def _refund(pen: Pen, overpaid: Sequence[Month], y: float) -> None:
    pen.frame((22, y + 2, 166, 30), line=1.4)
    pen.text((24, y + 3, 162, 13), f"多发了 {len(overpaid)} 个月：{months(overpaid)}", fonts.MEDIUM, 18, align="center")
    pen.text(
        (24, y + 16, 162, 14),
        "这几个月的钱需要全额退还，怎样退请与单位联系，我们协助办理。",
        fonts.SANS,
        14,
        align="center",
    )


def _foot(pen: Pen, facts: FamilyNoticeFacts) -> None:
    pen.line(22, 226, 188, 226, line=0.6, colour=FAINT)
    phone = f"　电话 {facts.unit.phone}" if facts.unit.phone else ""
    pen.text((22, 229, 166, 9), f"{facts.unit.name}{phone}（盖章）", fonts.SANS, 14)
    pen.text((22, 239, 166, 9), f"经办人 {facts.clerk}　{spoken(facts.written_on)}", fonts.SANS, 14)
    pen.text((22, 249, 166, 9), f"业务咨询 {PHONE_CONSULT}　投诉举报 {PHONE_REPORT}", fonts.SANS, 13, colour=GREY)
    pen.text((22, 260, 166, 10), "谨防诈骗：我们从不收费，从不索要验证码和银行卡密码。", fonts.MEDIUM, 13)
