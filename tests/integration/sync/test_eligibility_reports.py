"""What one desk reports or corrects is known at the unit's other desk after a sync, and so is its withdrawal."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.certification import CenterState, Certification, Channel
from app.domain.eligibility_report import ReportKind
from app.domain.ids import OperatorId, RecordId, RetireeId
from app.domain.operator import Operator, Role
from app.domain.retiree import Retiree
from app.runtime.clock import new_id
from app.services.corrections import Corrections
from app.services.eligibility import Draft, Eligibility
from app.services.ports import OutboxRecord
from app.services.roster import Roster
from app.sync.engine import HttpSync
from demo import center as demo_center
from protocol.canonical import canonical_text
from tests.builders.desk import RealDesk, real_desk
from tests.integration.sync.test_roundtrip import TODAY, new_code, real_now

CLERK = OperatorId("op")


@dataclass
class Corner:
    """One desk of the unit."""

    desk: RealDesk
    sync: HttpSync

    def person(self, retiree_id: RetireeId) -> Retiree:
        with self.desk.uow() as store:
            found = store.retirees.get(retiree_id)
        assert found is not None
        return found

    def run(self) -> None:
        report = self.sync.run()
        assert report.error == ""


@pytest.fixture
def corners(tmp_path: Path) -> Iterator[tuple[Corner, Corner]]:
    database = f"sqlite:///{tmp_path}/center.db"
    demo_center.prepare(database, TODAY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = demo_center.start(database, port=port, log=tmp_path / "center.log")
    made = []
    for name in ("one", "two"):
        desk = real_desk(tmp_path / name, real_now())
        sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
        sync.enrol(base_url=running.url, code=new_code(database))
        made.append(Corner(desk, sync))
        made[-1].run()
        with desk.uow() as store:
            store.operators.save(Operator(id=CLERK, login="op", name="王芳", role=Role.CLERK), "x")
            store.commit()
    yield made[0], made[1]
    running.stop()
    for corner in made:
        corner.desk.engine.dispose()


def somebody(corner: Corner) -> RetireeId:
    with corner.desk.uow() as store:
        return next(
            person.id
            for person in sorted(store.retirees.all(), key=lambda one: one.id)
            if person.died_on is None and not person.custody and person.lost_eligibility_on is None
        )


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft(kind=ReportKind.DEATH, on=date(2026, 9, 3)), "died_on"),
        (Draft(kind=ReportKind.LOSS, on=date(2026, 9, 3)), "lost_eligibility_on"),
    ],
)
def test_both_desks_know_a_report_and_its_withdrawal(corners: tuple[Corner, Corner], draft: Draft, field: str) -> None:
    one, two = corners
    who = somebody(one)
    made = Eligibility(one.desk.desk).report(who, draft, operator_id=CLERK)
    one.run()
    two.run()
    assert getattr(two.person(who), field) == draft.on
    Eligibility(one.desk.desk).withdraw(made.id, operator_id=CLERK, because="报错了人")
    one.run()
    two.run()
    assert getattr(two.person(who), field) is None
    one.run()
    assert getattr(one.person(who), field) is None


def test_custody_arrives_with_its_dates_and_goes_again(corners: tuple[Corner, Corner]) -> None:
    one, two = corners
    who = somebody(one)
    draft = Draft(kind=ReportKind.CUSTODY, on=date(2026, 5, 2), until=date(2026, 8, 1), document="判决书")
    made = Eligibility(one.desk.desk).report(who, draft, operator_id=CLERK)
    one.run()
    two.run()
    assert [(c.started_on, c.ended_on, c.document) for c in two.person(who).custody] == [
        (date(2026, 5, 2), date(2026, 8, 1), "判决书")
    ]
    Eligibility(one.desk.desk).withdraw(made.id, operator_id=CLERK, because="报错了人")
    one.run()
    two.run()
    one.run()
    assert one.person(who).custody == two.person(who).custody == ()


def test_a_certification_taken_back_counts_at_the_other_desk_no_longer(corners: tuple[Corner, Corner]) -> None:
    one, two = corners
    who = somebody(one)
    before = Roster(two.desk.desk).card(who).standing.deadlines
    now = one.desk.clock.now()
    made = Certification(
        id=RecordId(new_id()), retiree_id=who, channel=Channel.ASSISTED_FACE, captured_at=now, operator_id=CLERK
    )
    body = {"retiree_id": who, "operator_id": CLERK}
    with one.desk.uow() as store:
        store.certifications.add(made)
        store.outbox.add(
            OutboxRecord(
                id=made.id,
                kind="certification",
                version=1,
                captured_at=now,
                body=canonical_text(body),
                operator_id=CLERK,
            )
        )
        store.commit()
    one.run()
    two.run()
    assert Roster(two.desk.desk).card(who).standing.deadlines != before
    one.desk.desk = replace(one.desk.desk, ids=new_id)
    wrong = Corrections(one.desk.desk).correct(made.id, operator_id=CLERK, because="办错了人", signed_on=None)
    one.run()
    two.run()
    assert Roster(two.desk.desk).card(who).standing.deadlines == before
    one.run()
    card = Roster(one.desk.desk).card(who)
    assert card.standing.deadlines == before
    taken_back = next(c for c in card.certifications if c.id == wrong.id)
    assert (taken_back.void, taken_back.center) == (True, CenterState.ACCEPTED)
