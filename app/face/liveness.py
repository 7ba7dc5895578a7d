"""All liveness cues of one sitting, fused into a verdict that can be explained cue by cue.

The rule, in words: LIVE needs a head that was seen to turn in three dimensions, nothing that speaks for an attack, and no doubt from
the screen, motion and repetition cues. ATTACK needs a cue that is sure of one. Everything else is UNSURE, and UNSURE goes to the clerk,
never to a refusal.
"""

from dataclasses import dataclass, field

from app.domain.evidence import Box, Cue, CueVerdict, LivenessVerdict
from app.face.arrays import FloatArray, Image
from app.face.cues import BlinkFold, MotionFold, ScreenFold
from app.face.depth import DepthFold
from app.face.models import Network
from app.face.passive import PassiveFold

SOFT_DEPTH = 0.12
"""Parallax that suffices where a passive model is sure that the face is real."""
TEXTURE_EVERY = 3
"""Screen and passive cues look at every third frame: they cost more and change slowly."""


@dataclass
class LivenessFold:
    """Liveness evidence of one tracked person; a new person gets a new fold."""

    networks: tuple[Network, ...] = ()
    depth: DepthFold = field(default_factory=DepthFold)
    blink: BlinkFold = field(default_factory=BlinkFold)
    motion: MotionFold = field(default_factory=MotionFold)
    screen: ScreenFold = field(default_factory=ScreenFold)
    passive: PassiveFold = field(init=False)
    frames: int = 0

    def __post_init__(self) -> None:
        self.passive = PassiveFold(self.networks)

    def update(self, frame: Image, mesh: FloatArray, box: Box, at_s: float) -> None:
        """One more frame of the same person."""
        self.depth.update(mesh, at_s)
        self.blink.update(mesh, at_s)
        self.motion.update(mesh, at_s)
        self.motion.look(frame, at_s)
        if self.frames % TEXTURE_EVERY == 0:
            self.screen.update(frame, mesh)
            self.passive.update(frame, box)
        self.frames += 1

    def cues(self) -> tuple[Cue, ...]:
        """Every cue, the most telling first."""
        return (self.depth.cue(), self.screen.cue(), *self.motion.cues(), self.blink.cue(), self.passive.cue())

    def verdict(self, cues: tuple[Cue, ...] | None = None) -> LivenessVerdict:
        """The cues fused."""
        return fuse(self.cues() if cues is None else cues)


def fuse(cues: tuple[Cue, ...]) -> LivenessVerdict:
    """One verdict from the cues (the rule in the module's docstring)."""
    by_name = {cue.name: cue for cue in cues}
    if any(cue.verdict is CueVerdict.ATTACK for cue in cues):
        return LivenessVerdict.ATTACK
    depth, passive = by_name["depth"], by_name["passive"]
    turned = depth.verdict is CueVerdict.LIVE
    turned = turned or (passive.verdict is CueVerdict.LIVE and depth.value >= SOFT_DEPTH)
    doubt = any(
        by_name[name].verdict in (CueVerdict.UNSURE, CueVerdict.ABSENT) for name in ("screen", "motion", "repetition")
    )
    doubt = doubt or passive.verdict is CueVerdict.UNSURE
    return LivenessVerdict.LIVE if turned and not doubt else LivenessVerdict.UNSURE
