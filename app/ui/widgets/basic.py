"""Labels, buttons, cards and boxes with the roles of the style sheet."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)


def label(text: str = "", role: str = "", *, wrap: bool = False, name: str = "") -> QLabel:
    """A label; ``role`` title, large, huge, muted or none. Plain text always: data never becomes markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if name:
        made.setObjectName(name)
    return made


def button(text: str, name: str, role: str = "", *, tip: str = "") -> QPushButton:
    """A button; ``role`` primary, choice, link, menu or none. ``name`` is its object name; its words are its accessible name."""
    made = QPushButton(text)
    dress(made, name, role, tip=tip)
    return made


def dress(made: QPushButton, name: str, role: str = "", *, tip: str = "") -> None:
    """What every button has; its words are its accessible name."""
    made.setObjectName(name)
    made.setAccessibleName(made.text())
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if role:
        made.setProperty("role", role)
    if tip:
        made.setToolTip(tip)


def combo(name: str, words: str) -> QComboBox:
    """A combo box; ``words`` is its accessible name."""
    made = QComboBox()
    made.setObjectName(name)
    made.setAccessibleName(words)
    return made


class Card(QFrame):
    """A white rounded panel with a vertical layout."""

    def __init__(self, *, margin: int = 20, spacing: int = 10) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(margin, margin, margin, margin)
        self.box.setSpacing(spacing)


def row(*widgets: QWidget | QBoxLayout | int, spacing: int = 12) -> QHBoxLayout:
    """A horizontal layout of widgets and layouts; an int is a stretch."""
    layout = QHBoxLayout()
    _fill(layout, widgets, spacing)
    return layout


def column(*widgets: QWidget | QBoxLayout | int, spacing: int = 12) -> QVBoxLayout:
    """A vertical layout of widgets and layouts; an int is a stretch."""
    layout = QVBoxLayout()
    _fill(layout, widgets, spacing)
    return layout


def _fill(layout: QBoxLayout, widgets: tuple[QWidget | QBoxLayout | int, ...], spacing: int) -> None:
    layout.setSpacing(spacing)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        if isinstance(widget, int):
            layout.addStretch(widget)
        elif isinstance(widget, QBoxLayout):
            layout.addLayout(widget)
        else:
            layout.addWidget(widget)


class Page(QWidget):
    """A screen's background with margins and a vertical layout."""

    def __init__(self, *, margin: int = 26, spacing: int = 16) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(margin, margin - 6, margin, margin - 6)
        self.box.setSpacing(spacing)


def clear(layout: QBoxLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
        elif isinstance(inner, QBoxLayout):
            clear(inner)


def grow(widget: QWidget) -> QWidget:
    """Let a widget take all the room there is."""
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
    return widget
