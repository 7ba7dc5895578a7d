"""Work goes to workers, results come back on the window's thread, and nothing a worker does can end it."""

from collections.abc import Iterator
from threading import Event, current_thread, main_thread

import pytest
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.runtime.tasks import QtTaskRunner, WorkerCrashError


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[QtTaskRunner]:
    made = QtTaskRunner()
    yield made
    made.close()


def never(_: object) -> None:
    raise AssertionError("must not be called")


def test_a_result_arrives_on_the_windows_thread_and_not_inside_the_call(qtbot: QtBot, runner: QtTaskRunner) -> None:
    seen: list[tuple[object, bool, bool]] = []
    worked_on: list[bool] = []

    def work() -> int:
        worked_on.append(current_thread() is main_thread())
        return 7

    runner.database(work, lambda value: seen.append((value, current_thread() is main_thread(), True)), never)
    assert seen == []
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [(7, True, True)]
    assert worked_on == [False]
    assert not runner.busy


def test_an_error_goes_to_failed_with_its_code(qtbot: QtBot, runner: QtTaskRunner) -> None:
    errors: list[Exception] = []

    def work() -> None:
        raise AppError("disk.full")

    runner.io(work, never, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], AppError)
    assert errors[0].code == "disk.full"


def test_even_an_exit_in_a_worker_comes_back_as_a_failure_and_the_worker_goes_on(
    qtbot: QtBot, runner: QtTaskRunner
) -> None:
    errors: list[Exception] = []
    values: list[object] = []

    def leave() -> None:
        raise SystemExit(3)

    runner.database(leave, never, errors.append)
    runner.database(lambda: "still here", values.append, never)
    qtbot.waitUntil(lambda: bool(values))
    assert isinstance(errors[0], WorkerCrashError)
    assert values == ["still here"]


def test_database_work_runs_one_after_the_other_in_order(qtbot: QtBot, runner: QtTaskRunner) -> None:
    began: list[int] = []
    done: list[object] = []
    gate = Event()

    def work(number: int) -> int:
        began.append(number)
        if number == 0:
            gate.wait(5)
        return number

    for number in range(5):
        runner.database(lambda n=number: work(n), done.append, never)
    qtbot.waitUntil(lambda: began == [0])
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 5)
    assert began == done == [0, 1, 2, 3, 4]


def test_slow_network_does_not_hold_up_the_database(qtbot: QtBot, runner: QtTaskRunner) -> None:
    gate, done = Event(), []
    runner.io(lambda: gate.wait(5), lambda _: done.append("io"), never)
    runner.database(lambda: None, lambda _: done.append("database"), never)
    qtbot.waitUntil(lambda: done == ["database"])
    gate.set()
    qtbot.waitUntil(lambda: done == ["database", "io"])


def test_nothing_is_delivered_after_close(qtbot: QtBot) -> None:
    runner, done = QtTaskRunner(), []
    runner.database(lambda: 1, done.append, never)
    runner.close()
    runner.close()
    runner.database(lambda: 2, done.append, never)
    qtbot.wait(1)
    assert done == []
