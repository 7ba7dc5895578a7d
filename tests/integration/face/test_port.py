"""The order of calls that every FaceEngine keeps, whatever it sees: in this process, in its own, and the fake that other tests stand on."""

from collections.abc import Iterator

import numpy as np
import pytest

from app.domain.evidence import Band
from app.domain.ids import VisitId
from app.errors import AppError
from app.face.engine import LocalEngine
from app.face.remote import RemoteEngine
from app.services.ports import FaceEngine
from tests.fakes.face import FakeEngine
from tests.integration.face.clips import VISIT, frame, portrait, stranger
from tests.integration.face.conftest import RESOURCES

OTHER = VisitId("visit-2")
EMPTY_ROOM = np.full((120, 160, 3), 90, dtype=np.uint8)
MAKERS = {"local": lambda: LocalEngine(RESOURCES), "remote": lambda: RemoteEngine(RESOURCES), "fake": FakeEngine}


@pytest.fixture(scope="module", params=MAKERS)
def started(request: pytest.FixtureRequest) -> Iterator[FaceEngine]:
    engine: FaceEngine = MAKERS[request.param]()
    engine.start()
    yield engine
    engine.close()


@pytest.fixture
def engine(started: FaceEngine) -> FaceEngine:
    started.start()
    return started


@pytest.fixture(params=MAKERS)
def fresh(request: pytest.FixtureRequest) -> Iterator[FaceEngine]:
    engine: FaceEngine = MAKERS[request.param]()
    yield engine
    engine.close()


def look(engine: FaceEngine, visit: VisitId = VISIT, number: int = 0) -> object:
    return engine.analyse(visit, frame(EMPTY_ROOM, number))


def test_starting_again_changes_nothing_and_tells_the_same(engine: FaceEngine) -> None:
    engine.open_visit(VISIT, portrait())
    assert engine.start() == engine.start()
    look(engine)


def test_every_reading_says_which_frame_of_which_visit_it_is_about(engine: FaceEngine) -> None:
    engine.open_visit(VISIT, portrait())
    for number in (3, 7):
        reading = engine.analyse(VISIT, frame(EMPTY_ROOM, number))
        assert (reading.visit_id, reading.frame_id) == (VISIT, number)
        assert reading.captured_s == frame(EMPTY_ROOM, number).captured_s


def test_only_the_open_visit_is_served(engine: FaceEngine) -> None:
    engine.open_visit(VISIT, portrait())
    for refused in (look, lambda e, v: e.conclude(v)):
        with pytest.raises(AppError, match=r"engine\.visit"):
            refused(engine, OTHER)
    look(engine)


def test_opening_another_visit_drops_the_one_before(engine: FaceEngine) -> None:
    engine.open_visit(VISIT, portrait())
    engine.open_visit(OTHER, None)
    look(engine, OTHER)
    with pytest.raises(AppError, match=r"engine\.visit"):
        look(engine)


def test_a_concluded_visit_is_over(engine: FaceEngine) -> None:
    engine.open_visit(VISIT, portrait())
    assert engine.conclude(VISIT).summary.face_band in Band
    with pytest.raises(AppError, match=r"engine\.visit"):
        engine.conclude(VISIT)


@pytest.mark.parametrize(("data", "problem"), [(None, "absent"), (b"", "damaged")])
def test_a_missing_or_empty_photo_is_told_and_the_visit_is_open_all_the_same(
    engine: FaceEngine, data: bytes | None, problem: str
) -> None:
    report = engine.open_visit(VISIT, data)
    assert (report.usable, report.problem) == (False, problem)
    look(engine)


def test_a_roster_photo_becomes_a_template_and_nothing_else_counts_as_one(engine: FaceEngine) -> None:
    report, face = engine.template(portrait())
    assert report.usable
    assert engine.use_roster([face, b"not a template"]) == 1
    assert engine.template(b"")[1] is None
    assert engine.use_roster([]) == 0


def test_two_people_are_not_twins(engine: FaceEngine) -> None:
    faces = [engine.template(picture)[1] for picture in (portrait(), stranger())]
    assert engine.twins(faces) == ()


def test_a_closed_engine_has_forgotten_the_visit_and_can_be_started_again(fresh: FaceEngine) -> None:
    fresh.start()
    fresh.open_visit(VISIT, portrait())
    fresh.close()
    fresh.start()
    with pytest.raises(AppError, match=r"engine\.visit"):
        look(fresh)
