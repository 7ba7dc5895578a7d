"""A run of erasing that is killed, again and again, leaves nobody half erased, and erases nothing but what is due."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from app.domain.ids import RecordId, RetireeId, Sha256, VisitId
from app.services.changes import Changes
from app.storage.audit import AuditStore
from app.storage.unit_of_work import SqlUnitOfWork
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from tests.builders.retention import LATELY, LONG_AGO, certification, desk_with_two_people

PEOPLE, KILLS = 40, 8
ERASER = """
import sys
from pathlib import Path
from app.services import erasure_scan
from app.services.context import Desk
from app.services.erasure import Erasure
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from tests.fakes.clock import FakeClock
from tests.fakes.ids import FakeIds
erasure_scan.ROWS_ERASED = 2
path, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
engine = open_store(path, key)
desk = Desk(uow=unit_of_work_factory(engine), clock=FakeClock(), ids=FakeIds(), vault=FileVault(path.parent / "vault", key))
Erasure(desk, rest=lambda: print("piece", flush=True)).run()
print("done", flush=True)
"""


def left(engine: Engine, vault: FileVault, faces: dict[int, Sha256]) -> set[int]:
    """Whose rows are there; each of them whole, and the log too."""
    there = set()
    with SqlUnitOfWork(engine, Changes()) as store:
        for number, face in faces.items():
            kept = store.certifications.summary_of(RecordId(f"c-{number}")) is not None
            assert kept is (store.visits.get(VisitId(f"v-{number}")) is not None)
            assert vault.has(face) or not kept
            there |= {number} if kept else set()
        assert store._connection is not None
        assert AuditStore(store._connection).verify() is None
    return there


def test_killed_again_and_again_nobody_is_half_erased_and_whoever_is_not_due_stays(tmp_path: Path) -> None:
    desk = desk_with_two_people(tmp_path)
    faces = {
        number: certification(
            desk, LATELY if number % 10 == 0 else LONG_AGO, number, retiree_id=RetireeId(f"p-{number}")
        )
        for number in range(1, PEOPLE + 1)
    }
    stays = {number for number in faces if number % 10 == 0}
    desk.engine.dispose()
    rng, command = random.Random(3), [sys.executable, "-c", ERASER, str(desk.path), desk.key.hex()]
    halfway, done = 0, False
    for _ in range(KILLS):
        eraser = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        assert eraser.stdout is not None
        for _line, said in zip(range(rng.randint(15, 24)), eraser.stdout, strict=False):
            done |= said == "done\n"
        os.kill(eraser.pid, signal.SIGKILL)
        eraser.wait()
        eraser.stdout.close()
        engine = open_store(desk.path, desk.key)
        there = left(engine, desk.vault, faces)
        engine.dispose()
        assert stays <= there
        halfway += stays < there < set(faces)
    assert halfway >= 3, "most kills hit a run that had begun to erase"
    if not done:
        subprocess.run(command, check=True, capture_output=True, cwd=Path.cwd())
    engine = open_store(desk.path, desk.key)
    assert left(engine, desk.vault, faces) == stays
    engine.dispose()
    assert {number for number, face in faces.items() if desk.vault.has(face)} == stays
