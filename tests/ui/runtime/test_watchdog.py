"""The watchdog sees how long the event loop was deaf."""

from threading import Event
from time import perf_counter

from pytestqt.qtbot import QtBot

from app.runtime.watchdog import Watchdog


def test_a_busy_loop_on_the_windows_thread_is_seen(qtbot: QtBot) -> None:
    watchdog = Watchdog()
    watchdog.start()
    until = perf_counter() + 0.12
    while perf_counter() < until:
        pass
    report = watchdog.stop()
    assert report.longest > 100
    assert report.over == 1
    assert report.busiest > 20
    assert "above 50 ms: 1" in report.lines()[0]


def test_waiting_without_work_is_a_gap_but_not_busy(qtbot: QtBot) -> None:
    watchdog = Watchdog()
    watchdog.start()
    Event().wait(0.1)
    report = watchdog.stop()
    assert report.longest > 80
    assert report.busiest < report.longest / 2


def test_a_pause_is_not_measured(qtbot: QtBot) -> None:
    watchdog = Watchdog()
    watchdog.start()
    watchdog.pause()
    Event().wait(0.1)
    watchdog.go_on()
    assert watchdog.stop().longest < 80
    assert sum(watchdog.report().counts) == watchdog.report().ticks
    assert "≥100 ms 0" in watchdog.report().histogram()


def test_ticks_are_counted_while_the_loop_is_free(qtbot: QtBot) -> None:
    watchdog = Watchdog()
    watchdog.start()
    qtbot.waitUntil(lambda: watchdog.report().ticks >= 10)
    assert watchdog.stop().p50 < 50
