"""Erasing what has passed its time (PIPL art. 47), and what a person may ask of the unit: a hold, an earlier end.

A run erases in small pieces, whole persons at a time, and the store is free for others between two of them. The rows of a piece go in one
transaction, which keeps the list of their files; then the files go. So a run that is cut off leaves nobody half erased, and the next one
begins with the files of the list. The fact of each certification stays: the pension's file needs it.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from app.domain.fraud import FraudSign
from app.domain.ids import OperatorId, RetireeId, Sha256
from app.domain.operator import Operator
from app.errors import AppError
from app.services.context import Desk
from app.services.erasure_scan import ErasurePlan as ErasurePlan, Scan, Terms, pieces
from app.services.pieces import rest
from app.services.ports import AuditEntry, UnitOfWork
from app.services.retention_ports import NamedFiles, Written
from app.services.stored_settings import load_last_sync, load_skew

HOLDS, WITHDRAWN = "privacy.holds", "privacy.withdrawn"
LAST_RUN, LEAVING = "privacy.last_run", "privacy.leaving"
"""LEAVING: files whose rows are erased already, and which go next."""
TRUSTED_DAYS, TRUSTED_SKEW_S = 45, 86_400.0
"""The clock counts only when the center confirmed it so lately, and so near: a clock that is years ahead must not erase anything."""
STRAY_DAYS = 30
"""A file that no row names is left alone so long: what is being written is named a moment later."""
_one_run_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Of one person. ``hold``: why nothing of hers is erased, "" when nothing is held; ``withdrawn_at``: her consent to face pictures."""

    hold: str = ""
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """Use cases of the administrator and of the person at the desk.

    Attributes:
        open_signs: fraud signs that nobody has settled yet.
        rest: called after each piece.
    """

    desk: Desk
    open_signs: Callable[[], Iterable[FraudSign]] = tuple
    rest: Callable[[], None] = field(default=rest, repr=False)

    def due(self) -> ErasurePlan:
        """What a run would erase now."""
        signs = tuple(self.open_signs())
        with self.desk.uow() as store:
            scan = self._scan(store, signs)
        return scan.plan()

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
        """Erase what is due: the administrator says so, None when the program does by itself.

        AppError('account.not_allowed'), ('vault.unwritable').
        """
        if operator_id is not None:
            self._require(operator_id, lambda who: who.administers, "erase", "")
        return self._run(operator_id)

    def _run(self, by: OperatorId | None) -> ErasurePlan:
        """Said in the log before and after, with counts only."""
        signs = tuple(self.open_signs())
        with _one_run_at_a_time, self.desk.vault.noting() as put, self._watched(signs) as (scan, written):
            plan = scan.plan()
            rows: list[NamedFiles] = []
            files: list[Sha256] = []
            spared: set[Sha256] = set()
            try:
                for theirs, go in pieces(plan):
                    going = self._erase_rows(by, theirs, go, spared | put | written.files, spared)
                    for sha in going.files:
                        self.desk.vault.forget(sha, unless=put)
                    rows += going.rows
                    files += going.files
                    self.rest()
                before = self.desk.clock.now() - timedelta(days=STRAY_DAYS)
                named = scan.named | written.files
                strays = 0 if plan.unconfirmed else self.desk.vault.sweep(named, before=before)
            except OSError as error:
                raise AppError("vault.unwritable") from error
            done = replace(plan, rows=tuple(rows), files=tuple(files))
            self._finish(by, done, strays)
        return done

    def _erase_rows(
        self,
        by: OperatorId | None,
        rows: Sequence[NamedFiles],
        files: Sequence[Sha256],
        needed: set[Sha256],
        spared: set[Sha256],
    ) -> ErasurePlan:
        """One piece: rows that still stand as they did, and are not held since. What others need is added to ``spared``."""
        with self.desk.uow() as store:
            still, holds = store.retention.again(rows), _read(store, HOLDS)
            going = tuple(row for row in rows if row in still and row.retiree_id not in holds)
            spared |= {sha for row in rows if row not in going for sha in row.files}
            piece = ErasurePlan(rows=going, files=tuple(sha for sha in files if sha not in needed | spared))
            store.retention.drop(piece.rows)
            store.settings.set(LEAVING, json.dumps(piece.files))
            self._audit(store, by, "privacy.erasing", "", _said(piece))
            store.commit()
        return piece

    def _finish(self, by: OperatorId | None, done: ErasurePlan, strays: int) -> None:
        with self.desk.uow() as store:
            if done.files or done.rows or strays:
                self._audit(store, by, "privacy.erased", "", f"{_said(done)} strays={strays}")
            store.settings.set(LEAVING, "[]")
            store.settings.set(LAST_RUN, self.desk.clock.now().isoformat())
            store.commit()

    # ------------------------------------------------------------------ one person

    def wishes(self, retiree_id: RetireeId) -> Wishes:
        """What holds for one person."""
        with self.desk.uow() as store:
            holds, withdrawn = _read(store, HOLDS), _withdrawn(store)
        return Wishes(hold=holds.get(retiree_id, ""), withdrawn_at=withdrawn.get(retiree_id))

    def hold(self, retiree_id: RetireeId, because: str, *, operator_id: OperatorId) -> None:
        """Nothing of this person's is erased until ``release``. AppError('account.not_allowed'), ('privacy.reason_missing')."""
        self._require(operator_id, lambda who: who.reviews, "hold", retiree_id)
        if not because.strip():
            raise AppError("privacy.reason_missing")
        self._write(HOLDS, retiree_id, because.strip(), operator_id, "privacy.held")

    def release(self, retiree_id: RetireeId, *, operator_id: OperatorId) -> None:
        """The hold ends. AppError('account.not_allowed')."""
        self._require(operator_id, lambda who: who.reviews, "release", retiree_id)
        self._write(HOLDS, retiree_id, None, operator_id, "privacy.released")

    def withdraw(self, retiree_id: RetireeId, *, operator_id: OperatorId) -> ErasurePlan:
        """The person takes the consent to face pictures back (PIPL art. 15): those made so far go as soon as they are settled.

        What was certified stays certified. AppError('privacy.held') while a hold keeps them, ('account.not_allowed').
        """
        self._require(operator_id, lambda who: who.active, "withdraw", retiree_id)
        if self.wishes(retiree_id).hold:
            raise AppError("privacy.held")
        at = self.desk.clock.now().isoformat()
        self._write(WITHDRAWN, retiree_id, at, operator_id, "privacy.withdrawn")
        return self._run(operator_id)

    # ------------------------------------------------------------------ parts

    def _scan(self, store: UnitOfWork, signs: Iterable[FraudSign]) -> Scan:
        kept = {*_read(store, HOLDS), *(one for sign in signs for one in sign.retirees)}
        terms = Terms(
            policy=self.desk.policy(store),
            today=self._confirmed_today(store),
            withdrawn=_withdrawn(store),
            kept=frozenset(kept),
        )
        leaving = frozenset(Sha256(sha) for sha in json.loads(store.settings.get(LEAVING) or "[]"))
        return Scan(self.desk, terms, leaving, LEAVING, self.rest)

    @contextmanager
    def _watched(self, signs: Iterable[FraudSign]) -> Iterator[tuple[Scan, Written]]:
        """A look through the store, and what is written after it began."""
        with self.desk.uow() as store:
            scan, written = self._scan(store, signs), store.retention.watch()
        try:
            yield scan, written
        finally:
            written.close()

    def _confirmed_today(self, store: UnitOfWork) -> date | None:
        last, error = load_last_sync(store.settings)
        now = self.desk.clock.now()
        lately = last is not None and not error and timedelta(0) <= now - last <= timedelta(days=TRUSTED_DAYS)
        return now.date() if lately and abs(load_skew(store.settings)) <= TRUSTED_SKEW_S else None

    def _require(
        self, operator_id: OperatorId, may: Callable[[Operator], bool], what: str, retiree_id: RetireeId | str
    ) -> None:
        """AppError('account.not_allowed') unless that account ``may``; the try is written down."""
        with self.desk.uow() as store:
            who = store.operators.get(operator_id)
            if who is not None and may(who):
                return
            self._audit(store, operator_id, "privacy.refused", retiree_id, what)
            store.commit()
        raise AppError("account.not_allowed")

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


def _said(plan: ErasurePlan) -> str:
    by_kind = sorted(f"{kind.value}={number}" for kind, number in plan.counts.items())
    return " ".join([*by_kind, f"files={len(plan.files)}"])


def _read(store: UnitOfWork, key: str) -> dict[RetireeId, str]:
    return {RetireeId(one): str(value) for one, value in json.loads(store.settings.get(key) or "{}").items()}


def _withdrawn(store: UnitOfWork) -> dict[RetireeId, datetime]:
    return {one: datetime.fromisoformat(at) for one, at in _read(store, WITHDRAWN).items()}
