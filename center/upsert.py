"""INSERT that leaves alone or replaces what is there, for both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


def insert_over(connection: Connection, table: Table) -> Any:
    """The dialect's insert, which knows ``on_conflict_…``."""
    return (postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert)(table)


def put_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows``, each in the place of the one with its primary key; no two of them may share it."""
    if not rows:
        return
    statement = insert_over(connection, table)
    keys = [column.name for column in table.primary_key]
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), list(rows))
