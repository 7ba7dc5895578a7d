"""The card about the face check, over real services and a fake engine's news."""

import inspect
import re
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from app.domain.operator import Role
from app.face import engine, models
from app.services.gallery import Gallery, GalleryReport
from app.services.ports import EngineInfo
from app.services.roster import Roster
from app.ui import face_text
from app.ui.screens.settings.faces_card import (
    DoubtfulPhoto,
    FacesCard,
    FacesPresenter,
    FacesState,
    PhotosDialog,
)
from tests.builders.office import Office, office
from tests.fakes.face import FakeEngine


class Shown:
    """Keeps what was shown."""

    def __init__(self) -> None:
        self.states: list[FacesState] = []

    def show_state(self, state: FacesState) -> None:
        self.states.append(state)


class Faces:
    """A presenter with its neighbours."""

    def __init__(self, desk: Office) -> None:
        self.card, self.opened = Shown(), list[tuple[DoubtfulPhoto, ...]]()
        self.presenter = FacesPresenter(
            card=self.card,
            gallery=Gallery(desk.real.desk),
            roster=Roster(desk.real.desk),
            show=self.opened.append,
            session=desk.session,
            tasks=desk.tasks,
            say=desk.ears,
        )


@pytest.fixture
def desk(tmp_path: Path):  # type: ignore[no-untyped-def]
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


def test_people_without_a_usable_photo_are_listed_with_the_reason(desk: Office) -> None:
    faces = Faces(desk)
    Gallery(desk.real.desk)(FakeEngine(), lambda: False)
    faces.presenter.show_photos()
    people = Roster(desk.real.desk).rows()
    without = {row.retiree.name for row in people if row.retiree.photo is None}
    assert without
    assert {photo.name for photo in faces.opened[0] if photo.words == "没有照片"} == without


def test_the_card_is_busy_until_the_engine_has_started(desk: Office) -> None:
    faces = Faces(desk)
    faces.presenter.show_busy(True)
    assert faces.card.states[-1].busy
    faces.presenter.on_engine(EngineInfo(versions=("pack 1",)))
    assert not faces.card.states[-1].busy


def test_what_the_center_wants_of_the_models_stands_on_the_card_only_when_it_wants_something(
    qtbot: QtBot, desk: Office
) -> None:
    card = FacesCard()
    qtbot.addWidget(card)
    card.show()
    line = card.findChild(QLabel, "faces_pack")
    card.show_state(FacesState())
    assert not line.isVisible()
    card.show_state(FacesState(pack="省中心要求更换模型包，联网后自动安装。"))
    assert line.isVisible()


def test_an_engine_that_lacks_a_model_says_so_once_by_itself(desk: Office) -> None:
    faces = Faces(desk)
    lacking = EngineInfo(versions=("1",), degraded=("no_faceres",))
    for _again in range(2):
        faces.presenter.on_engine(lacking)
    assert len(desk.ears.notices) == 1
    assert face_text.degraded(("no_faceres",)) in desk.ears.notices[0]
    faces.presenter.on_engine(EngineInfo(versions=("1",)))
    assert len(desk.ears.notices) == 1


def test_new_photos_that_need_a_look_are_told_and_old_ones_are_not_told_again(desk: Office) -> None:
    faces = Faces(desk)
    for unusable, done in ((2, 9), (2, 9), (3, 8), (3, 9), (3, 9), (1, 9)):
        faces.presenter.on_gallery(GalleryReport(photos=9, done=done, unusable=unusable))
    assert desk.ears.notices == [face_text.PHOTOS_TO_LOOK_AT]


@pytest.mark.parametrize(
    ("taken_on", "words"),
    [
        (None, "拍摄时间不详"),
        (date(2026, 3, 1), "一年内拍的"),
        (date(2025, 11, 25), "一年内拍的"),
        (date(2025, 11, 24), "1 年前拍的"),
        (date(2009, 12, 1), "16 年前拍的"),
    ],
)
def test_the_age_of_the_photo_is_told_in_full_years(taken_on: date | None, words: str) -> None:
    assert face_text.photo_age(taken_on, date(2026, 11, 24)) == words


def test_only_an_administrator_sees_the_button(qtbot: QtBot, desk: Office) -> None:
    card = FacesCard()
    qtbot.addWidget(card)
    card.show()
    button = card.findChild(QPushButton, "faces_install")
    for role in Role:
        card.show_state(FacesState(may_manage=role is Role.ADMIN))
        assert button.isVisible() == (role is Role.ADMIN)


@pytest.mark.parametrize(
    ("gallery", "words"),
    [
        (None, "还没有看过名册照片，空闲时会自动看。"),
        (GalleryReport(photos=9, done=4, unusable=1), "正在看名册照片：4 / 9，空闲时继续。"),
        (GalleryReport(photos=9, done=9, unusable=0), "名册照片 9 张，都能用。"),
        (GalleryReport(photos=9, done=9, unusable=1), "名册照片 9 张，有的要看一看。"),
        (GalleryReport(photos=9, done=9, unusable=0, pairs=1), "名册照片 9 张，有的要看一看。"),
    ],
)
def test_the_card_tells_how_far_the_photos_are(qtbot: QtBot, gallery: GalleryReport | None, words: str) -> None:
    card = FacesCard()
    qtbot.addWidget(card)
    card.show_state(FacesState(gallery=gallery))
    assert words in [child.text() for child in card.findChildren(type(card._photos))]


def test_a_double_click_opens_the_person(qtbot: QtBot) -> None:
    photo = DoubtfulPhoto("r1", "李秀英", "430001", "照片模糊")  # type: ignore[arg-type]
    dialog = PhotosDialog(None, (photo,))
    qtbot.addWidget(dialog)
    asked: list[str] = []
    dialog.person_asked.connect(asked.append)
    table = dialog.findChild(QTableView, "photos_table")
    table.activated.emit(table.model().index(0, 0))
    assert asked == ["r1"]


def test_every_code_that_the_engine_can_tell_has_words() -> None:
    source = inspect.getsource(engine)
    told = set(re.findall(r'"((?:no|pack)_[a-z]+)"', source))
    shipped = models.read_manifest(Path(__file__).resolve().parents[2] / "resources" / "models")
    optional = {f"no_{name}" for name in shipped if name != "facemesh"}  # without the mesh the engine does not start
    assert {"no_pack", "no_faceres"} <= told | optional <= set(face_text.DEGRADED)
