"""Passive texture models of a model pack (for example the MiniFASNet pair): one crop each, probability that the face is real."""

from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np

from app.domain.evidence import Box, Cue, CueVerdict
from app.face.arrays import Image
from app.face.models import Network

REAL, FAKE = 0.5, 0.1
"""Mean probability over the frames: above the first live, below the second an attack. Prints and the replayed video measured below 0.02,
living faces above 0.8, synthetic living heads (no skin) down to 0.22."""
FRAMES = 5
SIDES = (1.0, 1.08, 1.16)
"""The models were trained on squarer boxes than the mesh's: squares of the mesh's height times these, in turn from look to look (the
least certain of NUAA's live sequences rose from 0.62 to 0.8 by it, the prints stayed below 0.01)."""


@dataclass
class PassiveFold:
    """Averages the networks' answers over the last frames. Without networks the cue is ABSENT."""

    networks: tuple[Network, ...] = ()
    values: deque[float] = field(default_factory=lambda: deque(maxlen=40))
    looks: int = 0

    def update(self, frame: Image, box: Box) -> None:
        if not self.networks:
            return
        answers, square = [], _square(box, SIDES[self.looks % len(SIDES)])
        self.looks += 1
        for network in self.networks:
            options = network.spec.options
            crop = _crop(frame, square, float(options.get("scale", 2.7)), network.spec.width, network.spec.height)
            logits = network.run(crop)[0].ravel()
            exp = np.exp(logits - logits.max()) if options.get("softmax", True) else logits
            answers.append(float((exp / exp.sum())[int(options.get("live_index", 1))]))
        self.values.append(float(np.mean(answers)))

    def cue(self) -> Cue:
        if not self.networks or len(self.values) < FRAMES:
            return Cue(name="passive", value=0.0, verdict=CueVerdict.ABSENT)
        mean = float(np.mean(self.values))
        verdict = CueVerdict.LIVE if mean >= REAL else CueVerdict.ATTACK if mean <= FAKE else CueVerdict.UNSURE
        return Cue(name="passive", value=mean, verdict=verdict)


def _square(box: Box, share: float) -> Box:
    """The square about the box's centre whose side is ``share`` of its height."""
    side = max(round(max(box.height, box.width * 0.8) * share), 2)
    return Box(
        x=round(box.x + (box.width - side) / 2), y=round(box.y + (box.height - side) / 2), width=side, height=side
    )


def _crop(frame: Image, box: Box, scale: float, width: int, height: int) -> Image:
    """The box grown ``scale`` times about its centre, shifted to stay inside the frame, resized (as the models were trained)."""
    frame_height, frame_width = frame.shape[:2]
    scale = min(scale, (frame_width - 1) / box.width, (frame_height - 1) / box.height)
    wide, high = box.width * scale, box.height * scale
    left = float(np.clip(box.x + box.width / 2 - wide / 2, 0, frame_width - wide))
    top = float(np.clip(box.y + box.height / 2 - high / 2, 0, frame_height - high))
    part = frame[int(top) : int(top + high) + 1, int(left) : int(left + wide) + 1]
    return np.asarray(cv2.resize(part, (width, height)), dtype=np.uint8)
