"""Every write of the center is audited: watched on the connection itself, so that a route that nobody thought of is seen too."""

import re
from typing import Any

from sqlalchemy import Engine, event

WRITES = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
HOUSEKEEPING = re.compile(r"DELETE FROM spent_assertions|INSERT INTO secrets")
"""What has no doer: an assertion that has expired by itself is forgotten, a secret of the pages is made at the first look."""
LOCK = re.compile(r"UPDATE units SET next_change=")
"""The unit's row is locked, or a number drawn for a line that is written beside it."""


class WatchedWrites:
    """An engine like ``engine`` whose commits are looked at: ``silent`` holds the tables written in a commit without an audit line."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine.execution_options()
        self.silent: list[set[str]] = []
        self.audited = 0
        event.listen(self.engine, "before_cursor_execute", self._wrote)
        event.listen(self.engine, "savepoint", lambda connection, _name: _levels(connection).append(set()))
        event.listen(self.engine, "release_savepoint", self._released)
        event.listen(self.engine, "rollback_savepoint", lambda connection, *_rest: _levels(connection).pop())
        event.listen(self.engine, "rollback", lambda connection: _levels(connection, anew=True))
        event.listen(self.engine, "commit", self._committed)

    @staticmethod
    def _wrote(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = WRITES.match(statement)
        if found and not LOCK.match(statement) and not HOUSEKEEPING.match(statement):
            _levels(connection)[-1].add(found[1].lower())

    @staticmethod
    def _released(connection: Any, *_rest: Any) -> None:
        inner = _levels(connection).pop()
        _levels(connection)[-1].update(inner)

    def _committed(self, connection: Any) -> None:
        written = set().union(*_levels(connection))
        _levels(connection, anew=True)
        if "audit" in written:
            self.audited += 1
        elif written:
            self.silent.append(written)


def _levels(connection: Any, *, anew: bool = False) -> list[set[str]]:
    """The tables written so far, in the transaction and in each savepoint that is open."""
    if anew:
        connection.info.pop("written", None)
    levels: list[set[str]] = connection.info.setdefault("written", [set()])
    return levels
