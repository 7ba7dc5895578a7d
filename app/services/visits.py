"""The visit: every step saved as it happens; the record with its audit line and outbox row in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.advice import advise, decision_for
from app.domain.case_machine import CaseEvent, advance as advance_case
from app.domain.certification import Certification, Channel
from app.domain.confirmation import CaseState, CaseStep, FormCase, FormReason
from app.domain.evidence import CaptureSummary, LivenessVerdict, stated
from app.domain.ids import CaseId, OperatorId, RecordId, RetireeId, Sha256, VisitId
from app.domain.policy import Policy
from app.domain.precheck import Blocks, Finding, blocked, findings
from app.domain.visit import Consent, Decision, Override, Visit, VisitEvent, VisitStep
from app.domain.visit_machine import advance
from app.errors import AppError
from app.services.away_limits import not_expired
from app.services.clock_check import newest_record, note_record
from app.services.context import Desk
from app.services.ports import AuditEntry, CaptureResult, OutboxRecord, UnitOfWork
from app.services.roster import RetireeCard, card_in
from app.services.stored_settings import load_skew
from protocol.bodies import VERSION, RecordKind, certification_body
from protocol.canonical import canonical_text

OPEN_DRAFTS = (CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE, CaseState.PRINTED, CaseState.RETURNED)
"""A case in one of these is gone on with; a returned one is opened anew with the center's reason on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """A visit with what the screen needs beside it; ``card`` None before a retiree is chosen."""

    visit: Visit
    card: RetireeCard | None
    findings: tuple[Finding, ...]
    consent_version: str


