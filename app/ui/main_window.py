"""The main window: a rail, a message bar and a stack. Nothing else."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.domain.standing import Severity
from app.ui import text
from app.ui.rail import Rail
from app.ui.shortcuts import SHORTCUTS
from app.ui.widgets.message_bar import MessageBar

SMALLEST = (640, 384)
IN_RAIL = {
    "visit": "find",
    "audit": "settings",
    "selftest": "settings",
    "roster_import": "lists",
    "home_visits": "lists",
    "plans": "lists",
}
"""Screens that have no button of their own in the rail → the one they belong to."""


class MainWindow(QMainWindow):
    """Signals: asked(str screen) from the rail or a key; lock_asked(); help_asked(); article_asked(str sections);
    closing()."""

    asked = Signal(str)
    lock_asked = Signal()
    help_asked = Signal()
    article_asked = Signal(str)
    closing = Signal()

    def __init__(self, screens: Mapping[str, QWidget], rail: Mapping[str, str] = text.NAVIGATION) -> None:
        """``rail``: name → words of the buttons at the left."""
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle(text.PROGRAM)
        self.setMinimumSize(*SMALLEST)
        self._screens = dict(screens)
        self._stack = QStackedWidget()
        self._areas = {name: self._area(screen) for name, screen in self._screens.items()}
        self._message = MessageBar()
        self._message.article_asked.connect(self.article_asked)
        self._rail = Rail(rail)
        self._rail.asked.connect(self.asked)
        self._rail.lock_asked.connect(self.lock_asked)
        self._rail.help_asked.connect(self.help_asked)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self._message)
        right.addWidget(self._stack, 1)
        whole = QHBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._rail)
        whole.addLayout(right, 1)
        center = QWidget()
        center.setLayout(whole)
        self.setCentralWidget(center)
        self._make_shortcuts()

    def _area(self, screen: QWidget) -> QScrollArea:
        """Where the desktop is small or its letters are large, a screen scrolls; nothing is cut off."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(screen)
        self._stack.addWidget(area)
        return area

    def _make_shortcuts(self) -> None:
        for name, keys in SHORTCUTS.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            if name == "lock":
                shortcut.activated.connect(self.lock_asked)
            elif name == "help":
                shortcut.activated.connect(self.help_asked)
            else:
                shortcut.activated.connect(lambda n=name: self._key(n))

    def _key(self, name: str) -> None:
        if self._rail.isVisible():
            self.asked.emit(name)

    def open_screen(self, name: str) -> None:
        """Bring a screen up; log-in hides the rail, so that nothing of anybody is to be seen."""
        self._stack.setCurrentWidget(self._areas[name])
        self._rail.setVisible(name != "login")
        if name == "login":
            self._message.hide()
        self._rail.mark(IN_RAIL.get(name, name))

    def present(self) -> str:
        """The name of the screen now up."""
        shown = self._stack.currentWidget()
        return next(name for name, area in self._areas.items() if area is shown)

    def say(self, severity: Severity, words: str, articles: str = "") -> None:
        """In the message bar; ``articles``: sections of the notice behind a link."""
        self._message.say(severity, words, articles)

    def show_state(self, *, clerk: str, sync: str) -> None:
        """Who works here, and how the exchange with the center stands."""
        self._rail.show_state(clerk=clerk, sync=sync)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Everything is saved at each step, so closing asks nothing."""
        self.closing.emit()
        event.accept()
