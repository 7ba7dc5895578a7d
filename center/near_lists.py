"""Near lists (rule 17): made for the month's list day, one per unit and month, told to the unit's desks; made again it replaces itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update

from center import certifications, clock, payments, roster
from center.certifications import civil_day
from center.errors import Refused
from center.registry import note
from center.rules import Person, Proof, day_of, deadline, is_near, month_of, month_text
from center.tables import near_lists, units
from center.upsert import put_rows
from protocol.canonical import canonical, sha256_hex
from protocol.messages import ChangeKind, NearListBody

CHANGED = (409, "list_changed", "预览之后名单有变，请重新看一遍再下发。")
MONTH_BAD = (422, "month_bad", "只能生成上月、本月或下月的名单。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One retiree whose deadline is near."""

    person: Person
    deadline: date
    form_waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NearList:
    """A preview. ``mark`` changes with anything in it."""

    unit_id: str
    month: int
    as_of: date
    lines: tuple[Line, ...]

    @property
    def mark(self) -> str:
        """Of the content, not of the time at which it is made."""
        lines = [[one.person.id, one.deadline.isoformat()] for one in self.lines]
        return sha256_hex(canonical({"as_of": self.as_of.isoformat(), "lines": lines}))


def months_open() -> tuple[int, int, int]:
    """Last month, this one, the next."""
    now = month_of(civil_day(clock.now()))
    return now - 1, now, now + 1


def preview(connection: Connection, unit_id: str, month: int) -> NearList:
    """Whose confirmed deadline is near on the list day; nothing is written. Earliest deadline first."""
    if month not in months_open():
        raise Refused(*MONTH_BAD)
    policy, proofs = roster.policy(connection, unit_id), certifications.proofs(connection, unit_id)
    as_of = day_of(month, policy.list_day)
    lines = []
    for person in payments.persons(connection, unit_id):
        if person.payment == "terminated" or person.ended_on is not None:
            continue
        known: Sequence[Proof] = proofs.get(person.id, ())
        end = deadline(person, known, policy)
        if end is None or not is_near(end, as_of, policy):
            continue
        waits = deadline(person, known, policy, with_pending=True) != end
        lines.append(Line(person=person, deadline=end, form_waits=waits))
    lines.sort(key=lambda one: (one.deadline, one.person.name, one.person.id))
    return NearList(unit_id=unit_id, month=month, as_of=as_of, lines=tuple(lines))


def publish(connection: Connection, unit_id: str, month: int, *, who: str, mark: str | None = None) -> NearList | None:
    """Tell the desks; None when just this list is out already. 409 when it is not what was seen (``mark``)."""
    connection.execute(update(units).where(units.c.id == unit_id).values(next_change=units.c.next_change))  # the lock
    made = preview(connection, unit_id, month)
    if mark is not None and made.mark != mark:
        raise Refused(*CHANGED)
    text, at = month_text(month), clock.now()
    here = (near_lists.c.unit_id == unit_id) & (near_lists.c.month == text)
    if connection.execute(select(near_lists.c.sha256).where(here)).scalar_one_or_none() == made.mark:
        return None
    body = NearListBody(month=text, retiree_ids=[one.person.id for one in made.lines])
    row = {
        "unit_id": unit_id,
        "month": text,
        "people": len(made.lines),
        "sha256": made.mark,
        "made_at": at,
        "made_by": who,
    }
    put_rows(connection, near_lists, [row])
    roster.add_changes(connection, unit_id, [(ChangeKind.NEAR_LIST, text, body.model_dump(mode="json"))])
    note(connection, who=who, action="near_list_sent", unit_id=unit_id, subject=text, detail=f"{len(made.lines)} 人")
    return made


def published(connection: Connection, unit_id: str) -> Sequence[Any]:
    """Lists of a unit that are out, newest first."""
    wanted = select(near_lists).where(near_lists.c.unit_id == unit_id).order_by(near_lists.c.month.desc())
    return connection.execute(wanted).mappings().all()


def of_month(connection: Connection, month: int) -> dict[str, Any]:
    """By unit: what is out for a month."""
    wanted = select(near_lists).where(near_lists.c.month == month_text(month))
    return {row["unit_id"]: row for row in connection.execute(wanted).mappings()}
