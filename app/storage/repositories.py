"""The repositories of app.services.ports over one SQLAlchemy connection. Rows never leave this module; frozen domain objects do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.domain.certification import Certification
from app.domain.confirmation import CaseState, FormCase
from app.domain.evidence import CaptureSummary, LivenessVerdict
from app.domain.fraud import Seen
from app.domain.ids import CaseId, OperatorId, RecordId, RetireeId, Sha256, VisitId
from app.domain.operator import Operator
from app.domain.retiree import PaymentDecision, Retiree, RosterFace
from app.domain.visit import Visit
from app.domain.visit_machine import ENDS
from app.errors import AppError
from app.services.codec import from_json, to_json
from app.storage import tables
from app.storage.parts import in_parts, next_rows


class Repository:
    """What they share. ``touched``: whose facts were changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.touched: set[RetireeId] = set()

    def _upsert(self, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        statement = sqlite_insert(table)
        changed = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), list(rows))

    def _document(self, table: Any, key: str) -> str | None:
        row = self._connection.execute(select(table.c.document).where(table.c.id == key)).first()
        return None if row is None else str(row[0])


@dataclass(frozen=True, slots=True)
class _Lasting:
    """What a row that does not know it leaves as it is."""

    died_on: date | None
    decisions: tuple[PaymentDecision, ...]

    def over(self, row: Retiree, *, death: bool) -> Retiree:
        died_on = row.died_on or (self.died_on if death else None)
        return replace(row, died_on=died_on, decisions=row.decisions or self.decisions)


class Retirees(Repository):
    """The roster."""

    def get(self, retiree_id: RetireeId) -> Retiree | None:
        """One retiree."""
        text = self._document(tables.retirees, retiree_id)
        return None if text is None else from_json(Retiree, text)

    def some(self, retiree_ids: Iterable[RetireeId]) -> Sequence[Retiree]:
        """Those of them that are on the roster, in no order."""
        t = tables.retirees
        return [
            from_json(Retiree, row[0])
            for part in in_parts(retiree_ids)
            for row in self._connection.execute(select(t.c.document).where(t.c.id.in_(part)))
        ]

    def names(self, retiree_ids: Iterable[RetireeId]) -> dict[RetireeId, str]:
        """Names only."""
        t = tables.retirees
        return {
            RetireeId(row[0]): row[1]
            for part in in_parts(retiree_ids)
            for row in self._connection.execute(select(t.c.id, t.c.name).where(t.c.id.in_(part)))
        }

    def all(self) -> Sequence[Retiree]:
        """The whole roster, in no order."""
        return [from_json(Retiree, row[0]) for row in self._connection.execute(select(tables.retirees.c.document))]

    def faces(self, after: int, limit: int) -> tuple[Sequence[RosterFace], int | None]:
        """Of the next ``limit`` people; where to go on."""
        t = tables.retirees
        wanted = select(t.c.id, func.json_extract(t.c.document, "$.photo"), t.c.died_on)
        rows, then = next_rows(self._connection, t, wanted, after, limit)
        return [RosterFace(RetireeId(who), photo, date.fromisoformat(d) if d else None) for who, photo, d in rows], then

    def photos(self) -> set[Sha256]:
        """Every reference photo that the roster names; read by the database itself, a fifth of the time of reading everybody."""
        named = func.json_extract(tables.retirees.c.document, "$.photo")
        found = self._connection.execute(select(named).where(named.is_not(None)))
        return {Sha256(str(row[0])) for row in found}

    def upsert(self, retirees: Iterable[Retiree]) -> None:
        """Insert or replace; a death already known, and what was decided about payments, survive a row that does not know it."""
        incoming = list(retirees)
        known = self._lasting([retiree.id for retiree in incoming])
        self._put([known[one.id].over(one, death=True) if one.id in known else one for one in incoming])

    def correct(self, retiree: Retiree) -> None:
        """Replace as it is, a death taken back included; what was decided about payments stays."""
        known = self._lasting([retiree.id])
        self._put([known[retiree.id].over(retiree, death=False) if retiree.id in known else retiree])

    def _put(self, retirees: Sequence[Retiree]) -> None:
        self.touched.update(retiree.id for retiree in retirees)
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "id_number": one.id_number,
                "died_on": one.died_on.isoformat() if one.died_on else None,
                "document": to_json(one),
            }
            for one in retirees
        ]
        self._upsert(tables.retirees, rows)

    def _lasting(self, ids: Sequence[RetireeId]) -> dict[RetireeId, _Lasting]:
        """Of those who died or about whose payments something was decided."""
        table = tables.retirees
        found: dict[RetireeId, _Lasting] = {}
        says = table.c.died_on.is_not(None) | table.c.document.contains('"decisions":[{')
        for part in in_parts(ids):
            for row in self._connection.execute(select(table.c.document).where(table.c.id.in_(part), says)):
                known = from_json(Retiree, str(row[0]))
                found[known.id] = _Lasting(known.died_on, known.decisions)
        return found

    def remove(self, retiree_ids: Iterable[RetireeId]) -> None:
        """Take off the roster; certifications stay."""
        for retiree_id in retiree_ids:
            self.touched.add(retiree_id)
            self._connection.execute(delete(tables.retirees).where(tables.retirees.c.id == retiree_id))

    def count(self) -> int:
        """How many."""
        return int(self._connection.execute(select(func.count()).select_from(tables.retirees)).scalar_one())


