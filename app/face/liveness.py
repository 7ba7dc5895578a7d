"""All liveness cues of one sitting, fused into a verdict that can be explained cue by cue.

The rule, in words: LIVE needs a head that was seen to turn in three dimensions, or, with a model pack, skin that its passive models believe
in; and a few seconds' watching, movement that is neither absent nor repeating, and no doubt from the screen and frame cues. ATTACK needs
a cue that is sure of one. Everything else is UNSURE, and UNSURE goes to the clerk, never to a refusal.
"""

from dataclasses import dataclass, field

from app.domain.evidence import Box, Cue, CueVerdict, LivenessVerdict
from app.face.arrays import FloatArray, Image
from app.face.cues import BlinkFold, ScreenFold
from app.face.depth import DepthFold
from app.face.echo import EchoFold
from app.face.frame_cue import FrameFold
from app.face.models import Network
from app.face.passive import PassiveFold

WATCH_S = 3.6
"""Nobody is called live, and no capture is over, before: a short recording fed in a loop shows itself in this time."""
TEXTURE_S = 0.14
"""Seconds between looks of the screen, frame and passive cues: they cost more and change slowly."""


@dataclass
class LivenessFold:
    """Liveness evidence of one tracked person; a new person gets a new fold."""

    networks: tuple[Network, ...] = ()
    depth: DepthFold = field(default_factory=DepthFold)
    blink: BlinkFold = field(default_factory=BlinkFold)
    motion: EchoFold = field(default_factory=EchoFold)
    screen: ScreenFold = field(default_factory=ScreenFold)
    frame: FrameFold = field(default_factory=FrameFold)
    passive: PassiveFold = field(init=False)
    looked_s: float = -1e9
    first_s: float | None = None
    last_s: float = 0.0

    def __post_init__(self) -> None:
        self.passive = PassiveFold(self.networks)

    def update(self, frame: Image, mesh: FloatArray, box: Box, at_s: float) -> None:
        """One more frame of the same person."""
        self.first_s = at_s if self.first_s is None else self.first_s
        self.last_s = at_s
        self.depth.update(mesh, at_s)
        self.blink.update(mesh, at_s)
        self.motion.update(frame, box, at_s)
        if at_s - self.looked_s >= TEXTURE_S:
            self.looked_s = at_s
            self.screen.update(frame, mesh)
            self.frame.update(frame, box)
            self.passive.update(frame, box)

    def cues(self) -> tuple[Cue, ...]:
        """Every cue, the most telling first."""
        fixed = (self.depth.cue(), self.screen.cue(), self.frame.cue(), *self.motion.cues())
        return (*fixed, self.blink.cue(), self.passive.cue())

    @property
    def watched_s(self) -> float:
        """Seconds from the first to the last frame of this person."""
        return 0.0 if self.first_s is None else round(self.last_s - self.first_s, 6)

    def verdict(self, cues: tuple[Cue, ...] | None = None) -> LivenessVerdict:
        """The cues fused."""
        found = self.cues() if cues is None else cues
        verdict = fuse(found)
        early = verdict is LivenessVerdict.LIVE and self.watched_s < WATCH_S
        return LivenessVerdict.UNSURE if early else verdict


def fuse(cues: tuple[Cue, ...]) -> LivenessVerdict:
    """One verdict from the cues (the rule in the module's docstring)."""
    by_name = {cue.name: cue.verdict for cue in cues}
    if CueVerdict.ATTACK in by_name.values():
        return LivenessVerdict.ATTACK
    shown = CueVerdict.LIVE in (by_name["depth"], by_name["passive"])
    clear = all(by_name[name] is CueVerdict.LIVE for name in ("screen", "frame", "motion", "repetition"))
    clear = clear and by_name["passive"] is not CueVerdict.UNSURE
    return LivenessVerdict.LIVE if shown and clear else LivenessVerdict.UNSURE
