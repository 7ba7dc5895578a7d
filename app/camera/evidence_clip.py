"""The short clip kept as evidence of a visit: the last seconds, small enough for the vault of a thousand visits."""

from collections import deque

import cv2
import numpy as np

from app.camera.avi import read_avi, write_avi
from app.camera.picture import Image
from app.services.ports import Frame

MOST_S = 8.0
MOST_BYTES = 2_000_000
FPS = 8.0
"""Enough to see a head turn and a blink."""
LONGEST_SIDE = 640
QUALITIES = (72, 60, 48, 36, 24)
"""JPEG quality while recording, and what is tried when the clip came out too big (noisy cameras)."""


class ClipRecorder:
    """Implements ClipMaker. Keeps compressed pictures only: about 2 MB of memory."""

    def __init__(self) -> None:
        self._pictures: deque[tuple[float, bytes]] = deque()
        self._size = (0, 0)

    def reset(self) -> None:
        """Forget everything."""
        self._pictures.clear()

    def add(self, frame: Frame) -> None:
        """Keep this picture when its turn has come."""
        if self._pictures and frame.captured_s - self._pictures[-1][0] < 0.9 / FPS:
            return
        small = _shrunk(frame.pixels)
        size = (small.shape[1], small.shape[0])
        if size != self._size:
            self._size = size
            self._pictures.clear()
        self._pictures.append((frame.captured_s, _jpeg(small, QUALITIES[0])))
        while frame.captured_s - self._pictures[0][0] > MOST_S - 1 / FPS:
            self._pictures.popleft()

    def finish(self) -> bytes | None:
        """At most MOST_S and MOST_BYTES; and begin anew."""
        kept, self._pictures = list(self._pictures), deque()
        if not kept:
            return None
        span_s = kept[-1][0] - kept[0][0]
        fps = (len(kept) - 1) / span_s if len(kept) > 1 and span_s > 0 else FPS
        width, height = self._size
        jpegs = [data for _at, data in kept]
        clip = write_avi(jpegs, fps=fps, width=width, height=height)
        for quality in QUALITIES[1:]:
            if len(clip) <= MOST_BYTES:
                return clip
            clip = write_avi([_again(data, quality) for data in jpegs], fps=fps, width=width, height=height)
        return clip if len(clip) <= MOST_BYTES else self._thinned(clip, fps)

    def _thinned(self, clip: bytes, fps: float) -> bytes:
        """Half the pictures, as often as needed: the clip still shows the whole time."""
        jpegs = read_avi(clip)
        while len(clip) > MOST_BYTES and len(jpegs) > 1:
            jpegs, fps = jpegs[::2], fps / 2
            clip = write_avi(jpegs, fps=fps, width=self._size[0], height=self._size[1])
        return clip


def _shrunk(pixels: Image) -> Image:
    longest = max(pixels.shape[:2])
    if longest <= LONGEST_SIDE:
        return pixels
    scale = LONGEST_SIDE / longest
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _jpeg(pixels: Image, quality: int) -> bytes:
    good, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not good:
        raise ValueError("cannot compress the picture")
    return data.tobytes()


def _again(data: bytes, quality: int) -> bytes:
    pixels = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    return _jpeg(np.asarray(pixels, dtype=np.uint8), quality)
