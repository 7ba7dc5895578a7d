"""Lists of retirees: the groups of the home screen, by text, by follow-up; in the order of urgency, name or deadline."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from app.domain.benefit import is_overpaid
from app.domain.follow_up import FollowUp
from app.domain.ids import RetireeId
from app.services.context import Desk
from app.services.follow_ups import FollowUps, answered
from app.services.home import CHASED, HomeGroup, group_of
from app.services.roster import Roster, RosterRow
from app.services.stored_settings import load_near_list


class Errand(Enum):
    """Lists by what has to be done; the values differ from those of HomeGroup."""

    TO_REACH = "to_reach"
    """Everybody who is about to lose a payment or is losing one (rule 20)."""
    NEAR_LIST = "near_list"
    """Named by the center's list and not safe yet (rule 17)."""
    PLANNED = "planned"
    """The day of the appointment or of the next try has come."""


ListGroup = HomeGroup | Errand


def group_named(value: str) -> ListGroup:
    """From a stored value; ValueError."""
    return Errand(value) if value in {errand.value for errand in Errand} else HomeGroup(value)


class ListOrder(Enum):
    """How a list is sorted."""

    URGENCY = "urgency"
    NAME = "name"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One line: the person, how things stand, the home screen's group, the newest contact, the errands that name them."""

    row: RosterRow
    group: HomeGroup | None
    latest: FollowUp | None
    errands: frozenset[Errand] = frozenset()


