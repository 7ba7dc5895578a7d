"""The audit log, to be read."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from center import clock
from center.access import Db
from center.certifications import civil_day
from center.errors import Refused
from center.operator import queries
from center.operator.near_routes import units_of
from center.operator.pages import render
from center.operator.record_routes import Word, as_day
from center.operator.session import Clerk, SignedIn
from center.tables import desks, operators

router = APIRouter()
AT_FIRST = timedelta(days=7)
ITSELF = "-"


@router.get("/audit")
def lines(
    request: Request,
    visit: SignedIn,
    clerk: Clerk,
    connection: Db,
    unit: Word = "",
    action: Word = "",
    who: Word = "",
    first: Word = "",
    last: Word = "",
    before: Word = "",
) -> Response:
    """Newest first. Who sees all units sees the center's own lines too."""
    today = civil_day(clock.now())
    begin, end = as_day(first) or today - AT_FIRST, as_day(last) or today
    if unit and not (clerk.units is None if unit == ITSELF else clerk.may_see(unit)):
        raise Refused(404, "no_unit", "没有这个单位，或者不归您管。")
    scope = [unit.replace(ITSELF, "") if unit == ITSELF else unit] if unit else clerk.units
    page = queries.audit_lines(connection, scope, action=action, who=who.strip(), first=begin, last=end, before=before)
    asked = {"unit": unit, "action": action, "who": who, "first": begin.isoformat(), "last": end.isoformat()}
    known = units_of(connection, clerk)
    names = {"roster": "名册", "photos": "照片"} | {
        row[0]: row[1] for table in (operators, desks) for row in connection.execute(select(table.c.id, table.c.name))
    }
    return render(
        request, visit, "audit.html", page=page, asked=asked, units=known, names=names, center_too=clerk.units is None
    )
