"""One capture: everything the engine knows about the person before the camera, folded frame by frame."""

from collections import deque
from dataclasses import dataclass, field, replace
from time import perf_counter

import cv2
import numpy as np

from app.domain.evidence import Box, CaptureSummary, Cue, CueVerdict, FrameQuality, FrameReading, LivenessVerdict
from app.domain.ids import VisitId
from app.face import geometry, quality
from app.face.arrays import FloatArray, Image
from app.face.detect import Detector
from app.face.embed import Embedder
from app.face.hat import HatFinder
from app.face.liveness import WATCH_S, LivenessFold
from app.face.mesh import MeshFinder
from app.face.models import Network
from app.face.pooling import ENOUGH, Pool
from app.face.reference import Portrait, encode_jpeg, side_by_side
from app.face.scoring import Scorer
from app.face.tracking import Tracked, Tracker
from app.services.ports import CaptureResult, EngineInfo, Frame

KEPT_SIDE, TRACKED_SIDE = 1280, 640
"""Larger frames are shrunk first (4K cameras); faces are followed and judged in a smaller picture, embedded from the kept one."""
FIRST_GAP_S, GAP_S = 1.0, 5.0
"""Liveness that was watched longer than this without one embedded frame (before the first, between two) is nobody's and is begun anew:
else somebody could be alive in the dark, and somebody else be compared."""


