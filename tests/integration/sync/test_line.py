"""How the desk uses the line: compressed pushes, counted bytes, pause, and longer waits after failed runs."""

import zlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.errors import AppError
from app.services.progress import Progress
from app.services.sync_ports import SyncReport
from app.sync import push
from app.sync.client import CenterClient
from app.sync.engine import LONGEST_REST_S, HttpSync
from app.ui.error_text import words
from demo.center import RunningCenter
from demo.roster import demo_people
from tests.builders.desk import RealDesk
from tests.integration.sync.test_roundtrip import TODAY, add_record, enrolled as enrolled, running as running

Enrolled = tuple[RealDesk, HttpSync]


class Line:
    """Notes what goes to the center; ``plain_only`` answers 415 to what is compressed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, plain_only: bool = False) -> None:
        self.pushes: list[tuple[str, int]] = []
        real = httpx.Client.request

        def request(http: httpx.Client, method: str, path: str, **what: Any) -> httpx.Response:
            if path != "/v1/records":
                return real(http, method, path, **what)
            encoding = what["headers"].get("Content-Encoding", "")
            self.pushes.append((encoding, len(what["content"])))
            if plain_only and encoding:
                refusal = {"code": "encoding", "text": "不行", "server_time": "2026-11-24T00:00:00+00:00"}
                return httpx.Response(415, json=refusal, request=httpx.Request(method, "http://127.0.0.1/v1/records"))
            return real(http, method, path, **what)

        monkeypatch.setattr(httpx.Client, "request", request)


def fill(desk: RealDesk, count: int) -> None:
    people = [person for person in demo_people(TODAY) if person.retiree.died_on is None]
    for number in range(count):
        add_record(desk, 100 + number, people[number % 20].retiree.id)


def test_a_push_is_compressed_and_its_bytes_are_counted(enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, sync = enrolled
    sync.run()
    fill(desk, 40)
    line = Line(monkeypatch)
    report = sync.run()
    assert (report.error, report.accepted) == ("", 40)
    ((encoding, size),) = line.pushes
    assert encoding == "gzip"
    assert size < 40 * 400, "a record has about 600 bytes"
    assert size < report.sent_bytes < size + 2000
    assert report.received_bytes > 0


def test_a_center_that_takes_nothing_compressed_gets_it_plain(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, sync = enrolled
    sync.run()
    fill(desk, 60)
    line = Line(monkeypatch, plain_only=True)
    assert sync.run().accepted == 60
    assert [encoding for encoding, _ in line.pushes] == ["gzip", "", ""]


def test_a_pause_stops_between_pieces_and_sync_now_goes_on(enrolled: Enrolled) -> None:
    desk, sync = enrolled
    sync.run()
    fill(desk, 120)

    def stop_after_the_first_batch(so_far: Progress) -> None:
        if (so_far.stage, so_far.done) == ("push", 50):
            sync.pause()

    report = sync.run(stop_after_the_first_batch)
    assert (report.error, report.accepted, report.waiting) == ("sync.paused", 50, 70)
    assert sync.run().error == "sync.paused"
    assert "现在同步" in words(AppError("sync.paused"))
    report = sync.run(at_once=True)
    assert (report.error, report.accepted, report.waiting) == ("", 70, 0)


def test_a_second_run_while_one_is_under_way_ends_at_once_and_sends_nothing(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, sync = enrolled
    fill(desk, 5)
    line = Line(monkeypatch)
    second: list[SyncReport] = []

    def meanwhile(_so_far: Progress) -> None:
        if not second:
            second.append(sync.run(at_once=True))

    assert sync.run(meanwhile).accepted == 5
    assert second == [SyncReport(error="sync.running")]
    assert len(line.pushes) == 1
    assert sync.run().error == ""


def test_failed_runs_make_the_timer_wait_longer_up_to_a_limit_and_a_good_one_ends_it(
    enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, sync = enrolled
    monkeypatch.setattr(sync._rng, "uniform", lambda _low, high: high)
    real, waits = CenterClient.log_in, []

    def no_line(*_: object) -> None:
        raise AppError("sync.offline")

    monkeypatch.setattr(CenterClient, "log_in", no_line)
    for _ in range(12):
        assert sync.run().error == "sync.offline"
        waits.append(sync._rest_until - desk.clock.monotonic())
        assert not sync.due()
    assert waits[:3] == [push.FIRST_WAIT_S * 2**n for n in (1, 2, 3)]
    assert waits[-1] == LONGEST_REST_S
    desk.clock.move(timedelta(seconds=LONGEST_REST_S))
    assert sync.due()
    monkeypatch.setattr(CenterClient, "log_in", real)
    desk.clock.move(-timedelta(seconds=LONGEST_REST_S))
    assert sync.run().error == ""
    assert sync.due()


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("br", b"x", 415),
        ("gzip", b"no gzip at all", 400),
        ("gzip", b"", 400),
        ("gzip", None, 413),
    ],
    ids=["another encoding", "none", "empty", "bomb"],
)
def test_the_center_refuses_what_does_not_unpack_in_words(
    running: tuple[RunningCenter, str], encoding: str, body: bytes | None, status: int
) -> None:
    if body is None:
        packer = zlib.compressobj(9, wbits=31)
        body = b"".join(packer.compress(bytes(2**20)) for _ in range(80)) + packer.flush()
    answer = httpx.post(
        f"{running[0].url}/v1/records", content=body, headers={"Content-Encoding": encoding}, trust_env=False
    )
    assert answer.status_code == status
    assert answer.json()["text"]
