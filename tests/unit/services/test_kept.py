"""The roster kept in memory is always the one that a fresh reading would give."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.domain.certification import CenterState
from app.domain.ids import RecordId
from app.domain.standing_of import standing_of
from app.services.context import Desk
from app.services.home import Home
from app.services.kept import Kept, RosterRow
from app.services.ports import UnitOfWork
from app.services.roster import Roster
from app.services.stored_settings import save_policy
from tests.builders.office import Office, office
from tests.builders.people import certified


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    made = office(tmp_path)
    yield made
    made.real.engine.dispose()


def add_person(store: UnitOfWork) -> None:
    person = next(iter(store.retirees.all()))
    store.retirees.upsert([replace(person, id=RecordId("new"), name="阿新")])


def change_person(store: UnitOfWork) -> None:
    person = next(iter(store.retirees.all()))
    store.retirees.upsert([replace(person, name="改名", died_on=date(2026, 11, 1))])


def remove_person(store: UnitOfWork) -> None:
    store.retirees.remove([next(iter(store.retirees.all())).id])


def certify(store: UnitOfWork) -> None:
    person = next(iter(store.retirees.all()))
    store.certifications.add(certified(date(2026, 11, 20), retiree_id=person.id, center=CenterState.PENDING))


def certify_stranger(store: UnitOfWork) -> None:
    store.certifications.add(certified(date(2026, 11, 20), retiree_id="gone"))


def answer(store: UnitOfWork) -> None:
    known = next(iter(store.certifications.all()))
    store.certifications.set_center_answer(replace(known, center=CenterState.REJECTED))


WRITES = (add_person, change_person, remove_person, certify, certify_stranger, answer)


@pytest.mark.parametrize("write", WRITES)
def test_after_every_kind_of_write_the_kept_is_as_a_fresh_reading(
    desk: Office, write: Callable[[UnitOfWork], None]
) -> None:
    real, fresh = desk.real.desk, replace(desk.real.desk, kept=Kept())
    before, _rows = Home(real).figures(), Roster(real).rows()
    with real.uow() as store:
        write(store)
        store.commit()
    assert Roster(real).rows() == Roster(fresh).rows()
    assert Roster(real).rows() == counted_anew(real)
    assert Home(real).figures() != before


def counted_anew(desk: Desk) -> tuple[RosterRow, ...]:
    """Everybody's standing from all their certifications, with nothing kept."""
    with desk.uow() as store:
        policy, certifications = desk.policy(store), store.certifications.all()
        rows = [
            RosterRow(
                retiree=person,
                standing=standing_of(
                    person, [c for c in certifications if c.retiree_id == person.id], desk.clock.today(), policy
                ),
            )
            for person in store.retirees.all()
        ]
    return tuple(sorted(rows, key=lambda row: (row.retiree.name, row.retiree.id)))


def test_another_policy_makes_everybodys_facts_anew(desk: Office) -> None:
    real = desk.real.desk
    before = Roster(real).rows()
    with real.uow() as store:
        save_policy(store.settings, {"cycle_months": 6})
        store.commit()
    after = Roster(real).rows()
    assert after == counted_anew(real)
    assert after != before


def test_what_was_written_past_the_repositories_is_noticed_by_the_store_itself(desk: Office) -> None:
    real = desk.real.desk
    before = Home(real).figures()
    with desk.real.engine.begin() as connection:
        connection.execute(text("DELETE FROM certifications"))
    assert sum(m.certified for m in Home(real).figures().year) == 0 < sum(m.certified for m in before.year)


def test_people_who_stand_alike_share_one_row_and_unused_ones_go(desk: Office) -> None:
    real = desk.real.desk
    Home(real).figures()
    with real.uow() as store:
        people = store.retirees.all()
        store.retirees.remove([person.id for person in people[2:]])
        store.commit()
    Home(real).figures()
    with real.uow() as store:
        assert sum(count for _number, _facts, count in store.standings.groups()) == 2
        assert len(store.standings.everybody()) == 2
    with desk.real.engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM standing_facts")).scalar_one() <= 2


@pytest.mark.parametrize("write", WRITES)
def test_what_was_rolled_back_is_not_seen(desk: Office, write: Callable[[UnitOfWork], None]) -> None:
    real = desk.real.desk
    before = Home(real).figures()
    with real.uow() as store:
        write(store)
    assert Home(real).figures() == before


def test_midnight_changes_how_people_stand(desk: Office) -> None:
    real = desk.real.desk
    Roster(real).rows()
    desk.real.clock.move(timedelta(days=40))
    assert Roster(real).rows() == counted_anew(real)


def test_a_second_opening_reads_nobody_again(desk: Office) -> None:
    real = desk.real.desk
    assert Roster(real).rows() is Roster(real).rows()
