"""Whoever wants to know something: the help window, the tour at the first log-in, and who has seen it already."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app import resources
from app.domain.ids import OperatorId
from app.services.desk_settings import DeskSettings
from app.services.stored_settings import TOUR_SEEN
from app.ui import help_text
from app.ui.help_window import HelpWindow
from app.ui.main_window import MainWindow
from app.ui.means import Means
from app.ui.ports import Say
from app.ui.tour import Tour


class Guide:
    """Attributes: help: its window once it was opened; tour: the one that runs; settled: it is known whether the clerk gets the tour."""

    def __init__(self, means: Means, window: MainWindow, *, open_screen: Callable[[str], None], say: Say) -> None:
        self._means, self._window, self._say, self._open_screen = means, window, say, open_screen
        self._settings = DeskSettings(means.desk)
        self.help: HelpWindow | None = None
        self.tour: Tour | None = None
        self.settled = False
        window.closing.connect(self.close)

    def show_screen(self) -> None:
        """F1: the chapter of the screen that is up."""
        self._window_of_help().show_chapter(help_text.CHAPTER.get(self._window.present(), help_text.FIRST_CHAPTER))

    def hear(self, event: QEvent) -> None:
        """F1 in a dialog: the keys of the window do not reach it."""
        asks = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_F1
        if asks and QApplication.activeModalWidget() is not None:
            self.show_screen()

    def show_articles(self, articles: str) -> None:
        """The notice at these sections."""
        self._window_of_help().show_articles(articles)

    def welcome(self, operator: OperatorId) -> None:
        """The tour, the first time somebody logs in here."""
        key = f"{TOUR_SEEN}.{operator}"

        def known(seen: str | None) -> None:
            self.settled = True
            if seen is None:
                self.show_tour()
                self._means.tasks.database(lambda: self._settings.set(key, "1"), lambda _none: None, self._say.error)

        self._means.tasks.database(lambda: self._settings.get(key), known, self._say.error)

    def show_tour(self) -> None:
        """From its first card."""
        if self.tour is not None or self._window.present() == "login":
            return
        self.tour = Tour(self._window)
        self.tour.ended.connect(self._tour_ended)

    def close(self) -> None:
        """With the program, and when the desk is locked."""
        if self.help is not None:
            self.help.close()
        if self.tour is not None:
            self.tour.end()

    def _tour_ended(self) -> None:
        self.tour = None

    def _window_of_help(self) -> HelpWindow:
        if self.help is None:
            means = self._means
            self.help = HelpWindow(
                self._window, manual=means.manual, notice=means.notice, folder=resources.beside("docs") / "manual"
            )
            self.help.tour_asked.connect(self._repeat_tour)
            self.help.care_asked.connect(self._to_selftest)
        return self.help

    def _repeat_tour(self) -> None:
        self.close()
        self._open_screen("home")
        self.show_tour()

    def _to_selftest(self) -> None:
        self.close()
        self._open_screen("selftest")
