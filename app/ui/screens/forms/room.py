"""The forms screen put together."""

from collections.abc import Callable

from PySide6.QtCore import QTimer

from app.services.case_scans import CaseScans
from app.services.month import MonthForms
from app.services.paper_facts import PaperFacts
from app.services.roster import Roster
from app.ui.means import Means
from app.ui.ports import Navigate, Say
from app.ui.screens.forms.presenter import FormsPresenter
from app.ui.screens.forms.scans import Scans
from app.ui.screens.forms.view import FormsView
from app.ui.session import Session

TICK_MS = 300


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
            facts=PaperFacts(desk),
            write_folder=means.write_folder,
            session=session,
            tasks=means.tasks,
            say=say,
            navigate=navigate,
            sent=sent,
        )
        self._presenter = made
        scans = self._scans = Scans(
            view=self.view,
            scans=CaseScans(desk),
            roster=Roster(desk),
            reader=means.scan_back,
            scanners=means.scanners,
            session=session,
            tasks=means.tasks,
            say=say,
            finished=made.refresh,
        )
        self.view.scan_asked.connect(scans.from_files)
        self.view.scanner_asked.connect(scans.from_scanner)
        self.view.send_asked.connect(made.send)
        self.view.row_opened.connect(made.go_on)
        self.view.paper_asked.connect(made.deliver)
        self.view.scan.taken.connect(lambda day, looked: scans.take(signed_on=day, looked_at=looked))
        self.view.scan.skipped.connect(scans.skip)
        self.view.scan.stopped.connect(scans.stop)
        self._tick = QTimer(self.view)
        self._tick.timeout.connect(scans.tick)
        self._tick.start(TICK_MS)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
