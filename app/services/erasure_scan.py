"""What is due to be erased: the store is looked through in small pieces, so that nobody waits for it.

A file of the vault goes when every row that names it has passed; a row that is not settled (unsent, open, unfinished) never passes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from app.domain.calendar import civil_day
from app.domain.ids import RetireeId, Sha256
from app.domain.policy import Policy
from app.domain.retention import DataKind, passed
from app.services.context import Desk
from app.services.retention_ports import NamedFiles, Place, files_in

ROWS_READ, ROWS_ERASED = 200, 20
"""At once; a transaction of either takes some ten milliseconds."""
JOURNAL = "journal"
"""Of an import: it names the photos that were there before, to which the import may be undone."""
KIND = {
    ("certifications", ""): DataKind.EVIDENCE,
    ("outbox", "certification"): DataKind.EVIDENCE,
    ("visits", ""): DataKind.EVIDENCE,
    ("visits", "abandoned"): DataKind.ABANDONED,
    ("cases", ""): DataKind.PAPER,
    ("outbox", "form_submission"): DataKind.PAPER,
    ("outbox", "death_report"): DataKind.PAPER,
    ("outbox", "loss_report"): DataKind.PAPER,
    ("outbox", "custody_report"): DataKind.PAPER,
    ("eligibility_reports", ""): DataKind.PAPER,
    ("follow_ups", ""): DataKind.CONTACT,
    ("audit", JOURNAL): DataKind.JOURNAL,
}
"""Rows that can pass; whatever is not here stays, with the files that it names."""
FACE = (DataKind.EVIDENCE, DataKind.ABANDONED)
COUNTED = ("certifications", "cases", "visits", "follow_ups")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePlan:
    """What is due, or was erased.

    Attributes:
        rows: those that have passed and still hold something.
        files: vault files that only such rows name, and that are here.
        held: how many rows a hold or an open fraud sign keeps back.
        unconfirmed: the center has not confirmed the date lately, so nothing passes by time.
    """

    rows: tuple[NamedFiles, ...] = ()
    files: tuple[Sha256, ...] = ()
    held: int = 0
    unconfirmed: bool = False

    @property
    def counts(self) -> Mapping[DataKind, int]:
        """Rows by kind; a record on its way out is counted with what it is about."""
        return Counter(KIND[row.table, row.kind] for row in self.rows if row.table in COUNTED)

    @property
    def oldest(self) -> date | None:
        """Day of the oldest row."""
        return min((civil_day(row.at) for row in self.rows if row.at is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What decides whether a row has passed. ``today`` None: not confirmed; ``kept``: of whom nothing goes."""

    policy: Policy
    today: date | None
    withdrawn: Mapping[RetireeId, datetime]
    kept: frozenset[RetireeId]

    def over(self, row: NamedFiles) -> bool:
        """Whether its time has passed."""
        kind = KIND.get((row.table, row.kind))
        if kind is None or row.at is None or not row.settled:
            return False
        if kind in FACE and row.retiree_id is not None:
            ended = self.withdrawn.get(row.retiree_id)
            if ended is not None and row.at <= ended:
                return True
        return self.today is not None and passed(kind, civil_day(row.at), self.today, self.policy)


@dataclass
class Scan:
    """One look through the store.

    Attributes:
        leaving: files that an earlier run meant to erase.
        list_key: of the setting that holds them; it names no file that is needed.
        named: files that rows which stay name.
    """

    desk: Desk
    terms: Terms
    leaving: frozenset[Sha256]
    list_key: str
    rest: Callable[[], None]
    named: set[Sha256] = field(default_factory=set)
    _over: list[NamedFiles] = field(default_factory=list)
    _held: int = 0

    def plan(self) -> ErasurePlan:
        """Read everything, a piece at a time."""
        place: Place | None = Place()
        while place is not None:
            with self.desk.uow() as store:
                rows, place = store.retention.part(place, ROWS_READ)
            for row in rows:
                self._look_at(row)
            self.rest()
        here = {sha for row in self._over for sha in row.files}.union(self.leaving) - self.named
        files = here.difference(self.desk.vault.missing(here))
        return ErasurePlan(
            rows=tuple(row for row in self._over if row.whole or row.files & files),
            files=tuple(sorted(files)),
            held=self._held,
            unconfirmed=self.terms.today is None,
        )

    def _look_at(self, row: NamedFiles) -> None:
        if (row.table, row.key) == ("settings", self.list_key):
            return
        if not self.terms.over(row):
            self.named |= row.files
            if row.kind == JOURNAL:
                self.named |= self._in_journals(row.files)
        elif row.retiree_id in self.terms.kept:
            self.named |= row.files
            self._held += 1
        elif row.whole or any(map(self.desk.vault.has, row.files)):
            self._over.append(row)

    def _in_journals(self, journals: Iterable[Sha256]) -> frozenset[Sha256]:
        here = (sha for sha in journals if self.desk.vault.has(sha))
        return frozenset(sha for journal in here for sha in files_in(self.desk.vault.get(journal).decode()))


def pieces(plan: ErasurePlan) -> Iterator[tuple[Sequence[NamedFiles], Sequence[Sha256]]]:
    """Rows to erase at once, all of a person together, with the files that go with them: each with the last row that names it."""
    left = Counter(sha for row in plan.rows for sha in row.files)
    without_rows = [sha for sha in plan.files if sha not in left]
    if without_rows:
        yield (), without_rows
    erased = frozenset(plan.files)

    def piece(rows: Sequence[NamedFiles]) -> tuple[Sequence[NamedFiles], Sequence[Sha256]]:
        left.subtract(sha for row in rows for sha in row.files)
        return rows, sorted({sha for row in rows for sha in row.files if not left[sha]} & erased)

    together: list[NamedFiles] = []
    for _whose, theirs in groupby(sorted(plan.rows, key=_whose_key), key=_whose_key):
        together += theirs
        if len(together) >= ROWS_ERASED:
            yield piece(together)
            together = []
    if together:
        yield piece(together)


def _whose_key(row: NamedFiles) -> tuple[str, str]:
    return (row.retiree_id, "") if row.retiree_id is not None else ("", row.key)
