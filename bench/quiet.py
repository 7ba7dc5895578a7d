"""The demo's visit without what is the demo's own: no screenshots, no queries or papers on the window's thread."""

from collections.abc import Callable
from pathlib import Path

from app.domain.evidence import Band
from app.domain.visit import VisitStep
from demo.player import Player
from demo.story import Story


class Blind(Player):
    """The player without its screenshots."""

    def picture(self, name: str) -> Path:
        """Nothing."""
        return self.folder / name


class QuietStory(Story):
    """The demo's visit without the demo's own work on the window's thread: no queries, no papers, no pictures."""

    def _step_is(self, step: VisitStep) -> Callable[[], bool]:
        def holds() -> bool:
            state = self._desktop.visit_._state
            return state is not None and state.step is step

        return holds

    def _advice(self) -> Band:
        state = self._desktop.visit_._state
        advice = state.view.visit.advice if state is not None else None
        return advice.band if advice is not None else Band.NONE

    def receipt(self) -> None:
        """Until the center's receipt is on screen."""
        badge = lambda: self._words("receipt_state", kind="badge") == "已认证"  # noqa: E731
        self._player.wait_for(badge, seconds=15, what="已认证 on screen")

    def form_route(self) -> None:
        """Another retiree, without consent."""
        player = self._player
        player.type("find_search", "tmx")
        player.wait_for(lambda: self._words("find_name").startswith("田满"), seconds=5, what="the card")
        for name in ("find_start", "precheck_go", "consent_no"):
            player.click(name)
        player.shown("form_save")
