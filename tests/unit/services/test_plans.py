"""Appointments and home visits day by day."""

from datetime import date, timedelta

import pytest

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.ids import OperatorId, RetireeId
from app.domain.operator import Operator, Role
from app.services.follow_ups import FollowUps
from app.services.plans import PlanKind, Plans
from tests.builders.desk import RealDesk
from tests.builders.people import certified, id_number, retiree

BY = OperatorId("clerk")
TODAY = date(2026, 11, 24)


@pytest.fixture
def people(desk: RealDesk) -> RealDesk:
    """``p-0`` … ``p-5``, all due in December, each at an address of their own."""
    with desk.uow() as store:
        store.operators.save(Operator(id=BY, login="jingban", name="王芳", role=Role.CLERK), "hash")
        for number in range(6):
            who = RetireeId(f"p-{number}")
            store.retirees.upsert(
                [
                    retiree(
                        id=who, name=f"人{number}", id_number=id_number(serial=number + 1), address=f"{9 - number} 号"
                    )
                ]
            )
            store.certifications.add(certified(date(2025, 12, 10), number=number + 20, retiree_id=who))
        store.commit()
    return desk


def agree(
    desk: RealDesk,
    number: int,
    result: FollowUpResult,
    day: date | None,
    time: str = "",
    way: FollowUpWay = FollowUpWay.PHONE,
) -> None:
    FollowUps(desk.desk).log(
        retiree_id=RetireeId(f"p-{number}"), operator_id=BY, way=way, result=result, next_on=day, next_time=time
    )


def names(desk: RealDesk, day: date | None = None) -> list[str]:
    return [one.retiree.name for one in Plans(desk.desk).day(day).planned]


def test_a_day_is_ordered_by_what_and_when_and_then_by_the_way(people: RealDesk) -> None:
    agree(people, 0, FollowUpResult.DESK_APPOINTMENT, TODAY, "10:00")
    agree(people, 1, FollowUpResult.HOME_VISIT_PLANNED, TODAY)
    agree(people, 2, FollowUpResult.HOME_VISIT_PLANNED, TODAY, "09:00")
    agree(people, 3, FollowUpResult.NOT_REACHED, TODAY)
    agree(people, 4, FollowUpResult.HOME_VISIT_PLANNED, TODAY)
    agree(people, 5, FollowUpResult.DESK_APPOINTMENT, TODAY + timedelta(days=1))
    plan = Plans(people.desk).day()
    assert [one.retiree.name for one in plan.planned] == ["人2", "人4", "人1", "人0", "人3"]
    assert [one.kind for one in plan.planned] == [PlanKind.HOME_VISIT] * 3 + [PlanKind.APPOINTMENT, PlanKind.CALL]
    assert plan.counts[:3] == ((TODAY, 5), (TODAY + timedelta(days=1), 1), (TODAY + timedelta(days=2), 0))


def test_a_letter_meanwhile_leaves_the_appointment_a_later_word_settles_it(people: RealDesk) -> None:
    day = TODAY + timedelta(days=3)
    agree(people, 0, FollowUpResult.DESK_APPOINTMENT, day)
    people.clock.move(timedelta(days=1))
    FollowUps(people.desk).log_many(
        [RetireeId("p-0")], operator_id=BY, way=FollowUpWay.LETTER, result=FollowUpResult.REMINDED
    )
    assert names(people, day) == ["人0"]
    people.clock.move(timedelta(days=2))
    assert names(people) == ["人0"]
    agree(people, 0, FollowUpResult.NOT_REACHED, None)
    assert names(people) == []


def test_a_new_day_takes_the_place_of_the_old_one(people: RealDesk) -> None:
    agree(people, 0, FollowUpResult.DESK_APPOINTMENT, TODAY)
    people.clock.move(timedelta(minutes=1))
    agree(people, 0, FollowUpResult.DESK_APPOINTMENT, TODAY + timedelta(days=5), "14:30")
    assert names(people) == []
    assert names(people, TODAY + timedelta(days=5)) == ["人0"]


def test_a_day_gone_by_is_missed_and_whoever_has_certified_need_not_be_seen(people: RealDesk) -> None:
    agree(people, 0, FollowUpResult.DESK_APPOINTMENT, TODAY)
    agree(people, 1, FollowUpResult.HOME_VISIT_PLANNED, TODAY)
    people.clock.move(timedelta(days=2))
    with people.uow() as store:
        store.certifications.add(certified(date(2026, 11, 25), number=90, retiree_id=RetireeId("p-1")))
        store.commit()
    plan = Plans(people.desk).day()
    assert [one.retiree.name for one in plan.missed] == ["人0"]
    before = Plans(people.desk).day(TODAY)
    assert [(one.retiree.name, one.settled) for one in before.planned] == [("人0", False), ("人1", True)]


def test_many_are_logged_at_once_and_who_has_left_is_passed_over(people: RealDesk) -> None:
    ids = [RetireeId("p-0"), RetireeId("p-1"), RetireeId("gone")]
    written = FollowUps(people.desk).log_many(
        ids, operator_id=BY, way=FollowUpWay.LETTER, result=FollowUpResult.REMINDED
    )
    assert written == 2
    assert set(FollowUps(people.desk).latest()) == set(ids[:2])
    with people.uow() as store:
        assert [record.kind for record in store.outbox.waiting()] == ["follow_up"] * 2
