"""Accounts of the center's clerks, secrets shared by all workers, and an audit table with the unit as leading key."""

import sqlalchemy as sa
from alembic import op

revision = "c0003"
down_revision = "c0002"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, default: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, primary_key=key, server_default="" if default else None)


def upgrade() -> None:
    """Two new tables; audit lines move over with their number as id."""
    op.create_table(
        "operators",
        _text("id", key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        _text("password_hash"),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        _time("locked_until", nullable=True),
        _text("session"),
        _time("made_at"),
    )
    op.create_table("secrets", _text("name", key=True), sa.Column("value", sa.LargeBinary, nullable=False))
    op.rename_table("audit", "audit_before")
    op.create_table(
        "audit",
        sa.Column("unit_id", sa.String, nullable=False, server_default=""),
        sa.Column("id", sa.String, nullable=False),
        _time("at"),
        _text("who"),
        _text("action"),
        _text("subject", default=True),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("unit_id", "id", name="pk_audit_by_unit"),  # PostgreSQL still has the old table's
    )
    twelve = "substr('000000000000' || number, length('000000000000' || number) - 11)"
    if op.get_bind().dialect.name == "postgresql":
        twelve = "lpad(CAST(number AS text), 12, '0')"
    move = f"SELECT unit_id, {twelve}, at, who, action, subject FROM audit_before"  # noqa: S608 - one of two constants
    op.execute(f"INSERT INTO audit (unit_id, id, at, who, action, subject) {move}")
    op.drop_table("audit_before")


def downgrade() -> None:
    """Back to numbered audit lines, in the order of their times."""
    op.rename_table("audit", "audit_after")
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        _time("at"),
        _text("who"),
        _text("action"),
        _text("unit_id", default=True),
        _text("subject", default=True),
    )
    op.execute(
        "INSERT INTO audit (at, who, action, unit_id, subject) "
        "SELECT at, who, action, unit_id, subject FROM audit_after ORDER BY at, id"
    )
    op.drop_table("audit_after")
    op.drop_table("secrets")
    op.drop_table("operators")
