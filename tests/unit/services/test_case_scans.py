"""A scan is taken only for the right case, the paper last printed, and with every doubt looked at."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.confirmation import CaseState, EvidenceKind, FormCase, FormReason
from app.domain.ids import CaseId, RetireeId
from app.domain.scan import HAND_WIDTH, Hand, PageReading, ScanDoubt, Spot
from app.errors import AppError
from app.services.case_scans import CaseScans
from app.services.cases import Cases
from tests.builders.desk import RealDesk
from tests.fakes.scan_back import FakeScanBack
from tests.unit.services.conftest import People

SIGNED = date(2026, 11, 24)


@pytest.fixture
def paper() -> FakeScanBack:
    return FakeScanBack()


@pytest.fixture
def scans(desk: RealDesk, paper: FakeScanBack) -> CaseScans:
    return CaseScans(desk.desk, paper)


def drafted(desk: RealDesk, people: People) -> FormCase:
    return (
        Cases(desk.desk)
        .draft(retiree_id=RetireeId("r-1"), operator_id=people.clerk.id, reason=FormReason.VERY_OLD)
        .case
    )


def printed(desk: RealDesk, people: People) -> FormCase:
    cases, clerk = Cases(desk.desk), people.clerk.id
    case_id = drafted(desk, people).id
    cases.save_details(
        case_id,
        operator_id=clerk,
        reason=FormReason.VERY_OLD,
        reason_text="",
        how_verified="上门",
        verified_by="王芳",
        verified_on=date(2026, 11, 20),
    )
    cases.add_evidence(
        case_id, operator_id=clerk, kind=EvidenceKind.LIVING_PICTURE, data=b"picture", media_type="image/jpeg"
    )
    return cases.mark_printed(case_id, operator_id=clerk, facts_hash="HASH0001").case


def page(case_id: CaseId | None, *doubts: ScanDoubt, facts_hash: str = "HASH0001") -> PageReading:
    spots = tuple(Spot(doubt=doubt) for doubt in doubts)
    return PageReading(source="a.pdf", number=1, case_id=case_id, facts_hash=facts_hash, spots=spots)


def taken(scans: CaseScans, people: People, reading: PageReading, **changes: Any) -> FormCase:
    fields: dict[str, Any] = {"signed_on": SIGNED, "scan": b"%PDF scan", "media_type": "application/pdf"}
    return scans.take(reading, operator_id=people.clerk.id, **{**fields, **changes})


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        work()
    return caught.value.code


def test_a_clean_scan_is_kept_with_its_case_and_can_be_withdrawn(
    scans: CaseScans, desk: RealDesk, people: People
) -> None:
    case = printed(desk, people)
    after = taken(scans, people, page(case.id))
    assert (after.state, after.signed_on) == (CaseState.SCAN_CHECKED, SIGNED)
    assert after.scan is not None
    assert desk.desk.vault.get(after.scan) == b"%PDF scan"
    assert code_of(lambda: taken(scans, people, page(case.id), scan=b"another")) == "case.step_not_allowed"
    back = scans.withdraw(case.id, operator_id=people.clerk.id)
    assert (back.state, back.scan, back.signed_on) == (CaseState.PRINTED, None, None)
    assert code_of(lambda: scans.withdraw(case.id, operator_id=people.clerk.id)) == "case.step_not_allowed"
    assert code_of(lambda: scans.withdraw(CaseId("?"), operator_id=people.clerk.id)) == "case.unknown"


def test_a_doubt_must_have_been_looked_at_and_is_noted(scans: CaseScans, desk: RealDesk, people: People) -> None:
    case = printed(desk, people)
    reading = page(case.id, ScanDoubt.DATE_MISSING)
    assert scans.match(reading).doubts == (ScanDoubt.DATE_MISSING,)
    assert code_of(lambda: taken(scans, people, reading)) == "scan.needs_decision"
    after = taken(scans, people, reading, looked_at=frozenset({ScanDoubt.DATE_MISSING}))
    assert after.history[-1].note == "date_missing"


def test_paper_with_other_facts_is_never_taken(scans: CaseScans, desk: RealDesk, people: People) -> None:
    reading = page(printed(desk, people).id, facts_hash="OTHER001")
    looked_at = frozenset(ScanDoubt)
    assert scans.match(reading).doubts == (ScanDoubt.FACTS_CHANGED,)
    assert code_of(lambda: taken(scans, people, reading, looked_at=looked_at)) == "scan.facts_changed"


def test_a_form_of_another_unit_or_without_code_finds_no_case(scans: CaseScans, people: People) -> None:
    assert code_of(lambda: scans.match(page(CaseId("?")))) == "scan.other_case"
    assert code_of(lambda: taken(scans, people, page(None))) == "scan.other_case"


def test_a_case_that_was_never_printed_has_no_scan(scans: CaseScans, desk: RealDesk, people: People) -> None:
    reading = page(drafted(desk, people).id)
    assert code_of(lambda: scans.match(reading)) == "scan.not_printed"


def test_a_scan_that_another_case_uses_is_refused(scans: CaseScans, desk: RealDesk, people: People) -> None:
    first = taken(scans, people, page(printed(desk, people).id))
    second = replace(first, id=CaseId("k-2"), state=CaseState.PRINTED, scan=None)
    with desk.uow() as store:
        store.cases.save(second)
        store.commit()
    assert code_of(lambda: taken(scans, people, page(second.id))) == "scan.twice"


def test_the_signature_lies_between_verification_and_today(scans: CaseScans, desk: RealDesk, people: People) -> None:
    reading = page(printed(desk, people).id)
    assert code_of(lambda: taken(scans, people, reading, signed_on=date(2026, 11, 25))) == "case.date_in_future"
    assert code_of(lambda: taken(scans, people, reading, signed_on=date(2026, 11, 19))) == "case.signed_before_verified"


def test_a_page_whose_print_says_something_else_is_doubtful_with_its_spot(
    scans: CaseScans, desk: RealDesk, people: People, paper: FakeScanBack
) -> None:
    spot = Spot(doubt=ScanDoubt.ALTERED, box=(1.0, 2.0, 3.0, 4.0))
    paper.spots = (spot,)
    found = scans.match(replace(page(printed(desk, people).id), picture_jpeg=b"jpeg"))
    assert (found.doubts, found.reading.spots) == ((ScanDoubt.ALTERED,), (spot,))
    assert code_of(lambda: taken(scans, people, found.reading)) == "scan.needs_decision"
    after = taken(scans, people, found.reading, looked_at=frozenset({ScanDoubt.ALTERED}))
    assert after.history[-1].note == "altered"


def test_facts_that_changed_since_the_print_are_doubtful(
    scans: CaseScans, desk: RealDesk, people: People, paper: FakeScanBack
) -> None:
    case = printed(desk, people)
    paper.hash = "HASH0002"
    assert scans.match(page(case.id)).doubts == (ScanDoubt.FACTS_MOVED,)


def test_the_comparison_is_with_the_day_of_the_print_not_with_today(
    scans: CaseScans, desk: RealDesk, people: People, paper: FakeScanBack
) -> None:
    case = printed(desk, people)
    day = desk.clock.today()
    desk.clock.move(timedelta(days=3))
    scans.match(page(case.id))
    assert {facts.filled_on for facts in paper.asked} == {day}
    assert {facts.clerk for facts in paper.asked} == {people.clerk.name}


def test_a_signature_that_another_form_has_is_doubtful_and_says_whose(
    scans: CaseScans, desk: RealDesk, people: People
) -> None:
    ink = f"{sum(0b1011 << row * HAND_WIDTH + 40 + row * row % 17 for row in range(20)):x}"
    hand = Hand(ink=ink, box=(84.0, 190.0, 46.0, 15.0))
    first = taken(scans, people, replace(page(printed(desk, people).id), hand=hand))
    assert first.hand == ink
    second = replace(first, id=CaseId("k-2"), state=CaseState.PRINTED, scan=None, hand="")
    with desk.uow() as store:
        store.cases.save(second)
        store.commit()
    nearly = Hand(ink=f"{int(ink, 16) << HAND_WIDTH + 1:x}", box=hand.box)
    found = scans.match(replace(page(second.id), hand=nearly))
    assert found.doubts == (ScanDoubt.COPIED,)
    assert found.like == "龑淑珍"
    assert found.reading.spots[0].box == hand.box
    other = Hand(ink=f"{sum(0b1101 << row * HAND_WIDTH + 10 + row * 3 for row in range(20)):x}", box=hand.box)
    assert scans.match(replace(page(second.id), hand=other)).doubts == ()
