"""The log of contacts with retirees."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("retiree_id", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("next_on", sa.String),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_follow_ups_retiree_id", "follow_ups", ["retiree_id"])
    op.create_index("ix_follow_ups_next_on", "follow_ups", ["next_on"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("follow_ups")
