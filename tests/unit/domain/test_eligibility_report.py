"""Death, loss and custody: what follows from the dates (rules 13-16), and marks that come and go."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.calendar import Month
from app.domain.certification import Certification, Channel
from app.domain.eligibility_report import (
    EligibilityReport,
    ReportKind,
    consequences,
    with_reports,
    without_report,
)
from app.domain.ids import OperatorId, RecordId, RetireeId
from app.domain.retiree import Custody
from tests.builders.people import retiree

TODAY = date(2023, 7, 10)


def report(kind: ReportKind, on: date, **changes: object) -> EligibilityReport:
    fields: dict[str, object] = {
        "id": RecordId("r"),
        "retiree_id": RetireeId("p"),
        "kind": kind,
        "on": on,
        "at": datetime(2023, 7, 10, tzinfo=UTC),
        "operator_id": OperatorId("o"),
    }
    return EligibilityReport(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "last_paid", "overpaid"),
    [
        (date(2023, 3, 31), "2023-06", ["2023-04", "2023-05", "2023-06"]),
        (date(2023, 3, 1), "2023-03", []),
        (date(2023, 3, 1), None, []),
        (date(2022, 12, 31), "2023-01", ["2023-01"]),
    ],
)
def test_every_month_paid_after_the_month_of_death_is_refunded(
    on: date, last_paid: str | None, overpaid: list[str]
) -> None:
    last = Month.parse(last_paid) if last_paid else None
    found = consequences(ReportKind.DEATH, on=on, until=None, last_paid=last, certifications=(), today=TODAY)
    assert found.last_payable == Month.of(on)
    assert [str(month) for month in found.overpaid] == overpaid


def test_a_certification_after_the_death_is_an_alarm() -> None:
    late = Certification(
        id=RecordId("c"),
        retiree_id=RetireeId("p"),
        channel=Channel.ASSISTED_FACE,
        captured_at=datetime(2023, 4, 2, 9, tzinfo=UTC),
    )
    on = date(2023, 4, 1)
    found = consequences(ReportKind.DEATH, on=on, until=None, last_paid=None, certifications=[late], today=TODAY)
    assert found.after_death == (late,)
    same_day = replace(late, captured_at=datetime(2023, 4, 1, 9, tzinfo=UTC))
    found = consequences(ReportKind.DEATH, on=on, until=None, last_paid=None, certifications=[same_day], today=TODAY)
    assert found.after_death == ()


def test_custody_holds_the_months_from_its_first_to_its_last() -> None:
    def held(until: date | None) -> list[str]:
        found = consequences(
            ReportKind.CUSTODY, on=date(2023, 4, 20), until=until, last_paid=None, certifications=(), today=TODAY
        )
        return [str(month) for month in found.held]

    assert held(date(2023, 5, 2)) == ["2023-04", "2023-05"]
    assert held(None) == ["2023-04", "2023-05", "2023-06", "2023-07"]


def test_a_report_survives_a_roster_that_does_not_know_it() -> None:
    person = retiree()
    death = report(ReportKind.DEATH, date(2023, 3, 1), last_paid=Month.parse("2023-05"))
    marked = with_reports(person, [death])
    assert (marked.died_on, marked.last_paid) == (date(2023, 3, 1), Month.parse("2023-05"))
    assert with_reports(person, [replace(death, withdrawn_at=death.at)]) == person
    assert with_reports(person, [report(ReportKind.LOSS, TODAY)]).lost_eligibility_on == TODAY


def test_the_centers_own_date_wins_over_the_reported_one() -> None:
    person = replace(retiree(), died_on=date(2023, 2, 27))
    death = report(ReportKind.DEATH, date(2023, 3, 1))
    assert with_reports(person, [death]).died_on == date(2023, 2, 27)
    assert without_report(person, death).died_on == date(2023, 2, 27)


def test_custody_is_marked_once_and_taken_off_again() -> None:
    held = report(ReportKind.CUSTODY, date(2023, 4, 20), document="判决书")
    marked = with_reports(retiree(), [held, held])
    assert marked.custody == (Custody(started_on=date(2023, 4, 20), ended_on=None, document="判决书"),)
    assert without_report(marked, held).custody == ()


@pytest.mark.parametrize("kind", [ReportKind.DEATH, ReportKind.LOSS])
def test_a_withdrawn_mark_is_taken_off(kind: ReportKind) -> None:
    person = replace(retiree(), died_on=None, lost_eligibility_on=None, custody=())
    made = report(kind, date(2023, 4, 20))
    assert without_report(with_reports(person, [made]), made) == person
