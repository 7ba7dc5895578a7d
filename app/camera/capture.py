"""cv2.VideoCapture on a helper thread: a driver that blocks for ever is noticed and left behind, and the newest picture wins."""

import logging
import time
from collections.abc import Callable
from threading import Condition, Thread
from typing import Any, Protocol

from app.camera.picture import PictureWatch, to_frame
from app.errors import AppError
from app.services.ports import CameraDevice, Frame

OPEN_S = 6.0
"""Some webcams take seconds to wake up."""
FIRST_S = 4.0
STALL_S = 1.5
"""No new picture for this long is a stall; with the thread's own work it is told within 2 s."""
CLOSE_S = 0.5
"""Waiting for the helper thread to let go, at most."""
MISSES = 5
"""Failed reads in a row that mean the connection is gone."""
MISS_PAUSE_S = 0.02
log = logging.getLogger(__name__)


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used."""

    def read(self) -> tuple[bool, Any]: ...
    def release(self) -> None: ...


class LimitedSource:
    """FrameSource over any capture. ``connect`` opens it (or raises AppError) and runs on the helper thread.

    Attributes:
        device: the camera.
        lost: the code when reads fail for good; asked at that moment, e.g. whether the device is still there.
    """

    def __init__(self, device: CameraDevice, connect: Callable[[], Capture], *, lost: Callable[[], str]) -> None:
        self.device = device
        self._connect, self._lost = connect, lost
        self._state = Condition()
        self._raw: Any = None
        self._raw_s = 0.0
        self._connected = self._closed = False
        self._error: AppError | None = None
        self._watch = PictureWatch()
        self._last_id = 0
        self._thread = Thread(target=self._run, name="camera-driver", daemon=True)
        self._thread.start()
        self._wait_open()

    def read(self) -> Frame:
        """The newest picture since the last call. AppError camera.stalled, unplugged, busy, black, frozen."""
        limit_s = STALL_S if self._last_id else FIRST_S
        with self._state:
            self._state.wait_for(lambda: self._raw is not None or self._error is not None, timeout=limit_s)
            if self._error is not None:
                raise self._error
            if self._raw is None:
                raise AppError("camera.stalled")
            raw, at_s, self._raw = self._raw, self._raw_s, None
        self._last_id += 1
        frame = to_frame(raw, frame_id=self._last_id, captured_s=at_s)
        fault = self._watch.fault(frame)
        if fault is not None:
            raise AppError(fault)
        return frame

    def close(self) -> None:
        """Let go; a driver that is stuck releases the camera when it comes back to itself."""
        with self._state:
            self._closed = True
        self._thread.join(timeout=CLOSE_S)
        if self._thread.is_alive():
            log.warning("camera driver is stuck; its thread is left behind")

    def _wait_open(self) -> None:
        with self._state:
            self._state.wait_for(lambda: self._connected or self._error is not None, timeout=OPEN_S)
            if self._connected:
                return
            self._closed = True
            raise self._error or AppError("camera.stalled")

    # ---------------------------------------------------------------- on the helper thread

    def _run(self) -> None:
        try:
            capture = self._connect()
        except AppError as error:
            self._fail(error)
            return
        except Exception:
            log.exception("opening a camera")
            self._fail(AppError("camera.failed"))
            return
        try:
            self._pump(capture)
        except Exception:
            log.exception("reading a camera")
            self._fail(AppError("camera.failed"))
        finally:
            capture.release()

    def _pump(self, capture: Capture) -> None:
        with self._state:
            self._connected = True
            self._state.notify_all()
        misses = 0
        while not self._closed:
            good, raw = capture.read()
            if not good or raw is None:
                misses += 1
                if misses >= MISSES:
                    self._fail(AppError(self._lost()))
                    return
                time.sleep(MISS_PAUSE_S)
                continue
            misses = 0
            with self._state:
                self._raw, self._raw_s = raw, time.monotonic()
                self._state.notify_all()

    def _fail(self, error: AppError) -> None:
        with self._state:
            self._error = error
            self._state.notify_all()
