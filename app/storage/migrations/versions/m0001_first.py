"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "retirees",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("id_number", sa.String, nullable=False),
        sa.Column("died_on", sa.String),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_retirees_id_number", "retirees", ["id_number"])
    op.create_table(
        "certifications",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("retiree_id", sa.String, nullable=False),
        sa.Column("captured_at", sa.String, nullable=False),
        sa.Column("center", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("summary", sa.Text),
    )
    op.create_index("ix_certifications_retiree_id", "certifications", ["retiree_id"])
    op.create_index("ix_certifications_captured_at", "certifications", ["captured_at"])
    op.create_table(
        "visits",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("retiree_id", sa.String),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("updated_at", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_visits_step", "visits", ["step"])
    op.create_table(
        "cases",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("retiree_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_cases_retiree_id", "cases", ["retiree_id"])
    op.create_index("ix_cases_state", "cases", ["state"])
    _desk_tables()


def _desk_tables() -> None:
    op.create_table(
        "operators",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("login", sa.String, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.UniqueConstraint("login", name="uq_operators_login"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("captured_at", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("operator_id", sa.String, nullable=False),
        sa.Column("attachments", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.String),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text),
        sa.Column("refusal", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.id"], name="fk_outbox_operator_id_operators"),
    )
    op.create_index("ix_outbox_captured_at", "outbox", ["captured_at"])
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("operator_id", sa.String),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
        sa.CheckConstraint("number > 0", name="ck_audit_number_positive"),
    )
    op.create_table(
        "settings", sa.Column("key", sa.String, primary_key=True), sa.Column("value", sa.Text, nullable=False)
    )


def downgrade() -> None:
    """Drop everything."""
    for table in ("settings", "audit", "outbox", "operators", "cases", "visits", "certifications", "retirees"):
        op.drop_table(table)