@dataclass(frozen=True, slots=True)
class Visits:
    """Use cases of the visit. Each opens one transaction and leaves the visit saved in its new step."""

    desk: Desk

    def begin(self, *, operator_id: OperatorId, simulated: bool = False) -> Visit:
        """A new visit in IDENTIFY. AppError('disk.no_room'): what is begun could not be finished; ('away.expired')."""
        if not self.desk.room():
            raise AppError("disk.no_room")
        now = self.desk.clock.now()
        visit = Visit(
            id=VisitId(self.desk.ids()),
            operator_id=operator_id,
            step=VisitStep.IDENTIFY,
            started_at=now,
            updated_at=now,
            simulated=simulated,
        )
        with self.desk.uow() as store:
            not_expired(store.settings, now.date())
            store.visits.save(visit)
            self._audit(store, visit, "visit.begun")
            store.commit()
        return visit

    def view(self, visit_id: VisitId) -> VisitView:
        """The visit as it is saved."""
        with self.desk.uow() as store:
            return self._view(store, self._visit(store, visit_id))

    def best_frame(self, visit: Visit) -> bytes | None:
        """The kept picture of the capture, encoded; None when there is none (any more)."""
        kept = visit.summary.best_frame if visit.summary is not None else None
        return self.desk.vault.get(kept) if kept is not None and self.desk.vault.has(kept) else None

    def unfinished(self) -> tuple[VisitView, ...]:
        """Visits to offer again after a crash, newest first; those without a retiree are closed quietly."""
        with self.desk.uow() as store:
            views = []
            for visit in store.visits.unfinished():
                if visit.retiree_id is None:
                    store.visits.save(advance(visit, VisitEvent.ABANDONED, self.desk.clock.now()))
                    self._audit(store, visit, "visit.closed", by_itself=True)
                else:
                    views.append(self._view(store, visit))
            store.commit()
            return tuple(views)

    def choose(self, visit_id: VisitId, retiree_id: RetireeId) -> VisitView:
        """IDENTIFY → PRECHECK. AppError('retiree.unknown')."""
        return self._step(visit_id, VisitEvent.RETIREE_CHOSEN, retiree_id=retiree_id)

    def pass_precheck(self, visit_id: VisitId) -> VisitView:
        """PRECHECK → CONSENT; AppError('visit.blocked') when a finding closes the face road."""
        with self.desk.uow() as store:
            view = self._view(store, self._visit(store, visit_id))
            if blocked(view.findings) is not Blocks.NOTHING:
                raise AppError("visit.blocked", finding=view.findings[0].code.value)
        return self._step(visit_id, VisitEvent.PRECHECK_PASSED)

    def consent(
        self,
        visit_id: VisitId,
        *,
        given: bool,
        wording_in_force: Callable[[str], str] = str,
        reason: FormReason | None = None,
    ) -> VisitView:
        """CONSENT → CAPTURE, or without consent → FORM with a case drafted; kept with the time and the version of the wording shown.

        ``wording_in_force``: the policy's version → the one on screen, another where the program does not know the policy's.
        """
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            visit = self._visit(store, visit_id)
            version = wording_in_force(self.desk.policy(store).consent_version)
            consent = Consent(given=given, at=now, wording_version=version)
            self._audit(
                store, visit, "visit.consent_given" if given else "visit.consent_refused", consent.wording_version
            )
            if given:
                visit = advance(visit, VisitEvent.CONSENT_GIVEN, now, consent=consent)
            else:
                visit = self._open_case(store, replace(visit, consent=consent), VisitEvent.CONSENT_REFUSED, reason)
            return self._saved(store, visit)

    def finish_capture(self, visit_id: VisitId, result: CaptureResult) -> VisitView:
        """CAPTURE → REVIEW: pictures into the vault first, then the visit with summary and advice."""
        best = self._keep(result.best_frame_jpeg)
        clip = self._keep(result.clip, media_type="video/x-msvideo")
        with self.desk.uow() as store:
            visit = self._visit(store, visit_id)
            card = card_in(self.desk, store, self._retiree_of(visit))
            summary = replace(
                result.summary,
                best_frame=best or result.summary.best_frame,
                clip=clip or result.summary.clip,
                reference=card.retiree.photo,
                simulated=result.summary.simulated or visit.simulated,
            )
            advice = advise(
                summary,
                photo_taken_on=card.retiree.photo_taken_on,
                today=self.desk.clock.today(),
                policy=self.desk.policy(store),
            )
            visit = advance(
                visit,
                VisitEvent.CAPTURE_FINISHED,
                self.desk.clock.now(),
                summary=summary,
                advice=advice,
                captured_at=self.desk.clock.now(),
                simulated=summary.simulated,
            )
            attacked = summary.liveness is LivenessVerdict.ATTACK
            came_to = summary.liveness.value if attacked else advice.band.value
            self._audit(store, visit, "visit.capture_finished", came_to)
            return self._saved(store, visit)

    def capture_again(self, visit_id: VisitId) -> VisitView:
        """REVIEW → CAPTURE; of the former evidence the log keeps what it came to."""
        return self._step(visit_id, VisitEvent.CAPTURE_AGAIN, summary=None, advice=None)

    def decide_pass(self, visit_id: VisitId, override: Override | None = None) -> VisitView:
        """REVIEW → RECORD: the clerk decides. AppError('visit.override_needed') without reason and second person."""
        with self.desk.uow() as store:
            visit = self._visit(store, visit_id)
            try:
                decision = decision_for(visit.advice, override)
            except ValueError as error:
                raise AppError("visit.override_needed") from error
            if override is not None and override.second_operator_id == visit.operator_id:
                raise AppError("account.same_person")
            visit = advance(
                visit,
                VisitEvent.DECIDED_PASS,
                self.desk.clock.now(),
                decision=decision,
                override=override if decision is Decision.PASS_OVERRIDE else None,
                summary=stated(visit.summary),
                record_id=RecordId(self.desk.ids()),
            )
            self._audit(store, visit, f"visit.decided_{decision.value}", visit.record_id or "")
            return self._saved(store, visit)

    def record(self, visit_id: VisitId) -> Certification:
        """RECORD → RECEIPT: certification, audit line, outbox row and the visit's step in ONE transaction.

        Called again (after a crash, a second click) it returns what is already recorded.
        """
        with self.desk.uow() as store:
            visit = self._visit(store, visit_id)
            if visit.record_id is not None:
                known = store.certifications.get(visit.record_id)
                if known is not None:
                    return known
            certification, outgoing = self._certification(store, visit)
            store.certifications.add(certification, visit.summary)
            store.outbox.add(outgoing)
            self._audit(store, visit, "certification.recorded", certification.id)
            store.visits.save(advance(visit, VisitEvent.RECORDED, self.desk.clock.now()))
            store.commit()
            return certification

    def finish(self, visit_id: VisitId) -> VisitView:
        """RECEIPT → DONE. Printing is not asked for: a jammed printer never blocks."""
        return self._step(visit_id, VisitEvent.FINISHED)

    def to_form(self, visit_id: VisitId, *, reason: FormReason | None = None) -> VisitView:
        """One step to the form route, with a case drafted."""
        with self.desk.uow() as store:
            visit = self._visit(store, visit_id)
            if visit.step is VisitStep.PRECHECK and blocked(self._view(store, visit).findings) is Blocks.ALL:
                raise AppError("visit.blocked", finding="all")
            return self._saved(store, self._open_case(store, visit, VisitEvent.FORM_CHOSEN, reason))

    def abandon(self, visit_id: VisitId) -> VisitView:
        """Close without a result; allowed until the decision."""
        return self._step(visit_id, VisitEvent.ABANDONED)

    # ------------------------------------------------------------------ parts

    def _step(self, visit_id: VisitId, event: VisitEvent, **changes: Any) -> VisitView:
        with self.desk.uow() as store:
            visit = advance(self._visit(store, visit_id), event, self.desk.clock.now(), **changes)
            if visit.retiree_id is not None and store.retirees.get(visit.retiree_id) is None:
                raise AppError("retiree.unknown")
            self._audit(store, visit, f"visit.{event.value}")
            return self._saved(store, visit)

    def _saved(self, store: UnitOfWork, visit: Visit) -> VisitView:
        store.visits.save(visit)
        store.commit()
        return self._view(store, visit)

    def _visit(self, store: UnitOfWork, visit_id: VisitId) -> Visit:
        visit = store.visits.get(visit_id)
        if visit is None:
            raise AppError("visit.unknown")
        return visit

    def _retiree_of(self, visit: Visit) -> RetireeId:
        if visit.retiree_id is None:
            raise AppError("retiree.unknown")
        return visit.retiree_id

    def _view(self, store: UnitOfWork, visit: Visit) -> VisitView:
        policy = self.desk.policy(store)
        if visit.retiree_id is None:
            return VisitView(visit=visit, card=None, findings=(), consent_version=policy.consent_version)
        card = card_in(self.desk, store, visit.retiree_id)
        return VisitView(
            visit=visit, card=card, findings=self._findings(store, card, policy), consent_version=policy.consent_version
        )

    def _findings(self, store: UnitOfWork, card: RetireeCard, policy: Policy) -> tuple[Finding, ...]:
        return findings(
            card.retiree,
            card.standing,
            card.certifications,
            now=self.desk.clock.now(),
            last_record_at=newest_record(store),
            clock_skew_s=load_skew(store.settings),
            policy=policy,
        )

    def _open_case(self, store: UnitOfWork, visit: Visit, event: VisitEvent, reason: FormReason | None) -> Visit:
        """Draft a case, or go on with one of this person that is still a draft."""
        now = self.desk.clock.now()
        retiree_id = self._retiree_of(visit)
        drafts = [c for c in store.cases.of_retiree(retiree_id) if c.state in OPEN_DRAFTS]
        if drafts:
            case = drafts[0]
            if case.state is CaseState.RETURNED:
                case = advance_case(
                    case,
                    CaseEvent.REOPENED,
                    at=now,
                    by=visit.operator_id,
                    note=case.return_reason,
                    scan=None,
                    signed_on=None,
                )
                store.cases.save(case)
        else:
            retiree = store.retirees.get(retiree_id)
            fallback = FormReason.NO_CARD if retiree is not None and retiree.card_number is None else FormReason.OTHER
            step = CaseStep(state=CaseState.DRAFTED, at=now, operator_id=visit.operator_id)
            case = FormCase(
                id=CaseId(self.desk.ids()), retiree_id=retiree_id, reason=reason or fallback, history=(step,)
            )
            store.cases.save(case)
        self._audit(store, visit, "visit.form_route", case.id)
        return advance(visit, event, now, case_id=case.id, decision=Decision.FORM)

    def _certification(self, store: UnitOfWork, visit: Visit) -> tuple[Certification, OutboxRecord]:
        if visit.step is not VisitStep.RECORD or visit.record_id is None or visit.summary is None:
            raise AppError("visit.not_decided")
        now = self.desk.clock.now()
        second = visit.override.second_operator_id if visit.override else None
        certification = Certification(
            id=visit.record_id,
            retiree_id=self._retiree_of(visit),
            channel=Channel.ASSISTED_FACE,
            captured_at=visit.captured_at or now,
            operator_id=visit.operator_id,
            second_operator_id=second,
            visit_id=visit.id,
        )
        body = body_of(
            certification,
            visit,
            visit.summary,
            policy_version=self.desk.policy(store).version,
            skew_s=load_skew(store.settings),
        )
        outgoing = OutboxRecord(
            id=certification.id,
            kind=RecordKind.CERTIFICATION.value,
            version=VERSION,
            captured_at=certification.captured_at,
            body=canonical_text(body),
            operator_id=visit.operator_id,
        )
        note_record(store, now)
        return certification, outgoing

    def _keep(self, data: bytes | None, *, media_type: str = "image/jpeg") -> Sha256 | None:
        return None if data is None else self.desk.vault.put(data, media_type=media_type)

    def _audit(
        self, store: UnitOfWork, visit: Visit, action: str, details: str = "", *, by_itself: bool = False
    ) -> None:
        store.audit.append(
            AuditEntry(
                at=self.desk.clock.now(),
                operator_id=None if by_itself else visit.operator_id,
                action=action,
                subject=visit.id,
                details=details,
            )
        )


