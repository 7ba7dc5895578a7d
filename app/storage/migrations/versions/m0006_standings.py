"""What decides how each person stands, beside the roster, and triggers that note whose is out of date."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TRIGGERS = {
    "stale_after_retiree_insert": ("INSERT ON retirees", "NEW.id"),
    "stale_after_retiree_update": ("UPDATE ON retirees", "NEW.id"),
    "stale_after_retiree_delete": ("DELETE ON retirees", "OLD.id"),
    "stale_after_certification_insert": ("INSERT ON certifications", "NEW.retiree_id"),
    "stale_after_certification_update": ("UPDATE ON certifications", "NEW.retiree_id"),
    "stale_after_certification_delete": ("DELETE ON certifications", "OLD.retiree_id"),
}


def upgrade() -> None:
    """Create them; everybody already there is out of date."""
    op.create_table(
        "standing_facts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("document", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "standings",
        sa.Column("retiree_id", sa.String, primary_key=True),
        sa.Column("facts_id", sa.Integer),
    )
    op.create_index("ix_standings_facts_id", "standings", ["facts_id"])
    op.create_table(
        "certified_months",
        sa.Column("retiree_id", sa.String, primary_key=True),
        sa.Column("month", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_index("ix_certified_months_month", "certified_months", ["month"])
    op.create_table("stale_standings", sa.Column("retiree_id", sa.String, primary_key=True))
    for name, (event, whose) in TRIGGERS.items():
        # Not INSERT OR IGNORE: a trigger's conflict clause gives way to that of the statement that fires it.
        unknown = f"NOT EXISTS (SELECT 1 FROM stale_standings WHERE retiree_id = {whose})"  # noqa: S608 - constants
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} BEGIN "
            f"INSERT INTO stale_standings (retiree_id) SELECT {whose} WHERE {unknown}; END"
        )
    op.execute("INSERT OR IGNORE INTO stale_standings SELECT id FROM retirees")
    op.execute("INSERT OR IGNORE INTO stale_standings SELECT retiree_id FROM certifications")


def downgrade() -> None:
    """Drop them."""
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    for table in ("stale_standings", "certified_months", "standings", "standing_facts"):
        op.drop_table(table)
