"""All signs of a made unit, from what a desk really keeps to the reviewer's list; an honest unit has none."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import cv2
import pytest

from app.domain.evidence import LivenessVerdict
from app.domain.fraud import FraudKind
from app.services.scrutiny import SignRow
from tests.builders.desk import RealDesk
from tests.builders.scrutiny import LI, certify, desk_with_two_accounts, enrol, jpeg, scrutiny, shot


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = desk_with_two_accounts(tmp_path)
    yield made
    made.engine.dispose()


def signs(desk: RealDesk) -> dict[FraudKind, SignRow]:
    return {row.sign.kind: row for row in scrutiny(desk).signs()}


def test_an_honest_unit_has_no_sign(desk: RealDesk) -> None:
    enrol(desk, b"ann-1", b"bob-1", b"eve-1", dead={2: date(2026, 11, 1)})
    for number, who in enumerate((0, 1, 0, 1)):
        at = desk.clock.now() - timedelta(days=365 * (number // 2))
        certify(desk, f"c{number}", who, jpeg(shot(number)), at=at, second=number == 0)
    assert signs(desk) == {}


def test_every_sign_is_found_with_its_people_and_pictures(desk: RealDesk) -> None:
    enrol(desk, b"ann-1", b"ann-2", b"bob-1", b"eve-1", dead={3: date(2026, 11, 1)})
    now, night = desk.clock.now(), desk.clock.now().replace(hour=2)
    certify(desk, "a year ago", 2, jpeg(shot(1)), at=now - timedelta(days=365))
    again = cv2.resize(shot(1), (320, 240), interpolation=cv2.INTER_AREA)
    certify(desk, "the same picture", 2, jpeg(again, 30))
    certify(desk, "night", 0, jpeg(shot(2)), at=night)
    certify(desk, "after death", 3, jpeg(shot(3)))
    certify(desk, "her face", 2, b"eve-2")
    certify(desk, "mask", 1, jpeg(shot(4)), liveness=LivenessVerdict.ATTACK)
    for number in range(5):
        certify(desk, f"override {number}", 0, jpeg(shot(10 + number)), second=True)
    found = signs(desk)
    assert set(found) == set(FraudKind) - {FraudKind.SAME_PICTURE}
    people = {kind: set(row.sign.retirees) for kind, row in found.items()}
    assert people[FraudKind.SAME_FACE] == {"r0", "r1"}
    assert people[FraudKind.FACE_OF_THE_DEAD] == {"r2", "r3"}
    assert people[FraudKind.SAME_EVIDENCE] == {"r2"}
    assert people[FraudKind.AFTER_DEATH] == {"r3"}
    assert (found[FraudKind.MANY_OVERRIDES].sign.count, found[FraudKind.MANY_OVERRIDES].clerk) == (5, "wang")
    looked = scrutiny(desk)
    assert len(looked.pictures(found[FraudKind.SAME_EVIDENCE].sign)) == 2
    assert looked.pictures(found[FraudKind.SAME_FACE].sign) == (b"ann-1", b"ann-2")
    assert looked.pictures(found[FraudKind.FACE_OF_THE_DEAD].sign)[0] == b"eve-2"
    assert all(found[kind].sign.records for kind in (FraudKind.AT_NIGHT, FraudKind.AFTER_DEATH))


def test_a_settled_sign_stays_settled_and_stands_last(desk: RealDesk) -> None:
    enrol(desk, b"ann-1", b"ann-2", b"bob-1")
    certify(desk, "night", 2, jpeg(shot(2)), at=desk.clock.now().replace(hour=2))
    looked = scrutiny(desk)
    twins = signs(desk)[FraudKind.SAME_FACE].sign
    looked.settle(twins, operator_id=LI, note="是双胞胎，看过身份证")
    rows = scrutiny(desk).signs()
    assert [(row.sign.kind, row.settled_by) for row in rows] == [(FraudKind.AT_NIGHT, ""), (FraudKind.SAME_FACE, "li")]
