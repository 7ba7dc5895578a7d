"""Synthetic attacks never get as far as 匹配 by themselves (bench.liveness plays twenty seeds of each)."""

import numpy as np
import pytest

from app.domain.evidence import LivenessVerdict
from demo.clips.library import ClipKind
from tests.integration.face.clips import VISIT, frame, last, pictures, play, portrait

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


def dark(clip):
    return tuple((image * 0.12).astype(np.uint8) for image in clip)


def test_somebody_alive_in_the_dark_lends_no_life_to_whoever_is_compared_in_the_light(local):
    """Too dark to be compared, light enough to be seen turning: then the picture of another, in the same place."""
    local.open_visit(VISIT, portrait())
    before = last(play(local, dark(pictures(ClipKind.IMPOSTOR))))
    still = (pictures(ClipKind.LIVE)[0],) * 30
    after = list(play(local, still, start=100))
    assert (before.frames_pooled, before.track_id) == (0, after[0].track_id), "nothing else shows the change"
    assert after[-1].frames_pooled > 0
    assert all(reading.liveness is not LivenessVerdict.LIVE for reading in [before, *after])


def test_a_picture_compared_first_does_not_become_alive_by_somebody_in_the_dark(local):
    local.open_visit(VISIT, portrait())
    last(play(local, (pictures(ClipKind.LIVE)[0],) * 60))
    readings = list(play(local, dark(pictures(ClipKind.IMPOSTOR)), start=60))
    assert all(reading.liveness is not LivenessVerdict.LIVE for reading in readings)
    assert local.conclude(VISIT).summary.liveness is not LivenessVerdict.LIVE


def test_the_clerk_who_ends_the_capture_at_the_moment_of_life_gets_it_counted(local):
    local.open_visit(VISIT, portrait())
    for number, pixels in enumerate(pictures(ClipKind.LIVE)):
        reading = local.analyse(VISIT, frame(pixels, number))
        if local._session.liveness.verdict() is LivenessVerdict.LIVE:
            break
    assert reading.liveness is LivenessVerdict.UNSURE
    assert local.conclude(VISIT).summary.liveness is LivenessVerdict.LIVE


def test_a_second_face_pauses_the_evidence(local):
    local.open_visit(VISIT, portrait())
    alone, other = pictures(ClipKind.LIVE)[:12], pictures(ClipKind.IMPOSTOR)[:12]
    pooled = last(play(local, alone)).frames_pooled
    both = tuple(np.hstack([left, right]) for left, right in zip(alone, other, strict=True))
    readings = list(play(local, both * 3, start=40))
    assert readings[-1].faces == 2
    assert readings[-1].frames_pooled <= max(pooled, 1)
