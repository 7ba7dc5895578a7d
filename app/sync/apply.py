"""Applying the center's changes to the store: one page and its cursor in one transaction; twice does nothing."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.calendar import Month, civil_day
from app.domain.case_machine import CaseEvent
from app.domain.certification import CenterState, Certification, Channel
from app.domain.ids import RecordId, RetireeId, Sha256, UnitId
from app.domain.retiree import Custody, PaymentDecision, PaymentState, Residence, Retiree, RetirementKind, Sex
from app.errors import AppError
from app.services.eligibility import active_reports, marked
from app.services.month import on_center
from app.services.ports import UnitOfWork
from app.services.stored_settings import (
    CURSOR,
    NearList,
    load_identity,
    policy_from,
    save_identity,
    save_near_list,
    save_policy,
    save_template,
)
from protocol.messages import CertificationBody, Change, ChangeKind, DecisionBody, NearListBody, RetireeBody

_STATES = {"pending": CenterState.PENDING, "accepted": CenterState.ACCEPTED, "rejected": CenterState.REJECTED}


def cursor_of(store: UnitOfWork) -> int:
    """The number of the last change applied."""
    return int(store.settings.get(CURSOR) or 0)


def apply_page(store: UnitOfWork, changes: Sequence[Change], cursor: int, unit_id: UnitId) -> None:
    """Apply ``changes`` and move the cursor; the caller commits.

    AppError: 'sync.unknown_change' by name, nothing guessed; 'sync.answer_unreadable' for a body that is not as agreed.
    """
    try:
        _apply_page(store, changes, unit_id)
    except (ValueError, KeyError) as error:  # pydantic's ValidationError is a ValueError
        raise AppError("sync.answer_unreadable") from error
    store.settings.set(CURSOR, str(cursor))


def check_page(changes: Sequence[Change], unit_id: UnitId) -> None:
    """Whether ``apply_page`` could apply them, without a store. The same AppErrors."""
    for change in changes:
        try:
            _check_one(change, unit_id)
        except (ValueError, KeyError) as error:
            raise AppError("sync.answer_unreadable") from error


def _check_one(change: Change, unit_id: UnitId) -> None:
    if change.kind == ChangeKind.RETIREE:
        retiree_from(RetireeBody.model_validate(change.body), unit_id)
    elif change.kind == ChangeKind.CERTIFICATION:
        CertificationBody.model_validate(change.body)
    elif change.kind == ChangeKind.DECISION:
        decision = DecisionBody.model_validate(change.body)
        for month in (decision.month, *decision.back_pay):
            if month:
                Month.parse(month)
    elif change.kind == ChangeKind.POLICY:
        policy_from(change.body)
    elif change.kind in (ChangeKind.RETIREE_REMOVED, ChangeKind.NOTICE):
        change.body["id"]
    elif change.kind == ChangeKind.NEAR_LIST:
        Month.parse(NearListBody.model_validate(change.body).month)
    elif change.kind == ChangeKind.FORM_TEMPLATE:
        change.body["template"]["version"]
    elif change.kind not in set(ChangeKind):
        raise AppError("sync.unknown_change", kind=change.kind)


def _apply_page(store: UnitOfWork, changes: Sequence[Change], unit_id: UnitId) -> None:
    batch: list[Retiree] = []
    reports = active_reports(store)
    for change in changes:
        if change.kind == ChangeKind.RETIREE:
            body = RetireeBody.model_validate(change.body)
            person = retiree_from(body, unit_id)
            if body.death_withdrawn and body.died_on is None and person.id not in reports:
                store.retirees.correct(person)
            else:
                batch.append(person)
            continue
        store.retirees.upsert(marked(batch, reports))
        batch.clear()
        _apply_one(store, change)
    store.retirees.upsert(marked(batch, reports))


def _apply_one(store: UnitOfWork, change: Change) -> None:
    if change.kind == ChangeKind.RETIREE_REMOVED:
        store.retirees.remove([RetireeId(str(change.body["id"]))])
    elif change.kind == ChangeKind.CERTIFICATION:
        _certification(store, CertificationBody.model_validate(change.body))
    elif change.kind == ChangeKind.DECISION:
        _decision(store, DecisionBody.model_validate(change.body))
    elif change.kind == ChangeKind.POLICY:
        save_policy(store.settings, change.body)
    elif change.kind == ChangeKind.UNIT:
        _unit(store, change.body)
    elif change.kind == ChangeKind.NEAR_LIST:
        near = NearListBody.model_validate(change.body)
        save_near_list(store.settings, NearList(Month.parse(near.month), frozenset(map(RetireeId, near.retiree_ids))))
    elif change.kind == ChangeKind.FORM_TEMPLATE:
        save_template(store.settings, change.body)
    elif change.kind == ChangeKind.NOTICE:
        store.settings.set(f"center.{change.kind}.{change.body['id']}", json.dumps(change.body, ensure_ascii=False))
    elif change.kind != ChangeKind.PHOTO:
        raise AppError("sync.unknown_change", kind=change.kind)


def retiree_from(body: RetireeBody, unit_id: UnitId) -> Retiree:
    """The domain object of a wire body."""
    return Retiree(
        id=RetireeId(body.id),
        unit_id=unit_id,
        name=body.name,
        id_number=body.id_number,
        personnel_number=body.personnel_number,
        sex=Sex(body.sex),
        birth_date=body.birth_date,
        kind=RetirementKind(body.kind),
        retired_on=body.retired_on,
        first_paid_on=body.first_paid_on,
        phone=body.phone,
        address=body.address,
        residence=Residence(body.residence),
        card_number=body.card_number,
        photo=Sha256(body.photo) if body.photo else None,
        photo_taken_on=body.photo_taken_on,
        payment=PaymentState(body.payment),
        suspended_from=Month.parse(body.suspended_from) if body.suspended_from else None,
        last_paid=Month.parse(body.last_paid) if body.last_paid else None,
        died_on=body.died_on,
        lost_eligibility_on=body.lost_eligibility_on,
        custody=tuple(Custody(started_on=c.started_on, ended_on=c.ended_on, document=c.document) for c in body.custody),
    )


def _certification(store: UnitOfWork, body: CertificationBody) -> None:
    """Made elsewhere: add. Our own coming back: only the center's state matters, and an answer is never taken back to pending."""
    known = store.certifications.get(RecordId(body.id))
    state = _STATES[body.state]
    if known is None:
        store.certifications.add(
            Certification(
                id=RecordId(body.id),
                retiree_id=RetireeId(body.retiree_id),
                channel=Channel(body.channel),
                captured_at=body.captured_at,
                signed_on=body.signed_on,
                accepted_at=body.accepted_at,
                center=state,
                center_reason=body.reason,
                supersedes=RecordId(body.supersedes) if body.supersedes else None,
                void=body.void,
            )
        )
    elif state is not CenterState.PENDING:
        store.certifications.set_center_answer(
            dataclasses.replace(known, center=state, center_reason=body.reason, accepted_at=body.accepted_at)
        )


