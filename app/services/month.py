"""The month's forms (rules 18, 19): what each still lacks, and the batch that goes to the center."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.domain.calendar import Month
from app.domain.case_machine import CaseEvent, IllegalCaseStepError, advance
from app.domain.certification import Certification, Channel
from app.domain.confirmation import CaseState, FormCase
from app.domain.form_review import TO_REVIEW, Going, going
from app.domain.ids import CaseId, OperatorId, RecordId
from app.domain.papers import SummaryFacts, SummaryRow, UnitFacts
from app.domain.retiree import Retiree
from app.domain.rhythm import batch_month, submission_aim, submission_due
from app.errors import AppError
from app.services.cases import LIVING, case_in, lacks
from app.services.clock_check import note_record, with_skew
from app.services.context import Desk
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork
from protocol.bodies import VERSION, RecordKind, form_submission_body
from protocol.canonical import canonical_text

OPEN = tuple(state for state in CaseState if state not in (CaseState.ACCEPTED, CaseState.CLOSED))
"""States that the board shows; an accepted one too, until its paper is handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One case: whose, what it still lacks (codes of ui/text.py), which month it goes with, whether it may go."""

    case: FormCase
    retiree: Retiree | None
    lacks: tuple[str, ...]
    month: Month
    going: Going | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The board. ``due`` and ``aim``: last day, and working day to aim for; ``ready``: how many can go now."""

    today: date
    month: Month
    due: date
    aim: date
    rows: tuple[BoardRow, ...]

    @property
    def ready(self) -> int:
        """Forms that wait for nothing but the batch."""
        return sum(row.going is not None and row.going not in TO_REVIEW for row in self.rows)

    @property
    def unreviewed(self) -> int:
        """Forms that wait for a reviewer."""
        return sum(row.going in TO_REVIEW for row in self.rows)

    @property
    def due_unreviewed(self) -> int:
        """Those of them that may go all the same, because the day to send has come."""
        return sum(row.going is Going.DUE for row in self.rows)

    @property
    def printable(self) -> tuple[CaseId, ...]:
        """Filled in and never printed."""
        return tuple(row.case.id for row in self.rows if row.case.state is CaseState.EVIDENCE_COMPLETE)

    @property
    def gone(self) -> int:
        """Those that went with a batch and wait for the center."""
        return sum(row.case.state in (CaseState.IN_BATCH, CaseState.SENT) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEntry:
    """One form of a batch, for the folder of 人社通: the scan's PDF and the roster's line."""

    case: FormCase
    retiree: Retiree
    scan_pdf: bytes


def missing(case: FormCase, lacks_now: tuple[str, ...], stands: Going | None = None) -> tuple[str, ...]:
    """What keeps the case from being finished, in the order of the work."""
    state = case.state
    if state in (CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE):
        return lacks_now or ("printing",)
    following = {
        CaseState.PRINTED: "signed_scan",
        CaseState.SCAN_CHECKED: "review" if stands in TO_REVIEW else "batch",
        CaseState.REVIEWED: "batch",
        CaseState.IN_BATCH: "receipt",
        CaseState.SENT: "answer",
        CaseState.RETURNED: "rework",
    }
    found = (following[state],) if state in following else ()
    return found if case.paper_delivered_on is not None or state is CaseState.RETURNED else (*found, "paper")


@dataclass(frozen=True, slots=True)
class MonthForms:
    """Use cases of the month."""

    desk: Desk

    def board(self) -> Board:
        """Every open case, returned ones first, then by what is nearest to being finished."""
        with self.desk.uow() as store:
            policy, today, operators = self.desk.policy(store), self.desk.clock.today(), store.operators.all()
            rows = []
            for case in store.cases.in_states((*OPEN, CaseState.ACCEPTED)):
                if case.state is CaseState.ACCEPTED and case.paper_delivered_on is not None:
                    continue
                month = case.batch or batch_month(today, policy)
                stands = going(case, operators, today=today, policy=policy)
                found, person = missing(case, lacks(case, policy), stands), store.retirees.get(case.retiree_id)
                rows.append(BoardRow(case=case, retiree=person, lacks=found, month=month, going=stands))
        order = [
            CaseState.RETURNED,
            CaseState.REVIEWED,
            CaseState.SCAN_CHECKED,
            CaseState.PRINTED,
            CaseState.EVIDENCE_COMPLETE,
        ]
        order += [state for state in CaseState if state not in order]
        month = Month.of(today)
        return Board(
            today=today,
            month=month,
            due=submission_due(month, policy),
            aim=submission_aim(month, policy),
            rows=tuple(sorted(rows, key=lambda row: (order.index(row.case.state), row.case.id))),
        )

    def send(self, *, operator_id: OperatorId, unreviewed: bool = False) -> tuple[BatchEntry, ...]:
        """Every reviewed case into the month's batch: record, provisional certification and audit line in one transaction each.

        Returns the whole batch, with those that went earlier, so that the folder for 人社通 can be made again at any time.
        ``unreviewed``: also those that nobody reviewed and that are due. A case whose retiree has died or left the roster stays behind.
        AppError('month.nothing_ready'), ('month.unreviewed') when only the review is missing.
        """
        with self.desk.uow() as store:
            ready = [case.id for case in store.cases.in_states((CaseState.SCAN_CHECKED, CaseState.REVIEWED))]
            month = batch_month(self.desk.clock.today(), self.desk.policy(store))
        for case_id in ready:
            self._send_one(case_id, operator_id, unreviewed=unreviewed)
        with self.desk.uow() as store:
            gone = [case for case in store.cases.in_states((CaseState.IN_BATCH, CaseState.SENT)) if case.batch == month]
            people = {case.id: store.retirees.get(case.retiree_id) for case in gone}
        entries = [self._entry(case, retiree) for case in gone if (retiree := people[case.id]) is not None]
        if not entries:
            raise AppError("month.unreviewed" if self._unreviewed(ready) else "month.nothing_ready")
        return tuple(entries)

    def _unreviewed(self, ids: Sequence[CaseId]) -> bool:
        """Whether one of these could go if somebody had reviewed it."""
        with self.desk.uow() as store:
            people = [store.retirees.get(case_in(store, case_id).retiree_id) for case_id in ids]
        return any(person is not None and person.died_on is None for person in people)

    def summary(self) -> SummaryFacts:
        """The month's list: what is in the batch or ready for it, in the batch's order; without any it is the blank list."""
        with self.desk.uow() as store:
            month = batch_month(self.desk.clock.today(), self.desk.policy(store))
            chosen = [
                case
                for case in store.cases.in_states(
                    (CaseState.SCAN_CHECKED, CaseState.REVIEWED, CaseState.IN_BATCH, CaseState.SENT)
                )
                if case.batch in (None, month)
            ]
            people = [(case, store.retirees.get(case.retiree_id)) for case in chosen]
            unit = self.desk.unit_facts(store)
        rows = [(case, person) for case, person in people if person is not None and person.died_on is None]
        return summary_facts(unit, month, rows)

    def deliver_paper(self, case_id: CaseId, *, operator_id: OperatorId) -> FormCase:
        """The paper was handed over: a mark of its own (rule 18). AppError('case.step_not_allowed') before it was sent."""
        with self.desk.uow() as store:
            case = case_in(store, case_id)
            if case.state not in (CaseState.IN_BATCH, CaseState.SENT, CaseState.ACCEPTED):
                raise AppError("case.step_not_allowed")
            case = replace(case, paper_delivered_on=self.desk.clock.today())
            store.cases.save(case)
            self._audit(store, operator_id, "case.paper_delivered", case.id)
            store.commit()
            return case

    def _entry(self, case: FormCase, retiree: Retiree) -> BatchEntry:
        assert case.scan is not None
        return BatchEntry(case=case, retiree=retiree, scan_pdf=self.desk.vault.get(case.scan))

    def _send_one(self, case_id: CaseId, operator_id: OperatorId, *, unreviewed: bool) -> None:
        with self.desk.uow() as store:
            case = case_in(store, case_id)
            retiree = store.retirees.get(case.retiree_id)
            policy, now = self.desk.policy(store), self.desk.clock.now()
            stands = going(case, store.operators.all(), today=now.date(), policy=policy)
            if retiree is None or retiree.died_on is not None or not _may_go(stands, unreviewed=unreviewed):
                return
            note_record(store, now)
            record_id = RecordId(self.desk.ids())
            month = batch_month(now.date(), policy)
            note = "" if stands is Going.REVIEWED or stands is None else stands.value
            case = advance(case, CaseEvent.BATCHED, at=now, by=operator_id, note=note, batch=month, record_id=record_id)
            store.certifications.add(_certification(case, record_id, operator_id))
            store.outbox.add(with_skew(store, _record(case, record_id, operator_id, now)))
            store.cases.save(case)
            self._audit(store, operator_id, "case.batched", case.id, str(month))
            if stands in (Going.ALONE, Going.DUE):
                self._audit(store, operator_id, "case.sent_unreviewed", case.id, note)
            store.commit()

    def _audit(self, store: UnitOfWork, by: OperatorId, action: str, subject: str, details: str = "") -> None:
        store.audit.append(
            AuditEntry(at=self.desk.clock.now(), operator_id=by, action=action, subject=subject, details=details)
        )


def summary_facts(unit: UnitFacts, month: Month, rows: Sequence[tuple[FormCase, Retiree]]) -> SummaryFacts:
    """What the list says of these forms."""
    return SummaryFacts(
        unit=unit,
        month=month,
        rows=tuple(
            SummaryRow(
                case_id=case.id,
                name=person.name,
                sex=person.sex,
                id_number=person.id_number,
                personnel_number=person.personnel_number,
                reason=case.reason,
                signed_on=case.signed_on,
            )
            for case, person in rows
        ),
    )


def _may_go(stands: Going | None, *, unreviewed: bool) -> bool:
    return stands is not None and stands is not Going.WAITS and (stands is not Going.DUE or unreviewed)


def _seen_at(case: FormCase) -> datetime:
    """When the living person was last seen: the newest picture or video of them."""
    return max(item.taken_at for item in case.evidence if item.kind in LIVING)


def _certification(case: FormCase, record_id: RecordId, operator_id: OperatorId) -> Certification:
    """Provisional until the center accepts the form; counts from the leader's signature (rule 7)."""
    return Certification(
        id=record_id,
        retiree_id=case.retiree_id,
        channel=Channel.UNIT_CONFIRMED,
        captured_at=_seen_at(case),
        signed_on=case.signed_on,
        operator_id=operator_id,
    )


def _record(case: FormCase, record_id: RecordId, operator_id: OperatorId, now: datetime) -> OutboxRecord:
    assert case.verified_on is not None
    assert case.signed_on is not None
    assert case.scan is not None
    body = form_submission_body(
        case_id=case.id,
        retiree_id=case.retiree_id,
        reason=case.reason.value,
        reason_text=case.reason_text,
        how_verified=case.how_verified,
        verified_by=case.verified_by,
        verified_on=case.verified_on,
        signed_on=case.signed_on,
        facts_hash=case.facts_hash,
        batch=str(case.batch),
        operator_id=operator_id,
        evidence_sha256=tuple(item.blob for item in case.evidence),
    )
    return OutboxRecord(
        id=record_id,
        kind=RecordKind.FORM_SUBMISSION.value,
        version=VERSION,
        captured_at=now,
        body=canonical_text(body),
        operator_id=operator_id,
        attachments=(case.scan,),
    )


def on_center(
    store: UnitOfWork, record: OutboxRecord, event: CaseEvent, *, at: datetime, reason: str = ""
) -> FormCase | None:
    """The center's word about a form's record moves its case: SENT with the receipt, then ACCEPTED or RETURNED.

    Runs inside the caller's transaction; None when the record is no form or the step does not fit (a word that came twice).
    """
    if record.kind != RecordKind.FORM_SUBMISSION.value:
        return None
    case = store.cases.get(CaseId(str(json.loads(record.body)["case_id"])))
    if case is None or case.record_id != record.id:
        return None
    changes: dict[str, object] = {"return_reason": reason} if event is CaseEvent.RETURNED else {}
    if event is CaseEvent.SENT:
        changes["sent_on"] = at.date()
    try:
        moved = advance(case, event, at=at, by=None, note=reason, **changes)
    except IllegalCaseStepError:
        return None
    store.cases.save(moved)
    return moved
