"""No dialog is larger than the desktop it comes up on: where letters are large or the desktop is low, its contents scroll."""

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

FRAME = QSize(8, 44)
"""What the window's frame and title take away."""


def desktop_of(widget: QWidget) -> QSize:
    """What the system leaves free on the widget's screen."""
    return widget.screen().availableSize()


def fit(dialog: QWidget, desktop: QSize) -> None:
    """Keep ``dialog`` within ``desktop`` (its frame included); what no longer fits can be scrolled to. What fits is shown whole."""
    room = desktop - FRAME
    if dialog.minimumWidth() > room.width() or dialog.minimumHeight() > room.height():
        dialog.setMinimumSize(0, 0)
    layout = dialog.layout()
    if dialog.findChild(_Inner) is not None:  # scrolls already
        dialog.resize(dialog.size().boundedTo(room))
        return
    least = dialog.minimumSizeHint().expandedTo(QSize(0, dialog.sizeHint().height()))
    if layout is not None and layout.hasHeightForWidth():
        least = least.expandedTo(QSize(0, layout.totalHeightForWidth(min(dialog.width(), room.width()))))
    if layout is not None and (least.width() > room.width() or least.height() > room.height()):
        bar = _scroll(dialog, layout).verticalScrollBar()
        least += QSize(bar.sizeHint().width(), 0)
    wanted = dialog.size().expandedTo(least).boundedTo(room)
    if wanted != dialog.size():
        dialog.resize(wanted)


class _Inner(QWidget):
    """Is never lower than its buttons want to be, and its wrapped words need at the present width."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def event(self, event: QEvent) -> bool:
        """Something in it wants more than before."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._grow()
        return done

    def _grow(self) -> None:
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(max(layout.sizeHint().height(), layout.totalHeightForWidth(self.width())))


def _scroll(dialog: QWidget, layout: QLayout) -> QScrollArea:
    """The layout with everything in it moves into a scrolled widget."""
    inner = _Inner()
    inner.setLayout(layout)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(inner)
    outer = QVBoxLayout(dialog)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(area)
    return area


class Fitting(QObject):
    """Watches one ``window``: it is fitted when it is shown, and when more comes up in it.

    Not the whole application: every event of every widget would wait for the interpreter (bench.window_sync).
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shown, or changed in what it holds."""
        if (
            event.type() in (QEvent.Type.Show, QEvent.Type.LayoutRequest)
            and isinstance(watched, QWidget)
            and watched.isVisible()
        ):
            fit(watched, desktop_of(watched))
        return super().eventFilter(watched, event)


class FittedDialog(QDialog):
    """What every dialog of the program is made of; the system's own know better."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        Fitting(self)
