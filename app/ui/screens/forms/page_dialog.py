"""Signed forms under a document camera or webcam: page after page, then all of them to be looked at."""

from PySide6.QtCore import QBuffer, QIODevice, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.ports import Frame
from app.ui import text
from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row
from app.ui.widgets.pictures import CameraView

JPEG_QUALITY = 92
WORDS = "把表放平，整页都拍进画面，四个角上的黑方块都要看得见，二维码要清楚。一张一张拍。"


class PageDialog(FittedDialog):
    """Signals: taken(tuple of JPEG bytes), once, when the clerk is done."""

    taken = Signal(object)

    def __init__(self, parent: QWidget | None, *, simulated: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("page_dialog")
        self.setWindowTitle("用摄像头拍确认表")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._image: QImage | None = None
        self._pages: list[bytes] = []
        self._view = CameraView(mirrored=False, oval=False)
        self._count = label("还没有拍", "large", name="page_count")
        self._shoot = button("拍这一张", "page_shoot", "primary")
        self._done = button("拍完了，去核对", "page_done")
        leave = button("不拍了", "page_leave")
        self._shoot.setEnabled(False)
        self._done.setEnabled(False)
        self._shoot.clicked.connect(self._take)
        self._done.clicked.connect(self._finish)
        leave.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(12)
        box.addWidget(self._view, 1)
        if simulated:
            box.addWidget(label(text.SIMULATED_CAMERA, "simulated", name="page_simulated"))
        box.addWidget(label(WORDS, wrap=True))
        box.addLayout(row(leave, self._count, 1, self._done, self._shoot))
        self.resize(900, 700)

    def show_frame(self, frame: Frame) -> None:
        """The newest frame."""
        pixels = frame.pixels
        shown = QImage(pixels.data, frame.width, frame.height, pixels.strides[0], QImage.Format.Format_BGR888).copy()
        self._image = shown
        self._view.show_frame(shown)
        self._shoot.setEnabled(True)

    def show_trouble(self, words: str) -> None:
        """The camera is at fault; what was taken stays."""
        self._image = None
        self._view.show_words(words)
        self._shoot.setEnabled(False)

    def _take(self) -> None:
        if self._image is None:
            return
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._image.save(buffer, "JPG", JPEG_QUALITY)  # type: ignore[call-overload]  # PySide's stub wants bytes
        self._pages.append(bytes(buffer.data().data()))
        self._count.setText(f"已拍 {len(self._pages)} 张，可以换下一张")
        self._done.setEnabled(True)

    def _finish(self) -> None:
        self.accept()
        self.taken.emit(tuple(self._pages))
