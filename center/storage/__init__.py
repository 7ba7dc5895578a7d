"""Where files lie: attachments, programs for the desks, drafts, answers. A folder, or a bucket of any S3 service; the rest can't tell.

Keys are relative names with slashes, made by the center alone, never by a stranger.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Growing(Protocol):
    """The writer's hold on a file that grows. ``size``: bytes that are there and stay."""

    @property
    def size(self) -> int: ...

    def write(self, data: bytes) -> None:
        """At the end."""
        ...

    def cut(self, size: int) -> None:
        """Throw away what comes after ``size``."""
        ...

    def flush(self) -> None:
        """What was written outlives a kill from now on."""
        ...


class Part(Protocol):
    """A file on its way to a key."""

    @property
    def size(self) -> int:
        """Bytes that are there."""
        ...

    def writing(self) -> AbstractContextManager[Growing]:
        """The end of the file, for one writer; BusyError when another has it and the place can tell."""
        ...

    def read(self) -> bytes:
        """All of it. FileNotFoundError when another worker has finished it."""
        ...

    def finish(self, whole: bytes) -> None:
        """It becomes the key's file, durably; ``whole`` is what read() gave. Nothing when another worker was faster."""
        ...


class Storage(Protocol):
    """A place for files. Every file is there whole or not at all; what was put outlives a kill."""

    def put(self, key: str, data: bytes) -> None: ...

    def put_file(self, key: str, path: Path) -> None: ...

    def size(self, key: str) -> int | None:
        """None when there is no such file."""
        ...

    def chunks(self, key: str, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """Bytes ``first`` to ``last``, both included. FileNotFoundError at once when there is no such file."""
        ...

    def delete(self, key: str) -> None:
        """Nothing when it is not there."""
        ...

    def part(self, key: str) -> Part: ...


class BusyError(Exception):
    """Another worker is writing this file."""


class UnreachableError(Exception):
    """The service that keeps the files does not answer, or refuses: later it may."""


def read(storage: Storage, key: str) -> bytes:
    """A whole file; FileNotFoundError when there is none."""
    return b"".join(storage.chunks(key))


def open_storage(where: str | Path) -> Storage:
    """A folder's path, or ``s3://bucket/prefix?endpoint=https://…&region=…`` (keys from the environment, see center.storage.s3)."""
    if str(where).startswith("s3://"):
        from center.storage.s3 import s3_from  # only who uses it loads it

        return s3_from(str(where))
    from center.storage.disk import Disk

    return Disk(Path(where))
