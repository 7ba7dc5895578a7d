"""Taking a roster in from a table: what would change, doing it in one transaction, and taking it back.

What an import did is kept as a journal in the vault (before and after of every field); the audit line names it by its hash.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from app.domain.ids import OperatorId, RetireeId, Sha256, UnitId
from app.domain.retiree import Residence, Retiree, RetirementKind, Sex
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry, UnitOfWork
from app.services.roster_file import DATES, Fault, Field, Headed, Mapping_, Read, RowProblem, derived, read_row
from app.services.stored_settings import LAST_IMPORT

MEDIA_TYPE = "application/x-certdesk-roster-import"
MOST_UNDONE = 20
"""So many imports can be taken back, the last one first."""


class RowKind(Enum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class Change:
    """One field's canonical texts; "" stands for nothing."""

    field: Field
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """One row of the file, or one picture. ``retiree_id`` None for new people and strangers; ``changes`` of a new one: all its values."""

    number: int
    kind: RowKind
    name: str
    id_number: str
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    retiree_id: RetireeId | None = None
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """The preview. ``absent``: people on the roster whom the file does not name; nothing happens to them."""

    rows: tuple[PlannedRow, ...]
    absent: int

    def count(self, kind: RowKind) -> int:
        """How many rows of that kind."""
        return sum(row.kind is kind for row in self.rows)

    @property
    def empty(self) -> bool:
        """Nothing would be written."""
        return not any(row.kind in (RowKind.NEW, RowKind.CHANGED) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMark:
    """The last import, as long as it can be taken back."""

    at: datetime
    journal: Sha256
    file: str
    new: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """``kept``: people or fields left as they are, because something has happened to them since."""

    removed: int
    restored: int
    kept: int


def plan(table: Headed, columns: Mapping_, roster: Iterable[Retiree]) -> ImportPlan:
    """What the table would change; pure. Rows that name one person twice are all faulty."""
    people = list(roster)
    by_id_number = {person.id_number: person for person in people}
    by_personnel = {person.personnel_number: person for person in people if person.personnel_number}
    reads = [read_row(number, cells, columns) for number, cells in table.rows]
    twice = _doubles(reads)
    rows = tuple(_planned(read, twice.get(read.number), by_id_number, by_personnel) for read in reads)
    named = {row.retiree_id for row in rows if row.retiree_id is not None}
    return ImportPlan(rows=rows, absent=len(people) - len(named))


def _doubles(reads: Sequence[Read]) -> dict[int, int]:
    """Row number → another row with the same ID number or personnel number."""
    found: dict[int, int] = {}
    for field in (Field.ID_NUMBER, Field.PERSONNEL_NUMBER):
        first: dict[str, int] = {}
        for read in reads:
            key = read.values.get(field)
            if key is None:
                continue
            other = first.setdefault(key, read.number)
            if other != read.number:
                found.setdefault(read.number, other)
                found.setdefault(other, read.number)
    return found


def _planned(
    read: Read, twin: int | None, by_id_number: Mapping[str, Retiree], by_personnel: Mapping[str, Retiree]
) -> PlannedRow:
    values, faults = read.values, list(read.faults)
    number, personnel = values.get(Field.ID_NUMBER, ""), values.get(Field.PERSONNEL_NUMBER, "")
    known, other = by_id_number.get(number), by_personnel.get(personnel)
    if twin is not None:
        faults.append(Fault(RowProblem.DOUBLE, str(twin)))
    if known is not None and other is not None and known.id != other.id:
        faults.append(Fault(RowProblem.TWO_PEOPLE, other.name))
    known = known or other
    if known is None and not faults and derived(values)[0] is None:
        faults.append(Fault(RowProblem.SEX_UNKNOWN))
    name = values.get(Field.NAME, "")
    if faults:
        return PlannedRow(number=read.number, kind=RowKind.FAULTY, name=name, id_number=number, faults=tuple(faults),
                          retiree_id=known.id if known else None)  # fmt: skip
    if known is None:
        changes = tuple(Change(field, "", value) for field, value in _of_new(values).items())
        return PlannedRow(number=read.number, kind=RowKind.NEW, name=name, id_number=number, changes=changes)
    changes = tuple(
        Change(field, old, value) for field, value in values.items() if (old := value_of(known, field)) != value
    )
    kind = RowKind.CHANGED if changes else RowKind.UNCHANGED
    return PlannedRow(number=read.number, kind=kind, name=name, id_number=number, changes=changes, retiree_id=known.id)


def _of_new(values: Mapping[Field, str]) -> dict[Field, str]:
    sex, born = derived(values)
    assert sex is not None
    return {**values, Field.SEX: sex.value, Field.BIRTH_DATE: born.isoformat()}


def value_of(person: Retiree, field: Field) -> str:
    """A field's canonical text, "" for nothing."""
    value = getattr(person, field.value)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else str(value)


def with_values(person: Retiree, values: Mapping[Field, str]) -> Retiree:
    """The person with canonical texts put in."""
    return replace(person, **{field.value: _typed(field, text) for field, text in values.items()})


def _typed(field: Field, text: str) -> Any:
    if field in DATES:
        return date.fromisoformat(text) if text else None
    if field in (Field.CARD_NUMBER, Field.PHOTO):
        return text or None
    codes: dict[Field, type[Enum]] = {Field.SEX: Sex, Field.RESIDENCE: Residence, Field.KIND: RetirementKind}
    return codes[field](text) if field in codes else text


@dataclass(frozen=True, slots=True)
class RosterImport:
    """Use cases of the import."""

    desk: Desk

    def preview(self, table: Headed, columns: Mapping_) -> ImportPlan:
        """What would change; writes nothing."""
        with self.desk.uow() as store:
            roster = store.retirees.all()
        return plan(table, columns, roster)

    def last(self) -> ImportMark | None:
        """The import that can be taken back."""
        with self.desk.uow() as store:
            return _load_mark(store)

    def apply(self, table: Headed, columns: Mapping_, seen: ImportPlan, *, operator_id: OperatorId) -> ImportMark:
        """Write what was seen, all or nothing; rows with faults are left out.

        Raises AppError: import.roster_changed when the roster is no longer the one that was previewed, import.nothing.
        """
        if seen.empty:
            raise AppError("import.nothing")
        with self.desk.uow() as store:
            people = {person.id: person for person in store.retirees.all()}
            if plan(table, columns, people.values()) != seen:
                raise AppError("import.roster_changed")
            return self.write(store, seen, people, file=table.name, operator_id=operator_id)

    def write(
        self,
        store: UnitOfWork,
        seen: ImportPlan,
        people: Mapping[RetireeId, Retiree],
        *,
        file: str,
        operator_id: OperatorId,
    ) -> ImportMark:
        """Roster, journal, mark and audit line in the caller's transaction, which this commits."""
        unit, written, journal = self.desk.identity(store).unit_id, [], []
        for row in seen.rows:
            if row.kind in (RowKind.NEW, RowKind.CHANGED):
                person = self._person(row, people, unit)
                written.append(person)
                fields = [[c.field.value, c.old, c.new] for c in row.changes]
                journal.append({"id": person.id, "new": row.kind is RowKind.NEW, "fields": fields})
        store.retirees.upsert(written)
        blob = self.desk.vault.put(json.dumps(journal, ensure_ascii=False).encode(), media_type=MEDIA_TYPE)
        new, changed = seen.count(RowKind.NEW), seen.count(RowKind.CHANGED)
        mark = ImportMark(at=self.desk.clock.now(), journal=blob, file=file, new=new, changed=changed)
        _save_marks(store, (*_load_marks(store), mark))
        self._audit(store, operator_id, "roster.imported", blob, f"new={new} changed={changed}")
        store.commit()
        return mark

    def undo(self, *, operator_id: OperatorId) -> Undone:
        """Take the last import back, field by field, where nothing else has happened since; the one before is the last then.

        AppError('import.none').
        """
        with self.desk.uow() as store:
            mark = _load_mark(store)
            if mark is None:
                raise AppError("import.none")
            journal = json.loads(self.desk.vault.get(mark.journal))
            people = {person.id: person for person in store.retirees.all()}
            used = {certification.retiree_id for certification in store.certifications.all()}
            removed, restored, kept = [], [], 0
            for entry in journal:
                person = people.get(entry["id"])
                fields = [Change(Field(name), old, new) for name, old, new in entry["fields"]]
                untouched = person is not None and [c for c in fields if value_of(person, c.field) == c.new]
                if person is None or not untouched:
                    kept += 1
                elif not entry["new"]:
                    kept += len(untouched) < len(fields)
                    restored.append(with_values(person, {c.field: c.old for c in untouched}))
                elif len(untouched) == len(fields) and not _has_history(store, person, used):
                    removed.append(person.id)
                else:
                    kept += 1
            store.retirees.remove(removed)
            store.retirees.upsert(restored)
            _save_marks(store, _load_marks(store)[:-1])
            counts = f"removed={len(removed)} restored={len(restored)} kept={kept}"
            self._audit(store, operator_id, "roster.import_undone", mark.journal, counts)
            store.commit()
            return Undone(removed=len(removed), restored=len(restored), kept=kept)

    def _person(self, row: PlannedRow, people: Mapping[RetireeId, Retiree], unit: UnitId) -> Retiree:
        values = {change.field: change.new for change in row.changes}
        if row.retiree_id is not None:
            return with_values(people[row.retiree_id], values)
        blank = Retiree(
            id=RetireeId(self.desk.ids()), unit_id=unit, name="", id_number="", personnel_number="",
            sex=Sex.FEMALE, birth_date=date.min,
        )  # fmt: skip
        return with_values(blank, values)

    def _audit(self, store: UnitOfWork, by: OperatorId, action: str, subject: str, details: str) -> None:
        store.audit.append(
            AuditEntry(at=self.desk.clock.now(), operator_id=by, action=action, subject=subject, details=details)
        )


def _has_history(store: UnitOfWork, person: Retiree, certified: set[RetireeId]) -> bool:
    """Somebody with records stays on the roster."""
    return (
        person.id in certified
        or person.photo is not None
        or bool(store.cases.of_retiree(person.id) or store.follow_ups.of_retiree(person.id))
    )


def _save_marks(store: UnitOfWork, marks: Sequence[ImportMark]) -> None:
    """The newest last; the oldest ones can no longer be taken back, their journals stay in the vault with the audit line."""
    raw = [
        {"at": one.at.isoformat(), "journal": one.journal, "file": one.file, "new": one.new, "changed": one.changed}
        for one in marks[-MOST_UNDONE:]
    ]
    store.settings.set(LAST_IMPORT, json.dumps(raw, ensure_ascii=False))


def _load_marks(store: UnitOfWork) -> tuple[ImportMark, ...]:
    raw = json.loads(store.settings.get(LAST_IMPORT) or "[]")
    marks = [raw] if isinstance(raw, dict) else raw  # one alone, as an earlier program kept it
    return tuple(ImportMark(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in marks)


def _load_mark(store: UnitOfWork) -> ImportMark | None:
    marks = _load_marks(store)
    return marks[-1] if marks else None
