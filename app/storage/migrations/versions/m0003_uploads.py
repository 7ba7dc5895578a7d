"""Which attachments the center has."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "uploads",
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("record_id", sa.String, nullable=False),
        sa.Column("done_at", sa.String, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("uploads")
