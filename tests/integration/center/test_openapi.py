"""The center against its own OpenAPI document: made-up requests of every operation, right and wrong ones, get documented answers."""

from collections.abc import Iterator

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi import checks as openapi_checks

from center import registry, roster
from center.app import create_app
from center.database import make_engine, migrate
from center.storage import open_storage
from protocol.messages import UnitInfo
from tests.integration.center.conftest import Caller, person

APP = create_app(make_engine("sqlite://"))
schema = schemathesis.openapi.from_asgi("/openapi.json", APP)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.response_headers_conformance,
]


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder = tmp_path_factory.mktemp("openapi")
    engine = make_engine(f"sqlite:///{folder}/center.db")
    migrate(engine)
    with engine.begin() as connection:
        registry.register_unit(connection, UnitInfo(id="ours", name="ours", code="OURS"), who="test")
        roster.put_retirees(connection, "ours", [person(n, "ours") for n in range(3)], who="test")
        code = registry.new_code(connection, "ours", who="test")
    APP.state.engine, APP.state.storage = engine, open_storage(folder / "files")
    with TestClient(APP, raise_server_exceptions=False) as http:
        made = Caller(http, "ours")
        made.enrol(code)
        made.log_in()
        yield made
    engine.dispose()


@schema.parametrize()
@settings(
    max_examples=25, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_operation_answers_as_documented_whatever_is_asked(case: schemathesis.Case, caller: Caller) -> None:
    headers = {"Authorization": f"Bearer {caller.token}"}
    response = case.call(headers=headers)
    case.validate_response(response, checks=CHECKS)
