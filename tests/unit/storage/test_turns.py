"""A sync with one transaction after the other keeps nobody out: each waits in line and comes next."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import AppError
from app.storage import database
from app.storage.turns import Turns
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
from tests.builders.desk import RealDesk, real_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RealDesk]:
    made = real_desk(tmp_path)
    yield made
    made.engine.dispose()


def test_who_asked_first_comes_first_and_the_greedy_one_goes_to_the_end_of_the_line() -> None:
    turns, order, threads = Turns(), [], []
    assert turns.take(0)
    for name in ("first", "second", "third"):
        thread = threading.Thread(target=lambda n=name: (turns.take(60), order.append(n), turns.give()))
        thread.start()
        while len(turns._waiting) < len(threads) + 1:
            pass
        threads.append(thread)
    turns.give()
    assert turns.take(60)
    order.append("greedy")
    turns.give()
    for thread in threads:
        thread.join()
    assert order[0] == "first"
    assert order.index("second") < order.index("third")
    assert order[0] != "greedy"


def test_a_turn_that_does_not_come_is_told_and_leaves_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.01)
    uow = unit_of_work_factory(engine := open_store(tmp_path / "desk.db", bytes(32)))
    with uow(), pytest.raises(AppError, match=r"store\.busy"), uow():
        pass
    with uow() as store:
        store.settings.set("a", "b")
        store.commit()
    engine.dispose()


def test_a_transaction_that_cannot_begin_or_breaks_gives_its_turn_on(desk: RealDesk) -> None:
    with pytest.raises(ZeroDivisionError), desk.uow():
        _ = 1 / 0
    desk.engine.dispose()
    path = desk.path.rename(desk.path.with_suffix(".gone"))
    desk.path.mkdir()
    with pytest.raises(AppError), desk.uow():
        pass
    desk.path.rmdir()
    path.rename(desk.path)
    with desk.uow() as store:
        assert store.settings.get("a") is None


def test_many_threads_lose_no_write(desk: RealDesk) -> None:
    def count() -> None:
        for _ in range(20):
            with desk.uow() as store:
                store.settings.set("n", str(int(store.settings.get("n") or 0) + 1))
                store.commit()

    threads = [threading.Thread(target=count) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with desk.uow() as store:
        assert store.settings.get("n") == "120"
