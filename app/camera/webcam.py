"""Webcams: which there are, under names a person knows, and opening one."""

import errno
import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from app.camera.capture import Capture, LimitedSource
from app.errors import AppError
from app.services.ports import CameraDevice, FrameSource

SIZES = ((1280, 720), (640, 480))
"""Tried in this order; a camera that can do neither keeps its own size."""
BY_ID = Path("/dev/v4l/by-id")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A webcam as the system lists it: index for the driver, path (``""`` unknown), the maker's name."""

    index: int
    path: str
    name: str


def list_webcams() -> tuple[Found, ...]:
    """Ask the system. An empty tuple when it can't be asked."""
    try:
        from cv2_enumerate_cameras import enumerate_cameras

        backend = cv2.CAP_DSHOW if sys.platform == "win32" else cv2.CAP_V4L2
        return tuple(Found(camera.index, camera.path or "", camera.name or "") for camera in enumerate_cameras(backend))
    except Exception:
        log.warning("cannot list webcams", exc_info=True)
        return ()


def stable_key(found: Found, by_id: Path = BY_ID) -> str:
    """A text that names the same camera after a restart: its by-id link, else its path, else its number."""
    if found.path and by_id.is_dir():
        for link in sorted(by_id.iterdir()):
            if os.path.realpath(link) == os.path.realpath(found.path):
                return str(link)
    return found.path or f"webcam:{found.index}"


def describe(found: Iterable[Found]) -> dict[str, tuple[CameraDevice, Found]]:
    """Devices by key, lowest number first; equal names are counted, a nameless one is 摄像头."""
    devices: dict[str, tuple[CameraDevice, Found]] = {}
    seen: dict[str, int] = {}
    for item in sorted(found, key=lambda one: one.index):
        name = _human(item.name)
        seen[name] = seen.get(name, 0) + 1
        shown = name if seen[name] == 1 else f"{name}（{seen[name]}）"
        device = CameraDevice(key=stable_key(item), name=shown)
        devices[device.key] = (device, item)
    return devices


def _human(name: str) -> str:
    """V4L2 often doubles the name: “HD Webcam: HD Webcam”."""
    parts = [part.strip() for part in name.split(":")]
    if len(parts) == 2 and (parts[1].startswith(parts[0]) or parts[0].startswith(parts[1])):
        name = max(parts, key=len)
    return name.strip() or "摄像头"


class Webcams:
    """The webcams of this machine. ``listing`` and ``make`` are replaced in tests."""

    def __init__(
        self,
        listing: Callable[[], Sequence[Found]] = list_webcams,
        make: Callable[[int, int], Any] = cv2.VideoCapture,
    ) -> None:
        self._listing, self._make = listing, make

    def devices(self) -> tuple[CameraDevice, ...]:
        """All of them."""
        return tuple(device for device, _found in describe(self._listing()).values())

    def open(self, key: str) -> FrameSource:
        """AppError camera.absent, camera.denied, camera.busy, camera.stalled."""
        entry = describe(self._listing()).get(key)
        if entry is None:
            raise AppError("camera.absent")
        device, found = entry
        ask_permission(found.path)
        return LimitedSource(device, lambda: self._connect(found), lost=lambda: self._why_lost(key))

    def _connect(self, found: Found) -> Capture:
        backend = cv2.CAP_DSHOW if sys.platform == "win32" else cv2.CAP_V4L2
        capture = self._make(found.index, backend)
        if not capture.isOpened():
            capture.release()
            raise AppError("camera.busy")
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        for width, height in SIZES:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
            good, _raw = capture.read()
            if good:
                return _typed(capture)
        capture.release()
        raise AppError("camera.busy")

    def _why_lost(self, key: str) -> str:
        return "camera.stalled" if key in describe(self._listing()) else "camera.unplugged"


def _typed(capture: Any) -> Capture:
    found: Capture = capture
    return found


def ask_permission(path: str) -> None:
    """Tell a forbidden or busy device file apart before the driver hides the reason. Nothing to ask off Linux."""
    if not path.startswith("/dev/"):
        return
    try:
        os.close(os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0)))
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            raise AppError("camera.denied") from error
        if error.errno == errno.EBUSY:
            raise AppError("camera.busy") from error
        raise AppError("camera.absent") from error
