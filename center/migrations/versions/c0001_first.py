"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "c0001"
down_revision = None
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, default: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, primary_key=key, server_default="" if default else None)


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "units",
        _text("id", key=True),
        _text("name"),
        sa.Column("code", sa.String, nullable=False, unique=True),
        _text("phone", default=True),
        _text("address", default=True),
        sa.Column("demo", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("next_change", sa.Integer, nullable=False, server_default="1"),
        sa.Column("next_receipt", sa.Integer, nullable=False, server_default="1"),
    )
    op.create_table(
        "enrolment_codes",
        _text("code_sha256", key=True),
        sa.Column("unit_id", sa.String, sa.ForeignKey("units.id"), nullable=False),
        _time("expires_at"),
        _time("used_at", nullable=True),
    )
    op.create_table(
        "desks",
        _text("id", key=True),
        sa.Column("unit_id", sa.String, sa.ForeignKey("units.id"), nullable=False),
        _text("name"),
        sa.Column("public_key", sa.String, nullable=False, unique=True),
        _time("enrolled_at"),
        _time("revoked_at", nullable=True),
        sa.Column("revoked_why", sa.Text, nullable=False, server_default=""),
    )
    op.create_table(
        "signing_keys",
        _text("key_id", key=True),
        sa.Column("private_key", sa.LargeBinary, nullable=False),
        _text("public_key"),
        _time("made_at"),
        _time("retired_at", nullable=True),
    )
    _growing_tables()


def _growing_tables() -> None:
    op.create_table(
        "changes",
        _text("unit_id", key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _text("kind"),
        _text("subject"),
        sa.Column("body", sa.Text, nullable=False),
        _time("made_at"),
    )
    op.create_index("ix_changes_subject", "changes", ["unit_id", "kind", "subject"])
    op.create_table(
        "retirees",
        _text("unit_id", key=True),
        _text("id", key=True),
        _text("name"),
        _text("id_number"),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "photos",
        _text("unit_id", key=True),
        _text("sha256", key=True),
        _text("media_type"),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "records",
        _text("unit_id", key=True),
        _text("uuid", key=True),
        _text("kind"),
        _text("sha256"),
        sa.Column("content", sa.Text, nullable=False),
        _text("desk_id"),
        _text("retiree_id", default=True),
        _time("arrived_at"),
        sa.Column("receipt", sa.Text, nullable=False),
    )
    op.create_index("ix_records_arrived_at", "records", ["unit_id", "arrived_at"])
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        _time("at"),
        _text("who"),
        _text("action"),
        _text("unit_id", default=True),
        _text("subject", default=True),
    )


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "audit",
        "records",
        "photos",
        "retirees",
        "changes",
        "signing_keys",
        "desks",
        "enrolment_codes",
        "units",
    ):
        op.drop_table(table)
