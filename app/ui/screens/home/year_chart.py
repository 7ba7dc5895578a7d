"""A small picture of the year: certified, due and overdue per month; told by pattern and height as well as by colour."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.services.home import YearMonthFigure
from app.ui import theme


class YearChart(QWidget):
    """Twelve columns."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("year_chart")
        self.setMinimumHeight(84)
        self._year: Sequence[YearMonthFigure] = ()
        self.setAccessibleName("全年情况图")

    def sizeHint(self) -> QSize:
        return QSize(300, 100)

    def show_year(self, year: Sequence[YearMonthFigure]) -> None:
        """Set the figures."""
        self._year = year
        words = "；".join(f"{m.month.month}月已认证{m.certified}、到期{m.due}、逾期{m.overdue}" for m in year)
        self.setAccessibleName(f"全年情况图：{words}")
        self.setToolTip(words.replace("；", "\n"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        p = theme.PALETTE
        font = QFont(theme.FAMILY)
        font.setPixelSize(12)
        painter.setFont(font)
        kinds = (
            ("已认证", p.good, Qt.BrushStyle.SolidPattern),
            ("到期", p.primary, Qt.BrushStyle.Dense5Pattern),
            ("逾期", p.danger, Qt.BrushStyle.BDiagPattern),
        )
        x = 0.0
        for words, colour, pattern in kinds:
            painter.fillRect(QRectF(x, 3, 14, 12), QBrush(QColor(colour), pattern))
            painter.setPen(QColor(p.muted))
            painter.drawText(QRectF(x + 19, 0, 60, 18), Qt.AlignmentFlag.AlignVCenter, words)
            x += 78
        if not self._year:
            return
        most = max(1, *(max(m.certified, m.due, m.overdue) for m in self._year))
        foot, tall, step = self.height() - 18.0, self.height() - 48.0, self.width() / 12
        self._scale(painter, most, foot, tall)
        for number, figure in enumerate(self._year):
            left = number * step
            for place, (value, (_words, colour, pattern)) in enumerate(
                zip((figure.certified, figure.due, figure.overdue), kinds, strict=True)
            ):
                high = tall * value / most
                bar = QRectF(left + 2 + place * (step - 5) / 3, foot - high, (step - 5) / 3 - 1, high)
                painter.fillRect(bar, QBrush(QColor(colour), pattern))
                if value:
                    painter.setPen(QPen(QColor(colour), 1))
                    painter.drawRect(bar)
            painter.setPen(QColor(p.muted))
            painter.drawText(QRectF(left, foot + 2, step, 15), Qt.AlignmentFlag.AlignHCenter, str(figure.month.month))

    def _scale(self, painter: QPainter, most: int, foot: float, tall: float) -> None:
        """The foot, and a line at the highest column with its number."""
        painter.setPen(QPen(QColor(theme.PALETTE.line), 1))
        for y in (foot, foot - tall):
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        painter.setPen(QColor(theme.PALETTE.muted))
        words = QRectF(self.width() - 90.0, foot - tall - 17, 90, 16)
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{most} 人")
