"""Does the picture of the face come back, or does it never change at all? A recording fed in does one or the other.

A loop repeats pixels, not only a pose: against the frame one round earlier there is nothing but the sensor's noise, while a person, who
sways and breathes in many directions at once, never comes back to within that noise for long. So each new frame's face is compared, at
the same place of the picture and without its brightness, with all earlier frames of some seconds; runs of frames that repeat an earlier
run in the same order are followed (the rate may differ a little), and their distance is put in relation to how far the face moves in
0.3 s.
Measured figures: docs/decisions/0011-liveness-cues.md.
"""

from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np

from app.domain.evidence import Box, Cue, CueVerdict
from app.face.arrays import FloatArray, Image

FACE_PX, LONGEST_PX = 48, 240
"""The picture is shrunk until the face is so wide (which averages the noise away), and never left larger than this."""
EVERY_S, KEEP_S = 0.045, 8.0
"""Frames nearer together than the first are left out, older ones than the second forgotten."""
OLD_S, STEP_S = 1.0, 0.3
"""Younger frames are no repetition; the movement of so short a time is the measure."""
FADE_S = 0.25
"""Time constant of the averages along a run."""
MOST_STEP = 0.2
"""A fast movement counts as this much only: every two frames differ greatly then."""
REPEATS, REPEATS_S = 0.4, 0.25
"""Distance to the earlier run over the movement of STEP_S, for so long: loops measured at most 0.2, people at least 0.5."""
STILL = 0.12
"""Change of the face in the time watched, noise subtracted (0 none, 1.4 nothing alike): stills below 0.02, people above 0.3."""
_UNLIKE = 1.0
"""Squared distance from which a run starts: pictures of different moments."""


@dataclass
class EchoFold:
    """Compares the face with the frames of the last seconds: “motion” and “repetition”."""

    times: deque[float] = field(default_factory=deque)
    pictures: deque[FloatArray] = field(default_factory=deque)
    runs: FloatArray = field(default_factory=lambda: np.zeros(0))
    step: float = 0.0
    scale: float = 0.0
    steps: deque[float] = field(default_factory=lambda: deque(maxlen=200))
    moved: float = 0.0
    echo: float = 1.0
    echoed_s: float = 0.0
    seen: dict[int, float] = field(default_factory=dict)
    exact: int = 0

    def update(self, frame: Image, box: Box, at_s: float) -> None:
        """One more BGR frame with the face's box in it."""
        self._exactly(frame, at_s)
        if self.times and at_s - self.times[-1] < EVERY_S:
            return
        picture = self._shrunk(frame, box)
        if self.times and self.pictures[-1].shape == picture.shape:
            self._compare(picture, box, at_s)
        elif self.times:
            self.times.clear()
            self.pictures.clear()
        self.times.append(at_s)
        self.pictures.append(picture)
        self.runs = np.append(self.runs[: len(self.times) - 1], _UNLIKE)
        while self.times[0] < at_s - KEEP_S:
            self.times.popleft()
            self.pictures.popleft()
            self.runs = self.runs[1:]

    def _exactly(self, frame: Image, at_s: float) -> None:
        """Notice a picture that is byte for byte an earlier one: a camera's noise never repeats."""
        mark = hash(frame[::8, ::8].tobytes())
        if at_s - self.seen.setdefault(mark, at_s) >= OLD_S:
            self.exact += 1
        if len(self.seen) > 2000:
            self.seen.clear()

    def _shrunk(self, frame: Image, box: Box) -> FloatArray:
        """The grey picture, small, without what is common to a whole neighbourhood: light and shade."""
        if not self.scale:
            self.scale = min(FACE_PX / max(box.width, 1), LONGEST_PX / max(frame.shape[:2]))
        grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
        left = self.scale
        while left <= 0.5 and grey.shape[0] % 2 == grey.shape[1] % 2 == 0:  # halving exactly is five times as fast
            grey = cv2.resize(grey, (grey.shape[1] // 2, grey.shape[0] // 2), interpolation=cv2.INTER_AREA)
            left *= 2
        size = (max(round(frame.shape[1] * self.scale), 8), max(round(frame.shape[0] * self.scale), 8))
        small = cv2.GaussianBlur(cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32), (0, 0), 1.0)
        return np.asarray(small - cv2.GaussianBlur(small, (0, 0), 6.0), dtype=np.float32)

    def _compare(self, picture: FloatArray, box: Box, at_s: float) -> None:
        distances = self._distances(picture, box)
        ages = at_s - np.array(self.times)
        keep = float(np.exp(-min(ages[-1], 1.0) / FADE_S))
        before = int(np.argmin(np.abs(ages - STEP_S)))
        self.step = keep * self.step + (1 - keep) * float(distances[before])
        along = self.runs.copy()
        along[1:] = np.minimum(along[1:], self.runs[:-1])
        along[2:] = np.minimum(along[2:], self.runs[:-2])
        old = ages >= OLD_S
        self.runs = np.where(old, keep * along + (1 - keep) * distances, _UNLIKE)
        self.steps.append(float(distances[-1]))
        if not old.any():
            return
        change = float(np.quantile(distances[old], 0.9)) - 1.15 * float(np.median(self.steps))
        self.moved = max(self.moved, float(np.sqrt(max(change, 0.0))))
        ratio = float(np.sqrt(self.runs.min() / max(min(self.step, MOST_STEP**2), 1e-6)))
        self.echo = min(self.echo, ratio)
        self.echoed_s += float(min(ages[-1], 0.25)) if ratio < REPEATS else 0.0

    def _distances(self, picture: FloatArray, box: Box) -> FloatArray:
        """Squared distance of the face in ``picture`` to the same place of every kept one, contrast evened out: 0 the same, 2 unlike."""
        rows, columns = picture.shape
        left, top = (int(np.clip(round(v * self.scale), 0, most - 4)) for v, most in ((box.x, columns), (box.y, rows)))
        right, bottom = left + max(round(box.width * self.scale), 4), top + max(round(box.height * self.scale), 4)
        kept = np.stack([item[top:bottom, left:right].ravel() for item in self.pictures])
        now = picture[top:bottom, left:right].ravel()
        kept /= np.linalg.norm(kept, axis=1, keepdims=True) + 1e-6
        return np.maximum(2 - 2 * kept @ (now / (np.linalg.norm(now) + 1e-6)), 0.0)

    def cues(self) -> tuple[Cue, Cue]:
        """“motion” (LIVE: the face moves at all) and “repetition” (LIVE: nothing came back)."""
        motion = CueVerdict.LIVE if self.moved > STILL else CueVerdict.UNSURE
        if self.exact >= 8:
            motion = CueVerdict.ATTACK
        repeats = CueVerdict.UNSURE if self.echoed_s >= REPEATS_S else CueVerdict.LIVE
        return Cue(name="motion", value=self.moved, verdict=motion), Cue(
            name="repetition", value=self.echo, verdict=repeats
        )
