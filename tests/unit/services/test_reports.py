"""Reports against cases counted by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.calendar import Month
from app.domain.certification import CenterState, Channel
from app.domain.confirmation import CaseState, CaseStep, FormCase, FormReason
from app.domain.follow_up import FollowUp, FollowUpResult, FollowUpWay
from app.domain.ids import CaseId, OperatorId, RecordId, RetireeId
from app.domain.policy import DEFAULT_POLICY
from app.domain.retiree import PaymentState
from app.services.reports import ClerkFigure, Due, Period, Report, Reports, deadlines_of, report_of
from tests.builders.office import Office, office
from tests.builders.people import SHANGHAI, certified, retiree

TODAY = date(2026, 11, 24)
NOVEMBER, YEAR = Period(year=2026, month=11), Period(year=2026)


def counted(period: Period = NOVEMBER, **parts: Any) -> Report:
    fields: dict[str, Any] = {"people": [], "certifications": [], "cases": [], "clerks": {}, **parts}
    return report_of(period, today=TODAY, policy=DEFAULT_POLICY, **fields)


def person(number: int, **more: Any) -> Any:
    return retiree(id=RetireeId(f"r-{number}"), **more)


def cert(number: int, whose: int, on: date, **more: Any) -> Any:
    return certified(on, number=number, retiree_id=RetireeId(f"r-{whose}"), **more)


def test_every_deadline_of_a_person_in_order() -> None:
    new = person(1, first_paid_on=date(2023, 1, 1))
    certs = [cert(1, 1, date(2023, 12, 1)), cert(2, 1, date(2025, 1, 5))]
    assert list(deadlines_of(new, certs, DEFAULT_POLICY)) == [
        Due(deadline=date(2024, 1, 1), met_on=date(2023, 12, 1)),
        Due(deadline=date(2024, 12, 1), met_on=date(2025, 1, 5)),
        Due(deadline=date(2026, 1, 5), met_on=None),
    ]


def test_a_month_by_hand() -> None:
    people = [person(n) for n in range(1, 6)]
    certs = [
        cert(1, 1, date(2025, 11, 10)), cert(2, 1, date(2026, 11, 5)),  # due 10 November, met 5 days before
        cert(3, 2, date(2025, 11, 2)), cert(4, 2, date(2026, 11, 4), channel=Channel.SELF_SERVICE),  # 2 days late
        cert(5, 3, date(2025, 11, 20)),  # due 20 November, open, past
        cert(6, 4, date(2025, 11, 30)),  # due 30 November, open, still to come
        cert(7, 5, date(2026, 2, 1)),  # due next year
    ]  # fmt: skip
    found = counted(people=people, certifications=certs)
    assert (found.due, found.in_time, found.overdue) == (4, 1, 2)
    assert found.rate == pytest.approx(1 / 3), "the one still to come does not count"
    assert found.channels == {Channel.SELF_SERVICE: 1, Channel.ASSISTED_FACE: 1, Channel.UNIT_CONFIRMED: 0}
    assert found.days_before == 5.0, "of those in time"
    assert (found.certified, found.roster) == (2, 5)


def test_the_day_itself_is_in_time_on_both_ends_of_a_month() -> None:
    people = [person(1), person(2)]
    certs = [
        cert(1, 1, date(2025, 11, 1)), cert(2, 1, date(2026, 11, 1)),
        cert(3, 2, date(2025, 11, 30)), cert(4, 2, date(2026, 11, 30)),
    ]  # fmt: skip
    found = counted(people=people, certifications=certs)
    assert (found.due, found.in_time, found.overdue, found.days_before) == (2, 2, 0, 0.0)


def test_nobody_owes_a_deadline_after_death_or_loss() -> None:
    people = [
        person(1, died_on=date(2026, 11, 9)),
        person(2, lost_eligibility_on=date(2026, 11, 1)),
        person(3, died_on=date(2026, 11, 11)),
    ]
    certs = [cert(n, n, date(2025, 11, 10)) for n in (1, 2, 3)]
    assert counted(people=people, certifications=certs).due == 1, "only who died after the deadline"


def test_rejected_superseded_and_unknown_peoples_records() -> None:
    certs = [
        cert(1, 1, date(2026, 11, 5), center=CenterState.REJECTED),
        cert(2, 1, date(2026, 11, 6)),
        cert(3, 1, date(2026, 11, 7), supersedes=RecordId("c-2")),
        cert(4, 9, date(2026, 11, 8)),
    ]
    assert counted(people=[person(1)], certifications=certs).certified == 2


def test_a_form_counts_from_the_signature() -> None:
    certs = [cert(1, 1, date(2026, 10, 30), channel=Channel.UNIT_CONFIRMED, signed_on=date(2026, 11, 3))]
    assert counted(people=[person(1)], certifications=certs).channels[Channel.UNIT_CONFIRMED] == 1


@pytest.mark.parametrize(
    ("payment", "since", "counts"),
    [
        (PaymentState.SUSPENDED, Month(2026, 11), 1),
        (PaymentState.SUSPENDED, Month(2026, 10), 0),
        (PaymentState.PAID, Month(2026, 11), 0),
        (PaymentState.SUSPENDED, None, 0),
    ],
)
def test_suspended_are_those_suspended_from_this_month_on(
    payment: PaymentState, since: Month | None, counts: int
) -> None:
    assert counted(people=[person(1, payment=payment, suspended_from=since)]).suspended == counts


def test_clerks_and_forms_by_hand() -> None:
    clerk, other = OperatorId("o-1"), OperatorId("o-2")
    certs = [
        cert(1, 1, date(2026, 11, 5), operator_id=clerk),
        cert(2, 2, date(2026, 11, 5), operator_id=clerk, second_operator_id=other),
        cert(3, 3, date(2026, 11, 5), operator_id=other, channel=Channel.UNIT_CONFIRMED, signed_on=date(2026, 11, 5)),
        cert(4, 4, date(2026, 11, 5), channel=Channel.SELF_SERVICE),
    ]
    begun = datetime(2026, 11, 3, 9, tzinfo=SHANGHAI)
    cases = [
        FormCase(id=CaseId(str(n)), retiree_id=RetireeId("r-1"), reason=reason,
                 history=(CaseStep(state=CaseState.DRAFTED, at=at, operator_id=clerk),))
        for n, (reason, at) in enumerate(
            [(FormReason.VERY_OLD, begun), (FormReason.VERY_OLD, begun), (FormReason.NO_CARD, begun.replace(month=10))]
        )
    ]  # fmt: skip
    found = counted(certifications=certs, cases=cases, clerks={"o-1": "王芳", "o-2": "李晓明"})
    assert found.clerks == (
        ClerkFigure(name="李晓明", face=0, form=1, overridden=0),
        ClerkFigure(name="王芳", face=2, form=0, overridden=1),
    )
    assert {r: n for r, n in found.forms.items() if n} == {FormReason.VERY_OLD: 2}
    assert set(found.forms) == set(FormReason)


def test_contacts_count_each_person_once_with_the_newest_word_and_each_clerk_with_every_one() -> None:
    def contact(number: int, whose: int, on: date, result: FollowUpResult, by: str) -> FollowUp:
        return FollowUp(
            id=RecordId(f"f-{number}"), retiree_id=RetireeId(f"r-{whose}"), at=datetime(on.year, on.month, on.day, 9, tzinfo=SHANGHAI),
            operator_id=OperatorId(by), way=FollowUpWay.PHONE, result=result,
        )  # fmt: skip

    contacts = [
        contact(1, 1, date(2026, 10, 31), FollowUpResult.REMINDED, "o-1"),
        contact(2, 2, date(2026, 11, 1), FollowUpResult.NOT_REACHED, "o-1"),
        contact(3, 2, date(2026, 11, 30), FollowUpResult.REMINDED, "o-2"),
        contact(4, 3, date(2026, 11, 30), FollowUpResult.FOUND_ABROAD, "o-2"),
    ]
    found = counted(contacts=contacts, clerks={"o-1": "王芳", "o-2": "李晓明"})
    assert {r: n for r, n in found.contacts.items() if n} == {
        FollowUpResult.REMINDED: 1,
        FollowUpResult.FOUND_ABROAD: 1,
    }
    assert [(one.name, one.contacts, one.face) for one in found.clerks] == [("李晓明", 2, 0), ("王芳", 1, 0)]


def test_an_empty_period_has_no_rate_and_no_average() -> None:
    found = counted()
    assert (found.rate, found.days_before, found.certified) == (None, None, 0)
    assert [figure.month.month for figure in found.year] == list(range(1, 13))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


def test_the_months_of_a_year_add_up_to_the_year(desk: Office) -> None:
    reports = Reports(desk.real.desk)
    year = reports.report(YEAR)
    months = [reports.report(Period(year=2026, month=number)) for number in range(1, 13)]
    for name in ("due", "in_time", "overdue", "certified", "suspended"):
        assert sum(getattr(month, name) for month in months) == getattr(year, name), name
    assert [figure.certified for figure in year.year] == [month.certified for month in months]
    assert year.certified > 0
