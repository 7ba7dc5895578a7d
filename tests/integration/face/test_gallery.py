"""The roster's faces over a real encrypted store."""

from datetime import date

import pytest

from app.domain.ids import RetireeId, UnitId
from app.domain.retiree import Retiree, Sex
from app.errors import AppError
from app.services.gallery import Gallery, GalleryReport
from app.services.ports import EngineInfo
from tests.builders.desk import real_desk
from tests.fakes.face import FakeEngine


class Engine(FakeEngine):
    """Counts what it embeds; a photo that says so is unusable."""

    version = "fake 1"

    def start(self):
        super().start()
        return EngineInfo(versions=(self.version,))

    def template(self, reference_image):
        report, face = super().template(reference_image)
        return (report, None) if b"bad" in reference_image else (report, face)


@pytest.fixture
def desk(tmp_path):
    return real_desk(tmp_path)


def enrol(desk, *photos: bytes):
    people = [
        Retiree(
            id=RetireeId(f"r{index}"), unit_id=UnitId("u"), name="试", id_number=f"id{index}", personnel_number=str(index),
            sex=Sex.FEMALE, birth_date=date(1950, 1, 1), photo=desk.vault.put(photo, media_type="image/jpeg"),
        )
        for index, photo in enumerate(photos)
    ]  # fmt: skip
    with desk.uow() as store:
        store.retirees.upsert(people)
        store.commit()


def test_every_photo_is_embedded_once_and_handed_to_the_engine(desk):
    enrol(desk, b"one", b"two", b"bad")
    engine = Engine()
    assert Gallery(desk.desk, engine).run() == GalleryReport(photos=3, done=3, unusable=1)
    assert sorted(engine.roster) == [b"face:one", b"face:two"]
    Gallery(desk.desk, engine).run()
    assert engine.calls["template"] == 3


def test_a_new_photo_is_added_and_a_removed_person_dropped(desk):
    enrol(desk, b"one", b"two")
    engine = Engine()
    Gallery(desk.desk, engine).run()
    enrol(desk, b"three")
    with desk.uow() as store:
        store.retirees.remove([RetireeId("r1")])
        store.commit()
    Gallery(desk.desk, engine).run()
    assert engine.roster == [b"face:three"]


def test_another_engine_version_makes_all_anew(desk):
    enrol(desk, b"one")
    engine = Engine()
    Gallery(desk.desk, engine).run()
    engine.version = "fake 2"
    Gallery(desk.desk, engine).run()
    assert engine.calls["template"] == 2


def test_a_retiree_who_sits_down_stops_the_work_and_the_rest_follows_later(desk):
    enrol(desk, b"one", b"two")
    engine = Engine()
    assert Gallery(desk.desk, engine, busy=lambda: engine.calls["template"] >= 1).run().done == 1
    assert Gallery(desk.desk, engine).run().done == 2


def test_a_dead_engine_stops_the_run_with_its_error(desk):
    enrol(desk, b"one")
    engine = Engine()
    engine.template = lambda _image: (_ for _ in ()).throw(AppError("engine.died"))
    with pytest.raises(AppError, match=r"engine\.died"):
        Gallery(desk.desk, engine).run()


def test_problems_are_kept_for_the_clerks_list(desk):
    enrol(desk, b"one")
    engine = Engine()
    gallery = Gallery(desk.desk, engine)
    gallery.run()
    assert gallery.problems() == {}


def test_nothing_of_a_face_lies_readable_on_the_disk(desk, tmp_path):
    enrol(desk, b"one-very-plain-photo")
    Gallery(desk.desk, Engine()).run()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"one-very-plain-photo" not in path.read_bytes()
