"""The window on the retiree's side: full screen on a second screen, or over everything on the only one until Esc."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui import text, theme
from app.ui.screens.retiree_side import words
from app.ui.screens.retiree_side.pictogram import Pictogram
from app.ui.screens.retiree_side.state import IDLE, Scene
from app.ui.shortcuts import SHORTCUTS
from app.ui.widgets.basic import button, label
from app.ui.widgets.pictures import CameraView

SENTENCE_PT = 48
"""Smallest size of the sentence; larger where the screen allows it."""
SENTENCE_SHARE = 0.085
"""Of the window's height, in pixels."""


class RetireeSide(QWidget):
    """Signals: repeat_asked(), pace_asked() for the voice; closed() when it was shut. Attributes: again, slower: the two buttons."""

    repeat_asked = Signal()
    pace_asked = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("retiree_side")
        self.setWindowTitle("请看这里")
        self.setStyleSheet(f"#retiree_side {{ background: {theme.PALETTE.surface}; }}")
        self._scene = IDLE
        self._camera, self._pictogram = CameraView(), Pictogram()
        self._sentence = label("", wrap=True, name="side_sentence")
        self._until = label("", wrap=True, name="side_until")
        self._simulated = label(text.SIMULATED_CAMERA, "simulated", name="side_simulated")
        for one in (self._sentence, self._until):
            one.setAlignment(Qt.AlignmentFlag.AlignCenter)
            one.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.again, self.slower = again, slower = button("再听一遍", "side_repeat"), button("说慢一点", "side_pace")
        slower.setCheckable(True)
        again.clicked.connect(self.repeat_asked)
        slower.clicked.connect(self.pace_asked)
        for made in (again, slower):
            made.setStyleSheet("font-size: 30px; padding: 12px 34px;")
        self._layout(again, slower)
        theirs = ((SHORTCUTS["side_repeat"], again.click), (SHORTCUTS["side_pace"], slower.click))
        for keys, act in (
            ("Esc", self.close),
            (SHORTCUTS["side"], self.close),
            ("R", again.click),
            ("S", slower.click),
            *theirs,
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self.show_scene(IDLE)

    def _layout(self, again: QWidget, slower: QWidget) -> None:
        pictures = QHBoxLayout()
        pictures.setSpacing(32)
        pictures.addWidget(self._camera, 3)
        pictures.addWidget(self._pictogram, 2)
        below = QHBoxLayout()
        below.addWidget(again)
        below.addStretch(1)
        below.addWidget(self._simulated)
        below.addStretch(1)
        below.addWidget(slower)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(36, 28, 36, 24)
        whole.setSpacing(18)
        whole.addLayout(pictures)
        whole.addStretch()
        whole.addWidget(self._sentence)
        whole.addWidget(self._until)
        whole.addStretch()
        whole.addLayout(below)
        self._whole = whole

    def bring_up(self) -> None:
        """On the second screen when there is one."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.setGeometry(screens[1].geometry())
        self.showFullScreen()

    def show_frame(self, image: QImage) -> None:
        """The newest frame, mirrored as in a looking-glass."""
        if self._scene.camera and self.isVisible():
            self._camera.show_frame(image)

    def show_scene(self, scene: Scene) -> None:
        """One sentence, one drawing."""
        self._scene = scene
        self._camera.setVisible(scene.camera)
        self._pictogram.setVisible(scene.picture is not None)
        pictured = scene.camera or scene.picture is not None
        for place, share in ((0, int(pictured)), (1, int(not pictured)), (4, int(not pictured))):
            self._whole.setStretch(place, share)
        if not scene.camera:
            self._camera.show_words("")  # nobody's picture stays behind
        self._camera.show_good(scene.good)
        self._camera.show_lamp(scene.lamp)
        self._pictogram.show_hint(scene.picture, scene.sentence)
        self._sentence.setText(scene.sentence)
        self._until.setText("" if scene.until is None else words.until_words(scene.until))
        self._until.setVisible(scene.until is not None)
        self._simulated.setVisible(scene.simulated)
        self._fit()

    @property
    def scene(self) -> Scene:
        """What is shown now."""
        return self._scene

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # the name is Qt's
        self._fit()

    def _fit(self) -> None:
        least = round(SENTENCE_PT * self.logicalDpiY() / 72)
        size = max(least, int(self.height() * SENTENCE_SHARE))
        for one, colour in ((self._sentence, theme.PALETTE.ink), (self._until, theme.PALETTE.good)):
            one.setStyleSheet(f"font-size: {size}px; font-weight: 500; color: {colour};")

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
