"""The rail on the left: the screens, how things stand, who works here. Scrolls and draws together where the desktop is low."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.ui import text
from app.ui.shortcuts import SHORTCUTS
from app.ui.widgets.basic import button, label

RAIL_PX = 176
LOW_PX = 860
"""Below this height the buttons stand closer."""


class Rail(QFrame):
    """Signals: asked(str screen); lock_asked(); help_asked()."""

    asked = Signal(str)
    lock_asked = Signal()
    help_asked = Signal()

    def __init__(self, places: Mapping[str, str] = text.NAVIGATION) -> None:
        """``places``: name → words of the screens' buttons."""
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(RAIL_PX)
        self._inner = QWidget()
        self._box = box = QVBoxLayout(self._inner)
        self._title = label("资格认证", "large")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addWidget(self._title)
        self._screens = QButtonGroup(self)
        for name, words in places.items():
            made = button(words, f"rail_{name}", tip=SHORTCUTS.get(name, ""))
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, n=name: self.asked.emit(n))
            self._screens.addButton(made)
            box.addWidget(made)
        box.addStretch(1)
        self._state, self._clerk = label("", wrap=True, name="rail_state"), label("", wrap=True, name="rail_clerk")
        side, lock = (
            button(words, f"rail_{n}", tip=SHORTCUTS[n]) for n, words in (("side", "老人屏幕"), ("lock", "锁定"))
        )
        help_ = button("帮助", "rail_help", tip=SHORTCUTS["help"])
        side.clicked.connect(lambda: self.asked.emit("side"))
        help_.clicked.connect(self.help_asked)
        lock.clicked.connect(self.lock_asked)
        for widget in (self._state, self._clerk, side, help_, lock):
            box.addWidget(widget)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._draw_together(low=True)

    def mark(self, name: str) -> None:
        """The screen that is up."""
        for made in self._screens.buttons():
            made.setChecked(made.objectName() == f"rail_{name}")

    def show_state(self, *, clerk: str, sync: str) -> None:
        """Who works here, and how the exchange with the center stands."""
        self._clerk.setText(clerk)
        self._state.setText(sync)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw_together(low=event.size().height() < LOW_PX)

    def _draw_together(self, *, low: bool) -> None:
        if self.property("low") == low:
            return
        self.setProperty("low", low)
        self._box.setContentsMargins(10, 12 if low else 18, 10, 10 if low else 14)
        self._box.setSpacing(3 if low else 6)
        for made in self.findChildren(QWidget):
            made.style().polish(made)
