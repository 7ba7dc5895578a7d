"""One sync run: log in, push what is due, pull what is new, fetch missing photos. Implements app.services.ports.SyncEngine."""

import contextlib
import logging
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.ids import DeskId, Sha256, UnitId
from app.errors import AppError
from app.services.center_address import check_address
from app.services.kept import freshen
from app.services.ports import (
    AuditEntry,
    Clock,
    DeskIdentity,
    OutboxRecord,
    SyncReport,
    UnitOfWorkFactory,
    Vault,
)
from app.services.progress import Progress, Tell, silent
from app.services.stored_settings import (
    CENTER_TIME,
    SKEW_S,
    load_identity,
    load_policy,
    save_identity,
    save_last_sync,
)
from app.sync.apply import apply_page, cursor_of
from app.sync.attachments import send_missing
from app.sync.center_keys import save_keys
from app.sync.client import CenterClient, trust
from app.sync.push import refuse, settle, signed, wait_after
from protocol.canonical import sha256_hex
from protocol.messages import ChangeKind, Outcome, PushedRecord

PAGE = 200
BATCH = 50
DESK_NAME = "desk"
UNREADABLE = frozenset({400, 413, 422})
"""Answers about what was sent, not about who sent it or when."""
FAILED = frozenset({"sync.offline", "sync.timeout", "sync.center_busy"})
LONGEST_REST_S = 900.0
UNREADABLE_TEXT = "省中心读不懂这条记录，请联系省中心核对；记录还存着。"
_log = logging.getLogger(__name__)


