"""Chaos: records and attachments over a bad line while desk and center are killed at random and the desk's disk fills once.

    python -m bench.chaos [--records 1000] [--attachments 200] [--kills 50] [--seed 1]

Real store, vault and sync in the desk's process; the real center (uvicorn, PostgreSQL) in another; TLS between them, so that
corrupted bytes must end as a cut and never as other bytes. At the end both sides must hold the same records, each once, every
hash equal, every receipt verified. Prints a table; ends with 1 on any mismatch.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.chaos_check import Finding, check
from bench.chaos_desk import DONE, FULL, Plan
from bench.chaos_net import BadLine, Gateway, Rates, Tally
from center import registry, roster
from center.database import make_engine, migrate
from protocol.messages import RetireeBody, UnitInfo
from tests.fakes.postgres import postgres
from tests.fakes.tls import Authority

ROOT = Path(__file__).parents[1]
UNIT = "u"
MB = 1024 * 1024
FULL_S = 6.0
"""How long the disk stays full."""


@dataclass
class Size:
    """How much, and how bad. ``limit_s``: the bench gives up then."""

    records: int = 1000
    attachments: int = 200
    kills: int = 50
    smallest: int = 100_000
    largest: int = 5_000_000
    people: int = 200
    pause: tuple[float, float] = (2.0, 10.0)
    limit_s: float = 3600.0
    rates: Rates = field(default_factory=Rates)


def person(number: int, phone: str) -> RetireeBody:
    """A made-up retiree."""
    return RetireeBody(
        id=f"{UNIT}-{number}", name=f"退休{number}", id_number=f"{number:018d}", personnel_number=str(number),
        sex="male", birth_date=date(1950, 1, 1), phone=phone,
    )  # fmt: skip


@contextlib.contextmanager
def small_disk(folder: Path, size: Size) -> Iterator[bool]:
    """A file system of its own for the desk (needs root); False when there can't be one."""
    folder.mkdir()
    room = size.attachments * size.largest + 200 * MB
    mounted = os.geteuid() == 0 and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={room}", "chaos", str(folder)], check=False, capture_output=True
        ).returncode
        == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


