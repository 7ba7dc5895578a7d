"""The audit log's daily signatures: made at the first chance of each day and when the program is closed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditSeal, Signer


@dataclass(frozen=True, slots=True)
class AuditSeals:
    """Signs the log with the desk's key."""

    desk: Desk
    signer: Signer

    def seal(self, *, closing: bool = False) -> AuditSeal | None:
        """Sign all lines so far, once a day and when ``closing``; None when there is nothing to sign."""
        now = self.desk.clock.now()
        with self.desk.uow() as store:
            last, seals = store.audit.last(), store.audit.seals()
            newest = seals[-1] if seals else None
            if last is None or (newest is not None and newest.number >= last[0]):
                return None
            if newest is not None and newest.at.date() >= now.date() and not closing:
                return None
            made = AuditSeal(
                number=last[0], at=now, hash=last[1], previous=newest.signature if newest else "", signature=""
            )
            made = AuditSeal(**{**asdict(made), "signature": self.signer.sign(made.signed_part())})
            store.audit.add_seal(made)
            store.commit()
        return made

    def newest(self) -> AuditSeal | None:
        """The last signature."""
        with self.desk.uow() as store:
            seals = store.audit.seals()
        return seals[-1] if seals else None


def to_text(seal: AuditSeal) -> str:
    """A line to be kept elsewhere."""
    return json.dumps({**asdict(seal), "at": seal.at.isoformat()})


def from_text(text: str) -> Sequence[AuditSeal]:
    """The signatures of such lines; AppError('audit.seal_unreadable')."""
    try:
        raw = [json.loads(line) for line in text.splitlines() if line.strip()]
        return [AuditSeal(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in raw]
    except (ValueError, TypeError, KeyError) as error:
        raise AppError("audit.seal_unreadable") from error
