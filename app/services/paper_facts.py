"""From stored records to the facts that go on paper."""

import json
from dataclasses import dataclass, replace

from app.domain.benefit import lapses
from app.domain.calendar import Month
from app.domain.certification import CenterState, Certification
from app.domain.confirmation import CaseState, EvidenceKind, FormCase
from app.domain.cycle import deadline_after, deadlines
from app.domain.idnumber import mask
from app.domain.ids import CaseId, OperatorId, RecordId
from app.domain.papers import FormFacts, ReceiptFacts, UnitFacts
from app.domain.retiree import Residence, Retiree
from app.errors import AppError
from app.services.cases import case_in
from app.services.context import Desk
from app.services.ports import UnitOfWork

RESIDENCE_WORDS = {Residence.LOCAL: "本地居住", Residence.ELSEWHERE: "异地居住", Residence.ABROAD: "境外居住"}
"""Words for paper."""
EVIDENCE_WORDS = {
    EvidenceKind.LIVING_PICTURE: "本人近照",
    EvidenceKind.LIVING_VIDEO: "本人视频",
    EvidenceKind.HOSPITAL_PAPER: "医院证明",
    EvidenceKind.DISABILITY_PAPER: "残疾证明",
    EvidenceKind.VIDEO_ABROAD: "境外视频",
    EvidenceKind.OTHER_PAPER: "其他材料",
}
"""Words for paper."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """Use cases that gather what a paper says."""

    desk: Desk

    def receipt(self, record_id: RecordId) -> ReceiptFacts:
        """Facts of the receipt of one certification; AppError('record.unknown')."""
        with self.desk.uow() as store:
            certification = store.certifications.get(record_id)
            if certification is None:
                raise AppError("record.unknown")
            retiree = _retiree(store, certification)
            return self._receipt(store, retiree, certification)

    def _receipt(self, store: UnitOfWork, retiree: Retiree, certification: Certification) -> ReceiptFacts:
        policy = self.desk.policy(store)
        others = [c for c in store.certifications.of_retiree(retiree.id) if c.id != certification.id]
        earlier = [c for c in others if c.captured_at <= certification.captured_at]
        ended = [
            lapse.outlook
            for lapse in lapses(retiree, [*earlier, certification], policy)
            if lapse.outlook.resumes is not None
            and lapse.outlook.back_pay[-1:] == (Month.of(certification.counts_from),)
        ]
        summary = store.certifications.summary_of(certification.id)
        outgoing = store.outbox.get(certification.id)
        accepted = certification.center is CenterState.ACCEPTED
        return ReceiptFacts(
            record_id=certification.id,
            name=retiree.name,
            masked_id_number=mask(retiree.id_number),
            certified_at=certification.captured_at,
            deadline=deadline_after(certification.counts_from, policy),
            unit=self.desk.unit_facts(store),
            clerk=_name(store, certification.operator_id),
            accepted_at=certification.accepted_at if accepted else None,
            receipt_number=receipt_number(outgoing.receipt if outgoing else None) if accepted else "",
            previous_deadline=deadlines(retiree, earlier, policy).with_provisional,
            outlook_resumes=ended[0].resumes if ended else None,
            outlook_back_pay=ended[0].back_pay if ended else (),
            simulated=summary.simulated if summary else False,
        )

    def form(self, case_id: CaseId) -> FormFacts:
        """Facts of a confirmation form; AppError('case.unknown')."""
        with self.desk.uow() as store:
            case = case_in(store, case_id)
            retiree = store.retirees.get(case.retiree_id)
            if retiree is None:
                raise AppError("retiree.unknown")
            return self._form(store, case, retiree)

    def form_as_printed(self, store: UnitOfWork, case: FormCase) -> FormFacts | None:
        """What the form would say if it had been printed from today's records on the day of its last print; None when it never was."""
        printed = [
            number
            for number, step in enumerate(case.history)
            if step.state is CaseState.PRINTED and not _taken_back(case, number)
        ]
        retiree = store.retirees.get(case.retiree_id)
        if not printed or retiree is None:
            return None
        before = replace(case, history=case.history[: printed[-1]])
        return replace(self._form(store, before, retiree), filled_on=case.history[printed[-1]].at.date())

    def unit(self) -> UnitFacts:
        """The unit as printed."""
        with self.desk.uow() as store:
            return self.desk.unit_facts(store)

    def _form(self, store: UnitOfWork, case: FormCase, retiree: Retiree) -> FormFacts:
        certifications = store.certifications.of_retiree(retiree.id)
        done = [step for number, step in enumerate(case.history) if not _taken_back(case, number)]
        clerk = next((step.operator_id for step in reversed(done) if step.operator_id), None)
        photo = retiree.photo
        return FormFacts(
            case_id=case.id,
            unit=self.desk.unit_facts(store),
            name=retiree.name,
            sex=retiree.sex,
            birth_date=retiree.birth_date,
            id_number=retiree.id_number,
            personnel_number=retiree.personnel_number,
            card_number=retiree.card_number or "未申领",
            retired_on=retiree.retired_on,
            address=retiree.address,
            residence=RESIDENCE_WORDS[retiree.residence],
            phone=retiree.phone,
            reason=case.reason,
            reason_text=case.reason_text,
            how_verified=case.how_verified,
            verified_by=case.verified_by,
            verified_on=case.verified_on,
            evidence_lines=tuple(
                f"{EVIDENCE_WORDS[item.kind]}　{item.taken_at:%Y-%m-%d}　{item.code}".rstrip("　")
                for item in case.evidence
            ),
            clerk=_name(store, clerk),
            filled_on=self.desk.clock.today(),
            deadline=deadlines(retiree, certifications, self.desk.policy(store)).confirmed,
            photo_jpeg=self.desk.vault.get(photo) if photo is not None and self.desk.vault.has(photo) else None,
        )


def _taken_back(case: FormCase, number: int) -> bool:
    """Whether the step is no print: it goes back to the printed form because its scan was taken back or the reviewer did not want it."""
    step = case.history[number]
    return step.state is CaseState.PRINTED and number > 0 and case.history[number - 1].state is CaseState.SCAN_CHECKED


def _name(store: UnitOfWork, operator_id: OperatorId | None) -> str:
    operator = store.operators.get(operator_id) if operator_id is not None else None
    return operator.name if operator is not None else ""


def _retiree(store: UnitOfWork, certification: Certification) -> Retiree:
    retiree = store.retirees.get(certification.retiree_id)
    if retiree is None:
        raise AppError("retiree.unknown")
    return retiree


def receipt_number(receipt: str | None) -> str:
    """The number inside the center's signed receipt; "" without one."""
    if receipt is None:
        return ""
    content = json.loads(receipt)
    number = content.get("number", "") if isinstance(content, dict) else ""
    return str(number)
