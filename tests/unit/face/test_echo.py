"""A made-up textured face that sways before a noisy sensor, as a person does or as something fed in does."""

import cv2
import numpy as np
import pytest

from app.domain.evidence import Box, CueVerdict
from app.face.echo import EchoFold
from app.face.liveness import WATCH_S

BOX = Box(x=110, y=70, width=100, height=110)
FPS = 20


def face():
    coarse = np.random.default_rng(5).normal(0, 1, (30, 40)).astype(np.float32)
    return 128 + 40 * cv2.GaussianBlur(cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC), (0, 0), 1.5)


def sway(seconds, seed=1):
    """x, y, turn and mouth over time: slow, never the same way twice."""
    rng, steps = np.random.default_rng(seed), int(seconds * FPS)
    walk = rng.normal(0, 1, (steps + 40, 3)).cumsum(axis=0) * 0.35
    return np.stack([np.convolve(walk[:, i], np.ones(21) / 21, "valid")[:steps] for i in range(3)], axis=1)


def filmed(path, *, light=lambda second: 1.0, noise=3.0, percent=None):
    rng, picture = np.random.default_rng(2), face()
    for number, (x, y, turn) in enumerate(path):
        map_ = np.array([[1 + turn * 0.004, turn * 0.003, x], [0, 1, y]], dtype=np.float32)
        moved = cv2.warpAffine(picture, map_, (320, 240), borderMode=cv2.BORDER_REFLECT_101)
        seen = np.clip(moved * light(number / FPS) + rng.normal(0, noise, moved.shape), 0, 255).astype(np.uint8)
        if percent:
            seen = cv2.imdecode(
                cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, percent])[1], cv2.IMREAD_GRAYSCALE
            )
        yield np.repeat(seen[:, :, None], 3, axis=2)


def watch(frames, fps=FPS):
    echo = EchoFold()
    for number, frame in enumerate(frames):
        echo.update(frame, BOX, number / fps)
    return {cue.name: cue.verdict for cue in echo.cues()}


def flicker(second):
    return 1 + 0.1 * np.sin(1.7 * second)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_swaying_person_moves_and_never_comes_back(seed):
    assert watch(filmed(sway(6, seed), light=flicker)) == {"motion": CueVerdict.LIVE, "repetition": CueVerdict.LIVE}


def test_a_person_who_turns_to_and_fro_is_no_loop():
    path = sway(6)
    path[:, 0] += 9 * np.sin(np.arange(len(path)) / FPS * 2 * np.pi / 2.2)
    assert watch(filmed(path))["repetition"] is CueVerdict.LIVE


@pytest.mark.parametrize(("round_s", "watched_s"), [(1.5, WATCH_S), (2.0, WATCH_S), (2.5, 4.5)])
def test_a_short_clip_fed_over_and_over_is_noticed(round_s, watched_s):
    frames = filmed(np.tile(sway(round_s), (4, 1))[: int(watched_s * FPS)])
    assert watch(frames)["repetition"] is CueVerdict.UNSURE


def test_a_loop_is_noticed_through_changing_light_and_compression():
    frames = filmed(np.tile(sway(2), (3, 1))[: int(3.6 * FPS)], light=flicker, percent=60)
    assert watch(frames)["repetition"] is CueVerdict.UNSURE


def test_a_loop_whose_round_is_no_whole_number_of_frames_is_noticed():
    path, moments = sway(2.03), (np.arange(int(4.5 * FPS)) / FPS) % 2.03
    at = np.arange(len(path)) / FPS
    resampled = np.stack([np.interp(moments, at, path[:, i]) for i in range(3)], axis=1)
    assert watch(filmed(resampled))["repetition"] is CueVerdict.UNSURE


def test_a_still_picture_under_changing_light_is_not_called_moving():
    frames = filmed(np.zeros((80, 3)), light=flicker)
    assert watch(frames)["motion"] is CueVerdict.UNSURE


def test_the_motion_of_a_slow_camera_is_seen_too():
    assert watch(filmed(sway(6)[::4]), fps=5)["motion"] is CueVerdict.LIVE


def test_exactly_the_same_picture_again_and_again_was_fed():
    frame = next(iter(filmed(sway(1))))
    assert watch([frame] * 40)["motion"] is CueVerdict.ATTACK


def test_a_camera_that_changes_its_picture_size_starts_anew():
    echo = EchoFold()
    frames = list(filmed(sway(2)))
    for number, frame in enumerate(frames):
        echo.update(frame if number < 20 else frame[:200], BOX, number / FPS)
    assert len(echo.times) == len(frames) - 20


def test_what_is_kept_does_not_grow():
    echo = EchoFold()
    frame = next(iter(filmed(sway(1))))
    for number in range(600):
        echo.update(frame, BOX, number / FPS)
    assert len(echo.times) == len(echo.pictures) == len(echo.runs)
    assert echo.times[-1] - echo.times[0] <= 8.0
