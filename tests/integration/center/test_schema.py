"""The tables are what the migrations make, and those that grow have the unit in front."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, insert, select

from center import clock
from center.database import make_engine, migrate
from center.registry import register_unit
from center.tables import SMALL, certifications, changes, metadata, records
from protocol.canonical import canonical_text
from protocol.messages import UnitInfo
from tests.fakes.postgres import postgres


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path}/center.db")
        yield made
        made.dispose()
        return
    with postgres() as url:
        made = make_engine(url)
        yield made
        made.dispose()


def test_migrations_lead_to_the_tables_and_back_to_nothing(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        different = compare_metadata(MigrationContext.configure(connection), metadata)
    assert different == []
    migrate(engine, "base")
    migrate(engine)


def test_every_table_that_grows_has_the_unit_as_leading_key() -> None:
    growing = [table for table in metadata.sorted_tables if table.name not in SMALL]
    assert len(growing) >= 9
    for table in growing:
        assert next(iter(table.primary_key)).name == "unit_id", table.name
        for index in table.indexes:
            assert next(iter(index.columns)).name == "unit_id" or index.name == "ix_audit_at", index.name


def test_what_was_told_before_becomes_certifications_and_states_of_forms(engine: Engine) -> None:
    migrate(engine)
    migrate(engine, "c0004")
    body = {
        "id": "form-1", "retiree_id": "p-1", "channel": "unit_confirmed", "captured_at": "2026-01-31T23:30:00+00:00",
        "signed_on": "2026-01-28", "state": "pending", "accepted_at": None, "reason": "", "supersedes": None,
    }  # fmt: skip
    with engine.begin() as connection:
        register_unit(connection, UnitInfo(id="u", name="u", code="U"), who="test")
        plain = {"unit_id": "u", "sha256": "0", "content": "{}", "desk_id": "d", "retiree_id": "p-1", "receipt": "{}"}
        row = {**plain, "uuid": "form-1", "kind": "form_submission", "arrived_at": clock.now()}
        old = [column for column in records.c if column.name in row]
        connection.execute(insert(records).values({column: row[column.name] for column in old}))
        for number, told in enumerate(
            (body, {**body, "state": "rejected", "reason": "章不清楚"}, {**body, "id": "face-1", "channel": "assisted_face"}), 1
        ):  # fmt: skip
            connection.execute(
                insert(changes).values(
                    unit_id="u", number=number, kind="certification", subject=told["id"],
                    body=canonical_text(told), made_at=clock.now(),
                )
            )  # fmt: skip
    migrate(engine)
    with engine.begin() as connection:
        got = connection.execute(select(certifications).order_by(certifications.c.id)).mappings().all()
        assert [(r["id"], str(r["counts_from"]), r["state"]) for r in got] == [
            ("face-1", "2026-02-01", "pending"),
            ("form-1", "2026-01-28", "rejected"),
        ]
        assert connection.execute(select(records.c.state, records.c.reason)).all() == [("rejected", "章不清楚")]
