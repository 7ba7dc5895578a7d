"""What the pages list: people and records of a unit, forms that wait, the audit log; page by page, newest first where it grows."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from center.tables import audit, desks, operators, records, retirees, units

ZONE = ZoneInfo("Asia/Shanghai")
PAGE = 50
NEWEST = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``older``: what to ask for next, "" at the end."""

    rows: Sequence[Any]
    older: str


def people(connection: Connection, unit_id: str, *, text: str, page: int) -> Page:
    """By name; ``text``: part of a name, or the beginning of an ID number or of the id. ``page`` from 0."""
    here: ColumnElement[bool] = retirees.c.unit_id == unit_id
    if text:
        starts = [column.startswith(text, autoescape=True) for column in (retirees.c.id_number, retirees.c.id)]
        here &= or_(retirees.c.name.contains(text, autoescape=True), *starts)
    wanted = select(retirees.c.body).where(here).order_by(retirees.c.name, retirees.c.id)
    found = connection.execute(wanted.offset(page * PAGE).limit(PAGE + 1)).scalars().all()
    return Page(rows=[json.loads(body) for body in found[:PAGE]], older=str(page + 1) if len(found) > PAGE else "")


def person(connection: Connection, unit_id: str, retiree_id: str) -> dict[str, Any] | None:
    """A roster's entry."""
    here = (retirees.c.unit_id == unit_id) & (retirees.c.id == retiree_id)
    body = connection.execute(select(retirees.c.body).where(here)).scalar_one_or_none()
    return None if body is None else dict(json.loads(body))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """ "" and None: any."""

    kind: str = ""
    state: str = ""
    text: str = ""
    retiree_id: str = ""
    first: date | None = None
    last: date | None = None


def records_of(connection: Connection, unit_id: str, wanted: RecordFilter, *, before: str) -> Page:
    """Newest arrival first; ``before``: the last page's ``older``."""
    here = [records.c.unit_id == unit_id]
    if wanted.kind:
        here.append(records.c.kind == wanted.kind)
    if wanted.state:
        here.append(records.c.state == wanted.state)
    if wanted.retiree_id:
        here.append(records.c.retiree_id == wanted.retiree_id)
    if wanted.text:
        text = wanted.text
        named = retirees.c.name.contains(text, autoescape=True) | retirees.c.id_number.startswith(text, autoescape=True)
        here.append(
            records.c.retiree_id.in_(select(retirees.c.id).where(retirees.c.unit_id == unit_id, named))
            | records.c.uuid.startswith(text, autoescape=True)
        )
    if wanted.first is not None:
        here.append(records.c.arrived_at >= midnight(wanted.first))
    if wanted.last is not None:
        here.append(records.c.arrived_at < midnight(wanted.last + timedelta(days=1)))
    return _records(connection, here, before)


def waiting_forms(connection: Connection, unit_ids: Collection[str] | None, *, before: str) -> Page:
    """Of all these units (None: all), oldest arrival last like everywhere."""
    here = [records.c.state == "pending"]
    if unit_ids is not None:
        here.append(records.c.unit_id.in_(unit_ids))
    return _records(connection, here, before)


def _records(connection: Connection, here: list[ColumnElement[bool]], before: str) -> Page:
    time, _mark, uuid = before.partition("~")
    at = _moment(time)
    if at is not None:
        here.append(or_(records.c.arrived_at < at, and_(records.c.arrived_at == at, records.c.uuid < uuid)))
    same = (retirees.c.unit_id == records.c.unit_id) & (retirees.c.id == records.c.retiree_id)
    columns = [records.c[name] for name in ("unit_id", "uuid", "kind", "state", "reason", "arrived_at", "retiree_id")]
    wanted = (
        select(*columns, retirees.c.name, retirees.c.id_number, desks.c.name.label("desk"), units.c.name.label("unit"))
        .select_from(
            records.outerjoin(retirees, same)
            .outerjoin(desks, desks.c.id == records.c.desk_id)
            .join(units, units.c.id == records.c.unit_id)
        )
        .where(*here)
        .order_by(records.c.arrived_at.desc(), records.c.uuid.desc())
        .limit(PAGE + 1)
    )
    rows = connection.execute(wanted).mappings().all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows=rows[:PAGE], older=f"{last['arrived_at'].isoformat()}~{last['uuid']}" if last else "")


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def midnight(day: date) -> datetime:
    """When the civil day begins; aware, in UTC, as times are stored."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


def audit_lines(
    connection: Connection,
    unit_ids: Collection[str] | None,
    *,
    action: str,
    who: str,
    first: date,
    last: date,
    before: str,
) -> Page:
    """Newest first, of some units ("" is the center itself; None: all) and days."""
    here = [audit.c.at >= midnight(first), audit.c.at < midnight(last + timedelta(days=1))]
    if unit_ids is not None:
        here.append(audit.c.unit_id.in_(unit_ids))
    if action:
        here.append(audit.c.action == action)
    if who:
        named = [
            select(operators.c.id).where(operators.c.name == who),
            select(desks.c.id).where(desks.c.name == who),
        ]
        here.append(or_(audit.c.who == who, *(audit.c.who.in_(one) for one in named)))
    if before:
        here.append(audit.c.id < before)
    wanted = (
        select(audit, operators.c.name.label("operator"), desks.c.name.label("desk"), units.c.name.label("unit"))
        .select_from(
            audit.outerjoin(operators, operators.c.id == audit.c.who)
            .outerjoin(desks, desks.c.id == audit.c.who)
            .outerjoin(units, units.c.id == audit.c.unit_id)
        )
        .where(*here)
        .order_by(audit.c.id.desc())
        .limit(PAGE * 2 + 1)
    )
    rows = connection.execute(wanted).mappings().all()
    return Page(rows=rows[: PAGE * 2], older=rows[PAGE * 2 - 1]["id"] if len(rows) > PAGE * 2 else "")


def count_people(connection: Connection, unit_id: str) -> int:
    """On the roster."""
    return int(connection.execute(select(func.count()).where(retirees.c.unit_id == unit_id)).scalar_one())
