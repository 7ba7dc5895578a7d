"""Erasing what has passed its time (PIPL art. 47), and what a person may ask of the unit: a hold, an earlier end.

A file of the vault goes when every row that names it has passed; a row that is not settled (unsent, open, unfinished) never passes.
Cut off anywhere, the next run finds the same and finishes. The fact of each certification stays: the pension's file needs it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.domain.calendar import civil_day
from app.domain.fraud import FraudSign
from app.domain.ids import OperatorId, RetireeId, Sha256
from app.domain.policy import Policy
from app.domain.retention import DataKind, passed
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry, UnitOfWork
from app.services.retention_ports import NamedFiles, files_in
from app.services.stored_settings import load_last_sync, load_skew

HOLDS, WITHDRAWN = "privacy.holds", "privacy.withdrawn"
LAST_RUN = "privacy.last_run"
TRUSTED_DAYS, TRUSTED_SKEW_S = 45, 86_400.0
"""The clock counts only when the center confirmed it so lately, and so near: a clock that is years ahead must not erase anything."""
STRAY_DAYS = 30
"""A file that no row names is left alone so long: what is being written is named a moment later."""
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
    """What is due.

    Attributes:
        rows: those that have passed and still hold something.
        files: vault files that only such rows name, and that are here.
        named: files that rows which stay name.
        oldest: day of the oldest row.
        held: how many rows a hold or an open fraud sign keeps back.
        unconfirmed: the center has not confirmed the date lately, so nothing passes by time.
    """

    rows: tuple[NamedFiles, ...] = ()
    files: tuple[Sha256, ...] = ()
    named: frozenset[Sha256] = field(default=frozenset(), repr=False)
    oldest: date | None = None
    held: int = 0
    unconfirmed: bool = False

    @property
    def counts(self) -> Mapping[DataKind, int]:
        """Rows by kind; a record on its way out is counted with what it is about."""
        return Counter(KIND[row.table, row.kind] for row in self.rows if row.table in COUNTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Of one person. ``hold``: why nothing of hers is erased, "" when nothing is held; ``withdrawn_at``: her consent to face pictures."""

    hold: str = ""
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """Use cases of the administrator and of the person at the desk. ``open_signs``: fraud signs that nobody has settled yet."""

    desk: Desk
    open_signs: Callable[[], Iterable[FraudSign]] = tuple

    def due(self) -> ErasurePlan:
        """What a run would erase now."""
        signs = tuple(self.open_signs())
        with self.desk.uow() as store:
            return self._plan(store, signs)

    def last_run(self) -> datetime | None:
        """When it last ran to its end."""
        with self.desk.uow() as store:
            text = store.settings.get(LAST_RUN)
        return datetime.fromisoformat(text) if text else None

    def run_if_due(self) -> ErasurePlan | None:
        """Once a day."""
        last, now = self.last_run(), self.desk.clock.now()
        return self.run() if last is None or last.date() < now.date() else None

    def run(self, *, operator_id: OperatorId | None = None) -> ErasurePlan:
        """Erase what is due: said in the log before and after, with counts only. AppError('vault.unwritable')."""
        signs = tuple(self.open_signs())
        with self.desk.uow() as store:
            plan = self._plan(store, signs)
            if plan.files or plan.rows:
                self._audit(store, operator_id, "privacy.erasing", "", f"files={len(plan.files)}")
                store.commit()
        try:
            for sha in plan.files:
                self.desk.vault.forget(sha)
            before = self.desk.clock.now() - timedelta(days=STRAY_DAYS)
            strays = 0 if plan.unconfirmed else self.desk.vault.sweep(plan.named, before=before)
        except OSError as error:
            raise AppError("vault.unwritable") from error
        with self.desk.uow() as store:
            store.retention.drop(plan.rows)
            if plan.files or plan.rows or strays:
                by_kind = sorted(f"{kind.value}={number}" for kind, number in plan.counts.items())
                said = " ".join([*by_kind, f"files={len(plan.files)}", f"strays={strays}"])
                self._audit(store, operator_id, "privacy.erased", "", said)
            store.settings.set(LAST_RUN, self.desk.clock.now().isoformat())
            store.commit()
        return plan

    # ------------------------------------------------------------------ one person

    def wishes(self, retiree_id: RetireeId) -> Wishes:
        """What holds for one person."""
        with self.desk.uow() as store:
            holds, withdrawn = _read(store, HOLDS), _withdrawn(store)
        return Wishes(hold=holds.get(retiree_id, ""), withdrawn_at=withdrawn.get(retiree_id))

    def hold(self, retiree_id: RetireeId, because: str, *, operator_id: OperatorId) -> None:
        """Nothing of this person's is erased until ``release``. AppError('privacy.reason_missing')."""
        if not because.strip():
            raise AppError("privacy.reason_missing")
        self._write(HOLDS, retiree_id, because.strip(), operator_id, "privacy.held")

    def release(self, retiree_id: RetireeId, *, operator_id: OperatorId) -> None:
        """The hold ends."""
        self._write(HOLDS, retiree_id, None, operator_id, "privacy.released")

    def withdraw(self, retiree_id: RetireeId, *, operator_id: OperatorId) -> ErasurePlan:
        """The person takes the consent to face pictures back (PIPL art. 15): those made so far go as soon as they are settled.

        What was certified stays certified. AppError('privacy.held') while a hold keeps them.
        """
        if self.wishes(retiree_id).hold:
            raise AppError("privacy.held")
        at = self.desk.clock.now().isoformat()
        self._write(WITHDRAWN, retiree_id, at, operator_id, "privacy.withdrawn")
        return self.run(operator_id=operator_id)

    # ------------------------------------------------------------------ parts

    def _plan(self, store: UnitOfWork, signs: Iterable[FraudSign]) -> ErasurePlan:
        policy, today = self.desk.policy(store), self._confirmed_today(store)
        holds, withdrawn = _read(store, HOLDS), _withdrawn(store)
        kept = {*holds, *(one for sign in signs for one in sign.retirees)}
        over: list[NamedFiles] = []
        named = {sha for _record, sha in store.outbox.missing_attachments()}
        held = 0
        for row in store.retention.named_files():
            if not _over(row, today, policy, withdrawn):
                named |= row.files | (self._in_journals(row.files) if row.kind == JOURNAL else frozenset())
            elif row.retiree_id in kept:
                named |= row.files
                held += 1
            else:
                over.append(row)
        candidates = {sha for row in over for sha in row.files} - named
        gone = set(self.desk.vault.missing(candidates))
        files = tuple(sorted(candidates - gone))
        rows = tuple(row for row in over if row.whole or row.files - gone - named)
        days = [civil_day(row.at) for row in rows if row.at is not None]
        return ErasurePlan(
            rows=rows,
            files=files,
            named=frozenset(named),
            oldest=min(days, default=None),
            held=held,
            unconfirmed=today is None,
        )

    def _in_journals(self, journals: Iterable[Sha256]) -> frozenset[Sha256]:
        here = (sha for sha in journals if self.desk.vault.has(sha))
        return frozenset(sha for journal in here for sha in files_in(self.desk.vault.get(journal).decode()))

    def _confirmed_today(self, store: UnitOfWork) -> date | None:
        last, error = load_last_sync(store.settings)
        now = self.desk.clock.now()
        lately = last is not None and not error and timedelta(0) <= now - last <= timedelta(days=TRUSTED_DAYS)
        return now.date() if lately and abs(load_skew(store.settings)) <= TRUSTED_SKEW_S else None

    def _write(self, key: str, retiree_id: RetireeId, value: str | None, operator_id: OperatorId, action: str) -> None:
        with self.desk.uow() as store:
            said = _read(store, key)
            if value is None:
                said.pop(retiree_id, None)
            else:
                said[retiree_id] = value
            store.settings.set(key, json.dumps(said, ensure_ascii=False))
            self._audit(store, operator_id, action, retiree_id, "")
            store.commit()

    def _audit(self, store: UnitOfWork, by: OperatorId | None, action: str, subject: str, details: str) -> None:
        store.audit.append(
            AuditEntry(at=self.desk.clock.now(), operator_id=by, action=action, subject=subject, details=details)
        )


def _over(row: NamedFiles, today: date | None, policy: Policy, withdrawn: Mapping[RetireeId, datetime]) -> bool:
    kind = KIND.get((row.table, row.kind))
    if kind is None or row.at is None or not row.settled:
        return False
    if kind in FACE and row.retiree_id is not None:
        ended = withdrawn.get(row.retiree_id)
        if ended is not None and row.at <= ended:
            return True
    return today is not None and passed(kind, civil_day(row.at), today, policy)


def _read(store: UnitOfWork, key: str) -> dict[RetireeId, str]:
    return {RetireeId(one): str(value) for one, value in json.loads(store.settings.get(key) or "{}").items()}


def _withdrawn(store: UnitOfWork) -> dict[RetireeId, datetime]:
    return {one: datetime.fromisoformat(at) for one, at in _read(store, WITHDRAWN).items()}
