"""The cycle as a drawn timeline over the months of payment: cycles and certifications above, each month's payment below, today across.

Told by words, signs and patterns, never by colour alone; the whole is also read out as the widget's description.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.benefit import MonthState, PaymentMonth
from app.domain.calendar import Month
from app.domain.certification import CenterState, Certification, Channel
from app.domain.cycle import Cycle
from app.services.roster import RetireeCard
from app.ui import text, theme

MARK = {Channel.SELF_SERVICE: "自助", Channel.ASSISTED_FACE: "协助", Channel.UNIT_CONFIRMED: "确认表"}
SIGN = {
    MonthState.PAID: "✓",
    MonthState.SUSPENDED: "■",
    MonthState.BACK_PAID: "▲",
    MonthState.OVERPAID: "■",
    MonthState.NOT_DUE: "○",
    MonthState.BY_POLICY: "●",
}
"""A sign beside the words, as everywhere."""
SHORT = {
    MonthState.PAID: "发",
    MonthState.SUSPENDED: "停",
    MonthState.BACK_PAID: "补",
    MonthState.OVERPAID: "退",
    MonthState.NOT_DUE: "不发",
    MonthState.BY_POLICY: "政策停",
}
MARKS_Y, BAR_Y, BAR_H, CELLS_Y, CELL_H = 0.0, 24.0, 22.0, 63.0, 42.0
HEIGHT = int(CELLS_Y + CELL_H + 2)
P = theme.PALETTE
_COLOURS = {
    MonthState.PAID: (P.good, P.good_back),
    MonthState.SUSPENDED: (P.danger, P.danger_back),
    MonthState.OVERPAID: (P.danger, P.danger_back),
    MonthState.BACK_PAID: (P.warning, P.warning_back),
    MonthState.BY_POLICY: (P.notice, P.notice_back),
    MonthState.NOT_DUE: (P.neutral, P.neutral_back),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the upper line: covered by a certification up to ``end`` (``told``: its deadline in words), or not."""

    begin: date
    end: date
    covered: bool
    provisional: bool = False
    told: str = ""


def stretches(cycles: tuple[Cycle, ...], first: date, last: date, *, ends: date | None = None) -> list[Stretch]:
    """The upper line from ``first`` to ``last``: a later cycle takes over where it begins; gaps are without certification."""
    last = min(last, ends) if ends is not None else last
    found: list[Stretch] = []
    for one, following in zip(cycles, [*cycles[1:], None], strict=True):
        until = min(one.deadline, following.begun) if following is not None else one.deadline
        told = f"到 {one.deadline.year}年{one.deadline.month}月{one.deadline.day}日" if until == one.deadline else ""
        found.append(Stretch(one.begun, until, covered=True, provisional=one.provisional, told=told))
        gap_ends = following.begun if following is not None else last
        if gap_ends > until:
            found.append(Stretch(until + timedelta(days=1), gap_ends, covered=False))
    inside = (s for s in found if s.end >= first and s.begin <= last)
    return [Stretch(max(s.begin, first), min(s.end, last), s.covered, s.provisional, s.told) for s in inside]


def month_name(month: Month, fits: Callable[[str], bool]) -> str:
    """What stands over a month's payment; a January tells the year too, shorter where the cell is narrow."""
    if month.month > 1:
        return f"{month.month}月"
    whole = f"{month.year % 100}年1月"
    return whole if fits(whole) else f"{month.year % 100}.1"


def description(card: RetireeCard) -> str:
    """The timeline in words."""
    parts = [
        f"{certification.counts_from:%Y-%m-%d} {text.CHANNEL[certification.channel]}，{text.certification_state(certification)}"
        for certification in card.certifications
    ]
    parts.append(f"截止日期 {text.day(card.standing.deadlines.with_provisional)}")
    alike: dict[tuple[MonthState, bool], list[Month]] = {}
    for one in card.payments:
        alike.setdefault((one.state, one.decided), []).append(one.month)
    parts += [
        f"{text.MONTH_STATE[state]}（{text.SAID_BY[decided]}）：{text.months(tuple(months))}"
        for (state, decided), months in alike.items()
    ]
    return "；".join(parts)


