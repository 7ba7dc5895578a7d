"""The one look at the clock, and new identifiers."""

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

import uuid6

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Civil time of the rules."""


class SystemClock:
    """Implements app.services.ports.Clock."""

    def now(self) -> datetime:
        """Aware, Asia/Shanghai."""
        return datetime.now(SHANGHAI)  # noqa: TID251 - the adapter of the Clock port

    def today(self) -> date:
        """Civil date in Asia/Shanghai."""
        return self.now().date()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()


def new_id() -> str:
    """UUID version 7 as text: sorts by time."""
    return str(uuid6.uuid7())
