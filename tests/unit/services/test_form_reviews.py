"""The day-end review over the real encrypted store: who sees what, the result kept and audited, the paper still good when sent back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.case_machine import CaseEvent
from app.domain.confirmation import CaseState
from app.domain.form_review import Refusal
from app.domain.ids import CaseId
from app.domain.scan import PageReading, ScanDoubt
from app.domain.standing import StandingKind
from app.errors import AppError
from app.services.case_scans import CaseScans
from app.services.cases import Cases
from app.services.form_reviews import FormReviews
from app.services.home import Home
from app.services.month import MonthForms
from app.services.paper_facts import PaperFacts
from tests.builders.office import Office, office
from tests.fakes.scan_back import FakeScanBack
from tests.unit.services.test_month import found, printed, scanned


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


def actions(desk: Office) -> list[tuple[str, str | None]]:
    with desk.real.uow() as store:
        return [(entry.action, entry.operator_id) for _number, entry in store.audit.entries(limit=5)]


def test_a_form_is_reviewed_by_another_person_and_then_goes(desk: Office) -> None:
    case, reviews, month = scanned(desk), FormReviews(desk.real.desk), MonthForms(desk.real.desk)
    (mine,) = reviews.waiting(desk.clerk.id)
    (theirs,) = reviews.waiting(desk.reviewer.id)
    assert (mine.refused, theirs.refused, theirs.today, theirs.due) == (Refusal.NOT_A_REVIEWER, None, True, False)
    assert (theirs.handled_by, theirs.by) == (("王芳",), ("周建国", "李晓明"))
    assert reviews.papers(case.id).scan == f"scan of {case.id}".encode()
    assert Home(desk.real.desk).figures().forms_review == 1
    for who, code in ((desk.clerk.id, "account.not_allowed"), ("nobody", "account.not_allowed")):
        with pytest.raises(AppError, match=code.replace(".", r"\.")):
            reviews.pass_on(case.id, operator_id=who)  # type: ignore[arg-type]
    with pytest.raises(AppError, match=r"month\.unreviewed"):
        month.send(operator_id=desk.clerk.id, unreviewed=True)
    passed = reviews.pass_on(case.id, operator_id=desk.reviewer.id)
    assert (passed.state, passed.history[-1].operator_id) == (CaseState.REVIEWED, desk.reviewer.id)
    assert actions(desk)[0] == ("case.review_passed", desk.reviewer.id)
    assert reviews.waiting(desk.reviewer.id) == ()
    assert Home(desk.real.desk).figures().forms_review == 0
    assert month.summary().rows[0].case_id == case.id
    month.send(operator_id=desk.clerk.id)
    assert found(desk, case).history[-1].note == ""


def test_who_added_only_a_picture_does_not_review_it_either(desk: Office) -> None:
    with desk.real.uow() as store:
        admin = next(one for one in store.operators.all() if one.login == "admin")
    case = printed(desk)
    cases = Cases(desk.real.desk)
    cases.step_back(case.id, operator_id=desk.clerk.id)
    cases.save_details(
        case.id,
        operator_id=admin.id,
        reason=case.reason,
        reason_text="",
        how_verified="上门",
        verified_by="周建国",
        verified_on=desk.real.clock.today(),
    )
    case = cases.mark_printed(case.id, operator_id=desk.clerk.id, facts_hash="HASH0001").case
    take(desk, case.id)
    with pytest.raises(AppError, match=r"review\.own_work"):
        FormReviews(desk.real.desk).pass_on(case.id, operator_id=admin.id)


def take(desk: Office, case_id: CaseId) -> None:
    page = PageReading(source="b.pdf", number=1, case_id=case_id, facts_hash="HASH0001", spots=())
    CaseScans(desk.real.desk, FakeScanBack()).take(
        page,
        operator_id=desk.clerk.id,
        signed_on=desk.real.clock.today(),
        looked_at=frozenset({ScanDoubt.FACTS_MOVED}),
        scan=f"second scan of {case_id}".encode(),
        media_type="application/pdf",
    )


def test_what_is_sent_back_keeps_its_paper_and_tells_why_until_another_scan_is_in(desk: Office) -> None:
    case, reviews = scanned(desk), FormReviews(desk.real.desk)
    with desk.real.uow() as store:
        before = PaperFacts(desk.real.desk).form_as_printed(store, case)
    with pytest.raises(AppError, match=r"review\.reason_missing"):
        reviews.send_back(case.id, operator_id=desk.reviewer.id, reason=" ")
    desk.real.clock.move(timedelta(days=1))
    back = reviews.send_back(case.id, operator_id=desk.reviewer.id, reason=" 公章没盖全 ")
    assert (back.state, back.sent_back, back.scan, back.signed_on) == (CaseState.PRINTED, "公章没盖全", None, None)
    assert (back.history[-1].note, actions(desk)[0]) == (
        "公章没盖全",
        ("case.review_sent_back", desk.reviewer.id),
    )
    with desk.real.uow() as store:
        assert PaperFacts(desk.real.desk).form_as_printed(store, back) == before  # the paper in hand is still the form
    take(desk, case.id)
    assert found(desk, case).sent_back == ""
    (row,) = reviews.waiting(desk.reviewer.id)
    assert row.let_stand == ()


def test_a_review_is_taken_back_by_a_step(desk: Office) -> None:
    case = scanned(desk)
    FormReviews(desk.real.desk).pass_on(case.id, operator_id=desk.reviewer.id)
    assert Cases(desk.real.desk).step_back(case.id, operator_id=desk.clerk.id).case.state is CaseState.SCAN_CHECKED
    with pytest.raises(AppError, match=r"case\.step_not_allowed"):
        FormReviews(desk.real.desk)._decide(
            printed(desk, StandingKind.NEAR).id, desk.reviewer.id, CaseEvent.REVIEW_PASSED, "case.review_passed", ""
        )


def test_a_due_form_goes_unreviewed_and_says_so(desk: Office) -> None:
    case, month = scanned(desk), MonthForms(desk.real.desk)
    desk.real.clock.move(timedelta(days=6))
    (row,) = FormReviews(desk.real.desk).waiting(desk.reviewer.id)
    assert (row.due, row.today, row.aim) == (True, False, date(2026, 11, 30))
    assert Home(desk.real.desk).figures().review_due
    assert month.board().due_unreviewed == 1
    month.send(operator_id=desk.clerk.id, unreviewed=True)
    assert found(desk, case).history[-1].note == "due"
    assert actions(desk)[0] == ("case.sent_unreviewed", desk.clerk.id)


def test_in_a_one_clerk_unit_forms_go_marked_as_not_reviewed(desk: Office) -> None:
    case = scanned(desk)
    with desk.real.uow() as store:
        admin = next(one for one in store.operators.all() if one.login == "admin")
    desk.accounts.set_active(by=admin.id, operator_id=desk.reviewer.id, active=False)
    with desk.real.uow() as store:  # the administrator is the one who did it all
        store.cases.save(replace(case, handlers=(admin.id,)))
        store.commit()
    assert MonthForms(desk.real.desk).board().ready == 1
    MonthForms(desk.real.desk).send(operator_id=admin.id)
    assert found(desk, case).history[-1].note == "alone"
    assert actions(desk)[0] == ("case.sent_unreviewed", admin.id)
