"""One short sentence of coaching at a time, steady: a hint changes only when another has held for a while."""

from dataclasses import dataclass

from app.domain.evidence import FrameQuality, FrameReading, Hint, LivenessVerdict

HOLD_S = 0.7
"""A new hint must hold this long before it replaces the shown one."""
SHOW_S = 1.2
"""A shown hint stays at least this long, so that an old person can read it."""
FACE_NEAR, FACE_FAR = 0.75, 0.20
OFFSET = 0.22
DARK, BRIGHT = 55.0, 225.0
BACKLIGHT = 80.0
SHARP = 25.0
GLARE = 0.12
COVERED = 0.7
HAT_WORN = 0.5
"""Probability of a hat from which it is asked for; bench.hat measures how often a bare head is."""
HAT_PATIENCE_S = 8.0
"""Whoever keeps the hat on for so long after being asked has a reason, and is not asked again in this capture."""
LOOK_AWAY_DEG = 30.0
WIDER = 0.85
"""Hysteresis: while a hint is shown its limit is drawn in by this factor, so that the edge does not flicker."""


def raw_hint(reading: FrameReading, shown: Hint | None = None, *, hats: bool = True) -> Hint:
    """The most important thing wrong in this one frame; ``shown`` tightens the limit of the hint now on screen.

    ``hats``: whether a hat is still asked for.
    """
    if reading.faces == 0 or reading.quality is None:
        return Hint.NO_FACE
    if reading.faces > 1:
        return Hint.TWO_FACES
    wrong = _place(reading.quality, shown) or _light(reading.quality, shown) or _face(reading.quality, shown)
    if wrong is None and hats and reading.quality.hat > HAT_WORN * _slack(Hint.HAT, shown):
        wrong = Hint.HAT
    if wrong is not None:
        return wrong
    wants_turn = reading.liveness is LivenessVerdict.UNSURE and reading.frames_pooled > 0 and not reading.done
    return Hint.TURN_SLOWLY if wants_turn else Hint.GOOD


def _slack(hint: Hint, shown: Hint | None) -> float:
    return WIDER if hint is shown else 1.0


def _place(q: FrameQuality, shown: Hint | None) -> Hint | None:
    if q.face_share * _slack(Hint.CLOSER, shown) < FACE_FAR:
        return Hint.CLOSER
    if q.face_share > FACE_NEAR * _slack(Hint.FARTHER, shown):
        return Hint.FARTHER
    if max(abs(q.offset_x), abs(q.offset_y)) > OFFSET * _slack(Hint.CENTRE, shown):
        return Hint.CENTRE
    return None


def _light(q: FrameQuality, shown: Hint | None) -> Hint | None:
    if q.background_brightness - q.brightness > BACKLIGHT * _slack(Hint.BACKLIGHT, shown):
        return Hint.BACKLIGHT
    if q.brightness * _slack(Hint.TOO_DARK, shown) < DARK:
        return Hint.TOO_DARK
    if q.brightness > BRIGHT * _slack(Hint.TOO_BRIGHT, shown):
        return Hint.TOO_BRIGHT
    return None


def _face(q: FrameQuality, shown: Hint | None) -> Hint | None:
    if q.mouth_hidden > COVERED * _slack(Hint.MASK, shown):
        return Hint.MASK
    if q.eyes_hidden > COVERED * _slack(Hint.EYES_HIDDEN, shown):
        return Hint.EYES_HIDDEN
    if q.glare > GLARE * _slack(Hint.GLARE, shown):
        return Hint.GLARE
    if q.sharpness * _slack(Hint.BLURRED, shown) < SHARP:
        return Hint.BLURRED
    if max(abs(q.yaw), abs(q.pitch)) > LOOK_AWAY_DEG * _slack(Hint.LOOK_HERE, shown):
        return Hint.LOOK_HERE
    return None


@dataclass(slots=True)
class Coach:
    """Folds readings into the sentence on screen.

    Attributes:
        shown: the hint on screen, None before the first reading.
        since: monotonic seconds when it came on.
        wanted: the hint that would replace it, and ``wanted_since`` when it was first wanted.
        hat_asked_s: when a hat was first asked for in this capture, None before.
    """

    shown: Hint | None = None
    since: float = 0.0
    wanted: Hint | None = None
    wanted_since: float = 0.0
    hat_asked_s: float | None = None

    def next(self, reading: FrameReading) -> Hint:
        """The hint to show after ``reading``; time is the frame's own."""
        now = reading.captured_s
        hats = self.hat_asked_s is None or now - self.hat_asked_s < HAT_PATIENCE_S
        hint = raw_hint(reading, self.shown, hats=hats)
        if self.shown is None:
            self.shown, self.since = hint, now
        elif hint is self.shown:
            self.wanted = None
        elif hint is not self.wanted:
            self.wanted, self.wanted_since = hint, now
        elif now - self.wanted_since >= HOLD_S and now - self.since >= SHOW_S:
            self.shown, self.since, self.wanted = hint, now, None
        if self.shown is Hint.HAT and self.hat_asked_s is None:
            self.hat_asked_s = now
        return self.shown


LIT_BELOW, DIM_AGAIN = 70.0, 130.0
"""Brightness of the face below which the window gives light, and above which it need not any more (its own light included)."""
LIGHT_AFTER_S, DARK_AFTER_S = 1.0, 3.0


@dataclass(slots=True)
class Lamp:
    """Whether the window gives light: soon when the face sits in the dark or against the light, off again late.

    Attributes:
        lit: what ``next`` said last.
        since: when the reading first spoke for the other state, None while it does not.
    """

    lit: bool = False
    since: float | None = None

    def next(self, reading: FrameReading) -> bool:
        """Fold one reading; without a face everything stays as it is."""
        q = reading.quality
        if q is None:
            return self.lit
        dark = q.brightness < LIT_BELOW or (
            q.background_brightness - q.brightness > BACKLIGHT and q.brightness < DIM_AGAIN
        )
        other = q.brightness > DIM_AGAIN if self.lit else dark
        if not other:
            self.since = None
        elif self.since is None:
            self.since = reading.captured_s
        elif reading.captured_s - self.since >= (DARK_AFTER_S if self.lit else LIGHT_AFTER_S):
            self.lit, self.since = not self.lit, None
        return self.lit
