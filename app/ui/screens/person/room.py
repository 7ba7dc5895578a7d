"""The person's page put together."""

from app.domain.certification import Certification
from app.domain.eligibility_report import EligibilityReport
from app.domain.ids import RetireeId
from app.services.context import Desk
from app.services.corrections import Corrections
from app.services.data_sheet import DataSheets
from app.services.eligibility import Eligibility
from app.services.erasure import Erasure
from app.services.follow_ups import FollowUps
from app.services.ports import Papers, TaskRunner
from app.services.roster import Document, Roster
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.lists.contact_dialog import ContactDialog
from app.ui.screens.person.corrections import CorrectionPresenter, open_correction
from app.ui.screens.person.document_dialog import DocumentDialog
from app.ui.screens.person.documents import DocumentPresenter
from app.ui.screens.person.presenter import PersonPresenter
from app.ui.screens.person.privacy import PrivacyPresenter, open_privacy
from app.ui.screens.person.reports import ReportsPresenter, open_dialog
from app.ui.screens.person.view import PersonView
from app.ui.session import Session


class PersonRoom:
    """Attributes: view."""

    def __init__(
        self,
        desk: Desk,
        *,
        erasure: Erasure,
        papers: Papers,
        tasks: TaskRunner,
        session: Session,
        say: Say,
        navigate: Navigate,
        printing: Printing,
    ) -> None:
        self.view = PersonView()
        self._presenter = PersonPresenter(
            view=self.view,
            roster=Roster(desk),
            follow_ups=FollowUps(desk),
            clock=desk.clock,
            session=session,
            tasks=tasks,
            say=say,
            navigate=navigate,
        )
        self.view.start_asked.connect(self._presenter.start)
        self.view.back_asked.connect(self._presenter.back)
        self.view.article_asked.connect(navigate.article)
        self.view.home_visit_asked.connect(self._presenter.home_visit)
        self._reports = ReportsPresenter(
            eligibility=Eligibility(desk),
            papers=papers,
            printing=printing,
            clock=desk.clock,
            session=session,
            tasks=tasks,
            say=say,
            changed=self._presenter.refresh,
        )
        self._corrections = CorrectionPresenter(
            corrections=Corrections(desk),
            clock=desk.clock,
            session=session,
            tasks=tasks,
            say=say,
            changed=self._presenter.refresh,
        )
        self._privacy = PrivacyPresenter(
            erasure=erasure,
            sheets=DataSheets(desk),
            papers=papers,
            printing=printing,
            session=session,
            tasks=tasks,
            say=say,
            changed=self._presenter.refresh,
        )
        self.view.privacy_asked.connect(self._open_privacy)
        self._roster, self._papers, self._tasks, self._say = Roster(desk), papers, tasks, say
        self.view.contact_asked.connect(self._contact)
        self.view.correct_asked.connect(self._correct)
        self.view.document_asked.connect(self._document)
        self.view.report_asked.connect(self._report)
        self.view.reports.notice_asked.connect(self._reports.print_notice)
        self.view.reports.withdraw_asked.connect(self._withdraw)

    def _report(self) -> None:
        retiree = self._presenter.retiree
        if retiree is not None:
            dialog = open_dialog(self.view.window(), self._reports, retiree)
            dialog.article_asked.connect(self.view.article_asked)

    def _open_privacy(self) -> None:
        retiree = self._presenter.retiree
        if retiree is not None:
            open_privacy(self.view.window(), self._privacy, retiree.id, retiree.name)

    def _contact(self) -> None:
        retiree = self._presenter.retiree
        if retiree is None:
            return
        dialog = ContactDialog(self.view.window(), retiree.name)
        if dialog.exec():
            self._presenter.log(dialog.contact())

    def _correct(self, certification: Certification) -> None:
        retiree = self._presenter.retiree
        if retiree is not None:
            open_correction(self.view.window(), self._corrections, certification, retiree.name)

    def _document(self, document: Document) -> None:
        retiree = self._presenter.retiree
        dialog = DocumentDialog(self.view.window(), title=retiree.name if retiree is not None else "")
        made = DocumentPresenter(
            dialog=dialog, roster=self._roster, papers=self._papers, tasks=self._tasks, say=self._say
        )
        dialog.page_asked.connect(made.page)
        dialog.open()
        made.open(document)

    def _withdraw(self, report: EligibilityReport) -> None:
        because = self.view.reports.ask_reason()
        if because is not None:
            self._reports.withdraw(report, because)

    def show(self, retiree_id: RetireeId) -> None:
        """Whose page."""
        self._presenter.show(retiree_id)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
