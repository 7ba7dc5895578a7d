"""Load on the reference center: desks that push a month's records and pull a roster, at one tenth of the size and at the full one.

    python -m bench.center [--desks 300] [--records 100] [--people 333] [--workers 4] [--roster 20000]

A private PostgreSQL cluster, a real uvicorn with workers, real HTTP on loopback. Desks, retirees and records are simulated:
each desk is a thread that signs and sends as the program does, without its store. Then one real desk (sync, encrypted store) pulls a
large roster from empty and syncs when there is nothing new. Every figure stands beside a baseline of the same run. Ends with an error when
a record is missing, double, or lacks a receipt, or when a limit is passed (pull 60 s, empty sync 300 ms).
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import httpx
import jwt
import psutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, func, insert, select

from bench.center_desk import DeskFigures, measure_desk
from center import registry, roster
from center.database import make_engine, migrate
from center.tables import records, units
from protocol.assertion import GRANT, claims
from protocol.messages import RetireeBody, UnitInfo
from protocol.signing import public_text, sign
from tests.fakes.postgres import postgres

BATCH = 50
IN_FLIGHT = 16
"""Desks that talk at the same moment."""
START_LIMIT_S = 30.0
PULL_LIMIT_S, EMPTY_LIMIT_S, START_SYNC_LIMIT_S = 60.0, 0.3, 3.0


@dataclass
class Figures:
    """One size. ``waits`` are seconds for one push of up to 50 records; ``empty`` for an empty sync (token and changes).

    ``insert_s``: the baseline of a push, a bare INSERT of 50 such rows in one transaction over the same cluster, one after the other.
    """

    desks: int
    sent: int
    push_s: float
    waits: list[float]
    pull_s: float
    empty: list[float]
    memory_mb: float
    insert_s: float
    again: int
    desk: DeskFigures | None


def body(number: int, unit: str) -> RetireeBody:
    """A made-up retiree."""
    return RetireeBody(
        id=f"{unit}-{number}", name=f"退休{number}", id_number=f"{number:018d}", personnel_number=str(number), sex="female",
        birth_date=date(1950, 1, 1), photo=f"{number:064x}",
    )  # fmt: skip


class Desk:
    """What the program says to the center, without its store."""

    def __init__(self, url: str, unit: str, code: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=120, trust_env=False, verify=False)
        self.unit, self.key, self.again = unit, Ed25519PrivateKey.generate(), 0
        wanted = {"code": code, "public_key": public_text(self.key), "desk_name": unit}
        self.id = self.http.post("/v1/enrol", json=wanted).raise_for_status().json()["desk_id"]

    def log_in(self) -> None:
        signed = jwt.encode(claims(self.id, datetime.now(UTC)), self.key, algorithm="EdDSA")
        wanted = {"grant_type": GRANT, "assertion": signed}
        token = self.http.post("/v1/token", json=wanted).raise_for_status().json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def push(self, count: int, people: int) -> list[float]:
        """Seconds of each push. Every push is sent a second time for the first batch, as after a lost answer."""
        waits = []
        for first in range(0, count, BATCH):
            batch = [self._record(n % people) for n in range(first, min(count, first + BATCH))]
            for again in range(2 if first == 0 else 1):
                begun = time.perf_counter()
                answer = self._send(batch)
                waits.append(time.perf_counter() - begun)
                wanted = "duplicate" if again else "accepted"
                got = {(one["outcome"], one["receipt"] is not None) for one in answer["answers"]}
                assert got == {(wanted, True)} or self.again, got
        return waits

    def _send(self, batch: list[dict[str, object]]) -> Any:
        """A push; once more, as the program does, when the connection was cut."""
        for _ in range(3):
            try:
                return self.http.post("/v1/records", json={"records": batch}).raise_for_status().json()
            except httpx.TransportError:
                self.again += 1
        raise RuntimeError("the center can't be reached")

    def _record(self, number: int) -> dict[str, object]:
        at = datetime.now(UTC).isoformat()
        content: dict[str, object] = {
            "uuid": str(uuid.uuid4()), "kind": "certification", "version": 1, "captured_at": at, "signed_at": at,
            "desk_id": self.id, "operator_id": "op", "attachments": [],
            "body": {"retiree_id": f"{self.unit}-{number}", "advice": "match", "llr": 4.5, "cues": [], "reasons": []},
        }  # fmt: skip
        return {**content, "signature": sign(self.key, content)}

    def pull(self, since: int = 0) -> int:
        """The whole list of changes; returns the cursor."""
        more = True
        while more:
            page = self.http.get("/v1/changes", params={"since": since, "limit": 500}).raise_for_status().json()
            since, more = page["cursor"], page["more"]
        return since


def measure(*, desks: int, records_per_desk: int, people: int, workers: int, roster_size: int) -> Figures:
    """One size on a fresh cluster."""
    with postgres() as address:
        engine = make_engine(address)
        migrate(engine)
        codes = {}
        with engine.begin() as connection:
            registry.signing_key(connection)
            for number in range(desks):
                unit = f"u{number}"
                registry.register_unit(connection, UnitInfo(id=unit, name=unit, code=unit.upper()), who="bench")
                roster.put_retirees(connection, unit, [body(n, unit) for n in range(people)], who="bench")
                codes[unit] = registry.new_code(connection, unit, who="bench")
            large = [body(n, "large") for n in range(roster_size)]
            registry.register_unit(connection, UnitInfo(id="large", name="large", code="LARGE"), who="bench")
            roster.put_retirees(connection, "large", large, who="bench")
            large_code = registry.new_code(connection, "large", who="bench")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "center", "--database", address, "serve", "--port", str(port)]
        server = subprocess.Popen([*command, "--workers", str(workers), "--files", os.devnull])
        try:
            url = f"http://127.0.0.1:{port}"
            figures = _measure(url, server, codes, records_per_desk, people, engine)
            figures.desk = measure_desk(url, large_code, large) if roster_size else None
            return figures
        finally:
            server.terminate()
            server.wait(30)
            engine.dispose()


def _wait_for(url: str) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while True:
        try:
            httpx.get(f"{url}/v1/info", trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.1)


def _measure(
    url: str, server: "subprocess.Popen[bytes]", codes: dict[str, str], per_desk: int, people: int, engine: Engine
) -> Figures:
    _wait_for(url)
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        desks = list(pool.map(lambda item: Desk(url, *item), codes.items()))
        list(pool.map(Desk.log_in, desks))
        begun = time.perf_counter()
        waits = [w for part in pool.map(lambda desk: desk.push(per_desk, people), desks) for w in part]
        push_s = time.perf_counter() - begun
    begun = time.perf_counter()
    cursor = desks[0].pull()
    pull_s = time.perf_counter() - begun
    empty = []
    for _ in range(20):
        begun = time.perf_counter()
        desks[0].log_in()
        desks[0].pull(cursor)
        empty.append(time.perf_counter() - begun)
    processes = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    memory = sum(one.memory_info().rss for one in processes) / 2**20
    with engine.begin() as connection:
        kept = connection.execute(select(func.count()).select_from(records)).scalar_one()
        numbers = connection.execute(select(func.sum(units.c.next_receipt - 1))).scalar_one()
    assert kept == numbers == per_desk * len(desks), (kept, numbers)
    return Figures(
        len(desks), kept, push_s, waits, pull_s, empty, memory, _bare_insert(engine), sum(d.again for d in desks), None
    )


def _bare_insert(engine: Engine) -> float:
    """Seconds, median, for a push's rows without a center around them."""
    with engine.begin() as connection:
        rows = [dict(row) for row in connection.execute(select(records).limit(BATCH)).mappings()]
    times = []
    for _ in range(20):
        fresh = [{**row, "unit_id": "baseline", "uuid": str(uuid.uuid4())} for row in rows]
        begun = time.perf_counter()
        with engine.begin() as connection:
            connection.execute(insert(records), fresh)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def show(got: Figures) -> None:
    """One line of the table."""
    p50, p99 = statistics.median(got.waits), sorted(got.waits)[max(0, int(len(got.waits) * 0.99) - 1)]
    rate, bare = got.sent / got.push_s, BATCH / got.insert_s
    print(
        f"{got.desks:5d}  {got.sent:7d}  {rate:9.0f} ({rate / bare:5.3f})  {p50:5.2f} / {p99:5.2f} ({p50 / got.insert_s:5.0f} ×)"
        f"  {got.pull_s:9.2f}  {statistics.median(got.empty):12.3f}  {got.memory_mb:9.0f}",
        f"  {got.again} pushes sent again after a cut connection" if got.again else "",
        flush=True,
    )


