"""The signed cookie and the token in every form. Stateless: any worker reads what another wrote."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import jwt
from fastapi import Depends, Form, Request, Response
from sqlalchemy import Connection, select

from center import clock
from center.access import Db
from center.errors import Refused
from center.operator import accounts
from center.tables import units

COOKIE = "operator"
MAY_NOT = (403, "may_not", "您的账号不能做这一步，请找系统管理员。")
IDLE = timedelta(hours=1)
"""A cookie is renewed with every page; so long without a page, and the clerk signs in again."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as pages show it."""

    id: str
    name: str
    code: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One browser. ``operator`` None: not signed in. ``csrf`` goes into every form."""

    id: str
    operator: accounts.Operator | None
    secret: bytes

    @property
    def csrf(self) -> str:
        """Bound to the browser's cookie; changes at sign-in."""
        return hmac.new(self.secret, b"csrf:" + self.id.encode(), hashlib.sha256).hexdigest()

    def write(self, request: Request, response: Response) -> None:
        """Renew the cookie."""
        who = self.operator
        claims: dict[str, Any] = {
            "sid": self.id,
            "sub": who.id if who else "",
            "session": who.session if who else "",
            "exp": clock.now() + IDLE,
        }
        response.set_cookie(
            COOKIE,
            jwt.encode(claims, self.secret, algorithm="HS256"),
            path="/operator",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )


def fresh(secret: bytes, operator: accounts.Operator | None = None) -> Visit:
    """A new one, with a new id: what was known before sign-in is worth nothing after it."""
    return Visit(secrets.token_hex(), operator, secret)


def _visit(request: Request, connection: Db) -> Visit:
    return visit_of(request, connection)


def visit_of(request: Request, connection: Connection) -> Visit:
    """The browser behind a request."""
    secret = accounts.cookie_secret(connection)
    try:
        claims = jwt.decode(
            request.cookies.get(COOKIE, ""), secret, algorithms=["HS256"], options={"require": ["exp", "sid", "sub"]}
        )
    except jwt.InvalidTokenError:
        return fresh(secret)
    who = accounts.by_session(connection, claims["sub"], str(claims.get("session", ""))) if claims["sub"] else None
    return Visit(str(claims["sid"]), who, secret) if who or not claims["sub"] else fresh(secret)


AnyVisit = Annotated[Visit, Depends(_visit)]


def _signed_in(visit: AnyVisit) -> Visit:
    if visit.operator is None:
        raise Refused(401, "sign_in", "请先登录。")
    return visit


SignedIn = Annotated[Visit, Depends(_signed_in)]


def _operator(visit: SignedIn) -> accounts.Operator:
    assert visit.operator is not None
    return visit.operator


Clerk = Annotated[accounts.Operator, Depends(_operator)]
"""Anybody who is signed in."""


def _writer(clerk: Clerk) -> accounts.Operator:
    if clerk.role is accounts.Role.VIEWER:
        raise Refused(*MAY_NOT)
    return clerk


Writer = Annotated[accounts.Operator, Depends(_writer)]


def _admin(clerk: Clerk) -> accounts.Operator:
    if clerk.role is not accounts.Role.ADMIN or clerk.units is not None:
        raise Refused(*MAY_NOT)
    return clerk


Admin = Annotated[accounts.Operator, Depends(_admin)]


def _unit(unit_id: str, clerk: Clerk, connection: Db) -> Unit:
    return unit_of(connection, clerk, unit_id)


def unit_of(connection: Connection, clerk: accounts.Operator, unit_id: str) -> Unit:
    """404 in the same words for a unit that is not there and one that is not this clerk's."""
    row = connection.execute(select(units).where(units.c.id == unit_id)).mappings().first()
    if row is None or not clerk.may_see(unit_id):
        raise Refused(404, "no_unit", "没有这个单位，或者不归您管。请回到单位列表。")
    return Unit(**{field: row[field] for field in ("id", "name", "code", "phone", "address")})


ThisUnit = Annotated[Unit, Depends(_unit)]
"""Of ``{unit_id}`` in the path."""


def checked(visit: AnyVisit, csrf: Annotated[str, Form(max_length=200)] = "") -> None:
    """Every POST depends on this."""
    check_token(visit, csrf)


def check_token(visit: Visit, csrf: str) -> None:
    """403 for a form that is not of this browser."""
    if not hmac.compare_digest(csrf.encode(), visit.csrf.encode()):
        raise Refused(403, "form_old", "这一页放得太久了，或者不是从本站打开的。请退回上一页，刷新后再提交。")


FormChecked = Depends(checked)
