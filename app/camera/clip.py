"""A video file as a camera, at the file's own pace, from the beginning again when it ends: the stand-in 模拟摄像头."""

import math
import time
from pathlib import Path

import cv2

from app.camera.picture import to_frame
from app.errors import AppError
from app.services.ports import CameraDevice, Frame

STANDARD_FPS = 20.0
"""For files that don't say."""
BEHIND_S = 0.25
"""A reader that is later than this skips pictures instead of falling behind."""


class ClipSource:
    """Implements FrameSource. No check for black or frozen pictures: a clip may show exactly that."""

    def __init__(self, device: CameraDevice, path: Path) -> None:
        self.device = device
        self._path = path
        self._capture = cv2.VideoCapture(str(path))
        if not self._capture.isOpened():
            self._capture.release()
            raise AppError("camera.absent")
        fps = float(self._capture.get(cv2.CAP_PROP_FPS))
        self._period_s = 1.0 / (fps if math.isfinite(fps) and 0.5 <= fps <= 240 else STANDARD_FPS)
        self._next_s: float | None = None
        self._last_id = 0

    def read(self) -> Frame:
        """The next picture when its time has come. AppError('camera.unplugged') when the file went away."""
        now_s = time.monotonic()
        self._next_s = now_s if self._next_s is None else self._next_s + self._period_s
        while now_s - self._next_s > BEHIND_S:
            self._next_s += self._period_s
            if not self._capture.grab():
                self._rewind()
        if self._next_s > now_s:
            time.sleep(self._next_s - now_s)
        good, raw = self._capture.read()
        if not good:
            self._rewind()
            good, raw = self._capture.read()
        if not good:
            raise AppError("camera.unplugged")
        self._last_id += 1
        return to_frame(raw, frame_id=self._last_id, captured_s=time.monotonic())

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _rewind(self) -> None:
        """Open anew: seeking to 0 is not dependable over all containers."""
        self._capture.release()
        if not self._path.exists():
            raise AppError("camera.unplugged")
        self._capture = cv2.VideoCapture(str(self._path))