def _decision(store: UnitOfWork, body: DecisionBody) -> None:
    """Rule 12: display what the center decided."""
    if body.decision in ("accepted", "rejected"):
        known = store.certifications.get(RecordId(body.record_id or ""))
        if known is not None:
            state = _STATES[body.decision]
            accepted_at = body.decided_at if state is CenterState.ACCEPTED else None
            store.certifications.set_center_answer(
                dataclasses.replace(known, center=state, center_reason=body.reason, accepted_at=accepted_at)
            )
        _move_case(store, body)
        return
    retiree = store.retirees.get(RetireeId(body.retiree_id))
    if retiree is None:
        return
    made = _payment_decision(body)
    told = retiree.decisions if made in retiree.decisions else (*retiree.decisions, made)
    since = made.month if body.month and made.state is PaymentState.SUSPENDED else None
    store.retirees.upsert([dataclasses.replace(retiree, payment=made.state, suspended_from=since, decisions=told)])


_PAYMENTS = {"suspended": PaymentState.SUSPENDED, "resumed": PaymentState.PAID, "terminated": PaymentState.TERMINATED}


def _payment_decision(body: DecisionBody) -> PaymentDecision:
    day = civil_day(body.decided_at)
    return PaymentDecision(
        state=_PAYMENTS[body.decision],
        month=Month.parse(body.month) if body.month else Month.of(day),
        back_pay=tuple(Month.parse(month) for month in body.back_pay),
        decided_on=day,
    )


def _move_case(store: UnitOfWork, body: DecisionBody) -> None:
    """A form accepted or returned moves its case; a decision proves that the form arrived, even if the receipt was lost."""
    record = store.outbox.get(RecordId(body.record_id or ""))
    if record is None:
        return
    on_center(store, record, CaseEvent.SENT, at=body.decided_at)
    event = CaseEvent.ACCEPTED if body.decision == "accepted" else CaseEvent.RETURNED
    on_center(store, record, event, at=body.decided_at, reason=body.reason)


def _unit(store: UnitOfWork, body: dict[str, Any]) -> None:
    identity = load_identity(store.settings)
    if identity is not None:
        save_identity(
            store.settings,
            dataclasses.replace(
                identity,
                unit_name=str(body.get("name", identity.unit_name)),
                unit_code=str(body.get("code", identity.unit_code)),
                unit_phone=str(body.get("phone", identity.unit_phone)),
            ),
        )


def accepted_now(certification: Certification, accepted_at: datetime, sent_at: datetime) -> Certification:
    """The certification with the center's receipt in."""
    return dataclasses.replace(
        certification, center=CenterState.ACCEPTED, accepted_at=accepted_at, sent_at=sent_at, center_reason=""
    )
