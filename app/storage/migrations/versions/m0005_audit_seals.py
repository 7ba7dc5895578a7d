"""The audit log's daily signatures."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("previous", sa.String, nullable=False),
        sa.Column("signature", sa.String, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("audit_seals")
