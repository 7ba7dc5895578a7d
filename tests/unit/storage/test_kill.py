"""A process killed while it commits loses nothing that was committed and leaves nothing half done."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from app.domain.ids import OperatorId
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store

KEY = bytes(range(32))
KILLS = 4
WRITER = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from app.services.ports import AuditEntry, OutboxRecord
from app.domain.operator import Operator, Role
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
uow = unit_of_work_factory(open_store(Path(sys.argv[1]), bytes(range(32))))
now = datetime(2026, 11, 24, tzinfo=timezone.utc)
with uow() as store:
    store.operators.save(Operator(id="o", login="o", name="o", role=Role.CLERK), "h")
    number = len(store.outbox.waiting())
    store.commit()
while True:
    with uow() as store:
        record = OutboxRecord(id=f"r-{number:06d}", kind="k", version=1, captured_at=now, body="{}", operator_id="o")
        store.outbox.add(record)
        store.audit.append(AuditEntry(at=now, operator_id="o", action="added", subject=record.id))
        store.commit()
    print(number, flush=True)
    number += 1
"""


def test_sigkill_during_commits_loses_no_acknowledged_record(tmp_path: Path) -> None:
    path, rng, acknowledged = tmp_path / "desk.db", random.Random(7), -1
    for _ in range(KILLS):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, cwd=Path.cwd())
        assert writer.stdout is not None
        for _line in range(rng.randint(1, 12)):
            acknowledged = max(acknowledged, int(writer.stdout.readline()))
        os.kill(writer.pid, signal.SIGKILL)
        for late in writer.stdout.read().split():
            acknowledged = max(acknowledged, int(late))
        writer.wait()
        writer.stdout.close()
    engine = open_store(path, KEY)
    with unit_of_work_factory(engine)() as store:
        kept = [record.id for record in store.outbox.waiting()]
        lines = [entry.subject for _number, entry in store.audit.entries(limit=10_000)]
        assert store.operators.get(OperatorId("o")) is not None
    engine.dispose()
    assert kept == [f"r-{number:06d}" for number in range(len(kept))]
    assert len(kept) > acknowledged
    assert sorted(lines) == kept
