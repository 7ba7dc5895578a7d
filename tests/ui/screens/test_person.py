"""One retiree's page over the real services."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QApplication, QTableView

from app.domain.benefit import MonthState
from app.domain.calendar import Month
from app.domain.cycle import Cycle
from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.ids import RetireeId
from app.domain.retiree import PaymentDecision, PaymentState
from app.domain.standing import StandingKind
from app.errors import AppError
from app.services.follow_ups import FollowUps
from app.services.roster import MONTHS_BACK, Document, Roster
from app.ui import text
from app.ui.screens.find.presenter import FindPresenter
from app.ui.screens.lists.columns import planned
from app.ui.screens.lists.contact import Contact
from app.ui.screens.person.documents import DocumentPresenter
from app.ui.screens.person.presenter import PersonPresenter
from app.ui.screens.person.timeline import Timeline, description, month_name, stretches
from app.ui.screens.person.view import PersonView
from tests.builders.office import Office
from tests.fakes.screens import FakePapers, LastState


def page(desk: Office, view: LastState) -> PersonPresenter:
    return PersonPresenter(
        view=view,
        roster=Roster(desk.real.desk),
        follow_ups=FollowUps(desk.real.desk),
        clock=desk.real.clock,
        session=desk.session,
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


def test_what_the_center_suspended_and_paid_back_is_on_the_page_as_decided(desk: Office, qapp: QApplication) -> None:
    this = Month.of(desk.real.clock.today())
    told, lost = desk.real.clock.today(), (this.plus(-2), this.plus(-1))
    person = replace(
        desk.person(StandingKind.SAFE),
        last_paid=this,
        decisions=(
            PaymentDecision(state=PaymentState.SUSPENDED, month=lost[0], decided_on=told),
            PaymentDecision(state=PaymentState.PAID, month=this, back_pay=lost, decided_on=told),
        ),
    )
    with desk.real.uow() as store:
        store.retirees.upsert([person])
        store.commit()
    view = PersonView()
    page(desk, view).show(person.id)
    rows = view.findChild(QTableView, "person_payments").model()
    shown = [tuple(rows.index(row, column).data() for column in range(4)) for row in range(rows.rowCount())]
    back = f"▲ 当月未发，以后补发（{text.month(this)}补发）"
    assert [(text.month(month), back, "省中心已定", "四(三)") for month in lost] == shown[MONTHS_BACK - 2 : MONTHS_BACK]
    assert (text.month(this), "✓ 发放", "省中心已定") in [row[:3] for row in shown]
    assert f"当月未发，以后补发（省中心已定）：{text.months(lost)}" in description(view.findChild(Timeline)._card)


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


def test_a_contact_is_logged_from_the_page_itself(desk: Office) -> None:
    view = LastState()
    presenter = page(desk, view)
    contact = Contact(
        way=FollowUpWay.PHONE,
        result=FollowUpResult.DESK_APPOINTMENT,
        next_on=desk.real.clock.today(),
        next_time="09:30",
    )
    presenter.log(contact)
    assert desk.ears.notices == []
    presenter.show(desk.person(StandingKind.NEAR).id)
    presenter.log(contact)
    (made,) = view.state.card.follow_ups
    assert (planned(made), view.state.card.clerks[made.operator_id]) == ("11月24日09:30", desk.clerk.name)


def test_the_timeline_shows_gaps_and_where_a_later_cycle_takes_over() -> None:
    first = Cycle(begun=date(2025, 2, 1), deadline=date(2026, 2, 1))
    second = Cycle(begun=date(2026, 4, 10), deadline=date(2027, 4, 10))
    third = Cycle(begun=date(2026, 9, 1), deadline=date(2027, 9, 1), provisional=True)
    drawn = stretches((first, second, third), date(2026, 1, 1), date(2026, 12, 31))
    assert [(s.begin, s.end, s.covered, s.provisional) for s in drawn] == [
        (date(2026, 1, 1), date(2026, 2, 1), True, False),
        (date(2026, 2, 2), date(2026, 4, 10), False, False),
        (date(2026, 4, 10), date(2026, 9, 1), True, False),
        (date(2026, 9, 1), date(2026, 12, 31), True, True),
    ]
    assert [s.told for s in drawn] == ["到 2026年2月1日", "", "", "到 2027年9月1日"]


def test_nothing_is_drawn_after_a_death() -> None:
    drawn = stretches(
        (Cycle(begun=date(2025, 2, 1), deadline=date(2026, 2, 1)),),
        date(2026, 1, 1), date(2026, 12, 31), ends=date(2026, 3, 5),
    )  # fmt: skip
    assert drawn[-1].end == date(2026, 3, 5)


def test_the_timeline_is_told_in_words_too(desk: Office) -> None:
    view = LastState()
    page(desk, view).show(desk.person(StandingKind.SUSPENDED).id)
    said = description(view.state.card)
    assert "截止日期" in said
    assert "暂停发放（省中心已定）：" in said


class Opened:
    """A document dialog that keeps what it was given."""

    def __init__(self) -> None:
        self.shown: list[object] = []

    def show_picture(self, data: bytes) -> None:
        self.shown.append(data)

    def show_pdf(self, pages: int) -> None:
        self.shown.append(pages)

    def show_page(self, page: tuple[int, int, bytes]) -> None:
        self.shown.append(page)


@pytest.mark.parametrize(("data", "shown"), [(b"%PDF-1.7", 2), (b"\xff\xd8 jpeg", b"\xff\xd8 jpeg")])
def test_a_document_tells_by_its_first_bytes_what_it_is(desk: Office, data: bytes, shown: object) -> None:
    blob = desk.real.vault.put(data, media_type="application/octet-stream")
    dialog = Opened()
    presenter = DocumentPresenter(
        dialog=dialog, roster=Roster(desk.real.desk), papers=FakePapers(), tasks=desk.tasks, say=desk.ears
    )
    presenter.open(Document(kind=None, name="", at=desk.real.clock.now(), blob=blob, media_type=""))
    presenter.page(0, 300)
    assert dialog.shown == [shown, (1, 1, b"\x80\x80\x80")]


def test_a_january_tells_its_year_in_a_narrow_cell_too() -> None:
    january = Month(2027, 1)
    assert [month_name(january, lambda words, most=most: len(words) <= most) for most in (5, 4)] == ["27年1月", "27.1"]
    assert month_name(Month(2027, 2), lambda _words: False) == "2月"
