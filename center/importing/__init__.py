"""Taking rosters and photos in: read, shown row by row, and written only when the clerk says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from protocol.canonical import canonical, sha256_hex

CHANGED = (409, "import_changed", "预览之后名册有变，请重新看一遍再确认。")
EMPTY = (422, "import_empty", "没有要写入的内容。")


class RowKind(StrEnum):
    """What a row would do."""

    FAULTY = "faulty"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file. ``number``: as the file counts; ``says``: faults, or what changes, as sentences."""

    number: int
    kind: RowKind
    name: str = ""
    id_number: str = ""
    says: tuple[str, ...] = ()
    retiree_id: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A preview. ``mark`` changes with anything that would be written."""

    rows: Sequence[Row]
    absent: int = 0

    def count(self, kind: str) -> int:
        """How many rows of a kind."""
        return sum(row.kind == kind for row in self.rows)

    @property
    def writes(self) -> int:
        """Rows that would change something."""
        return self.count(RowKind.NEW) + self.count(RowKind.CHANGED)

    @property
    def mark(self) -> str:
        """What the clerk saw; a confirmation names it."""
        lines = [
            [row.number, row.kind.value, row.retiree_id, *row.says] for row in self.rows if row.kind != RowKind.SAME
        ]
        return sha256_hex(canonical({"rows": lines}))
