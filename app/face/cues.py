"""The smaller liveness cues: blink, stillness, repetition, screen. Each folds frames over time and says one thing."""

from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np

from app.domain.evidence import Cue, CueVerdict
from app.face import geometry
from app.face.arrays import FloatArray, Image

# ---------------------------------------------------------------- blink

BLINK_SHUT, BLINK_OPEN = 0.72, 0.85
"""Share of the person's own open eye: a blink goes below the first and comes back above the second …"""
BLINK_MAX_S = 0.7
"""… within this time. Absolute limits would shut out narrow old eyes."""


@dataclass
class BlinkFold:
    """Looks for a blink relative to the person's own open eye. Never required: it can only speak for the person."""

    openings: deque[float] = field(default_factory=lambda: deque(maxlen=120))
    shut_since: float | None = None
    blinks: int = 0
    lowest: float = 1.0

    @property
    def open_eye(self) -> float | None:
        """The person's own open eye aspect ratio, None in the first frames."""
        return float(np.quantile(self.openings, 0.8)) if len(self.openings) >= 5 else None

    def update(self, mesh: FloatArray, at_s: float) -> None:
        yaw, pitch, _ = geometry.angles(mesh)
        if max(abs(yaw), abs(pitch)) > 22:
            self.shut_since = None
            return
        opening = geometry.eye_openness(mesh)
        base = self.open_eye
        self.openings.append(opening)
        if base is None:
            return
        share = opening / max(base, 1e-3)
        self.lowest = min(self.lowest, share)
        if share < BLINK_SHUT:
            self.shut_since = at_s if self.shut_since is None else self.shut_since
        elif share > BLINK_OPEN and self.shut_since is not None:
            self.blinks += at_s - self.shut_since <= BLINK_MAX_S
            self.shut_since = None

    def cue(self) -> Cue:
        verdict = CueVerdict.LIVE if self.blinks else CueVerdict.UNSURE
        return Cue(name="blink", value=float(self.blinks), verdict=verdict)


# ---------------------------------------------------------------- stillness and repetition

MOTION_S = 3.0
STILL_MOVE = 0.07
"""Eye distances: a sitting person's head wanders more than this within MOTION_S, a fed still picture less."""
REPEATS = 0.15
"""Residual share below which the movement counts as a repetition: loops measured at most 0.10 after 4.5 s, people at least 0.22."""
SMOOTH = 9
"""Steps over which the movement is averaged first: what differs between two rounds of a loop is the landmarks' noise."""
OVERLAP = 24
"""Steps of 0.05 s that must overlap to speak of a repetition."""
SAME_FRAMES_S = 1.0
"""Exactly the same picture for so long, or coming back after so long, was fed, not filmed."""


@dataclass
class MotionFold:
    """Does the face move at all, and does its movement repeat exactly (a short clip fed over and over)?"""

    track: deque[tuple[float, FloatArray]] = field(default_factory=lambda: deque(maxlen=300))
    seen: dict[int, float] = field(default_factory=dict)
    exact: int = 0
    started_s: float | None = None
    frames: int = 0
    _repetition: tuple[int, float] = (0, 1.0)

    def look(self, frame: Image, at_s: float) -> None:
        """Notice a picture that is byte for byte an earlier one: a camera's noise never repeats."""
        mark = hash(frame[::8, ::8].tobytes())
        first = self.seen.setdefault(mark, at_s)
        if at_s - first >= SAME_FRAMES_S:
            self.exact += 1
        if len(self.seen) > 2000:
            self.seen.clear()

    def update(self, mesh: FloatArray, at_s: float) -> None:
        self.started_s = at_s if self.started_s is None else self.started_s
        self.frames += 1
        five = geometry.five_from_mesh(mesh)
        eye = max(float(np.linalg.norm(five[0] - five[1])), 1e-6)
        centre = five.mean(axis=0)
        yaw, pitch, roll = geometry.angles(mesh)
        pose = np.array([yaw, pitch, roll]) / 60.0
        self.track.append((at_s, np.concatenate([centre / eye, [np.log(eye)], pose, [geometry.eye_openness(mesh)]])))

    def moved(self) -> float:
        """How far the face wandered in the last MOTION_S seconds, in eye distances (smoothed against noise)."""
        if len(self.track) < 8:
            return 0.0
        end = self.track[-1][0]
        rows = np.stack([row for at, row in self.track if end - at <= MOTION_S])
        if len(rows) < 8:
            return 0.0
        smooth = np.stack([np.convolve(rows[:, i], np.ones(5) / 5, "valid") for i in range(2)], axis=1)
        return float(np.linalg.norm(np.ptp(smooth, axis=0)))

    def repetition(self) -> float:
        """Smallest residual variance of the movement against itself some time earlier: near 0 when it repeats exactly."""
        times = np.array([at for at, _ in self.track])
        if len(times) < 12 or times[-1] - times[0] < 3.0:
            return 1.0
        grid = np.arange(times[0], times[-1], 0.05)
        rows = np.stack([row for _, row in self.track])
        even = np.stack([np.interp(grid, times, rows[:, i]) for i in range(rows.shape[1])], axis=1)
        kernel = np.ones(SMOOTH) / SMOOTH
        even = np.stack([np.convolve(column, kernel, "valid") for column in even.T], axis=1)
        best = 1.0
        for lag in range(16, len(even) - OVERLAP):
            now, then = even[lag:], even[:-lag]
            spread = np.var(now, axis=0) + 1e-9
            best = min(best, float(np.median(np.var(now - then, axis=0) / (2 * spread))))
        return best

    def cues(self) -> tuple[Cue, Cue]:
        """“motion” and “repetition”."""
        moved = self.moved()
        motion = CueVerdict.LIVE if moved > STILL_MOVE else CueVerdict.UNSURE
        if self.exact >= 8:
            motion = CueVerdict.ATTACK
        if self.frames - self._repetition[0] >= 10:
            self._repetition = (self.frames, self.repetition())
        share = self._repetition[1]
        repeats = CueVerdict.UNSURE if share < REPEATS else CueVerdict.LIVE
        return Cue(name="motion", value=moved, verdict=motion), Cue(name="repetition", value=share, verdict=repeats)


