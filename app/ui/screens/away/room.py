"""The laptop's room put together."""

from collections.abc import Callable

from app.services.away import Away
from app.services.ports import TaskRunner
from app.ui.ports import Navigate, Say
from app.ui.screens.away.presenter import AwayPresenter
from app.ui.screens.away.view import AwayView
from app.ui.session import Session


class AwayRoom:
    """Attributes: view."""

    def __init__(
        self, away: Away, *, session: Session, tasks: TaskRunner, say: Say, navigate: Navigate, wipe: Callable[[], None]
    ) -> None:
        self.view = view = AwayView()
        made = AwayPresenter(view=view, away=away, session=session, tasks=tasks, say=say, navigate=navigate, wipe=wipe)
        self._presenter = made
        view.start_asked.connect(made.start)
        view.person_asked.connect(made.open_person)
        view.brought.connect(made.bring_back)
        view.confirmed.connect(made.confirm)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Nothing comes from a center here."""
