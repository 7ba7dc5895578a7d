"""Reporting death, loss of eligibility and custody (rules 13-16), and taking a wrong report back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.domain.calendar import Month
from app.domain.case_machine import CaseEvent, advance
from app.domain.confirmation import CaseState
from app.domain.eligibility_report import (
    Consequences,
    EligibilityReport,
    ReportKind,
    consequences,
    with_reports,
    without_report,
)
from app.domain.ids import OperatorId, RecordId, RetireeId
from app.domain.papers import FamilyNoticeFacts
from app.domain.retiree import Retiree
from app.errors import AppError
from app.services.clock_check import with_skew
from app.services.context import Desk
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork
from protocol.bodies import VERSION, RecordKind, correction_body, eligibility_body
from protocol.canonical import canonical_text

LARGEST_PAPER_BYTES = 20 * 1024 * 1024
KINDS = {
    ReportKind.DEATH: RecordKind.DEATH_REPORT,
    ReportKind.LOSS: RecordKind.LOSS_REPORT,
    ReportKind.CUSTODY: RecordKind.CUSTODY_REPORT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the clerk filled in. ``papers``: (bytes, media type) of each document."""

    kind: ReportKind
    on: date
    until: date | None = None
    last_paid: Month | None = None
    document: str = ""
    note: str = ""
    papers: tuple[tuple[bytes, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Use cases of the reports."""

    desk: Desk

    def of_retiree(self, retiree_id: RetireeId) -> tuple[EligibilityReport, ...]:
        """Newest first, withdrawn ones too."""
        with self.desk.uow() as store:
            return tuple(store.reports.of_retiree(retiree_id))

    def preview(self, retiree_id: RetireeId, draft: Draft) -> Consequences:
        """What would follow; nothing is written. AppError as for ``report``."""
        with self.desk.uow() as store:
            retiree = _retiree(store, retiree_id)
            self._check(store, retiree, draft)
            return self._consequences(store, retiree, draft)

    def report(self, retiree_id: RetireeId, draft: Draft, *, operator_id: OperatorId) -> EligibilityReport:
        """Write the report, mark the retiree, close a dead person's open forms, queue the record: one transaction.

        AppError: retiree.unknown, report.in_future, report.before_birth, report.ends_before_start, report.twice, report.paper_needed,
        evidence.too_big, disk.full.
        """
        blobs = []
        for data, media_type in draft.papers:
            if len(data) > LARGEST_PAPER_BYTES:
                raise AppError("evidence.too_big", most_mb=LARGEST_PAPER_BYTES // (1024 * 1024))
            blobs.append(self.desk.vault.put(data, media_type=media_type))
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            retiree = _retiree(store, retiree_id)
            self._check(store, retiree, draft)
            made = EligibilityReport(
                id=RecordId(self.desk.ids()),
                retiree_id=retiree_id,
                kind=draft.kind,
                on=draft.on,
                at=now,
                operator_id=operator_id,
                until=draft.until,
                last_paid=draft.last_paid,
                document=draft.document.strip(),
                papers=tuple(dict.fromkeys(blobs)),
                note=draft.note.strip(),
            )
            found = self._consequences(store, retiree, draft)
            store.reports.save(made)
            store.retirees.upsert([with_reports(retiree, [made])])
            if draft.kind is ReportKind.DEATH:
                _close_forms(store, retiree_id, now, operator_id)
            store.outbox.add(with_skew(store, _record(made, found)))
            details = ",".join(str(month) for month in found.overpaid)
            self._audit(store, operator_id, f"report.{draft.kind.value}", retiree_id, details)
            for certification in found.after_death:
                self._audit(store, operator_id, "alarm.certified_after_death", certification.id, retiree_id)
            store.commit()
        return made

    def withdraw(self, report_id: RecordId, *, operator_id: OperatorId, because: str) -> EligibilityReport:
        """The report was wrong: the mark goes, the center is told; forms that were closed stay closed (a new one is drafted).

        AppError: report.unknown, report.withdrawn, report.reason_needed.
        """
        if not because.strip():
            raise AppError("report.reason_needed")
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            report = store.reports.get(report_id)
            if report is None:
                raise AppError("report.unknown")
            if not report.stands:
                raise AppError("report.withdrawn")
            taken_back = replace(report, withdrawn_at=now, withdrawn_by=operator_id, withdrawn_because=because.strip())
            store.reports.save(taken_back)
            retiree = store.retirees.get(report.retiree_id)
            if retiree is not None:
                store.retirees.correct(without_report(retiree, report))
            body = correction_body(
                retiree_id=report.retiree_id, corrects=report.id, because=because.strip(), operator_id=operator_id
            )
            store.outbox.add(
                with_skew(store, _outgoing(RecordId(self.desk.ids()), RecordKind.CORRECTION, body, now, operator_id))
            )
            self._audit(store, operator_id, "report.withdrawn", report.retiree_id, report.id)
            store.commit()
        return taken_back

    def family_notice(self, report_id: RecordId) -> FamilyNoticeFacts:
        """Facts of the notice for the family. AppError('report.unknown')."""
        with self.desk.uow() as store:
            report = store.reports.get(report_id)
            if report is None:
                raise AppError("report.unknown")
            retiree = _retiree(store, report.retiree_id)
            operator = store.operators.get(report.operator_id)
            last_paid = report.last_paid or retiree.last_paid
            found = consequences(
                report.kind,
                on=report.on,
                until=report.until,
                last_paid=last_paid,
                certifications=(),
                today=self.desk.clock.today(),
            )
            return FamilyNoticeFacts(
                kind=report.kind,
                name=retiree.name,
                address=retiree.address,
                on=report.on,
                until=report.until,
                last_payable=found.last_payable,
                overpaid=found.overpaid,
                held=found.held,
                written_on=self.desk.clock.today(),
                unit=self.desk.unit_facts(store),
                clerk=operator.name if operator is not None else "",
            )

    def _check(self, store: UnitOfWork, retiree: Retiree, draft: Draft) -> None:
        today = self.desk.clock.today()
        if draft.on > today or (draft.until is not None and draft.until > today):
            raise AppError("report.in_future")
        if draft.on < retiree.birth_date:
            raise AppError("report.before_birth")
        if draft.until is not None and draft.until < draft.on:
            raise AppError("report.ends_before_start")
        if draft.kind is ReportKind.CUSTODY and not draft.document.strip():
            raise AppError("report.paper_needed")
        standing = [one for one in store.reports.of_retiree(retiree.id) if one.stands and one.kind is draft.kind]
        if any(one.on == draft.on or draft.kind is not ReportKind.CUSTODY for one in standing):
            raise AppError("report.twice")

    def _consequences(self, store: UnitOfWork, retiree: Retiree, draft: Draft) -> Consequences:
        last = max((m for m in (retiree.last_paid, draft.last_paid) if m is not None), default=None)
        return consequences(
            draft.kind,
            on=draft.on,
            until=draft.until,
            last_paid=last,
            certifications=store.certifications.of_retiree(retiree.id),
            today=self.desk.clock.today(),
        )

    def _audit(self, store: UnitOfWork, by: OperatorId, action: str, subject: str, details: str) -> None:
        store.audit.append(
            AuditEntry(at=self.desk.clock.now(), operator_id=by, action=action, subject=subject, details=details)
        )


def active_reports(store: UnitOfWork) -> dict[RetireeId, list[EligibilityReport]]:
    """Every report that stands, by person, for marking a roster that does not know them."""
    found: dict[RetireeId, list[EligibilityReport]] = {}
    for report in store.reports.standing():
        found.setdefault(report.retiree_id, []).append(report)
    return found


def marked(retirees: Sequence[Retiree], reports: dict[RetireeId, list[EligibilityReport]]) -> list[Retiree]:
    """The retirees with the unit's own reports."""
    return [with_reports(retiree, reports.get(retiree.id, ())) for retiree in retirees]


def _retiree(store: UnitOfWork, retiree_id: RetireeId) -> Retiree:
    retiree = store.retirees.get(retiree_id)
    if retiree is None:
        raise AppError("retiree.unknown")
    return retiree


def _close_forms(store: UnitOfWork, retiree_id: RetireeId, at: datetime, by: OperatorId) -> None:
    for case in store.cases.of_retiree(retiree_id):
        if case.state not in (CaseState.ACCEPTED, CaseState.CLOSED):
            store.cases.save(advance(case, CaseEvent.PERSON_DIED, at=at, by=by))


def _record(made: EligibilityReport, found: Consequences) -> OutboxRecord:
    body = eligibility_body(
        retiree_id=made.retiree_id,
        on=made.on,
        until=made.until,
        last_paid=str(made.last_paid) if made.last_paid is not None else None,
        overpaid=tuple(str(month) for month in found.overpaid),
        certified_after=tuple(certification.id for certification in found.after_death),
        document=made.document,
        note=made.note,
        operator_id=made.operator_id,
    )
    record = _outgoing(made.id, KINDS[made.kind], body, made.at, made.operator_id)
    return replace(record, attachments=made.papers)


def _outgoing(
    record_id: RecordId, kind: RecordKind, body: dict[str, object], at: datetime, by: OperatorId
) -> OutboxRecord:
    return OutboxRecord(
        id=record_id, kind=kind.value, version=VERSION, captured_at=at, body=canonical_text(body), operator_id=by
    )
