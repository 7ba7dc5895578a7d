"""A desk over the months: the center changes its keys, takes a refused record after all, revokes the desk; runs outlive their token."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.ids import OperatorId, RecordId
from app.services.ports import SyncReport
from app.services.stored_settings import load_identity
from app.services.sync_status import SyncStatus
from app.sync.center_keys import load_keys
from app.sync.client import CenterClient
from app.sync.engine import HttpSync
from app.ui.sync_text import standing
from center import registry, roster
from center.database import make_engine
from demo.center import RunningCenter
from demo.roster import UNIT_ID, demo_people
from protocol.messages import RetireeBody
from tests.builders.desk import RealDesk, real_desk
from tests.integration.sync.test_roundtrip import TODAY, add_record, new_code, real_now, running as running

PEOPLE = [person.retiree.id for person in demo_people(TODAY) if person.retiree.died_on is None]


@pytest.fixture
def sync(running: tuple[RunningCenter, str], tmp_path: Path) -> Iterator[tuple[RealDesk, HttpSync]]:
    center, database = running
    desk = real_desk(tmp_path, real_now())
    made = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
    made.enrol(base_url=center.url, code=new_code(database))
    made.run()
    yield desk, made
    desk.engine.dispose()


@pytest.fixture
def at_center(running: tuple[RunningCenter, str]) -> Callable[[Callable[[Any], Any]], Any]:
    def run(work: Callable[[Any], Any]) -> Any:
        engine = make_engine(running[1])
        with engine.begin() as connection:
            result = work(connection)
        engine.dispose()
        return result

    return run


def receipt_of(desk: RealDesk, record: RecordId) -> dict[str, Any]:
    with desk.uow() as store:
        kept = store.outbox.get(record)
    assert kept is not None
    assert kept.receipt is not None
    found: dict[str, Any] = json.loads(kept.receipt)
    return found


def test_receipts_of_the_new_key_are_verified_and_those_of_the_old_one_stay(
    sync: tuple[RealDesk, HttpSync], at_center: Callable[[Callable[[Any], Any]], Any]
) -> None:
    desk, engine = sync
    before = add_record(desk, 301, PEOPLE[0])
    assert engine.run().accepted == 1
    at_center(lambda connection: registry.rotate_key(connection, who="test"))
    after = add_record(desk, 302, PEOPLE[1])
    assert engine.run().accepted == 1
    old, new = receipt_of(desk, before)["key_id"], receipt_of(desk, after)["key_id"]
    assert old != new
    with desk.uow() as store:
        known = {key.key_id: key.retired_at for key in load_keys(store.settings)}
    assert known[old] is not None
    assert known[new] is None


def test_a_key_changed_in_mid_run_is_not_believed_until_it_is_known_and_nothing_is_lost(
    sync: tuple[RealDesk, HttpSync],
    at_center: Callable[[Callable[[Any], Any]], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, engine = sync
    record, push = add_record(desk, 303, PEOPLE[2]), CenterClient.push

    def after_a_rotation(self: CenterClient, records: Any) -> Any:
        at_center(lambda connection: registry.rotate_key(connection, who="test"))
        return push(self, records)

    with monkeypatch.context() as patched:
        patched.setattr(CenterClient, "push", after_a_rotation)
        assert (engine.run().accepted, engine.run().waiting) == (0, 1)
    report = engine.run(at_once=True)
    assert (report.accepted, report.waiting) == (1, 0)
    assert receipt_of(desk, record)["uuid"] == record


def test_a_refused_record_is_accepted_once_the_center_knows_the_person_and_the_clerk_sends_it_again(
    sync: tuple[RealDesk, HttpSync], at_center: Callable[[Callable[[Any], Any]], Any]
) -> None:
    desk, engine = sync
    record = add_record(desk, 304, "newcomer")
    assert engine.run().refused == 1
    assert engine.run(at_once=True).sent == 0, "it waits for the clerk, also when the rest is sent at once"
    person = demo_people(TODAY)[0].retiree
    body = RetireeBody(
        id="newcomer", name="新来的", id_number="430000000000000000", personnel_number="9", sex=person.sex.value,
        birth_date=person.birth_date,
    )  # fmt: skip
    at_center(lambda connection: roster.put_retirees(connection, UNIT_ID, [body], who="test"))
    SyncStatus(desk.desk).send_again(record, operator_id=OperatorId("op"))
    report = engine.run(at_once=True)
    assert (report.accepted, report.refused, report.waiting) == (1, 0, 0)


def test_a_revoked_desk_says_why_on_the_screen_and_keeps_its_records(
    sync: tuple[RealDesk, HttpSync], at_center: Callable[[Callable[[Any], Any]], Any]
) -> None:
    desk, engine = sync
    with desk.uow() as store:
        identity = load_identity(store.settings)
    assert identity is not None
    at_center(lambda connection: registry.revoke(connection, identity.desk_id, why="电脑已报失", who="test"))
    add_record(desk, 305, PEOPLE[3])
    report = engine.run()
    assert (report.error, report.waiting) == ("sync.revoked", 1)
    _severity, sentence = standing(SyncStatus(desk.desk).figures())
    assert "电脑已报失" in sentence
    assert "记录都还存着" in sentence


def test_a_run_that_outlives_its_token_gets_another_one(
    sync: tuple[RealDesk, HttpSync], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, engine = sync
    for number in range(310, 430):
        add_record(desk, number, PEOPLE[number % 20])
    tokens, push = [], CenterClient.push

    def spent(self: CenterClient, records: Any) -> Any:
        tokens.append(self._token)
        answer = push(self, records)
        self._token, self._token_until = "spent", self._clock.now()  # as after a quarter of an hour
        return answer

    monkeypatch.setattr(CenterClient, "push", spent)
    report: SyncReport = engine.run()
    assert (report.error, report.accepted) == ("", 120)
    assert len(tokens) == 3
    assert "spent" not in tokens  # two of one second may read the same
