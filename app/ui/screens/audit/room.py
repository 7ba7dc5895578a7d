"""The reviewer's room put together."""

from app.services.ports import Papers, TaskRunner
from app.services.scrutiny import Scrutiny
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.audit.presenter import AuditPresenter
from app.ui.screens.audit.view import AuditView
from app.ui.session import Session


class AuditRoom:
    """Attributes: view."""

    def __init__(
        self,
        scrutiny: Scrutiny,
        *,
        papers: Papers,
        tasks: TaskRunner,
        session: Session,
        say: Say,
        navigate: Navigate,
        printing: Printing,
    ) -> None:
        self.view = AuditView()
        made = AuditPresenter(
            view=self.view,
            scrutiny=scrutiny,
            papers=papers,
            printing=printing,
            session=session,
            tasks=tasks,
            say=say,
            navigate=navigate,
        )
        self._presenter = made
        self.view.sign_opened.connect(made.open_sign)
        self.view.searched.connect(made.search)
        self.view.export_asked.connect(made.export)
        self.view.verify_asked.connect(made.verify)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """It does not change under the reviewer's eyes."""
