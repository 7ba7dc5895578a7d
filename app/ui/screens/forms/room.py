"""The forms screen put together."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer

from app.services.case_scans import CaseScans
from app.services.cases import Cases
from app.services.desk_settings import DeskSettings
from app.services.month import MonthForms
from app.services.paper_facts import PaperFacts
from app.services.roster import Roster
from app.ui.means import Means
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.forms.presenter import FormsPresenter
from app.ui.screens.forms.print_many import PrintMany
from app.ui.screens.forms.scans import ScanItem, Scans
from app.ui.screens.forms.view import FormsView
from app.ui.screens.forms.watch import Watch
from app.ui.session import Session

TICK_MS, LOOK_MS = 300, 3000


class FormsRoom:
    """Attributes: view."""

    def __init__(
        self,
        means: Means,
        *,
        session: Session,
        say: Say,
        navigate: Navigate,
        printing: Printing,
        sent: Callable[[], None],
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
            scans=CaseScans(desk, means.scan_back),
            roster=Roster(desk),
            reader=means.scan_back,
            scanners=means.scanners,
            session=session,
            tasks=means.tasks,
            say=say,
            finished=self._finished,
        )
        watch = self._watch = Watch(
            view=self.view,
            scans=scans,
            open_inbox=means.open_inbox,
            settings=DeskSettings(desk),
            tasks=means.tasks,
            say=say,
        )
        many = PrintMany(
            view=self.view,
            month=MonthForms(desk),
            cases=Cases(desk),
            facts=PaperFacts(desk),
            papers=means.papers,
            printing=printing,
            session=session,
            tasks=means.tasks,
            say=say,
            printed=made.refresh,
        )
        self.view.article_asked.connect(navigate.article)
        self.view.print_asked.connect(many.forms)
        self.view.print_stopped.connect(many.stop)
        self.view.summary_asked.connect(many.summary)
        self.view.blank_asked.connect(lambda is_list: many.blank_summary() if is_list else many.blank_form())
        self.view.watch_asked.connect(watch.choose)
        self.view.scan_asked.connect(scans.from_files)
        self.view.scanner_asked.connect(scans.from_scanner)
        self.view.send_asked.connect(made.send)
        self.view.row_opened.connect(made.go_on)
        self.view.paper_asked.connect(made.deliver)
        self.view.back_asked.connect(made.step_back)
        self.view.scan.taken.connect(lambda day, looked: scans.take(signed_on=day, looked_at=looked))
        self.view.scan.skipped.connect(scans.skip)
        self.view.scan.stopped.connect(scans.stop)
        self._tick = QTimer(self.view)
        self._tick.timeout.connect(scans.tick)
        self._tick.timeout.connect(many.tick)
        self._tick.start(TICK_MS)
        self._look = QTimer(self.view)
        self._look.timeout.connect(self._look_in)
        self._look.start(LOOK_MS)

    def open(self) -> None:
        """Fresh contents."""
        self._watch.load()
        self._presenter.refresh()

    def read_pictures(self, pictures: Sequence[bytes]) -> None:
        """Pages from the camera."""
        self._scans.read_pictures(pictures)

    def _finished(self, items: tuple[ScanItem, ...]) -> None:
        self._watch.finished(items)
        self._presenter.refresh()

    def _look_in(self) -> None:
        """Only before the clerk's eyes: nothing is read behind a locked screen."""
        if self.view.isVisible():
            self._watch.look()

    def synced(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
