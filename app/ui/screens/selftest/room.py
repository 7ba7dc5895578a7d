"""The self-test put together."""

from collections.abc import Callable

from app.ui.means import Means
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.selftest.presenter import SelftestPresenter
from app.ui.screens.selftest.view import SelftestView


class SelftestRoom:
    """Attributes: view, presenter."""

    def __init__(
        self, means: Means, *, say: Say, navigate: Navigate, printing: Printing, sound: Callable[[], None]
    ) -> None:
        self.view = SelftestView()
        self.presenter = SelftestPresenter(
            view=self.view, care=means.care, tasks=means.tasks, printing=printing, say=say
        )
        self.view.again_asked.connect(self.presenter.examine)
        self.view.save_asked.connect(self.presenter.save)
        self.view.sound_asked.connect(sound)
        self.view.back_asked.connect(lambda: navigate.open("settings"))

    def open(self) -> None:
        """Examine at once."""
        self.presenter.examine()

    def synced(self) -> None:
        """Nothing here comes from the center."""
