"""Evidence by camera: a picture, or a video of at most eight seconds, with today's code in large figures."""

from PySide6.QtCore import QBuffer, QIODevice, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from app.services.ports import ClipMaker, Frame, TaskRunner
from app.ui import text
from app.ui.fitting import FittedDialog
from app.ui.widgets.basic import button, label, row
from app.ui.widgets.pictures import CameraView

CLIP_S = 8.0
JPEG_QUALITY = 92
CODE_WORDS = "请把今天的号码写在纸上，请本人举着，和脸一起拍进画面："


class EvidenceDialog(FittedDialog):
    """Signals: taken(bytes data, str media type, str code); failed(Exception)."""

    taken = Signal(bytes, str, str)
    failed = Signal(object)

    def __init__(
        self, parent: QWidget | None, *, code: str, clip: ClipMaker, tasks: TaskRunner, simulated: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("evidence_dialog")
        self.setWindowTitle("用摄像头拍材料")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._code, self._clip, self._tasks = code, clip, tasks
        self._image: QImage | None = None
        self._kept: QImage | None = None
        self._began_s: float | None = None
        self._view = CameraView(mirrored=False, oval=False)
        code_label = label(code, "huge", name="evidence_code")
        code_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._progress = QProgressBar()
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("录像进度")
        self._shoot, self._record = button("拍照", "evidence_shoot", "primary"), button("录 8 秒", "evidence_record")
        self._keep, self._again = button("就用这张", "evidence_keep", "primary"), button("重拍", "evidence_again")
        leave = button("不拍了", "evidence_leave")
        self._shoot.clicked.connect(self._take)
        self._record.clicked.connect(self._record_or_stop)
        self._keep.clicked.connect(self._use)
        self._again.clicked.connect(self._live)
        leave.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 18)
        box.setSpacing(12)
        box.addWidget(self._view, 1)
        if simulated:
            box.addWidget(label(text.SIMULATED_CAMERA, "simulated", name="evidence_simulated"))
        box.addWidget(label(CODE_WORDS, wrap=True))
        box.addWidget(code_label)
        box.addWidget(self._progress)
        box.addLayout(row(leave, 1, self._record, self._again, self._shoot, self._keep))
        self.resize(860, 720)
        self._live()

    def show_frame(self, frame: Frame) -> None:
        """The newest frame; kept for the clip while recording."""
        pixels = frame.pixels
        shown = QImage(pixels.data, frame.width, frame.height, pixels.strides[0], QImage.Format.Format_BGR888).copy()
        self._image = shown
        if self._kept is None:
            self._view.show_frame(shown)
        self._shoot.setEnabled(self._began_s is None)
        self._record.setEnabled(True)
        if self._began_s is not None:
            self._clip.add(frame)
            self._began_s = self._began_s or frame.captured_s
            gone_s = frame.captured_s - self._began_s
            self._progress.setValue(int(100 * gone_s / CLIP_S))
            if gone_s >= CLIP_S:
                self._stop()

    def show_trouble(self, words: str) -> None:
        """The camera is at fault; what is being recorded goes on when it comes back."""
        self._image = None
        if self._kept is None:
            self._view.show_words(words)
        self._shoot.setEnabled(False)

    def _live(self) -> None:
        self._kept = None
        self._progress.hide()
        ready = self._image is not None
        for made, seen in ((self._shoot, True), (self._record, True), (self._keep, False), (self._again, False)):
            made.setVisible(seen)
            made.setEnabled(ready or not seen)
        self._keep.setEnabled(True)
        self._again.setEnabled(True)
        self._record.setText("录 8 秒")

    def _take(self) -> None:
        if self._image is None:
            return
        self._kept = self._image
        self._view.show_frame(self._kept)
        for made, seen in ((self._shoot, False), (self._record, False), (self._keep, True), (self._again, True)):
            made.setVisible(seen)

    def _use(self) -> None:
        if self._kept is None:
            return
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._kept.save(buffer, "JPG", JPEG_QUALITY)  # type: ignore[call-overload]  # PySide's stub wants bytes
        self.taken.emit(buffer.data().data(), "image/jpeg", self._code)
        self.accept()

    def _record_or_stop(self) -> None:
        if self._began_s is not None:
            self._stop()
            return
        self._clip.reset()
        self._began_s = 0.0
        self._progress.setValue(0)
        self._progress.show()
        self._shoot.setEnabled(False)
        self._record.setText("停止")

    def _stop(self) -> None:
        self._began_s = None
        self._record.setEnabled(False)
        self._tasks.io(self._clip.finish, self._finished, self.failed.emit)

    def _finished(self, clip: bytes | None) -> None:
        self._live()
        if clip is not None:
            self.taken.emit(clip, "video/x-msvideo", self._code)
            self.accept()
