"""Reference pictures from a folder, each named after its person's ID number: checked, previewed, taken in like a roster."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.domain.idnumber import normalise
from app.domain.ids import OperatorId
from app.domain.retiree import Retiree
from app.errors import AppError
from app.services.context import Desk
from app.services.roster_file import Fault, Field, RowProblem
from app.services.roster_import import Change, ImportMark, ImportPlan, PlannedRow, RosterImport, RowKind

ENDINGS = (".jpg", ".jpeg", ".png")
MOST_BYTES = 10_000_000
SMALLEST = (90, 110)
"""Pixels; the smallest card photos are 102 × 126."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made anew: JPEG, upright, nothing in the file but the picture. Width and height in pixels."""

    data: bytes
    width: int
    height: int


ReEncode = Callable[[bytes], Picture | None]
"""Decodes and makes anew, the same way every time; None when the bytes are damaged or no picture."""


@dataclass(frozen=True, slots=True)
class RosterPhotos:
    """Use cases of the pictures. What is kept is made anew from what the file shows."""

    desk: Desk
    re_encode: ReEncode

    def preview(self, folder: Path) -> ImportPlan:
        """What the folder's pictures would change. AppError('import.no_photos') when there is none."""
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.is_file())
        if not files:
            raise AppError("import.no_photos")
        with self.desk.uow() as store:
            people = {normalise(person.id_number): person for person in store.retirees.all()}
        first: dict[str, int] = {}
        rows = []
        for number, path in enumerate(files, 1):
            key = normalise(path.stem)
            other = first.setdefault(key, number)
            twin = files[other - 1].name if other != number else ""
            rows.append(self._row(number, path, people.get(key), twin))
        named = {row.retiree_id for row in rows if row.retiree_id is not None}
        return ImportPlan(rows=tuple(rows), absent=len(people) - len(named))

    def apply(self, folder: Path, seen: ImportPlan, *, operator_id: OperatorId) -> ImportMark:
        """Take in what was seen. AppError import.nothing, import.files_changed, import.roster_changed."""
        if seen.empty:
            raise AppError("import.nothing")
        for row in seen.rows:
            if row.kind is RowKind.CHANGED:
                self._keep(folder / row.file, row.changes[0].new)
        with self.desk.uow() as store:
            people = {person.id: person for person in store.retirees.all()}
            for row in seen.rows:
                person = people.get(row.retiree_id) if row.retiree_id is not None else None
                if row.kind is RowKind.CHANGED and (person is None or (person.photo or "") != row.changes[0].old):
                    raise AppError("import.roster_changed")
            importer = RosterImport(self.desk)
            return importer.write(store, seen, people, file=folder.name, operator_id=operator_id)

    def _keep(self, path: Path, sha256: str) -> None:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise AppError("import.files_changed", name=path.name) from error
        made = self.re_encode(data)
        if made is None or hashlib.sha256(made.data).hexdigest() != sha256:
            raise AppError("import.files_changed", name=path.name)
        self.desk.vault.put(made.data, media_type="image/jpeg")

    def _row(self, number: int, path: Path, person: Retiree | None, twin: str) -> PlannedRow:
        data, fault = self._data(path)
        if person is None:
            fault = Fault(RowProblem.PHOTO_NOBODY)
        elif twin:
            fault = Fault(RowProblem.DOUBLE, twin)
        name, id_number = (person.name, person.id_number) if person else ("", path.stem)
        retiree_id = person.id if person else None
        if fault is not None or person is None:
            faults = (fault,) if fault else ()
            return PlannedRow(
                number=number, kind=RowKind.FAULTY, name=name, id_number=id_number, faults=faults, file=path.name,
                retiree_id=retiree_id,
            )  # fmt: skip
        fresh = hashlib.sha256(data).hexdigest()
        same = person.photo == fresh
        return PlannedRow(
            number=number,
            kind=RowKind.UNCHANGED if same else RowKind.CHANGED,
            name=name,
            id_number=id_number,
            changes=() if same else (Change(Field.PHOTO, person.photo or "", fresh),),
            retiree_id=retiree_id,
            file=path.name,
        )

    def _data(self, path: Path) -> tuple[bytes, Fault | None]:
        try:
            if path.stat().st_size > MOST_BYTES:
                return b"", Fault(RowProblem.PHOTO_TOO_BIG)
            data = path.read_bytes()
        except OSError:
            return b"", Fault(RowProblem.PHOTO_UNREADABLE)
        made = self.re_encode(data)
        if made is None:
            return b"", Fault(RowProblem.PHOTO_UNREADABLE)
        if made.width < SMALLEST[0] or made.height < SMALLEST[1]:
            return b"", Fault(RowProblem.PHOTO_SMALL, f"{made.width}×{made.height}")
        return made.data, None
