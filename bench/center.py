"""Load on the reference center: desks that push a month's records and pull a roster, at one tenth of the size and at a larger one.

    python -m bench.center [--desks 30] [--records 1000] [--workers 2] [--times 3]

A private PostgreSQL cluster, a real uvicorn with workers, real HTTP on loopback. Desks, retirees and records are simulated:
each desk is a thread that signs and sends as the program does, without its store. Prints a table; ends with an error when a record
is missing, double, or lacks a receipt.
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
from datetime import UTC, date, datetime, timedelta

import httpx
import jwt
import psutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, func, select

from center import registry, roster
from center.auth import AUDIENCE
from center.database import make_engine, migrate
from center.tables import records, units
from protocol.messages import RetireeBody, UnitInfo
from protocol.signing import public_text, sign
from tests.fakes.postgres import postgres

BATCH = 50
IN_FLIGHT = 16
"""Desks that talk at the same moment."""
START_LIMIT_S = 30.0


@dataclass
class Figures:
    """One size. ``waits`` are seconds for one push of up to 50 records; ``empty`` for an empty sync (token and changes)."""

    desks: int
    sent: int
    push_s: float
    waits: list[float]
    pull_s: float
    empty: list[float]
    memory_mb: float


def body(number: int, unit: str) -> RetireeBody:
    """A made-up retiree."""
    return RetireeBody(
        id=f"{unit}-{number}", name=f"退休{number}", id_number=f"{number:018d}", personnel_number=str(number), sex="female",
        birth_date=date(1950, 1, 1), photo=f"{number:064x}",
    )  # fmt: skip


class Desk:
    """What the program says to the center, without its store."""

    def __init__(self, url: str, unit: str, code: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=120, trust_env=False)
        self.unit, self.key = unit, Ed25519PrivateKey.generate()
        wanted = {"code": code, "public_key": public_text(self.key), "desk_name": unit}
        self.id = self.http.post("/v1/enrol", json=wanted).raise_for_status().json()["desk_id"]

    def log_in(self) -> None:
        at = datetime.now(UTC)
        claims = {"iss": self.id, "sub": self.id, "aud": AUDIENCE, "iat": at, "exp": at + timedelta(minutes=5)}
        wanted = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": jwt.encode(claims, self.key, algorithm="EdDSA"),
        }
        token = self.http.post("/v1/token", json=wanted).raise_for_status().json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def push(self, count: int, people: int) -> list[float]:
        """Seconds of each push. Every push is sent a second time for the first batch, as after a lost answer."""
        waits = []
        for first in range(0, count, BATCH):
            batch = [self._record(n % people) for n in range(first, min(count, first + BATCH))]
            for again in range(2 if first == 0 else 1):
                begun = time.perf_counter()
                answer = self.http.post("/v1/records", json={"records": batch}).raise_for_status().json()
                waits.append(time.perf_counter() - begun)
                wanted = "duplicate" if again else "accepted"
                got = {(one["outcome"], one["receipt"] is not None) for one in answer["answers"]}
                assert got == {(wanted, True)}, got
        return waits

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


def measure(*, desks: int, records_per_desk: int, people: int, workers: int) -> Figures:
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
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "bench.center_app:app",
            "--workers",
            str(workers),
            "--port",
            str(port),
        ]
        server = subprocess.Popen([*command, "--log-level", "warning"], env={**os.environ, "CENTER_DATABASE": address})
        try:
            return _measure(f"http://127.0.0.1:{port}", server, codes, records_per_desk, people, engine)
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
    return Figures(len(desks), kept, push_s, waits, pull_s, empty, memory)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=30)
    parser.add_argument("--records", type=int, default=100, help="of each desk")
    parser.add_argument("--people", type=int, default=333, help="of each unit")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--times", type=int, default=10, help="the larger size, as a multiple of desks")
    chosen = parser.parse_args()
    print("simulated desks; uvicorn and PostgreSQL on this machine; each first batch is sent twice", flush=True)
    print("desks  records  records/s  push of 50: p50 / p99 s  full pull s  empty sync p50 s  memory MB", flush=True)
    for times in (1, chosen.times) if chosen.times > 1 else (1,):
        got = measure(
            desks=chosen.desks * times, records_per_desk=chosen.records, people=chosen.people, workers=chosen.workers
        )
        p99 = sorted(got.waits)[max(0, int(len(got.waits) * 0.99) - 1)]
        print(
            f"{got.desks:5d}  {got.sent:7d}  {got.sent / got.push_s:9.0f}  {statistics.median(got.waits):10.3f} / {p99:.3f}"
            f"        {got.pull_s:11.2f}  {statistics.median(got.empty):16.3f}  {got.memory_mb:9.0f}",
            flush=True,
        )
    print("every record is there once, with its receipt; every repeated one was answered as a duplicate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
