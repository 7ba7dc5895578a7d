"""Which cameras there are, of every kind, and opening one: the CameraDirectory of the desk."""

from collections.abc import Sequence
from pathlib import Path

from app.camera.clip import ClipSource
from app.camera.stream import open_stream
from app.camera.webcam import Webcams
from app.errors import AppError
from app.services.ports import CameraDevice, FrameSource

SIMULATED_NAME = "模拟摄像头"
CLIP_PREFIX = "clip:"


class Cameras:
    """Implements CameraDirectory: webcams, then network cameras, then stand-in clips where they were allowed.

    ``streams`` are addresses from the settings, ``stand_ins`` clip files given at start-up (demo and tests only).
    """

    def __init__(
        self, *, stand_ins: Sequence[Path] = (), streams: Sequence[str] = (), webcams: Webcams | None = None
    ) -> None:
        self._webcams = webcams if webcams is not None else Webcams()
        self._streams = tuple(
            CameraDevice(key=address, name=f"网络摄像头 {number}") for number, address in enumerate(streams, 1)
        )
        self._clips = {
            f"{CLIP_PREFIX}{path}": (CameraDevice(key=f"{CLIP_PREFIX}{path}", name=_clip_name(n), simulated=True), path)
            for n, path in enumerate(stand_ins, 1)
        }

    def devices(self) -> Sequence[CameraDevice]:
        """Real cameras first."""
        clips = (device for device, path in self._clips.values() if path.exists())
        return (*self._webcams.devices(), *self._streams, *clips)

    def open(self, device: CameraDevice) -> FrameSource:
        """AppError: camera.absent, camera.busy, camera.denied, camera.stalled."""
        if device.key in self._clips:
            known, path = self._clips[device.key]
            return ClipSource(known, path)
        if device in self._streams:
            return open_stream(device)
        if device.key.startswith(CLIP_PREFIX):
            raise AppError("camera.absent")
        return self._webcams.open(device.key)


def _clip_name(number: int) -> str:
    return SIMULATED_NAME if number == 1 else f"{SIMULATED_NAME}（{number}）"
