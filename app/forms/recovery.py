"""The page with the recovery code, to be locked away."""

import io

from reportlab.lib.units import mm

from app.forms import fonts
from app.forms.pen import GREY, Pen

PAGE = (210.0, 297.0)
LINES = (
    "这是本机数据的恢复码。电脑坏了、重装了系统，只有用它才能打开备份里的数据。",
    "请单位把这张纸锁进保险柜；不要拍照，不要存在电脑里，不要告诉打电话来要的人。",
)


def render(code: str) -> bytes:
    """One A4 page; ``code`` grouped as printed."""
    fonts.register()
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (PAGE[0] * mm, PAGE[1] * mm))
    canvas.setTitle("恢复码")
    pen = Pen(canvas, PAGE[1])
    pen.text((20, 40, 170, 16), "待遇领取资格认证　恢复码", fonts.SERIF, 24, align="center")
    pen.frame((20, 70, 170, 34), line=1.5)
    pen.text((20, 70, 170, 34), code, fonts.MEDIUM, 25, align="center")
    for number, line in enumerate(LINES):
        pen.text((20, 116 + number * 20, 170, 18), line, fonts.SANS, 14)
    pen.text(
        (20, 182, 170, 12),
        "单位：＿＿＿＿＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿＿　存放人：＿＿＿＿＿＿",
        fonts.SANS,
        13,
        colour=GREY,
    )
    canvas.showPage()
    canvas.save()
    return target.getvalue()
