"""The Protocols the use cases need; adapters implement them, bootstrap wires them, tests bring fakes."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from app.domain.certification import Certification
from app.domain.confirmation import CaseState, FormCase
from app.domain.evidence import CaptureSummary
from app.domain.fraud import Seen
from app.domain.ids import CaseId, OperatorId, RecordId, RetireeId, Sha256, VisitId
from app.domain.operator import Operator
from app.domain.policy import Policy
from app.domain.retiree import Retiree, RosterFace
from app.domain.visit import Visit
from app.services.changes import Changes
from app.services.device_ports import (
    CameraDevice as CameraDevice,
    CameraDirectory as CameraDirectory,
    CaptureResult as CaptureResult,
    ClipMaker as ClipMaker,
    EngineInfo as EngineInfo,
    FaceEngine as FaceEngine,
    Frame as Frame,
    FrameSource as FrameSource,
    Inbox as Inbox,
    ReferenceReport as ReferenceReport,
    ScanBack as ScanBack,
    ScannerDevice as ScannerDevice,
    Scanners as Scanners,
    Tended as Tended,
    Twins as Twins,
)
from app.services.paper_ports import Papers as Papers
from app.services.record_ports import (
    AuditSeal as AuditSeal,
    FollowUpRepository as FollowUpRepository,
    ReportRepository as ReportRepository,
    SettlementRepository as SettlementRepository,
    Signer as Signer,
    TripRepository as TripRepository,
)
from app.services.retention_ports import RetentionStore as RetentionStore
from app.services.standing_ports import StandingRepository as StandingRepository
from app.services.sync_ports import DeskIdentity as DeskIdentity, SyncEngine as SyncEngine, SyncReport as SyncReport

# ---------------------------------------------------------------- time and names


class Clock(Protocol):
    """Civil time in Asia/Shanghai and the monotonic clock."""

    def now(self) -> datetime:
        """Aware, Asia/Shanghai."""
        ...

    def today(self) -> date:
        """Civil date in Asia/Shanghai."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back."""
        ...


class IdMaker(Protocol):
    """Makes UUID version 7 text."""

    def __call__(self) -> str: ...


# ---------------------------------------------------------------- store


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRecord:
    """One record on its way to the center.

    Attributes:
        id: the record's UUID v7; the center's idempotency key.
        kind: certification, form_submission, death_report, … (PROTOCOL.md, Push).
        version: of the body's schema.
        captured_at: aware.
        body: JSON object as canonical text (RFC 8785); never changed once written.
        operator_id: who made it.
        attachments: sha256 of vault blobs that go with it.
        attempts, next_try_at, last_error: sending state.
        receipt: the center's signed receipt as canonical JSON, None until it is in.
        refusal: the center's code and words for the clerk when it was rejected; such a record waits.
    """

    id: RecordId
    kind: str
    version: int
    captured_at: datetime
    body: str
    operator_id: OperatorId
    attachments: tuple[Sha256, ...] = ()
    attempts: int = 0
    next_try_at: datetime | None = None
    last_error: str = ""
    receipt: str | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxCounts:
    """For the screens: waiting, refused, and when the oldest waiting record was made."""

    waiting: int
    refused: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit chain. ``details`` holds codes and ids only; ``subject`` an id."""

    at: datetime
    operator_id: OperatorId | None
    action: str
    subject: str
    details: str = ""


class RetireeRepository(Protocol):
    """The roster."""

    def get(self, retiree_id: RetireeId) -> Retiree | None: ...
    def some(self, retiree_ids: Iterable[RetireeId]) -> Sequence[Retiree]:
        """Those of them that are on the roster, in no order."""
        ...

    def names(self, retiree_ids: Iterable[RetireeId]) -> Mapping[RetireeId, str]:
        """Names only."""
        ...

    def all(self) -> Sequence[Retiree]: ...
    def faces(self, after: int, limit: int) -> tuple[Sequence[RosterFace], int | None]:
        """Of the next ``limit`` people; where to go on."""
        ...

    def photos(self) -> set[Sha256]:
        """Every reference photo that the roster names."""
        ...

    def upsert(self, retirees: Iterable[Retiree]) -> None:
        """Insert or replace. A death already known survives a stale roster row."""
        ...

    def correct(self, retiree: Retiree) -> None:
        """Replace as it is: also a death that was reported by mistake goes."""
        ...

    def remove(self, retiree_ids: Iterable[RetireeId]) -> None: ...
    def count(self) -> int: ...


class CertificationRepository(Protocol):
    """Certifications; rows are never changed except the center's answer and sending times."""

    def add(self, certification: Certification, summary: CaptureSummary | None = None) -> None:
        """IntegrityError-safe: adding the same id with the same facts again does nothing."""
        ...

    def get(self, record_id: RecordId) -> Certification | None: ...
    def summary_of(self, record_id: RecordId) -> CaptureSummary | None: ...
    def of_retiree(self, retiree_id: RetireeId) -> Sequence[Certification]: ...
    def of_retirees(self, retiree_ids: Iterable[RetireeId]) -> Sequence[Certification]:
        """Theirs, oldest first."""
        ...

    def all(self) -> Sequence[Certification]: ...
    def made_here(self, after: int, limit: int) -> tuple[Sequence[tuple[Certification, Seen | None]], int | None]:
        """Those of the next ``limit`` that came from a visit, with what was seen of it, or correct one; where to go on."""
        ...

    def set_center_answer(self, certification: Certification) -> None:
        """Store ``center``, ``center_reason``, ``sent_at``, ``accepted_at`` of an existing row."""
        ...


