"""A unit for fraud signs: two accounts, people with photos, certifications with pictures, forms with evidence."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import cv2
import numpy as np

from app.camera.fingerprint import fingerprint
from app.domain.certification import Certification, Channel
from app.domain.confirmation import CaseState, EvidenceItem, EvidenceKind, FormCase, FormReason
from app.domain.evidence import LivenessVerdict
from app.domain.ids import CaseId, OperatorId, RecordId, RetireeId, UnitId, VisitId
from app.domain.operator import Operator, Role
from app.domain.retiree import Retiree, Sex
from app.services.gallery import Gallery
from app.services.scrutiny import Scrutiny
from tests.builders.desk import RealDesk, real_desk
from tests.fakes.face import FakeEngine, summary

WANG, LI = OperatorId("wang"), OperatorId("li")
WALL = np.full((480, 640, 3), 200, np.uint8)


def desk_with_two_accounts(folder: Path) -> RealDesk:
    """Wang certifies, Li reviews."""
    made = real_desk(folder)
    with made.uow() as store:
        for who, role in ((WANG, Role.CLERK), (LI, Role.REVIEWER)):
            store.operators.save(Operator(id=who, login=who, name=who, role=role), "hash")
        store.commit()
    return made


def enrol(desk: RealDesk, *photos: bytes, dead: dict[int, date] | None = None) -> None:
    """r0, r1 …; photos of equal first letters look alike. ``dead``: who died when."""
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
    """One certification of r``who`` by Wang, with Li as second person or not."""
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


def form(desk: RealDesk, name: str, who: int, *pictures: bytes, at: datetime, kind: EvidenceKind) -> None:
    """A closed case of r``who`` with evidence taken a minute apart."""
    items = tuple(
        EvidenceItem(
            kind=kind, blob=desk.vault.put(data, media_type="image/jpeg"), media_type="image/jpeg", taken_at=at
        )
        for data in pictures
    )
    made = FormCase(
        id=CaseId(name),
        retiree_id=RetireeId(f"r{who}"),
        reason=FormReason.VERY_OLD,
        state=CaseState.CLOSED,
        evidence=items,
        handlers=(WANG,),
    )
    with desk.uow() as store:
        store.cases.save(made)
        store.commit()


def scrutiny(desk: RealDesk) -> Scrutiny:
    """After the roster's photos were looked through."""
    Gallery(desk.desk)(FakeEngine(), lambda: False)
    return Scrutiny(desk.desk, fingerprint, lambda: "")


def shot(look: int) -> np.ndarray:
    """A scene before the same wall."""
    rng = np.random.default_rng(look)
    small = rng.integers(0, 255, (9, 12, 3), dtype=np.uint8)
    scene = cv2.resize(small, (640, 480), interpolation=cv2.INTER_CUBIC)
    return np.where(np.indices(scene.shape)[1] > 160, scene, WALL).astype(np.uint8)


def jpeg(picture: np.ndarray, quality: int = 90) -> bytes:
    """As a desk keeps it."""
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
