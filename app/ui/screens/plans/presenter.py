"""Plans: choose a day, print it, say what came of it."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.follow_up import FollowUp
from app.services.follow_ups import FollowUps
from app.services.paper_facts import PaperFacts
from app.services.plans import DayPlan, Planned, Plans
from app.services.ports import Papers, TaskRunner
from app.ui.ports import Navigate, Printing, Say
from app.ui.screens.lists.contact import Contact, logged
from app.ui.screens.plans import words
from app.ui.session import Session


@dataclass(frozen=True, slots=True)
class PlanState:
    """The plan, and which rows are up: a day's, or those from days gone by."""

    plan: DayPlan
    missed: bool

    @property
    def rows(self) -> tuple[Planned, ...]:
        """As shown."""
        return self.plan.missed if self.missed else self.plan.planned


class PlanView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: PlanState) -> None: ...
    def ask_contact(self, name: str) -> Contact | None:
        """The dialog about one contact; None when cancelled."""
        ...


class PlanPresenter:
    """Reads off the window's thread."""

    def __init__(
        self,
        *,
        view: PlanView,
        plans: Plans,
        follow_ups: FollowUps,
        facts: PaperFacts,
        papers: Papers,
        printing: Printing,
        session: Session,
        tasks: TaskRunner,
        say: Say,
        navigate: Navigate,
    ) -> None:
        self._view, self._plans, self._follow_ups, self._facts = view, plans, follow_ups, facts
        self._papers, self._printing, self._session = papers, printing, session
        self._tasks, self._say, self._navigate = tasks, say, navigate
        self._day: date | None = None
        self._missed = False
        self._state: PlanState | None = None

    def refresh(self) -> None:
        """Read again."""
        day = self._day
        self._tasks.database(lambda: self._plans.day(day), self._read, self._say.error)

    def choose(self, day: date | None) -> None:
        """A day; None: what is still open from days gone by."""
        self._missed = day is None
        self._day = day
        self.refresh()

    def print_day(self) -> None:
        """What is shown, to the printer."""
        state = self._state
        if state is None or not any(not one.settled for one in state.rows):
            self._say.notice("这一天没有要去办的，不用打印。")
            return
        clerk = self._session.operator.name if self._session.operator is not None else ""

        def work() -> bytes:
            plan = state.plan
            return self._papers.day_plan(words.facts(plan.day, state.rows, self._facts.unit(), clerk, plan.today))

        self._tasks.database(work, self._made, self._say.error)

    def log_contact(self, one: Planned) -> None:
        """What came of it."""
        contact = self._view.ask_contact(one.retiree.name)
        if contact is None:
            return
        clerk = self._session.operator_id

        def done(_made: FollowUp) -> None:
            self._say.notice("已记下这次联系。")
            self.refresh()

        self._tasks.database(lambda: logged(self._follow_ups, one.retiree.id, clerk, contact), done, self._say.error)

    def start(self, one: Planned) -> None:
        """They have come."""
        self._navigate.visit(one.retiree.id)

    def open_person(self, one: Planned) -> None:
        """The person's page."""
        self._navigate.person(one.retiree.id)

    def back(self) -> None:
        """To the lists."""
        self._navigate.open("lists")

    def _made(self, pdf: bytes) -> None:
        self._printing.print_pdf(
            pdf, title="certdesk", done=lambda: self._say.notice("安排已交给打印机。"), failed=self._say.error
        )

    def _read(self, plan: DayPlan) -> None:
        self._missed = self._missed and bool(plan.missed)
        self._state = PlanState(plan, self._missed)
        self._view.show_state(self._state)
