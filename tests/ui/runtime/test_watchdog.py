"""The watchdog sees how long the event loop was deaf."""

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
    assert "above 50 ms: 1" in report.lines()[0]


def test_ticks_are_counted_while_the_loop_is_free(qtbot: QtBot) -> None:
    watchdog = Watchdog()
    watchdog.start()
    qtbot.waitUntil(lambda: watchdog.report().ticks >= 10)
    assert watchdog.stop().p50 < 50
