import numpy as np
import pytest

from app.domain.evidence import CueVerdict
from app.face.depth import DepthFold, parallax
from tests.unit.face.heads import head, photographed, turned


def fold(meshes, fps=20.0):
    depth = DepthFold()
    for index, mesh in enumerate(meshes):
        depth.update(mesh, index / fps)
    return depth


def sweep(top):
    return np.concatenate([np.zeros(4), np.linspace(0, top, 20), np.full(6, top)])


@pytest.mark.parametrize("side", [1, -1])
def test_a_head_that_turns_is_live(side):
    assert fold([turned(head(), side * yaw) for yaw in sweep(22)]).cue().verdict is CueVerdict.LIVE


def test_a_photo_turned_about_is_never_live_and_turning_it_far_gives_it_away():
    depth = fold([photographed(head(), yaw) for yaw in sweep(40)])
    assert not depth.live
    assert depth.cue().verdict is CueVerdict.ATTACK


def test_a_head_that_never_turns_leaves_the_question_open():
    assert fold([turned(head(), 2.0)] * 60).cue().verdict is CueVerdict.UNSURE


def test_a_mesh_that_jumps_about_is_no_evidence():
    rng = np.random.default_rng(3)
    depth = fold([turned(head(), float(yaw)) for yaw in rng.choice([-25.0, 0.0, 25.0], 60)])
    assert not depth.live


def test_one_wild_frame_is_no_evidence():
    meshes = [turned(head(), 0.0)] * 20
    meshes[10] = turned(head(), 25.0)
    assert not fold(meshes).live


def test_a_slow_camera_still_sees_the_head_turn():
    yaws = np.concatenate([np.zeros(2), np.linspace(0, 24, 8), np.full(5, 24)])
    assert fold([turned(head(), yaw) for yaw in yaws], fps=5.0).live


def test_parallax_of_a_moved_and_scaled_face_is_zero():
    assert parallax(turned(head(), 0.0), turned(head(), 0.0) * 1.4 + 30) == pytest.approx(0.0, abs=1e-6)
