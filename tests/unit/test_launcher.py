"""Which version starts: small stand-in programs, real files; cut off at any step, tampered with, failing."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import launcher
from app.launcher import PROGRAM, STARTS, Versions, confirm, launch, unpack

ROOT = Path(__file__).resolve().parents[2]
OWN = "0.1.0"


def packed(files: dict[str, bytes], *, links: dict[str, str] | None = None) -> bytes:
    """A stand-in program as the center would send it."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:xz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return made.getvalue()


def stand_in(*, selftest: int = 0, body: str = "") -> bytes:
    """A program whose self-test ends with ``selftest``."""
    script = f'#!/bin/sh\n[ "$1" = selftest ] && exit {selftest}\n{body}\n'
    return packed({PROGRAM: script.encode(), "_internal/library.so": b"x"}, links={"_internal/link.so": "library.so"})


def put_ready(data: Path, version: str, content: bytes, sha256: str = "") -> str:
    """What the running program leaves after a download."""
    folder = data / "versions" / "download"
    folder.mkdir(parents=True, exist_ok=True)
    digest = sha256 or hashlib.sha256(content).hexdigest()
    (folder / f"{digest}.update").write_bytes(content)
    (data / "versions" / "ready.json").write_text(json.dumps({"version": version, "sha256": digest}))
    return digest


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "desk.db").write_bytes(b"data of 0.1.0")
    (folder / "keys.json").write_bytes(b"keys")
    return folder


def start_once(versions: Versions) -> str:
    versions.take_ready()
    chosen = versions.choose()
    versions.tidy()
    return chosen


def test_nothing_fetched_starts_the_installed_program(data: Path) -> None:
    assert start_once(Versions(data, OWN)) == OWN


def test_a_good_version_is_unpacked_tried_confirmed_and_kept(data: Path) -> None:
    versions = Versions(data, OWN)
    put_ready(data, "0.2.0", stand_in())
    assert start_once(versions) == "0.2.0"
    assert versions.state()["0.2.0"]["state"] == "trial"
    assert (data / "versions/before-0.2.0/desk.db").read_bytes() == b"data of 0.1.0"
    assert (data / "versions/0.2.0/_internal/link.so").read_bytes() == b"x"
    assert not (data / "versions/ready.json").exists()
    assert list((data / "versions/download").iterdir()) == []
    confirm(data, "0.2.0")
    for _ in range(STARTS + 2):
        assert start_once(versions) == "0.2.0"


def test_a_version_whose_selftest_fails_is_never_started_nor_tried_again(data: Path) -> None:
    versions = Versions(data, OWN)
    content = stand_in(selftest=1)
    digest = put_ready(data, "0.2.0", content)
    assert start_once(versions) == OWN
    assert versions.refused(digest)
    assert not (data / "versions/0.2.0").exists()
    assert (data / "desk.db").read_bytes() == b"data of 0.1.0"
    put_ready(data, "0.2.0", content)
    calls: list[Path] = []

    def watched(program: Path) -> bool:
        calls.append(program)
        return True

    assert start_once(Versions(data, OWN, watched)) == OWN
    assert calls == [], "the same bytes are not even unpacked"
    put_ready(data, "0.2.0", stand_in(body="# mended"))
    assert start_once(versions) == "0.2.0"


def test_a_version_that_never_shows_its_window_is_rolled_back_with_the_data(data: Path) -> None:
    versions = Versions(data, OWN)
    put_ready(data, "0.2.0", stand_in())
    for _ in range(STARTS):
        assert start_once(versions) == "0.2.0"
        (data / "desk.db").write_bytes(b"migrated by 0.2.0")
        (data / "desk.db-wal").write_bytes(b"half")
    assert start_once(versions) == OWN
    assert (data / "desk.db").read_bytes() == b"data of 0.1.0"
    assert not (data / "desk.db-wal").exists()
    assert (data / "versions/failed-0.2.0/desk.db").read_bytes() == b"migrated by 0.2.0"
    assert start_once(versions) == OWN


