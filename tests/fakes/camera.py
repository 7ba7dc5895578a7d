"""A camera made of orders: tests tell it what each read gives."""

from collections.abc import Sequence
from queue import Empty, Queue
from threading import Lock

import numpy as np

from app.errors import AppError
from app.services.ports import CameraDevice, Frame, FrameSource

FAKE = CameraDevice(key="fake", name="测试摄像头")


def frame(frame_id: int = 0, *, at_s: float = 0.0, width: int = 64, height: int = 48, value: int = 90) -> Frame:
    """A plain picture."""
    pixels = np.full((height, width, 3), value, dtype=np.uint8)
    return Frame(id=frame_id, captured_s=at_s, pixels=pixels, width=width, height=height)


class FakeSource:
    """Implements FrameSource: gives what the test put into ``script``, frames or errors; waits when it is empty."""

    def __init__(self, device: CameraDevice, script: "Queue[Frame | AppError]", patience_s: float) -> None:
        self.device = device
        self._patience_s = patience_s
        self.closed = False
        self._script = script

    def read(self) -> Frame:
        try:
            item = self._script.get(timeout=self._patience_s)
        except Empty:
            raise AppError("camera.stalled") from None
        if isinstance(item, AppError):
            raise item
        return item

    def close(self) -> None:
        self.closed = True


class FakeCameras:
    """Implements CameraDirectory over one script; ``present`` may be changed while it runs."""

    def __init__(self, *devices: CameraDevice) -> None:
        self.present: tuple[CameraDevice, ...] = devices or (FAKE,)
        self.script: Queue[Frame | AppError] = Queue()
        self.opened: list[FakeSource] = []
        self.refuse: str | None = None
        self.patience_s = 0.05
        self._lock = Lock()

    def devices(self) -> Sequence[CameraDevice]:
        return self.present

    def open(self, device: CameraDevice) -> FrameSource:
        if self.refuse is not None:
            raise AppError(self.refuse)
        source = FakeSource(device, self.script, self.patience_s)
        with self._lock:
            self.opened.append(source)
        return source
