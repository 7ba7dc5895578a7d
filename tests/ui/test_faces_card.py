"""The card about the face check, over real services and a fake engine's news."""

import inspect
import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QTableView
from pytestqt.qtbot import QtBot

from app.domain.operator import Role
from app.errors import AppError
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
        self.card, self.opened, self.restarts = Shown(), list[tuple[DoubtfulPhoto, ...]](), 0
        self.installed: list[Path] = []
        self.refusal: AppError | None = None
        self.presenter = FacesPresenter(
            card=self.card,
            gallery=Gallery(desk.real.desk),
            roster=Roster(desk.real.desk),
            install=self._install,
            restart=self._restart,
            show=self.opened.append,
            session=desk.session,
            tasks=desk.tasks,
            say=desk.ears,
        )

    def _install(self, file: Path) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.installed.append(file)

    def _restart(self) -> None:
        self.restarts += 1


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


def test_a_pack_is_installed_and_the_engine_loaded_anew(desk: Office) -> None:
    faces = Faces(desk)
    faces.presenter.install(Path("pack.zip"))
    assert (faces.installed, faces.restarts) == ([Path("pack.zip")], 1)
    assert faces.card.states[-1].busy
    faces.presenter.on_engine(EngineInfo(versions=("pack 1",)))
    assert not faces.card.states[-1].busy


def test_a_refused_pack_changes_nothing_and_says_why(desk: Office) -> None:
    faces = Faces(desk)
    faces.refusal = AppError("pack.unsigned")
    faces.presenter.install(Path("pack.zip"))
    assert faces.restarts == 0
    assert not faces.card.states[-1].busy
    assert desk.ears.errors == [faces.refusal]


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
