"""Listens to the clerk's visit screen and tells the retiree's side; speaks each new sentence once."""

from typing import Protocol

from app.services.device_ports import Spoken
from app.ui.screens.retiree_side.state import IDLE, Scene, scene
from app.ui.screens.visit.presenter import VisitScreen
from app.ui.screens.visit.state import CaptureState, VisitState


class SideView(Protocol):
    """What the presenter asks of the window."""

    def show_scene(self, scene: Scene) -> None: ...
    def isVisible(self) -> bool: ...


class Speaker(Protocol):
    """Says a sentence; silence where the computer has no sound. ``patient``: not into the sentence that is being said."""

    def warm(self) -> None: ...
    def say(self, spoken: Spoken, *, patient: bool = False) -> None: ...
    def repeat(self) -> None: ...
    def change_pace(self) -> None: ...
    def hush(self) -> None: ...
    def choices(self) -> tuple[str, ...]: ...
    def choose(self, dialect: str) -> None: ...


class RetireeSidePresenter:
    """Implements VisitScreen around the clerk's own, so that both sides always show the same step."""

    def __init__(self, *, clerk: VisitScreen, view: SideView, voice: Speaker) -> None:
        self._clerk, self._view, self._voice = clerk, view, voice
        self._visit: VisitState | None = None
        self._live = CaptureState()
        self._scene = IDLE
        self._hidden = False

    # ---------------------------------------------------------------- VisitScreen

    def show_state(self, state: VisitState) -> None:
        """A step of the visit."""
        self._clerk.show_state(state)
        self._visit = state
        self._show()

    def show_capture(self, state: CaptureState) -> None:
        """Coaching and trouble."""
        self._clerk.show_capture(state)
        self._live = state
        self._show()

    def show_page(self, width: int, height: int, rgb: bytes) -> None:
        """Paper is for the clerk's side only."""
        self._clerk.show_page(width, height, rgb)

    def page_width(self) -> int:
        """The clerk's."""
        return self._clerk.page_width()

    def ask_override(self) -> tuple[str, str, str] | None:
        """The clerk's."""
        return self._clerk.ask_override()

    # ---------------------------------------------------------------- the window

    def follow(self, *, on_visit: bool, visit_open: bool) -> None:
        """Away from the visit nothing of it is shown; when it is over nothing of it stays."""
        self._hidden = not on_visit
        if not visit_open:
            self._visit = None
        self._show()

    def opened(self) -> None:
        """The window came up: say where things stand."""
        self._view.show_scene(self._scene)
        self._voice.warm()
        self._voice.say(self._scene.spoken)

    def closed(self) -> None:
        """The window was shut."""
        self._voice.hush()

    def repeat(self) -> None:
        """再听一遍."""
        self._voice.repeat()

    def change_pace(self) -> None:
        """说慢一点, and back."""
        self._voice.change_pace()
        self._voice.repeat()

    def _show(self) -> None:
        new = scene(None if self._hidden else self._visit, self._live)
        if new == self._scene:
            return
        former, self._scene = self._scene, new
        if not self._view.isVisible():
            return
        self._view.show_scene(new)
        if new.spoken != former.spoken:
            self._voice.say(new.spoken, patient=former.camera and new.camera)  # no hint is cut off by the next
