"""What erasure asks of the store: which row names which files, and to take out what has passed its time."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.ids import OperatorId, RetireeId, Sha256
from app.domain.visit import Visit

SHA256 = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def files_in(words: str) -> frozenset[Sha256]:
    """Every SHA-256 in a text."""
    return frozenset(Sha256(sha) for sha in SHA256.findall(words))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFiles:
    """One row of the store and the vault files that it names.

    Attributes:
        table, key: which row.
        retiree_id: whose it is, None for nobody's.
        at: when it was made, None for rows that never pass.
        settled: nothing more is to come of it (sent and received, ended, closed); a row that is not settled never passes.
        kind: of an outbox record or audit line; "abandoned" for a visit without a result.
        files: the SHA-256s anywhere in it.
        whole: something personal lies in the row itself that goes with the files: a visit, a contact, measurements of a face.
    """

    table: str
    key: str
    retiree_id: RetireeId | None
    at: datetime | None
    settled: bool
    kind: str
    files: frozenset[Sha256]
    whole: bool


@dataclass(frozen=True, slots=True)
class Place:
    """How far the store was read: the table's number, and the last row of it."""

    table: int = 0
    row: int = 0


class Written(Protocol):
    """What is written to the store from now on. Attributes: files: every SHA-256 in it."""

    files: set[Sha256]

    def close(self) -> None:
        """Look no longer."""
        ...


class RetentionStore(Protocol):
    """Rows by what they name, whatever table: a file is erased only when no row that stays names it."""

    def part(self, after: Place, limit: int) -> tuple[Sequence[NamedFiles], Place | None]:
        """Of the next ``limit`` rows those that name a file or can pass by themselves; where to go on, None at the end."""
        ...

    def again(self, rows: Iterable[NamedFiles]) -> Collection[NamedFiles]:
        """Those of them that still stand as they stood."""
        ...

    def watch(self) -> Written:
        """Note what is written after this transaction, through whichever of the store's."""
        ...

    def visits_of(self, retiree_id: RetireeId) -> Sequence[Visit]:
        """Of one person, oldest first."""
        ...

    def about(
        self, retiree_id: RetireeId, subjects: Iterable[str]
    ) -> Sequence[tuple[datetime, OperatorId | None, str]]:
        """The audit lines (when, by whom, action) about the person or one of ``subjects``, oldest first."""
        ...

    def drop(self, rows: Iterable[NamedFiles]) -> None:
        """Visits and contacts go whole; of a certification the measurements go. The rest stays: it only names what is no more."""
        ...