class Certifications(Repository):
    """Certifications; immutable but for the center's answer."""

    def add(self, certification: Certification, summary: CaptureSummary | None = None) -> None:
        """Add; the same id with the same capture again does nothing, with another raises AppError('record.conflict')."""
        known = self.get(certification.id)
        if known is not None:
            if (known.retiree_id, known.captured_at) != (certification.retiree_id, certification.captured_at):
                raise AppError("record.conflict")
            return
        self.touched.add(certification.retiree_id)
        row = {**_certification_row(certification), "summary": to_json(summary) if summary is not None else None}
        self._connection.execute(insert(tables.certifications).values(row))

    def get(self, record_id: RecordId) -> Certification | None:
        """One certification."""
        text = self._document(tables.certifications, record_id)
        return None if text is None else from_json(Certification, text)

    def summary_of(self, record_id: RecordId) -> CaptureSummary | None:
        """The evidence numbers kept with it."""
        t = tables.certifications
        text = self._connection.execute(select(t.c.summary).where(t.c.id == record_id)).scalar()
        return None if text is None else from_json(CaptureSummary, text)

    def of_retiree(self, retiree_id: RetireeId) -> Sequence[Certification]:
        """All of one person, oldest first."""
        t = tables.certifications
        rows = self._connection.execute(
            select(t.c.document).where(t.c.retiree_id == retiree_id).order_by(t.c.captured_at, t.c.id)
        )
        return [from_json(Certification, row[0]) for row in rows]

    def of_retirees(self, retiree_ids: Iterable[RetireeId]) -> Sequence[Certification]:
        """Theirs, oldest first."""
        t = tables.certifications
        return [
            from_json(Certification, row[0])
            for part in in_parts(retiree_ids)
            for row in self._connection.execute(
                select(t.c.document).where(t.c.retiree_id.in_(part)).order_by(t.c.captured_at, t.c.id)
            )
        ]

    def all(self) -> Sequence[Certification]:
        """Every one, oldest first."""
        t = tables.certifications
        rows = self._connection.execute(select(t.c.document).order_by(t.c.captured_at, t.c.id))
        return [from_json(Certification, row[0]) for row in rows]

    def made_here(self, after: int, limit: int) -> tuple[Sequence[tuple[Certification, Seen | None]], int | None]:
        """Those of the next ``limit`` that came from a visit, with what was seen of it, or correct one; where to go on."""
        t = tables.certifications
        seen = [func.json_extract(t.c.summary, f"$.{name}") for name in ("liveness", "best_frame")]
        of_a_visit, corrects = (func.json_extract(t.c.document, f"$.{name}") for name in ("visit_id", "supersedes"))
        wanted = select(t.c.document, *seen).where(or_(of_a_visit.is_not(None), corrects.is_not(None)))
        rows, then = next_rows(self._connection, t, wanted, after, limit)
        return [
            (from_json(Certification, text), Seen(LivenessVerdict(liveness), best) if liveness is not None else None)
            for text, liveness, best in rows
        ], then

    def set_center_answer(self, certification: Certification) -> None:
        """Store the answer on the existing row; AppError('record.unknown')."""
        known = self.get(certification.id)
        if known is None:
            raise AppError("record.unknown")
        self.touched.add(known.retiree_id)
        answered = replace(
            known,
            center=certification.center,
            center_reason=certification.center_reason,
            sent_at=certification.sent_at,
            accepted_at=certification.accepted_at,
        )
        t = tables.certifications
        self._connection.execute(update(t).where(t.c.id == answered.id).values(_certification_row(answered)))


