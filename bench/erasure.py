"""Erasing at 50,000 people and 300,000 certifications: how long a visit's step waits while it runs, and how soon the settings know.

``python -m bench.erasure [--people 50000] [--years 6] [--signs]``. A third of the certifications were made at this desk, with visit,
record to the center and audit lines. Beside the run another thread saves a step of a visit over and over and takes the time it
waited, as a clerk would; ``--signs`` has the open fraud signs looked for as well, as the program does.
"""

import argparse
import hashlib
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from app.domain.certification import CenterState
from app.domain.ids import OperatorId, RecordId, RetireeId, Sha256, VisitId
from app.domain.operator import Operator, Role
from app.domain.visit import Visit, VisitStep
from app.services.accounts import Accounts
from app.services.backups import Backups
from app.services.codec import to_json
from app.services.erasure import Erasure
from app.services.ports import AuditEntry
from app.services.scrutiny import Scrutiny
from app.services.stored_settings import save_last_sync
from app.services.sync_status import SyncStatus
from app.storage import tables
from bench.search import made_up, timed
from tests.builders.desk import RealDesk, real_desk
from tests.builders.evidence import summary
from tests.builders.people import certified
from tests.fakes.screens import PlainHasher

BUDGET_MS, SETTINGS_BUDGET_MS = 100.0, 300.0
CLERKS = tuple(OperatorId(f"clerk-{number}") for number in range(8))
SHARE_HERE = 3
"""Every third was made at this desk."""
FILES = 3_000
"""So many of the oldest pictures really lie in the vault."""
Rows = dict[str, list[dict[str, Any]]]


def sha(number: int) -> Sha256:
    """The hash of a picture, as the vault would make it."""
    return Sha256(hashlib.sha256(f"picture {number}".encode()).hexdigest())


def one(number: int, whose: RetireeId, at: datetime) -> Rows:
    """The rows of one certification."""
    key, here = f"{number:08d}", number % SHARE_HERE == 0
    clerk = CLERKS[number % len(CLERKS)] if here else None
    seen = summary(best_frame=sha(number)) if here else None
    made = replace(
        certified(at.date(), center=CenterState.ACCEPTED),
        id=RecordId(f"c-{key}"),
        retiree_id=whose,
        captured_at=at,
        operator_id=clerk,
        visit_id=VisitId(f"v-{key}") if here else None,
    )
    rows: Rows = {
        "certifications": [
            {
                "id": made.id,
                "retiree_id": whose,
                "captured_at": at.isoformat(),
                "center": made.center.value,
                "document": to_json(made),
                "summary": to_json(seen) if seen is not None else None,
            }
        ]
    }
    if clerk is None:
        return rows
    visit = Visit(
        id=VisitId(f"v-{key}"),
        operator_id=clerk,
        step=VisitStep.DONE,
        started_at=at,
        updated_at=at,
        retiree_id=whose,
        summary=seen,
        record_id=made.id,
    )
    rows["visits"] = [
        {
            "id": visit.id,
            "retiree_id": whose,
            "step": visit.step.value,
            "updated_at": at.isoformat(),
            "document": to_json(visit),
        }
    ]
    rows["outbox"] = [
        {
            "id": made.id,
            "kind": "certification",
            "version": 1,
            "captured_at": at.isoformat(),
            "body": to_json(made)[:-1] + f',"best_frame":"{sha(number)}"}}',
            "operator_id": clerk,
            "attachments": "[]",
            "attempts": 1,
            "next_try_at": None,
            "last_error": "",
            "receipt": "{}",
            "refusal": "",
        }
    ]
    return rows


