"""Units, one-time enrolment codes, desks."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import Connection, func, select

from center import clock, near_lists, registry
from center.access import Db
from center.errors import NOT_FOUND, Refused
from center.operator.pages import go, render
from center.operator.session import Admin, Clerk, FormChecked, SignedIn, ThisUnit, Unit, Writer
from center.tables import desks, enrolment_codes, records, retirees, units
from protocol.messages import UnitInfo

router = APIRouter()
Text = Annotated[str, Form(max_length=200)]


@router.get("/")
def all_units(request: Request, visit: SignedIn, clerk: Clerk, connection: Db) -> Response:
    """The clerk's units with their numbers of retirees, working desks and waiting forms."""
    people = _counts(connection, select(retirees.c.unit_id, func.count()).group_by(retirees.c.unit_id))
    working = select(desks.c.unit_id, func.count()).where(desks.c.revoked_at.is_(None)).group_by(desks.c.unit_id)
    waiting = select(records.c.unit_id, func.count()).where(records.c.state == "pending").group_by(records.c.unit_id)
    rows = connection.execute(select(units).order_by(units.c.name, units.c.id)).mappings().all()
    return render(
        request,
        visit,
        "units.html",
        units=[row for row in rows if clerk.may_see(row["id"])],
        people=people,
        desks=_counts(connection, working),
        waiting=_counts(connection, waiting),
    )


@router.get("/units/new")
def new_unit(request: Request, visit: SignedIn, _admin: Admin) -> Response:
    """The form."""
    return render(request, visit, "unit_new.html", typed={}, trouble="")


@router.post("/units/new", dependencies=[FormChecked])
def add_unit(
    request: Request,
    visit: SignedIn,
    admin: Admin,
    connection: Db,
    name: Text = "",
    code: Text = "",
    phone: Text = "",
    address: Text = "",
) -> Response:
    """To the new unit's page, or the form again with a sentence and what was typed."""
    typed = {"name": name.strip(), "code": code.strip(), "phone": phone.strip(), "address": address.strip()}
    trouble = _trouble(connection, typed)
    if trouble:
        return render(request, visit, "unit_new.html", status=422, typed=typed, trouble=trouble)
    info = UnitInfo.model_validate({"id": str(uuid.uuid4()), **typed})
    registry.register_unit(connection, info, who=admin.id)
    return go(f"/operator/units/{info.id}")


def _trouble(connection: Connection, typed: dict[str, str]) -> str:
    if any("\0" in value for value in typed.values()):
        return "有看不见的字符，请重新输入，不要粘贴。"
    if not typed["name"] or not typed["code"]:
        return "请填写单位名称和单位编号。"
    if connection.execute(select(units.c.id).where(units.c.code == typed["code"])).first() is not None:
        return "这个单位编号已经有了，请核对编号，或在单位列表里找到它。"
    return ""


@router.get("/units/{unit_id}")
def one_unit(request: Request, unit: ThisUnit, visit: SignedIn, connection: Db) -> Response:
    """Codes still open, desks."""
    return render(request, visit, "unit.html", **_unit(connection, unit), code=None)


@router.post("/units/{unit_id}/codes", dependencies=[FormChecked])
def new_code(request: Request, unit: ThisUnit, visit: SignedIn, writer: Writer, connection: Db) -> Response:
    """The code is on this one answer only."""
    code = registry.new_code(connection, unit.id, who=writer.id)
    return render(request, visit, "unit.html", **_unit(connection, unit), code=code)


@router.post("/units/{unit_id}/desks/{desk_id}/revoke", dependencies=[FormChecked])
def revoke(unit: ThisUnit, desk_id: str, writer: Writer, connection: Db, why: Text = "") -> Response:
    """The desk's clerk reads ``why``."""
    here = (desks.c.id == desk_id) & (desks.c.unit_id == unit.id) & desks.c.revoked_at.is_(None)
    if connection.execute(select(desks.c.id).where(here)).first() is None:
        raise Refused(*NOT_FOUND)
    if not why.strip() or "\0" in why:
        raise Refused(422, "why_missing", "撤销要写明原因，单位的经办人会看到。请退回上一页填写。")
    registry.revoke(connection, desk_id, why=why.strip(), who=writer.id)
    return go(f"/operator/units/{unit.id}")


def _unit(connection: Connection, unit: Unit) -> dict[str, Any]:
    open_codes = (
        select(enrolment_codes.c.expires_at)
        .where(enrolment_codes.c.unit_id == unit.id)
        .where(enrolment_codes.c.used_at.is_(None), enrolment_codes.c.expires_at > clock.now())
        .order_by(enrolment_codes.c.expires_at)
    )
    machines = select(desks).where(desks.c.unit_id == unit.id).order_by(desks.c.enrolled_at.desc())
    return {
        "unit": unit,
        "waiting": connection.execute(
            select(func.count()).where(records.c.unit_id == unit.id, records.c.state == "pending")
        ).scalar_one(),
        "near": near_lists.published(connection, unit.id),
        "people": connection.execute(
            select(func.count()).select_from(retirees).where(retirees.c.unit_id == unit.id)
        ).scalar_one(),
        "open_codes": connection.execute(open_codes).scalars().all(),
        "desks": connection.execute(machines).mappings().all(),
        "hours": registry.CODE_HOURS,
    }


def _counts(connection: Connection, wanted: Any) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in connection.execute(wanted)}
