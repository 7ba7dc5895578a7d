"""The reviewer's work at the day's end: which forms wait, what the scan shows beside the facts, passed or sent back with a reason."""

from dataclasses import dataclass
from datetime import date, datetime

from app.domain.case_machine import CaseEvent, IllegalCaseStepError, advance
from app.domain.confirmation import CaseState, EvidenceKind, FormCase
from app.domain.form_review import TO_REVIEW, Going, Refusal, going, handlers, refusal, reviewers
from app.domain.ids import CaseId, OperatorId, Sha256
from app.domain.retiree import Retiree
from app.domain.rhythm import batch_month, submission_aim
from app.domain.scan import ScanDoubt
from app.errors import AppError
from app.services.cases import case_in
from app.services.context import Desk
from app.services.ports import AuditEntry

SHORTEST_REASON = 2
REFUSED = {Refusal.NOT_A_REVIEWER: "account.not_allowed", Refusal.OWN_WORK: "review.own_work"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """One form that waits.

    Attributes:
        scanned_at: when the scan was taken in; ``today``: that was today.
        handled_by: names of everybody who worked on it.
        let_stand: doubts of the scan that the clerk looked at and let stand.
        by: names of those who may review it; () where there is nobody.
        refused: why the one who looks may not.
        aim: the working day by which it should go; ``due``: that day has come.
    """

    case: FormCase
    retiree: Retiree | None
    scanned_at: datetime
    today: bool
    handled_by: tuple[str, ...]
    let_stand: tuple[ScanDoubt, ...]
    by: tuple[str, ...]
    refused: Refusal | None
    aim: date
    due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPapers:
    """What is looked at: the scan's PDF, the newest picture of the living person and the reference photo; None where there is none."""

    scan: bytes
    living: bytes | None
    reference: bytes | None


@dataclass(frozen=True, slots=True)
class FormReviews:
    """Use cases of the review."""

    desk: Desk

    def waiting(self, operator_id: OperatorId) -> tuple[ReviewRow, ...]:
        """What waits, as ``operator_id`` may do it: those they may review first, the oldest first."""
        with self.desk.uow() as store:
            policy, today = self.desk.policy(store), self.desk.clock.today()
            operators, aim = store.operators.all(), submission_aim(batch_month(today, policy), policy)
            names = {one.id: one.name for one in operators}
            me = store.operators.get(operator_id)
            rows = []
            for case in store.cases.in_states((CaseState.SCAN_CHECKED,)):
                stands = going(case, operators, today=today, policy=policy)
                if stands not in TO_REVIEW:
                    continue
                scanned = [step for step in case.history if step.state is CaseState.SCAN_CHECKED]
                rows.append(
                    ReviewRow(
                        case=case,
                        retiree=store.retirees.get(case.retiree_id),
                        scanned_at=scanned[-1].at,
                        today=scanned[-1].at.date() == today,
                        handled_by=tuple(names.get(one, "") for one in handlers(case)),
                        let_stand=_let_stand(case),
                        by=tuple(one.name for one in reviewers(case, operators)),
                        refused=refusal(case, me) if me is not None else Refusal.NOT_A_REVIEWER,
                        aim=aim,
                        due=stands is Going.DUE,
                    )
                )
        return tuple(sorted(rows, key=lambda row: (row.refused is not None, row.scanned_at)))

    def papers(self, case_id: CaseId) -> ReviewPapers:
        """The pictures of one form; AppError('vault.missing'), ('vault.damaged') of the scan."""
        with self.desk.uow() as store:
            case = case_in(store, case_id)
            person = store.retirees.get(case.retiree_id)
        living = [item.blob for item in case.evidence if item.kind is EvidenceKind.LIVING_PICTURE]
        if case.scan is None:
            raise AppError("vault.missing")
        return ReviewPapers(
            scan=self.desk.vault.get(case.scan),
            living=self._picture(living[-1] if living else None),
            reference=self._picture(person.photo if person is not None else None),
        )

    def pass_on(self, case_id: CaseId, *, operator_id: OperatorId) -> FormCase:
        """It may go. AppError('review.own_work'), ('account.not_allowed'), ('case.step_not_allowed')."""
        return self._decide(case_id, operator_id, CaseEvent.REVIEW_PASSED, "case.review_passed", "")

    def send_back(self, case_id: CaseId, *, operator_id: OperatorId, reason: str) -> FormCase:
        """Not so: the scan does not count, the clerk reads ``reason``. AppError as in pass_on, and ('review.reason_missing')."""
        words = reason.strip()
        if len(words) < SHORTEST_REASON:
            raise AppError("review.reason_missing")
        return self._decide(case_id, operator_id, CaseEvent.REVIEW_SENT_BACK, "case.review_sent_back", words)

    def _decide(self, case_id: CaseId, operator_id: OperatorId, event: CaseEvent, action: str, words: str) -> FormCase:
        with self.desk.uow() as store:
            case, who = case_in(store, case_id), store.operators.get(operator_id)
            refused = refusal(case, who) if who is not None else Refusal.NOT_A_REVIEWER
            if refused is not None:
                raise AppError(REFUSED[refused])
            now = self.desk.clock.now()
            changes = {"sent_back": words} if words else {}
            try:
                case = advance(case, event, at=now, by=operator_id, note=words, **changes)
            except IllegalCaseStepError as error:
                raise AppError("case.step_not_allowed") from error
            store.cases.save(case)
            store.audit.append(AuditEntry(at=now, operator_id=operator_id, action=action, subject=case.id))
            store.commit()
        return case

    def _picture(self, blob: Sha256 | None) -> bytes | None:
        try:
            return self.desk.vault.get(blob) if blob is not None else None
        except AppError:
            return None


def _let_stand(case: FormCase) -> tuple[ScanDoubt, ...]:
    """The doubts that stand in the note of the step that took the scan; a review taken back has a step of the same state and no note."""
    notes = [step.note for step in case.history if step.state is CaseState.SCAN_CHECKED and step.note]
    known = {doubt.value for doubt in ScanDoubt}
    return tuple(ScanDoubt(code) for code in (notes[-1].split(",") if notes else ()) if code in known)