def filled(folder: Path, *, people: int, years: int) -> RealDesk:
    """Everybody once a year, over ``years`` years, the oldest first."""
    desk, now = real_desk(folder), datetime.fromisoformat("2026-11-24T09:30:00+08:00")
    roster = made_up(people)
    with desk.uow() as store:
        for clerk in CLERKS:
            store.operators.save(Operator(id=clerk, login=clerk, name=clerk, role=Role.CLERK), "hash")
        store.retirees.upsert(replace(who, photo=sha(-number)) for number, who in enumerate(roster, 1))
        save_last_sync(store.settings, now, "")
        for number in range(2_000):
            entry = AuditEntry(at=now, operator_id=CLERKS[0], action="visit.recorded", subject=f"c-{number}")
            store.audit.append(entry)
        store.commit()
    total = people * years
    each = timedelta(days=365 * years) / total

    def rows() -> Iterator[Rows]:
        for number in range(total):
            day = now - timedelta(days=365 * years) + each * number
            at = day.replace(hour=9 + number % 8, minute=number % 60, second=0, microsecond=0)
            yield one(number, roster[number % people].id, at)

    made = rows()
    while part := list(islice(made, 5_000)):
        with desk.engine.begin() as connection:
            for name in ("certifications", "visits", "outbox"):
                values = [row for each_one in part for row in each_one.get(name, ())]
                if values:
                    connection.execute(insert(tables.metadata.tables[name]), values)
    for number in islice((n for n in range(total) if n % SHARE_HERE == 0), FILES):
        desk.vault.put(f"picture {number}".encode(), media_type="image/jpeg")
    return desk


def a_step(desk: RealDesk) -> Callable[[], None]:
    """What a visit's step does to the store."""
    at = desk.clock.now()
    visit = Visit(
        id=VisitId("z-now"), operator_id=CLERKS[0], step=VisitStep.IDENTIFY, started_at=at, updated_at=at, summary=None
    )

    def step() -> None:
        with desk.uow() as store:
            store.visits.save(visit)
            store.commit()

    return step


def settings_page(desk: RealDesk) -> Callable[[], None]:
    """What the settings ask the database's worker for when they are opened, one after the other."""
    accounts, status, erasure = Accounts(desk.desk, PlainHasher()), SyncStatus(desk.desk), Erasure(desk.desk)
    backups = Backups(desk.desk, lambda _folder, _at: None)

    def opened() -> None:
        accounts.all()
        status.figures()
        backups.figures()
        erasure.last_run()

    return opened


@contextmanager
def beside(work_of: Callable[[], None], pause_s: float) -> Iterator[list[float]]:
    """``work_of`` over and over beside the block; milliseconds that each took."""
    waits: list[float] = []
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            waits.append(timed(work_of))
            time.sleep(pause_s)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def told(name: str, waiting: Callable[[], None], work: Callable[[], object], pause_s: float = 0.02) -> float:
    """Print how long ``work`` took and how long ``waiting`` took beside it; the longest wait."""
    with beside(waiting, pause_s) as waits:
        start = time.perf_counter()
        work()
        spent = time.perf_counter() - start
    ordered = sorted(waits)
    p99 = ordered[len(ordered) * 99 // 100]
    print(
        f"{name:42} {spent:7.1f} s   beside it {len(waits):5} times, p50 {ordered[len(ordered) // 2]:6.1f}, "
        f"p99 {p99:7.1f}, longest {ordered[-1]:8.1f} ms",
        flush=True,
    )
    return ordered[-1]


def main() -> None:
    """Print."""
    parser = argparse.ArgumentParser(prog="python -m bench.erasure", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--years", type=int, default=6)
    parser.add_argument("--signs", action="store_true", help="look for open fraud signs as well")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = filled(Path(folder), people=chosen.people, years=chosen.years)
        size = desk.path.stat().st_size / 1e6
        print(
            f"people {chosen.people:,}, certifications {chosen.people * chosen.years:,}, store {size:.0f} MB",
            flush=True,
        )
        scrutiny = Scrutiny(desk.desk, lambda _data: None, lambda: "")
        erasure = Erasure(desk.desk, scrutiny.open_signs) if chosen.signs else Erasure(desk.desk)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        step, page = a_step(desk), settings_page(desk)

        def next_day() -> None:
            desk.clock.move(timedelta(days=1))
            erasure.run()

        told("a step, nothing beside it", step, lambda: time.sleep(5))
        waits = [
            told("a step, beside the settings' look", step, erasure.due),
            told("a step, beside the first run", step, erasure.run),
            told("a step, beside the next day's run", step, next_day),
        ]
        opened = told("the settings opened, beside their look", page, erasure.due, pause_s=0.5)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        for words, longest, budget in (("a step", max(waits), BUDGET_MS), ("settings", opened, SETTINGS_BUDGET_MS)):
            print(
                f"  {words}: longest {longest:.0f} ms, budget {budget:.0f} ms: {'kept' if longest <= budget else 'MISSED'}"
            )
        print(f"  memory at most {after:.0f} MB, {after - before:.0f} MB of it since the store was filled")
        desk.engine.dispose()


if __name__ == "__main__":
    main()
