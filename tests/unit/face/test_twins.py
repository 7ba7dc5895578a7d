"""Which faces of a roster look alike: shipped statistics, made-up vectors and pictures."""

import cv2
import numpy as np
import pytest

from app import resources
from app.face import scoring, twins


@pytest.fixture(scope="module")
def scorer() -> scoring.Scorer:
    return scoring.load(resources.path("face"))


def crowd(scorer: scoring.Scorer, count: int, *, seed: int = 3) -> dict[str, np.ndarray]:
    """Strangers about the first component's mean."""
    rng = np.random.default_rng(seed)
    made = {}
    for name in ("dlib", "faceres"):
        mean = scorer.statistics[name].means[0]
        rows = mean + rng.normal(size=(count, len(mean))) / np.sqrt(len(mean)) * np.sqrt(max(1 - mean @ mean, 0.05))
        made[name] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    made[twins.THUMB] = np.stack([twins.thumbnail(noise(rng)) for _ in range(count)])
    return made


def noise(rng: np.random.Generator) -> np.ndarray:
    return cv2.resize(rng.integers(0, 255, (12, 10, 3), dtype=np.uint8), (102, 126), interpolation=cv2.INTER_CUBIC)


def test_strangers_are_not_told(scorer: scoring.Scorer) -> None:
    assert twins.find(scorer, crowd(scorer, 300)) == ()


def test_one_face_on_two_retirees_is_found_across_blocks_with_both_places(scorer: scoring.Scorer) -> None:
    people = crowd(scorer, 300)
    rng = np.random.default_rng(1)
    for name in ("dlib", "faceres"):
        near = people[name][7] + 0.02 * rng.normal(size=people[name].shape[1])
        people[name][290] = near / np.linalg.norm(near)
    (found,) = twins.find(scorer, people)
    assert (found.first, found.second, found.same_picture) == (7, 290, False)


def test_one_picture_on_two_retirees_is_called_that(scorer: scoring.Scorer) -> None:
    people = crowd(scorer, 20)
    for matrix in people.values():
        matrix[3] = matrix[11]
    (found,) = twins.find(scorer, people)
    assert (found.first, found.second, found.same_picture) == (3, 11, True)


def test_an_empty_roster_and_an_uncalibrated_engine_tell_nothing(scorer: scoring.Scorer) -> None:
    assert twins.find(scorer, {}) == ()
    blind = scoring.Scorer(statistics=scorer.statistics, calibrations={})
    assert twins.find(blind, crowd(scorer, 3)) == ()


@pytest.mark.parametrize(("width", "quality"), [(358, 60), (204, 80)])
def test_a_picture_saved_again_smaller_has_the_same_thumbnail_and_another_has_not(width: int, quality: int) -> None:
    rng = np.random.default_rng(5)
    picture, other = noise(rng), noise(rng)
    small = cv2.resize(picture, (width, int(width * 126 / 102)))
    again = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    assert twins.thumbnail(picture) @ twins.thumbnail(again) > twins.SAME_PICTURE
    assert twins.thumbnail(picture) @ twins.thumbnail(other) < 0.9
