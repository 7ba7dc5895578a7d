"""The drawn picture of what to do: a plain head in thick lines, and an arrow or a thing. No fine detail: old eyes see it from a metre."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.challenge import Challenge
from app.domain.evidence import Hint
from app.ui import theme

INK, ACCENT, PALE = QColor(theme.PALETTE.ink), QColor(theme.PALETTE.primary), QColor("#FFE08A")
CLOTH, NO, YES = QColor("#CFE3EF"), QColor(theme.PALETTE.danger), QColor(theme.PALETTE.good)
SIDE = 200.0
"""Drawings are made on a square of this side and scaled."""


class Pictogram(QWidget):
    """``show_hint`` chooses the drawing."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("side_pictogram")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._hint: Hint | Challenge | None = None

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def show_hint(self, hint: Hint | Challenge | None, words: str) -> None:
        """None shows nothing; ``words`` for screen readers."""
        if hint is not self._hint:
            self._hint = hint
            self.setAccessibleName(words)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._hint is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        painter.translate((self.width() - side) / 2, (self.height() - side) / 2)
        painter.scale(side / SIDE, side / SIDE)
        painter.setPen(QPen(INK, 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        DRAWINGS[self._hint](painter)
        painter.end()


def _head(painter: QPainter, x: float = 100, y: float = 100, size: float = 1.0, *, eyes: bool = True) -> None:
    painter.drawEllipse(QPointF(x, y), 45 * size, 58 * size)
    if eyes:
        painter.save()
        painter.setBrush(INK)
        painter.drawEllipse(QPointF(x - 17 * size, y - 12 * size), 3 * size, 3 * size)
        painter.drawEllipse(QPointF(x + 17 * size, y - 12 * size), 3 * size, 3 * size)
        painter.restore()
    painter.drawArc(QRectF(x - 16 * size, y + 10 * size, 32 * size, 22 * size), 200 * 16, 140 * 16)


def _arrow(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """Thick, in the accent colour."""
    painter.save()
    painter.setPen(QPen(ACCENT, 11, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawLine(start, end)
    along = end - start
    length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1.0)
    unit = along / length
    side = QPointF(-unit.y(), unit.x())
    for sign in (1.0, -1.0):
        painter.drawLine(end, end - unit * 20 + side * (16 * sign))
    painter.restore()


def _cross_out(painter: QPainter, box: QRectF) -> None:
    painter.save()
    painter.setPen(QPen(NO, 10, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(box.topLeft(), box.bottomRight())
    painter.drawLine(box.topRight(), box.bottomLeft())
    painter.restore()


def _no_face(painter: QPainter) -> None:
    painter.save()
    painter.setPen(QPen(INK, 7, Qt.PenStyle.DashLine))
    painter.drawEllipse(QPointF(100, 85), 45, 58)
    painter.restore()
    _arrow(painter, QPointF(100, 192), QPointF(100, 155))


def _two(painter: QPainter) -> None:
    _head(painter, 62, 100, 0.85)
    _head(painter, 150, 105, 0.6)
    _cross_out(painter, QRectF(122, 68, 56, 76))


def _closer(painter: QPainter) -> None:
    _head(painter, 100, 95, 0.75)
    for x, out in ((28, 5), (172, 195)):
        _arrow(painter, QPointF(x, 95), QPointF(out, 95))
    _arrow(painter, QPointF(100, 150), QPointF(100, 190))


def _farther(painter: QPainter) -> None:
    _head(painter, 100, 95, 0.75)
    for x, out in ((5, 45), (195, 155)):
        _arrow(painter, QPointF(x, 95), QPointF(out, 95))
    _arrow(painter, QPointF(100, 192), QPointF(100, 155))


def _centre(painter: QPainter) -> None:
    painter.save()
    painter.setPen(QPen(INK, 5, Qt.PenStyle.DashLine))
    painter.drawEllipse(QPointF(100, 100), 50, 64)
    painter.restore()
    _head(painter, 40, 105, 0.6)
    _arrow(painter, QPointF(74, 105), QPointF(112, 105))


def _lamp(painter: QPainter, *, lit: bool) -> None:
    painter.save()
    painter.setBrush(PALE if lit else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(100, 80), 38, 38)
    painter.restore()
    for y in (128, 142):
        painter.drawLine(QPointF(85, y), QPointF(115, y))
    for x, y, u, v in ((100, 8, 100, 26), (30, 80, 48, 80), (170, 80, 152, 80), (50, 30, 63, 43), (150, 30, 137, 43)):
        painter.drawLine(QPointF(x, y), QPointF(u, v))


def _dark(painter: QPainter) -> None:
    _lamp(painter, lit=True)
    _arrow(painter, QPointF(100, 195), QPointF(100, 168))


def _bright(painter: QPainter) -> None:
    _lamp(painter, lit=True)
    _cross_out(painter, QRectF(50, 30, 100, 110))


def _backlight(painter: QPainter) -> None:
    painter.save()
    painter.setBrush(PALE)
    painter.drawRect(QRectF(15, 20, 80, 110))
    painter.drawLine(QPointF(55, 20), QPointF(55, 130))
    painter.restore()
    _head(painter, 85, 125, 0.7)
    _arrow(painter, QPointF(135, 125), QPointF(185, 125))


def _still(painter: QPainter) -> None:
    _head(painter)
    for x in (30, 170):
        painter.drawLine(QPointF(x, 60), QPointF(x, 140))


def _glasses(painter: QPainter, *, dark: bool) -> None:
    _head(painter, eyes=not dark)
    painter.save()
    painter.setBrush(INK if dark else Qt.BrushStyle.NoBrush)
    for x in (80, 120):
        painter.drawEllipse(QPointF(x, 88), 15, 13)
    painter.drawLine(QPointF(95, 88), QPointF(105, 88))
    painter.restore()


def _glare(painter: QPainter) -> None:
    _glasses(painter, dark=False)
    _arrow(painter, QPointF(178, 60), QPointF(178, 120))


def _eyes_hidden(painter: QPainter) -> None:
    _glasses(painter, dark=True)
    _arrow(painter, QPointF(160, 88), QPointF(192, 60))


def _mask(painter: QPainter) -> None:
    _head(painter)
    painter.save()
    painter.setBrush(CLOTH)
    painter.drawRoundedRect(QRectF(68, 100, 64, 44), 12, 12)
    painter.restore()
    _arrow(painter, QPointF(145, 122), QPointF(190, 150))


def _hat(painter: QPainter) -> None:
    _head(painter, 100, 115, 0.9)
    painter.save()
    painter.setBrush(CLOTH)
    painter.drawRoundedRect(QRectF(70, 30, 60, 42), 8, 8)
    painter.drawLine(QPointF(50, 72), QPointF(150, 72))
    painter.restore()
    _arrow(painter, QPointF(150, 48), QPointF(190, 20))


def _look(painter: QPainter) -> None:
    _head(painter)
    painter.save()
    painter.setBrush(ACCENT)
    painter.drawEllipse(QPointF(100, 18), 10, 10)
    painter.restore()


def _turn(painter: QPainter, signs: tuple[int, ...] = (1, -1)) -> None:
    """As in a looking-glass: the person's own left is on the left."""
    _head(painter)
    for sign in signs:
        path = QPainterPath(QPointF(100 + sign * 25, 178))
        path.quadTo(QPointF(100 + sign * 70, 172), QPointF(100 + sign * 78, 140))
        painter.save()
        painter.setPen(QPen(ACCENT, 11, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPath(path)
        painter.restore()
        _arrow(painter, QPointF(100 + sign * 77, 146), QPointF(100 + sign * 80, 122))


def _nod(painter: QPainter) -> None:
    _head(painter, 85, 100)
    _arrow(painter, QPointF(170, 100), QPointF(170, 50))
    _arrow(painter, QPointF(170, 100), QPointF(170, 150))


def _open_mouth(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(100, 100), 45, 58)
    painter.save()
    painter.setBrush(INK)
    for x in (83, 117):
        painter.drawEllipse(QPointF(x, 86), 3, 3)
    painter.setBrush(QColor("#CFE3EF"))
    painter.drawEllipse(QPointF(100, 128), 13, 18)
    painter.restore()
    _arrow(painter, QPointF(172, 118), QPointF(172, 92))
    _arrow(painter, QPointF(172, 138), QPointF(172, 164))


def _good(painter: QPainter) -> None:
    _head(painter)
    painter.save()
    painter.setPen(QPen(YES, 13, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(138, 160), QPointF(155, 180))
    painter.drawLine(QPointF(155, 180), QPointF(190, 130))
    painter.restore()


DRAWINGS: dict[Hint | Challenge, Callable[[QPainter], None]] = {
    Challenge.TURN_LEFT: lambda painter: _turn(painter, (-1,)),
    Challenge.TURN_RIGHT: lambda painter: _turn(painter, (1,)),
    Challenge.NOD: _nod,
    Challenge.OPEN_MOUTH: _open_mouth,
    Hint.NO_FACE: _no_face,
    Hint.TWO_FACES: _two,
    Hint.CLOSER: _closer,
    Hint.FARTHER: _farther,
    Hint.CENTRE: _centre,
    Hint.TOO_DARK: _dark,
    Hint.TOO_BRIGHT: _bright,
    Hint.BACKLIGHT: _backlight,
    Hint.BLURRED: _still,
    Hint.GLARE: _glare,
    Hint.MASK: _mask,
    Hint.HAT: _hat,
    Hint.EYES_HIDDEN: _eyes_hidden,
    Hint.LOOK_HERE: _look,
    Hint.HOLD_STILL: _still,
    Hint.TURN_SLOWLY: _turn,
    Hint.GOOD: _good,
}
"""Every hint and every request has its drawing."""