def body_of(
    certification: Certification, visit: Visit, summary: CaptureSummary, *, policy_version: str, skew_s: float
) -> dict[str, Any]:
    """What the center is told of a certification that a visit made."""
    evidence: Sequence[Sha256 | None] = (summary.best_frame, summary.clip, summary.reference)
    return certification_body(
        retiree_id=certification.retiree_id,
        channel=certification.channel.value,
        captured_at=certification.captured_at,
        operator_id=visit.operator_id,
        second_operator_id=certification.second_operator_id,
        decision=visit.decision.value if visit.decision else "",
        override_reason=visit.override.reason if visit.override else "",
        advice=visit.advice.band.value if visit.advice else "none",
        reasons=tuple(r.value for r in visit.advice.reasons) if visit.advice else (),
        llr=summary.llr,
        liveness=summary.liveness.value,
        cues=tuple((c.name, c.value, c.verdict.value) for c in summary.cues),
        engine=summary.engine,
        reference_quality=summary.reference_quality,
        policy_version=policy_version,
        consent_version=visit.consent.wording_version if visit.consent else "",
        evidence_sha256=tuple(sha for sha in evidence if sha is not None),
        clock_skew_s=skew_s,
        simulated=summary.simulated,
        supersedes=certification.supersedes,
    )
