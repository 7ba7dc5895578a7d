"""The synthetic clips are what they say: a head that turns in three dimensions, flat pictures that do not, always the same for a seed."""

import numpy as np
import pytest

from demo.clips.head import HEIGHT, WIDTH, head, pose
from demo.clips.library import KINDS, ClipKind, frames
from demo.clips.scene import SECONDS, Sitting, plane_corners


def test_a_turned_head_moves_the_nose_further_than_the_ear() -> None:
    model = head("hopper")
    nose_depth = model.depth[int(model.axis[1]), int(model.axis[0])]
    assert nose_depth > 40
    assert model.weight[0, 0] == 0
    assert model.weight[int(model.axis[1]), int(model.axis[0])] == 1


def test_a_frontal_head_is_the_portrait_itself() -> None:
    model = head("hopper")
    difference = np.abs(pose(model).astype(int) - model.picture.astype(int))
    assert difference.mean() < 0.5


def test_a_blink_changes_the_eyes_and_nothing_else() -> None:
    model = head("astronaut")
    changed = np.abs(pose(model, closed=1.0).astype(int) - pose(model).astype(int)).max(axis=2) > 30
    rows, _columns = np.nonzero(changed)
    eyes = [(xs, top, bottom) for xs, top, bottom in model.lids]
    assert rows.size > 50
    tallest = max(float((bottom - top).max()) for _xs, top, bottom in eyes)
    assert rows.min() > min(float(top.min()) for _xs, top, _bottom in eyes) - tallest
    assert rows.max() < max(float(bottom.max()) for _xs, _top, bottom in eyes) + 3


def test_a_sitting_person_turns_to_both_sides_and_blinks_within_one_round() -> None:
    sitting = Sitting.make(np.random.default_rng(3))
    moments = np.arange(0, SECONDS, 0.05)
    yaws = [sitting.yaw_at(float(moment)) for moment in moments]
    assert max(yaws) > 15
    assert min(yaws) < -15
    assert max(sitting.closed_at(float(moment)) for moment in moments) > 0.7


def test_a_plane_turned_away_is_foreshortened() -> None:
    straight = plane_corners(centre=(320, 240), size=(200, 300), yaw=0, pitch=0, roll=0, far=1000)
    turned = plane_corners(centre=(320, 240), size=(200, 300), yaw=40, pitch=0, roll=0, far=1000)
    assert np.ptp(turned[:, 0]) < 0.85 * np.ptp(straight[:, 0])


@pytest.mark.parametrize("kind", list(ClipKind))
def test_every_kind_gives_the_same_frames_for_the_same_seed(kind: ClipKind) -> None:
    assert kind in KINDS
    once, again, other = (frames(kind, seed, count=2) for seed in (5, 5, 6))
    assert once[1].shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(once[1], again[1])
    assert not np.array_equal(once[1], other[1])
