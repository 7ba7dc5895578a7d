"""Correcting a certification by superseding it: the wrong record stays as it is, a new one takes its place, with the reason."""

from dataclasses import dataclass, replace
from datetime import date

from app.domain.certification import CenterState, Certification, Channel
from app.domain.cycle import effective
from app.domain.ids import OperatorId, RecordId
from app.domain.standing import Standing
from app.domain.standing_of import standing_of
from app.errors import AppError
from app.services.away_limits import at_a_desk
from app.services.clock_check import with_skew
from app.services.context import Desk
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork
from protocol.bodies import VERSION, RecordKind, correction_body
from protocol.canonical import canonical_text


@dataclass(frozen=True, slots=True)
class Corrections:
    """Use cases. ``signed_on`` None: the certification should never have been; else the form was signed on that day."""

    desk: Desk

    def preview(self, record_id: RecordId, *, signed_on: date | None) -> Standing:
        """How the person would stand; writes nothing. AppError as ``correct``, but for the reason."""
        with self.desk.uow() as store:
            made, theirs = self._made(store, record_id, signed_on)
            retiree = store.retirees.get(made.retiree_id)
            if retiree is None:
                raise AppError("retiree.unknown")
            return standing_of(retiree, [*theirs, made], self.desk.clock.today(), self.desk.policy(store))

    def correct(
        self, record_id: RecordId, *, operator_id: OperatorId, because: str, signed_on: date | None
    ) -> Certification:
        """Write the superseding record with its audit line and outbox row in one transaction.

        Raises AppError: record.unknown, correction.reason_needed, correction.not_ours (the center's own), correction.not_standing
        (superseded, refused, void), correction.no_date, correction.date_wrong, correction.not_accepted (a form that still waits).
        """
        if not because.strip():
            raise AppError("correction.reason_needed")
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            draft, _theirs = self._made(store, record_id, signed_on)
            made = replace(
                draft, id=RecordId(self.desk.ids()), operator_id=operator_id, correction_reason=because.strip()
            )
            body = correction_body(
                retiree_id=made.retiree_id,
                corrects=record_id,
                because=made.correction_reason,
                operator_id=operator_id,
                signed_on=signed_on,
            )
            store.certifications.add(made)
            outgoing = OutboxRecord(
                id=made.id,
                kind=RecordKind.CORRECTION.value,
                version=VERSION,
                captured_at=now,
                body=canonical_text(body),
                operator_id=operator_id,
            )
            store.outbox.add(with_skew(store, outgoing))
            store.audit.append(
                AuditEntry(
                    at=now,
                    operator_id=operator_id,
                    action="certification.corrected",
                    subject=record_id,
                    details="void" if made.void else str(signed_on),
                )
            )
            store.commit()
        return made

    def _made(
        self, store: UnitOfWork, record_id: RecordId, signed_on: date | None
    ) -> tuple[Certification, tuple[Certification, ...]]:
        """The superseding record without reason and id, and all that is known of the person."""
        at_a_desk(store.settings)
        wrong = store.certifications.get(record_id)
        if wrong is None:
            raise AppError("record.unknown")
        theirs = tuple(store.certifications.of_retiree(wrong.retiree_id))
        if wrong.operator_id is None:
            raise AppError("correction.not_ours")
        if all(one.id != record_id for one in effective(theirs)):
            raise AppError("correction.not_standing")
        if signed_on is not None:
            self._check_date(wrong, signed_on)
        made = Certification(
            id=RecordId("?"),
            retiree_id=wrong.retiree_id,
            channel=wrong.channel,
            captured_at=wrong.captured_at,
            signed_on=signed_on or wrong.signed_on,
            operator_id=wrong.operator_id,
            supersedes=record_id,
            void=signed_on is None,
        )
        return made, theirs

    def _check_date(self, wrong: Certification, signed_on: date) -> None:
        if wrong.channel is not Channel.UNIT_CONFIRMED:
            raise AppError("correction.no_date")
        if signed_on > self.desk.clock.today() or signed_on == wrong.signed_on:
            raise AppError("correction.date_wrong")
        if wrong.center is not CenterState.ACCEPTED:
            raise AppError("correction.not_accepted")
