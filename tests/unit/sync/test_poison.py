"""A record that the center can't read never holds up the others, is never dropped, and an old answer undoes no newer one."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.certification import CenterState, Certification, Channel
from app.domain.ids import DeskId, OperatorId, RecordId, RetireeId, UnitId
from app.domain.operator import Operator, Role
from app.errors import AppError
from app.services.ports import DeskIdentity, OutboxRecord, SyncReport
from app.services.stored_settings import save_identity
from app.sync.apply import apply_page, cursor_of
from app.sync.client import CenterClient
from app.sync.engine import HttpSync
from app.sync.push import LONGEST_WAIT_S, wait_after
from protocol.canonical import canonical, canonical_text, sha256_hex
from protocol.messages import Change, Outcome, PushAnswer, PushedRecord, Receipt, RecordAnswer, SigningKey
from protocol.signing import key_id, public_text, sign
from tests.builders.desk import RealDesk, real_desk
from tests.builders.people import retiree
from tests.fakes.clock import FakeClock

UNIT = "unit-1"
IDENTITY = DeskIdentity(
    desk_id=DeskId("desk"), unit_id=UnitId(UNIT), unit_name="单位", unit_code="U", center_url="http://127.0.0.1:9"
)


class FakeCenter:
    """Signs receipts; answers 422 to any push that holds one of ``unreadable``."""

    def __init__(self, clock: FakeClock, unreadable: frozenset[str] = frozenset()) -> None:
        self.clock, self.unreadable = clock, unreadable
        self.key = Ed25519PrivateKey.generate()
        public = public_text(self.key)
        self.center_keys = (SigningKey(key_id=key_id(public), public_key=public),)
        self.calls = self.sent_bytes = 0

    def log_in(self, _desk_id: str) -> None:
        return

    def push(self, records: Sequence[PushedRecord]) -> PushAnswer:
        self.calls += 1
        if any(record.uuid in self.unreadable for record in records):
            raise AppError("sync.refused", status=422, text="")
        answers = [RecordAnswer(uuid=r.uuid, outcome=Outcome.ACCEPTED, receipt=self._receipt(r)) for r in records]
        return PushAnswer(answers=answers, server_time=self.clock.now())

    def _receipt(self, record: PushedRecord) -> Receipt:
        draft = {
            "uuid": record.uuid,
            "sha256": sha256_hex(canonical(record.signed_part())),
            "unit_id": UNIT,
            "number": "U-1",
            "accepted_at": self.clock.now().isoformat(),
            "key_id": self.center_keys[0].key_id,
        }
        return Receipt.model_validate({**draft, "signature": sign(self.key, draft)})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path)
    with made.uow() as store:
        store.operators.save(Operator(id=OperatorId("op"), login="op", name="王芳", role=Role.CLERK), "x")
        store.commit()
    yield made
    made.engine.dispose()


def record_id(number: int) -> RecordId:
    return RecordId(f"01900000-0000-7000-8000-{number:012d}")


def put(desk: RealDesk, number: int, kind: str = "certification") -> RecordId:
    with desk.uow() as store:
        store.outbox.add(
            OutboxRecord(
                id=record_id(number),
                kind=kind,
                version=1,
                captured_at=desk.clock.now(),
                body=canonical_text({"retiree_id": "r"}),
                operator_id=OperatorId("op"),
            )
        )
        store.commit()
    return record_id(number)


def push(desk: RealDesk, center: FakeCenter) -> SyncReport:
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
    return sync._push(cast(CenterClient, center), IDENTITY, SyncReport(), lambda *_: None)


def test_one_unreadable_record_among_forty_waits_alone_and_the_rest_is_accepted(desk: RealDesk) -> None:
    ids = [put(desk, number) for number in range(40)]
    center = FakeCenter(desk.clock, frozenset({ids[17]}))
    report = push(desk, center)
    assert (report.accepted, report.refused) == (39, 1)
    with desk.uow() as store:
        waiting = store.outbox.waiting()
        assert [one.id for one in waiting] == [ids[17]]
        assert "联系省中心" in json.loads(waiting[0].refusal)["text"]
    assert center.calls <= 13


def test_a_record_that_cannot_even_be_written_down_waits_and_the_next_is_sent(desk: RealDesk) -> None:
    bad, good = put(desk, 1, kind="k" * 201), put(desk, 2)
    assert push(desk, FakeCenter(desk.clock)).accepted == 1
    with desk.uow() as store:
        kept, other = store.outbox.get(bad), store.outbox.get(good)
        assert kept is not None
        assert kept.refusal
        assert other is not None
        assert other.receipt is not None


def test_a_receipt_signed_by_a_stranger_is_not_believed_and_the_record_is_tried_later(desk: RealDesk) -> None:
    one = put(desk, 1)
    center = FakeCenter(desk.clock)
    center.key = Ed25519PrivateKey.generate()
    with desk.uow() as store:
        before = store.outbox.get(one)
        assert before is not None
        store.outbox.update(replace(before, attempts=12))
        store.commit()
    assert push(desk, center).accepted == 0
    with desk.uow() as store:
        kept = store.outbox.get(one)
        assert kept is not None
        assert kept.receipt is None
        assert kept.next_try_at is not None
        assert kept.next_try_at > desk.clock.now()


def test_a_receipt_that_comes_again_does_not_take_back_a_rejection(desk: RealDesk) -> None:
    one = put(desk, 1)
    with desk.uow() as store:
        store.retirees.upsert([retiree(id="r")])
        certification = Certification(
            id=one, retiree_id=RetireeId("r"), channel=Channel.ASSISTED_FACE, captured_at=desk.clock.now()
        )
        store.certifications.add(certification)
        store.certifications.set_center_answer(
            replace(certification, center=CenterState.REJECTED, center_reason="不是本人")
        )
        store.commit()
    assert push(desk, FakeCenter(desk.clock)).accepted == 1
    with desk.uow() as store:
        kept = store.certifications.get(one)
        assert kept is not None
        assert (kept.center, kept.center_reason) == (CenterState.REJECTED, "不是本人")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change(number=7, kind="horoscope", body={}), "sync.unknown_change"),
        (Change(number=7, kind="retiree", body={"id": "x"}), "sync.answer_unreadable"),
        (Change(number=7, kind="retiree_removed", body={}), "sync.answer_unreadable"),
        (Change(number=7, kind="decision", body={"decision": "blessed"}), "sync.answer_unreadable"),
    ],
    ids=["kind", "retiree", "removal", "decision"],
)
def test_a_page_that_is_not_as_agreed_is_named_and_leaves_nothing_behind(
    desk: RealDesk, change: Change, code: str
) -> None:
    removal = Change(number=6, kind="near_list", body={"month": "2026-11", "retiree_ids": []})
    with desk.uow() as store, pytest.raises(AppError) as caught:
        apply_page(store, [removal, change], 7, UnitId(UNIT))
    assert caught.value.code == code
    with desk.uow() as store:
        assert cursor_of(store) == 0


def test_the_wait_is_never_longer_than_an_hour_nor_than_its_doubled_limit() -> None:
    rng = random.Random(1)
    for attempts in range(60):
        limit = min(LONGEST_WAIT_S, 5.0 * 2**attempts)
        waits = [wait_after(attempts, rng) for _ in range(50)]
        assert timedelta(0) <= min(waits) <= max(waits) <= timedelta(seconds=limit)
        assert max(waits) - min(waits) > timedelta(seconds=limit / 2)


def test_sync_now_does_not_wait_for_the_next_try_and_the_timer_does(desk: RealDesk) -> None:
    one = put(desk, 1)
    with desk.uow() as store:
        save_identity(store.settings, IDENTITY)
        kept = store.outbox.get(one)
        assert kept is not None
        store.outbox.update(replace(kept, next_try_at=desk.clock.now() + timedelta(hours=1)))
        store.commit()
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
    due = []
    for at_once in (False, True):
        assert sync.run(at_once=at_once).error == "sync.offline"
        with desk.uow() as store:
            due.append([r.id for r in store.outbox.due(desk.clock.now(), 10)])
    assert due == [[], [one]]