def show_desk(got: DeskFigures) -> bool:
    """The real desk's lines; whether the limits hold."""
    print("one real desk (sync and encrypted store)           seconds  baseline  ratio  limit")
    lines = (
        (f"pull of {got.people} retirees from empty", got.pull_s, got.plain_s, PULL_LIMIT_S),
        ("empty sync, the program running", got.empty_s, got.bare_s, EMPTY_LIMIT_S),
        ("the first after a start (looks for each photo)", got.restart_s, got.bare_s, START_SYNC_LIMIT_S),
    )
    for what, seconds, baseline, limit in lines:
        print(f"  {what:46s} {seconds:9.3f} {baseline:9.3f} {seconds / baseline:6.1f} {limit:6.1f}", flush=True)
    return all(seconds < limit for _what, seconds, _baseline, limit in lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=300)
    parser.add_argument("--records", type=int, default=100, help="of each desk")
    parser.add_argument("--people", type=int, default=333, help="of each unit")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument(
        "--roster", type=int, default=20_000, help="that one real desk pulls from empty; 0 leaves it out"
    )
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{IN_FLIGHT} desks talk at once; uvicorn and PostgreSQL on this machine (load before: {load:.1f})")
    print(
        "each first batch is sent twice; in brackets the ratio to bare INSERTs of the same rows, 50 in a transaction",
        flush=True,
    )
    print(
        "desks  records  records/s (ratio)  push of 50: p50 / p99 s      full pull  empty sync p50  memory MB",
        flush=True,
    )
    good = True
    for desks in sorted({max(1, chosen.desks // 10), chosen.desks}):
        roster_size = chosen.roster if desks == chosen.desks else 0
        got = measure(
            desks=desks, records_per_desk=chosen.records, people=chosen.people, workers=chosen.workers,
            roster_size=roster_size,
        )  # fmt: skip
        show(got)
        good &= got.desk is None or show_desk(got.desk)
    print("every record is there once, with its receipt; every repeated one was answered as a duplicate")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
