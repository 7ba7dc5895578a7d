"""Alembic migrations, run in-process by app.storage.upgrade (works frozen)."""
