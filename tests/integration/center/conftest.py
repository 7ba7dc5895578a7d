"""The center in this process, over SQLite and over a real PostgreSQL, with two units and a desk in each."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from center import clock, registry, roster
from center.app import create_app
from center.auth import AUDIENCE
from center.database import make_engine, migrate
from center.tables import metadata
from protocol.messages import RetireeBody, UnitInfo
from protocol.signing import public_text, sign
from tests.fakes.postgres import postgres
from tests.integration.center.writes import WatchedWrites

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def person(number: int, unit: str, **changes: Any) -> RetireeBody:
    """A made-up retiree of ``unit``."""
    plain: dict[str, Any] = {
        "id": f"{unit}-{number}",
        "name": f"退休{number}",
        "id_number": f"{number:018d}",
        "personnel_number": str(number),
        "sex": "female",
        "birth_date": date(1950, 1, 1),
    }
    return RetireeBody.model_validate({**plain, **changes})


@dataclass
class Caller:
    """One desk that talks to the center without the desk's program."""

    http: TestClient
    unit: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    desk_id: str = ""
    token: str = ""

    def enrol(self, code: str) -> None:
        wanted = {"code": code, "public_key": public_text(self.key), "desk_name": "一号机"}
        self.desk_id = self.http.post("/v1/enrol", json=wanted).raise_for_status().json()["desk_id"]

    def assertion(self, **changes: Any) -> str:
        at = clock.now()
        claims = {
            "iss": self.desk_id,
            "sub": self.desk_id,
            "aud": AUDIENCE,
            "iat": at,
            "exp": at + timedelta(minutes=5),
            "jti": str(uuid.uuid4()),
        }
        wanted = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(wanted, self.key, algorithm="EdDSA")

    def log_in(self, assertion: str = "") -> Any:
        wanted = {"grant_type": GRANT, "assertion": assertion or self.assertion()}
        answer = self.http.post("/v1/token", json=wanted)
        if answer.is_success:
            self.token = answer.json()["access_token"]
        return answer

    def call(self, method: str, path: str, **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **request)

    def record(self, body: dict[str, Any], **changes: Any) -> dict[str, Any]:
        at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC).isoformat()
        content: dict[str, Any] = {
            "uuid": str(uuid.uuid4()),
            "kind": "certification",
            "version": 1,
            "captured_at": at,
            "signed_at": at,
            "desk_id": self.desk_id,
            "operator_id": "op",
            "body": body,
            "attachments": [],
            **changes,
        }
        return {**content, "signature": sign(self.key, content)}

    def push(self, *records: dict[str, Any]) -> Any:
        return self.call("POST", "/v1/records", json={"records": list(records)})


@dataclass
class Center:
    engine: Engine
    http: TestClient
    callers: dict[str, Caller]
    folder: Path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "center.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()  # the last connection to close puts the write-ahead log into the file
    return path


def emptied(engine: Engine) -> None:
    """As after the migrations."""
    with engine.begin() as connection:
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        connection.exec_driver_sql(f"TRUNCATE {names} CASCADE")


@pytest.fixture(params=["sqlite", "postgres"])
def center(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder = tmp_path_factory.mktemp("center")
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("empty_sqlite"), folder / "center.db")
        engine = make_engine(f"sqlite:///{folder}/center.db")
    else:
        engine = make_engine(request.getfixturevalue("postgres_url"))
    watched = WatchedWrites(engine)
    with TestClient(create_app(watched.engine, files=folder / "files"), raise_server_exceptions=False) as http:
        made = Center(engine, http, {unit: Caller(http, unit) for unit in ("ours", "theirs")}, folder)
        for unit, caller in made.callers.items():
            with engine.begin() as connection:
                registry.register_unit(connection, UnitInfo(id=unit, name=unit, code=unit.upper()), who="test")
                roster.put_retirees(connection, unit, [person(n, unit) for n in range(3)], who="test")
                code = registry.new_code(connection, unit, who="test")
            caller.enrol(code)
            caller.log_in()
        yield made
    assert watched.audited
    assert not watched.silent, "written without a line in the audit log"
    if request.param == "postgres":
        emptied(engine)
    engine.dispose()


@pytest.fixture
def in_database(center: Center) -> Callable[..., Any]:
    """Run ``work(connection)`` in one transaction."""

    def run(work: Callable[..., Any]) -> Any:
        with center.engine.begin() as connection:
            return work(connection)

    return run
