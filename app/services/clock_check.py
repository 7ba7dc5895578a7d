"""Time as the protocol wants it: a clock that went backwards past the last record stops certification until somebody with the right says
which is true, and every record tells by how much desk and center differed.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.ids import OperatorId
from app.errors import AppError
from app.services.accounts import Accounts
from app.services.context import Desk
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork
from app.services.stored_settings import CENTER_TIME, LAST_RECORD_AT, load_skew
from protocol.canonical import canonical_text

SLACK = timedelta(minutes=1)
"""Between two steps of one visit the system may set its clock right by a little; that is no doubt about the day."""

CLEARLY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDoubt:
    """What speaks for either.

    Attributes: now: the computer's clock; last_record: when the newest record was made, by the clock of then; center: the center's time as
    last heard, None before the first contact.
    """

    now: datetime
    last_record: datetime
    center: datetime | None

    @property
    def before_center(self) -> bool:
        """The computer's clock stands before what the center's showed long since: it can hardly be right."""
        return self.center is not None and self.now < self.center - CLEARLY


def newest_record(store: UnitOfWork) -> datetime | None:
    """When the newest record of this desk was made."""
    text = store.settings.get(LAST_RECORD_AT)
    return None if text is None else datetime.fromisoformat(text)


def note_record(store: UnitOfWork, now: datetime) -> None:
    """A record is made now. AppError('clock.backwards') when the clock stands before the last one: nothing may be recorded."""
    newest = newest_record(store)
    if newest is not None and now < newest - SLACK:
        raise AppError("clock.backwards")
    store.settings.set(LAST_RECORD_AT, max(now, newest or now).isoformat())


def with_skew(store: UnitOfWork, record: OutboxRecord) -> OutboxRecord:
    """The record with what desk and center differed by when they last spoke, in seconds."""
    body = {**json.loads(record.body), "clock_skew_s": round(load_skew(store.settings), 3)}
    return replace(record, body=canonical_text(body))


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """Use cases."""

    desk: Desk
    accounts: Accounts

    def doubt(self) -> ClockDoubt | None:
        """None while the clock goes forwards."""
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            newest, heard = newest_record(store), store.settings.get(CENTER_TIME)
        if newest is None or now >= newest:
            return None
        center = datetime.fromisoformat(heard).astimezone(now.tzinfo) if heard else None
        return ClockDoubt(now=now, last_record=newest, center=center)

    def computer_is_right(self, *, login: str, password: str) -> OperatorId:
        """A reviewer or administrator says that the computer's clock is right and the last record's was wrong: work goes on from now.

        Who said so, and both times, stay in the audit log. AppError account.*.
        """
        who = self.accounts.second_person(login=login, password=password, other_than=OperatorId(""))
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            newest = newest_record(store)
            if newest is not None and now < newest:
                store.settings.set(LAST_RECORD_AT, now.isoformat())
                details = f"{newest.isoformat()} → {now.isoformat()}"
                store.audit.append(
                    AuditEntry(at=now, operator_id=who.id, action="clock.confirmed", subject="", details=details)
                )
                store.commit()
        return who.id
