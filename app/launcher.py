"""Which program version starts: the installed one, or a newer one that the center sent and that has shown that it works here.

Runs first in the packaged program, with the standard library only. Nothing here needs an administrator: newer versions lie in the user's
own data folder, so they are as safe as that account. What it does, step by step, each step safe to be cut off:

    versions/ready.json + download/<sha256>.update     fetched and checked by the running program
    → hash again → unpack beside → `certdesk selftest` → copy the database → versions/<v>, state "trial"
    trial: started up to STARTS times; the window being up makes it "good", otherwise "bad": back to the version and the data before
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from protocol.versions import version_key

STARTS = 2
"""Starts a new version gets to bring its window up."""
SELFTEST_LIMIT_S = 300
NOTICE, NOTICE_ENDS_S = "--preparing", 10.0
"""What the program is called with to show that window, and how long it may take to close it."""
LARGEST_BYTES = 8 * 1024**3
LAUNCHED = "CERTDESK_LAUNCHED"
"""Environment: set for a version that was launched from here, so that it does not launch again."""
INSTALLED = "CERTDESK_INSTALLED"
"""Environment of such a version: the installed program, beside which things for the whole desk lie."""
PROGRAM = "certdesk.exe" if os.name == "nt" else "certdesk"
COPIED = ("desk.db", "desk.db-wal", "desk.db-shm", "keys.json", "desk.key")
BUSY, FREE = b"updating", b"running "


def _works(program: Path) -> bool:
    """Whether the program's own self-test passes here."""
    environment = {**os.environ, LAUNCHED: "1"}
    command = [str(program), "selftest"]
    try:
        done = subprocess.run(  # noqa: S603 - a program the center signed
            command, env=environment, capture_output=True, timeout=SELFTEST_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextlib.contextmanager
def notice() -> Iterator[None]:
    """The clerk sees meanwhile that something is going on (app.preparing); without it the work is done all the same."""
    shown = None
    with contextlib.suppress(OSError):
        shown = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, NOTICE],
            env={**os.environ, LAUNCHED: "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        yield
    finally:
        if shown is not None and shown.stdin is not None:
            with contextlib.suppress(OSError):
                shown.stdin.close()
            try:
                shown.wait(NOTICE_ENDS_S)
            except subprocess.TimeoutExpired:
                shown.kill()
                shown.wait()


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions below one data folder.

    Attributes:
        own: the version of the installed program.
        works: whether a program passes its self-test.
        notice: is entered while a version is unpacked and tried.
    """

    data: Path
    own: str
    works: Callable[[Path], bool] = _works
    notice: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.data / "versions"

    def state(self) -> dict[str, dict[str, Any]]:
        """Version → state, sha256, starts; empty when it can't be read: then the installed program runs."""
        try:
            raw = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
            return {str(name): {**one, "state": str(one["state"])} for name, one in raw.items() if version_key(name)}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _set(self, version: str, **values: Any) -> None:
        known = self.state()
        known[version] = {**known.get(version, {}), **values}
        _write(self.folder / "state.json", known)

    def take_ready(self) -> None:
        """Make what was fetched a version on trial, or mark it bad; whatever happens, the program that runs now goes on running."""
        order = self.folder / "ready.json"
        try:
            ready = json.loads(order.read_text(encoding="utf-8"))
            version, sha256 = str(ready["version"]), str(ready["sha256"])
            key = version_key(version)
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, KeyError):
            order.unlink(missing_ok=True)
            return
        file = self.folder / "download" / f"{sha256}.update"
        if key > version_key(self.newest_good()) and not self.refused(sha256) and _sha256(file) == sha256:
            with self.notice():
                self._install(version, sha256, file)
        order.unlink(missing_ok=True)
        file.unlink(missing_ok=True)

    def _install(self, version: str, sha256: str, file: Path) -> None:
        part, target = self.folder / f".{version}.part", self.folder / version
        shutil.rmtree(part, ignore_errors=True)
        try:
            unpack(file, part)
            good = self.works(part / PROGRAM)
        except (OSError, ValueError, tarfile.TarError, EOFError):
            good = False
        if not good:
            shutil.rmtree(part, ignore_errors=True)
            self._set(version, state="bad", sha256=sha256, starts=0)
            return
        self._copy_data(version)
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
        self._set(version, state="trial", sha256=sha256, starts=0)

    def _copy_data(self, version: str) -> None:
        """The database as it was, while no program has it open."""
        kept, part = self.folder / f"before-{version}", self.folder / f".before-{version}.part"
        for old in (*self.folder.glob("before-*"), part):
            shutil.rmtree(old, ignore_errors=True)
        part.mkdir(parents=True)
        for name in COPIED:
            if (self.data / name).exists():
                shutil.copy2(self.data / name, part / name)
        part.rename(kept)

    def refused(self, sha256: str) -> bool:
        """Whether just these bytes failed here before."""
        return any(one["state"] == "bad" and one.get("sha256") == sha256 for one in self.state().values())

    def newest_good(self) -> str:
        """The newest version that has shown its window; at least the installed one."""
        good = [name for name, one in self.state().items() if one["state"] == "good" and self._there(name)]
        return max([self.own, *good], key=version_key)

    def _there(self, version: str) -> bool:
        return (self.folder / version / PROGRAM).is_file()

    def choose(self) -> str:
        """The version to start now; a trial that never showed its window is undone first."""
        for name, one in sorted(self.state().items(), key=lambda item: version_key(item[0]), reverse=True):
            if one["state"] != "trial" or version_key(name) <= version_key(self.own) or not self._there(name):
                continue
            if int(one.get("starts", 0)) < STARTS:
                self._set(name, starts=int(one.get("starts", 0)) + 1)
                return name
            self._roll_back(name)
        return self.newest_good()

    def _roll_back(self, version: str) -> None:
        """Its window never came up, so nobody worked with it: the data become what they were; what it left is kept aside."""
        before, aside = self.folder / f"before-{version}", self.folder / f"failed-{version}"
        if before.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            for name in COPIED:
                if (self.data / name).exists():
                    (self.data / name).replace(aside / name)
                if (before / name).exists():
                    shutil.copy2(before / name, self.data / name)
        self._set(version, state="bad")
        shutil.rmtree(self.folder / version, ignore_errors=True)

    def tidy(self) -> None:
        """Versions that can't be chosen any more go."""
        newest = version_key(self.newest_good())
        for name, one in self.state().items():
            if version_key(name) < newest and one["state"] == "good":
                shutil.rmtree(self.folder / name, ignore_errors=True)


