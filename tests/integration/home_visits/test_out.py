"""A take-along package: whom it holds, who can open it, and every file that is refused with nothing written."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.ids import RetireeId
from app.domain.operator import Role
from app.errors import AppError
from app.services.home_visits import HomeVisits, Order
from app.services.visits import Visits
from app.sync.away_files import load_package, package_id
from protocol import take_along
from tests.builders.trips import CLERK, PASSPHRASE, R1, R2, R3, REVIEWER, Round


def refused(trip: Round, path: Path, passphrase: str = PASSPHRASE) -> str:
    """The code of the refusal; nothing is in the laptop's store afterwards."""
    with pytest.raises(AppError) as caught:
        load_package(trip.laptop.desk, path, passphrase)
    with trip.laptop.uow() as store:
        assert store.retirees.count() == 0
        assert store.operators.all() == []
    return caught.value.code


def test_only_the_chosen_people_go_along_with_photo_form_and_accounts(trip: Round) -> None:
    packed = trip.set_out()
    assert packed.path.parent == trip.stick
    assert [path.name for path in trip.stick.iterdir()] == [packed.path.name]
    with trip.laptop.uow() as store:
        assert {one.id for one in store.retirees.all()} == {R1, R2}
        assert [one.role for one in sorted(store.operators.all(), key=lambda o: o.id)] == [Role.CLERK, Role.REVIEWER]
        assert store.operators.password_hash(CLERK) == "hash 王芳"
        assert len(store.certifications.of_retiree(R1)) == 1
        assert len(store.cases.of_retiree(R2)) == 1
        photo = store.retirees.get(R1).photo  # type: ignore[union-attr]
    assert photo is not None
    assert trip.laptop.vault.get(photo) == b"\xff\xd8 card photo"
    state = trip.away.state()
    assert [row.retiree.id for row in state.rows] == [R1, R2]
    assert not state.made


def test_nothing_of_anybody_can_be_read_in_the_file(trip: Round) -> None:
    data = trip.pack().path.read_bytes()
    for words in ("龑淑珍", "王重阳", "赵六", "王芳", "hash", "439999", "A1234567", "card photo", R1):
        assert words.encode() not in data


def test_the_passphrase_opens_it_however_it_is_typed_and_no_other_does(trip: Round) -> None:
    packed = trip.pack()
    for wrong in ("", "ABCD-2345-EFGH-6788", PASSPHRASE[:-1]):
        assert refused(trip, packed.path, wrong) == "away.passphrase"
    load_package(trip.laptop.desk, packed.path, " abcd 2345efgh－6789 ")
    assert trip.away.state().trip.id == packed.trip.id == package_id(packed.path)


def test_it_opens_on_its_last_day_and_not_on_the_day_after(trip: Round) -> None:
    packed = trip.pack(days=2)
    trip.clock.move(timedelta(days=3))
    assert refused(trip, packed.path) == "away.expired"
    trip.clock.move(timedelta(days=-1))
    load_package(trip.laptop.desk, packed.path, PASSPHRASE)
    assert not trip.away.state().expired
    trip.clock.move(timedelta(days=1))
    assert trip.away.state().expired
    with pytest.raises(AppError, match=r"away\.expired"):
        Visits(trip.laptop.desk).begin(operator_id=CLERK)


def test_a_laptop_whose_clock_stands_before_the_packing_is_refused(trip: Round) -> None:
    packed = trip.pack()
    trip.clock.move(timedelta(days=-2))
    assert refused(trip, packed.path) == "away.clock"


def test_a_flipped_bit_anywhere_is_refused_by_name(trip: Round) -> None:
    packed = trip.pack()
    whole = packed.path.read_bytes()
    allowed = {"trip.damaged", "trip.truncated", "trip.not_a_package", "trip.newer_version", "trip.unknown_kind"}
    allowed |= {"away.passphrase", "trip.wrong_direction"}  # the head names the key and the direction
    step = max(1, len(whole) // 45)
    for place in [*range(40), *range(40, len(whole), step), len(whole) - 1]:
        packed.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert refused(trip, packed.path) in allowed
    packed.path.write_bytes(whole)
    load_package(trip.laptop.desk, packed.path, PASSPHRASE)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "trip.empty"), (b"PK\x03\x04 something else", "trip.not_a_package"), (b"CERTDESK", "trip.truncated")],
)
def test_what_is_no_package_is_refused_by_name(trip: Round, content: bytes, code: str) -> None:
    file = trip.stick / "x.certtrip"
    file.write_bytes(content)
    assert refused(trip, file) == code


def test_a_torn_copy_and_the_file_that_goes_back_are_refused(trip: Round) -> None:
    packed = trip.pack()
    whole = packed.path.read_bytes()
    for length in (30, len(whole) // 2, len(whole) - 1):
        packed.path.write_bytes(whole[:length])
        assert refused(trip, packed.path) in ("trip.truncated", "trip.damaged")
    packed.path.write_bytes(whole + b"x")
    assert refused(trip, packed.path) == "trip.damaged"
    packed.path.write_bytes(whole)
    trip.set_out()
    back = trip.bring_back()
    with pytest.raises(AppError, match=r"trip\.wrong_direction"):
        package_id(back)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"people": ()}, "trip.nobody"),
        ({"people": tuple(RetireeId(f"r-{n}") for n in range(201))}, "trip.too_many"),
        ({"people": (RetireeId("?"),)}, "retiree.unknown"),
        ({"passphrase": "kurz"}, "trip.passphrase"),
        ({"passphrase": "aaaaaaaaaaaaaaaa"}, "trip.passphrase"),
        ({"expires_on": date(2026, 11, 23)}, "trip.expiry"),
        ({"expires_on": date(2027, 1, 1)}, "trip.expiry"),
        ({"folder": Path("/nowhere at all")}, "package.folder_missing"),
    ],
)
def test_an_order_that_can_not_be_packed_leaves_neither_file_nor_trip(
    trip: Round, changes: dict[str, object], code: str
) -> None:
    order = {"people": (R1,), "passphrase": PASSPHRASE, "expires_on": trip.clock.today(), "folder": trip.stick}
    with pytest.raises(AppError) as caught:
        trip.files.pack(Order(**{**order, **changes}), operator_id=CLERK)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert list(trip.stick.iterdir()) == []
    assert HomeVisits(trip.desk.desk).rows() == ()


def test_a_full_stick_leaves_neither_file_nor_trip(trip: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AppError, match="stick_full"):
        trip.pack()
    assert list(trip.stick.iterdir()) == []


def test_a_proposed_passphrase_is_strong_enough_and_never_twice_the_same(trip: Round) -> None:
    made = {trip.files.new_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert all(len(take_along.normalised(one)) == 16 for one in made)


def test_the_list_tells_where_each_package_is(trip: Round) -> None:
    visits = HomeVisits(trip.desk.desk)
    packed = trip.pack(R1, R3, days=1)
    (row,) = visits.rows()
    assert (row.standing.value, row.names, row.clerk) == ("out", ("龑淑珍", "赵六"), "王芳")
    trip.clock.move(timedelta(days=2))
    assert visits.rows()[0].standing.value == "overdue"
    visits.set_lost(packed.trip.id, lost=True, operator_id=REVIEWER)
    assert visits.rows()[0].standing.value == "lost"
    visits.set_lost(packed.trip.id, lost=False, operator_id=REVIEWER)
    assert visits.rows()[0].standing.value == "overdue"
