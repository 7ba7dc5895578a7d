"""Following up on those whose deadline is near (notice 四(二), rule 20): who was reached, how, what came of it, when to try again."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from app.domain.ids import OperatorId, RecordId, RetireeId


class FollowUpWay(Enum):
    """How contact was sought."""

    PHONE = "phone"
    TEXT_MESSAGE = "text_message"
    LETTER = "letter"
    VISIT = "visit"
    FAMILY = "family"


class FollowUpResult(Enum):
    """What came of it (rule 20's own list, and not reached)."""

    REMINDED = "reminded"
    GUIDED_TO_SELF_SERVICE = "guided_to_self_service"
    DESK_APPOINTMENT = "desk_appointment"
    HOME_VISIT_PLANNED = "home_visit_planned"
    FOUND_DEAD = "found_dead"
    FOUND_ABROAD = "found_abroad"
    FOUND_LOST = "found_lost"
    NOT_REACHED = "not_reached"


ANSWERED = frozenset(FollowUpResult) - {FollowUpResult.NOT_REACHED}
"""Results after which the person counts as followed up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One contact; immutable like every record.

    Attributes:
        next_on: the day of the appointment, the visit, or the next try.
        next_time: HH:MM of it, "" when only the day was agreed on.
    """

    id: RecordId
    retiree_id: RetireeId
    at: datetime
    operator_id: OperatorId
    way: FollowUpWay
    result: FollowUpResult
    note: str = ""
    next_on: date | None = None
    next_time: str = ""
