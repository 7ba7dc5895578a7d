"""Backups: verified by opening them again, restored on another machine with the recovery code, never replacing anything silently."""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap import Options, Store, open_desk, secret_store
from app.domain.ids import RetireeId
from app.errors import AppError
from app.paths import DeskPaths
from app.security import keys
from app.services.progress import Progress
from app.storage import backup
from tests.builders.people import certified, retiree
from tests.fakes.clock import CST
from tests.fakes.small_disk import MIB, small_disk

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=CST)
PICTURE = b"a picture of evidence" * 100


class Machine:
    """A desk with a retiree, a certification and a picture, and a stick to back up to."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.options = Options(paths=DeskPaths(home / "desk"), file_secrets=True)
        self.stick = home / "stick"
        self.stick.mkdir()
        self.store: Store = open_desk(self.options, stack)
        self.code = keys.renew_code(self.options.paths.data, secret_store(self.options))
        self.picture = self.store.desk.vault.put(PICTURE, media_type="image/jpeg")
        with self.store.desk.uow() as opened:
            opened.retirees.upsert([retiree()])
            opened.certifications.add(certified(date(2026, 5, 1)))
            opened.commit()

    @property
    def key(self) -> bytes:
        return self.store.examination.key

    def back_up(self, at: datetime = NOW) -> backup.BackupInfo:
        def opens(restored: Path) -> bytes:
            return keys.open_keys(restored, secret_store(self.options)).database

        return backup.make(self.options.paths, self.key, self.stick, at, opens=opens)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as stack:
        yield Machine(tmp_path, stack)


def test_a_backup_is_restored_on_another_machine_with_the_recovery_code(machine: Machine, tmp_path: Path) -> None:
    info = machine.back_up()
    assert (info.certifications, info.vault_files) == (1, 1)
    other = Options(paths=DeskPaths(tmp_path / "other" / "desk"), file_secrets=True)
    other.paths.data.parent.mkdir()
    stick = tmp_path / "stick again"
    shutil.copytree(machine.stick, stick)
    (found,) = backup.known(stick)
    backup.restore(found.path, other.paths, NOW)
    with ExitStack() as stack, pytest.raises(AppError, match=r"keys\.lost"):
        open_desk(other, stack)
    keys.recover(other.paths.data, secret_store(other), machine.code)
    with ExitStack() as stack:
        opened = open_desk(other, stack)
        with opened.desk.uow() as store:
            assert store.retirees.get(RetireeId("r-1")) == retiree()
            assert list(store.certifications.all()) == [certified(date(2026, 5, 1))]
        assert opened.desk.vault.get(machine.picture) == PICTURE


def test_a_restore_on_the_same_machine_keeps_what_was_there_aside(machine: Machine) -> None:
    machine.back_up()
    with machine.store.desk.uow() as opened:
        opened.certifications.add(certified(date(2026, 6, 1), number=2))
        opened.commit()
    machine.store.examination.engine.dispose()
    (found,) = backup.known(machine.stick)
    backup.restore(found.path, machine.options.paths, NOW)
    with ExitStack() as stack:
        opened_again = open_desk(machine.options, stack)
        with opened_again.desk.uow() as store:
            assert len(store.certifications.all()) == 1
    (aside,) = machine.options.paths.data.glob("before-restore-*")
    assert (aside / "desk.db").exists()


def test_a_restore_that_was_cut_off_is_told_and_nothing_is_made_anew(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = machine.back_up()
    machine.store.examination.engine.dispose()
    moves = iter(range(3))

    def cut_off(path: Path, target: Path) -> Path:
        if next(moves, None) is None:
            raise KeyboardInterrupt  # as a kill would
        return rename(path, target)

    rename = Path.rename
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", cut_off)
        with pytest.raises(KeyboardInterrupt):
            backup.restore(info.path, machine.options.paths, NOW)
    with ExitStack() as stack, pytest.raises(AppError, match=r"backup\.interrupted"):
        open_desk(machine.options, stack)
    backup.restore(info.path, machine.options.paths, NOW + timedelta(minutes=1))
    with ExitStack() as stack, open_desk(machine.options, stack).desk.uow() as store:
        assert len(store.certifications.all()) == 1


def test_nothing_readable_lies_on_the_stick(machine: Machine) -> None:
    machine.back_up()
    everything = b"".join(path.read_bytes() for path in machine.stick.rglob("*") if path.is_file())
    for secret in (retiree().name.encode(), retiree().id_number.encode(), PICTURE[:21], machine.key.hex().encode()):
        assert secret not in everything


def test_vault_files_are_copied_once_and_old_backups_go_with_what_only_they_held(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "KEPT", 2)
    machine.back_up()
    (copied,) = (path for path in (machine.stick / backup.ROOT / "vault").rglob("*") if path.is_file())
    inode = copied.stat().st_ino
    machine.back_up(NOW + timedelta(days=1))
    assert copied.stat().st_ino == inode
    shutil.rmtree(machine.options.paths.vault)
    for days in (2, 3):
        machine.back_up(NOW + timedelta(days=days))
    assert len(backup.known(machine.stick)) == 2
    assert not copied.exists()


def test_a_backup_counts_only_after_it_was_restored_and_opened_by_its_own_keys(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keys.json that no longer opens the database would make every backup worthless, whatever its hashes say."""
    keys_file = machine.options.paths.data / "keys.json"
    whole = keys_file.read_text("utf-8")
    raw = json.loads(whole)
    keys_file.write_text(json.dumps({**raw, "machine": raw["recovery"]}), "utf-8")
    with pytest.raises(AppError, match=r"backup\.not_verified"):
        machine.back_up()
    assert backup.known(machine.stick) == ()
    keys_file.write_text(whole, "utf-8")
    machine.back_up()
    assert len(backup.known(machine.stick)) == 1
    beside = machine.options.paths.data.parent
    assert [path.name for path in beside.iterdir() if path.name.endswith(".trial")] == []