def test_a_bad_third_version_falls_back_to_the_good_second(data: Path) -> None:
    versions = Versions(data, OWN)
    put_ready(data, "0.2.0", stand_in())
    start_once(versions)
    confirm(data, "0.2.0")
    put_ready(data, "0.3.0", stand_in(selftest=3))
    assert start_once(versions) == "0.2.0"
    put_ready(data, "0.10.0", stand_in())
    assert start_once(versions) == "0.10.0"
    confirm(data, "0.10.0")
    assert start_once(versions) == "0.10.0"
    assert not (data / "versions/0.2.0").exists(), "versions that can't be chosen any more go"


@pytest.mark.parametrize("older", ["0.0.9", "0.1", "0.1.0", "0.2.0"])
def test_a_downgrade_is_refused(data: Path, older: str) -> None:
    versions = Versions(data, OWN)
    put_ready(data, "0.2.0", stand_in())
    start_once(versions)
    confirm(data, "0.2.0")
    put_ready(data, older, stand_in(body="# older"))
    assert start_once(versions) == "0.2.0"
    assert b"# older" not in (data / "versions/0.2.0" / PROGRAM).read_bytes()


def test_a_newer_installed_program_wins_over_what_the_center_sent_before(data: Path) -> None:
    put_ready(data, "0.2.0", stand_in())
    start_once(Versions(data, OWN))
    confirm(data, "0.2.0")
    assert start_once(Versions(data, "0.3.0")) == "0.3.0"


@pytest.mark.parametrize("how", ["changed", "cut", "missing", "wrong order", "not json", "no version"])
def test_what_was_damaged_on_disk_is_thrown_away(data: Path, how: str) -> None:
    content = stand_in()
    put_ready(data, "0.2.0", content)
    (file,) = (data / "versions/download").iterdir()
    order = data / "versions/ready.json"
    match how:
        case "changed":
            file.write_bytes(content[:-1] + b"?")
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case "missing":
            file.unlink()
        case "wrong order":
            order.write_text("[]")
        case "not json":
            order.write_text("{")
        case _:
            order.write_text('{"version": "new", "sha256": ""}')
    assert start_once(Versions(data, OWN)) == OWN
    assert not order.exists()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "above": lambda: packed({"../evil": b"x", PROGRAM: b"x"}),
    "absolute": lambda: packed({"/tmp/evil-certdesk": b"x", PROGRAM: b"x"}),
    "link out": lambda: packed({PROGRAM: b"x"}, links={"out": "../../desk.db"}),
    "absolute link": lambda: packed({PROGRAM: b"x"}, links={"out": "/etc/passwd"}),
    "no archive": lambda: b"not an archive",
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_an_archive_that_reaches_outside_is_refused(data: Path, what: str) -> None:
    content = HOSTILE[what]()
    digest = put_ready(data, "0.2.0", content)
    versions = Versions(data, OWN, lambda _program: True)
    assert start_once(versions) == OWN
    assert versions.refused(digest)
    assert not (data.parent / "evil").exists()
    assert not (data / "versions/evil").exists()
    assert not Path("/tmp/evil-certdesk").exists()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, target in (("d", ""), ("d/in", ".."), ("d/in/new/sub", "../..")):
            member = tarfile.TarInfo(name)
            member.type = tarfile.SYMTYPE if target else tarfile.DIRTYPE
            member.linkname = target
            archive.addfile(member)
    (tmp_path / "x.tar").write_bytes(made.getvalue())
    with pytest.raises(ValueError, match="sub"):
        unpack(tmp_path / "x.tar", tmp_path / "out")


