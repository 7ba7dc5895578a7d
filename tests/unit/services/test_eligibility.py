"""Reporting death, loss and custody over the real store; taking a wrong report back."""

import json
from datetime import date

import pytest

from app.domain.calendar import Month
from app.domain.confirmation import CaseState, FormReason
from app.domain.eligibility_report import ReportKind
from app.domain.ids import RetireeId
from app.domain.retiree import Retiree
from app.domain.standing import StandingKind
from app.errors import AppError
from app.services.cases import Cases
from app.services.eligibility import LARGEST_PAPER_BYTES, Draft, Eligibility
from app.services.roster import Roster
from tests.builders.desk import RealDesk
from tests.unit.services.conftest import People

R1 = RetireeId("r-1")
DIED = Draft(
    kind=ReportKind.DEATH,
    on=date(2026, 8, 3),
    last_paid=Month.parse("2026-10"),
    document="死亡医学证明",
    papers=((b"\xff\xd8 certificate", "image/jpeg"),),
)


@pytest.fixture
def eligibility(desk: RealDesk) -> Eligibility:
    return Eligibility(desk.desk)


def person(desk: RealDesk) -> Retiree:
    with desk.uow() as store:
        found = store.retirees.get(R1)
    assert found is not None
    return found


def outgoing(desk: RealDesk) -> list[tuple[str, dict[str, object]]]:
    with desk.uow() as store:
        return [(one.kind, json.loads(one.body)) for one in store.outbox.due(desk.clock.now(), 100)]


def test_a_death_marks_the_person_closes_their_forms_and_goes_to_the_center_with_its_paper(
    desk: RealDesk, eligibility: Eligibility, people: People
) -> None:
    case = Cases(desk.desk).draft(retiree_id=R1, operator_id=people.clerk.id, reason=FormReason.OTHER).case
    made = eligibility.report(R1, DIED, operator_id=people.clerk.id)
    assert person(desk).died_on == date(2026, 8, 3)
    with desk.uow() as store:
        closed, sent = store.cases.get(case.id), store.outbox.get(made.id)
        actions = [entry.action for _, entry in store.audit.entries(limit=50)]
    assert closed is not None
    assert closed.state is CaseState.CLOSED
    assert sent is not None
    assert desk.vault.get(sent.attachments[0]) == b"\xff\xd8 certificate"
    ((kind, body),) = outgoing(desk)
    assert (kind, body["on"], body["overpaid"]) == ("death_report", "2026-08-03", ["2026-09", "2026-10"])
    assert "report.death" in actions


def test_a_certification_after_the_death_raises_the_alarm(
    desk: RealDesk, eligibility: Eligibility, people: People
) -> None:
    before = Draft(kind=ReportKind.DEATH, on=date(2025, 12, 1))
    found = eligibility.preview(R1, before)
    assert [c.captured_at.date() for c in found.after_death] == [date(2025, 12, 10)]
    eligibility.report(R1, before, operator_id=people.clerk.id)
    with desk.uow() as store:
        assert "alarm.certified_after_death" in [entry.action for _, entry in store.audit.entries(limit=50)]
    assert outgoing(desk)[0][1]["certified_after"] == [found.after_death[0].id]


def test_a_roster_that_does_not_know_the_death_does_not_bring_the_dead_back(
    desk: RealDesk, eligibility: Eligibility, people: People
) -> None:
    stale = person(desk)
    eligibility.report(R1, DIED, operator_id=people.clerk.id)
    with desk.uow() as store:
        store.retirees.upsert([stale])
        store.commit()
    assert person(desk).died_on == date(2026, 8, 3)


