"""The roster kept in memory is always the one that a fresh reading would give."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.certification import CenterState
from app.domain.ids import RecordId
from app.services.home import Home
from app.services.kept import Kept
from app.services.ports import UnitOfWork
from app.services.roster import Roster
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
    before = Home(real).figures()
    with real.uow() as store:
        write(store)
        store.commit()
    assert Roster(real).rows() == Roster(fresh).rows()
    after = Home(real).figures()
    assert after == Home(replace(real, kept=Kept())).figures()
    assert after != before


@pytest.mark.parametrize("write", WRITES)
def test_what_was_rolled_back_is_not_seen(desk: Office, write: Callable[[UnitOfWork], None]) -> None:
    real = desk.real.desk
    before = Home(real).figures()
    with real.uow() as store:
        write(store)
    assert Home(real).figures() == before


def test_midnight_changes_how_people_stand(desk: Office) -> None:
    real = desk.real.desk
    Home(real).figures()
    desk.real.clock.move(timedelta(days=40))
    assert Home(real).figures() == Home(replace(real, kept=Kept())).figures()


def test_a_second_opening_reads_nobody_again(desk: Office) -> None:
    real = desk.real.desk
    assert Roster(real).rows() is Roster(real).rows()