class ListColumn(Enum):
    """A column that can be shown and sorted by."""

    NAME = "name"
    SITUATION = "situation"
    PHONE = "phone"
    CONTACT = "contact"
    DEADLINE = "deadline"
    SEX = "sex"
    ID_NUMBER = "id_number"
    PERSONNEL_NUMBER = "personnel_number"
    ADDRESS = "address"
    RESIDENCE = "residence"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What to show.

    Attributes:
        group: None: everybody.
        unanswered: only those nobody has reached.
        words: part of name, number or phone.
        order: how it is sorted, unless ``sort`` names a column, then by that one, ``descending`` or not.
    """

    group: ListGroup | None = None
    unanswered: bool = False
    words: str = ""
    order: ListOrder = ListOrder.URGENCY
    sort: ListColumn | None = None
    descending: bool = False


Key = Callable[[ListRow], Any]
_URGENCY = {group: number for number, group in enumerate(HomeGroup)}


def _deadline(one: ListRow) -> str:
    return (one.row.standing.deadlines.with_provisional or date.max).isoformat()


def _urgency(one: ListRow) -> tuple[int, str, str]:
    rank = len(_URGENCY) if one.group is None else _URGENCY[one.group]
    return (rank, _deadline(one), one.row.retiree.name)


_ORDERS: dict[ListOrder, Key] = {
    ListOrder.URGENCY: _urgency,
    ListOrder.NAME: lambda one: (one.row.retiree.name, one.row.retiree.id),
    ListOrder.DEADLINE: lambda one: (_deadline(one), one.row.retiree.name),
}
_COLUMNS: dict[ListColumn, Key] = {
    ListColumn.NAME: _ORDERS[ListOrder.NAME],
    ListColumn.SITUATION: _urgency,
    ListColumn.DEADLINE: _ORDERS[ListOrder.DEADLINE],
    ListColumn.CONTACT: lambda one: one.latest.at.isoformat() if one.latest else "",
    ListColumn.PHONE: lambda one: one.row.retiree.phone,
    ListColumn.SEX: lambda one: one.row.retiree.sex.value,
    ListColumn.ID_NUMBER: lambda one: one.row.retiree.id_number,
    ListColumn.PERSONNEL_NUMBER: lambda one: one.row.retiree.personnel_number,
    ListColumn.ADDRESS: lambda one: one.row.retiree.address,
    ListColumn.RESIDENCE: lambda one: one.row.retiree.residence.value,
}


def _searched(row: RosterRow) -> str:
    person = row.retiree
    return f"{person.name}\n{person.id_number}\n{person.personnel_number}\n{person.phone}".upper()


class ListTable:
    """Everybody, prepared for filtering while the clerk types: texts made once, each sorting once (a column's when first asked for).

    Build it off the window's thread; ``select`` is quick enough for a key stroke.
    """

    def __init__(self, rows: Sequence[ListRow] = ()) -> None:
        self.rows = tuple(rows)
        self._texts = [_searched(one.row) for one in self.rows]
        self._answered = [answered(one.latest) for one in self.rows]
        self._sorted: dict[tuple[ListOrder | ListColumn, ListGroup | None], list[int]] = {}
        for order in ListOrder:
            self._places(order, None)

    def __len__(self) -> int:
        return len(self.rows)

    def select(self, query: ListQuery) -> tuple[ListRow, ...]:
        """The rows that fit, sorted."""
        name = query.sort or query.order
        places: Iterable[int] = self._places(name, query.group)
        if query.sort is not None and query.descending:
            places = reversed(self._places(name, query.group))
        words = query.words.strip().upper()
        if words and query.group is None:
            fits = [words in text for text in self._texts]  # in the order of memory: twice as quick as in sorted order
            places = [place for place in places if fits[place]]
        elif words:
            texts = self._texts
            places = [place for place in places if words in texts[place]]
        if query.unanswered:
            reached = self._answered
            places = [place for place in places if not reached[place]]
        return tuple(map(self.rows.__getitem__, places))

    def with_contact(self, made: FollowUp) -> "ListTable":
        """The same after one more contact."""
        other = copy(self)
        whose = made.retiree_id
        other.rows = tuple(_contacted(one, made) if one.row.retiree.id == whose else one for one in self.rows)
        other._answered = [answered(one.latest) for one in other.rows]
        other._sorted = {key: places for key, places in self._sorted.items() if key[0] is not ListColumn.CONTACT}
        return other

    def _places(self, name: ListOrder | ListColumn, group: ListGroup | None) -> list[int]:
        if (name, None) not in self._sorted:
            key = _ORDERS[name] if isinstance(name, ListOrder) else _COLUMNS[name]
            keys = [key(one) for one in self.rows]
            everybody = sorted(range(len(keys)), key=keys.__getitem__)
            self._sorted.update({(name, one): [] for kind in (HomeGroup, Errand) for one in kind})
            for place in everybody:
                one = self.rows[place]
                if one.group is not None:
                    self._sorted[(name, one.group)].append(place)
                for errand in one.errands:
                    self._sorted[(name, errand)].append(place)
            self._sorted[(name, None)] = everybody
        return self._sorted[(name, group)]


def _contacted(one: ListRow, made: FollowUp) -> ListRow:
    """After one more contact: it is the newest now, and a planned day is settled by it (the next reading knows a new one)."""
    return replace(one, latest=made, errands=one.errands - {Errand.PLANNED})


@dataclass(frozen=True, slots=True)
class Lists:
    """Reads what lists are made of."""

    desk: Desk

    def table(self) -> ListTable:
        """Everybody, ready to be filtered."""
        return ListTable(self.rows())

    def rows(self) -> tuple[ListRow, ...]:
        """Everybody on the roster."""
        with self.desk.uow() as store:
            warn_days, near = self.desk.policy(store).warn_days, load_near_list(store.settings)
            planned = frozenset(one.retiree_id for one in store.follow_ups.open_plans(self.desk.clock.today()))
        return joined(
            Roster(self.desk).rows(),
            FollowUps(self.desk).latest(),
            warn_days,
            near=near.retirees if near is not None else frozenset(),
            planned=planned,
        )


def joined(
    rows: Sequence[RosterRow],
    latest: Mapping[RetireeId, FollowUp],
    warn_days: Sequence[int],
    *,
    near: frozenset[RetireeId] = frozenset(),
    planned: frozenset[RetireeId] = frozenset(),
) -> tuple[ListRow, ...]:
    """Roster rows with their group, newest contact and errands."""
    return tuple(_joined(row, latest.get(row.retiree.id), warn_days, near, planned) for row in rows)


def _joined(
    row: RosterRow,
    latest: FollowUp | None,
    warn_days: Sequence[int],
    near: frozenset[RetireeId],
    planned: frozenset[RetireeId],
) -> ListRow:
    group = group_of(row.standing, warn_days, overpaid=is_overpaid(row.retiree))
    if group not in CHASED:
        return ListRow(row=row, group=group, latest=latest)
    errands = {Errand.TO_REACH}
    if row.retiree.id in near:
        errands.add(Errand.NEAR_LIST)
    if row.retiree.id in planned:
        errands.add(Errand.PLANNED)
    return ListRow(row=row, group=group, latest=latest, errands=frozenset(errands))
