"""The person's page put together."""

from app.domain.ids import RetireeId
from app.services.context import Desk
from app.services.ports import TaskRunner
from app.services.roster import Roster
from app.ui.ports import Navigate, Say
from app.ui.screens.person.presenter import PersonPresenter
from app.ui.screens.person.view import PersonView


class PersonRoom:
    """Attributes: view."""

    def __init__(self, desk: Desk, *, tasks: TaskRunner, say: Say, navigate: Navigate) -> None:
        self.view = PersonView()
        self._presenter = PersonPresenter(
            view=self.view, roster=Roster(desk), clock=desk.clock, tasks=tasks, say=say, navigate=navigate
        )
        self.view.start_asked.connect(self._presenter.start)
        self.view.back_asked.connect(self._presenter.back)
        self.view.article_asked.connect(navigate.article)

    def show(self, retiree_id: RetireeId) -> None:
        """Whose page."""
        self._presenter.show(retiree_id)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
