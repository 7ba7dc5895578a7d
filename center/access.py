"""Who is asking: one database transaction per request, and the desk behind a bearer token."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection, Engine

from center import auth, registry
from center.errors import Refused
from center.storage import Storage

_bearer = HTTPBearer(auto_error=False, description="短期令牌，由 /v1/token 换得")


def _connection(request: Request) -> Iterator[Connection]:
    engine: Engine = request.app.state.engine
    with engine.begin() as connection:
        yield connection


Db = Annotated[Connection, Depends(_connection, scope="function")]
"""Committed when the route's function ends. The default scope would commit only after the answer is out: a kill in between would lose a
record whose receipt the desk already has."""


def _desk(
    connection: Db, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> registry.Desk:
    if credentials is None:
        raise Refused(401, "token_missing", "没有登录。")
    return auth.desk_of_token(connection, credentials.credentials)


CurrentDesk = Annotated[registry.Desk, Depends(_desk)]


def _desk_alone(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> registry.Desk:
    engine: Engine = request.app.state.engine
    with engine.begin() as connection:
        return _desk(connection, credentials)


SendingDesk = Annotated[registry.Desk, Depends(_desk_alone)]
"""For routes that wait for a slow sender: no transaction stays open meanwhile."""


def _storage(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


Files = Annotated[Storage, Depends(_storage)]
