"""The idle time: nobody at the desk for so long, and the screen is locked. Any key or press in any window begins it anew."""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication

PRESSES = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.MouseButtonPress)


class IdleTimer(QTimer):
    """``timeout`` is emitted when it is over. Keys and the mouse come through a window: watching every event of every widget instead
    would cost each of them a call."""

    def __init__(self, parent: QObject, seconds: int) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self.setSingleShot(True)
        application = QApplication.instance()
        self._application = application if isinstance(application, QApplication) else None
        if self._application is not None:
            self._application.focusWindowChanged.connect(self._watch)

    def begin(self) -> None:
        """From now."""
        self.start(self._seconds * 1000)

    def close(self) -> None:
        """No more."""
        self.stop()
        if self._application is not None:
            self._application.focusWindowChanged.disconnect(self._watch)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is there."""
        if event.type() in PRESSES and self.isActive():
            self.begin()
        return super().eventFilter(watched, event)
