"""Near lists: by month and unit, previewed, told to the desks."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import Connection, Engine, select

from center import near_lists, roster
from center.access import Db
from center.errors import Refused
from center.operator.accounts import Operator
from center.operator.pages import go, render
from center.operator.receiving import writer_of
from center.operator.session import Clerk, FormChecked, SignedIn, ThisUnit, Writer
from center.rules import month_from, month_text
from center.tables import units

router = APIRouter()
Month = Annotated[str, Query(max_length=7)]
Short = Annotated[str, Form(max_length=100)]


def chosen(text: str, months: tuple[int, ...], otherwise: int) -> int:
    """A month of those open; ``otherwise`` for nothing. 422 for another."""
    try:
        month = month_from(text) if text else otherwise
    except ValueError as error:
        raise Refused(*near_lists.MONTH_BAD) from error
    if month not in months:
        raise Refused(*near_lists.MONTH_BAD)
    return month


def units_of(connection: Connection, clerk: Operator) -> list[dict[str, str]]:
    """Those the clerk may see, by name."""
    rows = connection.execute(select(units.c.id, units.c.name).order_by(units.c.name, units.c.id))
    return [{"id": row[0], "name": row[1]} for row in rows if clerk.may_see(row[0])]


@router.get("/near")
def by_unit(
    request: Request, visit: SignedIn, clerk: Clerk, connection: Db, month: Month = "", done: Month = ""
) -> Response:
    """What is out for a month."""
    months = near_lists.months_open()
    wanted = chosen(month, months, months[1])
    told = f"新下发 {done} 个单位，其余没有变化。" if done.isdigit() else ""
    return render(
        request, visit, "near.html", month=wanted, months=months, done=told,
        units=units_of(connection, clerk), lists=near_lists.of_month(connection, wanted),
    )  # fmt: skip


@router.post("/near")
def publish_all(request: Request, csrf: Short = "", month: Short = "") -> Response:
    """Every unit of this clerk, each in its own transaction: desks of other units never wait for it."""
    writer = writer_of(request, csrf)
    months = near_lists.months_open()
    wanted, count = chosen(month, months, months[1]), 0
    engine: Engine = request.app.state.engine
    with engine.begin() as connection:
        known = units_of(connection, writer)
    for unit in known:
        with engine.begin() as connection:
            count += near_lists.publish(connection, unit["id"], wanted, who=writer.id) is not None
    return go(f"/operator/near?month={month_text(wanted)}&done={count}")


@router.get("/units/{unit_id}/near/{month}")
def preview(request: Request, unit: ThisUnit, month: str, visit: SignedIn, connection: Db) -> Response:
    """The list as it would be told now."""
    months = near_lists.months_open()
    made = near_lists.preview(connection, unit.id, chosen(month, months, months[1]))
    out = near_lists.of_month(connection, made.month).get(unit.id)
    return render(
        request, visit, "near_unit.html", unit=unit, list=made, out=out, same=out is not None and out["sha256"] == made.mark,
        days=roster.policy(connection, unit.id).near_days,
    )  # fmt: skip


@router.post("/units/{unit_id}/near/{month}", dependencies=[FormChecked])
def publish(unit: ThisUnit, month: str, writer: Writer, connection: Db, mark: Short = "") -> Response:
    """Tell the desks what was seen."""
    months = near_lists.months_open()
    near_lists.publish(connection, unit.id, chosen(month, months, months[1]), who=writer.id, mark=mark)
    return go(f"/operator/units/{unit.id}/near/{month}")
