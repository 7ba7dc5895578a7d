"""What every FaceEngine must do, in this process or its own."""

import math

import numpy as np
import pytest

from app.domain.evidence import Band, LivenessVerdict
from app.errors import AppError
from app.services.ports import FaceEngine
from demo.clips.library import ClipKind
from tests.integration.face.clips import VISIT, frame, jpeg, last, pictures, play, portrait, stranger


@pytest.fixture(params=["local", "remote"])
def engine(request: pytest.FixtureRequest) -> FaceEngine:
    return request.getfixturevalue(request.param)


def test_starting_again_tells_the_same_versions(engine):
    info = engine.start()
    assert info == engine.start()
    assert info.degraded == ()
    assert any("dlib" in line for line in info.versions)


def test_the_person_of_the_photo_matches_and_is_live(engine):
    report = engine.open_visit(VISIT, portrait())
    assert (report.usable, report.problem) == (True, "")
    readings = list(play(engine, pictures(ClipKind.LIVE)))
    assert readings[-1].done
    result = engine.conclude(VISIT)
    assert result.summary.face_band is Band.MATCH
    assert result.summary.liveness is LivenessVerdict.LIVE
    assert result.summary.track_resets == 0
    assert all(picture and picture[:2] == b"\xff\xd8" for picture in (result.best_frame_jpeg, result.best_chip_jpeg))
    assert result.reference_chip_jpeg


def test_readings_stay_inside_their_units(engine):
    engine.open_visit(VISIT, portrait())
    for reading in play(engine, pictures(ClipKind.LIVE)[:20]):
        assert reading.visit_id == VISIT
        assert reading.faces == 1
        assert len(reading.points) == 5
        left, right = reading.points[0], reading.points[1]
        assert left[0] > right[0], "the subject's own left eye is on the right of an unmirrored picture"
        quality = reading.quality
        assert 0 < quality.face_share < 1
        assert abs(quality.offset_x) <= 0.5
        assert 0 <= quality.mouth_hidden < 0.7
        assert 0 <= quality.eyes_hidden < 0.7
        assert 0 <= reading.progress <= 1


def test_somebody_else_never_matches(engine):
    engine.open_visit(VISIT, portrait())
    assert last(play(engine, pictures(ClipKind.IMPOSTOR))).band in (Band.UNSURE, Band.MISMATCH)


def test_without_a_reference_there_is_no_comparison_but_everything_else(engine):
    assert engine.open_visit(VISIT, None).usable is False
    reading = last(play(engine, pictures(ClipKind.LIVE)))
    assert (reading.band, reading.llr) == (Band.NONE, None)
    assert reading.liveness is LivenessVerdict.LIVE
    assert engine.conclude(VISIT).reference_chip_jpeg is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "damaged"), (b"\xff\xd8 torn", "damaged"), (jpeg(np.full((441, 358, 3), 200, dtype=np.uint8)), "no_face")],
)
def test_a_useless_reference_is_told_and_compares_nothing(engine, data, problem):
    report = engine.open_visit(VISIT, data)
    assert (report.usable, report.problem) == (False, problem)
    assert last(play(engine, pictures(ClipKind.LIVE)[:15])).band is Band.NONE


def test_another_visit_is_refused(engine):
    engine.open_visit(VISIT, stranger())
    with pytest.raises(AppError, match=r"engine\.visit"):
        engine.analyse("visit-2", frame(pictures(ClipKind.LIVE)[0], 0))
    engine.conclude(VISIT)
    with pytest.raises(AppError, match=r"engine\.visit"):
        engine.conclude(VISIT)


def test_a_new_visit_knows_nothing_of_the_last_one(engine):
    engine.open_visit(VISIT, portrait())
    last(play(engine, pictures(ClipKind.LIVE)))
    engine.open_visit(VISIT, portrait())
    reading = engine.analyse(VISIT, frame(pictures(ClipKind.LIVE)[0], 0))
    assert (reading.frames_pooled, reading.llr, reading.liveness) == (0, None, LivenessVerdict.UNSURE)


def test_an_empty_room_has_no_face_and_costs_little(engine):
    engine.open_visit(VISIT, portrait())
    room = np.random.default_rng(0).integers(60, 90, (480, 640, 3), dtype=np.uint8)
    readings = list(play(engine, (room,) * 40))
    assert all(reading.faces == 0 and reading.box is None and reading.quality is None for reading in readings)
    summary = engine.conclude(VISIT).summary
    assert summary.face_band is Band.NONE
    assert summary.liveness is LivenessVerdict.UNSURE


def test_the_log_ratio_is_a_plain_number(engine):
    engine.open_visit(VISIT, portrait())
    reading = last(play(engine, pictures(ClipKind.LIVE)))
    assert math.isfinite(reading.llr)


def test_roster_templates_refine_the_comparison_and_leave_the_claimed_person_out(engine):
    report, own = engine.template(portrait())
    assert report.usable
    _, other = engine.template(stranger())
    assert engine.use_roster([own, other, b"not a template"]) == 2
    engine.open_visit(VISIT, portrait())
    assert last(play(engine, pictures(ClipKind.LIVE)[:40])).band is Band.MATCH
    assert engine.use_roster([]) == 0


def test_a_useless_photo_has_no_template(engine):
    report, face = engine.template(b"nothing")
    assert (report.problem, face) == ("damaged", None)
