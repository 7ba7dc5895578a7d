"""Requests come only while the cues stay unsure, after patience, and never change the machine's verdict."""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.challenge import Challenge
from app.domain.evidence import CueVerdict, FrameQuality, FrameReading, Hint, LivenessVerdict
from app.domain.ids import VisitId
from app.services.ports import CaptureResult
from app.ui.screens.visit.requests import PATIENCE_S, Requests
from tests.fakes.face import summary

QUALITY = FrameQuality(
    face_share=0.4,
    offset_x=0.0,
    offset_y=0.0,
    brightness=120.0,
    background_brightness=120.0,
    sharpness=100.0,
    yaw=0.0,
    pitch=0.0,
    roll=0.0,
    eyes_open=1.0,
    eye_distance_px=80.0,
    glare=0.0,
    mouth_hidden=0.0,
    eyes_hidden=0.0,
)
RESULT = CaptureResult(
    summary=summary(liveness=LivenessVerdict.UNSURE),
    best_frame_jpeg=None,
    reference_chip_jpeg=None,
    best_chip_jpeg=None,
)


def left_then_nod(choices: Sequence[Challenge]) -> Challenge:
    return Challenge.TURN_LEFT if Challenge.TURN_LEFT in choices else Challenge.NOD


def reading(at_s: float, *, yaw: float = 0.0, pitch: float = 0.0, track: int = 0) -> FrameReading:
    return FrameReading(
        visit_id=VisitId("v"),
        frame_id=int(at_s * 20),
        captured_s=at_s,
        analysed_ms=10.0,
        faces=1,
        quality=replace(QUALITY, yaw=yaw, pitch=pitch),
        track_id=track,
        frames_pooled=3,
    )


def patient() -> Requests:
    """Asked for the first time."""
    requests = Requests(left_then_nod)
    assert requests.offer(reading(0.0), Hint.GOOD) is None
    assert requests.offer(reading(PATIENCE_S - 0.1), Hint.GOOD) is None
    assert requests.offer(reading(PATIENCE_S), Hint.GOOD) is Challenge.TURN_LEFT
    return requests


def test_a_sure_capture_is_never_asked() -> None:
    requests = Requests(left_then_nod)
    live = replace(reading(0.0), liveness=LivenessVerdict.LIVE)
    assert all(requests.offer(replace(live, captured_s=at), Hint.GOOD) is None for at in (0.0, 7.0, 20.0))
    assert requests.noted(RESULT) is RESULT


def test_light_and_place_are_put_right_before_anything_is_asked() -> None:
    requests = Requests(left_then_nod)
    requests.offer(reading(0.0), Hint.CLOSER)
    assert requests.offer(reading(PATIENCE_S + 1), Hint.CLOSER) is None
    assert requests.offer(reading(PATIENCE_S + 2), Hint.TURN_SLOWLY) is Challenge.TURN_LEFT


def test_followed_requests_are_noted_and_the_verdict_stays_the_machines() -> None:
    requests = patient()
    at = PATIENCE_S + 1
    for _ in range(3):
        requests.offer(reading(at := at + 0.05, yaw=20.0), Hint.GOOD)
    at += 0.5
    assert requests.offer(reading(at), Hint.GOOD) is Challenge.NOD
    at += 0.5
    for _ in range(3):
        requests.offer(reading(at := at + 0.05, pitch=12.0), Hint.GOOD)
    assert requests.present
    noted = requests.noted(RESULT).summary
    assert [(cue.name, cue.verdict) for cue in noted.cues] == [("request", CueVerdict.LIVE)]
    assert noted.liveness is LivenessVerdict.UNSURE


def test_an_unanswered_request_waits_without_limit_and_proves_nothing() -> None:
    requests = patient()
    assert requests.offer(reading(PATIENCE_S + 120), Hint.GOOD) is Challenge.TURN_LEFT
    assert requests.noted(RESULT).summary.cues[0].verdict is CueVerdict.UNSURE


def test_another_person_before_the_camera_begins_anew() -> None:
    requests = Requests(left_then_nod)
    requests.offer(reading(0.0), Hint.GOOD)
    assert requests.offer(reading(PATIENCE_S, track=1), Hint.GOOD) is None
