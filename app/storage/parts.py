"""Long lists of keys in pieces that one statement takes, and long tables in pieces that nobody waits for."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, FromClause, Integer, Select, func, literal_column, select

T = TypeVar("T")
MOST_KEYS = 900
"""SQLite's oldest limit of values in one statement is 999."""
ROW: ColumnElement[int] = literal_column("rowid", Integer)
"""SQLite numbers the rows of every table; a new one comes last."""


def in_parts(keys: Iterable[T]) -> Iterator[list[T]]:
    """Each at most MOST_KEYS long."""
    rest = iter(keys)
    while part := list(islice(rest, MOST_KEYS)):
        yield part


def next_rows(
    connection: Connection, table: FromClause, wanted: Select[Any], after: int, limit: int
) -> tuple[Sequence[Any], int | None]:
    """What ``wanted`` finds among the next ``limit`` rows of ``table``, and the row to go on after; None at the end."""
    rows = connection.execute(wanted.where(ROW.between(after + 1, after + limit))).all()
    last = connection.execute(select(func.max(ROW)).select_from(table)).scalar() or 0
    return rows, after + limit if after + limit < last else None
