"""How a synthetic clip moves and is lit: motion over time, hand-held light, sensor noise. Pure functions of a seed and of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from demo.portraits import Image

FPS = 20
SECONDS = 10.0
"""Length of one round of a clip; a file source plays it over and over."""
FRAMES = int(FPS * SECONDS)

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Wobble:
    """A smooth random motion: a few slow sines; periodic over the clip, so that the loop has no jump."""

    amplitudes: tuple[float, ...]
    phases: tuple[float, ...]

    @classmethod
    def make(cls, rng: Rng, size: float, parts: int = 4) -> "Wobble":
        """Sum of ``parts`` sines of whole periods per clip, about ``size`` in amplitude."""
        amplitudes = tuple(float(size * rng.uniform(0.4, 1.0) / (k + 1) ** 0.5) for k in range(parts))
        return cls(amplitudes, tuple(float(p) for p in rng.uniform(0, 2 * np.pi, parts)))

    def at(self, second: float) -> float:
        """The value at ``second``."""
        turn = 2 * np.pi * second / SECONDS
        return float(
            sum(
                a * np.sin((k + 1) * turn + p)
                for k, (a, p) in enumerate(zip(self.amplitudes, self.phases, strict=True))
            )
        )


def ease(second: float, keys: Sequence[tuple[float, float]]) -> float:
    """Value between (second, value) ``keys``, smoothly eased."""
    for (begin, low), (end, high) in pairwise(keys):
        if begin <= second <= end:
            part = (second - begin) / (end - begin)
            return low + (high - low) * part * part * (3 - 2 * part)
    return keys[-1][1]


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a sitting person does: turns the head to one side and the other, blinks, sways a little."""

    left: float
    right: float
    blinks: tuple[float, ...]
    sway_x: Wobble
    sway_y: Wobble
    yaw: Wobble
    pitch: Wobble

    @classmethod
    def make(cls, rng: Rng) -> "Sitting":
        """Turns of 19-24 degrees to either side (order by chance), three blinks."""
        sides = rng.uniform(19, 24, 2) * (1 if rng.random() < 0.5 else -1)
        blinks = (float(rng.uniform(0.5, 1.1)), float(rng.uniform(6.9, 7.6)), float(rng.uniform(8.4, 9.4)))
        return cls(
            float(sides[0]),
            float(-sides[1]),
            blinks,
            Wobble.make(rng, 2.5),
            Wobble.make(rng, 1.5),
            Wobble.make(rng, 1.2),
            Wobble.make(rng, 1.2),
        )

    def yaw_at(self, second: float) -> float:
        """Degrees."""
        there = ((0.0, 0.0), (1.4, 0.0), (2.7, self.left), (3.1, self.left), (4.2, 0.0), (4.5, 0.0))
        again = ((5.6, self.right), (6.0, self.right), (6.9, 0.0), (SECONDS, 0.0))
        keys = there + again
        return ease(second, keys) + self.yaw.at(second)

    def closed_at(self, second: float) -> float:
        """Lids 0 open … 1 shut: down in 80 ms, up in 150 ms."""
        for blink in self.blinks:
            after = second - blink
            if -0.08 <= after <= 0.18:
                return float(np.clip(1 + after / 0.08, 0, 1) if after <= 0 else np.clip(1.2 - after / 0.15, 0, 1))
        return 0.0


@dataclass(frozen=True, slots=True)
class Light:
    """Hand-held light changes and a cheap sensor."""

    gain: Wobble
    slope: Wobble
    noise: float

    @classmethod
    def make(cls, rng: Rng) -> "Light":
        """Gain within about ±6 %, a slow slope across the picture, noise of 2-4 grey levels."""
        return cls(Wobble.make(rng, 0.03), Wobble.make(rng, 0.03), float(rng.uniform(2.0, 4.0)))

    def apply(self, frame: Image, second: float, rng: Rng) -> Image:
        """The frame as the sensor gives it."""
        height, width = frame.shape[:2]
        across = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
        gain = np.float32(1 + self.gain.at(second)) + np.float32(self.slope.at(second)) * across
        grain = cv2.resize(rng.standard_normal((height // 2, width // 2, 3)).astype(np.float32), (width, height))
        lit = frame.astype(np.float32) * gain + grain * np.float32(self.noise * 1.5)
        return np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)


def room(width: int, height: int, rng: Rng) -> Image:
    """A plain wall with a soft gradient, for pictures held before the camera."""
    base = rng.uniform(130, 185) + rng.uniform(-14, 14, 3)
    rows = np.linspace(1.08, 0.85, height)[:, None, None]
    columns = np.linspace(0.95, 1.05, width)[None, :, None]
    return np.asarray(np.clip(base * rows * columns, 0, 255), dtype=np.uint8)


def lay(picture: Image, scene: Image, corners: np.ndarray[Any, np.dtype[np.float32]]) -> Image:
    """Lay ``picture`` into ``scene`` with its four corners (clockwise from the top left) at ``corners``, 4×2 pixels."""
    height, width = picture.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    size = (scene.shape[1], scene.shape[0])
    warped = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size, flags=cv2.INTER_LINEAR)
    share = mask.astype(np.float32)[:, :, None] / 255
    return np.asarray(warped * share + scene * (1 - share), dtype=np.uint8)


def plane_corners(
    *, centre: tuple[float, float], size: tuple[float, float], yaw: float, pitch: float, roll: float, far: float
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Corners (4×2 pixels) of a flat picture of ``size`` pixels, turned by degrees, seen from ``far`` pixels away."""
    half_w, half_h = size[0] / 2, size[1] / 2
    points = np.array([[-half_w, -half_h, 0], [half_w, -half_h, 0], [half_w, half_h, 0], [-half_w, half_h, 0]])
    a, b, c = np.deg2rad([yaw, pitch, roll])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    turned = points @ (about_z @ about_x @ about_y).T
    scale = far / (far - turned[:, 2:3])
    return np.asarray(turned[:, :2] * scale + np.array(centre), dtype=np.float32)
