"""kill -9 during database commits: what was committed is there, what was not is not there by half, and the file is whole.

    python -m bench.kill_commits [--kills 300] [--seed 1]

A child process commits with the real encrypted store and says each number before and after its commit; it is killed at a random moment
of a commit. After each kill the store is opened as the program opens it, its integrity and audit chain verified, and every commit's parts
are looked for. Three kinds take turns: a finished visit (certification, outbox, audit), a page of the roster with its cursor, a receipt.
Prints a table; ends with 1 when anything is lost, torn or damaged.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.domain.ids import OperatorId, RecordId, RetireeId, UnitId
from app.domain.operator import Operator, Role
from app.domain.retiree import Retiree, Sex
from app.services.changes import Changes
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork
from app.services.stored_settings import CURSOR
from app.storage.audit import AuditStore
from app.storage.unit_of_work import SqlUnitOfWork, unit_of_work_factory
from app.storage.upgrade import open_store
from bench.chaos_desk import CLERK, add
from protocol.canonical import canonical_text

KEY = bytes(range(32))
BEGAN = datetime(2026, 11, 2, tzinfo=UTC)
LAST = "kill.last"
PEOPLE = 60
MOST_COMMITS = 12
"""Commits of one life, at most."""
VISIT, ROSTER, RECEIPT = range(3)


def record(number: int) -> OutboxRecord:
    """What commit ``number`` of the first kind adds."""
    return OutboxRecord(
        id=RecordId(f"r-{number:07d}"), kind="certification", version=1, captured_at=BEGAN + timedelta(seconds=number),
        body=canonical_text({"retiree_id": f"p-{number % PEOPLE}", "note": "x" * random.Random(number).randrange(4000)}),
        operator_id=CLERK,
    )  # fmt: skip


def person(number: int, phone: str) -> Retiree:
    """A made-up retiree."""
    return Retiree(
        id=RetireeId(f"p-{number}"), unit_id=UnitId("u"), name=f"退休{number}", id_number=f"{number:018d}",
        personnel_number=str(number), sex=Sex.FEMALE, birth_date=date(1950, 1, 1), phone=phone,
    )  # fmt: skip


def commit(store: UnitOfWork, number: int) -> None:
    """Everything that commit ``number`` writes."""
    kind = number % 3
    if kind == VISIT:
        add(store, record(number))
    elif kind == ROSTER:
        store.retirees.upsert(person(n, str(number)) for n in range(PEOPLE))
        store.settings.set(CURSOR, str(number))
    elif (known := store.outbox.get(record(number - RECEIPT).id)) is not None:
        store.outbox.update(replace(known, receipt=str(number)))
    store.audit.append(AuditEntry(at=BEGAN, operator_id=OperatorId("op"), action="commit", subject=str(number)))
    store.settings.set(LAST, str(number))
    store.commit()


def child(path: Path, out: int) -> None:
    """Commit until killed."""
    uow = unit_of_work_factory(open_store(path, KEY))
    with uow() as store:
        store.operators.save(Operator(id=CLERK, login="op", name="王芳", role=Role.CLERK), "x")
        number = int(store.settings.get(LAST) or 0)
        store.commit()
    while True:
        number += 1
        os.write(out, f"begin {number}\n".encode())
        with uow() as store:
            commit(store, number)
        os.write(out, f"done {number}\n".encode())


@dataclass
class Outcome:
    """Attributes: inside: kills between “begin” and “done”; kept: of these, commits that were there all the same."""

    kills: int = 0
    inside: int = 0
    kept: int = 0
    commits: int = 0
    faults: list[str] = field(default_factory=list)


def one_life(path: Path, rng: random.Random) -> tuple[int, int]:
    """Start a child, kill it at a random moment; the numbers last begun and last done (0 for none)."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            child(path, writer)
        finally:
            os._exit(1)
    os.close(writer)
    begun = done = 0
    wanted = rng.randint(1, MOST_COMMITS)
    with os.fdopen(reader, "r") as lines:
        for line in lines:
            word, number = line.split()
            begun, done = (int(number), done) if word == "begin" else (begun, int(number))
            wanted -= word == "begin"
            if wanted == 0:
                time.sleep(rng.uniform(0, 0.012))
                os.kill(pid, signal.SIGKILL)
                wanted = -1
    os.waitpid(pid, 0)
    return begun, done


def look(path: Path) -> tuple[int, list[str]]:
    """Open as the program does; the number of the last commit that is there, and what is wrong."""
    engine = open_store(path, KEY)
    faults: list[str] = []
    try:
        with SqlUnitOfWork(engine, Changes()) as store:
            assert store._connection is not None
            last = int(store.settings.get(LAST) or 0)
            if (fault := AuditStore(store._connection).verify()) is not None:
                faults.append(f"audit {fault}")
            if store._connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
                faults.append("integrity_check")
            faults += parts(store, last)
    finally:
        engine.dispose()
    return last, faults


def parts(store: UnitOfWork, last: int) -> list[str]:
    """Every commit up to ``last`` whole, nothing of a later one."""
    visits = [record(n) for n in range(1, last + 1) if n % 3 == VISIT]
    answered = {record(n - RECEIPT).id: str(n) for n in range(1, last + 1) if n % 3 == RECEIPT}
    kept = [(one.id, one.body, one.receipt) for want in visits if (one := store.outbox.get(want.id)) is not None]
    page = max((n for n in range(1, last + 1) if n % 3 == ROSTER), default=0)
    logged = [int(e.subject) for _, e in store.audit.entries(limit=10**6) if e.action == "commit"]
    checks = {
        "outbox": kept == [(one.id, one.body, answered.get(one.id)) for one in visits],
        "certifications": [c.id for c in store.certifications.all()] == [one.id for one in visits],
        "roster": {one.phone for one in store.retirees.all()} == ({str(page)} if page else set()),
        "cursor": int(store.settings.get(CURSOR) or 0) == page,
        "audit lines": logged == list(range(last, 0, -1)),
    }
    return [name for name, good in checks.items() if not good]


def run(kills: int, seed: int) -> Outcome:
    """``kills`` lives and deaths of one store."""
    rng, outcome = random.Random(seed), Outcome()
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        path = Path(folder) / "desk.db"
        while outcome.inside < kills:
            begun, done = one_life(path, rng)
            outcome.kills += 1
            last, faults = look(path)
            outcome.faults += [f"after kill {outcome.kills}: {fault}" for fault in faults]
            if (begun and last not in (begun - 1, begun)) or last < done:
                outcome.faults.append(f"after kill {outcome.kills}: begun {begun}, done {done}, there {last}")
            outcome.inside += begun > done
            outcome.kept += begun > done and last == begun
            outcome.commits = last
            if outcome.kills > 4 * kills + 20:
                outcome.faults.append("too few kills fell into a commit")
                break
    return outcome


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300, help="that fall into a commit")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    begun = time.monotonic()
    got = run(chosen.kills, chosen.seed)
    print("kills  within a commit  of these committed all the same  commits  lost, torn or damaged  seconds")
    print(
        f"{got.kills:5d}  {got.inside:15d}  {got.kept:31d}  {got.commits:7d}  {len(got.faults):21d}"
        f"  {time.monotonic() - begun:7.0f}"
    )
    for fault in got.faults:
        print(f"  {fault}")
    return 1 if got.faults else 0


if __name__ == "__main__":
    sys.exit(main())
