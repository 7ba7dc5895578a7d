"""Comparison over time: the best frame of every short slot is embedded, the embeddings are pooled by quality."""

from dataclasses import dataclass, field

from app.domain.evidence import Band, FrameQuality
from app.face import quality as qualities
from app.face.arrays import FloatArray, Image
from app.face.embed import Embedder, View
from app.face.reference import side_by_side
from app.face.scoring import Scorer, pool

FIRST_SLOT_S, SLOT_S = 0.25, 0.5
"""A slot's best frame is embedded when the slot is over."""
ENOUGH, POOL_SIZE = 5, 8
"""Frames after which slots are CHECK_EVERY_S long (more gain little: bench.face), and frames kept."""
USABLE = 0.08
"""Frames of less weight are not embedded."""
CHECK_EVERY_S = 1.0
"""With enough frames, embeddings mostly check that the person is still the same."""
OTHER_PERSON = 0.0
"""log10 likelihood ratio of a new frame against the pool below which the person was swapped. Frames of one sitting measured above
2.5 in 999 of 1,000 pairs of single frames, strangers below -2.0 (NUAA; -0.4 among LFW's photos) in 999 of 1,000."""


GOOD_ENOUGH = 0.5
"""Of the best frame's weight: among these the one that looks where the reference looks is shown beside it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame worth keeping; ``yaw`` and ``pitch`` in degrees."""

    picture: Image
    mesh: FloatArray
    weight: float
    at_s: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A pooled frame: its vectors, and its face cut out for the clerk's eyes (JPEG)."""

    weight: float
    vectors: dict[str, FloatArray]
    yaw: float
    pitch: float
    chip: bytes


@dataclass
class Pool:
    """The pooled face of one tracked person against the reference."""

    embedders: tuple[Embedder, ...]
    scorer: Scorer
    reference: dict[str, FloatArray]
    reference_quality: str
    shots: list[Taken] = field(default_factory=list)
    candidate: Shot | None = None
    best: Shot | None = None
    slot_ends_s: float | None = None
    taken: int = 0
    confirmed_s: float | None = None
    """When the newest frame was taken whose embedding was the pool's person."""
    llr: float | None = None
    band: Band = Band.NONE

    def offer(self, picture: Image, mesh: FloatArray, quality: FrameQuality, at_s: float) -> bool:
        """Consider a frame. Returns False when the person in it is not the person of the pool."""
        if self.slot_ends_s is None:
            self.slot_ends_s = at_s + FIRST_SLOT_S
        weight = qualities.weight(quality)
        checking = len(self.shots) >= POOL_SIZE  # then the newest frame counts: an older one would hide a swap
        if weight >= USABLE and (self.candidate is None or checking or weight > self.candidate.weight):
            self.candidate = Shot(picture.copy(), mesh.copy(), weight, at_s, quality.yaw, quality.pitch)
        if at_s < self.slot_ends_s or self.candidate is None:
            return True
        shot, self.candidate = self.candidate, None
        self.slot_ends_s = at_s + (SLOT_S if len(self.shots) < ENOUGH else CHECK_EVERY_S)
        return self._take(shot)

    def settle(self) -> bool:
        """Look at the frame of the slot that is still open: the capture ends. False when somebody else is in it."""
        shot, self.candidate = self.candidate, None
        return shot is None or self._take(shot)

    def _take(self, shot: Shot) -> bool:
        view = (View.PLAIN, View.MIRRORED)[self.taken % 2]  # the pool averages both for half the time
        self.taken += 1
        vectors = {item.name: item.embed(shot.picture, shot.mesh, view=view) for item in self.embedders}
        if self.shots:
            compared = self.scorer.compare(self.pooled(), vectors, quality="modern")
            if compared is not None and compared[0] < OTHER_PERSON:
                return False
        self.confirmed_s = shot.at_s
        self.shots.append(Taken(shot.weight, vectors, shot.yaw, shot.pitch, side_by_side(shot.picture, shot.mesh)))
        if len(self.shots) > POOL_SIZE:
            self.shots.remove(min(self.shots, key=lambda item: item.weight))
        if self.best is None or shot.weight > self.best.weight:
            self.best = shot
        if self.reference:
            compared = self.scorer.compare(self.reference, self.pooled(), quality=self.reference_quality)
            if compared is not None:
                self.llr, self.band = compared
        return True

    def pooled(self) -> dict[str, FloatArray]:
        """Quality-weighted mean vector per embedder."""
        weights = [item.weight for item in self.shots]
        names = self.shots[0].vectors.keys()
        return {name: pool([item.vectors[name] for item in self.shots], weights) for name in names}

    def chip_like(self, yaw: float, pitch: float) -> bytes | None:
        """The cut-out of the good frame whose pose is nearest to the reference's; None before the first."""
        if not self.shots:
            return None
        least = GOOD_ENOUGH * max(item.weight for item in self.shots)
        good = [item for item in self.shots if item.weight >= least]
        return min(good, key=lambda item: abs(item.yaw - yaw) + abs(item.pitch - pitch)).chip
