"""The smaller liveness cues: blink and screen. Each folds frames over time and says one thing."""

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
