"""What the unit reports about a retiree's eligibility: death, another loss, custody (notice 四(四), 四(五), 五(三); rules 13-16)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from app.domain.benefit import custody_months, overpaid_months
from app.domain.calendar import Month
from app.domain.certification import Certification
from app.domain.cycle import dated_after_death
from app.domain.ids import OperatorId, RecordId, RetireeId, Sha256
from app.domain.retiree import Custody, Retiree


class ReportKind(Enum):
    """去世、丧失资格、采取强制措施或服刑."""

    DEATH = "death"
    LOSS = "loss"
    CUSTODY = "custody"


ARTICLES = {ReportKind.DEATH: ("四(四)",), ReportKind.LOSS: ("四(三)", "五(三)"), ReportKind.CUSTODY: ("四(五)",)}
"""The notice's sections that each rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityReport:
    """One report; immutable but for its withdrawal.

    Attributes:
        on: day of death, of the loss, or on which custody began.
        until: day on which custody ended, None while it lasts and for the other kinds.
        last_paid: the last month that was actually paid as far as the unit knows; death only.
        document: what the paper is (死亡证明、判决书 …); ``papers`` its pictures or PDFs in the vault.
        withdrawn_at, withdrawn_by, withdrawn_because: set when the report turned out to be wrong.
    """

    id: RecordId
    retiree_id: RetireeId
    kind: ReportKind
    on: date
    at: datetime
    operator_id: OperatorId
    until: date | None = None
    last_paid: Month | None = None
    document: str = ""
    papers: tuple[Sha256, ...] = ()
    note: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: OperatorId | None = None
    withdrawn_because: str = ""

    @property
    def stands(self) -> bool:
        """It was not withdrawn."""
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What follows, for the clerk to read before the report is made. Predictions: only the center decides (rule 12).

    Attributes:
        last_payable: the last month that may be paid; None for custody.
        overpaid: months to be refunded in full (rule 13).
        held: months shown as 按政策暂停 (rule 16).
        after_death: certifications dated after the death: a fraud alarm (rule 14).
    """

    last_payable: Month | None
    overpaid: tuple[Month, ...] = ()
    held: tuple[Month, ...] = ()
    after_death: tuple[Certification, ...] = ()


def consequences(
    kind: ReportKind,
    *,
    on: date,
    until: date | None,
    last_paid: Month | None,
    certifications: Sequence[Certification],
    today: date,
) -> Consequences:
    """What a report of these dates brings."""
    if kind is ReportKind.CUSTODY:
        held = custody_months(Custody(started_on=on, ended_on=until, document=""), Month.of(today))
        return Consequences(last_payable=None, held=held)
    overpaid = overpaid_months(on, last_paid) if kind is ReportKind.DEATH and last_paid is not None else ()
    after = dated_after_death(certifications, on) if kind is ReportKind.DEATH else ()
    return Consequences(last_payable=Month.of(on), overpaid=overpaid, after_death=after)


def with_reports(retiree: Retiree, reports: Iterable[EligibilityReport]) -> Retiree:
    """The retiree as the unit knows them: what was reported here survives a roster that does not know it yet."""
    for report in reports:
        if report.stands:
            retiree = _with(retiree, report)
    return retiree


def _with(retiree: Retiree, report: EligibilityReport) -> Retiree:
    if report.kind is ReportKind.DEATH:
        later = max((m for m in (retiree.last_paid, report.last_paid) if m is not None), default=None)
        return replace(retiree, died_on=retiree.died_on or report.on, last_paid=later)
    if report.kind is ReportKind.LOSS:
        return replace(retiree, lost_eligibility_on=retiree.lost_eligibility_on or report.on)
    if any(custody.started_on == report.on for custody in retiree.custody):
        return retiree
    custody = Custody(started_on=report.on, ended_on=report.until, document=report.document)
    return replace(retiree, custody=(*retiree.custody, custody))


def without_report(retiree: Retiree, report: EligibilityReport) -> Retiree:
    """The retiree with a withdrawn report's mark taken off; a mark that says something else is the center's and stays."""
    if report.kind is ReportKind.DEATH and retiree.died_on == report.on:
        return replace(retiree, died_on=None)
    if report.kind is ReportKind.LOSS and retiree.lost_eligibility_on == report.on:
        return replace(retiree, lost_eligibility_on=None)
    if report.kind is ReportKind.CUSTODY:
        left = tuple(c for c in retiree.custody if (c.started_on, c.ended_on) != (report.on, report.until))
        return replace(retiree, custody=left)
    return retiree
