"""Assertions that were used, so that none is used twice."""

import sqlalchemy as sa
from alembic import op

revision = "c0004"
down_revision = "c0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "spent_assertions",
        sa.Column("desk_id", sa.String, primary_key=True),
        sa.Column("jti", sa.String, primary_key=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_spent_assertions_expires_at", "spent_assertions", ["expires_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("spent_assertions")
