"""One transaction over the encrypted store: BEGIN IMMEDIATE, all repositories, commit or roll back."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.errors import AppError
from app.services.changes import Changes
from app.services.ports import (
    AuditLog,
    CertificationRepository,
    FollowUpRepository,
    FormCaseRepository,
    OperatorRepository,
    Outbox,
    ReportRepository,
    RetentionStore,
    RetireeRepository,
    Settings,
    SettlementRepository,
    StandingRepository,
    TripRepository,
    UnitOfWork,
    VisitRepository,
)
from app.storage import database
from app.storage.audit import AuditStore
from app.storage.follow_ups import FollowUpStore
from app.storage.outbox import OutboxStore
from app.storage.reports import ReportStore
from app.storage.repositories import (
    CasesStore,
    Certifications,
    Operators,
    Retirees,
    SettingsStore,
    VisitsStore,
)
from app.storage.reserve import Reserve
from app.storage.retention import Retention
from app.storage.settlements import SettlementStore
from app.storage.standings import StandingStore
from app.storage.trips import TripStore
from app.storage.turns import Turns


class SqlUnitOfWork:
    """See app.services.ports.UnitOfWork."""

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

    def __init__(
        self, engine: Engine, changes: Changes, reserve: Reserve | None = None, turns: Turns | None = None
    ) -> None:
        self._engine = engine
        self._turns = turns or Turns()
        self._reserve = reserve
        self.changes = changes
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        if self._reserve is not None:
            self._reserve.look()
        if not self._turns.take(database.BUSY_TIMEOUT_S):
            raise AppError("store.busy")
        try:
            connection = self._begun()
        except BaseException:
            self._turns.give()
            raise
        self._connection = connection
        self._people, self._certified = Retirees(connection), Certifications(connection)
        self.retirees, self.certifications = self._people, self._certified
        self.visits, self.cases = VisitsStore(connection), CasesStore(connection)
        self.operators, self.outbox = Operators(connection), OutboxStore(connection)
        self.follow_ups, self.reports = FollowUpStore(connection), ReportStore(connection)
        self.trips, self.settlements = TripStore(connection), SettlementStore(connection)
        self.audit, self.settings = AuditStore(connection), SettingsStore(connection)
        self.standings = StandingStore(connection)
        self.retention = Retention(connection)
        return self

    def _begun(self) -> Connection:
        try:
            connection = self._engine.connect()
            connection.begin()
        except DBAPIError as error:
            raise self._translated(error) from error
        except AppError as error:
            raise self._noticed(error) from error.__cause__
        return connection

    def commit(self) -> None:
        """Make everything durable; a further statement begins a new transaction of the same block."""
        assert self._connection is not None
        try:
            self._connection.commit()
        except DBAPIError as error:
            raise self._translated(error) from error
        self.changes.note(self._people.touched | self._certified.touched)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection, self._connection = self._connection, None
        assert connection is not None
        try:
            connection.close()  # rolls back what was not committed
        except DBAPIError:
            if error is None:
                raise
        finally:
            self._turns.give()
        if isinstance(error, DBAPIError):
            raise self._translated(error) from error

    def _translated(self, error: DBAPIError) -> Exception:
        """A full disk and damage are the environment's fault and get words; everything else is a bug and stays."""
        found = database.named(error.orig or error, Path(self._engine.url.database or ".").parent)
        return error if found is None else self._noticed(found)

    def _noticed(self, error: AppError) -> AppError:
        """A full disk costs the reserve: the clerk's next try has its room."""
        if error.code == "disk.full" and self._reserve is not None:
            self._reserve.give_up()
        return error


def unit_of_work_factory(engine: Engine, reserve: Reserve | None = None) -> Callable[[], UnitOfWork]:
    """A function that opens one transaction each."""
    changes, turns = Changes(), Turns()
    return lambda: SqlUnitOfWork(engine, changes, reserve, turns)
