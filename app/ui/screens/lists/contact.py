"""One contact as the clerk fills it in, in the lists and on the person's page."""

from dataclasses import dataclass
from datetime import date

from app.domain.follow_up import FollowUp, FollowUpResult, FollowUpWay
from app.domain.ids import OperatorId, RetireeId
from app.services.follow_ups import FollowUps


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """``next_time``: HH:MM of an appointment, "" for none."""

    way: FollowUpWay
    result: FollowUpResult
    note: str = ""
    next_on: date | None = None
    next_time: str = ""


def logged(follow_ups: FollowUps, retiree_id: RetireeId, clerk: OperatorId, contact: Contact) -> FollowUp:
    """Written down; AppErrors of FollowUps.log."""
    return follow_ups.log(
        retiree_id=retiree_id,
        operator_id=clerk,
        way=contact.way,
        result=contact.result,
        note=contact.note,
        next_on=contact.next_on,
        next_time=contact.next_time,
    )
