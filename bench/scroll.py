"""Scrolling the list of 50,000: every frame's time from the wheel's turn to the painted table, and a jump to the end; beside a table of
50,000 items made one by one, in one run. ``QT_QPA_PLATFORM=offscreen python -m bench.scroll``.

Frames are told in the processor's time of the window's thread: that is what they take where nothing else is running.
"""

import time
from collections.abc import Callable

from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableWidget, QTableWidgetItem

from app.bootstrap import make_application
from app.services.list_choices import DEFAULT_COLUMNS
from app.services.lists import ListQuery, ListTable
from app.ui.screens.lists.columns import CELL
from app.ui.screens.lists.presenter import ListState
from app.ui.screens.lists.view import ListsView
from bench.lists import rows

FRAME_MS = 16.7
"""Sixty pictures a second."""
STEPS = 400


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1000


def frames(table: QAbstractItemView) -> list[float]:
    """A few rows at a time, as a wheel turns, all over the list; each painted at once."""
    bar = table.verticalScrollBar()
    top = bar.maximum()

    def step(number: int) -> None:
        bar.setValue((number * 3 + (number // 40) * top // 10) % max(top, 1))
        table.viewport().repaint()

    return sorted(timed(lambda n=number: step(n)) for number in range(STEPS))  # type: ignore[misc]


def main() -> None:
    """Print."""
    make_application(["bench"])
    people = rows()
    table, view = ListTable(people), ListsView()
    view.resize(1366, 768)
    shown = table.select(ListQuery())
    state = ListState(shown, ListQuery(), len(shown))
    up = timed(lambda: view.show_state(state))
    view.show()
    QApplication.processEvents()
    ours = frames(view._table)
    end = timed(lambda: (view._table.scrollToBottom(), view._table.viewport().repaint()))
    print(f"rows {len(shown):,}; brought up in {up:.1f} ms, a jump to the end {end:.1f} ms")
    for share in (50, 90, 99, 100):
        print(f"  frame p{share:<3d} {ours[min(len(ours) - 1, len(ours) * share // 100)]:8.2f} ms")
    late = sum(one > FRAME_MS for one in ours)
    print(f"  frames over {FRAME_MS} ms: {late} of {len(ours)}: {'smooth' if late * 100 < len(ours) else 'STUTTERS'}")
    plain = QTableWidget(len(shown), len(DEFAULT_COLUMNS))

    def fill() -> None:
        for number, one in enumerate(shown):
            for place, column in enumerate(DEFAULT_COLUMNS):
                plain.setItem(number, place, QTableWidgetItem(CELL[column.column](one)))

    filled = timed(fill)
    plain.resize(1366, 768)
    plain.show()
    QApplication.processEvents()
    others = frames(plain)
    print(f"  a table of items: brought up in {filled:.0f} ms, frame p99 {others[len(others) * 99 // 100]:.2f} ms")
    print(f"  ratio of bringing up, same run: {filled / up:.0f}")


if __name__ == "__main__":
    main()