def test_a_stick_that_is_really_full_keeps_its_older_backups_and_nothing_half_done(
    machine: Machine, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "usb", 3 * MIB) as stick:
        machine.stick = stick
        machine.back_up()
        machine.store.desk.vault.put(os.urandom(3 * MIB), media_type="video/x-msvideo")
        with pytest.raises(AppError, match=r"backup\.stick_full"):
            machine.back_up(NOW + timedelta(days=1))
        (kept,) = backup.known(stick)
        assert kept.made_at == NOW
        assert [path.name for path in (stick / backup.ROOT).rglob(".*")] == []


def test_where_the_last_backup_lies_is_known_without_the_database(machine: Machine) -> None:
    assert machine.stick not in backup.places(machine.options.paths)
    machine.back_up()
    machine.options.paths.database.write_bytes(b"nothing that opens")
    assert backup.places(machine.options.paths)[0] == machine.stick
    shutil.rmtree(machine.stick)
    assert machine.stick not in backup.places(machine.options.paths)


def test_a_restore_tells_how_far_it_is(machine: Machine, tmp_path: Path) -> None:
    info = machine.back_up()
    told: list[Progress] = []
    backup.restore(info.path, DeskPaths(tmp_path / "other" / "desk"), NOW, told.append)
    assert [one.stage for one in told if one.stage == "restore_copy"] == ["restore_copy"]
    assert told[0].stage == "restore_check"


@pytest.mark.parametrize("what", ["desk.db", "keys.json", "manifest.json", "vault"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(machine: Machine, what: str) -> None:
    info = machine.back_up()
    victim = next((machine.stick / backup.ROOT / "vault").rglob("*[0-9a-f]")) if what == "vault" else info.path / what
    victim = next(path for path in [victim, *victim.rglob("*")] if path.is_file())
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.write_bytes(bytes(content))
    before = machine.options.paths.database.read_bytes()
    with pytest.raises(AppError, match=r"backup\.not_verified"):
        backup.restore(info.path, machine.options.paths, NOW)
    assert machine.options.paths.database.read_bytes() == before


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "a\\..\\b"])
def test_a_backup_that_names_paths_outside_is_refused(machine: Machine, name: str) -> None:
    info = machine.back_up()
    manifest = json.loads((info.path / backup.MANIFEST).read_text())
    manifest["vault"][name] = "0" * 64
    (info.path / backup.MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(AppError, match=r"backup\.not_verified"):
        backup.restore(info.path, machine.options.paths, NOW)
    assert backup.known(machine.stick) == ()


def test_no_folder_and_a_full_stick_have_words_and_leave_nothing_half_done(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AppError, match=r"backup\.folder_missing"):
        backup.make(machine.options.paths, machine.key, machine.stick / "unplugged", NOW)

    def full(*_paths: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(AppError, match=r"backup\.stick_full"):
        machine.back_up()
    assert backup.known(machine.stick) == ()
    assert list((machine.stick / backup.ROOT).glob(".*")) == []
