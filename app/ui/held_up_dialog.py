"""Look-up without typing: the camera's picture, and whoever the paper in it belongs to. No picture is kept."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.ids import RetireeId
from app.errors import AppError
from app.services.held_up import HeldUp, Look, WhoseIsIt
from app.services.ports import Frame, TaskRunner
from app.ui.error_text import words
from app.ui.live import FrameDialog, Live
from app.ui.means import Means
from app.ui.ports import Navigate
from app.ui.widgets.basic import button, label, row
from app.ui.widgets.pictures import CameraView

ASK = "把二维码，或身份证、社保卡有号码的一面，对着镜头拿稳。"


class HeldUpDialog(FrameDialog):
    """Signals: found(str retiree id). One frame at a time is read, on a worker; what comes meanwhile is only shown."""

    found = Signal(str)

    def __init__(self, parent: QWidget | None, *, read: Look, whose: WhoseIsIt, tasks: TaskRunner) -> None:
        super().__init__(parent)
        self.setObjectName("held_up_dialog")
        self.setWindowTitle("扫码找人")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._read, self._whose, self._tasks = read, whose, tasks
        self._reading = self._troubled = False
        self._refused: HeldUp | None = None
        self._doubtful: HeldUp | None = None
        self.finished.connect(lambda _result: tasks.io(read.rest, lambda _none: None, lambda _error: None))
        self._view = CameraView(mirrored=False, oval=False)
        self._words = label(ASK, "large", wrap=True, name="held_up_words")
        leave = button("返回", "held_up_leave")
        leave.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(12)
        box.addWidget(self._view, 1)
        box.addWidget(self._words)
        box.addLayout(row(leave, 1))
        self.resize(760, 640)

    def show_frame(self, frame: Frame) -> None:
        """Show it; read it unless one is being read."""
        pixels = frame.pixels
        image = QImage(pixels.data, frame.width, frame.height, pixels.strides[0], QImage.Format.Format_BGR888)
        self._view.show_frame(image.copy())
        if self._troubled:
            self._troubled = False
            self._words.setText(ASK)
        if not self._reading:
            self._reading = True
            self._tasks.io(lambda: self._read(pixels), self._on_read, self._on_failed)

    def show_trouble(self, said: str) -> None:
        """The camera is at fault, until pictures come again."""
        self._troubled = True
        self._words.setText(said)

    def _on_read(self, held: HeldUp | None) -> None:
        self._reading = False
        if held is None or held == self._refused or self.result():
            return
        self._reading = True
        self._tasks.database(lambda: self._whose.find(held), self._on_found, lambda error: self._on_nobody(held, error))

    def _on_found(self, retiree_id: RetireeId) -> None:
        if self.isVisible():
            self.accept()
            self.found.emit(retiree_id)

    def _on_nobody(self, held: HeldUp, error: Exception) -> None:
        """A number may be misread: only one that comes a second time is told to be nobody's."""
        if held.numbers and held != self._doubtful:
            self._doubtful, self._reading = held, False
            return
        self._refused = held
        self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        self._reading = False
        self._words.setText(words(error) if isinstance(error, AppError) else words(AppError("held_up.failed")))


def look_up(window: QWidget, live: Live, means: Means, navigate: Navigate) -> Callable[[], None]:
    """What the button of the find screen does."""

    def begin() -> None:
        dialog = HeldUpDialog(window, read=means.read_held_up, whose=WhoseIsIt(means.desk), tasks=means.tasks)
        dialog.found.connect(lambda found: navigate.person(RetireeId(found)))
        live.show_in(dialog)

    return begin
