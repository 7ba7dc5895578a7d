"""The plans' screen: days, printing, what came of it."""

from datetime import date, timedelta

import pytest

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.retiree import Retiree
from app.domain.standing import StandingKind
from app.services.follow_ups import FollowUps
from app.services.paper_facts import PaperFacts
from app.services.plans import Plans
from app.ui.screens.lists.contact import Contact
from app.ui.screens.plans import words
from app.ui.screens.plans.presenter import PlanPresenter, PlanState
from tests.builders.office import Office
from tests.fakes.screens import FakePapers

TODAY = date(2026, 11, 24)


class View:
    """Keeps the newest state; answers the dialog with ``contact``."""

    state: PlanState
    contact: Contact | None = None

    def show_state(self, state: PlanState) -> None:
        self.state = state

    def ask_contact(self, name: str) -> Contact | None:
        return self.contact


def presenter(desk: Office, view: View) -> PlanPresenter:
    real = desk.real.desk
    made = PlanPresenter(
        view=view,
        plans=Plans(real),
        follow_ups=FollowUps(real),
        facts=PaperFacts(real),
        papers=FakePapers(),
        printing=desk.ears,
        session=desk.session,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,
    )
    made.refresh()
    return made


@pytest.fixture
def agreed(desk: Office) -> Retiree:
    """Somebody who comes today at half past nine."""
    person = desk.person(StandingKind.NEAR)
    FollowUps(desk.real.desk).log(
        retiree_id=person.id, operator_id=desk.clerk.id, way=FollowUpWay.PHONE, result=FollowUpResult.DESK_APPOINTMENT,
        next_on=TODAY, next_time="09:30",
    )  # fmt: skip
    return person


def test_today_comes_up_and_is_printed(desk: Office, agreed: Retiree) -> None:
    view = View()
    made = presenter(desk, view)
    made.print_day()
    assert desk.ears.printed == [f"来单位 09:30 {agreed.name}".encode()]


def test_a_day_without_anybody_prints_nothing_and_says_so(desk: Office, agreed: Retiree) -> None:
    view = View()
    made = presenter(desk, view)
    made.choose(TODAY + timedelta(days=1))
    made.print_day()
    assert (view.state.rows, desk.ears.printed) == ((), [])
    assert "不用打印" in desk.ears.notices[-1]


def test_what_came_of_it_settles_the_plan(desk: Office, agreed: Retiree) -> None:
    view = View()
    made = presenter(desk, view)
    made.log_contact(view.state.rows[0])
    assert len(view.state.rows) == 1, "cancelled"
    view.contact = Contact(way=FollowUpWay.PHONE, result=FollowUpResult.NOT_REACHED)
    desk.real.clock.move(timedelta(minutes=5))
    made.log_contact(view.state.rows[0])
    assert view.state.rows == ()


def test_they_have_come_and_their_page(desk: Office, agreed: Retiree) -> None:
    view = View()
    made = presenter(desk, view)
    made.start(view.state.rows[0])
    made.open_person(view.state.rows[0])
    made.back()
    assert desk.ears.went == [f"visit {agreed.id}", f"person {agreed.id}", "open lists"]


def test_missed_days_are_a_list_of_their_own(desk: Office, agreed: Retiree) -> None:
    desk.real.clock.move(timedelta(days=2))
    view = View()
    made = presenter(desk, view)
    assert view.state.rows == ()
    made.choose(None)
    assert [words.when(one, view.state.plan.day) for one in view.state.rows] == ["11月24日 09:30"]
    made.print_day()
    assert len(desk.ears.printed) == 1


def test_days_are_told_in_words() -> None:
    assert words.day_words(TODAY, TODAY) == "今天 11月24日 周二"
    assert words.day_words(TODAY + timedelta(days=1), TODAY) == "明天 11月25日 周三"
    assert words.day_words(TODAY + timedelta(days=2), TODAY) == "11月26日 周四"
