"""Backups: dated folders with a consistent copy of the database and the wrapped keys, beside one shared folder of vault files.

Everything in a backup is encrypted already, and keys.json opens only with this machine's secret or the recovery code. Vault files never
change, so each is copied once. A backup counts only after it was opened again with the key and every file's hash was read back.

    <folder>/certdesk-backup/vault/ab/cdef…
    <folder>/certdesk-backup/2026-11-24T093000/{desk.db, keys.json, desk.key, manifest.json}
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import AppError
from app.paths import DeskPaths
from app.services.backups import BackupInfo as BackupInfo
from app.services.progress import Progress, Tell, silent
from app.storage import database

ROOT = "certdesk-backup"
NAME = "%Y-%m-%dT%H%M%S"
KEPT = 14
"""Dated backups kept; older ones go, with the vault files that only they name."""
MANIFEST = "manifest.json"
PLACE = "backup-place"
"""A file that tells where the last backup was made: when the database can't be read, its settings can't tell."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FILES = ("keys.json", "desk.key")
MARKER = "restore-in-progress"
REPLACED = ("desk.db", "desk.db-wal", "desk.db-shm", "vault", *FILES)
"""What a restore puts aside; machine secrets and logs stay."""


def make(
    paths: DeskPaths, key: bytes, folder: Path, at: datetime, *, opens: Callable[[Path], bytes] | None = None
) -> BackupInfo:
    """Make one and verify it by restoring it. AppError: backup.folder_missing, disk.full, backup.not_verified, backup.not_written.

    ``opens``: the database key of a restored data folder by this machine's secret: what is restored must open by its own keys.
    """
    if not folder.is_dir():
        raise AppError("backup.folder_missing")
    root = folder / ROOT
    target, part = root / at.strftime(NAME), root / f".{at.strftime(NAME)}.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        info = _fill(paths, key, root, part, at)
        _verify(paths, root, part, info, opens or (lambda _folder: key))
        part.rename(target)
        _prune(root)
        (paths.data / PLACE).write_text(str(folder), encoding="utf-8")
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise AppError("backup.stick_full" if error.errno in FULL else "backup.not_written") from error
    except AppError:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return BackupInfo(path=target, made_at=at, certifications=info.certifications, vault_files=info.vault_files)


def _fill(paths: DeskPaths, key: bytes, root: Path, part: Path, at: datetime) -> BackupInfo:
    try:
        database.copy(paths.database, part / "desk.db", key)
    except AppError as error:
        raise (AppError("backup.stick_full") if error.code == "disk.full" else error) from error
    for name in FILES:
        if (paths.data / name).exists():
            shutil.copy2(paths.data / name, part / name)
    vault = {}
    for file in _vault_files(paths.vault):
        name = file.relative_to(paths.vault).as_posix()
        digest = _sha256(file)
        _copy_once(file, root / "vault" / name, digest)
        vault[name] = digest
    files = {name: _sha256(part / name) for name in ("desk.db", *FILES) if (part / name).exists()}
    count = _certifications(part / "desk.db", key)
    manifest = {"version": 1, "made_at": at.isoformat(), "files": files, "vault": vault, "certifications": count}
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return BackupInfo(path=part, made_at=at, certifications=count, vault_files=len(vault))


def _vault_files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


def _copy_once(source: Path, target: Path, digest: str) -> None:
    if target.exists() and _sha256(target) == digest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _certifications(path: Path, key: bytes) -> int:
    """Open a scratch copy (opening writes to a database file) and count."""
    scratch = path.with_name(".check.db")
    shutil.copy2(path, scratch)
    raw = database.connect(scratch, key)
    try:
        database.check_integrity(raw)
        return int(raw.execute("SELECT count(*) FROM certifications").fetchone()[0])
    finally:
        raw.close()
        for left in path.parent.glob(".check.db*"):
            left.unlink()