class VisitRepository(Protocol):
    """Visits, saved after every step."""

    def save(self, visit: Visit) -> None: ...
    def get(self, visit_id: VisitId) -> Visit | None: ...
    def unfinished(self) -> Sequence[Visit]:
        """Not DONE, FORM or ABANDONED, newest first."""
        ...

    def all(self) -> Sequence[Visit]:
        """Every one, oldest first."""
        ...


class FormCaseRepository(Protocol):
    """Form cases."""

    def save(self, case: FormCase) -> None: ...
    def get(self, case_id: CaseId) -> FormCase | None: ...
    def of_retiree(self, retiree_id: RetireeId) -> Sequence[FormCase]: ...
    def part(self, after: int, limit: int) -> tuple[Sequence[FormCase], int | None]:
        """The next ``limit`` of all; where to go on."""
        ...

    def in_states(self, states: Iterable[CaseState]) -> Sequence[FormCase]: ...


class OperatorRepository(Protocol):
    """Accounts with their password hashes."""

    def by_login(self, login: str) -> Operator | None: ...
    def get(self, operator_id: OperatorId) -> Operator | None: ...
    def all(self) -> Sequence[Operator]: ...
    def password_hash(self, operator_id: OperatorId) -> str: ...
    def save(self, operator: Operator, password_hash: str | None = None) -> None: ...


class Outbox(Protocol):
    """Records waiting for the center's receipt. Nothing is ever dropped."""

    def add(self, record: OutboxRecord) -> None:
        """The same id with the same body again does nothing; another body raises AppError('outbox.conflict')."""
        ...

    def get(self, record_id: RecordId) -> OutboxRecord | None: ...
    def due(self, now: datetime, limit: int) -> Sequence[OutboxRecord]:
        """Waiting, not refused, whose next try has come; oldest first."""
        ...

    def retry_now(self) -> None:
        """The clerk does not want to wait: every waiting record is due at once."""
        ...

    def update(self, record: OutboxRecord) -> None:
        """Store attempts, next_try_at, last_error, receipt, refusal."""
        ...

    def waiting(self) -> Sequence[OutboxRecord]:
        """Everything without a receipt, refused ones too, oldest first."""
        ...

    def first_waiting(self, limit: int) -> Sequence[OutboxRecord]:
        """The first of them for a screen: refused ones, then the oldest."""
        ...

    def answers(self) -> Mapping[RecordId, tuple[str | None, str]]:
        """Receipt and refusal of every record that the center has answered; read at once, as a list shows thousands."""
        ...

    def missing_attachments(self) -> Sequence[tuple[RecordId, Sha256]]:
        """Attachments of received records that the center does not have yet."""
        ...

    def mark_uploaded(self, record_id: RecordId, sha256: Sha256, at: datetime) -> None: ...
    def counts(self) -> OutboxCounts: ...


