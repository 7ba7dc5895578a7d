"""Which row names which vault file, for all tables at once: a table that is added later holds its files without being told."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, Table, Text, delete, select, update

from app.domain.certification import CenterState
from app.domain.confirmation import CaseState
from app.domain.ids import OperatorId, RetireeId, Sha256
from app.domain.visit import Visit
from app.domain.visit_machine import ENDS
from app.services.codec import from_json
from app.services.retention_ports import NamedFiles, files_in
from app.storage import tables
from app.storage.parts import in_parts

WITHOUT_FILES = {"audit_seals", "uploads", "settled_signs"}
"""Their hashes are the log's own, say what has already gone out, or only tell one settled sign from another."""
JOURNALS = "roster."
"""Only these audit lines name a file: the journal of an import."""
ENDED = {step.value for step in ENDS}
ANSWERED = {CenterState.ACCEPTED.value, CenterState.REJECTED.value}
CLOSED = {CaseState.ACCEPTED.value, CaseState.CLOSED.value}


class Retention:
    """See app.services.retention_ports.RetentionStore."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def named_files(self) -> Iterator[NamedFiles]:
        """See the port."""
        for table in tables.metadata.sorted_tables:
            if table.name not in WITHOUT_FILES:
                yield from self._of_table(table)

    def _of_table(self, table: Table) -> Iterator[NamedFiles]:
        texts = [column.name for column in table.columns if isinstance(column.type, String | Text)]
        wanted = select(table)
        if table is tables.audit:
            wanted = wanted.where(table.c.action.startswith(JOURNALS))
        for row in self._connection.execute(wanted.execution_options(yield_per=500)):
            values = row._mapping
            files = files_in("\n".join(values[name] or "" for name in texts))
            whole = table.name in ("visits", "follow_ups") or values.get("summary") is not None
            if files or whole:
                yield _named(table, values, files, whole=whole)

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
        for table in (tables.visits, tables.follow_ups):
            for part in in_parts(gone.get(table.name, ())):
                self._connection.execute(delete(table).where(table.c.id.in_(part)))
        t = tables.certifications
        for part in in_parts(gone.get(t.name, ())):
            self._connection.execute(update(t).where(t.c.id.in_(part)).values(summary=None))


def _named(table: Table, values: Any, files: frozenset[Sha256], *, whole: bool) -> NamedFiles:
    key = "|".join(str(values[column.name]) for column in table.primary_key.columns)
    whose = _whose(table, values)
    at, settled, kind = _state(table, values)
    return NamedFiles(
        table=table.name,
        key=key,
        retiree_id=RetireeId(whose) if whose else None,
        at=datetime.fromisoformat(at) if at else None,
        settled=settled,
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