class Timeline(QWidget):
    """Shows one card."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("person_timeline")
        self.setAccessibleName("认证周期和逐月发放图")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._card: RetireeCard | None = None

    def sizeHint(self) -> QSize:
        return QSize(900, HEIGHT)

    def show_card(self, card: RetireeCard) -> None:
        """Draw this one."""
        self._card = card
        self.setAccessibleDescription(description(card))
        self.setToolTip(description(card).replace("；", "\n"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._card is None or not self._card.payments:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._font(painter, 13)
        for number, one in enumerate(self._card.payments):
            self._cell(painter, number, one)
        ends = self._card.retiree.died_on or self._card.retiree.lost_eligibility_on
        for stretch in stretches(self._card.cycles, self._first.first_day(), self._last.last_day(), ends=ends):
            self._stretch(painter, stretch)
        for certification in self._marks():
            self._mark(painter, certification)
        self._today(painter)
        self._key(painter)
        painter.end()

    # ------------------------------------------------------------------ where

    @property
    def _first(self) -> Month:
        assert self._card is not None
        return self._card.payments[0].month

    @property
    def _last(self) -> Month:
        assert self._card is not None
        return self._card.payments[-1].month

    def _cell_width(self) -> float:
        assert self._card is not None
        return self.width() / len(self._card.payments)

    def _x(self, day: date) -> float:
        month = Month.of(day)
        number = (month.year - self._first.year) * 12 + month.month - self._first.month
        return (number + (day.day - 1) / month.last_day().day) * self._cell_width()

    # ------------------------------------------------------------------ parts

    def _font(self, painter: QPainter, pixels: int, *, strong: bool = False) -> None:
        font = QFont(theme.FAMILY)
        font.setPixelSize(pixels)
        font.setWeight(QFont.Weight.Medium if strong else QFont.Weight.Normal)
        painter.setFont(font)

    def _cell(self, painter: QPainter, number: int, one: PaymentMonth) -> None:
        width = self._cell_width()
        box = QRectF(number * width + 1.5, CELLS_Y + 1, width - 3, CELL_H - 2)
        ink, back = _COLOURS[one.state]
        pen = QPen(QColor(ink), 1.6 if one.decided else 1.0)
        pen.setStyle(Qt.PenStyle.SolidLine if one.decided else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(back))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(ink))
        name = month_name(one.month, lambda words: painter.fontMetrics().horizontalAdvance(words) <= box.width() - 2)
        upper = QRectF(box.left(), box.top() + 1, box.width(), box.height() / 2)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, name)
        lower = upper.translated(0, box.height() / 2 - 2)
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, f"{SIGN[one.state]}{SHORT[one.state]}")

    def _stretch(self, painter: QPainter, one: Stretch) -> None:
        left, right = self._x(one.begin), self._x(one.end + timedelta(days=1))
        bar = QRectF(left, BAR_Y, max(right - left, 2.0), BAR_H)
        if one.covered:
            painter.setPen(
                QPen(QColor(P.primary), 1.4, Qt.PenStyle.DashLine if one.provisional else Qt.PenStyle.SolidLine)
            )
            painter.setBrush(QColor(P.surface) if one.provisional else QColor(P.covered))
            words, ink = one.told, P.ink
        else:
            painter.setPen(QPen(QColor(P.danger), 1.4))
            painter.setBrush(QBrush(QColor(P.danger), Qt.BrushStyle.BDiagPattern))
            words, ink = "没有认证", P.danger
        painter.drawRect(bar)
        room = painter.fontMetrics().horizontalAdvance(words) + 12
        if words and room < bar.width():
            if not one.covered:
                plate = QRectF(bar.center().x() - room / 2, bar.top() + 2, room, bar.height() - 4)
                painter.fillRect(plate, QColor(P.surface))
            painter.setPen(QColor(ink))
            place = Qt.AlignmentFlag.AlignRight if one.covered else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(bar.adjusted(6, 0, -6, 0), place | Qt.AlignmentFlag.AlignVCenter, words)

    def _marks(self) -> Iterator[Certification]:
        assert self._card is not None
        for one in self._card.certifications:
            if self._first.first_day() <= one.counts_from <= self._last.last_day():
                yield one

    def _mark(self, painter: QPainter, one: Certification) -> None:
        x, y = self._x(one.counts_from), BAR_Y
        rejected = one.center is CenterState.REJECTED
        ink = QColor(P.danger if rejected else P.primary)
        painter.setPen(QPen(ink, 2))
        painter.setBrush(QColor(P.surface) if one.center is not CenterState.ACCEPTED else ink)
        painter.drawPolygon([QPointF(x - 5, y - 8), QPointF(x + 5, y - 8), QPointF(x, y)])
        painter.drawLine(QPointF(x, y), QPointF(x, y + BAR_H))
        state = "（退回）" if rejected else "（待确认）" if one.provisional else ""
        words = f"{one.counts_from.month}月{one.counts_from.day}日 {MARK[one.channel]}{state}"
        wide = painter.fontMetrics().horizontalAdvance(words)
        left = x + 9 if x + 9 + wide < self.width() else x - 9 - wide
        painter.setPen(ink)
        painter.drawText(QRectF(left, MARKS_Y, wide + 2, 18), Qt.AlignmentFlag.AlignVCenter, words)

    def _today(self, painter: QPainter) -> None:
        assert self._card is not None
        x = self._x(self._card.today)
        painter.setPen(QPen(QColor(P.ink), 2))
        painter.drawLine(QPointF(x, BAR_Y - 2), QPointF(x, CELLS_Y))
        wide = painter.fontMetrics().horizontalAdvance("今天") + 8
        left = min(max(x - wide / 2, 0.0), self.width() - wide)
        plate = QRectF(left, BAR_Y + BAR_H + 1, wide, 15)
        painter.fillRect(plate, QColor(P.ink))
        painter.setPen(QColor(P.surface))
        self._font(painter, 12)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, "今天")

    def _key(self, painter: QPainter) -> None:
        """What the frames mean, in the room between the two lines where today is not."""
        self._font(painter, 12)
        painter.setPen(QColor(P.muted))
        words = "实线框：省中心已定　虚线框：预计"
        wide = painter.fontMetrics().horizontalAdvance(words) + 2
        assert self._card is not None
        left = 0.0 if self._x(self._card.today) > self.width() / 2 else self.width() - wide
        painter.drawText(QRectF(left, BAR_Y + BAR_H + 1, wide, 15), Qt.AlignmentFlag.AlignVCenter, words)
