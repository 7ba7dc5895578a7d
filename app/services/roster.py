"""One retiree's card and the rows of lists: stored facts with how things stand today."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.benefit import PaymentMonth, payment_calendar
from app.domain.calendar import Month
from app.domain.certification import Certification
from app.domain.confirmation import CaseState, EvidenceKind, FormCase
from app.domain.cycle import Cycle, cycles
from app.domain.eligibility_report import EligibilityReport
from app.domain.follow_up import FollowUp
from app.domain.ids import OperatorId, RetireeId, Sha256
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
class Document:
    """A picture or paper kept at the unit: what it is (None: the signed form's scan; a report's paper names itself), and when it came."""

    kind: EvidenceKind | None
    name: str
    at: datetime
    blob: Sha256
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireeCard:
    """Everything about one retiree.

    Attributes:
        today: the day it was read for.
        cycles: oldest first.
        payments: month by month from a year back to half a year ahead.
        follow_ups, reports, documents: newest first.
        clerks: names of who made them.
    """

    retiree: Retiree
    standing: Standing
    certifications: tuple[Certification, ...]
    cases: tuple[FormCase, ...]
    today: date
    cycles: tuple[Cycle, ...]
    payments: tuple[PaymentMonth, ...]
    follow_ups: tuple[FollowUp, ...] = ()
    reports: tuple[EligibilityReport, ...] = ()
    documents: tuple[Document, ...] = ()
    clerks: Mapping[OperatorId, str] = field(default_factory=dict)


def card_in(desk: Desk, store: UnitOfWork, retiree_id: RetireeId) -> RetireeCard:
    """The card inside an open transaction; AppError('retiree.unknown')."""
    retiree = store.retirees.get(retiree_id)
    if retiree is None:
        raise AppError("retiree.unknown")
    certifications = tuple(sorted(store.certifications.of_retiree(retiree_id), key=lambda c: (c.captured_at, c.id)))
    policy, today = desk.policy(store), desk.clock.today()
    month = Month.of(today)
    cases, reports = tuple(store.cases.of_retiree(retiree_id)), tuple(store.reports.of_retiree(retiree_id))
    return RetireeCard(
        retiree=retiree,
        standing=standing_of(retiree, certifications, today, policy),
        certifications=certifications,
        cases=cases,
        follow_ups=tuple(store.follow_ups.of_retiree(retiree_id)),
        reports=reports,
        payments=payment_calendar(
            retiree,
            certifications,
            first=month.plus(-MONTHS_BACK),
            last=month.plus(MONTHS_AHEAD),
            this=month,
            policy=policy,
        ),
        today=today,
        cycles=cycles(retiree, certifications, policy),
        documents=_documents(cases, reports),
        clerks={one.id: one.name for one in store.operators.all()},
    )


def _documents(cases: tuple[FormCase, ...], reports: tuple[EligibilityReport, ...]) -> tuple[Document, ...]:
    found = [
        Document(kind=item.kind, name="", at=item.taken_at, blob=item.blob, media_type=item.media_type)
        for case in cases
        for item in case.evidence
    ]
    for case in cases:
        scanned = [step.at for step in case.history if step.state is CaseState.SCAN_CHECKED]
        if case.scan is not None and scanned:
            found.append(Document(kind=None, name="", at=scanned[-1], blob=case.scan, media_type="application/pdf"))
    for report in reports:
        for paper in report.papers:
            found.append(Document(kind=None, name=report.document, at=report.at, blob=paper, media_type=""))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


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
        """A search index over the whole roster; what is read for it is kept for the lists."""
        return SearchIndex.build([row.retiree for row in self.rows()])

    def document(self, blob: Sha256) -> bytes:
        """A document's bytes; AppError('vault.missing') or AppError('vault.damaged')."""
        return self.desk.vault.get(blob)

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
