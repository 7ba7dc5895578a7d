"""Reminder letters for a whole list in one PDF: seconds, megabytes, memory, beside a plain rendering of the same pages in one run.

``python -m bench.letters [letters]``. The plain one draws the same words and codes line by line, with nothing fitted, wrapped or shared.
Judged by the processor's time of the one thread that makes them: that is what they take where nothing else is running.
"""

import io
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from reportlab.lib.units import mm

from app.domain.ids import RetireeId
from app.domain.papers import PHONE_CONSULT, PHONE_REPORT, LetterFacts, UnitFacts
from app.forms import codes, fonts, letter
from app.forms.pen import Pen

LETTERS, BUDGET_S, GROWTH_MB = 500, 20.0, 60.0
SETTLED_AFTER = 100
FACTS = LetterFacts(
    retiree_id=RetireeId("6f6f2f66-8f9d-5d8b-9a54-2f5b6f0c4399"),
    name="欧阳敬之",
    address="湖南省演示市样例区示范路6号3栋2单元501室",
    sentence="还有 23 天到期（2026年12月17日）",
    deadline=date(2026, 12, 17),
    written_on=date(2026, 11, 24),
    unit=UnitFacts(name="湖南省演示事务中心", code="X", phone="0731-00000000"),
    clerk="王芳",
)


def people(count: int) -> list[LetterFacts]:
    """Made-up addressees, each with a code of their own."""
    return [
        replace(FACTS, retiree_id=RetireeId(f"{n:08x}-8f9d-5d8b-9a54-2f5b6f0c4399"), name=f"欧阳敬之{n}")
        for n in range(count)
    ]


def peak_mb() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Callable[[], bytes | None]) -> tuple[float, float, int]:
    """Seconds by the clock, seconds of the processor, bytes made."""
    wall, spent = time.perf_counter(), time.process_time()
    made = work()
    return time.perf_counter() - wall, time.process_time() - spent, len(made or b"")


def plain(letters: list[LetterFacts]) -> bytes:
    """The same words and codes at fixed places."""
    target = io.BytesIO()
    canvas = fonts.new_canvas(target, (210 * mm, 297 * mm))
    for one in letters:
        pen = Pen(canvas, 297)
        words = (
            one.address, f"{one.name}　收", "养老金领取资格认证提醒", f"{one.name}同志，您好！", f"您的认证情况：{one.sentence}。",
            "请不要晚于", str(one.deadline), "为了按时领到养老金，请您做一次资格认证。可以用手机自己办，",
            "也可以请家人帮忙，还可以到单位来，我们帮您办；", "行动不便的，打个电话，我们上门。",
            "自己办：智慧人社 APP、智慧人社公众号、掌上12333 APP", f"业务咨询 {PHONE_CONSULT}　投诉举报 {PHONE_REPORT}",
            f"{one.unit.name}　单位电话 {one.unit.phone}", f"经办人 {one.clerk}　{one.written_on}", letter.AGAINST_FRAUD,
        )  # fmt: skip
        for place, text in enumerate(words):
            pen.run(22, 24 + place * 11, text, fonts.SANS, 14)
        for place, link in enumerate((*(way[2] for way in letter.WAYS), codes.person_text(one.retiree_id))):
            pen.qr((22.0 + place * 50, 220, 26, 26), link)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def main() -> int:
    """Print the figures; 1 when a bound is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS
    fonts.register()
    letters, settled = people(count), [peak_mb()]

    def progress(done: int) -> bool:
        if done == SETTLED_AFTER:
            settled[0] = peak_mb()
        return True

    took, spent, size = timed(lambda: letter.render(letters, progress))
    growth = peak_mb() - settled[0]
    plain_took, plain_spent, plain_size = timed(lambda: plain(letters))
    print(
        f"{count} letters: {took:.1f} s ({spent:.1f} s of one processor), {size / 1e6:.1f} MB, from 100 on +{growth:.0f} MB"
    )
    print(f"plain pages of the same words: {plain_took:.1f} s ({plain_spent:.1f} s), {plain_size / 1e6:.1f} MB")
    print(f"ratio plain / letters (processor time, same run): {plain_spent / spent:.2f}")
    fine = spent < BUDGET_S * max(count / LETTERS, 0.2) and growth < GROWTH_MB
    print(f"budget {BUDGET_S:.0f} s for {LETTERS}: {'kept' if fine else 'MISSED'}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
