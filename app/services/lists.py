"""Lists of retirees: the groups of the home screen, by text, by follow-up; in the order of urgency, name or deadline."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.follow_up import FollowUp
from app.domain.ids import RetireeId
from app.services.context import Desk
from app.services.follow_ups import FollowUps, answered
from app.services.home import HomeGroup, group_of
from app.services.roster import Roster, RosterRow


class ListOrder(Enum):
    """How a list is sorted."""

    URGENCY = "urgency"
    NAME = "name"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One line: the person, how things stand, the home screen's group, the newest contact."""

    row: RosterRow
    group: HomeGroup | None
    latest: FollowUp | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What to show. ``group`` None: everybody; ``unanswered`` only those nobody has reached; ``words`` part of name, number or phone."""

    group: HomeGroup | None = None
    unanswered: bool = False
    words: str = ""
    order: ListOrder = ListOrder.URGENCY


def select(rows: Iterable[ListRow], query: ListQuery) -> tuple[ListRow, ...]:
    """The rows that fit, sorted."""
    words = query.words.strip().upper()
    fitting = [
        one
        for one in rows
        if (query.group is None or one.group is query.group)
        and (not query.unanswered or not answered(one.latest))
        and (not words or words in _searched(one.row))
    ]
    return tuple(sorted(fitting, key=lambda one: _key(one, query.order)))


def _searched(row: RosterRow) -> str:
    person = row.retiree
    return f"{person.name}\n{person.id_number}\n{person.personnel_number}\n{person.phone}".upper()


_URGENCY = {group: number for number, group in enumerate(HomeGroup)}


def _key(one: ListRow, order: ListOrder) -> tuple[int, str, str]:
    name, deadline = one.row.retiree.name, one.row.standing.deadlines.with_provisional
    when = (deadline or date.max).isoformat()
    if order is ListOrder.NAME:
        return (0, name, one.row.retiree.id)
    if order is ListOrder.DEADLINE:
        return (0, when, name)
    rank = len(_URGENCY) if one.group is None else _URGENCY[one.group]
    return (rank, when, name)


@dataclass(frozen=True, slots=True)
class Lists:
    """Reads what lists are made of."""

    desk: Desk

    def rows(self) -> tuple[ListRow, ...]:
        """Everybody on the roster."""
        with self.desk.uow() as store:
            warn_days = self.desk.policy(store).warn_days
        return joined(Roster(self.desk).rows(), FollowUps(self.desk).latest(), warn_days)


def joined(
    rows: Sequence[RosterRow], latest: Mapping[RetireeId, FollowUp], warn_days: Sequence[int]
) -> tuple[ListRow, ...]:
    """Roster rows with their group and newest contact."""
    return tuple(
        ListRow(row=row, group=group_of(row.standing, warn_days), latest=latest.get(row.retiree.id)) for row in rows
    )