# ---------------------------------------------------------------- screen

SCREEN_SIDE = 128
SCREEN_DOUBT, SCREEN_SURE, SCREEN_FRAMES = 42.0, 140.0, 6
"""Peak over ring: real faces stayed below 36, synthetic screens above 60 (docs/decisions/0011-liveness-cues.md)."""


@dataclass
class ScreenFold:
    """Regular fine patterns on the face (the beat of two pixel grids): a screen before the camera.

    Power spectra of the face at the frame's own resolution are averaged over frames; a peak far above its ring of equal frequency is
    no skin. Multiples of 1/8 along the axes are left out: JPEG blocks.
    """

    power: FloatArray | None = None
    count: int = 0

    def update(self, frame: Image, mesh: FloatArray) -> None:
        side = SCREEN_SIDE
        centre = mesh[[geometry.NOSE_TIP, 50, 280, 6], :2].mean(axis=0)
        left, top = int(centre[0] - side / 2), int(centre[1] - side / 2)
        patch = frame[max(top, 0) : top + side, max(left, 0) : left + side]
        if patch.shape[:2] != (side, side):
            return
        grey = cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY).astype(np.float32)
        grey -= cv2.GaussianBlur(grey, (0, 0), 3)
        spectrum = np.abs(np.fft.rfft2(grey * _WINDOW)) ** 2
        power = spectrum / (spectrum.mean() + 1e-6)
        self.power = power if self.power is None else self.power + power
        self.count += 1

    def peak(self) -> float:
        """Highest peak over the median of its ring, 0 without frames."""
        if self.power is None:
            return 0.0
        best = 0.0
        for ring in _RINGS:
            values = self.power[ring]
            best = max(best, float(values.max() / (np.median(values) + 1e-9)))
        return best

    def cue(self) -> Cue:
        """LIVE here only means that no screen was seen."""
        peak = self.peak()
        if self.count < SCREEN_FRAMES:
            verdict = CueVerdict.ABSENT
        elif peak >= SCREEN_SURE:
            verdict = CueVerdict.ATTACK
        else:
            verdict = CueVerdict.UNSURE if peak >= SCREEN_DOUBT else CueVerdict.LIVE
        return Cue(name="screen", value=peak, verdict=verdict)


_WINDOW = np.outer(np.hanning(SCREEN_SIDE), np.hanning(SCREEN_SIDE)).astype(np.float32)


def _rings() -> list[FloatArray]:
    rows = np.fft.fftfreq(SCREEN_SIDE)[:, None]
    columns = np.fft.rfftfreq(SCREEN_SIDE)[None, :]
    radius = np.hypot(rows, columns)
    blocks = np.zeros(radius.shape, dtype=bool)
    for k in range(5):
        blocks |= (
            (np.abs(np.abs(rows) - k / 8) < 0.012) & (np.abs(columns - 0) < 1.0) & (np.abs(columns % 0.125) < 0.012)
        )
    return [(radius >= low) & (radius < low + 0.03) & ~blocks for low in np.arange(0.12, 0.48, 0.03)]


_RINGS = _rings()
