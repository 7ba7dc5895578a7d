"""Tables of the center. Tables that grow carry the unit as leading key, so that they can be partitioned by it."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
    true,
)
from uuid6 import uuid7

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_time = DateTime(timezone=True)
PENDING = "state = 'pending'"
SMALL = frozenset(
    {"units", "enrolment_codes", "desks", "signing_keys", "spent_assertions", "operators", "operator_units", "secrets"}
)
"""Tables that stay small; all others grow, and have the unit as leading key."""

units = Table(
    "units",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("code", String, nullable=False, unique=True),
    Column("phone", String, nullable=False, server_default=""),
    Column("address", String, nullable=False, server_default=""),
    Column("demo", Boolean, nullable=False, server_default=false()),
    Column("next_change", Integer, nullable=False, server_default="1"),
    Column("next_receipt", Integer, nullable=False, server_default="1"),
)

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    Column("code_sha256", String, primary_key=True),
    Column("unit_id", String, ForeignKey("units.id"), nullable=False),
    Column("expires_at", _time, nullable=False),
    Column("used_at", _time),
)

desks = Table(
    "desks",
    metadata,
    Column("id", String, primary_key=True),
    Column("unit_id", String, ForeignKey("units.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("public_key", String, nullable=False, unique=True),
    Column("enrolled_at", _time, nullable=False),
    Column("revoked_at", _time),
    Column("revoked_why", Text, nullable=False, server_default=""),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("private_key", LargeBinary, nullable=False),
    Column("public_key", String, nullable=False),
    Column("made_at", _time, nullable=False),
    Column("retired_at", _time),
)

spent_assertions = Table(
    "spent_assertions",
    metadata,
    Column("desk_id", String, primary_key=True),
    Column("jti", String, primary_key=True),
    Column("expires_at", _time, nullable=False),
    Index("ix_spent_assertions_expires_at", "expires_at"),
)

changes = Table(
    "changes",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", _time, nullable=False),
    Index("ix_changes_subject", "unit_id", "kind", "subject"),
)

retirees = Table(
    "retirees",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("id_number", String, nullable=False),
    Column("body", Text, nullable=False),
)

photos = Table(
    "photos",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("uuid", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("desk_id", String, nullable=False),
    Column("retiree_id", String, nullable=False, server_default=""),
    Column("arrived_at", _time, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("state", String, nullable=False, server_default=""),
    Column("decided_at", _time),
    Column("decided_by", String, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ix_records_arrived_at", "unit_id", "arrived_at"),
    Index("ix_records_retiree_id", "unit_id", "retiree_id"),
    Index("ix_records_pending", "unit_id", "arrived_at", sqlite_where=text(PENDING), postgresql_where=text(PENDING)),
)
"""``state``: of forms and certifications pending, accepted or rejected, as the desks were told; "" for all else."""

certifications = Table(
    "certifications",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("retiree_id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("captured_at", _time, nullable=False),
    Column("counts_from", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("void", Boolean, nullable=False, server_default=false()),
    Column("supersedes", String),
    Index("ix_certifications_retiree_id", "unit_id", "retiree_id"),
)
"""The last word of ``changes`` about each certification, to reckon deadlines by."""

near_lists = Table(
    "near_lists",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("month", String, primary_key=True),
    Column("people", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("made_at", _time, nullable=False),
    Column("made_by", String, nullable=False),
)

payment_decisions = Table(
    "payment_decisions",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("id", String, primary_key=True, default=lambda: str(uuid7())),
    Column("retiree_id", String, nullable=False),
    Column("run_month", String, nullable=False, server_default=""),
    Column("decision", String, nullable=False),
    Column("month", String),
    Column("back_pay", Text, nullable=False, server_default="[]"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("decided_at", _time, nullable=False),
    Column("decided_by", String, nullable=False),
    Index("ix_payment_decisions_run_month", "unit_id", "run_month"),
    Index("ix_payment_decisions_retiree_id", "unit_id", "retiree_id"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("made_at", _time, nullable=False),
    Column("made_by", String, nullable=False),
)
"""Files that a clerk has uploaded and not yet confirmed."""

packages = Table(
    "packages",
    metadata,
    Column("unit_id", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("desk_id", String, nullable=False),
    Column("records", Integer, nullable=False),
    Column("imported_at", _time, nullable=False),
    Column("imported_by", String, nullable=False, server_default=""),
    Column("summary", Text, nullable=False, server_default="{}"),
)

audit = Table(
    "audit",
    metadata,
    Column("unit_id", String, primary_key=True, default="", server_default=""),
    Column("id", String, primary_key=True, default=lambda: str(uuid7())),
    Column("at", _time, nullable=False),
    Column("who", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Index("ix_audit_at", "at", postgresql_using="brin"),
)

operators = Table(
    "operators",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("password_hash", String, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", _time),
    Column("session", String, nullable=False),
    Column("made_at", _time, nullable=False),
    Column("role", String, nullable=False, server_default="admin"),
    Column("all_units", Boolean, nullable=False, server_default=true()),
    Column("disabled_at", _time),
)

operator_units = Table(
    "operator_units",
    metadata,
    Column("operator_id", String, ForeignKey("operators.id"), primary_key=True),
    Column("unit_id", String, ForeignKey("units.id"), primary_key=True),
)

secret_values = Table(
    "secrets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
