"""Requests to the person before the camera, offered when the passive liveness cues stay unsure: pure folding over readings.

A recording does what it did when it was made; only somebody who sits here turns to the side that is asked for, after it was asked.
There is no count-down: a request waits as long as the person needs. An unanswered request proves nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from app.domain.evidence import FrameQuality, FrameReading

NEUTRAL_DEG = 8.0
"""A request is put only while the face looks ahead."""
TURN_DEG, NOD_DEG = 14.0, 9.0
"""How far the asked movement must go from where the face looked when it was asked; little enough for an old neck."""
MOUTH_GAP = 0.2
"""Eye distances by which the lips must part more than when it was asked; talking people measured at most 0.15 in all."""
HOLD_FRAMES = 3
REACTION_S = 0.25
"""A movement that was already under way when it was asked for is no answer."""
ENOUGH = 2
"""Answered requests that make a person present: by chance a recording does the right thing once."""


class Challenge(Enum):
    """What is asked (words, sound and drawing belong to the window). Left is the person's own left."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    OPEN_MOUTH = "open_mouth"


@dataclass
class ChallengeFold:
    """One request after the other, in an order nobody can foresee.

    Attributes:
        pick: chooses the next request; bootstrap gives ``secrets.choice``, tests a fixed one.
        asked: the request on screen, None between two.
        answered: requests that were followed; ``wrong`` movements to the other side (a recording's mark).
    """

    pick: Callable[[Sequence[Challenge]], Challenge]
    asked: Challenge | None = None
    answered: list[Challenge] = field(default_factory=list)
    wrong: int = 0
    _asked_s: float = 0.0
    _from: tuple[float, float, float] = (0.0, 0.0, 0.0)
    _held: int = 0
    _track: int | None = None

    def next(self, reading: FrameReading) -> Challenge | None:
        """Take a reading in; returns the request to show, None while the face comes back to the middle or all is answered."""
        if self._track is not None and reading.track_id != self._track:
            self.asked, self.answered, self.wrong, self._held = None, [], 0, 0
        self._track = reading.track_id
        quality = reading.quality
        if quality is None or reading.faces != 1 or self.present:
            return self.asked
        if self.asked is None:
            self._ask(quality, reading.captured_s)
        elif reading.captured_s - self._asked_s >= REACTION_S:
            self._watch(quality)
        return self.asked

    @property
    def present(self) -> bool:
        """Enough requests were followed, more than were done the wrong way round."""
        return len(self.answered) - self.wrong >= ENOUGH

    def _ask(self, quality: FrameQuality, at_s: float) -> None:
        if max(abs(quality.yaw), abs(quality.pitch)) > NEUTRAL_DEG:
            return
        last = self.answered[-1] if self.answered else None
        self.asked = self.pick([item for item in Challenge if item is not last])
        self._asked_s, self._from, self._held = at_s, (quality.yaw, quality.pitch, quality.mouth_open), 0

    def _watch(self, quality: FrameQuality) -> None:
        yaw, pitch = quality.yaw - self._from[0], quality.pitch - self._from[1]
        moved = {
            Challenge.TURN_LEFT: yaw >= TURN_DEG,
            Challenge.TURN_RIGHT: yaw <= -TURN_DEG,
            Challenge.NOD: abs(pitch) >= NOD_DEG,
            Challenge.OPEN_MOUTH: quality.mouth_open - self._from[2] >= MOUTH_GAP,
        }
        assert self.asked is not None
        turned = moved[Challenge.TURN_LEFT] or moved[Challenge.TURN_RIGHT]
        if not moved[self.asked] and not turned:
            self._held = 0
            return
        self._held += 1
        if self._held >= HOLD_FRAMES:
            if moved[self.asked]:
                self.answered.append(self.asked)
            else:
                self.wrong += 1
            self.asked = None
