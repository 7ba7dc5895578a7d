"""A photo comes once: what a cut line brought is not asked for again, and only the very bytes are kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.ids import Sha256
from app.errors import AppError
from app.sync import client as client_module
from app.sync.client import CenterClient
from app.sync.engine import HttpSync
from protocol.canonical import sha256_hex
from tests.builders.desk import real_desk
from tests.fakes.clock import FakeClock

PHOTO = bytes(range(256)) * 40
SHA = Sha256(sha256_hex(PHOTO))


class Cut(httpx.SyncByteStream):
    """Breaks off after ``keep`` bytes."""

    def __init__(self, data: bytes, keep: int) -> None:
        self._data, self._keep = data, keep

    def __iter__(self) -> Iterator[bytes]:
        yield self._data[: self._keep]
        if self._keep < len(self._data):
            raise httpx.ReadError("cut")


class Line:
    """A center that serves one photo; each answer breaks off after the next number of ``cuts``. ``ranges``: whether it knows them."""

    def __init__(self, *cuts: int, ranges: bool = True, photo: bytes = PHOTO) -> None:
        self.cuts, self.ranges, self.photo = list(cuts), ranges, photo
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        wanted = request.headers.get("Range", "")
        self.asked.append(wanted)
        first = int(wanted[6:-1]) if wanted and self.ranges else 0
        data = self.photo[first:]
        keep = self.cuts.pop(0) if self.cuts else len(data)
        headers = {"Content-Range": f"bytes {first}-{len(self.photo) - 1}/{len(self.photo)}"} if first else {}
        return httpx.Response(206 if first else 200, headers=headers, stream=Cut(data, keep))


def speaking(line: Line) -> CenterClient:
    client = CenterClient("http://127.0.0.1:9", Ed25519PrivateKey.generate(), FakeClock())
    client.close()
    client._http = httpx.Client(base_url="http://127.0.0.1:9", transport=httpx.MockTransport(line))
    return client


def fetch(client: CenterClient, times: int) -> bytearray:
    part = bytearray()
    for _ in range(times - 1):
        with pytest.raises(AppError, match=r"sync\.offline"):
            client.photo(SHA, part)
    client.photo(SHA, part)
    return part


def test_a_photo_that_was_cut_twice_goes_on_where_it_was() -> None:
    line = Line(100, 5000)
    client = speaking(line)
    assert fetch(client, 3) == PHOTO
    assert line.asked == ["", "bytes=100-", "bytes=5100-"]
    assert client.received_bytes == len(PHOTO), "no byte came twice"


def test_a_center_that_knows_no_ranges_begins_anew() -> None:
    assert fetch(speaking(Line(100, ranges=False)), 2) == PHOTO


def test_an_endless_photo_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "LARGEST_PHOTO_BYTES", 1000)
    with pytest.raises(AppError, match=r"sync\.answer_unreadable"):
        speaking(Line()).photo(SHA, bytearray())


def test_half_a_photo_is_kept_between_runs_and_other_bytes_are_thrown_away(tmp_path: Path) -> None:
    desk = real_desk(tmp_path)
    sync = HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=Ed25519PrivateKey.generate())
    line = Line(4000)
    client = speaking(line)
    with pytest.raises(AppError, match=r"sync\.offline"):
        sync._fetch_photo(client, SHA)
    sync._fetch_photo(client, SHA)
    assert line.asked == ["", "bytes=4000-"]
    assert desk.vault.get(SHA) == PHOTO
    other = Sha256(sha256_hex(b"another"))
    sync._fetch_photo(cast(CenterClient, speaking(Line(photo=b"not that one"))), other)
    assert not desk.vault.has(other)
    desk.engine.dispose()
