"""The form case: what it lacks, when it may change, when it may be printed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.confirmation import CaseState, EvidenceKind, FormReason
from app.domain.ids import CaseId, RetireeId, Sha256
from app.errors import AppError
from app.services.cases import LARGEST_EVIDENCE_BYTES, Cases, CaseView
from app.services.paper_facts import PaperFacts
from tests.builders.desk import RealDesk
from tests.builders.people import retiree
from tests.unit.services.conftest import People

R1 = RetireeId("r-1")
DETAILS: dict[str, Any] = {
    "reason": FormReason.GRAVELY_ILL,
    "reason_text": "",
    "how_verified": " 上门见到本人 ",
    "verified_by": "王芳",
    "verified_on": date(2026, 11, 24),
}


@pytest.fixture
def cases(desk: RealDesk) -> Cases:
    return Cases(desk.desk)


@pytest.fixture
def draft(cases: Cases, people: People) -> CaseView:
    return cases.draft(retiree_id=R1, operator_id=people.clerk.id, reason=FormReason.OTHER)


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        work()
    return caught.value.code


def test_a_new_case_tells_what_it_lacks(draft: CaseView) -> None:
    assert draft.case.state is CaseState.DRAFTED
    assert draft.lacks == ("reason_text", "verification", "living_picture")


def test_filled_in_with_the_papers_its_reason_asks_for_it_can_be_printed(
    cases: Cases, draft: CaseView, people: People, desk: RealDesk
) -> None:
    clerk, case_id = people.clerk.id, draft.case.id
    assert cases.save_details(case_id, operator_id=clerk, **DETAILS).lacks == ("living_picture", "hospital_paper")
    assert code_of(lambda: cases.mark_printed(case_id, operator_id=clerk, facts_hash="h")) == "case.incomplete"
    for kind, data in ((EvidenceKind.LIVING_PICTURE, b"picture"), (EvidenceKind.HOSPITAL_PAPER, b"paper")):
        view = cases.add_evidence(
            case_id, operator_id=clerk, kind=kind, data=data, media_type="image/jpeg", code="1124-0001"
        )
    assert (view.case.state, view.lacks) == (CaseState.EVIDENCE_COMPLETE, ())
    facts = PaperFacts(desk.desk).form(case_id)
    assert facts.evidence_lines == ("本人近照　2026-11-24　1124-0001", "医院证明　2026-11-24　1124-0001")
    assert (facts.how_verified, facts.clerk, facts.photo_jpeg) == ("上门见到本人", "王芳", b"\xff\xd8 photo")
    for prints in (1, 2):
        printed = cases.mark_printed(case_id, operator_id=clerk, facts_hash="h").case
        assert (printed.state, printed.prints) == (CaseState.PRINTED, prints)
    assert code_of(lambda: cases.save_details(case_id, operator_id=clerk, **DETAILS)) == "case.closed_to_changes"
    assert [v.case.id for v in cases.of_retiree(R1)] == [case_id]


def test_another_reason_makes_a_complete_case_a_draft_again(cases: Cases, draft: CaseView, people: People) -> None:
    clerk, case_id = people.clerk.id, draft.case.id
    very_old = {**DETAILS, "reason": FormReason.VERY_OLD}
    cases.save_details(case_id, operator_id=clerk, **very_old)
    cases.add_evidence(case_id, operator_id=clerk, kind=EvidenceKind.LIVING_VIDEO, data=b"v", media_type="video/mp4")
    assert cases.view(case_id).case.state is CaseState.EVIDENCE_COMPLETE
    assert cases.save_details(case_id, operator_id=clerk, **DETAILS).case.state is CaseState.DRAFTED


def test_evidence_that_is_empty_too_big_or_there_already_is_refused(
    cases: Cases, draft: CaseView, people: People
) -> None:
    def add(data: bytes) -> CaseView:
        return cases.add_evidence(
            draft.case.id, operator_id=people.clerk.id, kind=EvidenceKind.OTHER_PAPER, data=data, media_type="image/png"
        )

    assert code_of(lambda: add(b"")) == "evidence.empty"
    assert code_of(lambda: add(b"x" * (LARGEST_EVIDENCE_BYTES + 1))) == "evidence.too_big"
    add(b"once")
    assert code_of(lambda: add(b"once")) == "evidence.twice"


def test_what_cannot_be_is_refused(cases: Cases, draft: CaseView, people: People, desk: RealDesk) -> None:
    clerk = people.clerk.id
    future = {**DETAILS, "verified_on": date(2026, 11, 25)}
    assert code_of(lambda: cases.save_details(draft.case.id, operator_id=clerk, **future)) == "case.verified_in_future"
    assert code_of(lambda: cases.view(CaseId("?"))) == "case.unknown"

    def begin(whose: str) -> CaseView:
        return cases.draft(retiree_id=RetireeId(whose), operator_id=clerk, reason=FormReason.OTHER)

    assert code_of(lambda: begin("?")) == "retiree.unknown"
    with desk.uow() as store:
        store.retirees.upsert([retiree(died_on=date(2026, 11, 1))])
        store.commit()
    assert code_of(lambda: begin("r-1")) == "case.dead"


def printed(cases: Cases, draft: CaseView, people: People) -> CaseId:
    clerk, case_id = people.clerk.id, draft.case.id
    cases.save_details(case_id, operator_id=clerk, **{**DETAILS, "reason": FormReason.VERY_OLD})
    cases.add_evidence(
        case_id, operator_id=clerk, kind=EvidenceKind.LIVING_PICTURE, data=b"picture", media_type="image/jpeg"
    )
    cases.mark_printed(case_id, operator_id=clerk, facts_hash="h")
    return case_id


def test_a_printed_form_goes_back_to_be_changed_and_its_paper_no_longer_counts(
    cases: Cases, draft: CaseView, people: People
) -> None:
    clerk, case_id = people.clerk.id, printed(cases, draft, people)
    assert code_of(lambda: cases.save_details(case_id, operator_id=clerk, **DETAILS)) == "case.closed_to_changes"
    back = cases.step_back(case_id, operator_id=clerk)
    assert (back.case.state, back.case.facts_hash) == (CaseState.EVIDENCE_COMPLETE, "")
    assert [step.state for step in back.case.history] == [
        CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE, CaseState.PRINTED, CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE,
    ]  # fmt: skip
    cases.save_details(case_id, operator_id=clerk, **{**DETAILS, "reason": FormReason.VERY_OLD})
    again = cases.mark_printed(case_id, operator_id=clerk, facts_hash="h2")
    assert (again.case.prints, again.case.facts_hash) == (2, "h2")


def test_what_was_not_printed_or_is_queued_for_the_center_has_no_way_back(
    cases: Cases, draft: CaseView, people: People, desk: RealDesk
) -> None:
    assert code_of(lambda: cases.step_back(draft.case.id, operator_id=people.clerk.id)) == "case.step_not_allowed"
    case_id = printed(cases, draft, people)
    with desk.uow() as store:
        case = store.cases.get(case_id)
        assert case is not None
        store.cases.save(replace(case, state=CaseState.IN_BATCH))
        store.commit()
    assert code_of(lambda: cases.step_back(case_id, operator_id=people.clerk.id)) == "case.step_not_allowed"


def test_a_scan_that_was_taken_wrongly_is_taken_back(
    cases: Cases, draft: CaseView, people: People, desk: RealDesk
) -> None:
    case_id = printed(cases, draft, people)
    with desk.uow() as store:
        case = store.cases.get(case_id)
        assert case is not None
        store.cases.save(
            replace(case, state=CaseState.SCAN_CHECKED, scan=Sha256("0" * 64), hand="ink", signed_on=date(2026, 11, 24))
        )
        store.commit()
    back = cases.step_back(case_id, operator_id=people.clerk.id).case
    assert (back.state, back.scan, back.signed_on, back.facts_hash) == (CaseState.PRINTED, None, None, "h")
    assert back.hand == ""
