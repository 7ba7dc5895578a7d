"""One retiree's page over the real services."""

from datetime import timedelta

from app.domain.benefit import MonthState
from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.ids import RetireeId
from app.domain.standing import StandingKind
from app.errors import AppError
from app.services.follow_ups import FollowUps
from app.services.roster import Roster
from app.ui.screens.find.presenter import FindPresenter
from app.ui.screens.person.presenter import PersonPresenter
from tests.builders.office import Office
from tests.fakes.screens import LastState


def page(desk: Office, view: LastState) -> PersonPresenter:
    return PersonPresenter(
        view=view,
        roster=Roster(desk.real.desk),
        clock=desk.real.clock,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,
    )


def test_a_suspended_person_sees_every_month_with_its_article(desk: Office) -> None:
    view = LastState()
    presenter = page(desk, view)
    person = desk.person(StandingKind.SUSPENDED, photo=True)
    presenter.show(person.id)
    assert view.state.card.retiree == person
    assert view.state.age > 60
    states = {month.state for month in view.state.card.payments}
    assert MonthState.SUSPENDED in states
    assert all(month.articles for month in view.state.card.payments)


def test_contacts_are_on_the_page_newest_first(desk: Office) -> None:
    view = LastState()
    person = desk.person(StandingKind.NEAR)
    for result in (FollowUpResult.NOT_REACHED, FollowUpResult.REMINDED):
        FollowUps(desk.real.desk).log(
            retiree_id=person.id, operator_id=desk.clerk.id, way=FollowUpWay.PHONE, result=result
        )
        desk.real.clock.move(timedelta(minutes=5))
    page(desk, view).show(person.id)
    assert [one.result for one in view.state.card.follow_ups] == [FollowUpResult.REMINDED, FollowUpResult.NOT_REACHED]


def test_the_page_begins_a_visit_and_goes_back(desk: Office) -> None:
    presenter = page(desk, LastState())
    person = desk.person(StandingKind.NEAR)
    presenter.start()
    assert desk.ears.went == []
    presenter.show(person.id)
    presenter.start()
    presenter.back()
    assert desk.ears.went == [f"visit {person.id}", "find"]


def test_somebody_who_left_the_roster_is_told(desk: Office) -> None:
    page(desk, LastState()).show(RetireeId("nobody"))
    (error,) = desk.ears.errors
    assert isinstance(error, AppError)
    assert error.code == "retiree.unknown"


def test_finding_leads_to_the_page_of_the_shown_person(desk: Office) -> None:
    view = LastState()
    finder = FindPresenter(
        view=view,
        roster=Roster(desk.real.desk),
        clock=desk.real.clock,
        tasks=desk.tasks,
        say=desk.ears,
        navigate=desk.ears,
    )
    finder.reload()
    finder.open_person()
    assert desk.ears.went == []
    person = desk.person(StandingKind.NEAR)
    finder.typed(person.id_number)
    finder.open_person()
    assert desk.ears.went == [f"person {person.id}"]
