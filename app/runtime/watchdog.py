"""Measures how long the window's event loop was deaf: the gaps between ticks of a fast timer."""

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter, thread_time

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 4
LIMIT_MS = 50.0
"""No gap of a whole visit may be longer."""
BANDS_MS = (2, 5, 10, 20, 30, 50, 100)
"""Edges of the printed distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReport:
    """Distribution of event-loop gaps in milliseconds; ``over`` counts those above LIMIT_MS.

    ``busiest`` is the most processor time that the watched thread itself spent between two ticks: a long gap with little of it
    means that the thread was kept waiting, by the interpreter's lock or by a machine that had no processor free.
    """

    ticks: int
    p50: float
    p95: float
    p99: float
    p999: float
    longest: float
    over: int
    busiest: float
    counts: tuple[int, ...]
    """Ticks per band of BANDS_MS: below the first edge, between the edges, above the last."""

    def lines(self) -> tuple[str, ...]:
        """For a bench or a log."""
        return (
            f"event-loop gaps over {self.ticks} ticks: p50 {self.p50:.1f} ms, p95 {self.p95:.1f}, p99 {self.p99:.1f}, "
            f"p99.9 {self.p999:.1f}, longest {self.longest:.1f}; above {LIMIT_MS:.0f} ms: {self.over}; busiest {self.busiest:.1f}",
        )

    def histogram(self) -> str:
        """One line."""
        names = [f"<{edge} ms" for edge in BANDS_MS] + [f"≥{BANDS_MS[-1]} ms"]
        return "  ".join(f"{name} {count}" for name, count in zip(names, self.counts, strict=True))


class Watchdog(QObject):
    """Start it on the thread to be watched; a gap is the time between two ticks beyond the timer's own interval."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gaps_ms = array("d")
        self._last = self._spent = self._busiest_ms = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begin anew."""
        self._gaps_ms = array("d")
        self._busiest_ms = 0.0
        self.go_on()

    def go_on(self) -> None:
        """Measure (again) and add to what was measured."""
        self._last, self._spent = perf_counter(), thread_time()
        self._timer.start()

    def pause(self) -> None:
        """Stop measuring; the gap that is just under way counts."""
        self._on_tick()
        self._timer.stop()

    def stop(self) -> GapReport:
        """End and sum up."""
        self.pause()
        return self.report()

    def report(self) -> GapReport:
        """What was measured so far."""
        gaps = sorted(self._gaps_ms) or [0.0]

        def at(share: float) -> float:
            return gaps[min(int(len(gaps) * share), len(gaps) - 1)]

        edges = [bisect_left(gaps, float(edge)) for edge in BANDS_MS]
        over = sum(1 for gap in gaps if gap > LIMIT_MS)
        return GapReport(
            ticks=len(self._gaps_ms),
            p50=at(0.5),
            p95=at(0.95),
            p99=at(0.99),
            p999=at(0.999),
            longest=gaps[-1],
            over=over,
            busiest=self._busiest_ms,
            counts=tuple(right - left for left, right in pairwise((0, *edges, len(gaps)))),
        )

    def _on_tick(self) -> None:
        now, spent = perf_counter(), thread_time()
        self._gaps_ms.append(max((now - self._last) * 1e3 - TICK_MS, 0.0))
        self._busiest_ms = max(self._busiest_ms, (spent - self._spent) * 1e3)
        self._last, self._spent = now, spent
