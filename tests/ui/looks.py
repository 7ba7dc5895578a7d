"""What a screen-reader user, a keyboard user and a person with large letters would stumble over, measured on shown widgets."""

import warnings

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from app.ui import theme

CONTROLS = (
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QPlainTextEdit,
    QTextEdit,
    QAbstractItemView,
    QAbstractSpinBox,
    QProgressBar,
    QTabBar,
)
EDIT_PX, COMBO_PX, CELL_PX, HEADING_PX = 28, 62, 26, 23
"""What padding, border and arrow take of an edit, of a combo box, of a table's cell and of its heading."""
FOCUS_PIXELS = 60
"""So many pixels of a control have to be in the colour of the focus."""


def visible(window: QWidget, *kinds: type) -> list[QWidget]:
    """Shown widgets of these kinds."""
    return [w for w in window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()]


def own(widget: QWidget) -> bool:
    """Not a part that Qt made inside another control."""
    inside = (QComboBox, QLineEdit, QAbstractItemView, QAbstractSpinBox, QTabBar)
    return not widget.objectName().startswith("qt_") and not isinstance(widget.parentWidget(), inside)


def controls(window: QWidget) -> list[QWidget]:
    """Everything that can be worked with."""
    return [w for w in visible(window, *CONTROLS) if own(w) or isinstance(w, QTabBar)]


def told(widget: QWidget) -> str:
    """How a widget is named in a failure."""
    words = str(widget.property("text") or widget.property("placeholderText") or "")
    return f"{widget.objectName() or type(widget).__name__} {words!r}".strip()


def nameless(window: QWidget) -> list[str]:
    """Controls that a screen reader could not name."""

    def name(widget: QWidget) -> str:
        holder = widget.parentWidget() if isinstance(widget, QTabBar) else widget
        spoken = holder.accessibleName() if holder is not None else ""
        return spoken or (widget.text() if isinstance(widget, QAbstractButton) else "")

    return [told(w) for w in controls(window) if not name(w)]


def unreachable(window: QWidget) -> list[str]:
    """Controls that the Tab key never comes to."""
    wanted = {w for w in controls(window) if w.isEnabled() and not isinstance(w, QProgressBar)}
    reached: set[QWidget] = set()
    start = walker = window.nextInFocusChain()
    while walker is not None:
        if walker.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(walker)
        walker = walker.nextInFocusChain()
        if walker is start:
            break
    return [told(w) for w in wanted if w not in reached and not _grouped(w)]


def _grouped(widget: QWidget) -> bool:
    """Radio buttons of a group share one stop; arrow keys move between them."""
    return isinstance(widget, QRadioButton) or (isinstance(widget, QAbstractButton) and widget.group() is not None)


def unseen(window: QWidget) -> list[str]:
    """Controls on which the focus, once there, is not seen."""
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    with warnings.catch_warnings():  # offscreen, a window that was hidden once does not become active by itself
        warnings.simplefilter("ignore")
        QApplication.setActiveWindow(window)
    found = []
    for control in controls(window):
        if not control.isEnabled() or not control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        control.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        assert control.hasFocus(), told(control)
        if not _shows_focus(control):
            found.append(told(control))
    return found


def _shows_focus(control: QWidget) -> bool:
    colours = {QColor(c).rgb() for c in (theme.PALETTE.focus, theme.PALETTE.focus_on_rail)}
    image = control.grab().toImage()
    seen = 0
    for y in range(image.height()):
        across = range(image.width()) if y < 8 or y >= image.height() - 8 else (0, 1, 2, image.width() - 2)
        seen += sum(image.pixel(x, y) in colours for x in across if 0 <= x < image.width())
        if seen >= FOCUS_PIXELS:
            return True
    return False


def cut(window: QWidget) -> list[str]:
    """Words that are not to be read whole."""
    found = [told(w) for w in visible(window, QLabel, QPushButton, QCheckBox, QRadioButton) if _is_cut(w)]
    for edit in visible(window, QLineEdit):
        assert isinstance(edit, QLineEdit)
        if own(edit) and _width(edit, edit.placeholderText()) + EDIT_PX > edit.width():
            found.append(told(edit))
    for combo in visible(window, QComboBox):
        assert isinstance(combo, QComboBox)
        if _width(combo, combo.currentText()) + COMBO_PX > combo.width():
            found.append(f"{told(combo)} {combo.currentText()!r}")
    for header in visible(window, QHeaderView):
        assert isinstance(header, QHeaderView)
        if header.orientation() is Qt.Orientation.Horizontal:
            found += _cut_sections(header)
    for tabs in visible(window, QTabBar):
        assert isinstance(tabs, QTabBar)
        found += [
            tabs.tabText(n) for n in range(tabs.count()) if _width(tabs, tabs.tabText(n)) > tabs.tabRect(n).width()
        ]
    return found


def _cut_sections(header: QHeaderView) -> list[str]:
    model = header.model()
    sections = [n for n in range(header.count()) if not header.isSectionHidden(n)]
    titles = {n: str(model.headerData(n, Qt.Orientation.Horizontal) or "") for n in sections}
    return [
        f"heading {titles[n]!r}" for n in sections if _width(header, titles[n]) + HEADING_PX > header.sectionSize(n)
    ]


def low(window: QWidget) -> list[str]:
    """Buttons that are not as high as their lines."""
    made = [one for one in visible(window, QPushButton) if isinstance(one, QPushButton)]
    lines = {one: one.text().count("\n") + 1 for one in made}
    return [told(one) for one in made if lines[one] * one.fontMetrics().height() > one.height() - 2 * theme.FOCUS_PX]


def cut_cells(view: QTableView) -> list[str]:
    """Cells whose words do not fit, as "heading: words"; of each column the longest."""
    model, found = view.model(), []
    for column in range(model.columnCount()):
        words = max(
            (str(model.index(row, column).data() or "") for row in range(model.rowCount())), key=len, default=""
        )
        if not view.isColumnHidden(column) and _width(view, words) + CELL_PX > view.columnWidth(column):
            found.append(f"{model.headerData(column, Qt.Orientation.Horizontal)}: {words}")
    return found


def _width(widget: QWidget, words: str) -> int:
    return widget.fontMetrics().horizontalAdvance(words)


def _is_cut(widget: QWidget) -> bool:
    if not str(widget.property("text") or "").strip():
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        if widget.heightForWidth(widget.width()) > widget.height() + 1:
            return True
    elif widget.sizeHint().width() > widget.width() + 1 or widget.sizeHint().height() > widget.height() + 1:
        return True
    return _outside(widget)


def _outside(widget: QWidget) -> bool:
    """Beyond the edge of its window, unless it can be scrolled to."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and above.widgetResizable() and above.verticalScrollBar().maximum() > 0:
            return False
        above = above.parentWidget()
    corner = widget.mapTo(widget.window(), widget.rect().topLeft())
    return not widget.window().rect().contains(QRect(corner, widget.size()))
