"""The desk's own side of the load bench: the real sync over the real encrypted store pulls a roster of 20,000 and then finds nothing new.

Each figure stands beside a baseline measured in the same run on the same machine: the pull beside writing the same roster into an empty
store without any network; the empty sync beside three bare requests on a fresh connection.
"""

import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.ids import Sha256, UnitId
from app.runtime.clock import SystemClock
from app.storage.unit_of_work import unit_of_work_factory
from app.storage.upgrade import open_store
from app.storage.vault import FileVault
from app.sync.apply import retiree_from
from app.sync.engine import PAGE, HttpSync
from protocol.messages import RetireeBody

KEY = bytes(range(32))
TIMES = 15


class PhotosThere(FileVault):
    """Looks for each photo as always, and says that it is there: the bench is about the roster, not about pictures."""

    def missing(self, wanted: Iterable[Sha256]) -> list[Sha256]:
        super().missing(wanted)
        return []


@dataclass
class DeskFigures:
    """Seconds. ``restart_s``: the first empty sync after the program was started anew."""

    people: int
    pull_s: float
    plain_s: float
    restart_s: float
    empty_s: float
    bare_s: float


def measure_desk(url: str, code: str, people: list[RetireeBody]) -> DeskFigures:
    """``code`` enrols into a unit that has just these ``people``."""
    with tempfile.TemporaryDirectory(prefix="desk-") as folder:
        plain_s = _plain(Path(folder) / "plain.db", people)
        engine = open_store(Path(folder) / "desk.db", KEY)
        uow, vault = unit_of_work_factory(engine), PhotosThere(Path(folder) / "vault", KEY)
        key = Ed25519PrivateKey.generate()
        sync = HttpSync(uow=uow, vault=vault, clock=SystemClock(), key=key)
        sync.enrol(base_url=url, code=code)
        begun = time.perf_counter()
        report = sync.run()
        pull_s = time.perf_counter() - begun
        assert (report.error, report.pulled) == ("", len(people)), report
        with uow() as store:
            assert {r.id: r.photo for r in store.retirees.all()} == {p.id: p.photo for p in people}
        empty = [_empty(sync) for _ in range(TIMES)]
        restart = [_empty(HttpSync(uow=uow, vault=vault, clock=SystemClock(), key=key)) for _ in range(5)]
        bare = [_bare(url) for _ in range(TIMES)]
        engine.dispose()
    median = statistics.median
    return DeskFigures(len(people), pull_s, plain_s, median(restart), median(empty), median(bare))


def _empty(sync: HttpSync) -> float:
    begun = time.perf_counter()
    report = sync.run()
    assert (report.error, report.pulled) == ("", 0), report
    return time.perf_counter() - begun


def _bare(url: str) -> float:
    begun = time.perf_counter()
    with httpx.Client(base_url=url, trust_env=False, verify=False) as http:
        for _ in range(3):
            http.get("/v1/info").raise_for_status()
    return time.perf_counter() - begun


def _plain(path: Path, people: list[RetireeBody]) -> float:
    engine = open_store(path, KEY)
    uow = unit_of_work_factory(engine)
    begun = time.perf_counter()
    for first in range(0, len(people), PAGE):
        with uow() as store:
            store.retirees.upsert(retiree_from(person, UnitId("u")) for person in people[first : first + PAGE])
            store.commit()
    seconds = time.perf_counter() - begun
    engine.dispose()
    return seconds
