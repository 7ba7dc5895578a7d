"""Where files lie: a folder and an S3 service keep the same promises, and attachments go on from any byte over either."""

import hashlib
import random
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from center import registry, roster, uploads
from center.app import create_app
from center.database import make_engine, migrate
from center.storage import BusyError, Storage, UnreachableError, open_storage, read
from center.storage.disk import Disk
from center.storage.s3 import PIECE_BYTES, S3, s3_from
from protocol.messages import UnitInfo
from tests.fakes.s3 import BUCKET, s3_service
from tests.integration.center.conftest import Caller, person
from tests.integration.center.test_units import tus

DATA = random.Random(6).randbytes(3 * PIECE_BYTES + 777)
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_service() as address:
        yield address


def bucket(endpoint: str) -> str:
    return f"s3://{BUCKET}/{uuid.uuid4()}?endpoint={endpoint}"


@pytest.fixture(params=["disk", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return open_storage(bucket(request.getfixturevalue("endpoint")) if request.param == "s3" else tmp_path / "files")


def test_what_was_put_is_there_whole_and_in_pieces_until_it_is_deleted(storage: Storage, tmp_path: Path) -> None:
    storage.put("a/b", b"0123456789")
    source = tmp_path / "source"
    source.write_bytes(DATA)
    storage.put_file("a/c", source)
    assert (read(storage, "a/b"), read(storage, "a/c")) == (b"0123456789", DATA)
    assert (storage.size("a/b"), storage.size("a/c"), storage.size("a/d")) == (10, len(DATA), None)
    assert b"".join(storage.chunks("a/b", 3, 5)) == b"345"
    assert b"".join(storage.chunks("a/b", 7)) == b"789"
    storage.put("a/b", b"new")
    assert read(storage, "a/b") == b"new"
    for _ in range(2):
        storage.delete("a/b")
    with pytest.raises(FileNotFoundError):
        storage.chunks("a/b")


def test_a_part_grows_is_cut_and_becomes_the_file(storage: Storage) -> None:
    part = storage.part("u/file")
    with pytest.raises(FileNotFoundError):
        part.read()
    with part.writing() as file:
        assert file.size == 0
        file.write(DATA[:PIECE_BYTES])
        file.flush()
        file.write(b"wrong")
        file.cut(PIECE_BYTES)
        file.write(DATA[PIECE_BYTES:])
        file.flush()
        assert file.size == len(DATA)
    assert part.size == len(DATA)
    assert storage.part("u/file").read() == DATA
    assert storage.size("u/file") is None
    part.finish(part.read())
    assert read(storage, "u/file") == DATA
    assert storage.part("u/file").size == 0


def test_two_writers_of_the_same_file_spoil_nothing(endpoint: str) -> None:
    """Over S3 nobody locks: both write the same bytes, cut differently."""
    storage = open_storage(bucket(endpoint))
    part = storage.part("u/file")
    with part.writing() as one, part.writing() as two:
        one.write(DATA[: PIECE_BYTES + 10])
        one.flush()
        two.write(DATA[: PIECE_BYTES // 2])
        two.flush()
    at = part.size
    assert 0 < at <= PIECE_BYTES + 10
    with part.writing() as file:
        file.write(DATA[at:])
        file.flush()
    assert part.read() == DATA


def test_on_a_disk_the_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    part = Disk(tmp_path).part("u/file")
    with part.writing(), pytest.raises(BusyError), part.writing():
        pass


@pytest.mark.parametrize("address", ["s3://", "s3:///prefix", "s3://b/p?endpiont=http://x", "http://b"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no S3 address"):
        s3_from(address)


def test_a_service_that_is_away_is_named(endpoint: str) -> None:
    away = s3_from("s3://nobucket?endpoint=" + endpoint)
    for act in (lambda: away.put("a", b"x"), lambda: away.part("a").size):
        with pytest.raises((UnreachableError, FileNotFoundError)):
            act()
    with pytest.raises(UnreachableError):
        s3_from("s3://b?endpoint=http://127.0.0.1:9").put("a", b"x")


class Workers:
    """Two processes' worth of the center over one database and one bucket, asked in turn."""

    def __init__(self, folder: Path, where: str) -> None:
        self.engine = make_engine(f"sqlite:///{folder}/center.db")
        migrate(self.engine)
        self.http = [TestClient(create_app(self.engine, files=where), raise_server_exceptions=False) for _ in range(2)]
        self.caller = Caller(self.http[0], "ours")
        with self.engine.begin() as connection:
            registry.register_unit(connection, UnitInfo(id="ours", name="ours", code="OURS"), who="test")
            roster.put_retirees(connection, "ours", [person(0, "ours")], who="test")
            code = registry.new_code(connection, "ours", who="test")
        self.caller.enrol(code)
        self.caller.log_in()

    def announce(self, data: bytes = DATA, sha256: str = SHA) -> None:
        record = self.caller.record({"retiree_id": "ours-0"}, attachments=[sha256])
        assert self.caller.push(record).json()["answers"][0]["outcome"] == "accepted"
        headers = {**tus(sha256, record["uuid"]), "Upload-Length": str(len(data))}
        self.caller.call("POST", "/v1/uploads", headers=headers).raise_for_status()

    def patch(self, at: int, data: bytes) -> int:
        self.http.reverse()
        self.caller.http = self.http[0]
        answer = self.caller.call(
            "PATCH", f"/v1/uploads/{SHA}", headers={**tus(SHA, "-"), "Upload-Offset": str(at)}, content=data
        )
        return int(answer.headers.get("Upload-Offset", -answer.status_code))

    def offset(self) -> int:
        return int(self.caller.call("HEAD", f"/v1/uploads/{SHA}").headers["Upload-Offset"])


@pytest.fixture
def workers(tmp_path: Path, endpoint: str) -> Iterator[Workers]:
    made = Workers(tmp_path, bucket(endpoint))
    yield made
    made.engine.dispose()


def test_over_s3_one_worker_goes_on_with_what_another_began(workers: Workers) -> None:
    workers.announce()
    rng, at = random.Random(2), 0
    while at < len(DATA):
        end = min(len(DATA), at + rng.randint(1, 900_000))
        assert workers.patch(at, DATA[at:end]) == end == workers.offset()
        at = end
    storage = workers.http[0].app.state.storage  # type: ignore[attr-defined]
    assert isinstance(storage, S3)
    assert read(storage, uploads.key_of("ours", SHA)) == DATA
    assert [name for name in storage.sizes("") if ".part/" in name] == []
    workers.announce()
    assert workers.offset() == len(DATA)


def test_over_s3_wrong_offsets_change_nothing_and_wrong_bytes_begin_anew(workers: Workers) -> None:
    workers.announce()
    assert workers.patch(0, DATA[:1000]) == 1000
    assert workers.patch(5, DATA[5:10]) == -409
    assert workers.patch(1000, DATA[1000:] + b"more") == -413
    assert workers.offset() == 1000
    assert workers.patch(1000, DATA[1000:-1] + bytes([DATA[-1] ^ 1])) == -460
    assert workers.offset() == 0
    assert workers.patch(0, DATA) == len(DATA)


def test_over_s3_a_whole_that_nobody_looked_at_is_looked_at_when_asked_again(workers: Workers) -> None:
    workers.announce()
    storage: S3 = workers.http[0].app.state.storage  # type: ignore[attr-defined]
    with storage.part(uploads.key_of("ours", SHA)).writing() as file:
        file.write(DATA)
        file.flush()
    assert workers.offset() == len(DATA)
    assert storage.size(uploads.key_of("ours", SHA)) == len(DATA)


def test_while_the_service_is_away_the_desk_is_told_to_come_again(tmp_path: Path) -> None:
    gone = Workers(tmp_path, "s3://b?endpoint=http://127.0.0.1:9")
    record = gone.caller.record({"retiree_id": "ours-0"}, attachments=[SHA])
    gone.caller.push(record)
    answer = gone.caller.call("POST", "/v1/uploads", headers=tus(SHA, record["uuid"]))
    assert (answer.status_code, answer.json()["code"]) == (503, "storage")
    gone.engine.dispose()
