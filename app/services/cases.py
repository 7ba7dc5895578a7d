"""The form case, first part of its life: drafted, filled in, evidence, printed."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from app.domain.case_machine import UNDO, CaseEvent, advance, undo
from app.domain.confirmation import CaseState, CaseStep, EvidenceItem, EvidenceKind, FormCase, FormReason
from app.domain.form_review import handled
from app.domain.ids import CaseId, OperatorId, RetireeId
from app.domain.policy import Policy
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry, UnitOfWork

LIVING = (EvidenceKind.LIVING_PICTURE, EvidenceKind.LIVING_VIDEO, EvidenceKind.VIDEO_ABROAD)
"""Evidence that shows the living person."""
LARGEST_EVIDENCE_BYTES = 20 * 1024 * 1024
"""Checked at capture, not at sending (PROTOCOL, Attachments)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case and what it still lacks: codes whose words are in ui/text.py."""

    case: FormCase
    lacks: tuple[str, ...]


def lacks(case: FormCase, policy: Policy) -> tuple[str, ...]:
    """What keeps the case from being printed (rules 21 and 22): a living picture always, papers by reason, words for 其他."""
    missing = []
    if case.reason is FormReason.OTHER and not case.reason_text.strip():
        missing.append("reason_text")
    if not case.how_verified.strip() or not case.verified_by.strip() or case.verified_on is None:
        missing.append("verification")
    kinds = {item.kind for item in case.evidence}
    if not kinds.intersection(LIVING):
        missing.append("living_picture")
    missing.extend(
        kind for kind in policy.reasons_requiring.get(case.reason.value, ()) if EvidenceKind(kind) not in kinds
    )
    return tuple(missing)


@dataclass(frozen=True, slots=True)
class Cases:
    """Use cases of the form case."""

    desk: Desk

    def draft(self, *, retiree_id: RetireeId, operator_id: OperatorId, reason: FormReason) -> CaseView:
        """A new case; AppError('retiree.unknown') or ('case.dead') for somebody who died (rule 14)."""
        with self.desk.uow() as store:
            retiree = store.retirees.get(retiree_id)
            if retiree is None:
                raise AppError("retiree.unknown")
            if retiree.died_on is not None:
                raise AppError("case.dead")
            step = CaseStep(state=CaseState.DRAFTED, at=self.desk.clock.now(), operator_id=operator_id)
            case = FormCase(id=CaseId(self.desk.ids()), retiree_id=retiree_id, reason=reason, history=(step,))
            return self._saved(store, case, operator_id, "case.drafted")

    def view(self, case_id: CaseId) -> CaseView:
        """The case as it is saved."""
        with self.desk.uow() as store:
            return CaseView(case=(case := case_in(store, case_id)), lacks=lacks(case, self.desk.policy(store)))

    def of_retiree(self, retiree_id: RetireeId) -> tuple[CaseView, ...]:
        """All cases of one person."""
        with self.desk.uow() as store:
            policy = self.desk.policy(store)
            return tuple(CaseView(case=c, lacks=lacks(c, policy)) for c in store.cases.of_retiree(retiree_id))

    def save_details(
        self,
        case_id: CaseId,
        *,
        operator_id: OperatorId,
        reason: FormReason,
        reason_text: str,
        how_verified: str,
        verified_by: str,
        verified_on: date | None,
    ) -> CaseView:
        """Fill in; only while it isn't printed. AppError('case.closed_to_changes'), ('case.verified_in_future')."""
        with self.desk.uow() as store:
            case = self._open(store, case_id)
            if verified_on is not None and verified_on > self.desk.clock.today():
                raise AppError("case.verified_in_future")
            case = replace(
                handled(case, operator_id),
                reason=reason,
                reason_text=reason_text.strip(),
                how_verified=how_verified.strip(),
                verified_by=verified_by.strip(),
                verified_on=verified_on,
            )
            return self._saved(store, case, operator_id, "case.details_saved")

    def add_evidence(
        self,
        case_id: CaseId,
        *,
        operator_id: OperatorId,
        kind: EvidenceKind,
        data: bytes,
        media_type: str,
        code: str = "",
    ) -> CaseView:
        """Put a piece into the vault and onto the case; AppError('evidence.too_big'), ('evidence.empty'), ('disk.full')."""
        if not data:
            raise AppError("evidence.empty")
        if len(data) > LARGEST_EVIDENCE_BYTES:
            raise AppError("evidence.too_big", most_mb=LARGEST_EVIDENCE_BYTES // (1024 * 1024))
        blob = self.desk.vault.put(data, media_type=media_type)
        with self.desk.uow() as store:
            case = self._open(store, case_id)
            if any(item.blob == blob for item in case.evidence):
                raise AppError("evidence.twice")
            item = EvidenceItem(kind=kind, blob=blob, media_type=media_type, taken_at=self.desk.clock.now(), code=code)
            case = replace(handled(case, operator_id), evidence=(*case.evidence, item))
            return self._saved(store, case, operator_id, "case.evidence_added")

    def mark_printed(self, case_id: CaseId, *, operator_id: OperatorId, facts_hash: str) -> CaseView:
        """The print job was accepted: counts prints, keeps the hash of what was printed. AppError('case.incomplete')."""
        with self.desk.uow() as store:
            case = case_in(store, case_id)
            if case.state not in (CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE, CaseState.PRINTED):
                raise AppError("case.closed_to_changes")
            missing = lacks(case, self.desk.policy(store))
            if missing:
                raise AppError("case.incomplete", lacks=",".join(missing))
            now, again = self.desk.clock.now(), case.prints + 1
            case = _completed(case, missing, at=now, by=operator_id)
            case = advance(case, CaseEvent.PRINTED, at=now, by=operator_id, prints=again, facts_hash=facts_hash)
            return self._saved(store, case, operator_id, "case.printed")

    def step_back(self, case_id: CaseId, *, operator_id: OperatorId) -> CaseView:
        """Undo the last step, where paper allows it: a printed form may be changed again, a scan is taken back.

        Of a form that goes back to be changed the paper does not count any more. AppError('case.step_not_allowed').
        """
        with self.desk.uow() as store:
            case = case_in(store, case_id)
            event = UNDO.get(case.state)
            if (
                event is None or event is CaseEvent.UNBATCHED
            ):  # what was queued for the center comes back only by its answer
                raise AppError("case.step_not_allowed")
            case = undo(case, event, at=self.desk.clock.now(), by=operator_id)
            return self._saved(store, case, operator_id, "case.step_back")

    def _saved(self, store: UnitOfWork, case: FormCase, operator_id: OperatorId, action: str) -> CaseView:
        missing = lacks(case, self.desk.policy(store))
        now = self.desk.clock.now()
        case = _completed(case, missing, at=now, by=operator_id)
        store.cases.save(case)
        store.audit.append(AuditEntry(at=now, operator_id=operator_id, action=action, subject=case.id))
        store.commit()
        return CaseView(case=case, lacks=missing)

    def _open(self, store: UnitOfWork, case_id: CaseId) -> FormCase:
        case = case_in(store, case_id)
        if case.state not in (CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE):
            raise AppError("case.closed_to_changes")
        return case


def _completed(case: FormCase, missing: tuple[str, ...], *, at: datetime, by: OperatorId) -> FormCase:
    """A draft that lacks nothing is complete; a complete one that lacks something again is a draft."""
    if case.state is CaseState.DRAFTED and not missing:
        return advance(case, CaseEvent.COMPLETED, at=at, by=by)
    if case.state is CaseState.EVIDENCE_COMPLETE and missing:
        return advance(case, CaseEvent.INCOMPLETE_AGAIN, at=at, by=by)
    return case


def case_in(store: UnitOfWork, case_id: CaseId) -> FormCase:
    """The case inside an open transaction; AppError('case.unknown')."""
    case = store.cases.get(case_id)
    if case is None:
        raise AppError("case.unknown")
    return case