@pytest.mark.parametrize("step", ["unpack", "works", "_copy_data"])
def test_cut_off_at_any_step_it_is_done_again_at_the_next_start(
    data: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    put_ready(data, "0.2.0", stand_in())

    def cut(*_arguments: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "unpack":
            patch.setattr(launcher, "unpack", cut)
        elif step == "_copy_data":
            patch.setattr(Versions, "_copy_data", cut)
        versions = Versions(data, OWN, cut) if step == "works" else Versions(data, OWN)
        with pytest.raises(KeyboardInterrupt):
            versions.take_ready()
    assert start_once(Versions(data, OWN)) == "0.2.0"
    assert (data / "versions/before-0.2.0/desk.db").read_bytes() == b"data of 0.1.0"


def test_a_roll_back_cut_off_half_way_is_finished(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = Versions(data, OWN)
    put_ready(data, "0.2.0", stand_in())
    for _ in range(STARTS):
        start_once(versions)
    (data / "desk.db").write_bytes(b"migrated")
    with monkeypatch.context() as patch:
        patch.setattr(launcher.shutil, "copy2", lambda *_a: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            versions.choose()
    assert start_once(versions) == OWN
    assert (data / "desk.db").read_bytes() == b"data of 0.1.0"


@pytest.mark.parametrize("content", ["", "[]", '{"0.2.0": 1}', '{"x": {"state": "good"}}', '{"0.2.0": {}}'])
def test_a_state_that_cannot_be_read_starts_the_installed_program(data: Path, content: str) -> None:
    (data / "versions").mkdir()
    (data / "versions/state.json").write_text(content)
    assert start_once(Versions(data, OWN)) == OWN


def test_confirming_what_is_not_on_trial_changes_nothing(data: Path) -> None:
    confirm(data, OWN)
    assert not (data / "versions").exists()


@pytest.fixture
def _let_go() -> object:
    yield
    while launcher._held:
        launcher._held.pop().close()


def never(_program: Path, _arguments: Sequence[str]) -> int:
    raise AssertionError


@pytest.mark.usefixtures("_let_go")
def test_a_second_start_meanwhile_shows_nothing_and_later_opens_the_good_version(data: Path) -> None:
    put_ready(data, "0.2.0", stand_in())
    seen: list[int | None] = []

    def second(_program: Path) -> bool:
        seen.append(launch(Versions(data, OWN), [], never))
        return True

    assert launch(Versions(data, OWN, second), ["a"], lambda program, words: len(words) + 40) == 41
    assert seen == [0]
    confirm(data, "0.2.0")
    started: list[Path] = []
    assert launch(Versions(data, OWN), [], lambda program, _words: started.append(program) or 7) == 7
    assert started == [data / "versions/0.2.0" / PROGRAM]


@pytest.mark.usefixtures("_let_go")
def test_a_launched_version_does_not_launch_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_ready(data, "0.2.0", stand_in())
    monkeypatch.setenv(launcher.LAUNCHED, "1")
    assert launch(Versions(data, OWN), [], never) is None
    assert launcher.LAUNCHED not in os.environ
    assert (data / "versions/ready.json").exists()


@pytest.mark.usefixtures("_let_go")
def test_a_folder_that_cannot_be_written_leaves_the_installed_program(tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("a file")
    assert launch(Versions(tmp_path / "desk", OWN), [], never) is None


def test_the_launcher_loads_nothing_but_the_standard_library() -> None:
    script = "import sys; before = set(sys.modules); import app.launcher; print(*(set(sys.modules) - before))"
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    strangers = {name.partition(".")[0] for name in told.stdout.split()} - set(sys.stdlib_module_names)
    assert strangers == {"app", "protocol"}


def test_the_clerk_is_told_while_a_version_is_tried_and_only_then(data: Path) -> None:
    said: list[str] = []

    @contextmanager
    def notice() -> Iterator[None]:
        said.append("up")
        yield
        said.append("down")

    versions = Versions(data, OWN, works=lambda _program: said == ["up"], notice=notice)
    assert start_once(versions) == OWN
    assert said == []
    put_ready(data, "0.2.0", stand_in())
    assert start_once(versions) == "0.2.0"
    assert said == ["up", "down"]
