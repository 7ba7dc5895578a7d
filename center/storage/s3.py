"""Files in a bucket of any S3 service. Objects can't grow, so a file on its way lies there as pieces named by their offset.

Nobody locks: a file's bytes are settled by its hash, so two writers at one offset write the same, and a walk from piece to piece
finds how far they reach without a gap. Wrong bytes are found when the whole is hashed, and thrown away.
Access keys come from the environment (``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``) or the machine's role, as boto3 finds them.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from center.storage import Growing, Part, UnreachableError

PIECE_BYTES = 1024 * 1024
"""So much a kill in the middle of an upload can cost."""
MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
CONNECT_S, READ_S = 5, 60


def s3_from(address: str) -> "S3":
    """Of ``s3://bucket/prefix?endpoint=…&region=…``; ValueError for anything else."""
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.netloc or set(asked) - {"endpoint", "region"}:
        raise ValueError(f"no S3 address: {address}")
    # Newer checksum headers are for AWS alone; other services refuse them.
    config = Config(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries={"max_attempts": 4, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if "endpoint" in asked else "auto"},
    )
    client = boto3.session.Session().client(
        "s3", endpoint_url=asked.get("endpoint"), region_name=asked.get("region", "us-east-1"), config=config
    )
    return S3(client, parts.netloc, parts.path.strip("/"))


@dataclass(frozen=True, slots=True)
class S3:
    """Below ``prefix`` in ``bucket``. The client is safe between threads."""

    client: Any
    bucket: str
    prefix: str

    def put(self, key: str, data: bytes) -> None:
        with _named():
            self.client.put_object(Bucket=self.bucket, Key=self.name(key), Body=data)

    def put_file(self, key: str, path: Path) -> None:
        with _named():
            self.client.upload_file(str(path), self.bucket, self.name(key))

    def size(self, key: str) -> int | None:
        try:
            with _named():
                return int(self.client.head_object(Bucket=self.bucket, Key=self.name(key))["ContentLength"])
        except FileNotFoundError:
            return None

    def chunks(self, key: str, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        asked: dict[str, str] = {}
        if first > 0 or last is not None:
            asked["Range"] = f"bytes={first}-{'' if last is None else last}"
        with _named():
            found = self.client.get_object(Bucket=self.bucket, Key=self.name(key), **asked)
        return self._read(found["Body"])

    def delete(self, key: str) -> None:
        with _named():
            self.client.delete_object(Bucket=self.bucket, Key=self.name(key))

    def part(self, key: str) -> Part:
        return _Pieces(self, key)

    def name(self, key: str) -> str:
        """In the bucket."""
        return f"{self.prefix}/{key}" if self.prefix else key

    def sizes(self, prefix: str) -> dict[str, int]:
        """Names below ``prefix`` and their sizes."""
        start = self.name(prefix)
        with _named():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start)
            return {one["Key"][len(start) :]: int(one["Size"]) for page in pages for one in page.get("Contents", ())}

    @staticmethod
    def _read(body: Any) -> Iterator[bytes]:
        with contextlib.closing(body), _named():
            yield from body.iter_chunks(PIECE_BYTES)


@contextlib.contextmanager
def _named() -> Iterator[None]:
    """The library's errors by our names."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            raise FileNotFoundError from error
        raise UnreachableError(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise UnreachableError(str(error)) from error


@dataclass(slots=True)
class _S3Growing:
    pieces: "_Pieces"
    size: int
    _rest: bytearray = field(default_factory=bytearray)
    _at: int = 0

    def __post_init__(self) -> None:
        self._at = self.size

    def write(self, data: bytes) -> None:
        self._rest += data
        self.size += len(data)
        while len(self._rest) >= PIECE_BYTES:
            self._put(PIECE_BYTES)

    def cut(self, size: int) -> None:
        self._rest.clear()
        self.pieces.cut(size)
        self.size = self._at = size

    def flush(self) -> None:
        if self._rest:
            self._put(len(self._rest))

    def _put(self, count: int) -> None:
        self.pieces.storage.put(self.pieces.piece(self._at), bytes(self._rest[:count]))
        self._at += count
        del self._rest[:count]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """``<key>.part/<offset>``."""

    storage: S3
    key: str

    def piece(self, offset: int) -> str:
        return f"{self.key}.part/{offset:012d}"

    def _known(self) -> dict[int, int]:
        """Offset → size of every piece."""
        return {int(name): size for name, size in self.storage.sizes(f"{self.key}.part/").items()}

    def _chain(self) -> list[int]:
        """Offsets of the pieces that follow each other from the beginning, and where they end."""
        known, chain = self._known(), [0]
        while chain[-1] in known and known[chain[-1]] > 0:
            chain.append(chain[-1] + known[chain[-1]])
        return chain

    @property
    def size(self) -> int:
        return self._chain()[-1]

    @contextlib.contextmanager
    def writing(self) -> Iterator[Growing]:
        yield _S3Growing(self, self.size)

    def cut(self, size: int) -> None:
        """Keep the pieces before ``size``, which is 0 or where a piece ends."""
        for offset in self._known():
            if offset >= size:
                self.storage.delete(self.piece(offset))

    def read(self) -> bytes:
        chain = self._chain()
        if chain == [0]:
            raise FileNotFoundError(self.key)
        return b"".join(b"".join(self.storage.chunks(self.piece(offset))) for offset in chain[:-1])

    def finish(self, whole: bytes) -> None:
        self.storage.put(self.key, whole)
        self.cut(0)
