"""Made-up readings and summaries of the face engine."""

from typing import Any

from app.domain.evidence import Band, CaptureSummary, FrameQuality, FrameReading, LivenessVerdict
from app.domain.ids import VisitId


def quality(**changes: float | None) -> FrameQuality:
    """A well lit, sharp, frontal face of the right size."""
    fields: dict[str, Any] = {
        "face_share": 0.45,
        "offset_x": 0.0,
        "offset_y": 0.0,
        "brightness": 130.0,
        "background_brightness": 120.0,
        "sharpness": 200.0,
        "yaw": 0.0,
        "pitch": 0.0,
        "roll": 0.0,
        "eyes_open": 1.0,
        "eye_distance_px": 90.0,
        "glare": 0.0,
        "mouth_hidden": 0.0,
        "eyes_hidden": 0.0,
    }
    return FrameQuality(**{**fields, **changes})


def reading(at_s: float = 0.0, *, seen: FrameQuality | None = None, **changes: Any) -> FrameReading:
    """One face of good quality unless said otherwise."""
    fields: dict[str, Any] = {
        "visit_id": VisitId("v"),
        "frame_id": int(at_s * 1000),
        "captured_s": at_s,
        "analysed_ms": 20.0,
        "faces": 1,
        "quality": seen or quality(),
    }
    return FrameReading(**{**fields, **changes})


def summary(**changes: Any) -> CaptureSummary:
    """A live person who matches."""
    fields: dict[str, Any] = {
        "llr": 5.0,
        "face_band": Band.MATCH,
        "liveness": LivenessVerdict.LIVE,
        "cues": (),
        "frames_analysed": 60,
        "frames_pooled": 5,
        "duration_s": 4.0,
        "track_resets": 0,
        "best_frame": None,
        "clip": None,
        "reference": None,
        "reference_quality": "card",
        "engine": ("fake 1",),
    }
    return CaptureSummary(**{**fields, **changes})
