"""How long the window's event loop is deaf while 10,000 records go to the real center, beside the same window that syncs nothing.

    python -m bench.window_sync [--records 10000] [--people 10000] [--idle 30] [--sqlite]

The real window, offscreen, over the real encrypted store; the reference center (uvicorn, PostgreSQL) in processes of its own on loopback.
A clerk goes round the screens all the time, in both halves the same way, and asks the store something small, as a step of a visit does.
First half: everything waits and the sync is paused. Second half: “现在同步” until all receipts are in and the roster and the unit's
certifications have come back. A process that does nothing runs beside it as the control: what the machine itself does to a timer.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from app.bootstrap import Options, Store, build, make_application, open_desk
from app.domain.operator import Operator, Role
from app.paths import DeskPaths
from app.runtime.watchdog import LIMIT_MS, GapReport, Watchdog
from app.services.ports import SyncReport
from app.services.stored_settings import TOUR_SEEN
from app.ui.desktop import Desktop
from bench.chaos_desk import CLERK, Plan, add
from bench.window import Sampler
from center import registry, roster
from center.database import make_engine, migrate
from demo.center import start
from protocol.messages import RetireeBody, UnitInfo
from tests.fakes.postgres import postgres

UNIT = "u"
PASSWORD = "liangdu-2026"
BATCH = 500
ROUND_MS = 700
"""How long the clerk stays on a screen."""
ROUND = ("home", "sync", "find", "sync", "records", "sync")
ASK_MS = 150
"""How often the store is asked something small."""
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高", "秀英桂兰玉珍志强建国文华明德春梅海燕国庆"


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much."""

    records: int = 10_000
    people: int = 10_000
    idle_s: float = 30.0
    limit_s: float = 1800.0


@dataclass(frozen=True, kw_only=True)
class Half:
    """What was measured: the window's gaps, how long a small question to the store waited for its answer (ms), where the loop was deaf."""

    seconds: float
    gaps: GapReport
    waits_ms: list[float]
    where: Counter[str]


@dataclass(frozen=True, kw_only=True)
class Result:
    """Both halves, what the sync did, and what was left afterwards."""

    idle: Half
    during: Half
    report: SyncReport
    left: int
    received: int


def person(number: int) -> RetireeBody:
    """A made-up retiree."""
    name = SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
    return RetireeBody(
        id=f"{UNIT}-{number}", name=name, id_number=f"{number:018d}", personnel_number=str(number),
        sex="female", birth_date=date(1950, 1, 1), phone=f"139{number:08d}",
    )  # fmt: skip


@contextmanager
def center(folder: Path, people: int, database: str) -> Iterator[tuple[str, str]]:
    """The reference center with one unit; its address and an enrolment code."""
    engine = make_engine(database)
    migrate(engine)
    with engine.begin() as connection:
        registry.signing_key(connection)
        registry.register_unit(connection, UnitInfo(id=UNIT, name="湖南省某某厅", code="U"), who="bench")
        roster.put_retirees(connection, UNIT, [person(n) for n in range(people)], who="bench")
        code = registry.new_code(connection, UNIT, who="bench")
    engine.dispose()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = start(database, port=port, log=folder / "center.log")
    os.setpriority(os.PRIO_PROCESS, running.process.pid, 10)  # it is another machine's work
    try:
        yield running.url, code
    finally:
        running.stop()


def fill(store: Store, size: Size) -> None:
    """A clerk's account, and ``records`` certifications that wait to be sent."""
    who = store.accounts.create(by=None, login="jingban", name="王芳", role=Role.ADMIN, password=PASSWORD)
    with store.desk.uow() as opened:
        opened.operators.save(Operator(id=CLERK, login="op", name="李明", role=Role.CLERK), "x")
        opened.settings.set(f"{TOUR_SEEN}.{who.id}", "1")
        opened.commit()
    began = datetime.now(UTC) - timedelta(seconds=size.records)
    plan = Plan(
        folder="", key="", signing="", url="", ca="", code="", allowed="", records=size.records, attachments=0,
        smallest=0, largest=0, people=max(1, size.people), began=began.isoformat(),
    )  # fmt: skip
    for first in range(0, size.records, BATCH):
        with store.desk.uow() as opened:
            for number in range(first, min(first + BATCH, size.records)):
                add(opened, plan.record(number, None))
            opened.commit()


class Clerk(QObject):
    """Goes round the screens, types a name, and asks the store something small; the same in both halves."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop, self._steps = desktop, 0
        self.waits_ms: list[float] = []
        self._go, self._ask = QTimer(self), QTimer(self)
        self._go.timeout.connect(self._step)
        self._ask.timeout.connect(self._question)
        self._open = False

    def start(self) -> None:
        """From the first screen on."""
        self._steps, self.waits_ms = 0, []
        self._go.start(ROUND_MS)
        self._ask.start(ASK_MS)

    def stop(self) -> None:
        """Stand still."""
        self._go.stop()
        self._ask.stop()

    def _step(self) -> None:
        name = ROUND[self._steps % len(ROUND)]
        self._steps += 1
        QTest.keyClick(self._desktop.window.windowHandle(), Qt.Key.Key_F12)  # as a clerk who is there
        self._desktop.find(SURNAMES[self._steps % 20]) if name == "find" else self._desktop.open(name)

    def _question(self) -> None:
        """As a visit's step does: through the one database worker, with a commit."""
        if self._open:
            return
        self._open, begun = True, time.perf_counter()
        desk = self._desktop.means.desk

        def work() -> None:
            with desk.uow() as store:
                store.settings.set("bench.step", str(begun))
                store.commit()

        def done(_nothing: object) -> None:
            self._open = False
            self.waits_ms.append((time.perf_counter() - begun) * 1e3)

        self._desktop.means.tasks.database(work, done, self._desktop.error)


