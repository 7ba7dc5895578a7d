"""How the desk and its engine process talk: length-prefixed pickles over the child's standard input and output, frames in shared memory.

Both ends are this program on this machine and nothing else can write to the pipes, so pickle is safe here.
"""

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

_HEAD = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class SharedFrame:
    """Where a frame's pixels lie: name of the shared block, array shape (uint8)."""

    block: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the port by name."""

    number: int
    method: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The value, or code and parameters of an AppError, or the text of a bug."""

    number: int
    value: Any = None
    code: str = ""
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    bug: str = ""


def send(stream: BinaryIO, message: Any) -> None:
    """Write one message."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_HEAD.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read one message; EOFError when the other side is gone."""
    head = _exactly(stream, _HEAD.size)
    return pickle.loads(_exactly(stream, _HEAD.unpack(head)[0]))  # noqa: S301 - see the module's docstring


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if data is None or len(data) != count:
        raise EOFError
    return data
