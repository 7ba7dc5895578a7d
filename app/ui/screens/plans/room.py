"""The plans put together."""

from app.services.follow_ups import FollowUps
from app.services.paper_facts import PaperFacts
from app.services.plans import Plans
from app.ui.means import Means
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.plans.presenter import PlanPresenter
from app.ui.screens.plans.view import PlansView
from app.ui.session import Session


class PlansRoom:
    """Attributes: view."""

    def __init__(self, means: Means, *, session: Session, say: Say, navigate: Navigate, printing: Printing) -> None:
        self.view = PlansView()
        desk, view = means.desk, self.view
        made = PlanPresenter(
            view=view,
            plans=Plans(desk),
            follow_ups=FollowUps(desk),
            facts=PaperFacts(desk),
            papers=means.papers,
            printing=printing,
            session=session,
            tasks=means.tasks,
            say=say,
            navigate=navigate,
        )
        self._presenter = made
        view.day_chosen.connect(made.choose)
        view.print_asked.connect(made.print_day)
        view.contact_asked.connect(made.log_contact)
        view.start_asked.connect(made.start)
        view.person_asked.connect(made.open_person)
        view.back_asked.connect(made.back)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