def wait(loop_until: Callable[[], bool], limit_s: float) -> float:
    """Run the event loop until ``loop_until`` holds; the seconds it took."""
    begun, loop, look = time.perf_counter(), QEventLoop(), QTimer()
    look.timeout.connect(lambda: loop.quit() if loop_until() or time.perf_counter() - begun > limit_s else None)
    look.start(50)
    loop.exec()
    look.stop()
    if not loop_until():
        raise TimeoutError(f"not within {limit_s:.0f} s")
    return time.perf_counter() - begun


def half(clerk: Clerk, until: Callable[[], bool], limit_s: float) -> Half:
    """Measure until ``until`` holds."""
    watchdog, sampler = Watchdog(), Sampler()
    clerk.start()
    watchdog.start()
    try:
        seconds = wait(until, limit_s)
    finally:
        gaps = watchdog.stop()
        clerk.stop()
        sampler.stop()
    return Half(seconds=seconds, gaps=gaps, waits_ms=list(clerk.waits_ms), where=sampler.where)


def nothing() -> None:
    """At the seams, where a test wants to look."""


def measure(
    size: Size, folder: Path, database: str, *, begun: Callable[[], None] = nothing, ended: Callable[[], None] = nothing
) -> Result:
    """Both halves on a fresh center and a fresh desk; ``begun`` and ``ended`` are called around the sync."""
    with ExitStack() as stack:
        url, code = stack.enter_context(center(folder, size.people, database))
        options = Options(paths=DeskPaths(folder / "desk"), file_secrets=True)
        store = open_desk(options, stack)
        fill(store, size)
        store.sync.enrol(base_url=url, code=code)
        make_application(["bench"])
        reports: list[SyncReport] = []
        desktop = build(options, stack, store)
        finished = desktop.sync_._finished
        desktop.sync_._finished = lambda report: (reports.append(report), finished(report))[1]
        desktop.window.resize(1366, 768)
        desktop.window.show()
        store.sync.pause()
        desktop.login.log_in("jingban", PASSWORD)
        wait(lambda: desktop.window.present() == "home" and len(reports) > 0, 60)
        clerk = Clerk(desktop)
        still = time.perf_counter() + size.idle_s
        idle = half(clerk, lambda: time.perf_counter() > still, size.limit_s)
        reports.clear()
        begun()
        desktop.sync_.run_now()
        during = half(clerk, lambda: bool(reports) and not desktop.means.tasks.busy, size.limit_s)
        ended()
        with store.desk.uow() as opened:
            left = len(opened.outbox.waiting())
            received = sum(one.accepted_at is not None for one in opened.certifications.all())
        desktop.window.close()
        return Result(idle=idle, during=during, report=reports[0], left=left, received=received)


def show(size: Size, got: Result, control: str) -> bool:
    """The table; whether everything arrived and the limit holds."""
    print(
        f"{size.records} records pushed, {got.report.pulled} changes pulled ({size.people} people), center on loopback"
    )
    print(f"{'':34s}{'p50':>8s}{'p99':>8s}{'p99.9':>8s}{'longest':>9s}{f'> {LIMIT_MS:.0f} ms':>9s}{'busiest':>9s}")
    for name, one in (("window, nothing syncs", got.idle), ("window, during the sync", got.during)):
        gaps = one.gaps
        print(
            f"{f'{name} ({one.seconds:.0f} s)':34s}{gaps.p50:8.1f}{gaps.p99:8.1f}{gaps.p999:8.1f}{gaps.longest:9.1f}"
            f"{gaps.over:9d}{gaps.busiest:9.1f}"
        )
    for name, one in (("idle", got.idle), ("during the sync", got.during)):
        waits = sorted(one.waits_ms)
        print(
            f"a step's answer from the store, {name}: p50 {statistics.median(waits):.0f} ms, "
            f"p99 {waits[int(len(waits) * 0.99)]:.0f}, longest {waits[-1]:.0f}"
        )
    print(f"control, an idle process beside it: {control}")
    for name, one in (("idle", got.idle), ("sync", got.during)):
        for place, count in one.where.most_common(8):
            print(f"  {name}: deaf {count} × in {place}")
    rate = got.report.accepted / got.during.seconds
    sent, received = got.report.sent_bytes / 2**20, got.report.received_bytes / 2**20
    print(
        f"{got.report.accepted} accepted ({rate:.0f}/s), {sent:.1f} MB sent, {received:.1f} MB received, {got.left} left"
    )
    return got.report.error == "" and got.left == 0 and got.received == size.records and got.during.gaps.over == 0


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=Size.records)
    parser.add_argument("--people", type=int, default=Size.people)
    parser.add_argument("--idle", type=float, default=Size.idle_s, help="seconds of the half without a sync")
    parser.add_argument("--sqlite", action="store_true", help="the center over SQLite")
    chosen = parser.parse_args()
    size = Size(records=chosen.records, people=chosen.people, idle_s=chosen.idle)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="window-sync-")))
        own = nullcontext(f"sqlite:///{folder}/center.db") if chosen.sqlite else postgres()
        database = stack.enter_context(own)
        control = subprocess.Popen(
            (sys.executable, "-m", "bench.window", "--idle"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        stack.callback(control.kill)
        got = measure(size, folder, database)
        return 0 if show(size, got, control.communicate()[0].strip()) else 1


if __name__ == "__main__":
    sys.exit(main())
