"""Synthetic attacks never get as far as 匹配 by themselves (bench.liveness plays twenty seeds of each)."""

import pytest

from app.domain.evidence import LivenessVerdict
from demo.clips.library import ClipKind
from tests.integration.face.clips import VISIT, last, pictures, play, portrait

ATTACKS = [kind for kind in ClipKind if kind not in (ClipKind.LIVE, ClipKind.IMPOSTOR)]


@pytest.mark.parametrize("kind", ATTACKS, ids=lambda kind: kind.value)
def test_no_synthetic_attack_is_called_live(local, kind):
    local.open_visit(VISIT, portrait())
    assert all(r.liveness is not LivenessVerdict.LIVE for r in play(local, pictures(kind, 130)))


def test_a_swapped_person_voids_what_was_seen_before(local):
    local.open_visit(VISIT, portrait())
    before = last(play(local, pictures(ClipKind.LIVE)))
    assert before.liveness is LivenessVerdict.LIVE
    readings = list(play(local, pictures(ClipKind.IMPOSTOR, 40), start=100))
    assert readings[-1].track_id > before.track_id
    assert readings[-1].liveness is not LivenessVerdict.LIVE
    assert local.conclude(VISIT).summary.track_resets >= 1


def test_a_second_face_pauses_the_evidence(local):
    import numpy as np

    local.open_visit(VISIT, portrait())
    alone, other = pictures(ClipKind.LIVE)[:12], pictures(ClipKind.IMPOSTOR)[:12]
    pooled = last(play(local, alone)).frames_pooled
    both = tuple(np.hstack([left, right]) for left, right in zip(alone, other, strict=True))
    readings = list(play(local, both * 3, start=40))
    assert readings[-1].faces == 2
    assert readings[-1].frames_pooled <= max(pooled, 1)
