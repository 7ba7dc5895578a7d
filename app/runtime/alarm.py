"""Carries an incident's number from any thread to the window's."""

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Alarm(QObject):
    """Build it on the window's thread. Signals: raised(str number), always delivered there and never inside ``tell``.

    Attributes: ended: number of the crash below Python by which the last run ended, "" when it ended well.
    """

    raised = Signal(str)
    _heard = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.ended = ""
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)

    def tell(self, number: str) -> None:
        """From any thread."""
        try:
            self._heard.emit(number)
        except RuntimeError:  # the window's thread has ended; the report is written all the same
            return

    @Slot(str)
    def _on_heard(self, number: str) -> None:
        self.raised.emit(number)
