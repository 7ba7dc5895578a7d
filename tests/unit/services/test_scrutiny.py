"""All signs of a made unit, from what a desk really keeps to the reviewer's list; an honest unit has none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.fingerprint import fingerprint
from app.domain.certification import Certification, Channel
from app.domain.evidence import LivenessVerdict
from app.domain.fraud import FraudKind
from app.domain.ids import OperatorId, RecordId, RetireeId, UnitId, VisitId
from app.domain.operator import Operator, Role
from app.domain.retiree import Retiree, Sex
from app.services.gallery import Gallery
from app.services.scrutiny import Scrutiny, SignRow
from tests.builders.desk import RealDesk, real_desk
from tests.fakes.face import FakeEngine, summary

WANG, LI = OperatorId("wang"), OperatorId("li")
WALL = np.full((480, 640, 3), 200, np.uint8)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path)
    with made.uow() as store:
        for who, role in ((WANG, Role.CLERK), (LI, Role.REVIEWER)):
            store.operators.save(Operator(id=who, login=who, name=who, role=role), "hash")
        store.commit()
    yield made
    made.engine.dispose()


def enrol(desk: RealDesk, *photos: bytes, dead: dict[int, date] | None = None) -> None:
    people = [
        Retiree(
            id=RetireeId(f"r{number}"),
            unit_id=UnitId("u"),
            name=f"试{number}",
            id_number=f"id{number}",
            personnel_number=str(number),
            sex=Sex.FEMALE,
            birth_date=date(1950, 1, 1),
            photo=desk.vault.put(photo, media_type="image/jpeg"),
            died_on=(dead or {}).get(number),
        )
        for number, photo in enumerate(photos)
    ]
    with desk.uow() as store:
        store.retirees.upsert(people)
        store.commit()


def certify(
    desk: RealDesk,
    name: str,
    who: int,
    picture: bytes,
    *,
    at: datetime | None = None,
    second: bool = False,
    liveness: LivenessVerdict = LivenessVerdict.LIVE,
) -> None:
    made = Certification(
        id=RecordId(name),
        retiree_id=RetireeId(f"r{who}"),
        channel=Channel.ASSISTED_FACE,
        captured_at=at or desk.clock.now(),
        operator_id=WANG,
        second_operator_id=LI if second else None,
        visit_id=VisitId(f"visit {name}"),
    )
    frame = desk.vault.put(picture, media_type="image/jpeg")
    with desk.uow() as store:
        store.certifications.add(made, replace(summary(liveness=liveness), best_frame=frame))
        store.commit()


def signs(desk: RealDesk) -> dict[FraudKind, SignRow]:
    Gallery(desk.desk)(FakeEngine(), lambda: False)
    return {row.sign.kind: row for row in Scrutiny(desk.desk, fingerprint, lambda: "").signs()}


def shot(look: int) -> np.ndarray:
    rng = np.random.default_rng(look)
    small = rng.integers(0, 255, (9, 12, 3), dtype=np.uint8)
    scene = cv2.resize(small, (640, 480), interpolation=cv2.INTER_CUBIC)
    return np.where(np.indices(scene.shape)[1] > 160, scene, WALL).astype(np.uint8)


def jpeg(picture: np.ndarray, quality: int = 90) -> bytes:
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


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
    scrutiny = Scrutiny(desk.desk, fingerprint, lambda: "")
    assert len(scrutiny.pictures(found[FraudKind.SAME_EVIDENCE].sign)) == 2
    assert scrutiny.pictures(found[FraudKind.SAME_FACE].sign) == (b"ann-1", b"ann-2")
    assert scrutiny.pictures(found[FraudKind.FACE_OF_THE_DEAD].sign)[0] == b"eve-2"
    assert all(found[kind].sign.records for kind in (FraudKind.AT_NIGHT, FraudKind.AFTER_DEATH))


def test_a_settled_sign_stays_settled_and_stands_last(desk: RealDesk) -> None:
    enrol(desk, b"ann-1", b"ann-2", b"bob-1")
    certify(desk, "night", 2, jpeg(shot(2)), at=desk.clock.now().replace(hour=2))
    scrutiny = Scrutiny(desk.desk, fingerprint, lambda: "")
    twins = signs(desk)[FraudKind.SAME_FACE].sign
    scrutiny.settle(twins, operator_id=LI, note="是双胞胎，看过身份证")
    rows = Scrutiny(desk.desk, fingerprint, lambda: "").signs()
    assert [(row.sign.kind, row.settled_by) for row in rows] == [(FraudKind.AT_NIGHT, ""), (FraudKind.SAME_FACE, "li")]
