"""What waits in the outbox, and what has files, is found without reading all that ever went out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create two indexes that hold only those rows."""
    op.create_index("ix_outbox_waiting", "outbox", ["captured_at", "id"], sqlite_where=sa.text("receipt IS NULL"))
    op.create_index("ix_outbox_files", "outbox", ["captured_at", "id"], sqlite_where=sa.text("attachments != '[]'"))


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_outbox_files", "outbox")
    op.drop_index("ix_outbox_waiting", "outbox")
