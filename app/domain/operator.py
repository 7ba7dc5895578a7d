"""Who works at the desk."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.domain.ids import OperatorId


class Role(Enum):
    """What an operator may do: CLERK certifies; REVIEWER also stands by as second person; ADMIN also manages the desk."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An account.

    Attributes:
        id: UUID.
        login: what is typed; unique.
        name: shown and printed.
        role: rights.
        active: disabled accounts stay for the audit trail.
        failures: wrong passwords in a row; ``locked_until`` set by the lock-out.
    """

    id: OperatorId
    login: str
    name: str
    role: Role
    active: bool = True
    failures: int = 0
    locked_until: datetime | None = None

    @property
    def reviews(self) -> bool:
        """Whether this account may look into others' work."""
        return self.active and self.role is not Role.CLERK

    @property
    def administers(self) -> bool:
        """Whether this account may manage the desk."""
        return self.active and self.role is Role.ADMIN
