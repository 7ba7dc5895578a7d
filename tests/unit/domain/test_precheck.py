"""What is found before a certification begins, and how far it reaches."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.domain.certification import CenterState, Certification
from app.domain.precheck import Blocks, Finding, FindingCode, blocked, findings
from app.domain.retiree import Custody, PaymentState, Residence
from app.domain.standing_of import standing_of
from tests.builders.people import SHANGHAI, certified, id_number, retiree

NOW = datetime(2026, 4, 9, 10, tzinfo=SHANGHAI)
LAST_YEAR = certified(date(2025, 4, 10))


def found(
    *records: Certification, last_record_at: datetime | None = None, clock_skew_s: float = 0.0, **changes: Any
) -> tuple[Finding, ...]:
    person, history = retiree(**changes), records or (LAST_YEAR,)
    standing = standing_of(person, history, NOW.date())
    return findings(person, standing, history, now=NOW, last_record_at=last_record_at, clock_skew_s=clock_skew_s)


def codes(told: tuple[Finding, ...]) -> set[FindingCode]:
    return {finding.code for finding in told}


def test_an_ordinary_visit_finds_nothing() -> None:
    assert found() == ()
    assert blocked(()) is Blocks.NOTHING


def test_the_dead_cannot_be_certified_and_a_record_after_death_is_an_alarm() -> None:
    assert codes(found(died_on=date(2026, 1, 1))) == {FindingCode.DEAD}
    alarm = found(LAST_YEAR, certified(date(2026, 2, 1), number=2), died_on=date(2026, 1, 1))
    assert codes(alarm) == {FindingCode.DEAD, FindingCode.FRAUD_AFTER_DEATH}
    assert blocked(alarm) is Blocks.ALL


def test_after_lost_eligibility_nothing_is_certified() -> None:
    assert blocked(found(lost_eligibility_on=date(2026, 1, 1))) is Blocks.ALL


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payment": PaymentState.SUSPENDED}, FindingCode.SUSPENDED),
        ({"custody": (Custody(started_on=date(2026, 1, 1), ended_on=None, document="x"),)}, FindingCode.CUSTODY),
        ({"residence": Residence.ABROAD}, FindingCode.ABROAD),
        ({"id_number": "123"}, FindingCode.ID_NUMBER_ODD),
        ({"id_number": id_number(date(1949, 1, 1))}, FindingCode.ID_NUMBER_ODD),
    ],
)
def test_what_is_only_explained_blocks_nothing(changes: dict[str, Any], code: FindingCode) -> None:
    told = found(**changes)
    assert codes(told) == {code}
    assert blocked(told) is Blocks.NOTHING


@pytest.mark.parametrize(
    ("changes", "code"), [({"photo": None}, FindingCode.NO_PHOTO), ({"card_number": None}, FindingCode.NO_CARD)]
)
def test_without_card_or_photo_only_the_form_route_is_open(changes: dict[str, Any], code: FindingCode) -> None:
    told = found(**changes)
    assert codes(told) == {code}
    assert blocked(told) is Blocks.FACE


def test_a_clock_before_the_last_record_stops_certifying_and_a_skewed_one_is_told() -> None:
    backwards = found(last_record_at=NOW + timedelta(minutes=1), clock_skew_s=9999)
    assert codes(backwards) == {FindingCode.CLOCK_BACKWARDS}
    assert blocked(backwards) is Blocks.ALL
    assert codes(found(last_record_at=NOW, clock_skew_s=-301)) == {FindingCode.CLOCK_SKEWED}
    assert found(last_record_at=NOW, clock_skew_s=300) == ()


def test_an_early_certification_a_waiting_one_and_one_of_today_are_told() -> None:
    assert codes(found(certified(date(2026, 3, 9)))) == {FindingCode.EARLY}
    waiting = certified(date(2026, 3, 9), center=CenterState.PENDING)
    assert codes(found(waiting)) == {FindingCode.EARLY, FindingCode.WAITING}
    assert codes(found(certified(NOW.date()))) == {FindingCode.CERTIFIED_TODAY}


def test_what_blocks_most_is_told_first() -> None:
    told = found(photo=None, residence=Residence.ABROAD, last_record_at=NOW + timedelta(days=1))
    assert [finding.blocks for finding in told] == [Blocks.ALL, Blocks.FACE, Blocks.NOTHING]
