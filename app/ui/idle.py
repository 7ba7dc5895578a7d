"""The idle time: nobody at the desk for so long, and the screen is locked. Any key or press in any window begins it anew."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication

PRESSES = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride, QEvent.Type.MouseButtonPress)
CALM_MS = 20_000
"""Nobody has touched anything for so long: a tenth of a second for house-keeping disturbs no one."""


class IdleTimer(QTimer):
    """``timeout`` is emitted when it is over. Keys and the mouse come through a window: watching every event of every widget instead
    would cost each of them a call. Signals: calm() after CALM_MS without a key or press, and again after each such time."""

    calm = Signal()

    def __init__(self, parent: QObject, seconds: int) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self.setSingleShot(True)
        self._calm = QTimer(self)
        self._calm.timeout.connect(self.calm)
        self.be_calm_after(CALM_MS)
        application = QApplication.instance()
        self._application = application if isinstance(application, QApplication) else None
        if self._application is not None:
            self._application.focusWindowChanged.connect(self._watch)

    def begin(self) -> None:
        """From now."""
        self.start(self._seconds * 1000)

    def be_calm_after(self, milliseconds: int) -> None:
        """Without a key or press for so long."""
        self._calm.start(milliseconds)

    def close(self) -> None:
        """No more."""
        self.stop()
        self._calm.stop()
        if self._application is not None:
            self._application.focusWindowChanged.disconnect(self._watch)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is there."""
        if event.type() in PRESSES:
            self._calm.start()
            if self.isActive():
                self.begin()
        return super().eventFilter(watched, event)
