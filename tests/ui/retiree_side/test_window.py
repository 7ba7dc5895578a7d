"""The retiree's window: large words, a drawing for every hint, nobody's picture left behind."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.challenge import Challenge
from app.domain.evidence import Hint
from app.ui.screens.retiree_side import words
from app.ui.screens.retiree_side.pictogram import DRAWINGS, Pictogram
from app.ui.screens.retiree_side.state import IDLE, Scene
from app.ui.screens.retiree_side.view import SENTENCE_PT, RetireeSide
from app.ui.widgets.pictures import CameraView


@pytest.fixture
def side(qtbot: QtBot) -> RetireeSide:
    made = RetireeSide()
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    return made


def capture(hint: Hint) -> Scene:
    return Scene(prompt=f"hint_{hint.value}", picture=hint, camera=True)


@pytest.mark.parametrize("hint", [*Hint, *Challenge])
def test_every_hint_and_request_has_a_drawing_with_ink_in_it(qtbot: QtBot, hint: Hint | Challenge) -> None:
    drawn = Pictogram()
    qtbot.addWidget(drawn)
    drawn.resize(200, 200)
    drawn.show_hint(hint, "x")
    image = drawn.grab().toImage()
    blank = image.pixelColor(1, 1)
    inked = sum(image.pixelColor(x, y) != blank for x in range(0, 200, 4) for y in range(0, 200, 4))
    assert inked > 60
    assert hint in DRAWINGS


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (1920, 1080), (1280, 1024)])
def test_every_sentence_is_large_and_not_cut_off(side: RetireeSide, size: tuple[int, int]) -> None:
    side.resize(*size)
    label = side.findChild(QLabel, "side_sentence")
    assert label is not None
    for code in words.PROMPTS:
        side.show_scene(Scene(prompt=code, camera=code.startswith("hint_"), until=None))
        side.layout().activate()
        assert label.font().pixelSize() >= round(SENTENCE_PT * side.logicalDpiY() / 72), code
        assert label.heightForWidth(label.width()) <= label.height() + 2, code
        assert label.geometry().bottom() < side.height(), code


def test_the_new_date_stands_below_the_last_sentence(side: RetireeSide) -> None:
    side.show_scene(Scene(prompt=words.DONE, until=date(2027, 11, 24)))
    until = side.findChild(QLabel, "side_until")
    assert until is not None
    assert until.isVisible()
    assert "2027" in until.text()


def test_after_the_capture_no_picture_stays_behind(side: RetireeSide) -> None:
    picture = QImage(64, 48, QImage.Format.Format_RGB888)
    picture.fill(QColor("red"))
    side.show_scene(capture(Hint.CLOSER))
    side.show_frame(picture)
    camera = side.findChild(CameraView)
    assert camera is not None
    assert camera.has_picture()
    side.show_scene(IDLE)
    assert not camera.has_picture()
    side.show_frame(picture)
    assert not camera.has_picture()


def test_the_keys_of_the_window(qtbot: QtBot, side: RetireeSide) -> None:
    asked: list[str] = []
    side.repeat_asked.connect(lambda: asked.append("repeat"))
    side.pace_asked.connect(lambda: asked.append("pace"))
    side.closed.connect(lambda: asked.append("closed"))
    for name in ("side_repeat", "side_pace"):
        made = side.findChild(QPushButton, name)
        assert made is not None
        assert made.accessibleName()
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    side.close()
    assert asked == ["repeat", "pace", "closed"]


def test_a_stand_in_camera_is_named_on_this_side_too(side: RetireeSide) -> None:
    side.show_scene(Scene(prompt=words.LOOK, camera=True, simulated=True))
    said = side.findChild(QLabel, "side_simulated")
    assert said is not None
    assert said.isVisible()
    assert "模拟摄像头" in said.text()
