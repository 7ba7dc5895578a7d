"""Reports of death, loss of eligibility and custody."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "eligibility_reports",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("retiree_id", sa.String, nullable=False),
        sa.Column("stands", sa.Boolean, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_eligibility_reports_retiree_id", "eligibility_reports", ["retiree_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("eligibility_reports")
