"""The month's forms from the checked scan to the center's answer, over the real encrypted store."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.calendar import Month
from app.domain.certification import CenterState, Channel
from app.domain.confirmation import CaseState, EvidenceKind, FormCase, FormReason
from app.domain.cycle import deadlines
from app.domain.scan import PageReading
from app.domain.standing import StandingKind
from app.domain.visit import VisitStep
from app.errors import AppError
from app.services.case_scans import CaseScans
from app.services.cases import Cases
from app.services.form_reviews import FormReviews
from app.services.month import MonthForms
from app.services.visits import Visits
from app.sync.apply import apply_page
from demo.roster import UNIT_ID
from protocol.messages import Change, DecisionBody
from tests.builders.office import Office, office
from tests.fakes.scan_back import FakeScanBack


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


def printed(desk: Office, kind: StandingKind = StandingKind.OVERDUE_SAVABLE) -> FormCase:
    cases, person = Cases(desk.real.desk), desk.person(kind)
    case_id = cases.draft(retiree_id=person.id, operator_id=desk.clerk.id, reason=FormReason.VERY_OLD).case.id
    cases.save_details(
        case_id,
        operator_id=desk.clerk.id,
        reason=FormReason.VERY_OLD,
        reason_text="",
        how_verified="上门",
        verified_by="王芳",
        verified_on=desk.real.clock.today(),
    )
    picture = f"picture of {person.id}".encode()
    cases.add_evidence(
        case_id, operator_id=desk.clerk.id, kind=EvidenceKind.LIVING_PICTURE, data=picture, media_type="image/jpeg"
    )
    return cases.mark_printed(case_id, operator_id=desk.clerk.id, facts_hash="HASH0001").case


def reviewed(desk: Office, kind: StandingKind = StandingKind.OVERDUE_SAVABLE) -> FormCase:
    return FormReviews(desk.real.desk).pass_on(scanned(desk, kind).id, operator_id=desk.reviewer.id)


def scanned(desk: Office, kind: StandingKind = StandingKind.OVERDUE_SAVABLE) -> FormCase:
    case = printed(desk, kind)
    page = PageReading(source="a.pdf", number=1, case_id=case.id, facts_hash=case.facts_hash, spots=())
    scan = f"scan of {case.id}".encode()
    return CaseScans(desk.real.desk, FakeScanBack()).take(
        page,
        operator_id=desk.clerk.id,
        signed_on=desk.real.clock.today(),
        scan=scan,
        media_type="application/pdf",
    )


def decide(desk: Office, case: FormCase, decision: str, reason: str = "") -> None:
    body = DecisionBody.model_validate(
        {
            "retiree_id": case.retiree_id,
            "decision": decision,
            "record_id": case.record_id,
            "reason": reason,
            "decided_at": desk.real.clock.now(),
        }
    )
    with desk.real.uow() as store:
        change = Change(number=1, kind="decision", body=body.model_dump(mode="json"))
        apply_page(store, [change], 1, UNIT_ID)
        store.commit()


def found(desk: Office, case: FormCase) -> FormCase:
    with desk.real.uow() as store:
        kept = store.cases.get(case.id)
    assert kept is not None
    return kept


def test_a_batch_makes_record_certification_and_audit_line_once(desk: Office) -> None:
    case, month = reviewed(desk), MonthForms(desk.real.desk)
    assert month.board().ready == 1
    (entry,) = month.send(operator_id=desk.clerk.id)
    assert entry.scan_pdf == f"scan of {case.id}".encode()
    sent = found(desk, case)
    assert (sent.state, sent.batch) == (CaseState.IN_BATCH, Month(2026, 11))
    with desk.real.uow() as store:
        assert sent.record_id is not None
        record, made = store.outbox.get(sent.record_id), store.certifications.get(sent.record_id)
    assert record is not None
    assert made is not None
    assert json.loads(record.body)["case_id"] == case.id
    assert record.attachments == (case.scan,)
    assert (made.channel, made.signed_on, made.provisional) == (Channel.UNIT_CONFIRMED, case.signed_on, True)
    (again,) = month.send(operator_id=desk.clerk.id)
    assert again == entry
    with desk.real.uow() as store:
        assert len([r for r in store.outbox.waiting() if r.kind == "form_submission"]) == 1


def test_nothing_ready_is_said(desk: Office) -> None:
    with pytest.raises(AppError, match=r"month\.nothing_ready"):
        MonthForms(desk.real.desk).send(operator_id=desk.clerk.id)


def test_what_is_confirmed_after_the_due_day_goes_with_the_next_month(desk: Office) -> None:
    desk.real.clock.move(timedelta(days=7))  # 1 December
    reviewed(desk, StandingKind.NEAR)
    desk.real.clock.move(timedelta(days=30))  # 31 December
    (entry,) = MonthForms(desk.real.desk).send(operator_id=desk.clerk.id)
    assert entry.case.batch == Month(2027, 1)


def test_the_receipt_marks_it_sent_and_the_centers_yes_makes_the_deadline_firm(desk: Office) -> None:
    case = reviewed(desk)
    MonthForms(desk.real.desk).send(operator_id=desk.clerk.id)
    sent = found(desk, case)
    decide(desk, sent, "accepted")
    accepted = found(desk, case)
    assert accepted.state is CaseState.ACCEPTED
    assert accepted.sent_on == desk.real.clock.today()
    with desk.real.uow() as store:
        retiree = store.retirees.get(case.retiree_id)
        certifications = store.certifications.of_retiree(case.retiree_id)
    assert retiree is not None
    assert case.signed_on is not None
    assert deadlines(retiree, certifications).confirmed == date(2027, 11, 24)


def test_a_returned_form_is_opened_anew_with_the_reason_and_can_be_sent_again(desk: Office) -> None:
    case, month = reviewed(desk), MonthForms(desk.real.desk)
    month.send(operator_id=desk.clerk.id)
    decide(desk, found(desk, case), "rejected", "缺少单位行政公章")
    returned = found(desk, case)
    assert (returned.state, returned.return_reason) == (CaseState.RETURNED, "缺少单位行政公章")
    assert month.board().rows[0].case.id == case.id
    assert month.board().rows[0].lacks == ("rework",)
    with desk.real.uow() as store:
        certification = store.certifications.get(returned.record_id or "")  # type: ignore[arg-type]
    assert certification is not None
    assert certification.center is CenterState.REJECTED
    visits = Visits(desk.real.desk)
    visit = visits.begin(operator_id=desk.clerk.id)
    visits.choose(visit.id, case.retiree_id)
    view = visits.to_form(visit.id)
    assert (view.visit.step, view.visit.case_id) == (VisitStep.FORM, case.id)
    again = found(desk, case)
    assert (again.state, again.scan, again.return_reason) == (CaseState.DRAFTED, None, "缺少单位行政公章")


def test_a_decision_that_comes_twice_or_about_something_else_changes_nothing(desk: Office) -> None:
    case = reviewed(desk)
    MonthForms(desk.real.desk).send(operator_id=desk.clerk.id)
    sent = found(desk, case)
    for _ in range(2):
        decide(desk, sent, "accepted")
    assert [step.state for step in found(desk, case).history].count(CaseState.ACCEPTED) == 1
    decide(desk, replace(sent, record_id=None), "accepted")
    assert found(desk, case).state is CaseState.ACCEPTED


def test_somebody_who_died_meanwhile_stays_behind(desk: Office) -> None:
    case = reviewed(desk)
    with desk.real.uow() as store:
        retiree = store.retirees.get(case.retiree_id)
        assert retiree is not None
        store.retirees.upsert([replace(retiree, died_on=date(2026, 11, 20))])
        store.commit()
    with pytest.raises(AppError, match=r"month\.nothing_ready"):
        MonthForms(desk.real.desk).send(operator_id=desk.clerk.id)


def test_the_paper_is_a_mark_of_its_own_and_only_after_sending(desk: Office) -> None:
    case, month = reviewed(desk), MonthForms(desk.real.desk)
    with pytest.raises(AppError, match=r"case\.step_not_allowed"):
        month.deliver_paper(case.id, operator_id=desk.clerk.id)
    month.send(operator_id=desk.clerk.id)
    assert month.board().rows[0].lacks == ("receipt", "paper")
    month.deliver_paper(case.id, operator_id=desk.clerk.id)
    assert month.board().rows[0].lacks == ("receipt",)
    assert found(desk, case).paper_delivered_on == date(2026, 11, 24)
    decide(desk, found(desk, case), "accepted")
    assert month.board().rows == ()


def test_the_board_says_what_each_form_lacks_and_until_when(desk: Office) -> None:
    case = printed(desk)
    draft = Cases(desk.real.desk).draft(
        retiree_id=desk.person(StandingKind.NEAR).id, operator_id=desk.clerk.id, reason=FormReason.OTHER
    )
    board = MonthForms(desk.real.desk).board()
    lacks = {row.case.id: row.lacks for row in board.rows}
    assert lacks[case.id] == ("signed_scan", "paper")
    assert lacks[draft.case.id] == ("reason_text", "verification", "living_picture")
    assert (board.due, board.aim) == (date(2026, 11, 30), date(2026, 11, 30))
    with pytest.raises(AppError, match=r"case\.unknown"):
        MonthForms(desk.real.desk).deliver_paper("nothing", operator_id=desk.clerk.id)  # type: ignore[arg-type]
