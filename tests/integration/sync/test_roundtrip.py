"""Desk and reference center over real HTTP on loopback: enrol, pull the roster, push a record, get a verified receipt."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.certification import CenterState
from app.domain.ids import OperatorId, RecordId
from app.domain.operator import Operator, Role
from app.errors import AppError
from app.services.ports import OutboxRecord
from app.sync.engine import HttpSync
from demo.center import RunningCenter, prepare, start
from demo.roster import demo_people
from protocol.canonical import canonical_text
from tests.builders.desk import RealDesk, real_desk
from tests.fakes.clock import FakeClock

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningCenter, str]]:
    folder = tmp_path_factory.mktemp("center")
    database = f"sqlite:///{folder}/center.db"
    prepare(database, TODAY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    center = start(database, port=port, log=folder / "center.log")
    yield center, database
    center.stop()


def new_code(database: str) -> str:
    from center import registry
    from center.database import make_engine

    engine = make_engine(database)
    with engine.begin() as connection:
        code = registry.new_code(connection, "demo-unit", who="test")
    engine.dispose()
    return code


def real_now() -> FakeClock:
    from app.runtime.clock import SystemClock

    return FakeClock(SystemClock().now())


@pytest.fixture
def enrolled(running: tuple[RunningCenter, str], tmp_path: Path) -> Iterator[tuple[RealDesk, HttpSync]]:
    center, database = running
    desk = real_desk(tmp_path, real_now())
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
    sync.enrol(base_url=center.url, code=new_code(database))
    yield desk, sync
    desk.engine.dispose()


def add_record(desk: RealDesk, number: int, retiree_id: str) -> RecordId:
    record_id = RecordId(f"01900000-0000-7000-8000-{abs(hash((str(desk.path), number))) % 16**12:012x}")
    with desk.uow() as store:
        store.operators.save(Operator(id=OperatorId("op"), login="op", name="王芳", role=Role.CLERK), "x")
        store.outbox.add(
            OutboxRecord(
                id=record_id,
                kind="certification",
                version=1,
                captured_at=desk.clock.now(),
                body=canonical_text({"retiree_id": retiree_id, "advice": "match"}),
                operator_id=OperatorId("op"),
            )
        )
        store.commit()
    return record_id


def test_the_roster_with_photos_and_history_arrives_and_a_second_run_brings_nothing(
    enrolled: tuple[RealDesk, HttpSync],
) -> None:
    desk, sync = enrolled
    report = sync.run()
    assert report.error == ""
    people = demo_people(TODAY)
    with desk.uow() as store:
        arrived = {r.id: r for r in store.retirees.all()}
        for person in people:
            assert replace(arrived[person.retiree.id], photo=None) == person.retiree
            assert len(store.certifications.of_retiree(person.retiree.id)) >= len(person.certifications)
    with_photo = [r for r in arrived.values() if r.photo is not None]
    assert len(with_photo) == sum(bool(p.portrait) for p in people)
    assert all(desk.vault.get(r.photo)[:2] == b"\xff\xd8" for r in with_photo if r.photo is not None)
    assert sync.run().pulled == 0


def test_a_record_is_pushed_once_and_its_receipt_verified(enrolled: tuple[RealDesk, HttpSync]) -> None:
    desk, sync = enrolled
    sync.run()
    record_id = add_record(desk, 1, demo_people(TODAY)[0].retiree.id)
    report = sync.run()
    assert (report.error, report.sent, report.accepted, report.waiting) == ("", 1, 1, 0)
    with desk.uow() as store:
        kept = store.outbox.get(record_id)
        assert kept is not None
        assert kept.receipt is not None
        assert json.loads(kept.receipt)["number"].startswith("DEMO439999-")
        back = store.certifications.get(record_id)
        assert back is not None
        assert back.center is CenterState.ACCEPTED
    assert sync.run().sent == 0


def test_a_lost_answer_is_made_good_by_a_duplicate(enrolled: tuple[RealDesk, HttpSync]) -> None:
    desk, sync = enrolled
    sync.run()
    record_id = add_record(desk, 2, demo_people(TODAY)[1].retiree.id)
    sync.run()
    with desk.uow() as store:
        kept = store.outbox.get(record_id)
        assert kept is not None
        store.outbox.update(replace(kept, receipt=None))
        store.commit()
    report = sync.run()
    assert (report.accepted, report.waiting) == (1, 0)


def test_one_refused_record_waits_with_words_and_blocks_nobody(enrolled: tuple[RealDesk, HttpSync]) -> None:
    desk, sync = enrolled
    sync.run()
    refused = add_record(desk, 3, "nobody")
    good = add_record(desk, 4, demo_people(TODAY)[2].retiree.id)
    report = sync.run()
    assert (report.accepted, report.refused) == (1, 1)
    with desk.uow() as store:
        kept, other = store.outbox.get(refused), store.outbox.get(good)
        assert kept is not None
        assert other is not None
        assert json.loads(kept.refusal)["code"] == "retiree_unknown"
        assert other.receipt is not None
    assert sync.run().sent == 0


def test_a_certification_after_death_is_refused_by_the_center(enrolled: tuple[RealDesk, HttpSync]) -> None:
    desk, sync = enrolled
    sync.run()
    dead = next(p for p in demo_people(TODAY) if p.retiree.died_on is not None)
    record_id = add_record(desk, 5, dead.retiree.id)
    assert sync.run().refused == 1
    with desk.uow() as store:
        kept = store.outbox.get(record_id)
        assert kept is not None
        assert json.loads(kept.refusal)["code"] == "after_death"


def test_no_center_is_reported_and_the_record_waits_with_a_later_try(tmp_path: Path) -> None:
    desk = real_desk(tmp_path)
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
    with pytest.raises(AppError, match=r"sync\.offline"):
        sync.enrol(base_url="http://127.0.0.1:9", code="AAAA-BBBB-CCCC")
    assert sync.run().error == "sync.not_enrolled"
    desk.engine.dispose()


def test_a_spent_code_is_refused_to_another_desk(running: tuple[RunningCenter, str], tmp_path: Path) -> None:
    center, database = running
    code = new_code(database)
    for number in (1, 2):
        desk = real_desk(tmp_path / str(number), real_now())
        sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
        if number == 1:
            assert sync.enrol(base_url=center.url, code=code)
        else:
            with pytest.raises(AppError) as caught:
                sync.enrol(base_url=center.url, code=code)
            assert caught.value.params["reason"] == "code_used"
        desk.engine.dispose()


def test_a_wrong_clock_is_named(running: tuple[RunningCenter, str], tmp_path: Path) -> None:
    center, database = running
    desk = real_desk(tmp_path, real_now())
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
    sync.enrol(base_url=center.url, code=new_code(database))
    desk.clock.move(timedelta(days=-3))
    report = sync.run()
    assert report.error == "sync.clock"
    assert "时间" in report.detail
    assert abs(report.skew_s + 3 * 86400) < 60
    desk.engine.dispose()
