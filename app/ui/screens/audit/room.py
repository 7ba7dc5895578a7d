"""The reviewer's room put together."""

from app.services.form_reviews import FormReviews
from app.services.ports import Papers, TaskRunner
from app.services.scrutiny import Scrutiny
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.audit.presenter import AuditPresenter
from app.ui.screens.audit.review import ReviewPresenter
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
        review = ReviewPresenter(
            view=self.view.review,
            reviews=FormReviews(scrutiny.desk),
            papers=papers,
            session=session,
            tasks=tasks,
            say=say,
            navigate=navigate,
        )
        self._presenter, self._review, self._session = made, review, session
        self.view.review.chosen.connect(review.choose)
        self.view.review.passed.connect(review.pass_on)
        self.view.review.sent_back.connect(review.send_back)
        self.view.review.person_asked.connect(review.open_person)
        self.view.signs.opened.connect(made.open_sign)
        self.view.signs.chosen.connect(made.look_at)
        self.view.signs.settled.connect(made.settle)
        self.view.searched.connect(made.search)
        self.view.export_asked.connect(made.export)
        self.view.verify_asked.connect(made.verify)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
        if self._session.operator is not None and self._session.operator.reviews:
            self._review.refresh()

    def synced(self) -> None:
        """It does not change under the reviewer's eyes."""
