"""The center's clock, in one place."""

from datetime import UTC, datetime


def now() -> datetime:
    """Aware, UTC, whole microseconds."""
    return datetime.now(UTC)  # noqa: TID251 - the center's only look at the clock
