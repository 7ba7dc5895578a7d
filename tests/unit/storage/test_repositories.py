"""The repositories over the real encrypted store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from app.domain.calendar import Month
from app.domain.certification import CenterState
from app.domain.ids import OperatorId, RecordId, RetireeId, Sha256, VisitId
from app.domain.operator import Operator, Role
from app.domain.visit import Visit, VisitStep
from app.errors import AppError
from app.services.ports import AuditEntry, OutboxRecord
from app.storage.audit import AuditStore
from tests.builders.desk import RealDesk, real_desk
from tests.builders.people import certified, retiree
from tests.fakes.clock import CST

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=CST)
CLERK = Operator(id=OperatorId("o-1"), login="wang", name="王芳", role=Role.CLERK)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path)
    with made.uow() as store:
        store.operators.save(CLERK, "hash")
        store.commit()
    yield made
    made.engine.dispose()


def record(number: int, **changes: object) -> OutboxRecord:
    fields: dict[str, object] = {
        "id": RecordId(f"r-{number}"),
        "kind": "certification",
        "version": 1,
        "captured_at": NOW + timedelta(minutes=number),
        "body": "{}",
        "operator_id": CLERK.id,
    }
    return OutboxRecord(**{**fields, **changes})  # type: ignore[arg-type]


def test_what_is_not_committed_is_not_there(desk: RealDesk) -> None:
    with desk.uow() as store:
        store.retirees.upsert([retiree()])
    with desk.uow() as store:
        assert store.retirees.count() == 0


def test_a_known_death_survives_a_stale_roster_row(desk: RealDesk) -> None:
    dead = retiree(died_on=date(2026, 8, 24), last_paid=Month(2026, 10))
    with desk.uow() as store:
        store.retirees.upsert([dead])
        store.retirees.upsert([retiree(phone="0731-1")])
        found = store.retirees.get(RetireeId("r-1"))
    assert found is not None
    assert found.died_on == date(2026, 8, 24)
    assert found.phone == "0731-1"


def test_a_record_is_added_once_and_another_content_under_its_id_is_refused(desk: RealDesk) -> None:
    with desk.uow() as store:
        for _ in range(2):
            store.certifications.add(certified(date(2026, 5, 1)))
        assert len(store.certifications.all()) == 1
        with pytest.raises(AppError, match=r"record\.conflict"):
            store.certifications.add(certified(date(2026, 5, 2)))
        for _ in range(2):
            store.outbox.add(record(1))
        assert len(store.outbox.waiting()) == 1
        with pytest.raises(AppError, match=r"outbox\.conflict"):
            store.outbox.add(record(1, body='{"a":1}'))


def test_the_centers_answer_changes_nothing_else_of_a_certification(desk: RealDesk) -> None:
    made = certified(date(2026, 5, 1), center=CenterState.PENDING)
    answer = replace(made, center=CenterState.ACCEPTED, accepted_at=NOW, retiree_id=RetireeId("somebody else"))
    with desk.uow() as store:
        store.certifications.add(made)
        store.certifications.set_center_answer(answer)
        found = store.certifications.get(made.id)
        with pytest.raises(AppError, match=r"record\.unknown"):
            store.certifications.set_center_answer(certified(date(2026, 5, 1), number=9))
    assert found == replace(made, center=CenterState.ACCEPTED, accepted_at=NOW)


def test_the_outbox_gives_what_is_due_oldest_first_and_counts_what_waits(desk: RealDesk) -> None:
    later = NOW + timedelta(hours=1)
    with desk.uow() as store:
        for one in (record(3), record(1), record(2, next_try_at=later), record(4, refusal='{"code":"x","text":"y"}')):
            store.outbox.add(one)
        store.outbox.add(record(5, receipt="{}"))
        assert [r.id for r in store.outbox.due(NOW, 10)] == ["r-1", "r-3"]
        assert [r.id for r in store.outbox.due(later, 2)] == ["r-1", "r-2"]
        counts = store.outbox.counts()
        assert (counts.waiting, counts.refused, counts.oldest) == (3, 1, NOW + timedelta(minutes=1))
        with pytest.raises(AppError, match=r"record\.unknown"):
            store.outbox.update(record(99))


def test_when_the_clerk_does_not_want_to_wait_everything_not_refused_is_due(desk: RealDesk) -> None:
    later = NOW + timedelta(hours=1)
    with desk.uow() as store:
        store.outbox.add(record(1, next_try_at=later, attempts=4))
        store.outbox.add(record(2, refusal='{"code":"x","text":"y"}'))
        assert store.outbox.due(NOW, 10) == []
        store.outbox.retry_now()
        assert [(r.id, r.attempts) for r in store.outbox.due(NOW, 10)] == [("r-1", 4)]


def test_visits_that_have_not_ended_are_offered_newest_first(desk: RealDesk) -> None:
    with desk.uow() as store:
        for number, step in enumerate((VisitStep.CAPTURE, VisitStep.DONE, VisitStep.FORM, VisitStep.REVIEW)):
            at = NOW + timedelta(minutes=number)
            visit = Visit(id=VisitId(f"v-{number}"), operator_id=CLERK.id, step=step, started_at=at, updated_at=at)
            store.visits.save(visit)
        assert [v.step for v in store.visits.unfinished()] == [VisitStep.REVIEW, VisitStep.CAPTURE]


@pytest.mark.parametrize(
    ("harm", "number", "what"),
    [
        ("UPDATE audit SET action = 'nothing' WHERE number = 2", 2, "changed"),
        ("UPDATE audit SET at = '2020-01-01T00:00:00+08:00' WHERE number = 3", 3, "changed"),
        ("DELETE FROM audit WHERE number = 2", 2, "missing"),
        ("UPDATE audit SET number = 0 - number + 100 WHERE number IN (1)", 1, "missing"),
    ],
)
def test_any_change_or_removal_in_the_audit_log_is_found(desk: RealDesk, harm: str, number: int, what: str) -> None:
    with desk.uow() as store:
        for word in ("one", "two", "three", "four"):
            store.audit.append(AuditEntry(at=NOW, operator_id=CLERK.id, action=word, subject="s"))
        store.commit()
    with desk.engine.connect() as connection:
        assert AuditStore(connection).verify() is None
        connection.execute(text(harm))
        fault = AuditStore(connection).verify()
    assert fault is not None
    assert (fault.number, fault.what) == (number, what)


def test_two_swapped_lines_of_the_audit_log_are_found(desk: RealDesk) -> None:
    with desk.uow() as store:
        for word in ("one", "two", "three"):
            store.audit.append(AuditEntry(at=NOW, operator_id=None, action=word, subject="s"))
        store.commit()
    with desk.engine.connect() as connection:
        for change in ("number = 50 WHERE number = 1", "number = 1 WHERE number = 2", "number = 2 WHERE number = 50"):
            connection.execute(text(f"UPDATE audit SET {change}"))
        fault = AuditStore(connection).verify()
    assert fault is not None
    assert fault.number == 1


def test_what_waits_and_what_has_files_is_found_without_reading_all_that_ever_went_out(desk: RealDesk) -> None:
    asked: list[tuple[str, Any]] = []
    with desk.uow() as store:
        for number in range(3):
            store.outbox.add(record(number, receipt="{}" if number else None, attachments=(Sha256("a" * 64),)))
        store.commit()

    def heard(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "FROM outbox" in statement:
            asked.append((statement, parameters))

    event.listen(desk.engine, "before_cursor_execute", heard)
    with desk.uow() as store:
        store.outbox.due(NOW, 10)
        store.outbox.first_waiting(10)
        store.outbox.counts()
        assert len(store.outbox.missing_attachments()) == 2
    event.remove(desk.engine, "before_cursor_execute", heard)
    assert len(asked) == 4
    with desk.engine.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            assert any("ix_outbox_waiting" in row[3] or "ix_outbox_files" in row[3] for row in plan), (statement, plan)
