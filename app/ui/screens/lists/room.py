"""The lists put together."""

from app.services.follow_ups import FollowUps
from app.services.list_choices import ListChoices
from app.services.lists import ListQuery, ListRow, Lists
from app.services.messages import Messages
from app.services.paper_facts import PaperFacts
from app.ui.means import Means
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.lists.letter_dialog import LettersDialog
from app.ui.screens.lists.letters import LetterPresenter
from app.ui.screens.lists.message_dialog import SmsDialog
from app.ui.screens.lists.messages import MessagePresenter
from app.ui.screens.lists.presenter import ListPresenter
from app.ui.screens.lists.view import ListsView
from app.ui.session import Session


class ListsRoom:
    """Attributes: view."""

    def __init__(self, means: Means, *, session: Session, say: Say, navigate: Navigate, printing: Printing) -> None:
        self.view = ListsView()
        desk = means.desk
        made = ListPresenter(
            view=self.view,
            lists=Lists(desk),
            choices=ListChoices(desk),
            follow_ups=FollowUps(desk),
            facts=PaperFacts(desk),
            papers=means.papers,
            printing=printing,
            clock=desk.clock,
            session=session,
            tasks=means.tasks,
            say=say,
            navigate=navigate,
        )
        self._presenter = made
        view = self.view
        view.group_chosen.connect(made.choose_group)
        view.article_asked.connect(navigate.article)
        view.searched.connect(made.search)
        view.ordered.connect(made.order_by)
        view.unanswered.connect(made.only_unanswered)
        view.person_asked.connect(made.open_person)
        view.contact_asked.connect(made.log_contact)
        view.print_asked.connect(made.print_list)
        view.plans_asked.connect(lambda: navigate.open("plans"))
        view.workbook_asked.connect(made.save_workbook)
        view.saved_chosen.connect(made.choose_saved)
        view.save_asked.connect(made.save_filter)
        view.forget_asked.connect(made.forget_filter)
        view.sort_asked.connect(made.sort_by)
        view.arranged.connect(made.arrange)
        self._messages = self._make_messages(means, session=session, say=say, printing=printing)
        self._letters = self._make_letters(means, session=session, say=say, printing=printing)
        view.import_asked.connect(lambda: navigate.open("roster_import"))
        view.trips_asked.connect(lambda: navigate.home_visit(()))
        view.home_visit_asked.connect(lambda chosen: navigate.home_visit([chosen.row.retiree.id]))

    def _make_letters(self, means: Means, *, session: Session, say: Say, printing: Printing) -> LetterPresenter:
        dialog = LettersDialog(self.view)
        made = LetterPresenter(
            dialog=dialog,
            rows=self._presenter.shown,
            facts=PaperFacts(means.desk),
            follow_ups=FollowUps(means.desk),
            papers=means.papers,
            printing=printing,
            clock=means.desk.clock,
            session=session,
            tasks=means.tasks,
            say=say,
            contacted=self._presenter.refresh,
        )
        dialog.print_asked.connect(lambda log: made.print_all(log=log))
        dialog.save_asked.connect(lambda log: made.save(log=log))
        dialog.stop_asked.connect(made.stop)
        dialog.ticked.connect(made.tick)
        self.view.letters_asked.connect(made.open)
        return made

    def _make_messages(self, means: Means, *, session: Session, say: Say, printing: Printing) -> MessagePresenter:
        dialog = SmsDialog(self.view)
        made = MessagePresenter(
            dialog=dialog,
            kept=Messages(means.desk),
            facts=PaperFacts(means.desk),
            papers=means.papers,
            printing=printing,
            rows=self._chosen_first,
            follow_ups=FollowUps(means.desk),
            session=session,
            tasks=means.tasks,
            say=say,
            contacted=self._presenter.refresh,
        )
        dialog.typed.connect(made.typed)
        dialog.copy_asked.connect(made.copy)
        dialog.save_asked.connect(lambda template, as_csv, log: made.save(template, as_csv=as_csv, log=log))
        self.view.messages_asked.connect(made.open)
        self.view.addresses_asked.connect(made.save_addresses)
        return made

    def _chosen_first(self) -> tuple[ListRow, ...]:
        shown, current = self._presenter.shown(), self.view.current()
        return shown if current is None else (current, *(row for row in shown if row is not current))

    def show(self, query: ListQuery) -> None:
        """This list from now on."""
        self._presenter.show(query)

    def open(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()

    def synced(self) -> None:
        """Fresh contents."""
        self._presenter.refresh()
