"""One retiree's page."""

from dataclasses import dataclass
from typing import Protocol

from app.domain.follow_up import FollowUp
from app.domain.idnumber import age_on
from app.domain.ids import RetireeId
from app.domain.retiree import Retiree
from app.services.follow_ups import FollowUps
from app.services.ports import Clock, TaskRunner
from app.services.roster import RetireeCard, Roster
from app.ui.ports import Navigate, Say
from app.ui.screens.lists.contact import Contact, logged
from app.ui.session import Session


@dataclass(frozen=True, slots=True)
class PersonState:
    """The card with age and photo."""

    card: RetireeCard
    age: int
    photo: bytes | None


class PersonView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: PersonState) -> None: ...


class PersonPresenter:
    """Loads off the window's thread."""

    def __init__(
        self,
        *,
        view: PersonView,
        roster: Roster,
        follow_ups: FollowUps,
        clock: Clock,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
    ) -> None:
        self._view, self._roster, self._follow_ups = view, roster, follow_ups
        self._clock, self._session, self._tasks, self._say, self._navigate = clock, session, tasks, say, navigate
        self._shown: RetireeId | None = None
        self._state: PersonState | None = None

    def show(self, retiree_id: RetireeId) -> None:
        """Whose page from now on."""
        self._shown, self._state = retiree_id, None
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        retiree_id = self._shown
        if retiree_id is None:
            return

        def work() -> PersonState:
            card = self._roster.card(retiree_id)
            age = age_on(card.retiree.birth_date, self._clock.today())
            return PersonState(card, age, self._roster.photo(retiree_id))

        self._tasks.database(work, self._loaded, self._say.error)

    @property
    def retiree(self) -> Retiree | None:
        """Whose page is shown."""
        return self._state.card.retiree if self._state is not None else None

    def log(self, contact: Contact) -> None:
        """Write down a contact with this person."""
        retiree_id, clerk = self._shown, self._session.operator_id
        if retiree_id is None:
            return

        def done(_made: FollowUp) -> None:
            self._say.notice("已记下这次联系。")
            self.refresh()

        self._tasks.database(lambda: logged(self._follow_ups, retiree_id, clerk, contact), done, self._say.error)

    def start(self) -> None:
        """Begin a visit."""
        if self._shown is not None:
            self._navigate.visit(self._shown)

    def home_visit(self) -> None:
        """Onto the next home visit's list."""
        if self._shown is not None:
            self._navigate.home_visit([self._shown])

    def back(self) -> None:
        """To finding."""
        self._navigate.find()

    def _loaded(self, state: PersonState) -> None:
        if state.card.retiree.id == self._shown:
            self._state = state
            self._view.show_state(state)