def _certification_row(certification: Certification) -> dict[str, Any]:
    return {
        "id": certification.id,
        "retiree_id": certification.retiree_id,
        "captured_at": certification.captured_at.astimezone(UTC).isoformat(),  # one zone, so that text sorts by time
        "center": certification.center.value,
        "document": to_json(certification),
    }


class VisitsStore(Repository):
    """Visits."""

    def save(self, visit: Visit) -> None:
        """Insert or replace."""
        row = {
            "id": visit.id,
            "retiree_id": visit.retiree_id,
            "step": visit.step.value,
            "updated_at": visit.updated_at.isoformat(),
            "document": to_json(visit),
        }
        self._upsert(tables.visits, [row])

    def get(self, visit_id: VisitId) -> Visit | None:
        """One visit."""
        text = self._document(tables.visits, visit_id)
        return None if text is None else from_json(Visit, text)

    def unfinished(self) -> Sequence[Visit]:
        """Not ended, newest first."""
        t = tables.visits
        ended = [step.value for step in ENDS]
        rows = self._connection.execute(
            select(t.c.document).where(t.c.step.not_in(ended)).order_by(t.c.updated_at.desc())
        )
        return [from_json(Visit, row[0]) for row in rows]

    def all(self) -> Sequence[Visit]:
        """Every one, oldest first (UUID v7 sorts by time)."""
        t = tables.visits
        return [from_json(Visit, row[0]) for row in self._connection.execute(select(t.c.document).order_by(t.c.id))]


class CasesStore(Repository):
    """Form cases."""

    def save(self, case: FormCase) -> None:
        """Insert or replace."""
        row = {"id": case.id, "retiree_id": case.retiree_id, "state": case.state.value, "document": to_json(case)}
        self._upsert(tables.cases, [row])

    def get(self, case_id: CaseId) -> FormCase | None:
        """One case."""
        text = self._document(tables.cases, case_id)
        return None if text is None else from_json(FormCase, text)

    def of_retiree(self, retiree_id: RetireeId) -> Sequence[FormCase]:
        """All of one person, oldest first (UUID v7 sorts by time)."""
        t = tables.cases
        rows = self._connection.execute(select(t.c.document).where(t.c.retiree_id == retiree_id).order_by(t.c.id))
        return [from_json(FormCase, row[0]) for row in rows]

    def part(self, after: int, limit: int) -> tuple[Sequence[FormCase], int | None]:
        """The next ``limit`` of all; where to go on."""
        t = tables.cases
        rows, then = next_rows(self._connection, t, select(t.c.document), after, limit)
        return [from_json(FormCase, row[0]) for row in rows], then

    def in_states(self, states: Iterable[CaseState]) -> Sequence[FormCase]:
        """All in any of ``states``, oldest first."""
        t = tables.cases
        wanted = [state.value for state in states]
        rows = self._connection.execute(select(t.c.document).where(t.c.state.in_(wanted)).order_by(t.c.id))
        return [from_json(FormCase, row[0]) for row in rows]


class Operators(Repository):
    """Accounts."""

    def by_login(self, login: str) -> Operator | None:
        """By what is typed."""
        t = tables.operators
        text = self._connection.execute(select(t.c.document).where(t.c.login == login)).scalar()
        return None if text is None else from_json(Operator, text)

    def get(self, operator_id: OperatorId) -> Operator | None:
        """By id."""
        text = self._document(tables.operators, operator_id)
        return None if text is None else from_json(Operator, text)

    def all(self) -> Sequence[Operator]:
        """Every account."""
        return [from_json(Operator, row[0]) for row in self._connection.execute(select(tables.operators.c.document))]

    def password_hash(self, operator_id: OperatorId) -> str:
        """The argon2id hash; AppError('account.unknown')."""
        t = tables.operators
        text = self._connection.execute(select(t.c.password_hash).where(t.c.id == operator_id)).scalar()
        if text is None:
            raise AppError("account.unknown")
        return str(text)

    def save(self, operator: Operator, password_hash: str | None = None) -> None:
        """Insert (with a hash) or change; the hash stays when None is given."""
        kept = password_hash if password_hash is not None else self.password_hash(operator.id)
        row = {"id": operator.id, "login": operator.login, "password_hash": kept, "document": to_json(operator)}
        self._upsert(tables.operators, [row])


class SettingsStore(Repository):
    """Key-value settings."""

    def get(self, key: str) -> str | None:
        """The value or None."""
        t = tables.settings
        value = self._connection.execute(select(t.c.value).where(t.c.key == key)).scalar()
        return None if value is None else str(value)

    def set(self, key: str, value: str) -> None:
        """Insert or replace."""
        statement = sqlite_insert(tables.settings).values(key=key, value=value)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
