"""A network camera on loopback: an MJPEG stream from the standard library, with faults to order."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import cv2
import numpy as np

PERIOD_S = 0.04


class LoopbackCamera:
    """``mode``: live, freeze (the same picture again), black, stall (connected but silent), unplug (connection cut)."""

    def __init__(self, width: int = 320, height: int = 240) -> None:
        self.mode = "live"
        self.ended = Event()
        self._rng = np.random.default_rng(1)
        self._scene = self._rng.integers(60, 200, (height, width, 3), dtype=np.uint8)
        self._last = self._jpeg()
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                camera.serve(self)

            def log_message(self, format: str, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/camera.mjpg"

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        try:
            while not self.ended.wait(PERIOD_S) and self.mode != "unplug":
                if self.mode != "stall":
                    data = self._picture()
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                    handler.wfile.write(head.encode() + data + b"\r\n")
        except OSError:
            return

    def _picture(self) -> bytes:
        if self.mode == "black":
            return self._encoded(np.zeros_like(self._scene))
        if self.mode != "freeze":
            self._last = self._jpeg()
        return self._last

    def _jpeg(self) -> bytes:
        noise = self._rng.integers(0, 8, self._scene.shape, dtype=np.uint8)
        return self._encoded(self._scene + noise)

    @staticmethod
    def _encoded(picture: np.ndarray) -> bytes:  # type: ignore[type-arg]
        return bytes(cv2.imencode(".jpg", picture)[1])


@contextmanager
def loopback_camera(width: int = 320, height: int = 240) -> Iterator[LoopbackCamera]:
    """A running camera."""
    camera = LoopbackCamera(width, height)
    thread = Thread(target=camera.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield camera
    finally:
        camera.ended.set()
        camera.server.shutdown()
        camera.server.server_close()
        thread.join()
