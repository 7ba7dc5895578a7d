"""A full disk: the visit in hand is finished, the next one must wait, and nobody is sent to the backup because of it."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.domain.ids import OperatorId, VisitId
from app.domain.operator import Operator, Role
from app.domain.visit import VisitStep
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import CaptureResult
from app.services.visits import Visits
from app.storage import database, reserve as reserve_module
from app.storage.reserve import Reserve
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from tests.builders.evidence import summary
from tests.builders.people import retiree
from tests.fakes.clock import FakeClock
from tests.fakes.ids import FakeIds
from tests.fakes.small_disk import MIB, fill, small_disk

KEY = bytes(range(32))
BIG = CaptureResult(
    summary=summary(),
    best_frame_jpeg=os.urandom(300_000),
    reference_chip_jpeg=None,
    best_chip_jpeg=None,
    clip=os.urandom(6 * MIB),
)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 160 * MIB) as folder:
        yield folder


@pytest.fixture
def opened(disk: Path) -> Iterator[Callable[[], Desk]]:
    """Opens the store on the small disk, as the program does, as often as asked."""
    with ExitStack() as stack:

        def open_it() -> Desk:
            reserve = Reserve(disk)
            reserve.look()
            engine = open_store(disk / "desk.db", KEY)
            stack.callback(engine.dispose)
            vault = FileVault(disk / "vault", KEY, make_room=reserve.give_up)
            uow = unit_of_work_factory(engine, reserve)
            return Desk(uow=uow, clock=FakeClock(), ids=FakeIds(), vault=vault, room=reserve.enough)

        yield open_it


def to_capture(desk: Desk) -> VisitId:
    visits = Visits(desk)
    with desk.uow() as store:
        store.retirees.upsert([retiree()])
        store.commit()
    visit = visits.begin(operator_id=OperatorId("op"))
    visits.choose(visit.id, retiree().id)
    visits.pass_precheck(visit.id)
    visits.consent(visit.id, given=True)
    return visit.id


def finish(desk: Desk, visit_id: VisitId) -> None:
    visits = Visits(desk)
    visits.finish_capture(visit_id, BIG)
    visits.decide_pass(visit_id)
    visits.record(visit_id)
    assert visits.finish(visit_id).visit.step is VisitStep.DONE


def accounts(desk: Desk) -> None:
    with desk.uow() as store:
        store.operators.save(Operator(id=OperatorId("op"), login="op", name="王芳", role=Role.CLERK), "x")
        store.commit()


def test_the_disk_fills_in_mid_visit_and_the_visit_is_finished_and_the_next_one_waits(
    disk: Path, opened: Callable[[], Desk]
) -> None:
    desk = opened()
    accounts(desk)
    visit_id = to_capture(desk)
    ballast = fill(disk)
    finish(desk, visit_id)
    with desk.uow() as store:
        assert len(store.outbox.waiting()) == 1
    with pytest.raises(AppError, match=r"disk\.no_room"):
        Visits(desk).begin(operator_id=OperatorId("op"))
    ballast.unlink()
    finish(desk, to_capture(desk))
    assert (disk / reserve_module.NAME).stat().st_size == reserve_module.RESERVE_BYTES


def test_a_program_that_starts_on_a_full_disk_gives_up_the_reserve_and_opens(
    disk: Path, opened: Callable[[], Desk]
) -> None:
    desk = opened()
    accounts(desk)
    visit_id = to_capture(desk)
    fill(disk)
    again = opened()
    with pytest.raises(AppError, match=r"disk\.no_room"):
        Visits(again).begin(operator_id=OperatorId("op"))
    finish(again, visit_id)


def test_without_a_reserve_a_full_disk_is_called_full_and_not_damaged(disk: Path) -> None:
    engine = open_store(disk / "desk.db", KEY)
    engine.dispose()
    fill(disk)
    with pytest.raises(AppError, match=r"disk\.full"):
        open_store(disk / "desk.db", KEY)


def test_a_copy_before_a_migration_that_does_not_fit_is_told_and_leaves_nothing(disk: Path) -> None:
    engine = open_store(disk / "desk.db", KEY)
    engine.dispose()
    ballast = fill(disk)
    os.truncate(ballast, ballast.stat().st_size - 100_000)  # room to open, not to copy
    with pytest.raises(AppError, match=r"disk\.full"):
        database.copy(disk / "desk.db", disk / "copy.db", KEY)
    assert sorted(path.name for path in disk.iterdir() if "copy" in path.name) == []


def test_a_vault_file_that_meets_a_full_disk_is_written_into_the_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve = Reserve(tmp_path, size=MIB, low=0)
    assert reserve.enough()
    real = os.fsync

    def full_while_the_reserve_is_there(descriptor: int) -> None:
        if reserve.whole:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))  # a quota: free space tells nothing of it
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full_while_the_reserve_is_there)
    vault = FileVault(tmp_path / "vault", KEY, make_room=reserve.give_up)
    assert vault.get(vault.put(b"picture", media_type="image/jpeg")) == b"picture"
    assert not reserve.whole


def test_the_reserve_is_given_up_only_when_room_is_short_and_taken_back_when_there_is_plenty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [1000 * MIB]
    monkeypatch.setattr(reserve_module, "free_bytes", lambda _folder: free[0])
    reserve = Reserve(tmp_path, size=4 * MIB, low=MIB)
    reserve.look()
    assert not reserve.whole, "looking takes no room"
    assert reserve.enough()
    reserve.look()
    assert reserve.whole
    free[0] = MIB - 1
    reserve.look()
    assert not reserve.whole
    assert not reserve.enough()
    free[0] = 5 * MIB
    assert not reserve.enough(), "taking it back would leave the disk full"
    free[0] = 6 * MIB
    assert reserve.enough()


def test_a_full_disk_that_shows_only_in_a_write_costs_the_reserve_and_the_next_try_succeeds(
    disk: Path, opened: Callable[[], Desk]
) -> None:
    desk = opened()
    assert desk.room()
    fill(disk)  # between the look and the write
    reserve = Reserve(disk, low=0)  # one that never looks ahead
    engine = database.make_engine(disk / "desk.db", KEY)
    uow = unit_of_work_factory(engine, reserve)

    def write() -> None:
        with uow() as store:
            store.settings.set("big", "x" * MIB)
            store.commit()

    with pytest.raises(AppError, match=r"disk\.full"):
        write()
    write()
    with uow() as store:
        assert store.settings.get("big") == "x" * MIB
    engine.dispose()
