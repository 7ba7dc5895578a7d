"""A network camera: MJPEG or anything else FFmpeg reads over HTTP or RTSP, with limits."""

import cv2

from app.camera.capture import Capture, LimitedSource
from app.errors import AppError
from app.services.ports import CameraDevice, FrameSource

OPEN_MS = 4000
READ_MS = 2500
"""Above STALL_S, so that silence is told as a stall and only a cut connection as unplugged; ends the helper thread."""


def open_stream(device: CameraDevice) -> FrameSource:
    """``device.key`` is the address. AppError('camera.absent') when nobody answers there."""

    def connect() -> Capture:
        capture = cv2.VideoCapture()
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_MS]
        if not capture.open(device.key, cv2.CAP_FFMPEG, limits):
            capture.release()
            raise AppError("camera.absent")
        return capture

    return LimitedSource(device, connect, lost=lambda: "camera.unplugged")
