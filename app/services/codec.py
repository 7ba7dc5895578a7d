"""Frozen domain objects ↔ JSON text, by their own type hints. Owns how a domain value looks at rest.

A field that the stored text lacks keeps its default, so that a new field with a default needs no migration; an unknown one is refused,
because it was written by a newer program.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from app.domain.calendar import Month

T = TypeVar("T")
Decoder = Callable[[Any], Any]


class CodecError(ValueError):
    """The stored text does not fit the type; the store is damaged or newer."""


def to_json(value: Any) -> str:
    """Compact JSON text of a dataclass instance."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    """The instance; CodecError when the text does not fit."""
    try:
        value = _decoder(typing.cast(typing.Any, kind))(json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CodecError(f"{kind.__name__}: {type(error).__name__}") from error
    return typing.cast(T, value)


def _plain(value: Any) -> Any:
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@cache
def _decoder(kind: Any) -> Decoder:
    """The function that turns plain JSON values into ``kind``; compiled once per type."""
    kind = getattr(kind, "__supertype__", kind)
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        inner = [part for part in typing.get_args(kind) if part is not type(None)]
        decode = _decoder(inner[0])
        return lambda value: None if value is None else decode(value)
    if origin is tuple:
        return _tuple_decoder(typing.get_args(kind))
    if kind is Month:
        return Month.parse
    if kind in (date, datetime):
        return typing.cast(Decoder, kind.fromisoformat)
    if kind is float:
        return float
    if kind in (str, int, bool):
        return _exactly(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if dataclasses.is_dataclass(kind):
        return _dataclass_decoder(kind)
    raise TypeError(f"no codec for {kind!r}")


def _exactly(kind: type) -> Decoder:
    def decode(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{kind.__name__} expected")
        return value

    return decode


def _tuple_decoder(parts: tuple[Any, ...]) -> Decoder:
    if len(parts) == 2 and parts[1] is Ellipsis:
        each = _decoder(parts[0])
        return lambda value: tuple([each(item) for item in value])
    decoders = [_decoder(part) for part in parts]
    return lambda value: tuple([d(item) for d, item in zip(decoders, value, strict=True)])


def _dataclass_decoder(kind: Any) -> Decoder:
    hints = typing.get_type_hints(kind)
    decoders = {f.name: _decoder(hints[f.name]) for f in dataclasses.fields(kind)}

    def decode(raw: Any) -> Any:
        return kind(**{name: decoders[name](value) for name, value in raw.items()})

    return decode
