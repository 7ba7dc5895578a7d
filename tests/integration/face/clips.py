"""Synthetic clips and portraits for the engine's tests. Synthetic: made by demo.clips from public-domain portraits."""

from collections.abc import Iterator
from functools import cache, lru_cache

import cv2
import numpy as np

from app.domain.evidence import FrameReading
from app.domain.ids import VisitId
from app.services.ports import FaceEngine, Frame
from demo.clips.library import ClipKind, frames
from demo.clips.scene import FPS
from demo.portraits import astronaut, hopper

VISIT = VisitId("visit-1")
SEED = 1


@lru_cache(maxsize=2)
def pictures(kind: ClipKind, count: int = 100, seed: int = SEED) -> tuple[np.ndarray, ...]:
    """The first ``count`` frames of a synthetic clip; some 90 MB, so that only the last two are kept."""
    return tuple(frames(kind, seed, count=count))


def jpeg(image: np.ndarray, percent: int = 95) -> bytes:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, percent])[1])


@cache
def portrait() -> bytes:
    return jpeg(hopper())


@cache
def stranger() -> bytes:
    return jpeg(astronaut())


def frame(pixels: np.ndarray, number: int, *, fps: float = FPS, start_s: float = 100.0) -> Frame:
    height, width = pixels.shape[:2]
    return Frame(id=number, captured_s=start_s + number / fps, pixels=pixels, width=width, height=height)


def play(
    engine: FaceEngine, clip: tuple[np.ndarray, ...], *, fps: float = FPS, start: int = 0
) -> Iterator[FrameReading]:
    """Feed a clip to the engine's open visit."""
    for number, pixels in enumerate(clip, start=start):
        yield engine.analyse(VISIT, frame(pixels, number, fps=fps))


def last(readings: Iterator[FrameReading]) -> FrameReading:
    *_, reading = readings
    return reading
