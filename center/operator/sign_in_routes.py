"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from center.access import Db
from center.operator import accounts
from center.operator.pages import go, render
from center.operator.session import AnyVisit, Clerk, FormChecked, fresh

router = APIRouter()
Short = Annotated[str, Form(max_length=accounts.LONGEST_TEXT)]


@router.get("/sign-in")
def page(request: Request, visit: AnyVisit) -> Response:
    """The form."""
    return render(request, visit, "sign_in.html", name="", trouble="")


@router.post("/sign-in", dependencies=[FormChecked])
def sign_in(request: Request, visit: AnyVisit, connection: Db, name: Short = "", password: Short = "") -> Response:
    """To the units, or the form again with a sentence."""
    who = accounts.sign_in(connection, name, password)
    if isinstance(who, accounts.Failure):
        return render(request, visit, "sign_in.html", status=403, name=name, trouble=who.text)
    response = go("/operator/")
    fresh(visit.secret, who).write(request, response)
    return response


@router.post("/sign-out", dependencies=[FormChecked])
def sign_out(clerk: Clerk, connection: Db) -> Response:
    """Ends all sessions of this clerk."""
    accounts.sign_out(connection, clerk)
    return go("/operator/sign-in")
