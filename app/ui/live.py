"""Camera and engine for the screens: open only after consent and while they are needed, frames to whoever shows them."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app.domain.confirmation import EvidenceKind
from app.domain.evidence import FrameReading
from app.domain.ids import VisitId
from app.errors import AppError
from app.runtime.camera_thread import CameraThread
from app.runtime.engine_pump import EnginePump
from app.services.evidence_code import new_code
from app.services.ports import CameraDevice, CaptureResult, ClipMaker, Clock, Frame, TaskRunner
from app.services.stored_settings import CAMERA
from app.ui.error_text import words
from app.ui.fitting import FittedDialog
from app.ui.screens.forms.page_dialog import PageDialog
from app.ui.screens.forms.room import FormsRoom
from app.ui.screens.retiree_side.corner import RetireeCorner
from app.ui.screens.settings.room import SettingsRoom
from app.ui.screens.visit.evidence_dialog import EvidenceDialog
from app.ui.screens.visit.presenter import VisitPresenter
from app.ui.screens.visit.view import VisitView as VisitScreen


class FrameDialog(FittedDialog):
    """A dialog that shows what the camera sees."""

    def show_frame(self, frame: Frame) -> None:
        """The newest frame."""
        raise NotImplementedError

    def show_trouble(self, said: str) -> None:
        """The camera's trouble in words."""
        raise NotImplementedError


class Live(QObject):
    """Implements app.ui.ports.Capture. Nobody is filmed before consent, nor after the capture."""

    def __init__(
        self,
        *,
        camera: CameraThread,
        pump: EnginePump,
        clip: ClipMaker,
        screen: VisitScreen,
        side: RetireeCorner,
        clock: Clock,
        tasks: TaskRunner,
        chosen: str | None,
        failed: Callable[[Exception], None],
        remember: Callable[[str, str], None],
    ) -> None:
        """``clip`` records evidence for forms; ``chosen`` is the remembered camera."""
        super().__init__()
        self._camera, self._pump, self._clip = camera, pump, clip
        self._screen, self._side, self._clock, self._tasks = screen, side, clock, tasks
        self._key, self._remember, self._failed = chosen or "", remember, failed
        self._cameras: tuple[CameraDevice, ...] = ()
        self._dialog: EvidenceDialog | PageDialog | FrameDialog | None = None

    def wire(self, visit: VisitPresenter, settings: SettingsRoom, forms: FormsRoom) -> None:
        """Connect both threads' signals."""
        self._visit, self._settings = visit, settings.settings
        camera, pump = self._camera, self._pump
        camera.frame_ready.connect(self._on_frame)
        camera.trouble.connect(self._on_trouble)
        camera.restored.connect(visit.on_restored)
        camera.opened.connect(self._on_camera)
        camera.listed.connect(self._on_cameras)
        pump.started.connect(settings.faces.on_engine)
        pump.tended.connect(settings.faces.on_gallery)
        pump.visit_opened.connect(visit.on_opened)
        pump.reading.connect(self._on_reading)
        pump.concluded.connect(self._on_concluded)
        pump.trouble.connect(visit.on_trouble)
        pump.restored.connect(visit.on_restored)
        settings.view.camera_chosen.connect(self.choose)
        self._screen.capture.camera_chosen.connect(self.choose)
        self._screen.capture.retry_asked.connect(camera.look_again)
        self._screen.form.camera_asked.connect(self.take_evidence)
        forms.view.camera_asked.connect(lambda: self.take_pages(forms))

    # ---------------------------------------------------------------- the Capture port

    def begin(self, visit_id: VisitId, reference: bytes | None) -> None:
        """The capture of a visit begins."""
        self._camera.wake()
        self._pump.open(visit_id, reference)

    def conclude(self) -> None:
        """End it with a result."""
        self._pump.conclude()

    def drop(self) -> None:
        """End it without."""
        self._camera.rest()
        self._pump.drop()

    # ---------------------------------------------------------------- screens

    def on_screen(self, name: str) -> None:
        """Another screen came up."""
        if name == "visit" and self._visit.capturing:
            self._camera.wake()
        elif self._dialog is None:
            self._camera.rest()

    def choose(self, key: str) -> None:
        """Another camera, remembered."""
        self._key = key
        self._camera.choose(key)
        self._remember(CAMERA, key)

    def _take(self, kind: EvidenceKind, data: bytes, media_type: str, code: str) -> None:
        if kind is EvidenceKind.LIVING_PICTURE and media_type.startswith("video/"):
            kind = EvidenceKind.LIVING_VIDEO
        self._visit.add_evidence(kind, data, media_type, code)

    def take_evidence(self, kind: EvidenceKind) -> None:
        """Open the camera for a picture or a short video of the form's evidence."""
        dialog = EvidenceDialog(
            self._screen.window(),
            code=new_code(self._clock.today()),
            clip=self._clip,
            tasks=self._tasks,
            simulated=self._simulated(),
        )
        dialog.taken.connect(lambda data, media, code: self._take(kind, data, media, code))
        dialog.failed.connect(self._failed)
        self.show_in(dialog)

    def take_pages(self, forms: FormsRoom) -> None:
        """Open the camera for signed forms."""
        dialog = PageDialog(forms.view.window(), simulated=self._simulated())
        dialog.taken.connect(forms.read_pictures)
        self.show_in(dialog)

    def show_in(self, dialog: "EvidenceDialog | PageDialog | FrameDialog") -> None:
        """Open a dialog that wants the camera's frames, until it is closed."""
        dialog.finished.connect(self._on_dialog_closed)
        self._dialog = dialog
        self._camera.wake()
        dialog.open()

    def _simulated(self) -> bool:
        """Whether the camera that will open is a stand-in: the chosen one where it is there, else the first."""
        chosen = [device for device in self._cameras if device.key == self._key] or list(self._cameras[:1])
        return any(device.simulated for device in chosen)

    def _on_dialog_closed(self) -> None:
        self._camera.rest()
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None

    # ---------------------------------------------------------------- news

    def _on_frame(self) -> None:
        frame = self._camera.mailbox.take()
        if frame is None:
            return
        if self._dialog is not None:
            self._dialog.show_frame(frame)
            return
        if not self._visit.capturing:
            return
        pixels = frame.pixels
        image = QImage(pixels.data, frame.width, frame.height, pixels.strides[0], QImage.Format.Format_BGR888)
        own = image.copy()
        self._screen.capture.show_frame(own)
        self._side.show_frame(own)

    def _on_trouble(self, code: str) -> None:
        if self._dialog is not None:
            self._dialog.show_trouble(words(AppError(code)))
            return
        self._visit.on_trouble(code)

    def _on_camera(self, device: CameraDevice) -> None:
        self._visit.on_camera(simulated=device.simulated)
        self._screen.capture.show_cameras(self._cameras, device.key)
        self._settings.on_cameras(self._cameras, device.key)

    def _on_cameras(self, devices: tuple[CameraDevice, ...]) -> None:
        self._cameras = devices
        self._settings.on_cameras(devices, self._key)

    def _on_reading(self, reading: FrameReading) -> None:
        self._visit.on_reading(reading)

    def _on_concluded(self, result: CaptureResult) -> None:
        self._camera.rest()
        self._visit.on_concluded(result)
