"""Frames of each kind of synthetic clip: the live head, and what a cheat would hold before the camera.

Each function returns the frame at a moment before light and noise, HEIGHT×WIDTH×3 uint8 BGR.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from demo.clips.head import HEIGHT, WIDTH, head, pose
from demo.clips.scene import SECONDS, Rng, Sitting, Wobble, ease, lay, plane_corners, room
from demo.portraits import Image

FrameAt = Callable[[float], Image]
Corners = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand that holds something: position, distance and tilt tremble."""

    x: Wobble
    y: Wobble
    size: Wobble
    yaw: Wobble
    pitch: Wobble
    roll: Wobble

    @classmethod
    def make(cls, rng: Rng, *, move: float, tilt: float) -> "Hand":
        """``move`` pixels and ``tilt`` degrees of tremble."""
        tilts = [Wobble.make(rng, tilt) for _ in range(2)]
        return cls(
            Wobble.make(rng, move),
            Wobble.make(rng, move * 0.7),
            Wobble.make(rng, move / 400),
            tilts[0],
            tilts[1],
            Wobble.make(rng, tilt * 0.6),
        )

    def corners(self, second: float, *, size: tuple[float, float], yaw: float = 0.0) -> Corners:
        """Where the held thing's corners are."""
        grow = 1 + self.size.at(second)
        return plane_corners(
            centre=(WIDTH / 2 + self.x.at(second), HEIGHT / 2 + self.y.at(second)),
            size=(size[0] * grow, size[1] * grow),
            yaw=yaw + self.yaw.at(second),
            pitch=self.pitch.at(second),
            roll=self.roll.at(second),
            far=WIDTH * 1.6,
        )


def live(person: str, rng: Rng) -> FrameAt:
    """A sitting person."""
    model, sitting = head(person, float(rng.uniform(0.38, 0.46))), Sitting.make(rng)

    def frame(second: float) -> Image:
        return pose(
            model,
            yaw=sitting.yaw_at(second),
            pitch=sitting.pitch.at(second),
            closed=sitting.closed_at(second),
            shift=(sitting.sway_x.at(second), sitting.sway_y.at(second)),
        )

    return frame


def _print_of(person: str, rng: Rng) -> Image:
    """A printed photograph of the portrait with a white border: paler, less sharp."""
    frontal = head(person, 0.5).picture[:, 120:520]
    paper = cv2.GaussianBlur(frontal, (0, 0), 0.7).astype(np.float32) * 0.82 + float(rng.uniform(18, 34))
    white = cv2.copyMakeBorder(paper.astype(np.uint8), 14, 14, 14, 14, cv2.BORDER_CONSTANT, value=(226, 228, 230))
    return np.asarray(white, np.uint8)


def _held_print(person: str, rng: Rng, *, move: float, tilt: float, swing: float, bend: float = 0.0) -> FrameAt:
    paper, wall, hand = _print_of(person, rng), room(WIDTH, HEIGHT, rng), Hand.make(rng, move=move, tilt=tilt)
    side = 1 if rng.random() < 0.5 else -1

    def frame(second: float) -> Image:
        keys = (
            (0.0, 0.0),
            (1.2, 0.0),
            (3.0, side * swing),
            (5.0, 0.0),
            (7.0, -side * swing),
            (9.0, 0.0),
            (SECONDS, 0.0),
        )
        sheet = _bent(paper, bend * (0.6 + 0.4 * np.sin(2 * np.pi * second / SECONDS))) if bend else paper
        return lay(sheet, wall, hand.corners(second, size=(400, 460), yaw=ease(second, keys)))

    return frame


def _bent(paper: Image, bend: float) -> Image:
    """The sheet bent about its upright middle: columns squeezed towards the edges, edges shifted down by perspective."""
    height, width = paper.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)
    angle = across * np.float32(bend)
    sampled = np.sin(angle) / np.sin(np.float32(bend))
    columns = np.interp(across, sampled, np.arange(width)).astype(np.float32)
    grow = 1 - 0.12 * (1 - np.cos(angle))
    rows = (np.arange(height, dtype=np.float32)[:, None] - height / 2) / grow[None, :].astype(np.float32) + height / 2
    return np.asarray(
        cv2.remap(paper, np.repeat(columns[None, :], height, axis=0), rows.astype(np.float32), cv2.INTER_LINEAR),
        np.uint8,
    )


def print_flat(person: str, rng: Rng) -> FrameAt:
    """A photo held as still as a hand can."""
    return _held_print(person, rng, move=2.5, tilt=1.0, swing=0.0)


def print_waved(person: str, rng: Rng) -> FrameAt:
    """A photo waved about."""
    return _held_print(person, rng, move=26.0, tilt=6.0, swing=8.0)


