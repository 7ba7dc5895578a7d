"""The desk's room for home visits put together."""

from collections.abc import Callable, Sequence

from app.domain.ids import RetireeId
from app.services.home_visits import HomeVisits
from app.ui.means import Means
from app.ui.ports import Navigate, Say
from app.ui.screens.home_visits.presenter import HomeVisitsPresenter
from app.ui.screens.home_visits.view import HomeVisitsView
from app.ui.session import Session


class HomeVisitsRoom:
    """Attributes: view."""

    def __init__(
        self, means: Means, *, session: Session, say: Say, navigate: Navigate, arrived: Callable[[], None]
    ) -> None:
        self.view = view = HomeVisitsView()
        made = HomeVisitsPresenter(
            view=view,
            visits=HomeVisits(means.desk),
            files=means.trip_files,
            session=session,
            tasks=means.tasks,
            say=say,
            navigate=navigate,
            arrived=arrived,
        )
        self._presenter = made
        view.packed.connect(
            lambda passphrase, until, folder: made.pack(passphrase=passphrase, expires_on=until, folder=folder)
        )
        view.taken.connect(made.take_back)
        view.dropped.connect(made.drop)
        view.planned_asked.connect(made.add_planned)
        view.lost_asked.connect(made.set_lost)
        view.person_asked.connect(made.open_person)
        view.find_asked.connect(navigate.find)
        view.lists_asked.connect(lambda: navigate.open("lists"))

    def add(self, ids: Sequence[RetireeId]) -> int:
        """More people for the next visit; how many there are now."""
        return self._presenter.add(ids)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