HAT_EVERY_S, HATS_SEEN = 0.5, 3
"""A hat is looked for now and then; the middle of the last few looks counts."""
FRONTAL_DEG = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a capture needs of the engine."""

    detector: Detector
    finder: MeshFinder
    embedders: tuple[Embedder, ...]
    passive: tuple[Network, ...]
    scorer: Scorer
    info: EngineInfo
    hats: HatFinder | None = None


def as_bgr(pixels: Image) -> Image:
    """Greyscale and BGRA frames become BGR; very wide ones are shrunk."""
    if pixels.ndim == 2:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    elif pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    elif pixels.shape[2] == 4:
        pixels = np.ascontiguousarray(pixels[:, :, :3])
    return shrunk(pixels, KEPT_SIDE)


def shrunk(pixels: Image, side: int) -> Image:
    """The picture with its longer side at most ``side``."""
    longest = max(pixels.shape[:2])
    if longest <= side:
        return pixels
    scale = side / longest
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


@dataclass
class Session:
    """The evidence of one visit. A changed person voids what was seen before."""

    visit_id: VisitId
    parts: Parts
    portrait: Portrait | None
    frames: int = 0
    track_id: int = 0
    first_face_s: float | None = None
    hats: deque[float] = field(default_factory=lambda: deque(maxlen=HATS_SEEN))
    hat_looked_s: float = -1e9
    last_s: float = 0.0
    tracker: Tracker = field(init=False)
    liveness: LivenessFold = field(init=False)
    live_since_s: float | None = None
    pool: Pool = field(init=False)

    def __post_init__(self) -> None:
        self.tracker = Tracker(self.parts.detector, self.parts.finder)
        self._forget()

    def _forget(self) -> None:
        """Start the evidence anew."""
        usable = self.portrait is not None and self.portrait.report.usable
        self._watch_anew()
        self.pool = Pool(
            self.parts.embedders,
            self.parts.scorer,
            self.portrait.vectors if self.portrait is not None and usable else {},
            self.portrait.report.quality if self.portrait is not None else "modern",
        )

    def _watch_anew(self) -> None:
        self.liveness, self.live_since_s = LivenessFold(self.parts.passive), None

    def analyse(self, frame: Frame) -> FrameReading:
        """Take one frame in; the reading tells everything folded so far."""
        begin = perf_counter()
        self.frames += 1
        self.last_s = frame.captured_s
        if self.tracker.idle(frame.captured_s):
            return self._reading(frame, begin, faces=0)
        kept = as_bgr(frame.pixels)
        tracked = self.tracker.follow(shrunk(kept, TRACKED_SIDE), frame.captured_s)
        if tracked.changed and self.first_face_s is not None:
            self._next_person()
        if tracked.mesh is None:
            return self._reading(frame, begin, faces=0)
        self.first_face_s = frame.captured_s if self.first_face_s is None else self.first_face_s
        measured = quality.measure(tracked.picture, tracked.mesh, open_eye=self.liveness.blink.open_eye)
        measured = replace(measured, hat=self._hat(tracked, measured, frame.captured_s))
        if tracked.faces == 1:
            self._fold(self.tracker.upright(kept), tracked, measured, frame.captured_s)
        scale = frame.width / tracked.picture.shape[1] if self.tracker.turn == 0 else 1.0
        return self._reading(frame, begin, faces=tracked.faces, mesh=tracked.mesh, scale=scale, measured=measured)

    def _hat(self, tracked: Tracked, measured: FrameQuality, at_s: float) -> float:
        """Probability of a hat as it was last seen on a face that looks here."""
        due = at_s - self.hat_looked_s >= HAT_EVERY_S
        if self.parts.hats is not None and tracked.mesh is not None and due and abs(measured.yaw) < FRONTAL_DEG:
            self.hat_looked_s = at_s
            self.hats.append(self.parts.hats.measure(tracked.picture, tracked.mesh))
        return float(np.median(self.hats)) if self.hats else 0.0

    def _fold(self, kept: Image, tracked: Tracked, measured: FrameQuality, at_s: float) -> None:
        assert tracked.mesh is not None
        mesh = tracked.mesh * (kept.shape[1] / tracked.picture.shape[1])
        self.liveness.update(kept, mesh, quality.box_of(mesh, kept), at_s)
        before = self.pool.confirmed_s
        if not self.pool.offer(kept, mesh, measured, at_s):
            self._next_person()
        elif self.pool.confirmed_s != before:
            self._tie(before)

    def _tie(self, before: float | None) -> None:
        """An embedded frame ties the liveness seen since the one before it to this person, unless that is too long ago."""
        assert self.pool.confirmed_s is not None
        since, limit = (self.liveness.first_s, FIRST_GAP_S) if before is None else (before, GAP_S)
        late = since is not None and self.pool.confirmed_s - since > limit
        if late and self.liveness.verdict() is not LivenessVerdict.ATTACK:  # an attack that was seen is not forgotten
            self._watch_anew()

    def _verdict(self, cues: tuple[Cue, ...]) -> LivenessVerdict:
        """Alive counts only once a frame embedded afterwards shows that it is still the person who is compared."""
        verdict = self.liveness.verdict(cues)
        if verdict is not LivenessVerdict.LIVE:
            self.live_since_s = None
            return verdict
        self.live_since_s = self.last_s if self.live_since_s is None else self.live_since_s
        tied = self.pool.confirmed_s is not None and self.pool.confirmed_s >= self.live_since_s
        return verdict if tied else LivenessVerdict.UNSURE

    def _next_person(self) -> None:
        self.track_id += 1
        self.hats.clear()
        self._forget()

    def _reading(
        self,
        frame: Frame,
        begin: float,
        *,
        faces: int,
        mesh: FloatArray | None = None,
        scale: float = 1.0,
        measured: FrameQuality | None = None,
    ) -> FrameReading:
        cues = self.liveness.cues()
        verdict = self._verdict(cues)
        box: Box | None = None
        points: tuple[tuple[float, float], ...] = ()
        if mesh is not None:
            box = quality.box_of(mesh * scale, np.empty((frame.height, frame.width, 1), dtype=np.uint8))
            points = tuple((float(x), float(y)) for x, y in geometry.five_from_mesh(mesh) * scale)
        pooled = len(self.pool.shots)
        return FrameReading(
            visit_id=self.visit_id,
            frame_id=frame.id,
            captured_s=frame.captured_s,
            analysed_ms=(perf_counter() - begin) * 1e3,
            faces=faces,
            box=box,
            points=points,
            quality=measured,
            track_id=self.track_id,
            frames_pooled=pooled,
            llr=self.pool.llr,
            band=self.pool.band,
            liveness=verdict,
            cues=cues,
            progress=self._progress(pooled, verdict),
            done=faces == 1
            and pooled >= ENOUGH
            and verdict is not LivenessVerdict.UNSURE
            and self.liveness.watched_s >= WATCH_S,
        )

    def _progress(self, pooled: int, verdict: LivenessVerdict) -> float:
        turned = 1.0 if verdict is not LivenessVerdict.UNSURE else min(self.liveness.depth.best / 0.2, 0.9)
        watched = min(1.0, self.liveness.watched_s / WATCH_S)
        return round(0.4 * min(1.0, pooled / ENOUGH) + 0.3 * turned + 0.3 * watched, 3)

    def conclude(self) -> CaptureResult:
        """The summary and the pictures to keep."""
        if self._verdict(self.liveness.cues()) is not self.liveness.verdict() and not self.pool.settle():
            self._next_person()
        cues = self.liveness.cues()
        best, portrait = self.pool.best, self.portrait
        seen = [cue for cue in cues if cue.verdict is not CueVerdict.ABSENT]
        summary = CaptureSummary(
            llr=self.pool.llr,
            face_band=self.pool.band,
            liveness=self._verdict(cues) if seen else LivenessVerdict.UNSURE,
            cues=cues,
            frames_analysed=self.frames,
            frames_pooled=len(self.pool.shots),
            duration_s=0.0 if self.first_face_s is None else self.last_s - self.first_face_s,
            track_resets=self.track_id,
            best_frame=None,
            clip=None,
            reference=None,
            reference_quality=portrait.report.quality if portrait else "",
            engine=self.parts.info.versions,
            degraded=self.parts.info.degraded,
        )
        return CaptureResult(
            summary=summary,
            best_frame_jpeg=encode_jpeg(best.picture, 90) if best else None,
            reference_chip_jpeg=side_by_side(portrait.image, portrait.mesh)
            if portrait is not None and portrait.mesh is not None
            else None,
            best_chip_jpeg=self.pool.chip_like(*self._reference_pose()),
        )

    def _reference_pose(self) -> tuple[float, float]:
        """Yaw and pitch of the reference photo's face, straight ahead without one."""
        if self.portrait is None or self.portrait.mesh is None:
            return 0.0, 0.0
        yaw, pitch, _roll = geometry.angles(self.portrait.mesh)
        return yaw, pitch
