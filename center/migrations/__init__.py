"""Alembic migrations of the center, run in-process at start."""
