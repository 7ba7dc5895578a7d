"""Files in a folder that all workers share."""

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from center.storage import BusyError, Growing, Part

CHUNK_BYTES = 256 * 1024


@dataclass(slots=True)
class _DiskGrowing:
    file: IO[bytes]
    size: int

    def write(self, data: bytes) -> None:
        self.file.write(data)
        self.size += len(data)

    def cut(self, size: int) -> None:
        self.file.flush()
        self.file.truncate(size)
        self.size = size

    def flush(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())


@dataclass(frozen=True, slots=True)
class _DiskPart:
    """``<key>.part``; its offset is its true length."""

    path: Path

    @property
    def _growing(self) -> Path:
        return self.path.with_name(f"{self.path.name}.part")

    @property
    def size(self) -> int:
        return self._growing.stat().st_size if self._growing.exists() else 0

    @contextlib.contextmanager
    def writing(self) -> Iterator[Growing]:
        with self._growing.open("ab") as file, _locked(file.fileno()):
            yield _DiskGrowing(file, os.fstat(file.fileno()).st_size)

    def read(self) -> bytes:
        return self._growing.read_bytes()

    def finish(self, whole: bytes) -> None:  # noqa: ARG002 - it lies there already
        with contextlib.suppress(FileNotFoundError):
            self._growing.replace(self.path)
        _keep_folder(self.path.parent)


@dataclass(frozen=True, slots=True)
class Disk:
    """Below ``folder``."""

    folder: Path

    def put(self, key: str, data: bytes) -> None:
        with self._fresh(key) as file:
            file.write(data)

    def put_file(self, key: str, path: Path) -> None:
        with self._fresh(key) as file, path.open("rb") as source:
            shutil.copyfileobj(source, file, CHUNK_BYTES)

    def size(self, key: str) -> int | None:
        path = self.path(key)
        return path.stat().st_size if path.is_file() else None

    def chunks(self, key: str, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        file = self.path(key).open("rb")
        return self._read(file, first, last)

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def part(self, key: str) -> Part:
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        return _DiskPart(path)

    def path(self, key: str) -> Path:
        """Where it lies."""
        return self.folder.joinpath(*key.split("/"))

    @staticmethod
    def _read(file: IO[bytes], first: int, last: int | None) -> Iterator[bytes]:
        with file:
            file.seek(first)
            left = None if last is None else last - first + 1
            while left is None or left > 0:
                chunk = file.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left))
                if not chunk:
                    return
                left = None if left is None else left - len(chunk)
                yield chunk

    @contextlib.contextmanager
    def _fresh(self, key: str) -> Iterator[IO[bytes]]:
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        _keep_folder(path.parent)


def _keep_folder(folder: Path) -> None:
    """A new name outlives a power cut too."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """One writer per file, over all workers of one machine."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise BusyError from error
    yield
