"""Watches for newer versions in the background and says in words how an offer stands. Applying it is the next start's."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, QTimer

from app.errors import AppError
from app.services.context import Desk
from app.services.ports import TaskRunner
from app.services.updates import Offer, UpdateSource, UpdateStanding, load_offer, standing
from app.ui import text
from app.ui.ports import Say

FIRST_MS, EVERY_MS = 60 * 1000, 60 * 60 * 1000


class UpdateWatch(QObject):
    """Asks the center a minute after the start and every hour; never in the way of a visit (``quiet``)."""

    def __init__(
        self,
        source: UpdateSource,
        tasks: TaskRunner,
        say: Say,
        *,
        running: str,
        today: Callable[[], date],
        remembered: Callable[[], Offer | None],
        quiet: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source, self._tasks, self._say = source, tasks, say
        self._running, self._today, self._remembered, self._quiet = running, today, remembered, quiet
        self._told_of = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.check)
        self._timer.start(FIRST_MS)

    def check(self) -> None:
        """Ask and fetch, off the window's thread."""
        self._timer.setInterval(EVERY_MS)
        self._tasks.io(self._ask, self._tell, self._say.error)

    def _ask(self) -> Offer | None:
        """Without network a required date counts all the same."""
        try:
            return self._source.run()
        except AppError as error:
            if not error.code.startswith("sync."):
                raise
            return self._remembered()

    def _tell(self, offer: Offer | None) -> None:
        how = standing(offer, self._running, self._today())
        if offer is None or how in (UpdateStanding.NONE, UpdateStanding.FETCHING) or self._quiet():
            return
        words = text.update_words(how, offer)
        if words != self._told_of or how is UpdateStanding.DUE:
            self._told_of = words
            self._say.notice(words)


def watch_updates(
    source: UpdateSource,
    desk: Desk,
    tasks: TaskRunner,
    say: Say,
    *,
    running: str,
    quiet: Callable[[], bool],
    parent: QObject,
) -> UpdateWatch:
    """The watch over the desk's own store and clock."""

    def remembered() -> Offer | None:
        with desk.uow() as opened:
            return load_offer(opened.settings)

    today = desk.clock.today
    return UpdateWatch(
        source, tasks, say, running=running, today=today, remembered=remembered, quiet=quiet, parent=parent
    )
