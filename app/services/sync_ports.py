"""What the use cases and the window need of the exchange with the center."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.ids import DeskId, UnitId
from app.services.progress import Tell


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """One sync run.

    Attributes:
        sent, accepted, refused: records.
        pulled: changes applied.
        waiting: records still waiting afterwards.
        center_time: the center's clock, None when it was not reached.
        skew_s: desk minus center, seconds.
        sent_bytes, received_bytes: what went over the line, without headers.
        error: "" or the code of what stopped it (sync.offline, sync.revoked, sync.tls, …).
    """

    sent: int = 0
    accepted: int = 0
    refused: int = 0
    pulled: int = 0
    waiting: int = 0
    center_time: datetime | None = None
    skew_s: float = 0.0
    sent_bytes: int = 0
    received_bytes: int = 0
    error: str = ""
    detail: str = ""


class SyncEngine(Protocol):
    """Outbox → center and center → store. Single flight; holds no database session while it waits for the network."""

    def enrol(self, *, base_url: str, code: str) -> DeskId: ...
    def run(self, progress: Tell | None = None, *, at_once: bool = False) -> SyncReport:
        """Never raises for network trouble: that is in the report.

        ``at_once``: the clerk asked; records that wait for their next try are sent too, and a pause ends.
        """
        ...

    def pause(self) -> None:
        """Stop after the piece in hand; runs end at once with error ``sync.paused`` until one is asked for with ``at_once``."""
        ...

    def due(self) -> bool:
        """Whether a run by itself may begin: not while the wait after failed runs lasts (exponential, full jitter)."""
        ...

    def enrolled(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskIdentity:
    """Who this desk is, as stored in settings after enrolment."""

    desk_id: DeskId
    unit_id: UnitId
    unit_name: str
    unit_code: str
    center_url: str
    unit_phone: str = ""
    demo: bool = False
