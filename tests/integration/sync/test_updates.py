"""An update all the way: published at a real center, fetched in pieces over HTTP by an enrolled desk, tried, started, rolled back.

The programs are small stand-ins (shell scripts named like the program), so that every way of failing can be had.
"""

import hashlib
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError
from app.launcher import PROGRAM, Versions
from app.services.updates import load_offer
from app.sync.client import CenterClient
from app.sync.engine import HttpSync
from app.sync.fetch import PIECE_BYTES
from app.sync.updates import HttpUpdates, check, download
from center import registry
from center.__main__ import main as center_command
from center.database import make_engine
from center.storage import open_storage
from center.updates import current
from demo.center import RunningCenter, prepare, start
from protocol.updates import UpdateManifest
from tests.builders.desk import RealDesk, real_desk
from tests.integration.sync.test_roundtrip import new_code, real_now
from tests.unit.test_launcher import packed

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2026, 11, 24)


@dataclass
class Setting:
    """A center that runs, a desk enrolled there, and how to publish."""

    center: RunningCenter
    database: str
    files: Path
    desk: RealDesk
    key: Ed25519PrivateKey

    @property
    def data(self) -> Path:
        return self.desk.path.parent

    def publish(self, version: str, content: bytes, *more: str) -> int:
        file = self.files / "program.tar.xz"
        self.files.mkdir(exist_ok=True)
        file.write_bytes(content)
        return center_command(
            ["--database", self.database, "update", str(file), version, "--files", str(self.files), *more]
        )

    def updates(self, running: str = "0.1.0") -> HttpUpdates:
        return HttpUpdates(
            uow=self.desk.uow,
            clock=self.desk.clock,
            key=self.key,
            versions=self.data / "versions",
            running=running,
            system="linux",
            machine="x86_64",
            refused=Versions(self.data, running).refused,
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningCenter, str, Path]]:
    folder = tmp_path_factory.mktemp("center")
    database = f"sqlite:///{folder}/center.db"
    prepare(database, TODAY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    center = start(database, port=port, log=folder / "center.log")
    yield center, database, folder / "files"
    center.stop()


@pytest.fixture
def setting(running: tuple[RunningCenter, str, Path], tmp_path: Path) -> Iterator[Setting]:
    center, database, files = running
    for old in (files / "updates").glob("*.json"):
        old.unlink()
    desk, key = real_desk(tmp_path, real_now()), Ed25519PrivateKey.generate()
    HttpSync(uow=desk.uow, vault=desk.vault, clock=desk.clock, key=key).enrol(
        base_url=center.url, code=new_code(database)
    )
    yield Setting(center, database, files, desk, key)
    desk.engine.dispose()


def program(version: str, *, selftest: int = 0, weight: int = 0) -> bytes:
    """A stand-in that writes its version and its arguments to a file, as large as wanted."""
    script = f'#!/bin/sh\n[ "$1" = selftest ] && exit {selftest}\necho "{version} $*" > "$2/started"\nexit 5\n'
    filler = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(weight // 32))
    return packed({PROGRAM: script.encode(), "_internal/filler": filler})


LAUNCH = (
    "import sys\n"
    "from pathlib import Path\n"
    "from app.launcher import Versions, hand_over, launch\n"
    "done = launch(Versions(Path(sys.argv[2]), '0.1.0'), sys.argv[1:], hand_over)\n"
    "sys.exit(77 if done is None else done)\n"
)
INSTALLED = 77


def start_program(data: Path) -> int:
    """What installer/entry.py does, in a process of its own, for it becomes the other program."""
    command = [sys.executable, "-c", LAUNCH, "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode


def test_a_published_version_is_fetched_in_pieces_started_and_told_with_date_and_words(setting: Setting) -> None:
    setting.publish(
        "0.2.0",
        program("0.2.0", weight=2 * PIECE_BYTES + 12345),
        "--required-from",
        "2026-12-01",
        "--words",
        "修正了补发月数",
    )
    offer = setting.updates().run()
    assert offer is not None
    assert offer.ready
    assert (offer.version, offer.required_from, offer.words) == ("0.2.0", date(2026, 12, 1), "修正了补发月数")
    assert offer.size > 2 * PIECE_BYTES
    with setting.desk.uow() as store:
        assert load_offer(store.settings) == offer
    assert start_program(setting.data) == 5
    assert (setting.data / "started").read_text() == f"0.2.0 --data {setting.data}\n"
    assert setting.updates(running="0.2.0").run() is None


def test_a_fetch_that_was_cut_goes_on_where_it_was(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    setting.publish("0.2.0", program("0.2.0", weight=3 * PIECE_BYTES))
    asked: list[str] = []
    real = CenterClient.send

    def send(client: CenterClient, method: str, path: str, **request: object) -> object:
        headers = request.get("headers")
        if isinstance(headers, dict) and "Range" in headers:
            asked.append(headers["Range"])
            if len(asked) == 3:
                raise AppError("sync.offline")
        return real(client, method, path, **request)  # type: ignore[arg-type]

    monkeypatch.setattr(CenterClient, "send", send)
    with pytest.raises(AppError, match=r"sync\.offline"):
        setting.updates().run()
    (part,) = (setting.data / "versions/download").iterdir()
    assert part.stat().st_size == 2 * PIECE_BYTES
    offer = setting.updates().run()
    assert offer is not None
    assert offer.ready
    assert [one.split("-")[0] for one in asked] == [f"bytes={n * PIECE_BYTES}" for n in (0, 1, 2, 2, 3)], (
        "no piece but the lost one is asked for twice"
    )


def test_stopped_at_closing_it_ends_between_two_pieces(setting: Setting) -> None:
    setting.publish("0.2.0", program("0.2.0", weight=2 * PIECE_BYTES))
    updates = setting.updates()
    updates.stop()
    offer = updates.run()
    assert offer is not None
    assert not offer.ready
    assert not (setting.data / "versions/ready.json").exists()


def test_a_version_that_fails_its_selftest_is_rolled_back_and_not_fetched_again(setting: Setting) -> None:
    setting.publish("0.3.0", program("0.3.0", selftest=1))
    assert setting.updates().run() is not None
    (setting.data / "desk.db").write_bytes(b"as it was")
    assert start_program(setting.data) == INSTALLED
    assert (setting.data / "desk.db").read_bytes() == b"as it was"
    assert not (setting.data / "started").exists()


def test_a_refused_version_is_not_fetched_again(setting: Setting) -> None:
    setting.publish("0.3.0", program("0.3.0", selftest=1))
    setting.updates().run()
    Versions(setting.data, "0.1.0").take_ready()
    assert setting.updates().run() is None
    assert list((setting.data / "versions/download").iterdir()) == []


def test_an_older_version_is_refused_by_the_center_and_by_the_desk(
    setting: Setting, capsys: pytest.CaptureFixture[str]
) -> None:
    assert setting.publish("0.2.0", program("0.2.0")) == 0
    assert setting.publish("0.1.9", program("0.1.9")) == 1
    assert "不能退回" in capsys.readouterr().err
    with pytest.raises(AppError, match=r"update\.older"):
        setting.updates(running="0.3.0").run()
    assert not (setting.data / "versions").exists()


def test_a_date_without_words_cannot_be_published(setting: Setting, capsys: pytest.CaptureFixture[str]) -> None:
    assert setting.publish("0.2.0", program("0.2.0"), "--required-from", "2026-12-01") == 1
    assert current(open_storage(setting.files), "linux", "x86_64") is None


def tampered(setting: Setting, **changes: object) -> None:
    path = setting.files / "updates" / "linux-x86_64.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "9.9.9"},
        {"sha256": "0" * 64},
        {"required_from": "2026-12-01", "words": "马上更新"},
        {"machine": "aarch64"},
        {"key_id": "0" * 16},
        {"signature": "AAAA"},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_manifest_that_was_changed_on_the_way_is_refused(setting: Setting, changes: dict[str, object]) -> None:
    setting.publish("0.2.0", program("0.2.0"))
    tampered(setting, **changes)
    with pytest.raises(AppError, match=r"update\.unsigned"):
        setting.updates().run()
    assert not (setting.data / "versions").exists()


def test_a_key_that_was_retired_signs_nothing_new(setting: Setting) -> None:
    setting.publish("0.2.0", program("0.2.0"))
    manifest = current(open_storage(setting.files), "linux", "x86_64")
    assert manifest is not None
    engine = make_engine(setting.database)
    with engine.begin() as connection:
        registry.rotate_key(connection, who="test")
        keys = registry.key_set(connection)
    engine.dispose()
    check(manifest, keys, system="linux", machine="x86_64")
    key = next(one for one in keys if one.key_id == manifest.key_id)
    assert key.retired_at is not None
    early = [key.model_copy(update={"retired_at": manifest.signed_at - timedelta(seconds=1)})]
    with pytest.raises(AppError, match=r"update\.unsigned"):
        check(manifest, early, system="linux", machine="x86_64")


def test_bytes_that_were_changed_at_the_center_are_thrown_away(setting: Setting) -> None:
    setting.publish("0.2.0", program("0.2.0"))
    manifest = current(open_storage(setting.files), "linux", "x86_64")
    assert manifest is not None
    file = setting.files / "updates" / manifest.sha256
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(AppError, match=r"update\.damaged"):
        setting.updates().run()
    assert list((setting.data / "versions/download").iterdir()) == []


def test_a_desk_that_is_not_enrolled_or_a_center_without_updates_is_nothing(setting: Setting, tmp_path: Path) -> None:
    assert setting.updates().run() is None
    stranger = real_desk(tmp_path / "other", real_now())
    other = Setting(setting.center, setting.database, setting.files, stranger, Ed25519PrivateKey.generate())
    assert other.updates().run() is None
    stranger.engine.dispose()


class Answers:
    """Stands in for the client where the center itself misbehaves."""

    def __init__(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.status_code, self.headers, self.content = status, headers, content

    def send(self, *_a: object, **_k: object) -> "Answers":
        return self


@pytest.mark.parametrize(
    ("status", "said", "content"),
    [(200, "bytes 0-3/4", b"abcd"), (206, "bytes 1-3/4", b"bcd"), (206, "bytes 0-3/4", b"abcde"), (206, "", b"abcd")],
)
def test_a_piece_that_is_not_the_one_asked_for_is_not_taken(
    tmp_path: Path, status: int, said: str, content: bytes, manifest_of: Callable[[bytes], UpdateManifest]
) -> None:
    client = Answers(status, {"Content-Range": said}, content)
    with pytest.raises(AppError, match=r"sync\.answer_unreadable"):
        download(client, manifest_of(b"abcd"), tmp_path, lambda: False)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def manifest_of() -> Callable[[bytes], UpdateManifest]:
    def made(content: bytes) -> UpdateManifest:
        return UpdateManifest(
            version="0.2.0",
            system="linux",
            machine="x86_64",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            signed_at=real_now().now(),
            key_id="k",
            signature="s",
        )

    return made