def print_tilted(person: str, rng: Rng) -> FrameAt:
    """A photo turned up to 40 degrees to either side, as if a head turned."""
    return _held_print(person, rng, move=4.0, tilt=1.5, swing=float(rng.uniform(30, 40)))


def print_bent(person: str, rng: Rng) -> FrameAt:
    """A photo bent about its upright middle and swung."""
    return _held_print(person, rng, move=5.0, tilt=2.0, swing=18.0, bend=float(rng.uniform(0.5, 0.9)))


def print_eyes_cut(person: str, rng: Rng) -> FrameAt:
    """A photo with the eyes cut out and living lids behind: it blinks, but stays flat."""
    model, sitting = head(person, 0.5), Sitting.make(rng)
    wall, hand = room(WIDTH, HEIGHT, rng), Hand.make(rng, move=4.0, tilt=2.0)

    def frame(second: float) -> Image:
        blinking = pose(model, closed=sitting.closed_at(second))[:, 120:520]
        paper = cv2.GaussianBlur(blinking, (0, 0), 0.7).astype(np.float32) * 0.82 + 26
        return lay(paper.astype(np.uint8), wall, hand.corners(second, size=(390, 468), yaw=12 * np.sin(second)))

    return frame


def _screen(
    source: FrameAt, rng: Rng, *, pitch_px: float, size: tuple[float, float], bezel: int, move: float
) -> FrameAt:
    """A screen that plays ``source``: bezel, pixel-grid beat (moiré), rolling bands, a reflection, bluish light."""
    wall, hand = room(WIDTH, HEIGHT, rng), Hand.make(rng, move=move, tilt=0.8)
    angle, roll, strength = rng.uniform(0.02, 0.14), rng.uniform(0.7, 2.0), rng.uniform(0.05, 0.09)
    spot = (int(rng.uniform(0.2, 0.8) * WIDTH), int(rng.uniform(0.15, 0.4) * HEIGHT))
    columns, rows = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
    beat = np.sin(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / pitch_px)
    beat = beat * np.sin(2 * np.pi * (rows * np.cos(angle) - columns * np.sin(angle)) / (pitch_px * 1.07))
    beat = beat.astype(np.float32)
    glare = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.ellipse(glare, spot, (70, 34), float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    glare = cv2.GaussianBlur(glare, (0, 0), 22) * np.float32(rng.uniform(35, 70))

    def frame(second: float) -> Image:
        shown = source(second).astype(np.float32) * np.array([1.06, 1.0, 0.94], dtype=np.float32)
        band = 1 + 0.035 * np.sin(2 * np.pi * (rows / HEIGHT * 1.5 + second * roll))
        shown = shown * ((1 + strength * beat) * band)[:, :, None] + glare[:, :, None]
        picture = np.clip(shown, 0, 255).astype(np.uint8)
        framed = np.asarray(
            cv2.copyMakeBorder(picture, bezel, bezel, bezel, bezel, cv2.BORDER_CONSTANT, value=(18, 18, 20)), np.uint8
        )
        return lay(framed, wall, hand.corners(second, size=size))

    return frame


def replay_phone(person: str, rng: Rng) -> FrameAt:
    """A recording of the living person on a hand-held telephone, its middle cut out upright."""
    whole = live(person, rng)
    return _screen(
        lambda second: cv2.resize(whole(second)[:, 140:500], (WIDTH, HEIGHT)).astype(np.uint8),
        rng,
        pitch_px=float(rng.uniform(3.2, 4.4)),
        size=(300, 450),
        bezel=22,
        move=6.0,
    )


def replay_tablet(person: str, rng: Rng) -> FrameAt:
    """A recording on a hand-held tablet that nearly fills the picture."""
    pitch = float(rng.uniform(3.6, 5.2))
    return _screen(live(person, rng), rng, pitch_px=pitch, size=(600, 460), bezel=16, move=4.0)


def replay_monitor(person: str, rng: Rng) -> FrameAt:
    """A recording on a standing monitor larger than the picture: no bezel to be seen."""
    pitch = float(rng.uniform(4.4, 7.0))
    return _screen(live(person, rng), rng, pitch_px=pitch, size=(720, 540), bezel=4, move=0.6)


def still(person: str, rng: Rng) -> FrameAt:
    """One frame fed for ever."""
    frozen = pose(head(person, float(rng.uniform(0.38, 0.46))))
    return lambda _second: frozen


def loop(person: str, rng: Rng) -> FrameAt:
    """Two seconds of the living person fed over and over."""
    whole = live(person, rng)
    return lambda second: whole(second % 2.0)
