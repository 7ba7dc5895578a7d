"""Which row names which vault file, for all tables at once: a table that is added later holds its files without being told."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, String, Table, Text, delete, event, select, update

from app.domain.certification import CenterState
from app.domain.confirmation import CaseState
from app.domain.ids import OperatorId, RetireeId, Sha256
from app.domain.visit import Visit
from app.domain.visit_machine import ENDS
from app.services.codec import from_json
from app.services.retention_ports import NamedFiles, Place, Written, files_in
from app.storage import tables
from app.storage.parts import in_parts, next_rows

WITHOUT_FILES = {"audit_seals", "uploads", "settled_signs"}
"""Their hashes are the log's own, say what has already gone out, or only tell one settled sign from another."""
JOURNALS = "roster."
"""Only these audit lines name a file: the journal of an import."""
ENDED = {step.value for step in ENDS}
ANSWERED = {CenterState.ACCEPTED.value, CenterState.REJECTED.value}
CLOSED = {CaseState.ACCEPTED.value, CaseState.CLOSED.value}
TABLES = tuple(table for table in tables.metadata.sorted_tables if table.name not in WITHOUT_FILES)
WHOLE = (tables.visits, tables.follow_ups)
"""Their rows go whole."""


class _Watch:
    """See app.services.retention_ports.Written: listens to every statement of the engine that writes."""

    def __init__(self, engine: Engine) -> None:
        self.files: set[Sha256] = set()
        self._engine = engine
        event.listen(engine, "before_cursor_execute", self._saw)

    def close(self) -> None:
        """See the port."""
        event.remove(self._engine, "before_cursor_execute", self._saw)

    def _saw(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            self.files |= files_in(repr(parameters))


class Retention:
    """See app.services.retention_ports.RetentionStore."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def part(self, after: Place, limit: int) -> tuple[Sequence[NamedFiles], Place | None]:
        """See the port."""
        table = TABLES[after.table]
        rows, then = next_rows(self._connection, table, _wanted(table), after.row, limit)
        if then is not None:
            return self._named(table, rows), Place(after.table, then)
        return self._named(table, rows), Place(after.table + 1) if after.table + 1 < len(TABLES) else None

    def again(self, rows: Iterable[NamedFiles]) -> Collection[NamedFiles]:
        """See the port."""
        found: set[NamedFiles] = set()
        before = list(rows)
        for table in TABLES:
            (key, *more), keys = table.primary_key.columns, [row.key for row in before if row.table == table.name]
            for part in in_parts(keys if not more else ()):
                wanted = _wanted(table).where(key.in_(map(key.type.python_type, part)))
                found.update(self._named(table, self._connection.execute(wanted).all()))
        return found & set(before)

    def watch(self) -> Written:
        """See the port."""
        return _Watch(self._connection.engine)

    def _named(self, table: Table, rows: Sequence[Row[Any]]) -> list[NamedFiles]:
        texts = [column.name for column in table.columns if isinstance(column.type, String | Text)]
        owed = self._owed(row.attachments for row in rows) if table is tables.outbox else frozenset()
        named = []
        for row in rows:
            values = row._mapping
            files = files_in("\n".join(values[name] or "" for name in texts))
            whole = table in WHOLE or values.get("summary") is not None
            if files or whole:
                named.append(_named(table, values, files, whole=whole, owed=bool(owed & files)))
        return named

    def _owed(self, attachments: Iterable[str]) -> frozenset[Sha256]:
        """Those of them that the center does not have."""
        wanted, done = frozenset().union(*map(files_in, attachments)), tables.uploads.c.sha256
        return wanted - {
            Sha256(sha)
            for part in in_parts(wanted)
            for sha in self._connection.execute(select(done).where(done.in_(part))).scalars()
        }

    def visits_of(self, retiree_id: RetireeId) -> Sequence[Visit]:
        """See the port."""
        t = tables.visits
        rows = self._connection.execute(select(t.c.document).where(t.c.retiree_id == retiree_id).order_by(t.c.id))
        return [from_json(Visit, row[0]) for row in rows]

    def about(
        self, retiree_id: RetireeId, subjects: Iterable[str]
    ) -> Sequence[tuple[datetime, OperatorId | None, str]]:
        """See the port."""
        t = tables.audit
        found: list[tuple[int, str, OperatorId | None, str]] = []
        for part in in_parts([retiree_id, *subjects]):
            wanted = select(t.c.number, t.c.at, t.c.operator_id, t.c.action).where(t.c.subject.in_(part))
            found += [(row[0], row[1], row[2], row[3]) for row in self._connection.execute(wanted)]
        return [(datetime.fromisoformat(at), by, action) for _number, at, by, action in sorted(found)]

    def drop(self, rows: Iterable[NamedFiles]) -> None:
        """See the port. What is freed is overwritten."""
        self._connection.exec_driver_sql("PRAGMA secure_delete = ON")
        gone: dict[str, list[str]] = {}
        for row in rows:
            gone.setdefault(row.table, []).append(row.key)
        for table in WHOLE:
            for part in in_parts(gone.get(table.name, ())):
                self._connection.execute(delete(table).where(table.c.id.in_(part)))
        t, stale = tables.certifications, tables.stale_standings.c.retiree_id
        for part in in_parts(gone.get(t.name, ())):
            theirs = select(t.c.retiree_id).where(t.c.id.in_(part))
            before = self._connection.execute(select(stale).where(stale.in_(theirs))).scalars().all()
            self._connection.execute(update(t).where(t.c.id.in_(part)).values(summary=None))
            now_stale = delete(tables.stale_standings).where(stale.in_(theirs), stale.not_in(before))
            self._connection.execute(now_stale)  # measurements decide nobody's standing


def _wanted(table: Table) -> Select[Any]:
    return select(table).where(table.c.action.startswith(JOURNALS)) if table is tables.audit else select(table)


def _named(table: Table, values: Any, files: frozenset[Sha256], *, whole: bool, owed: bool) -> NamedFiles:
    key = "|".join(str(values[column.name]) for column in table.primary_key.columns)
    whose = _whose(table, values)
    at, settled, kind = _state(table, values)
    return NamedFiles(
        table=table.name,
        key=key,
        retiree_id=RetireeId(whose) if whose else None,
        at=datetime.fromisoformat(at) if at else None,
        settled=settled and not owed,
        kind=kind,
        files=files,
        whole=whole,
    )


def _whose(table: Table, values: Any) -> str | None:
    if table is tables.outbox:
        whose = json.loads(values["body"]).get("retiree_id")
    else:
        whose = values["id"] if table is tables.retirees else values.get("retiree_id")
    return str(whose) if whose else None


def _state(table: Table, values: Any) -> tuple[str | None, bool, str]:
    """When it was made, whether it is settled, its kind."""
    if table is tables.certifications:
        return values["captured_at"], values["center"] in ANSWERED, ""
    if table is tables.visits:
        result = json.loads(values["document"])
        kind = "" if result.get("record_id") or result.get("case_id") else "abandoned"
        return values["updated_at"], values["step"] in ENDED, kind
    if table is tables.cases:
        history = json.loads(values["document"]).get("history") or [{}]
        return history[-1].get("at"), values["state"] in CLOSED, ""
    if table is tables.outbox:
        return values["captured_at"], values["receipt"] is not None, values["kind"]
    if table is tables.follow_ups:
        return values["at"], True, ""
    if table is tables.eligibility_reports:
        return json.loads(values["document"]).get("at"), True, ""
    if table is tables.audit:
        return values["at"], True, "journal"
    return None, False, ""
