"""Long lists of keys in pieces that one statement takes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
MOST_KEYS = 900
"""SQLite's oldest limit of values in one statement is 999."""


def in_parts(keys: Iterable[T]) -> Iterator[list[T]]:
    """Each at most MOST_KEYS long."""
    rest = iter(keys)
    while part := list(islice(rest, MOST_KEYS)):
        yield part
