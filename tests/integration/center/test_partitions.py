"""PostgreSQL partitioned by unit, and the desks' statements that name theirs: the center serves from it without a change."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from center import near_lists, payments, registry, roster
from center.app import create_app
from center.database import make_engine, migrate
from center.tables import SMALL, metadata
from protocol.messages import UnitInfo
from tests.fakes.postgres import postgres
from tests.integration.center.conftest import Caller, person

GROWING = [table.name for table in metadata.sorted_tables if table.name not in SMALL]
PARTITION = """
ALTER TABLE "{name}" RENAME TO "{name}_whole";
CREATE TABLE "{name}" (LIKE "{name}_whole" INCLUDING ALL) PARTITION BY HASH (unit_id);
CREATE TABLE "{name}_p0" PARTITION OF "{name}" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "{name}_p1" PARTITION OF "{name}" FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO "{name}" SELECT * FROM "{name}_whole";
DROP TABLE "{name}_whole";
"""
"""As docs/scale.md says."""


@pytest.fixture
def partitioned() -> Iterator[Engine]:
    with postgres() as url:
        engine = make_engine(url)
        migrate(engine)
        with engine.begin() as connection:
            for name in GROWING:
                for statement in PARTITION.format(name=name).strip().split(";\n"):
                    connection.exec_driver_sql(statement)
        yield engine
        engine.dispose()


def asked(engine: Engine) -> list[str]:
    """Statements from now on."""
    heard: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    return heard


def test_desks_and_runs_are_served_from_partitions_and_every_statement_names_its_unit(
    partitioned: Engine, tmp_path: Any
) -> None:
    units = [f"u{n}" for n in range(6)]
    with TestClient(create_app(partitioned, files=tmp_path)) as http:
        for unit in units:
            with partitioned.begin() as connection:
                registry.register_unit(connection, UnitInfo(id=unit, name=unit, code=unit.upper()), who="test")
                roster.put_retirees(connection, unit, [person(n, unit) for n in range(3)], who="test")
                code = registry.new_code(connection, unit, who="test")
            desk = Caller(http, unit)
            desk.enrol(code)
            heard = asked(partitioned)
            desk.log_in()
            record = desk.record({"retiree_id": f"{unit}-0"})
            outcomes = [desk.push(record).json()["answers"][0]["outcome"] for _ in range(2)]
            assert outcomes == ["accepted", "duplicate"]
            desk.push(desk.record({"retiree_id": f"{unit}-1", "on": "2026-01-01"}, kind="death_report"))
            assert len(desk.call("GET", "/v1/changes").json()["changes"]) == 5
            with partitioned.begin() as connection:
                month = payments.months_open()[0]
                run = payments.preview(connection, unit, month)
                assert payments.confirm(connection, unit, month, run.mark, who="test") == 1
                assert near_lists.publish(connection, unit, month, who="test") is not None
            grown = [one for one in heard if re.search(rf"\b({'|'.join(GROWING)})\b", one)]
            assert len(grown) > 12
            without = [s for s in grown if not s.startswith("INSERT") and not re.search(r"unit_id = ", s)]
            assert without == []
    with partitioned.connect() as connection:
        for name in ("records", "changes", "audit", "certifications"):
            counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {name}_p{n}").scalar_one() for n in (0, 1)]
            assert sum(counts) >= len(units)
            assert min(counts) > 0, f"{name} lies in one partition only"