class Chaos:
    """One run. Attributes: kills: of desk and center; made: highest number that the desk said it had committed."""

    def __init__(self, size: Size, folder: Path, database: str, *, seed: int, own_disk: bool) -> None:
        self.size, self.folder, self.database, self.own_disk = size, folder, database, own_disk
        self.rng, self.tally = random.Random(seed), Tally()
        self.kills = {"desk": 0, "center": 0}
        self.crashes: list[str] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.center_port = int(probe.getsockname()[1])
        authority = Authority()
        ca = authority.write(folder / "ca.pem")
        certificate = authority.issue(folder / "server.pem")
        self.gateway = Gateway(self.center_port, certificate, size.rates, seed, self.tally)
        self.line = BadLine(self.gateway.port, size.rates, seed + 1, self.tally)
        self.engine = make_engine(database)
        migrate(self.engine)
        with self.engine.begin() as connection:
            registry.register_unit(connection, UnitInfo(id=UNIT, name="试验单位", code="U"), who="chaos")
            roster.put_retirees(connection, UNIT, [person(n, "") for n in range(size.people)], who="chaos")
            code = registry.new_code(connection, UNIT, who="chaos")
        self.plan = Plan(
            folder=str(folder / "desk"), key=secrets.token_hex(32),
            signing=Ed25519PrivateKey.generate().private_bytes_raw().hex(),
            url=f"https://127.0.0.1:{self.line.port}", ca=str(ca), code=code, allowed=str(folder / "allowed"),
            records=size.records, attachments=size.attachments, smallest=size.smallest, largest=size.largest,
            people=size.people, began=datetime(2026, 11, 2, tzinfo=UTC).isoformat(),
        )  # fmt: skip
        (folder / "plan.json").write_text(json.dumps(asdict(self.plan)), "utf-8")
        self._allow(0)
        self.desk, self.center = self._start_desk(), self._start_center()

    def _allow(self, number: int) -> None:
        part = self.folder / "allowed.part"
        part.write_text(str(number), "ascii")
        part.replace(self.plan.allowed)

    def _start_desk(self) -> "subprocess.Popen[bytes]":
        code = "import sys; from bench.chaos_desk import main; sys.exit(main(sys.argv[1]))"
        with (self.folder / "desk.out").open("ab") as out, (self.folder / "desk.err").open("ab") as err:
            command = [sys.executable, "-c", code, str(self.folder / "plan.json")]
            return subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT)

    def _start_center(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "center", "--database", self.database, "serve"]
        command += ["--port", str(self.center_port), "--files", str(self.folder / "files")]
        with (self.folder / "center.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)

    def run(self) -> float:
        """Until everything is at the center and there were enough kills; seconds it took."""
        begun = time.monotonic()
        next_kill = begun + self.rng.uniform(*self.size.pause)
        full_from = self.size.kills // 2
        full_until: float | None = None
        while True:
            time.sleep(0.05)
            killed, now = sum(self.kills.values()), time.monotonic()
            if now - begun > self.size.limit_s:
                self.crashes.append("not finished in time")
                return now - begun
            share = 1.0 if killed >= self.size.kills else (killed + 1) / (self.size.kills + 1)
            self._allow(int(self.size.records * share))
            if self._desk_ended(killed):
                return now - begun
            if self.center.poll() is not None:
                self.crashes.append(f"center ended with {self.center.returncode}")
                self.center = self._start_center()
            if killed >= full_from and full_until is None:
                self._fill()
                full_until = now + FULL_S
            if full_until is not None and now > full_until > 0:
                self._empty()
                full_until = 0.0
            if now > next_kill and killed < self.size.kills:
                self._kill()
                next_kill = now + self.rng.uniform(*self.size.pause)

    def _desk_ended(self, killed: int) -> bool:
        """True when it ended because all is done; started again otherwise."""
        code = self.desk.poll()
        if code is None:
            return False
        if code == DONE and killed >= self.size.kills:
            return True
        if code not in (DONE, FULL):
            self.crashes.append(f"desk ended with {code}")
        self.desk = self._start_desk()
        return False

    def _kill(self) -> None:
        """SIGKILL to one of the two, now and then to both; what was killed starts again at once. The roster changes meanwhile."""
        which = self.rng.choice(("desk", "center", "both")) if self.rng.random() < 0.9 else "both"
        if which != "center":
            self.desk.send_signal(signal.SIGKILL)
            self.desk.wait()
            self.kills["desk"] += 1
        if which != "desk":
            self.center.send_signal(signal.SIGKILL)
            self.center.wait()
            self.kills["center"] += 1
        with self.engine.begin() as connection:
            changed = person(self.rng.randrange(self.size.people), f"1380000{self.rng.randrange(10**4):04d}")
            roster.put_retirees(connection, UNIT, [changed], who="chaos")
        if which != "center":
            self.desk = self._start_desk()
        if which != "desk":
            self.center = self._start_center()

    def _fill(self) -> None:
        """No room on the desk's disk: its own file system is filled up, or its process may write no file longer."""
        if self.own_disk:
            with contextlib.suppress(OSError), (self.folder / "desk" / "ballast").open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(64 * 1024))
        else:
            resource.prlimit(self.desk.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    def _empty(self) -> None:
        if self.own_disk:
            (self.folder / "desk" / "ballast").unlink()
        elif self.desk.poll() is None:
            resource.prlimit(self.desk.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self) -> None:
        for process in (self.desk, self.center):
            if process.poll() is None:
                process.kill()
            process.wait()
        self.line.close()
        self.gateway.close()
        self.engine.dispose()

    def quiet(self) -> None:
        """Late requests have arrived and the center is done with them."""
        for timer in self.gateway.late:
            timer.join()
        httpx.get(f"http://127.0.0.1:{self.center_port}/v1/info", trust_env=False).raise_for_status()

    def said(self, word: str) -> list[str]:
        """What the desk's processes said in lines that begin with ``word``."""
        lines = (self.folder / "desk.out").read_text("utf-8").splitlines()
        return [line[len(word) + 1 :] for line in lines if line.startswith(f"{word} ")]


def run(size: Size, *, seed: int, keep: bool = False) -> tuple[list[Finding], list[tuple[str, object]]]:
    """One run on a fresh PostgreSQL and a fresh desk: findings (all must be good) and figures."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        with postgres() as database, small_disk(folder / "desk", size) as own_disk:
            chaos = Chaos(size, folder, database, seed=seed, own_disk=own_disk)
            try:
                seconds = chaos.run()
                chaos.quiet()
                findings = check(chaos.plan, chaos.engine, folder / "files", chaos.said("made"))
            finally:
                chaos.close()
            findings += [
                Finding("kills at random", f"≥ {size.kills}", str(n := sum(chaos.kills.values())), n >= size.kills),
                Finding("the disk was full and said so", "> 0", str(n := _full(chaos)), n > 0),
                Finding("processes that ended by themselves", "0", "; ".join(chaos.crashes) or "0", not chaos.crashes),
                Finding("records refused", "0", str(n := len(chaos.said("refused"))), n == 0),
            ]
            return findings, _figures(chaos, seconds)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _full(chaos: Chaos) -> int:
    words = chaos.said("stopped") + chaos.said("start") + chaos.said("sync")
    return sum(word.startswith("disk.full") for word in words)


def _figures(chaos: Chaos, seconds: float) -> list[tuple[str, object]]:
    acts = ("cut", "cut in a request", "delayed", "corrupted", "swapped", "twice", "late", "answer lost")
    ends: dict[str, int] = {}
    for line in chaos.said("sync"):
        ends[line.strip()] = ends.get(line.strip(), 0) + 1
    return [
        ("seconds", round(seconds)),
        ("SIGKILL to the desk / the center", f"{chaos.kills['desk']} / {chaos.kills['center']}"),
        ("full disk by", "a file system of its own" if chaos.own_disk else "RLIMIT_FSIZE"),
        *((f"line: {act}", chaos.tally[act]) for act in acts),
        *((f"sync stopped: {name}", count) for name, count in sorted(ends.items())),
    ]


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("records", "attachments", "kills"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Size(), name))
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    size = Size(records=chosen.records, attachments=chosen.attachments, kills=chosen.kills)
    findings, figures = run(size, seed=chosen.seed)
    print(
        f"{size.records} records, {size.attachments} attachments of {size.smallest}–{size.largest} bytes; TLS all the way"
    )
    for name, value in figures:
        print(f"  {name:50s} {value}")
    print(f"  {'what must hold':50s} {'expected':>12s} {'found':>12s}")
    for one in findings:
        print(f"{'✓' if one.good else '✗'} {one.what:50s} {one.expected:>12s} {one.found:>12s}")
    return 0 if all(one.good for one in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
