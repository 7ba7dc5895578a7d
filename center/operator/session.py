"""The signed cookie and the token in every form. Stateless: any worker reads what another wrote."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import jwt
from fastapi import Depends, Form, Request, Response

from center import clock
from center.access import Db
from center.errors import Refused
from center.operator import accounts

COOKIE = "operator"
IDLE = timedelta(hours=1)
"""A cookie is renewed with every page; so long without a page, and the clerk signs in again."""


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


def checked(visit: AnyVisit, csrf: Annotated[str, Form(max_length=200)] = "") -> None:
    """Every POST depends on this."""
    if not hmac.compare_digest(csrf.encode(), visit.csrf.encode()):
        raise Refused(403, "form_old", "这一页放得太久了，或者不是从本站打开的。请退回上一页，刷新后再提交。")


FormChecked = Depends(checked)
