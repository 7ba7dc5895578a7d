"""The contact log and the lists, over the real encrypted store filled with the demo roster."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.follow_up import FollowUpResult, FollowUpWay
from app.domain.ids import RetireeId
from app.domain.standing import StandingKind
from app.errors import AppError
from app.services.follow_ups import FRESH, LONGEST_NOTE, FollowUps, answered
from app.services.home import HomeGroup
from app.services.lists import ListColumn, ListOrder, ListQuery, ListRow, Lists, ListTable
from tests.builders.office import Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


def select(rows: tuple[ListRow, ...], query: ListQuery) -> tuple[ListRow, ...]:
    return ListTable(rows).select(query)


def log(desk: Office, result: FollowUpResult, **more: object) -> RetireeId:
    person = desk.person(StandingKind.NEAR)
    fields: dict[str, object] = {"way": FollowUpWay.PHONE, "note": " 说下周来 ", "next_on": date(2026, 12, 1), **more}
    FollowUps(desk.real.desk).log(
        retiree_id=person.id,
        operator_id=desk.clerk.id,
        result=result,
        **fields,  # type: ignore[arg-type]
    )
    return person.id


def test_a_contact_is_kept_audited_and_sent_without_what_was_said(desk: Office) -> None:
    retiree_id = log(desk, FollowUpResult.DESK_APPOINTMENT)
    (kept,) = FollowUps(desk.real.desk).of_retiree(retiree_id)
    assert (kept.result, kept.note, kept.next_on) == (FollowUpResult.DESK_APPOINTMENT, "说下周来", date(2026, 12, 1))
    with desk.real.uow() as store:
        (outgoing,) = [r for r in store.outbox.waiting() if r.kind == "follow_up"]
        actions = [entry.action for _n, entry in store.audit.entries(limit=5)]
        assert list(store.follow_ups.due(date(2026, 12, 1))) == [kept]
        assert list(store.follow_ups.due(date(2026, 11, 30))) == []
    assert json.loads(outgoing.body)["result"] == "desk_appointment"
    assert "下周" not in outgoing.body
    assert actions[0] == "follow_up.logged"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"next_on": date(2026, 11, 23)}, "follow_up.next_in_past"),
        ({"note": "长" * (LONGEST_NOTE + 1)}, "note_too_long"),
    ],
)
def test_a_contact_that_cannot_be_is_refused_and_nothing_is_kept(
    desk: Office, more: dict[str, object], code: str
) -> None:
    with pytest.raises(AppError, match=code):
        log(desk, FollowUpResult.REMINDED, **more)
    with desk.real.uow() as store:
        assert [r for r in store.outbox.waiting() if r.kind == "follow_up"] == []


def test_a_contact_with_a_stranger_is_refused(desk: Office) -> None:
    with pytest.raises(AppError, match=r"retiree\.unknown"):
        FollowUps(desk.real.desk).log(
            retiree_id=RetireeId("nobody"),
            operator_id=desk.clerk.id,
            way=FollowUpWay.LETTER,
            result=FollowUpResult.REMINDED,
        )


def test_only_the_newest_contact_of_late_counts_as_answer(desk: Office) -> None:
    service = FollowUps(desk.real.desk)
    retiree_id = log(desk, FollowUpResult.REMINDED, next_on=None)
    desk.real.clock.move(timedelta(hours=1))
    log(desk, FollowUpResult.NOT_REACHED, next_on=None)
    latest = service.latest()
    assert latest[retiree_id].result is FollowUpResult.NOT_REACHED
    assert not answered(latest[retiree_id])
    assert not answered(None)
    desk.real.clock.move(FRESH + timedelta(days=1))
    assert service.latest() == {}


def test_the_most_urgent_come_first_and_every_group_is_whole(desk: Office) -> None:
    rows = Lists(desk.real.desk).rows()
    assert len(rows) == 60
    everybody = select(rows, ListQuery())
    groups = [row.group for row in everybody if row.group is not None]
    assert groups == sorted(groups, key=list(HomeGroup).index)
    assert {row.group for row in everybody[len(groups) :]} <= {None}
    for group in HomeGroup:
        assert {r.row.retiree.id for r in select(rows, ListQuery(group=group))} == {
            r.row.retiree.id for r in rows if r.group is group
        }


def test_lists_are_sorted_and_searched_as_asked(desk: Office) -> None:
    rows = Lists(desk.real.desk).rows()
    names = [row.row.retiree.name for row in select(rows, ListQuery(order=ListOrder.NAME))]
    assert names == sorted(names)
    ends = [r.row.standing.deadlines.with_provisional for r in select(rows, ListQuery(order=ListOrder.DEADLINE))]
    assert ends == sorted(ends, key=lambda end: end or date.max)
    (found,) = select(rows, ListQuery(words="𬭎"))
    assert select(rows, ListQuery(words=found.row.retiree.id_number.lower())) == (found,)
    assert select(rows, ListQuery(words="没有这个人")) == ()


def test_those_who_were_reached_leave_the_list_of_the_unanswered(desk: Office) -> None:
    retiree_id = log(desk, FollowUpResult.GUIDED_TO_SELF_SERVICE, next_on=None)
    rows = Lists(desk.real.desk).rows()
    assert retiree_id not in {r.row.retiree.id for r in select(rows, ListQuery(unanswered=True))}
    assert retiree_id in {r.row.retiree.id for r in select(rows, ListQuery())}


@pytest.mark.parametrize("column", ListColumn)
def test_every_column_sorts_both_ways(desk: Office, column: ListColumn) -> None:
    log(desk, FollowUpResult.REMINDED)
    table = Lists(desk.real.desk).table()
    up = table.select(ListQuery(sort=column))
    assert len(up) == 60
    assert table.select(ListQuery(sort=column, descending=True)) == up[::-1]


def test_a_new_contact_changes_the_table_in_hand_as_a_fresh_one_would(desk: Office) -> None:
    lists, follow_ups = Lists(desk.real.desk), FollowUps(desk.real.desk)
    before = lists.table()
    before.select(ListQuery(sort=ListColumn.CONTACT))
    retiree_id = log(desk, FollowUpResult.REMINDED)
    (made,) = follow_ups.of_retiree(retiree_id)
    after, fresh = before.with_contact(made), lists.table()
    for query in (ListQuery(), ListQuery(unanswered=True), ListQuery(sort=ListColumn.CONTACT, descending=True)):
        assert after.select(query) == fresh.select(query)
    assert len(before.select(ListQuery(unanswered=True))) == len(after.select(ListQuery(unanswered=True))) + 1
