"""One retiree's card and the rows of lists: stored facts with how things stand today."""

from dataclasses import dataclass

from app.domain.benefit import PaymentMonth, payment_calendar
from app.domain.calendar import Month
from app.domain.certification import Certification
from app.domain.confirmation import FormCase
from app.domain.eligibility_report import EligibilityReport
from app.domain.follow_up import FollowUp
from app.domain.ids import RetireeId
from app.domain.retiree import Retiree
from app.domain.standing import Standing
from app.domain.standing_of import standing_of
from app.errors import AppError
from app.services.context import Desk
from app.services.kept import RosterRow as RosterRow
from app.services.ports import UnitOfWork
from app.services.search import SearchIndex

MONTHS_BACK, MONTHS_AHEAD = 12, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireeCard:
    """Everything about one retiree; ``payments`` from a year back to half a year ahead; ``follow_ups`` and ``reports`` newest first."""

    retiree: Retiree
    standing: Standing
    certifications: tuple[Certification, ...]
    cases: tuple[FormCase, ...]
    payments: tuple[PaymentMonth, ...]
    follow_ups: tuple[FollowUp, ...] = ()
    reports: tuple[EligibilityReport, ...] = ()


def card_in(desk: Desk, store: UnitOfWork, retiree_id: RetireeId) -> RetireeCard:
    """The card inside an open transaction; AppError('retiree.unknown')."""
    retiree = store.retirees.get(retiree_id)
    if retiree is None:
        raise AppError("retiree.unknown")
    certifications = tuple(sorted(store.certifications.of_retiree(retiree_id), key=lambda c: (c.captured_at, c.id)))
    policy, today = desk.policy(store), desk.clock.today()
    month = Month.of(today)
    return RetireeCard(
        retiree=retiree,
        standing=standing_of(retiree, certifications, today, policy),
        certifications=certifications,
        cases=tuple(store.cases.of_retiree(retiree_id)),
        follow_ups=tuple(store.follow_ups.of_retiree(retiree_id)),
        reports=tuple(store.reports.of_retiree(retiree_id)),
        payments=payment_calendar(
            retiree, certifications, first=month.plus(-MONTHS_BACK), last=month.plus(MONTHS_AHEAD), policy=policy
        ),
    )


@dataclass(frozen=True, slots=True)
class Roster:
    """Use cases that read the roster."""

    desk: Desk

    def card(self, retiree_id: RetireeId) -> RetireeCard:
        """One retiree; AppError('retiree.unknown')."""
        with self.desk.uow() as store:
            return card_in(self.desk, store, retiree_id)

    def rows(self) -> tuple[RosterRow, ...]:
        """The whole roster with today's standing, by name."""
        with self.desk.uow() as store:
            return rows_in(self.desk, store)

    def index(self) -> SearchIndex:
        """A search index over the whole roster."""
        with self.desk.uow() as store:
            return SearchIndex.build(store.retirees.all())

    def photo(self, retiree_id: RetireeId) -> bytes | None:
        """The reference picture as encoded bytes, None when there is none (here)."""
        with self.desk.uow() as store:
            retiree = store.retirees.get(retiree_id)
        if retiree is None or retiree.photo is None or not self.desk.vault.has(retiree.photo):
            return None
        return self.desk.vault.get(retiree.photo)


def rows_in(desk: Desk, store: UnitOfWork) -> tuple[RosterRow, ...]:
    """All rows inside an open transaction that has written nothing, by name."""
    return desk.kept.rows(store, today=desk.clock.today(), policy=desk.policy(store))
