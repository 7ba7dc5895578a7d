"""The reports put together."""

from app.services.paper_facts import PaperFacts
from app.services.reports import Reports
from app.ui.means import Means
from app.ui.ports import Printing, Say
from app.ui.screens.reports.presenter import ReportPresenter
from app.ui.screens.reports.view import ReportsView


class ReportsRoom:
    """Attributes: view."""

    def __init__(self, means: Means, *, say: Say, printing: Printing) -> None:
        self.view = ReportsView()
        desk = means.desk
        made = ReportPresenter(
            view=self.view,
            reports=Reports(desk),
            facts=PaperFacts(desk),
            papers=means.papers,
            printing=printing,
            clock=desk.clock,
            tasks=means.tasks,
            say=say,
        )
        self._presenter = made
        self.view.period_chosen.connect(made.choose)
        self.view.book_asked.connect(made.save_book)
        self.view.pdf_asked.connect(made.save_pdf)
        self.view.copy_asked.connect(made.copy)

    def open(self) -> None:
        """Fresh figures."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Fresh figures."""
        self._presenter.refresh()
