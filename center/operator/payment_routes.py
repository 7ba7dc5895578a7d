"""Runs by month: previewed, confirmed, repeatable."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from center import clock, payments
from center.access import Db
from center.certifications import civil_day
from center.operator.near_routes import Month, chosen, units_of
from center.operator.pages import go, render
from center.operator.session import Clerk, FormChecked, SignedIn, ThisUnit, Writer
from center.rules import DECIDES, Step, month_of, month_text

router = APIRouter()


@router.get("/payments")
def by_unit(request: Request, visit: SignedIn, clerk: Clerk, connection: Db, month: Month = "") -> Response:
    """What was decided for a month."""
    months = payments.months_open()
    wanted = chosen(month, months, months[0])
    return render(
        request, visit, "payments.html", month=wanted, months=months,
        units=units_of(connection, clerk), runs=payments.of_month(connection, wanted),
    )  # fmt: skip


@router.get("/units/{unit_id}/payments/{month}")
def preview(
    request: Request,
    unit: ThisUnit,
    month: str,
    visit: SignedIn,
    connection: Db,
    done: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Response:
    """Who would be suspended, resumed, paid back, terminated, and who needs the clerk's own eye."""
    months = payments.months_open()
    run = payments.preview(connection, unit.id, chosen(month, months, months[0]))
    groups = [(step.value, run.of(step)) for step in Step if run.of(step)]
    early = run.month > month_of(civil_day(clock.now()))
    return render(
        request, visit, "payments_unit.html", unit=unit, run=run, groups=groups, done=done, early=early,
        decides=len(run.of(*DECIDES)), why=payments.why,
    )  # fmt: skip


@router.post("/units/{unit_id}/payments/{month}", dependencies=[FormChecked])
def confirm(
    unit: ThisUnit, month: str, writer: Writer, connection: Db, mark: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Decide what was seen."""
    months = payments.months_open()
    wanted = chosen(month, months, months[0])
    count = payments.confirm(connection, unit.id, wanted, mark, who=writer.id)
    return go(f"/operator/units/{unit.id}/payments/{month_text(wanted)}?done={count}")
