"""What the home screen counts, and whom each number names."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from app.domain.calendar import Month
from app.domain.certification import CenterState
from app.domain.confirmation import CaseState, FormCase, FormReason
from app.domain.follow_up import FollowUp, FollowUpResult, FollowUpWay
from app.domain.ids import CaseId, OperatorId, RecordId, RetireeId
from app.domain.retiree import PaymentState, Retiree
from app.services.home import CHASED, Home, HomeGroup
from app.services.kept import RosterRow
from app.services.lists import Errand, ListQuery, Lists
from app.services.stored_settings import BACKUP_FOLDER, DAY_BACKUP, SKEW_S, NearList, save_last_sync, save_near_list
from tests.builders.desk import RealDesk
from tests.builders.people import certified, id_number, retiree


def ids(rows: Iterable[RosterRow]) -> list[str]:
    return [row.retiree.id for row in rows]


def near_people(desk: RealDesk, *days: int) -> None:
    """``n-0`` … with so many days to their deadlines, instead of everybody else."""
    today = desk.clock.today()
    people = [
        retiree(id=RetireeId(f"n-{i}"), name=f"人{i}", id_number=id_number(serial=i + 1)) for i in range(len(days))
    ]
    with desk.uow() as store:
        store.retirees.remove([RetireeId("r-1"), RetireeId("r-2")])
        store.retirees.upsert(people)
        for number, left in enumerate(days):
            deadline = today + timedelta(days=left)
            on = deadline.replace(year=deadline.year - 1)
            store.certifications.add(certified(on, number=number + 10, retiree_id=RetireeId(f"n-{number}")))
        store.commit()


def contact(
    desk: RealDesk, whose: str, result: FollowUpResult, *, days_ago: int = 0, next_on: date | None = None
) -> None:
    with desk.uow() as store:
        store.follow_ups.add(
            FollowUp(
                id=RecordId(desk.desk.ids()), retiree_id=RetireeId(whose), at=desk.clock.now() - timedelta(days=days_ago),
                operator_id=OperatorId("o"), way=FollowUpWay.PHONE, result=result, next_on=next_on,
            )
        )  # fmt: skip
        store.commit()


def test_the_home_screen_counts_by_what_it_costs(desk: RealDesk) -> None:
    def person(number: int, **changes: object) -> Retiree:
        return retiree(id=RetireeId(f"h-{number}"), id_number=id_number(serial=number), **changes)

    suspended = {"payment": PaymentState.SUSPENDED, "suspended_from": Month(2026, 9)}
    made = [
        person(1),  # near: 2026-12-01
        person(2, **suspended),
        person(3, **suspended),
        person(4, died_on=date(2026, 1, 1), last_paid=Month(2026, 3)),
        person(5, died_on=date(2026, 1, 1), last_paid=Month(2026, 1)),
        person(6, payment=PaymentState.TERMINATED),
        person(7, first_paid_on=None),
        person(8), person(9), person(10), person(11),
    ]  # fmt: skip
    dates = {
        1: date(2025, 12, 1),
        2: date(2025, 8, 1),
        3: date(2025, 8, 1),
        8: date(2025, 11, 28),
        9: date(2026, 1, 20),
        10: date(2026, 9, 1),
    }
    with desk.uow() as store:
        store.retirees.remove([RetireeId("r-1"), RetireeId("r-2")])
        store.retirees.upsert(made)
        for number, on in dates.items():
            store.certifications.add(certified(on, number=number + 100, retiree_id=RetireeId(f"h-{number}")))
        for number, on in ((3, date(2026, 11, 20)), (11, date(2026, 11, 23))):
            waiting = certified(on, number=number + 50, center=CenterState.PENDING, retiree_id=RetireeId(f"h-{number}"))
            store.certifications.add(waiting)
        store.commit()
    figures = Home(desk.desk).figures()
    counted = {one.group: {row.retiree.id for row in Home(desk.desk).members(one.group)} for one in figures.groups}
    assert {one.group: one.count for one in figures.groups} == {group: len(them) for group, them in counted.items()}
    assert counted[HomeGroup.LOSES_NEXT_MONTH] == {"h-8"}
    assert counted[HomeGroup.SUSPENDED] == {"h-2"}
    assert counted[HomeGroup.DUE_7] == {"h-1", "h-7"}
    assert counted[HomeGroup.DUE_60] == {"h-9"}
    assert counted[HomeGroup.WAITING] == {"h-3", "h-11"}
    assert counted[HomeGroup.DEAD_OVERPAID] == {"h-4"}
    assert counted[HomeGroup.SAFE] == {"h-10"}
    assert (figures.total, figures.forms_due, figures.forms_aim) == (11, date(2026, 11, 30), date(2026, 11, 30))
    november = figures.year[10]
    assert (november.certified, november.due, november.overdue) == (2, 1, 0)


def test_the_dead_of_whom_nothing_was_overpaid_are_in_no_list_either(desk: RealDesk) -> None:
    with desk.uow() as store:
        store.retirees.upsert([retiree(died_on=date(2026, 1, 1), last_paid=Month(2026, 1))])
        store.commit()
    table = Lists(desk.desk).table()
    assert table.select(ListQuery(group=HomeGroup.DEAD_OVERPAID)) == ()
    assert Home(desk.desk).members(HomeGroup.DEAD_OVERPAID) == ()


def test_the_most_urgent_come_first_and_no_more_are_read_than_shown(desk: RealDesk) -> None:
    near_people(desk, 20, 12, 25, 12)
    home = Home(desk.desk)
    assert ids(home.members(HomeGroup.DUE_30)) == ["n-1", "n-3", "n-0", "n-2"]
    assert ids(home.members(HomeGroup.DUE_30, most=2)) == ["n-1", "n-3"]
    assert ids(home.unreached(most=3)) == ["n-1", "n-3", "n-0"]


@pytest.mark.parametrize("group", list(HomeGroup))
def test_home_and_the_lists_name_the_same_people(desk: RealDesk, group: HomeGroup) -> None:
    near_people(desk, 3, 9, 45, 200, -2, -40)
    listed = Lists(desk.desk).table().select(ListQuery(group=group))
    assert ids(Home(desk.desk).members(group)) == [one.row.retiree.id for one in listed]


def test_unreached_is_whoever_must_be_reached_and_was_not_lately(desk: RealDesk) -> None:
    near_people(desk, 10, 11, 12, 13, 14, 200)
    contact(desk, "n-0", FollowUpResult.REMINDED)
    contact(desk, "n-1", FollowUpResult.NOT_REACHED)
    contact(desk, "n-2", FollowUpResult.REMINDED, days_ago=70)
    contact(desk, "n-3", FollowUpResult.REMINDED, days_ago=3)
    contact(desk, "n-3", FollowUpResult.NOT_REACHED)
    home = Home(desk.desk)
    assert home.figures().unreached == 4
    assert ids(home.unreached()) == ["n-1", "n-2", "n-3", "n-4"]
    listed = Lists(desk.desk).table().select(ListQuery(group=Errand.TO_REACH, unanswered=True))
    assert [one.row.retiree.id for one in listed] == ["n-1", "n-2", "n-3", "n-4"]


def test_an_appointment_shows_on_its_day_until_a_newer_contact(desk: RealDesk) -> None:
    near_people(desk, 10, 11, 12)
    today = desk.clock.today()
    contact(desk, "n-0", FollowUpResult.DESK_APPOINTMENT, next_on=today)
    contact(desk, "n-1", FollowUpResult.HOME_VISIT_PLANNED, next_on=today + timedelta(days=1))
    contact(desk, "n-2", FollowUpResult.NOT_REACHED, days_ago=2, next_on=today)
    contact(desk, "n-2", FollowUpResult.REMINDED)
    home = Home(desk.desk)
    assert (home.figures().planned, ids(home.planned())) == (1, ["n-0"])
    desk.clock.move(timedelta(days=1))
    assert set(ids(home.planned())) == {"n-0", "n-1"}
    listed = Lists(desk.desk).table().select(ListQuery(group=Errand.PLANNED))
    assert {one.row.retiree.id for one in listed} == {"n-0", "n-1"}


def test_of_the_centers_list_those_are_left_who_still_have_to_certify(desk: RealDesk) -> None:
    near_people(desk, 10, 11, 200)
    home = Home(desk.desk)
    assert home.figures().near_list is None
    with desk.uow() as store:
        save_near_list(store.settings, NearList(Month(2026, 11), frozenset(map(RetireeId, ("n-1", "n-2", "gone")))))
        store.commit()
    assert home.figures().near_list == (Month(2026, 11), 1)
    assert ids(home.near_list()) == ["n-1"]
    assert [one.row.retiree.id for one in Lists(desk.desk).table().select(ListQuery(group=Errand.NEAR_LIST))] == ["n-1"]


def test_forms_that_wait_and_forms_that_came_back_are_counted_apart(desk: RealDesk) -> None:
    with desk.uow() as store:
        for number, state in enumerate((CaseState.DRAFTED, CaseState.IN_BATCH, CaseState.RETURNED, CaseState.ACCEPTED)):
            case = FormCase(
                id=CaseId(f"f-{number}"), retiree_id=RetireeId("r-1"), reason=FormReason.NO_CARD, state=state
            )
            store.cases.save(case)
        store.commit()
    figures = Home(desk.desk).figures()
    assert (figures.forms_open, figures.forms_returned) == (2, 1)


def test_the_desk_tells_when_sync_clock_or_backup_want_care(desk: RealDesk) -> None:
    fresh = Home(desk.desk).figures().health
    assert (fresh.sync_late, fresh.clock_off, fresh.backup_late, fresh.backup_folder) == (True, False, True, "")
    now = desk.clock.now()
    with desk.uow() as store:
        save_last_sync(store.settings, now - timedelta(hours=2), "")
        store.settings.set(SKEW_S, "-420")
        store.settings.set(DAY_BACKUP, (now - timedelta(days=2)).isoformat())
        store.settings.set(BACKUP_FOLDER, "stick")
        store.commit()
    health = Home(desk.desk).figures().health
    assert (health.sync_late, health.clock_off, health.backup_late, health.backup_folder) == (
        False,
        True,
        False,
        "stick",
    )
    desk.clock.move(timedelta(days=8))
    health = Home(desk.desk).figures().health
    assert (health.sync_late, health.backup_late) == (True, True)


def test_the_year_counts_what_counts_and_not_what_was_refused(desk: RealDesk) -> None:
    refused = certified(date(2026, 3, 2), number=7, center=CenterState.REJECTED)
    left = certified(date(2026, 3, 3), number=8, retiree_id=RetireeId("left the roster"))
    with desk.uow() as store:
        for one in (refused, left, certified(date(2026, 3, 4), number=9), certified(date(2025, 3, 4), number=10)):
            store.certifications.add(one)
        store.commit()
    assert Home(desk.desk).figures().year[2].certified == 2


def test_whoever_must_be_reached_still_has_to_certify() -> None:
    assert CHASED.isdisjoint({HomeGroup.SAFE, HomeGroup.WAITING, HomeGroup.DEAD_OVERPAID})
