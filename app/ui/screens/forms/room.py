"""The forms screen put together."""

from collections.abc import Callable

from app.services.case_scans import CaseScans
from app.services.month import MonthForms
from app.services.paper_facts import PaperFacts
from app.services.roster import Roster
from app.ui.means import Means
from app.ui.ports import Navigate, Say
from app.ui.screens.forms.presenter import FormsPresenter
from app.ui.screens.forms.view import FormsView
from app.ui.session import Session


class FormsRoom:
    """Attributes: view."""

    def __init__(
        self, means: Means, *, session: Session, say: Say, navigate: Navigate, sent: Callable[[], None]
    ) -> None:
        self.view = FormsView()
        desk = means.desk
        made = FormsPresenter(
            view=self.view,
            month=MonthForms(desk),
            scans=CaseScans(desk),
            roster=Roster(desk),
            facts=PaperFacts(desk),
            reader=means.scan_back,
            write_folder=means.write_folder,
            session=session,
            tasks=means.tasks,
            say=say,
            navigate=navigate,
            sent=sent,
        )
        self._presenter = made
        self.view.scan_asked.connect(made.scan_in)
        self.view.send_asked.connect(made.send)
        self.view.row_opened.connect(made.go_on)
        self.view.paper_asked.connect(made.deliver)
        self.view.scan.taken.connect(lambda day, looked: made.take(signed_on=day, looked_at=looked))
        self.view.scan.skipped.connect(made.skip)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
