"""What the camera and the engine saw, as plain numbers, and the advice that follows. No arrays here.

The engine fills FrameReading and CaptureSummary; coaching and folding over time are pure functions beside them.
"""

from dataclasses import dataclass, replace
from enum import Enum

from app.domain.ids import Sha256, VisitId


class Band(Enum):
    """The machine's advice; the clerk decides."""

    MATCH = "match"
    UNSURE = "unsure"
    MISMATCH = "mismatch"
    NONE = "none"
    """No advice: no face, no reference, or no engine."""


class Hint(Enum):
    """One short sentence of coaching at a time (words in ui/text.py)."""

    NO_FACE = "no_face"
    TWO_FACES = "two_faces"
    CLOSER = "closer"
    FARTHER = "farther"
    CENTRE = "centre"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BACKLIGHT = "backlight"
    BLURRED = "blurred"
    GLARE = "glare"
    MASK = "mask"
    HAT = "hat"
    EYES_HIDDEN = "eyes_hidden"
    LOOK_HERE = "look_here"
    HOLD_STILL = "hold_still"
    TURN_SLOWLY = "turn_slowly"
    """Liveness wants the head turned a little to one side."""
    GOOD = "good"


class CueVerdict(Enum):
    """What one liveness cue says."""

    LIVE = "live"
    UNSURE = "unsure"
    ATTACK = "attack"
    ABSENT = "absent"
    """The cue could not be measured (no model pack, head never turned, …)."""


class LivenessVerdict(Enum):
    """All cues fused. UNSURE leads to the clerk's review, never to refusal; ATTACK needs a second person."""

    LIVE = "live"
    UNSURE = "unsure"
    ATTACK = "attack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A face in pixels of the analysed frame; x, y the top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameQuality:
    """Measured qualities of one face in one frame.

    Attributes:
        face_share: face height / frame height, 0..1.
        offset_x, offset_y: face centre from frame centre as share of frame width / height, -0.5..0.5.
        brightness: mean luma of the face, 0..255.
        background_brightness: mean luma outside the face, 0..255.
        sharpness: variance of the Laplacian of the face scaled to 112 px, ≥ 0.
        yaw, pitch, roll: degrees; yaw > 0 when the person turns to their own left.
        eyes_open: the person's present eye aspect ratio relative to their own open eye, about 0..1.2; None unknown.
        eye_distance_px: distance of the pupils in pixels.
        glare: share of saturated pixels about the eyes, 0..1.
        mouth_hidden: probability that the mouth is covered, 0..1.
        eyes_hidden: probability that dark glasses, hair or a hat cover the eyes, 0..1.
        hat: probability that a hat is worn, 0..1; 0 while unknown.
        mouth_open: gap between the lips in eye distances: talking stays below 0.16.
    """

    face_share: float
    offset_x: float
    offset_y: float
    brightness: float
    background_brightness: float
    sharpness: float
    yaw: float
    pitch: float
    roll: float
    eyes_open: float | None
    eye_distance_px: float
    glare: float
    mouth_hidden: float
    eyes_hidden: float
    hat: float = 0.0
    mouth_open: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One liveness cue with its value and verdict; ``name`` is a stable code, explained in ui/text.py."""

    name: str
    value: float
    verdict: CueVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameReading:
    """The engine's answer about one frame.

    Attributes:
        visit_id, frame_id: which frame of which visit; a reading whose visit is over is dropped.
        captured_s: monotonic seconds of the frame.
        analysed_ms: engine time for it.
        faces: number of faces found.
        box, points: the tracked face; points are (x, y) pixels: left eye, right eye, nose tip, mouth corners (subject's own left first).
        quality: None without a face.
        track_id: rises when the tracked person may have changed; evidence before it is void.
        frames_pooled: frames now in the pooled embedding.
        llr: log10 likelihood ratio same/different of the pooled comparison so far, None before the first.
        band: band of ``llr`` by the calibration; NONE before the first comparison.
        liveness: fused verdict so far; ``cues`` each cue.
        progress: 0..1 how near the capture is to a conclusion.
        done: the engine has what it needs; more frames would not change the advice.
    """

    visit_id: VisitId
    frame_id: int
    captured_s: float
    analysed_ms: float
    faces: int
    box: Box | None = None
    points: tuple[tuple[float, float], ...] = ()
    quality: FrameQuality | None = None
    track_id: int = 0
    frames_pooled: int = 0
    llr: float | None = None
    band: Band = Band.NONE
    liveness: LivenessVerdict = LivenessVerdict.UNSURE
    cues: tuple[Cue, ...] = ()
    progress: float = 0.0
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSummary:
    """The evidence of one capture, folded over time; stored with the visit and the certification.

    Attributes:
        llr: log10 likelihood ratio of the pooled comparison, None without one.
        face_band: band of the comparison alone.
        liveness, cues: fused verdict and each cue.
        frames_analysed, frames_pooled: counts.
        duration_s: from the first face to the conclusion.
        track_resets: how often the tracked person changed or vanished.
        best_frame, clip: evidence in the vault, None when not kept.
        reference: the reference photo compared with; ``reference_quality`` its calibration class.
        engine: name and version of engine, models and calibration, one line each.
        simulated: True when the pictures came from a stand-in clip (模拟摄像头).
        degraded: codes of engine parts that were missing.
    """

    llr: float | None
    face_band: Band
    liveness: LivenessVerdict
    cues: tuple[Cue, ...]
    frames_analysed: int
    frames_pooled: int
    duration_s: float
    track_resets: int
    best_frame: Sha256 | None
    clip: Sha256 | None
    reference: Sha256 | None
    reference_quality: str
    engine: tuple[str, ...]
    simulated: bool = False
    degraded: tuple[str, ...] = ()


class AdviceReason(Enum):
    """Why the advice is what it is (words in ui/text.py)."""

    FACE_MATCHES = "face_matches"
    FACE_UNSURE = "face_unsure"
    FACE_DIFFERS = "face_differs"
    NO_COMPARISON = "no_comparison"
    LIVENESS_UNSURE = "liveness_unsure"
    LIVENESS_ATTACK = "liveness_attack"
    PHOTO_OLD = "photo_old"
    PERSON_CHANGED = "person_changed"
    ENGINE_DEGRADED = "engine_degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the machine tells the clerk: a band in words and the reasons, most important first."""

    band: Band
    reasons: tuple[AdviceReason, ...]


STATEMENT = "statement"
"""Name of the cue that the clerk gives: who passes a visit says that the person sits here."""


def stated(summary: CaptureSummary | None) -> CaptureSummary | None:
    """The evidence with the clerk's own statement, once; the machine's verdict stays what it was."""
    if summary is None or any(cue.name == STATEMENT for cue in summary.cues):
        return summary
    said = Cue(name=STATEMENT, value=1.0, verdict=CueVerdict.LIVE)
    return replace(summary, cues=(*summary.cues, said))