class AuditLog(Protocol):
    """Hash-chained log; append only."""

    def append(self, entry: AuditEntry) -> None: ...
    def entries(self, *, limit: int, before: int | None = None) -> Sequence[tuple[int, AuditEntry]]:
        """Newest first with their sequence numbers."""
        ...

    def people(self, subjects: Iterable[str]) -> Mapping[str, str]:
        """Whose they are, by name: a person, or a certification, visit, form, report or contact of one; others are left out."""
        ...

    def last(self) -> tuple[int, str] | None:
        """The last line's number and hash (hex)."""
        ...

    def seals(self) -> Sequence[AuditSeal]:
        """The signatures, oldest first."""
        ...

    def add_seal(self, seal: AuditSeal) -> None: ...


class Settings(Protocol):
    """Key-value settings of the desk inside the store (device choice, sync cursor, desk identity, policy …)."""

    def get(self, key: str) -> str | None: ...
    def set(self, key: str, value: str) -> None: ...


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without commit() rolls back."""

    retirees: RetireeRepository
    certifications: CertificationRepository
    visits: VisitRepository
    cases: FormCaseRepository
    operators: OperatorRepository
    follow_ups: FollowUpRepository
    reports: ReportRepository
    standings: StandingRepository
    trips: TripRepository
    settlements: SettlementRepository
    outbox: Outbox
    audit: AuditLog
    settings: Settings
    retention: RetentionStore
    changes: Changes

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def commit(self) -> None: ...


UnitOfWorkFactory = Callable[[], UnitOfWork]


class Vault(Protocol):
    """Content-addressed encrypted blobs: pictures, clips, scans."""

    def put(self, data: bytes, *, media_type: str) -> Sha256:
        """Store (idempotent) and return the plain text's SHA-256. AppError('disk.full') when it can't."""
        ...

    def get(self, sha256: Sha256) -> bytes:
        """The plain bytes; AppError('vault.missing') or AppError('vault.damaged')."""
        ...

    def has(self, sha256: Sha256) -> bool: ...
    def size(self, sha256: Sha256) -> int:
        """Its plain bytes without reading them; 0 when it is not here."""
        ...

    def missing(self, wanted: Iterable[Sha256]) -> Sequence[Sha256]:
        """Those that are not here, in their order."""
        ...

    def noting(self) -> AbstractContextManager[set[Sha256]]:
        """What is put within the block."""
        ...

    def forget(self, sha256: Sha256, *, unless: Container[Sha256] = ()) -> None:
        """Remove it, ``unless`` it is among those: only what can be made again, or must be erased."""
        ...

    def sweep(self, named: Iterable[Sha256], *, before: datetime) -> int:
        """Remove every file last put before ``before`` that ``named`` does not hold; how many."""
        ...


class PasswordHasher(Protocol):
    """argon2id."""

    def hash(self, password: str) -> str: ...
    def verify(self, password_hash: str, password: str) -> bool: ...


class PolicySource(Protocol):
    """The policy in force."""

    def __call__(self) -> Policy: ...


# ---------------------------------------------------------------- work off the window's thread


class TaskRunner(Protocol):
    """How presenters get work done without blocking the window; results come back on the window's thread."""

    @property
    def busy(self) -> bool:
        """Whether any result is still to come."""
        ...

    def database(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """On the one database worker, in order."""
        ...

    def io(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """On the I/O pool: network, PDF, scanning."""
        ...


class Paths(Protocol):
    """Where the desk keeps things."""

    data: Path
    vault: Path
    logs: Path
    database: Path
