"""The panel of CAPTURE: the mirrored picture, one hint in large type, progress without numbers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QProgressBar

from app.domain.evidence import Hint
from app.services.ports import CameraDevice
from app.ui import text
from app.ui.screens.visit.state import CaptureState
from app.ui.widgets.basic import Card, button, label, row
from app.ui.widgets.pictures import CameraView

_GOOD = (Hint.GOOD, Hint.HOLD_STILL, Hint.TURN_SLOWLY)


class CapturePanel(Card):
    """Signals: form_asked(), enough_asked(), camera_chosen(str key), retry_asked()."""

    form_asked = Signal()
    enough_asked = Signal()
    camera_chosen = Signal(str)
    retry_asked = Signal()

    def __init__(self) -> None:
        super().__init__(margin=16, spacing=10)
        self._view = CameraView()
        self._hint = label("请看镜头", "huge", name="capture_hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._progress = QProgressBar()
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("采集进度")
        self._simulated = label(text.SIMULATED_CAMERA, "simulated", name="capture_simulated")
        self._lamp = label(text.LAMP, "muted", name="capture_lamp")
        self._cameras = QComboBox()
        self._cameras.setObjectName("capture_camera")
        self._cameras.setAccessibleName("选择摄像头")
        self._cameras.setMinimumWidth(220)
        self._cameras.activated.connect(lambda i: self.camera_chosen.emit(str(self._cameras.itemData(i))))
        form, enough = button("改走确认表", "capture_form"), button("就用现在的画面", "capture_enough")
        self._retry = button("重试摄像头", "capture_retry")
        form.clicked.connect(self.form_asked)
        enough.clicked.connect(self.enough_asked)
        self._retry.clicked.connect(self.retry_asked)
        self.box.addLayout(row(self._simulated, self._lamp, 1, self._cameras))
        self.box.addWidget(self._view, 1)
        self.box.addWidget(self._hint)
        self.box.addWidget(self._progress)
        self.box.addLayout(row(form, 1, self._retry, enough))
        self.show_capture(CaptureState())

    def show_frame(self, image: QImage) -> None:
        """The newest frame."""
        self._view.show_frame(image)

    def picture_shown(self) -> bool:
        """True while a live picture is up."""
        return self._view.has_picture()

    def show_cameras(self, devices: tuple[CameraDevice, ...], chosen: str) -> None:
        """The list to choose from."""
        self._cameras.clear()
        for device in devices:
            self._cameras.addItem(device.name, device.key)
        self._cameras.setCurrentIndex(max(0, self._cameras.findData(chosen)))
        self._cameras.setVisible(len(devices) > 1)

    def show_capture(self, state: CaptureState) -> None:
        """Hint, progress, trouble."""
        self._simulated.setVisible(state.simulated)
        self._retry.setVisible(bool(state.trouble))
        lit = state.lamp and not state.trouble
        self._lamp.setVisible(lit)
        self._view.show_lamp(lit)
        if state.trouble:
            self._view.show_words(state.trouble)
            self._hint.setText("请稍等")
            return
        words = text.HINT[state.hint] if state.hint is not None else "请看镜头"
        if state.challenge is not None:
            words = text.CHALLENGE[state.challenge]
        if self._hint.text() != words:
            self._hint.setText(words)
        self._view.show_good(state.hint in _GOOD)
        self._progress.setValue(int(state.progress * 100))
