"""What nearly every use case needs, bundled once: store, clock, ids, policy, identity."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.ids import DeskId, UnitId
from app.domain.papers import UnitFacts
from app.domain.policy import Policy
from app.services.kept import Kept
from app.services.ports import Clock, DeskIdentity, IdMaker, UnitOfWork, UnitOfWorkFactory, Vault
from app.services.stored_settings import load_identity, load_policy

UNENROLLED = DeskIdentity(
    desk_id=DeskId(""), unit_id=UnitId(""), unit_name="（尚未登记单位）", unit_code="", center_url=""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The desk's means.

    Attributes:
        uow: opens one transaction.
        clock, ids, vault: see ports.
        room: whether the disk has room for another visit.
        kept: the roster as last read.
    """

    uow: UnitOfWorkFactory
    clock: Clock
    ids: IdMaker
    vault: Vault
    room: Callable[[], bool] = field(default=lambda: True, compare=False, repr=False)
    kept: Kept = field(default_factory=Kept, compare=False, repr=False)

    def policy(self, store: UnitOfWork) -> Policy:
        """The policy in force."""
        return load_policy(store.settings)

    def identity(self, store: UnitOfWork) -> DeskIdentity:
        """Who this desk is; UNENROLLED before enrolment."""
        return load_identity(store.settings) or UNENROLLED

    def unit_facts(self, store: UnitOfWork) -> UnitFacts:
        """The unit as printed."""
        who = self.identity(store)
        return UnitFacts(name=who.unit_name, code=who.unit_code, phone=who.unit_phone, demo=who.demo)
