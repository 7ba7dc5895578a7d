"""A desk restored from an old backup: what it had sent since comes back, what it sends again is no second record."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from app.bootstrap import Options, Store, open_desk
from app.domain.ids import RecordId
from app.domain.operator import Role
from app.paths import DeskPaths
from app.services.ports import OutboxRecord
from app.storage import backup
from demo.center import RunningCenter
from demo.roster import demo_people
from protocol.canonical import canonical_text
from tests.integration.sync.test_roundtrip import TODAY, new_code, running as running

PEOPLE = [person.retiree.id for person in demo_people(TODAY) if person.retiree.died_on is None]


@pytest.fixture
def desk(running: tuple[RunningCenter, str], tmp_path: Path) -> Iterator[Store]:
    center, database = running
    with ExitStack() as stack:
        made = open_desk(Options(paths=DeskPaths(tmp_path / "desk"), file_secrets=True), stack)
        made.accounts.create(by=None, login="op", name="王芳", role=Role.CLERK, password="kejian-2026")
        made.sync.enrol(base_url=center.url, code=new_code(database))
        made.sync.run()
        yield made


def certify(desk: Store, number: int) -> RecordId:
    """As a visit does, with its certification."""
    from app.domain.certification import Certification, Channel

    clerk = desk.accounts.all()[0].id
    record_id, at = RecordId(desk.desk.ids()), desk.desk.clock.now()
    with desk.desk.uow() as store:
        store.certifications.add(
            Certification(
                id=record_id,
                retiree_id=PEOPLE[number],
                channel=Channel.ASSISTED_FACE,
                captured_at=at,
                operator_id=clerk,
            )
        )
        store.outbox.add(
            OutboxRecord(
                id=record_id,
                kind="certification",
                version=1,
                captured_at=at,
                body=canonical_text({"retiree_id": PEOPLE[number], "advice": "match"}),
                operator_id=clerk,
            )
        )
        store.commit()
    return record_id


def test_after_a_restore_everything_that_was_sent_is_there_again_once(desk: Store, tmp_path: Path) -> None:
    old, stick = [certify(desk, number) for number in range(3)], tmp_path / "stick"
    stick.mkdir()
    made = backup.make(desk.options.paths, desk.examination.key, stick, desk.desk.clock.now())
    later = [certify(desk, number) for number in range(3, 6)]
    assert desk.sync.run(at_once=True).accepted == 6
    lost = certify(desk, 6)
    desk.examination.engine.dispose()
    other = DeskPaths(tmp_path / "other" / "desk")
    backup.restore(made.path, other, desk.desk.clock.now() + timedelta(minutes=1))
    shutil.copytree(desk.options.paths.secrets, other.secrets)
    with ExitStack() as stack:
        restored = open_desk(Options(paths=other, file_secrets=True), stack)
        report = restored.sync.run(at_once=True)
        assert (report.error, report.accepted, report.refused, report.waiting) == ("", 3, 0, 0)
        with restored.desk.uow() as store:
            everything = {one.id: one for one in store.certifications.all()}
            receipts = [store.outbox.get(record) for record in old]
            certified_by = {everything[record].retiree_id for record in (*old, *later)}
        assert certified_by == set(PEOPLE[:6]), "the others' certifications came back by the center"
        assert all(kept is not None and kept.receipt for kept in receipts), "what was sent twice has its one receipt"
        assert lost not in everything, "what had never left the desk is gone, as the dialog says"
        assert restored.sync.run(at_once=True).pulled == 0
