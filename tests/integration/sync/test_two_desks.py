"""Two desks of one unit, two stores, one center: each sees the other's certifications, and the deadline comes out right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.certification import CenterState, Certification, Channel
from app.domain.cycle import deadline_after, deadlines
from app.domain.ids import OperatorId, RecordId, RetireeId
from app.domain.operator import Operator, Role
from app.runtime.clock import new_id
from app.services.ports import OutboxRecord
from app.sync.engine import HttpSync
from demo.center import RunningCenter
from demo.roster import demo_people
from protocol.canonical import canonical_text
from tests.builders.desk import RealDesk, real_desk
from tests.integration.sync.test_roundtrip import TODAY, new_code, real_now, running as running

CLERK = OperatorId("op")


@dataclass
class Place:
    desk: RealDesk
    sync: HttpSync

    def certify(self, retiree_id: RetireeId, days_ago: int = 0) -> RecordId:
        """What a finished visit leaves in the store."""
        record_id, at = RecordId(new_id()), self.desk.clock.now() - timedelta(days=days_ago)
        with self.desk.uow() as store:
            store.operators.save(Operator(id=CLERK, login="op", name="王芳", role=Role.CLERK), "x")
            store.certifications.add(
                Certification(id=record_id, retiree_id=retiree_id, channel=Channel.ASSISTED_FACE, captured_at=at)
            )
            store.outbox.add(
                OutboxRecord(
                    id=record_id,
                    kind="certification",
                    version=1,
                    captured_at=at,
                    body=canonical_text({"retiree_id": retiree_id, "advice": "match"}),
                    operator_id=CLERK,
                )
            )
            store.commit()
        return record_id

    def of(self, retiree_id: RetireeId) -> dict[RecordId, Certification]:
        with self.desk.uow() as store:
            return {one.id: one for one in store.certifications.of_retiree(retiree_id)}

    def confirmed(self, retiree_id: RetireeId) -> date | None:
        with self.desk.uow() as store:
            retiree = store.retirees.get(retiree_id)
            assert retiree is not None
            return deadlines(retiree, store.certifications.of_retiree(retiree_id)).confirmed


@pytest.fixture
def places(running: tuple[RunningCenter, str], tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    center, database = running
    made = []
    for number in (1, 2):
        desk = real_desk(tmp_path / str(number), real_now())
        sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
        sync.enrol(base_url=center.url, code=new_code(database))
        assert sync.run().error == ""
        made.append(Place(desk, sync))
    yield made[0], made[1]
    for place in made:
        place.desk.engine.dispose()


def somebody(number: int) -> RetireeId:
    return [p for p in demo_people(TODAY) if p.retiree.died_on is None][number].retiree.id


def test_each_desk_sees_the_others_certifications_after_a_sync(places: tuple[Place, Place]) -> None:
    first, second = places
    here, there = somebody(30), somebody(31)
    ours, theirs = first.certify(here), second.certify(there)
    assert theirs not in first.of(there)
    for place in (first, second, first):
        assert place.sync.run(at_once=True).error == ""
    seen, told = first.of(there)[theirs], second.of(here)[ours]
    assert (seen.center, told.center) == (CenterState.ACCEPTED, CenterState.ACCEPTED)
    assert first.confirmed(there) == second.confirmed(there) == deadline_after(seen.captured_at.date())
    assert first.confirmed(here) == second.confirmed(here) == deadline_after(told.captured_at.date())


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["older first", "newer first"])
def test_the_same_person_certified_on_both_at_once_has_two_records_and_one_right_deadline(
    places: tuple[Place, Place], order: tuple[int, int]
) -> None:
    retiree_id = somebody(32 + order[0])
    ids = {places[0].certify(retiree_id, days_ago=1), places[1].certify(retiree_id)}
    for place in (places[order[0]], places[order[1]], *places):
        assert place.sync.run(at_once=True).error == ""
    right = deadline_after(places[1].desk.clock.today())
    for place in places:
        mine = place.of(retiree_id)
        assert ids <= mine.keys()
        assert all(mine[one].center is CenterState.ACCEPTED for one in ids)
        assert place.confirmed(retiree_id) == right
        assert place.sync.run().pulled == 0
    assert places[0].of(retiree_id).keys() == places[1].of(retiree_id).keys()
