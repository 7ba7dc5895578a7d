"""The first-run tour: a few cards over the window, each beside the thing it speaks of. Short, skipped by Esc, repeated from the help."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui import help_text, theme
from app.ui.widgets.basic import Card, button, label, row

CARD_PX = 440
GAP_PX = 18


class Tour(QWidget):
    """Lies over ``window`` while it runs. Signals: ended() after the last card or when skipped."""

    ended = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("tour")
        self._window, self._at = window, 0
        self._target = QRect()
        self._card = Card(margin=22, spacing=12)
        self._card.setParent(self)
        self._card.setFixedWidth(CARD_PX)
        self._title, self._words = label("", "title", wrap=True), label("", wrap=True, name="tour_words")
        self._where = label("", "muted")
        skip, self._next = button("跳过", "tour_skip", "link"), button("下一步", "tour_next", "primary")
        skip.clicked.connect(self.end)
        self._next.clicked.connect(lambda: self.show_step(self._at + 1))
        self._skip = skip
        for widget in (self._title, self._words):
            self._card.box.addWidget(widget)
        self._card.box.addLayout(row(self._where, 1, skip, self._next))
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.show_step(0)

    def show_step(self, number: int) -> None:
        """A card; past the last one the tour ends."""
        if number >= len(help_text.TOUR):
            self.end()
            return
        self._at = number
        _name, title, words = help_text.TOUR[number]
        self._title.setText(title)
        self._words.setText(words)
        self._where.setText(f"{number + 1} / {len(help_text.TOUR)}")
        last = number + 1 == len(help_text.TOUR)
        self._next.setText("开始使用" if last else "下一步")
        self._next.setAccessibleName(self._next.text())
        self._skip.setVisible(not last)
        self.setAccessibleName(f"{title}：{words}")
        self._place()
        self._next.setFocus()

    def end(self) -> None:
        """Away with it."""
        self._window.removeEventFilter(self)
        self.hide()
        self.ended.emit()
        self.deleteLater()

    def _place(self) -> None:
        name = help_text.TOUR[self._at][0]
        shown = self._window.findChild(QWidget, name) if name else None
        self._target = QRect()
        if shown is not None and shown.isVisible():
            self._target = QRect(shown.mapTo(self._window, QPoint()), shown.size()).adjusted(-4, -4, 4, 4)
        self._card.box.activate()
        height = max(self._card.box.totalHeightForWidth(CARD_PX), self._card.sizeHint().height())
        self._card.resize(CARD_PX, height)
        where = QPoint((self.width() - CARD_PX) // 2, (self.height() - self._card.height()) // 2)
        if not self._target.isNull():
            where = QPoint(self._target.right() + GAP_PX, self._target.center().y() - self._card.height() // 2)
        lowest = self.height() - self._card.height() - GAP_PX
        self._card.move(where.x(), max(GAP_PX, min(where.y(), lowest)))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window grew or shrank."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._next.click()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Tab stays on the card."""
        other = self._skip if self._next.hasFocus() and self._skip.isVisible() else self._next
        other.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Everything dimmed but what is spoken of, and a ring around that."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dim = QPainterPath()
        dim.addRect(self.rect())
        hole = QPainterPath()
        if not self._target.isNull():
            hole.addRoundedRect(self._target, 10, 10)
        painter.fillPath(dim.subtracted(hole), QColor(10, 20, 30, 150))
        if not self._target.isNull():
            painter.setPen(QPen(QColor(theme.PALETTE.focus_on_rail), 4))
            painter.drawPath(hole)
        painter.end()
