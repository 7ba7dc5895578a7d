"""The camera's thread: opens, reads, notices trouble, opens again. Owns the FrameSource; the window sees signals and a mailbox."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from threading import Event, Lock

from PySide6.QtCore import QObject, QThread, Signal

from app.errors import AppError
from app.runtime.mailbox import Mailbox
from app.services.ports import CameraDevice, CameraDirectory, Frame, FrameSource

RETRY_S = 0.8
"""Pause before a camera that failed is opened again."""
STAYS_OPEN = ("camera.black", "camera.frozen")
"""Faults of the picture, not of the connection: opening the camera anew would only cost a second."""
log = logging.getLogger(__name__)


class CameraThread(QThread):
    """Reads one camera after another until ``stop``.

    Attributes:
        mailbox: the newest frame; its id rises over reconnects and changes of camera.

    Signals (all arrive on the window's thread):
        frame_ready: a frame is in the mailbox; not repeated until it was taken.
        trouble: AppError code, once per change; pictures stop meanwhile.
        restored: pictures come again after trouble.
        opened: the CameraDevice now in use (it may not be the wanted one).
        listed: tuple[CameraDevice, ...] whenever the list was looked at and differs.
    """

    frame_ready = Signal()
    trouble = Signal(str)
    restored = Signal()
    opened = Signal(object)
    listed = Signal(object)

    def __init__(self, cameras: CameraDirectory, *, wanted: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox()
        self._cameras = cameras
        self._lock = Lock()
        self._wanted = wanted
        self._changed, self._stopping, self._resting = Event(), Event(), Event()
        self._listed: tuple[CameraDevice, ...] | None = None
        self._trouble: str | None = None
        self._last_id = 0

    # ---------------------------------------------------------------- from the window's thread

    def choose(self, key: str | None) -> None:
        """Use that camera (None: the first); takes effect within a frame."""
        with self._lock:
            self._wanted = key
        self._changed.set()

    def look_again(self) -> None:
        """List and open anew now, without waiting for the next try."""
        self._changed.set()

    def rest(self) -> None:
        """Close the camera until ``wake``: nobody is filmed between visits."""
        self._resting.set()
        self._changed.set()

    def wake(self) -> None:
        """Open and read again; nothing changes when it is awake: opening anew costs a webcam a second."""
        if self._resting.is_set():
            self._resting.clear()
            self._changed.set()

    def stop(self) -> None:
        """Close the camera and wait for the thread."""
        self._stopping.set()
        self._changed.set()
        self.wait()

    # ---------------------------------------------------------------- on this thread

    def run(self) -> None:
        """QThread's entry: nothing leaves it as an exception."""
        while not self._stopping.is_set():
            self._changed.clear()
            if self._resting.is_set():
                self._trouble = None
                self.mailbox.clear()
                self._look()
                self._changed.wait()
                continue
            try:
                self._use_one()
            except AppError as error:
                self._tell(error.code)
            except Exception:
                log.exception("camera thread")
                self._tell("camera.failed")
            self.mailbox.clear()
            if not self._stopping.is_set():
                self._changed.wait(RETRY_S)

    def _use_one(self) -> None:
        """Open the wanted camera and read until something changes or fails."""
        device = self._choice()
        source = self._cameras.open(device)
        try:
            told = False
            while not self._stopping.is_set() and not self._changed.is_set():
                frame = self._read(source)
                if frame is None:
                    continue
                if not told:
                    told = True
                    self.opened.emit(device)
                self._pass_on(frame)
        finally:
            source.close()

    def _read(self, source: FrameSource) -> Frame | None:
        """The next frame; None when the picture is at fault and the camera may stay open."""
        try:
            return source.read()
        except AppError as error:
            self.mailbox.clear()
            self._tell(error.code)  # before closing, which may take as long as a stuck driver likes
            if error.code not in STAYS_OPEN:
                raise
            return None

    def _pass_on(self, frame: Frame) -> None:
        if self._trouble is not None:
            self._trouble = None
            self.restored.emit()
        self._last_id += 1
        if self.mailbox.put(replace(frame, id=self._last_id)):
            self.frame_ready.emit()

    def _look(self) -> Sequence[CameraDevice]:
        """List without opening: also while resting, for the settings screen."""
        devices = tuple(self._cameras.devices())
        if devices != self._listed:
            self._listed = devices
            self.listed.emit(devices)
        return devices

    def _choice(self) -> CameraDevice:
        """The wanted device, or the first. AppError('camera.absent')."""
        devices = self._look()
        with self._lock:
            wanted = self._wanted
        for device in devices:
            if device.key == wanted:
                return device
        if not devices:
            raise AppError("camera.absent")
        return devices[0]

    def _tell(self, code: str) -> None:
        if code != self._trouble:
            self._trouble = code
            self.trouble.emit(code)
