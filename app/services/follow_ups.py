"""Following up (rule 20): logging a contact, and who has not been answered yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.domain.follow_up import ANSWERED, FollowUp, FollowUpResult, FollowUpWay
from app.domain.ids import OperatorId, RecordId, RetireeId
from app.errors import AppError
from app.services.clock_check import with_skew
from app.services.context import Desk
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork
from protocol.bodies import VERSION, RecordKind, follow_up_body
from protocol.canonical import canonical_text

FRESH = timedelta(days=60)
"""A contact older than this no longer counts for the present list."""
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Use cases of the contact log."""

    desk: Desk

    def log(
        self,
        *,
        retiree_id: RetireeId,
        operator_id: OperatorId,
        way: FollowUpWay,
        result: FollowUpResult,
        note: str = "",
        next_on: date | None = None,
        next_time: str = "",
    ) -> FollowUp:
        """Write one contact with its audit line and outbox row in one transaction.

        Raises AppError: retiree.unknown, follow_up.next_in_past, follow_up.note_too_long.
        """
        now = self.desk.clock.now()
        if next_on is not None and next_on < now.date():
            raise AppError("follow_up.next_in_past")
        if len(note) > LONGEST_NOTE:
            raise AppError("follow_up.note_too_long", most=LONGEST_NOTE)
        made = FollowUp(
            id=RecordId(self.desk.ids()),
            retiree_id=retiree_id,
            at=now,
            operator_id=operator_id,
            way=way,
            result=result,
            note=note.strip(),
            next_on=next_on,
            next_time=next_time if next_on is not None else "",
        )
        with self.desk.uow() as store:
            self._write(store, made)
            store.commit()
        return made

    def log_many(
        self, retiree_ids: Iterable[RetireeId], *, operator_id: OperatorId, way: FollowUpWay, result: FollowUpResult
    ) -> int:
        """The same contact with many (letters, texts sent to a whole list), all in one transaction; how many were written.

        Somebody who has left the roster meanwhile is passed over.
        """
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            known = [person.id for person in store.retirees.some(retiree_ids)]
            for whose in known:
                self._write(
                    store,
                    FollowUp(
                        id=RecordId(self.desk.ids()),
                        retiree_id=whose,
                        at=now,
                        operator_id=operator_id,
                        way=way,
                        result=result,
                    ),
                )
            store.commit()
        return len(known)

    def _write(self, store: UnitOfWork, made: FollowUp) -> None:
        if store.retirees.get(made.retiree_id) is None:
            raise AppError("retiree.unknown")
        outgoing = OutboxRecord(
            id=made.id,
            kind=RecordKind.FOLLOW_UP.value,
            version=VERSION,
            captured_at=made.at,
            body=canonical_text(contact_body(made)),
            operator_id=made.operator_id,
        )
        store.follow_ups.add(made)
        store.outbox.add(with_skew(store, outgoing))
        store.audit.append(
            AuditEntry(
                at=made.at,
                operator_id=made.operator_id,
                action="follow_up.logged",
                subject=made.retiree_id,
                details=made.result.value,
            )
        )

    def of_retiree(self, retiree_id: RetireeId) -> tuple[FollowUp, ...]:
        """Newest first."""
        with self.desk.uow() as store:
            return tuple(store.follow_ups.of_retiree(retiree_id))

    def latest(self) -> dict[RetireeId, FollowUp]:
        """The newest contact of everybody contacted lately."""
        with self.desk.uow() as store:
            recent = store.follow_ups.since(self.desk.clock.now() - FRESH)
        return {one.retiree_id: one for one in recent}


def contact_body(made: FollowUp) -> dict[str, Any]:
    """What the center is told of a contact."""
    return follow_up_body(
        retiree_id=made.retiree_id,
        at=made.at,
        way=made.way.value,
        result=made.result.value,
        next_on=made.next_on,
        operator_id=made.operator_id,
    )


def answered(latest: FollowUp | None) -> bool:
    """Whether a newest contact counts as followed up."""
    return latest is not None and latest.result in ANSWERED
