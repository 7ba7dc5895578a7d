"""The tables, private to this package. Documents with indexed columns: what is searched or joined is a column, the frozen object is JSON.

Records are immutable, so a document column cannot drift from its indexed columns; the center's answer is the exception and is a column
of its own (``center``) beside the document.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

retirees = Table(
    "retirees",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("id_number", String, nullable=False),
    Column("died_on", String),
    Column("document", Text, nullable=False),
    Index("ix_retirees_id_number", "id_number"),
)

certifications = Table(
    "certifications",
    metadata,
    Column("id", String, primary_key=True),
    Column("retiree_id", String, nullable=False),
    Column("captured_at", String, nullable=False),
    Column("center", String, nullable=False),
    Column("document", Text, nullable=False),
    Column("summary", Text),
    Index("ix_certifications_retiree_id", "retiree_id"),
    Index("ix_certifications_captured_at", "captured_at"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", String, primary_key=True),
    Column("retiree_id", String),
    Column("step", String, nullable=False),
    Column("updated_at", String, nullable=False),
    Column("document", Text, nullable=False),
    Index("ix_visits_step", "step"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String, primary_key=True),
    Column("retiree_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("document", Text, nullable=False),
    Index("ix_cases_retiree_id", "retiree_id"),
    Index("ix_cases_state", "state"),
)

operators = Table(
    "operators",
    metadata,
    Column("id", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("password_hash", String, nullable=False),
    Column("document", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("captured_at", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("operator_id", String, ForeignKey("operators.id"), nullable=False),
    Column("attachments", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", String),
    Column("last_error", Text, nullable=False),
    Column("receipt", Text),
    Column("refusal", Text, nullable=False),
    Index("ix_outbox_captured_at", "captured_at"),
    Index("ix_outbox_waiting", "captured_at", "id", sqlite_where=text("receipt IS NULL")),
    Index("ix_outbox_files", "captured_at", "id", sqlite_where=text("attachments != '[]'")),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("operator_id", String),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    CheckConstraint("number > 0", name="number_positive"),
)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("signature", String, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

eligibility_reports = Table(
    "eligibility_reports",
    metadata,
    Column("id", String, primary_key=True),
    Column("retiree_id", String, nullable=False),
    Column("stands", Boolean, nullable=False),
    Column("document", Text, nullable=False),
    Index("ix_eligibility_reports_retiree_id", "retiree_id"),
)

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("id", String, primary_key=True),
    Column("retiree_id", String, nullable=False),
    Column("at", String, nullable=False),
    Column("next_on", String),
    Column("document", Text, nullable=False),
    Index("ix_follow_ups_retiree_id", "retiree_id"),
    Index("ix_follow_ups_next_on", "next_on"),
)

trips = Table("trips", metadata, Column("id", String, primary_key=True), Column("document", Text, nullable=False))

settled_signs = Table(
    "settled_signs",
    metadata,
    Column("key", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("record_id", String, nullable=False),
    Column("done_at", String, nullable=False),
)

standing_facts = Table(
    "standing_facts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document", Text, nullable=False, unique=True),
)

standings = Table(
    "standings",
    metadata,
    Column("retiree_id", String, primary_key=True),
    Column("facts_id", Integer),
    Index("ix_standings_facts_id", "facts_id"),
)

certified_months = Table(
    "certified_months",
    metadata,
    Column("retiree_id", String, primary_key=True),
    Column("month", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Index("ix_certified_months_month", "month"),
)

stale_standings = Table("stale_standings", metadata, Column("retiree_id", String, primary_key=True))
"""Filled by triggers on ``retirees`` and ``certifications``, whoever writes there."""