def test_a_wrong_report_is_taken_back_and_the_person_can_be_certified_again(
    desk: RealDesk, eligibility: Eligibility, people: People
) -> None:
    made = eligibility.report(R1, DIED, operator_id=people.clerk.id)
    with pytest.raises(AppError, match=r"report\.reason_needed"):
        eligibility.withdraw(made.id, operator_id=people.clerk.id, because=" ")
    eligibility.withdraw(made.id, operator_id=people.clerk.id, because="同名同姓，报错了人")
    assert person(desk).died_on is None
    assert [kind for kind, _ in outgoing(desk)] == ["death_report", "correction"]
    assert outgoing(desk)[1][1]["corrects"] == made.id
    with pytest.raises(AppError, match=r"report\.withdrawn"):
        eligibility.withdraw(made.id, operator_id=people.clerk.id, because="再一次")
    (kept,) = eligibility.of_retiree(R1)
    assert kept.withdrawn_because == "同名同姓，报错了人"
    Cases(desk.desk).draft(retiree_id=R1, operator_id=people.clerk.id, reason=FormReason.OTHER)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (Draft(kind=ReportKind.DEATH, on=date(2026, 11, 25)), "report.in_future"),
        (Draft(kind=ReportKind.DEATH, on=date(1900, 1, 1)), "report.before_birth"),
        (Draft(kind=ReportKind.CUSTODY, on=date(2026, 5, 2), document=" "), "report.paper_needed"),
        (
            Draft(kind=ReportKind.CUSTODY, on=date(2026, 5, 2), until=date(2026, 5, 1), document="判决书"),
            "report.ends_before_start",
        ),
        (
            Draft(kind=ReportKind.CUSTODY, on=date(2026, 5, 2), until=date(2027, 5, 1), document="判决书"),
            "report.in_future",
        ),
    ],
)
def test_dates_that_cannot_be_are_refused_before_anything_is_written(
    desk: RealDesk, eligibility: Eligibility, people: People, draft: Draft, code: str
) -> None:
    for attempt in (
        lambda: eligibility.preview(R1, draft),
        lambda: eligibility.report(R1, draft, operator_id=people.clerk.id),
    ):
        with pytest.raises(AppError) as caught:
            attempt()
        assert caught.value.code == code
    assert outgoing(desk) == []
    assert eligibility.of_retiree(R1) == ()


def test_the_same_death_is_not_reported_twice(eligibility: Eligibility, people: People) -> None:
    eligibility.report(R1, DIED, operator_id=people.clerk.id)
    with pytest.raises(AppError, match=r"report\.twice"):
        eligibility.report(R1, DIED, operator_id=people.clerk.id)


def test_a_paper_that_is_too_large_and_a_stranger_are_refused(eligibility: Eligibility, people: People) -> None:
    large = Draft(kind=ReportKind.LOSS, on=date(2026, 5, 2), papers=((b"0" * (LARGEST_PAPER_BYTES + 1), "image/png"),))
    with pytest.raises(AppError, match=r"evidence\.too_big"):
        eligibility.report(R1, large, operator_id=people.clerk.id)
    with pytest.raises(AppError, match=r"retiree\.unknown"):
        eligibility.report(RetireeId("nobody"), DIED, operator_id=people.clerk.id)


def test_custody_is_marked_with_its_months(desk: RealDesk, eligibility: Eligibility, people: People) -> None:
    held = Draft(kind=ReportKind.CUSTODY, on=date(2026, 9, 20), document="判决书")
    assert [str(month) for month in eligibility.preview(R1, held).held] == ["2026-09", "2026-10", "2026-11"]
    made = eligibility.report(R1, held, operator_id=people.clerk.id)
    assert person(desk).custody[0].document == "判决书"
    eligibility.withdraw(made.id, operator_id=people.clerk.id, because="报错")
    assert person(desk).custody == ()


def test_the_familys_notice_names_the_months_to_be_paid_back(eligibility: Eligibility, people: People) -> None:
    made = eligibility.report(R1, DIED, operator_id=people.clerk.id)
    facts = eligibility.family_notice(made.id)
    assert (str(facts.last_payable), [str(month) for month in facts.overpaid]) == ("2026-08", ["2026-09", "2026-10"])
    assert facts.clerk == people.clerk.name


def test_the_day_of_today_is_not_in_the_future(desk: RealDesk, eligibility: Eligibility, people: People) -> None:
    today = desk.clock.today()
    eligibility.report(R1, Draft(kind=ReportKind.LOSS, on=today), operator_id=people.clerk.id)
    assert person(desk).lost_eligibility_on == today


def test_the_lists_follow_a_report_and_its_withdrawal(desk: RealDesk, eligibility: Eligibility, people: People) -> None:
    def standing() -> StandingKind:
        return next(row.standing.kind for row in Roster(desk.desk).rows() if row.retiree.id == R1)

    before = standing()
    made = eligibility.report(R1, DIED, operator_id=people.clerk.id)
    assert standing() is StandingKind.DECEASED
    eligibility.withdraw(made.id, operator_id=people.clerk.id, because="报错了人")
    assert standing() is before
