"""Accounts of the center's clerks: who may what, and for which units."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import Connection, func, select

from center.access import Db
from center.errors import Refused
from center.operator import accounts
from center.operator.near_routes import units_of
from center.operator.pages import go, render
from center.operator.session import Admin, FormChecked, SignedIn
from center.tables import operator_units, operators

router = APIRouter()
Text = Annotated[str, Form(max_length=200)]
Ids = Annotated[list[str], Form(max_length=10_000)]


@router.get("/accounts")
def all_accounts(request: Request, visit: SignedIn, _admin: Admin, connection: Db) -> Response:
    """By name."""
    rows = connection.execute(select(operators).order_by(operators.c.name)).mappings().all()
    named = select(operator_units.c.operator_id, func.count()).group_by(operator_units.c.operator_id)
    counts = {row[0]: row[1] for row in connection.execute(named)}
    return render(request, visit, "accounts.html", accounts=rows, counts=counts)


@router.get("/accounts/new")
def new_account(request: Request, visit: SignedIn, admin: Admin, connection: Db) -> Response:
    """The form."""
    typed = {"name": "", "role": "clerk", "all_units": True, "units": [], "disabled": False}
    return render(
        request, visit, "account.html", account=None, typed=typed, trouble="", units=units_of(connection, admin)
    )


@router.post("/accounts/new", dependencies=[FormChecked])
def add_account(
    request: Request,
    visit: SignedIn,
    admin: Admin,
    connection: Db,
    name: Text = "",
    password: Text = "",
    role: Text = "",
    all_units: Text = "",
    units: Ids | None = None,
) -> Response:
    """To the list, or the form again with a sentence."""
    typed = {"name": name.strip(), "role": role, "all_units": bool(all_units), "units": units or [], "disabled": False}
    try:
        if _by(connection, operators.c.name == name.strip()) is not None:
            raise Refused(409, "name_taken", "这个姓名已经有账号了。同名的人请加上科室。")
        with connection.begin_nested():
            accounts.put(connection, name, password, who=admin.id, role=accounts.Role.VIEWER)
            made = _by(connection, operators.c.name == name.strip())
            assert made is not None
            _set(connection, made["id"], typed, admin)
    except Refused as refusal:
        known = units_of(connection, admin)
        return render(
            request, visit, "account.html", status=refusal.status, account=None, typed=typed, trouble=refusal.text,
            units=known,
        )  # fmt: skip
    return go("/operator/accounts")


@router.get("/accounts/{account_id}")
def one_account(request: Request, account_id: str, visit: SignedIn, admin: Admin, connection: Db) -> Response:
    """The form."""
    row = _known(connection, account_id)
    typed = {
        "role": row["role"],
        "all_units": row["all_units"],
        "units": accounts.units_of(connection, account_id),
        "disabled": row["disabled_at"] is not None,
    }
    known = units_of(connection, admin)
    return render(request, visit, "account.html", account=row, typed=typed, trouble="", units=known)


@router.post("/accounts/{account_id}", dependencies=[FormChecked])
def change_account(
    account_id: str,
    admin: Admin,
    connection: Db,
    password: Text = "",
    role: Text = "",
    all_units: Text = "",
    units: Ids | None = None,
    disabled: Text = "",
) -> Response:
    """Holds from the account's next page on."""
    row = _known(connection, account_id)
    if password:
        accounts.put(connection, row["name"], password, who=admin.id)
    typed = {"role": role, "all_units": bool(all_units), "units": units or [], "disabled": bool(disabled)}
    _set(connection, account_id, typed, admin)
    return go("/operator/accounts")


def _set(connection: Connection, account_id: str, typed: dict[str, Any], admin: accounts.Operator) -> None:
    if typed["role"] not in set(accounts.Role):
        raise Refused(422, "role_missing", "请选权限。")
    scope = None if typed["all_units"] else {unit["id"] for unit in units_of(connection, admin)} & set(typed["units"])
    accounts.set_rights(
        connection,
        account_id,
        role=accounts.Role(typed["role"]),
        units=scope,
        disabled=typed["disabled"],
        who=admin.id,
    )


def _by(connection: Connection, here: Any) -> Any:
    return connection.execute(select(operators).where(here)).mappings().first()


def _known(connection: Connection, account_id: str) -> Any:
    row = _by(connection, operators.c.id == account_id)
    if row is None:
        raise Refused(404, "no_account", "没有这个账号。")
    return row
