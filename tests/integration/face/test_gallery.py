"""The roster's faces over a real encrypted store."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.certification import Certification, Channel
from app.domain.ids import RecordId, RetireeId, UnitId, VisitId
from app.domain.retiree import Retiree, Sex
from app.errors import AppError
from app.services.gallery import GALLERY, Gallery, GalleryReport
from app.services.ports import EngineInfo
from tests.builders.desk import real_desk
from tests.fakes.face import FakeEngine, summary


class Engine(FakeEngine):
    """Counts what it embeds; a photo that says so is unusable."""

    version = "fake 1"

    def start(self):
        super().start()
        return EngineInfo(versions=(self.version,))

    def template(self, reference_image):
        report, face = super().template(reference_image)
        return (replace(report, usable=False, problem="no_face"), None) if b"bad" in reference_image else (report, face)


@pytest.fixture
def desk(tmp_path):
    return real_desk(tmp_path)


def enrol(desk, *photos: bytes):
    people = [
        Retiree(
            id=RetireeId(f"r{index}"), unit_id=UnitId("u"), name=f"试{index}", id_number=f"id{index}", personnel_number=str(index),
            sex=Sex.FEMALE, birth_date=date(1950, 1, 1), photo=desk.vault.put(photo, media_type="image/jpeg"),
        )
        for index, photo in enumerate(photos)
    ]  # fmt: skip
    with desk.uow() as store:
        store.retirees.upsert(people)
        store.commit()


def run(desk, engine) -> GalleryReport:
    return Gallery(desk.desk)(engine, lambda: False)


def test_every_photo_is_embedded_once_and_handed_to_the_engine(desk):
    enrol(desk, b"one", b"two", b"bad")
    engine = Engine()
    assert run(desk, engine) == GalleryReport(photos=3, done=3, unusable=1)
    assert sorted(engine.roster) == [b"face:one", b"face:two"]
    run(desk, engine)
    assert engine.calls["template"] == 3


def test_a_new_photo_is_added_and_a_removed_person_dropped(desk):
    enrol(desk, b"one", b"two")
    engine = Engine()
    run(desk, engine)
    enrol(desk, b"three")
    with desk.uow() as store:
        store.retirees.remove([RetireeId("r1")])
        store.commit()
    run(desk, engine)
    assert engine.roster == [b"face:three"]


def test_another_engine_version_makes_all_anew(desk):
    enrol(desk, b"one")
    engine = Engine()
    run(desk, engine)
    engine.version = "fake 2"
    run(desk, engine)
    assert engine.calls["template"] == 2


def test_a_retiree_who_sits_down_stops_the_work_and_the_rest_follows_later(desk):
    enrol(desk, b"one", b"two")
    engine = Engine()
    assert Gallery(desk.desk)(engine, lambda: engine.calls["template"] >= 1).done == 1
    assert run(desk, engine).done == 2


def test_a_dead_engine_stops_the_run_with_its_error(desk):
    enrol(desk, b"one")
    engine = Engine()
    engine.template = lambda _image: (_ for _ in ()).throw(AppError("engine.died"))
    with pytest.raises(AppError, match=r"engine\.died"):
        run(desk, engine)


def test_what_is_wrong_with_a_photo_is_kept_for_the_clerks_list(desk):
    enrol(desk, b"one", b"bad")
    run(desk, Engine())
    assert Gallery(desk.desk).problems() == {RetireeId("r1"): ("no_face", ())}


def test_two_people_with_one_face_are_told_with_each_others_names(desk):
    enrol(desk, b"ann-1", b"bob-1", b"ann-2")
    report = run(desk, Engine())
    assert report.pairs == 1
    assert Gallery(desk.desk).problems() == {
        RetireeId("r0"): ("same_face", ("试2",)),
        RetireeId("r2"): ("same_face", ("试0",)),
    }


def test_one_photo_for_two_people_is_told(desk):
    enrol(desk, b"one", b"one")
    run(desk, Engine())
    assert Gallery(desk.desk).problems() == {
        RetireeId("r0"): ("same_picture", ("试1",)),
        RetireeId("r1"): ("same_picture", ("试0",)),
    }


def test_a_retiree_without_a_photo_is_on_the_list_before_any_engine_ran(desk):
    enrol(desk, b"one")
    with desk.uow() as store:
        store.retirees.upsert([replace(next(iter(store.retirees.all())), photo=None)])
        store.commit()
    assert Gallery(desk.desk).problems() == {RetireeId("r0"): ("missing", ())}


def test_an_older_gallery_leaves_nothing_behind_in_the_vault(desk, tmp_path):
    enrol(desk, b"one")
    run(desk, Engine())
    before = sum(path.is_file() for path in (tmp_path / "vault").rglob("*"))
    enrol(desk, b"one", b"two")
    run(desk, Engine())
    assert sum(path.is_file() for path in (tmp_path / "vault").rglob("*")) == before + 1


def test_a_damaged_gallery_is_made_again(desk):
    enrol(desk, b"one")
    engine = Engine()
    run(desk, engine)
    with desk.uow() as store:
        desk.vault.forget(store.settings.get(GALLERY))
    assert run(desk, engine).done == 1
    assert engine.calls["template"] == 2


def test_nothing_of_a_face_lies_readable_on_the_disk(desk, tmp_path):
    enrol(desk, b"one-very-plain-photo")
    run(desk, Engine())
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"one-very-plain-photo" not in path.read_bytes()


def test_a_certified_face_that_looks_like_a_dead_persons_is_told_once_compared(desk):
    enrol(desk, b"ann-1", b"bob-1")
    with desk.uow() as store:
        dead = replace(store.retirees.get(RetireeId("r0")), died_on=date(2026, 1, 5))
        store.retirees.upsert([dead])
        for number, (who, frame) in enumerate([("r1", b"ann-2"), ("r1", b"bob-2")]):
            taken = desk.vault.put(frame, media_type="image/jpeg")
            store.certifications.add(
                Certification(
                    id=RecordId(f"c{number}"), retiree_id=RetireeId(who), channel=Channel.ASSISTED_FACE,
                    captured_at=desk.clock.now(), visit_id=VisitId(f"v{number}"),
                ),
                replace(summary(), best_frame=taken),
            )  # fmt: skip
        store.commit()
    engine = Engine()
    run(desk, engine)
    assert Gallery(desk.desk).of_the_dead() == [(RecordId("c0"), RetireeId("r0"))]
    looked = engine.calls["template"]
    run(desk, engine)
    assert engine.calls["template"] == looked