def confirm(data: Path, version: str) -> None:
    """Called by a version once its window is up: from now on it is the one to start."""
    versions = Versions(data, "0")
    one = versions.state().get(version)
    if one is not None and one["state"] == "trial":
        with contextlib.suppress(OSError):
            versions._set(version, state="good")


_FILTER: dict[str, Any] = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}


def unpack(file: Path, target: Path) -> None:
    """A packed program into a folder. ValueError for anything that would lie outside of it or is no plain file, folder or inner link."""
    total = 0
    target.mkdir(parents=True)
    with tarfile.open(file) as archive:
        for member in archive:
            if os.path.normpath(member.name) == ".":
                continue
            total += member.size
            path = target / member.name
            through_link = path.parent.resolve() != target.resolve() / Path(member.name).parent
            if not _inside(member) or through_link or total > LARGEST_BYTES:
                raise ValueError(member.name)
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.uid = member.gid = -1
            archive.extract(member, target, numeric_owner=True, **_FILTER)
            if member.issym() and not path.resolve().is_relative_to(target.resolve()):
                raise ValueError(member.name)


def _inside(member: tarfile.TarInfo) -> bool:
    if not (member.isreg() or member.isdir() or member.issym()):
        return False
    where = [member.name]
    if member.issym():
        where.append(os.path.join(os.path.dirname(member.name), member.linkname))
        if os.path.isabs(member.linkname):
            return False
    return all(
        not os.path.isabs(one) and not os.path.normpath(one).startswith("..") and ":" not in one for one in where
    )


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content, indent=1), encoding="utf-8")
    part.replace(path)


def _lock(folder: Path) -> IO[bytes] | None:
    """The lock file when nobody else holds it. Kept over the change to another program, so that it is held while one runs."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "lock").open("r+b" if (folder / "lock").exists() else "w+b")
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(100)  # the words at the head stay readable
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(file.fileno(), True)
    except OSError:
        file.close()
        return None
    return file


def _say(lock: IO[bytes], words: bytes) -> None:
    lock.seek(0)
    lock.write(words)
    lock.flush()


_held: list[IO[bytes]] = []


def launch(versions: Versions, arguments: Sequence[str], start: Callable[[Path, Sequence[str]], int]) -> int | None:
    """Start a newer version by ``start`` and return its status; None when the installed program is the one to go on.

    0 without starting anything while another start is still preparing an update: that one will show the window.
    """
    if os.environ.pop(LAUNCHED, ""):
        return None
    try:
        lock = _lock(versions.folder)
        if lock is None:
            if (versions.folder / "lock").read_bytes()[: len(BUSY)] == BUSY:
                return 0
            chosen = versions.newest_good()  # a second window: that version will say that one is open already
        else:
            _held.append(lock)
            chosen = _prepared(versions, lock)
    except OSError:  # a full disk or lost rights: the installed program says more about it than could be said here
        return None
    program = versions.folder / chosen / PROGRAM
    return start(program, arguments) if chosen != versions.own and program.is_file() else None


def _prepared(versions: Versions, lock: IO[bytes]) -> str:
    _say(lock, BUSY)
    try:
        versions.take_ready()
        chosen = versions.choose()
        versions.tidy()
    finally:
        _say(lock, FREE)
    return chosen


def hand_over(program: Path, arguments: Sequence[str]) -> int:
    """Become that program; on Windows, which can't, wait for it."""
    environment = {**os.environ, LAUNCHED: "1", INSTALLED: sys.executable}
    command = [str(program), *arguments]
    if sys.platform != "win32":
        os.execve(program, command, environment)  # noqa: S606
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
