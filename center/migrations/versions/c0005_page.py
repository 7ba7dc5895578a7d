"""What the clerk's page needs: states of records, certifications by person, near lists, payment decisions, drafts, roles."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "c0005"
down_revision = "c0004"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")
ZONE = ZoneInfo("Asia/Shanghai")
BATCH = 500


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, default: str | None = None, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, primary_key=key, server_default=default)


def _long(name: str, *, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def upgrade() -> None:
    """New tables and columns; certifications and states of forms are taken from the changes that were told."""
    for column in (
        _text("state", default=""),
        _time("decided_at", nullable=True),
        _text("decided_by", default=""),
        _long("reason"),
    ):
        op.add_column("records", column)
    op.create_index("ix_records_retiree_id", "records", ["unit_id", "retiree_id"])
    op.create_index(
        "ix_records_pending", "records", ["unit_id", "arrived_at"], sqlite_where=PENDING, postgresql_where=PENDING
    )
    op.create_index("ix_audit_at", "audit", ["at"], postgresql_using="brin")
    op.add_column("packages", _text("imported_by", default=""))
    op.add_column("packages", _long("summary", default="{}"))
    _certifications()
    _decisions()
    _roles()
    _fill(op.get_bind())


def _certifications() -> None:
    op.create_table(
        "certifications",
        _text("unit_id", key=True),
        _text("id", key=True),
        _text("retiree_id"),
        _text("channel"),
        _time("captured_at"),
        sa.Column("counts_from", sa.Date, nullable=False),
        _text("state"),
        sa.Column("void", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("supersedes", sa.String),
    )
    op.create_index("ix_certifications_retiree_id", "certifications", ["unit_id", "retiree_id"])


def _decisions() -> None:
    op.create_table(
        "near_lists",
        _text("unit_id", key=True),
        _text("month", key=True),
        sa.Column("people", sa.Integer, nullable=False),
        _text("sha256"),
        _time("made_at"),
        _text("made_by"),
    )
    op.create_table(
        "payment_decisions",
        _text("unit_id", key=True),
        _text("id", key=True),
        _text("retiree_id"),
        _text("run_month", default=""),
        _text("decision"),
        sa.Column("month", sa.String),
        _long("back_pay", default="[]"),
        _long("reason"),
        _time("decided_at"),
        _text("decided_by"),
    )
    op.create_index("ix_payment_decisions_run_month", "payment_decisions", ["unit_id", "run_month"])
    op.create_index("ix_payment_decisions_retiree_id", "payment_decisions", ["unit_id", "retiree_id"])
    op.create_table(
        "drafts",
        _text("unit_id", key=True),
        _text("id", key=True),
        _text("kind"),
        _text("file_name"),
        _time("made_at"),
        _text("made_by"),
    )


def _roles() -> None:
    op.add_column("operators", _text("role", default="admin"))
    op.add_column("operators", sa.Column("all_units", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("operators", _time("disabled_at", nullable=True))
    op.create_table(
        "operator_units",
        sa.Column("operator_id", sa.String, sa.ForeignKey("operators.id"), primary_key=True),
        sa.Column("unit_id", sa.String, sa.ForeignKey("units.id"), primary_key=True),
    )


def _fill(connection: sa.Connection) -> None:
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(name) for name in ("unit_id", "id", "retiree_id", "channel", "state", "supersedes")
    ]
    times: list[sa.ColumnClause[Any]] = [
        sa.column("captured_at", sa.DateTime(timezone=True)),
        sa.column("counts_from", sa.Date),
    ]
    table = sa.table("certifications", *columns, *times)
    records = sa.table("records", sa.column("unit_id"), sa.column("uuid"), sa.column("state"), sa.column("reason"))
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for unit_id, body in _told(connection):
        last[unit_id, str(body["id"])] = body
    rows = [_row(unit_id, body) for (unit_id, _id), body in last.items()]
    for first in range(0, len(rows), BATCH):
        connection.execute(sa.insert(table), rows[first : first + BATCH])
    for (unit_id, uuid), body in last.items():
        here = (records.c.unit_id == unit_id) & (records.c.uuid == uuid)
        values = {"state": body["state"], "reason": body.get("reason", "")}
        connection.execute(sa.update(records).where(here).values(values))


def _told(connection: sa.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    wanted = sa.text("SELECT unit_id, body FROM changes WHERE kind = 'certification' ORDER BY unit_id, number")
    for unit_id, body in connection.execute(wanted):
        yield str(unit_id), json.loads(body)


def _row(unit_id: str, body: dict[str, Any]) -> dict[str, Any]:
    captured = datetime.fromisoformat(body["captured_at"]).astimezone(UTC)  # SQLite keeps no zone
    signed = body.get("signed_on") if body["channel"] == "unit_confirmed" else None
    return {
        "unit_id": unit_id,
        **{name: body[name] for name in ("id", "retiree_id", "channel", "state")},
        "supersedes": body.get("supersedes"),
        "void": bool(body.get("void", False)),
        "captured_at": captured,
        "counts_from": date.fromisoformat(signed) if signed else captured.astimezone(ZONE).date(),
    }


def downgrade() -> None:
    """Without them."""
    op.drop_table("operator_units")
    for column in ("disabled_at", "all_units", "role"):
        op.drop_column("operators", column)
    for table in ("drafts", "payment_decisions", "near_lists", "certifications"):
        op.drop_table(table)
    for column in ("summary", "imported_by"):
        op.drop_column("packages", column)
    op.drop_index("ix_audit_at", "audit")
    op.drop_index("ix_records_pending", "records")
    op.drop_index("ix_records_retiree_id", "records")
    for column in ("reason", "decided_by", "decided_at", "state"):
        op.drop_column("records", column)