def _verify(paths: DeskPaths, root: Path, part: Path, info: BackupInfo, opens: Callable[[Path], bytes]) -> None:
    """Restore it beside the data, open that by its own keys, count, and read every vault file back where it lies."""
    manifest, trial = read_manifest(part), paths.data.with_name(f".{paths.data.name}.trial")
    _check_files(root, part, manifest)
    try:
        _lay_out(part, manifest, trial, with_vault=False, told=silent)
        if _certifications(trial / "desk.db", opens(trial)) != info.certifications:
            raise AppError("backup.not_verified")
    except AppError as error:
        raise (error if error.code.startswith(("disk.", "backup.")) else AppError("backup.not_verified")) from error
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def _check_files(root: Path, backup: Path, manifest: "Manifest", told: Tell = silent) -> None:
    wanted = [(backup / name, digest) for name, digest in manifest.files.items()]
    wanted += [(root / "vault" / name, digest) for name, digest in manifest.vault.items()]
    for done, (path, digest) in enumerate(wanted):
        told(Progress("restore_check", done, len(wanted)))
        if not path.is_file() or _sha256(path) != digest:
            raise AppError("backup.not_verified")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: file → SHA-256, vault file → SHA-256."""

    made_at: datetime
    files: dict[str, str]
    vault: dict[str, str]
    certifications: int


def read_manifest(backup: Path) -> Manifest:
    """AppError('backup.not_verified') when it can't be read or names a path outside the backup."""
    try:
        raw = json.loads((backup / MANIFEST).read_text("utf-8"))
        manifest = Manifest(
            datetime.fromisoformat(raw["made_at"]), dict(raw["files"]), dict(raw["vault"]), int(raw["certifications"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AppError("backup.not_verified") from error
    for name in (*manifest.files, *manifest.vault):
        if Path(name).is_absolute() or ".." in Path(name).parts or "\\" in name:
            raise AppError("backup.not_verified")
    return manifest


def known(folder: Path) -> tuple[BackupInfo, ...]:
    """The backups in ``folder`` (or in the ``certdesk-backup`` chosen itself), newest first; unreadable ones left out."""
    root = folder if folder.name == ROOT else folder / ROOT
    found = []
    for path in sorted(root.glob("[0-9]*"), reverse=True) if root.is_dir() else ():
        try:
            manifest = read_manifest(path)
        except AppError:
            continue
        found.append(
            BackupInfo(
                path=path,
                made_at=manifest.made_at,
                certifications=manifest.certifications,
                vault_files=len(manifest.vault),
            )
        )
    return tuple(found)


def _prune(root: Path) -> None:
    """Only the newest KEPT stay, and the vault files that any of them names."""
    backups = sorted(path for path in root.glob("[0-9]*") if path.is_dir())
    for old in backups[:-KEPT]:
        shutil.rmtree(old)
    if len(backups) <= KEPT:
        return
    named = {name for path in backups[-KEPT:] for name in read_manifest(path).vault}
    for file in _vault_files(root / "vault"):
        if file.relative_to(root / "vault").as_posix() not in named:
            file.unlink()


def restore(backup: Path, paths: DeskPaths, at: datetime, told: Tell = silent) -> None:
    """Put a backup in the place of what is there; what was there is moved aside, never deleted.

    Afterwards the recovery code opens it (or this machine's secret, where it is the same machine).
    AppError: backup.not_verified before anything was touched, disk.full, backup.not_written.
    """
    told(Progress("restore_check"))
    manifest = read_manifest(backup)
    _check_files(backup.parent, backup, manifest, told)
    fresh = paths.data.with_name(f".{paths.data.name}.restoring")
    try:
        _lay_out(backup, manifest, fresh, with_vault=True, told=told)
        _swap(paths, fresh, at)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise AppError("disk.full" if error.errno in FULL else "backup.not_written") from error


def _lay_out(backup: Path, manifest: "Manifest", target: Path, *, with_vault: bool, told: Tell) -> None:
    """A data folder made of the backup."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in manifest.files:
        shutil.copy2(backup / name, target / name)
    moved = 0
    for done, name in enumerate(manifest.vault if with_vault else ()):
        told(Progress("restore_copy", done, len(manifest.vault), moved))
        (target / "vault" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(backup.parent / "vault" / name, target / "vault" / name)
        moved += (target / "vault" / name).stat().st_size


def places(paths: DeskPaths) -> tuple[Path, ...]:
    """Folders that hold backups, as far as one can know: where the last one was made, and what is plugged in."""
    noted = paths.data / PLACE
    found = [Path(noted.read_text("utf-8"))] if noted.is_file() else []
    return tuple(dict.fromkeys(place for place in (*found, *_plugged_in()) if (place / ROOT).is_dir()))


def _plugged_in() -> Iterator[Path]:
    if os.name == "nt":
        yield from (Path(f"{letter}:/") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ")
        return
    for base in ("/media", "/run/media", "/mnt"):
        yield from Path(base).glob("*")
        yield from Path(base).glob("*/*")


def _swap(paths: DeskPaths, fresh: Path, at: datetime) -> None:
    """Item by item, because logs and locks in the folder are open; a marker tells the next start when a kill came between."""
    paths.data.mkdir(parents=True, exist_ok=True)
    marker = paths.data / MARKER
    marker.write_text(at.isoformat(), encoding="utf-8")
    aside = paths.data / f"before-restore-{at.strftime(NAME)}"
    aside.mkdir(exist_ok=True)
    for name in REPLACED:
        if (paths.data / name).exists():
            (paths.data / name).rename(aside / name)
    for path in sorted(fresh.iterdir()):
        path.rename(paths.data / path.name)
    fresh.rmdir()
    marker.unlink()


def check_interrupted(paths: DeskPaths) -> None:
    """AppError('backup.interrupted') when a restore was cut off half way: it must be done again, nothing may be made anew."""
    if (paths.data / MARKER).exists():
        raise AppError("backup.interrupted")
