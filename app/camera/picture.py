"""What a driver gives becomes a Frame; and whether a run of pictures is black or frozen. Pure, no driver here."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.services.ports import Frame

Image = npt.NDArray[np.uint8]

BLACK_LUMA = 10.0
BLACK_SPREAD = 5.0
"""A covered lens gives nearly nothing, everywhere; a dark room still has a brighter spot."""
BLACK_S = 1.0
"""A camera that has just been opened may take this long to find its exposure."""
FROZEN_S = 1.5
"""A live sensor's noise never repeats; equal pictures for this long come from a stuck driver."""
GRID = 24
"""The picture is looked at on a grid of about this many points a side."""


def to_frame(raw: Any, *, frame_id: int, captured_s: float) -> Frame:
    """Copy out of the driver's memory as H×W×3 uint8 BGR; greyscale and BGRA are converted."""
    pixels: Image = np.asarray(raw, dtype=np.uint8)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    own = np.array(pixels[:, :, :3], dtype=np.uint8, order="C", copy=True)
    height, width = own.shape[:2]
    return Frame(id=frame_id, captured_s=captured_s, pixels=own, width=width, height=height)


@dataclass(slots=True)
class PictureWatch:
    """Folds frames into a fault code.

    Attributes:
        black_since, same_since: monotonic seconds since when the picture is black, or equal to the last one.
        last: the grid of the last picture.
    """

    black_since: float | None = None
    same_since: float | None = None
    last: Image | None = None

    def fault(self, frame: Frame) -> str | None:
        """``camera.black``, ``camera.frozen`` or None after one more frame."""
        step_y, step_x = max(frame.height // GRID, 1), max(frame.width // GRID, 1)
        grid: Image = frame.pixels[::step_y, ::step_x].copy()
        dark = float(grid.mean()) < BLACK_LUMA and float(np.percentile(grid, 99)) < BLACK_LUMA + 3 * BLACK_SPREAD
        self.black_since = _since(self.black_since, dark, frame.captured_s)
        same = self.last is not None and self.last.shape == grid.shape and bool(np.array_equal(self.last, grid))
        self.same_since = _since(self.same_since, same, frame.captured_s)
        self.last = grid
        if self.black_since is not None and frame.captured_s - self.black_since >= BLACK_S:
            return "camera.black"
        if self.same_since is not None and frame.captured_s - self.same_since >= FROZEN_S:
            return "camera.frozen"
        return None


def _since(since: float | None, holds: bool, now_s: float) -> float | None:
    if not holds:
        return None
    return now_s if since is None else since