class HttpSync:
    """Single flight: a second run while one is under way returns at once with error ``sync.running``."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        vault: Vault,
        clock: Clock,
        key: Ed25519PrivateKey,
        ca_file: Path | None = None,
        unit_code: str = "",
        room: Callable[[], bool] = lambda: True,
    ) -> None:
        """``unit_code``: the only unit this desk may be enrolled for (roll-out file); any when empty.

        ``room``: whether the disk has room for what the center sends; records go out all the same.
        """
        self._room = room
        self._uow = uow
        self._vault = vault
        self._clock = clock
        self._key = key
        self._ca_file = ca_file
        self._unit_code = unit_code
        self._flight = threading.Lock()
        self._rng = random.SystemRandom()
        self._photos_due = True
        self._half_of: Sha256 | None = None
        self._half = bytearray()
        self._paused = threading.Event()
        self._failures = 0
        self._so_far = SyncReport()  # what a run that is stopped has done all the same
        self._rest_until = 0.0
        with contextlib.suppress(AppError):  # said in words at the first run
            trust(ca_file)

    def enrolled(self) -> bool:
        """True once this desk knows its unit."""
        with self._uow() as store:
            return load_identity(store.settings) is not None

    def enrol(self, *, base_url: str, code: str, desk_name: str = DESK_NAME) -> DeskId:
        """Introduce this desk to the center. AppError: sync.address, sync.offline, sync.refused, …"""
        address = check_address(base_url)
        client = CenterClient(address, self._key, self._clock, ca_file=self._ca_file)
        try:
            answer = client.enrol(code=code, desk_name=desk_name, unit_code=self._unit_code)
        finally:
            client.close()
        if self._unit_code and answer.unit.code != self._unit_code:  # a center that does not look at the wanted unit
            raise AppError("rollout.other_unit", unit=answer.unit.name)
        identity = DeskIdentity(
            desk_id=DeskId(answer.desk_id),
            unit_id=UnitId(answer.unit.id),
            unit_name=answer.unit.name,
            unit_code=answer.unit.code,
            center_url=address,
            unit_phone=answer.unit.phone,
            demo=answer.unit.demo,
        )
        with self._uow() as store:
            known = load_identity(store.settings)
            if known is not None and known.unit_id != identity.unit_id and store.retirees.count() > 0:
                raise AppError("sync.other_unit")
            save_identity(store.settings, identity)
            save_keys(store.settings, answer.center_keys)
            store.audit.append(
                AuditEntry(at=self._clock.now(), operator_id=None, action="desk.enrolled", subject=identity.desk_id)
            )
            store.commit()
        return identity.desk_id

    def run(self, progress: Tell | None = None, *, at_once: bool = False) -> SyncReport:
        """One run; ``at_once`` sends what is waiting for its next try too. Never raises for network trouble: that is in the report."""
        if not self._flight.acquire(blocking=False):
            return SyncReport(error="sync.running")
        try:
            if at_once:
                self._paused.clear()
                with self._uow() as store:
                    store.outbox.retry_now()
                    store.commit()
            return self._rested(self._run(self._watched(progress or silent)))
        finally:
            self._flight.release()

    def pause(self) -> None:
        """Stop after the piece in hand, until a run is asked for with ``at_once``; forgotten when the program ends."""
        self._paused.set()

    def due(self) -> bool:
        """Whether the wait after failed runs is over."""
        return self._clock.monotonic() >= self._rest_until

    def _watched(self, progress: Tell) -> Tell:
        """``progress`` that also stops a run when the clerk has paused it; it is called before and between all pieces."""

        def watched(so_far: Progress) -> None:
            progress(so_far)
            if self._paused.is_set():
                raise AppError("sync.paused")

        return watched

    def _rested(self, report: SyncReport) -> SyncReport:
        """Every run in a row that the line or the center made fail doubles the wait's limit."""
        self._failures = self._failures + 1 if report.error in FAILED else 0
        wait = wait_after(self._failures, self._rng, LONGEST_REST_S).total_seconds() if self._failures else 0.0
        self._rest_until = self._clock.monotonic() + wait
        return report

    def _run(self, progress: Tell) -> SyncReport:
        with self._uow() as store:
            identity = load_identity(store.settings)
            waiting = store.outbox.counts().waiting
        if identity is None:
            return SyncReport(error="sync.not_enrolled", waiting=waiting)
        try:
            client = CenterClient(identity.center_url, self._key, self._clock, ca_file=self._ca_file)
        except AppError as error:
            return SyncReport(error=error.code, waiting=waiting)
        report = self._so_far = SyncReport()
        try:
            progress(Progress())
            client.log_in(identity.desk_id)
            report = self._push(client, identity, report, progress)
            report = self._pull(client, identity, report, progress)
            self._photos(client, progress)
            send_missing(client, self._uow, self._vault, self._clock, progress)
        except AppError as error:
            _log.warning("sync stopped: %s", error.code)
            report = replace(
                self._so_far, error=error.code, detail=str(error.params.get("text") or error.params.get("kind") or "")
            )
        finally:
            client.close()
        return self._finished(client, report)

    def _finished(self, client: CenterClient, report: SyncReport) -> SyncReport:
        now = self._clock.now()
        with self._uow() as store:
            save_last_sync(store.settings, now, report.error, report.detail)
            if client.server_time is not None:
                store.settings.set(SKEW_S, f"{client.skew_s:.3f}")
                store.settings.set(CENTER_TIME, client.server_time.isoformat())
            if client.center_keys:
                save_keys(store.settings, client.center_keys)
            waiting = store.outbox.counts().waiting
            store.commit()
        return replace(
            report,
            waiting=waiting,
            center_time=client.server_time,
            skew_s=client.skew_s,
            sent_bytes=client.sent_bytes,
            received_bytes=client.received_bytes,
        )

    def _push(self, client: CenterClient, identity: DeskIdentity, report: SyncReport, progress: Tell) -> SyncReport:
        total = None
        while True:
            with self._uow() as store:
                batch = store.outbox.due(self._clock.now(), BATCH)
                total = total if total is not None else store.outbox.counts().waiting
            if not batch:
                return report
            progress(Progress("push", report.sent, total, client.sent_bytes))
            client.log_in(identity.desk_id)  # a long run outlives its token
            report = self._so_far = self._push_batch(client, identity, report, batch)

    def _push_batch(
        self, client: CenterClient, identity: DeskIdentity, report: SyncReport, batch: Sequence[OutboxRecord]
    ) -> SyncReport:
        batch, sent = self._signed(identity, batch)
        if not batch:
            return report
        try:
            answer = client.push(sent)
        except AppError as error:
            if error.params.get("status") not in UNREADABLE:
                self._postpone(batch, error.code)
                raise
            return self._push_refused(client, identity, report, batch, error)
        by_uuid = {one.uuid: one for one in answer.answers}
        outcomes: list[Outcome | None] = []
        with self._uow() as store:
            for record, pushed in zip(batch, sent, strict=True):
                one = by_uuid.get(record.id)
                outcome = None
                if one is not None:
                    outcome = settle(
                        store,
                        record,
                        pushed,
                        one,
                        keys=client.center_keys,
                        unit_id=identity.unit_id,
                        now=self._clock.now(),
                    )
                if outcome is None:
                    self._later(store.outbox.update, record, "sync.receipt_invalid")
                outcomes.append(outcome)
            store.commit()
        good = sum(outcome in (Outcome.ACCEPTED, Outcome.DUPLICATE) for outcome in outcomes)
        bad = sum(outcome in (Outcome.CONFLICT, Outcome.REJECTED) for outcome in outcomes)
        return replace(
            report, sent=report.sent + len(batch), accepted=report.accepted + good, refused=report.refused + bad
        )

    def _signed(
        self, identity: DeskIdentity, batch: Sequence[OutboxRecord]
    ) -> tuple[list[OutboxRecord], list[PushedRecord]]:
        """Those of ``batch`` that can be put into words of the protocol; the others wait for the clerk, each by itself."""
        good: list[OutboxRecord] = []
        sent: list[PushedRecord] = []
        for record in batch:
            try:
                sent.append(signed(record, desk_id=identity.desk_id, key=self._key))
                good.append(record)
            except ValueError as error:
                _log.warning("record %s can't be sent: %s", record.id, type(error).__name__)
                self._refuse(record)
        return good, sent

    def _push_refused(
        self,
        client: CenterClient,
        identity: DeskIdentity,
        report: SyncReport,
        batch: Sequence[OutboxRecord],
        error: AppError,
    ) -> SyncReport:
        """The center could not read a whole push: halve it, until the one record to blame waits alone for the clerk."""
        if len(batch) == 1:
            self._refuse(batch[0], str(error.params.get("text", "")))
            return replace(report, sent=report.sent + 1, refused=report.refused + 1)
        middle = len(batch) // 2
        report = self._push_batch(client, identity, report, batch[:middle])
        return self._push_batch(client, identity, report, batch[middle:])

    def _refuse(self, record: OutboxRecord, text: str = "") -> None:
        with self._uow() as store:
            refuse(store, record, code="unreadable", text=text or UNREADABLE_TEXT, now=self._clock.now())
            store.commit()

    def _postpone(self, batch: Sequence[OutboxRecord], code: str) -> None:
        with self._uow() as store:
            for record in batch:
                self._later(store.outbox.update, record, code)
            store.commit()

    def _later(self, update: Callable[[OutboxRecord], None], record: OutboxRecord, code: str) -> None:
        attempts = record.attempts + 1
        at = self._clock.now() + wait_after(attempts, self._rng)
        update(replace(record, attempts=attempts, next_try_at=at, last_error=code))

    def _pull(self, client: CenterClient, identity: DeskIdentity, report: SyncReport, progress: Tell) -> SyncReport:
        before, first = client.received_bytes, None
        while True:
            with self._uow() as store:
                since = cursor_of(store)
            first = since if first is None else first
            self._look_for_room()
            client.log_in(identity.desk_id)
            page = client.changes(since, PAGE)
            if page.changes:
                self._photos_due |= any(change.kind == ChangeKind.RETIREE for change in page.changes)
                with self._uow() as store:
                    if cursor_of(store) == since:
                        apply_page(store, page.changes, page.cursor, identity.unit_id)
                        store.commit()
                        freshen(store, load_policy(store.settings))  # here, so that no opening of a screen pays for it
                report = self._so_far = replace(report, pulled=report.pulled + len(page.changes))
                total = max(0, page.newest - first)
                progress(Progress("pull", report.pulled, total, client.received_bytes - before))
            if not page.more:
                return report

    def _photos(self, client: CenterClient, progress: Tell) -> None:
        """Fetch reference photos that the roster names and the vault lacks; each once, by its hash.

        Looked for once in a program's life, and again after the roster has changed or while some are missing.
        """
        if not self._photos_due:
            return
        with self._uow() as store:
            wanted = sorted(store.retirees.photos())
        missing = self._vault.missing(wanted)
        before = client.received_bytes
        for done, sha in enumerate(missing):
            progress(Progress("photos", done, len(missing), client.received_bytes - before))
            self._look_for_room()
            self._fetch_photo(client, sha)
        self._photos_due = bool(self._vault.missing(missing))

    def _look_for_room(self) -> None:
        if not self._room():
            raise AppError("disk.no_room")

    def _fetch_photo(self, client: CenterClient, sha: Sha256) -> None:
        """One photo; a half that a cut line left is kept in memory for the next run."""
        if self._half_of != sha:
            self._half_of, self._half = sha, bytearray()
        try:
            client.photo(sha, self._half)
        except AppError as error:
            if error.code == "sync.refused":
                _log.warning("photo %s not given", sha[:12])
                return
            raise
        data, self._half_of = bytes(self._half), None
        if sha256_hex(data) != sha:
            _log.warning("photo %s arrived with other bytes", sha[:12])
            return
        self._vault.put(data, media_type="image/jpeg")
