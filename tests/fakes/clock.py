"""A clock that stands still until moved."""

from datetime import date, datetime, timedelta, timezone

CST = timezone(timedelta(hours=8))


class FakeClock:
    """Implements app.services.ports.Clock; ``move`` it by hand."""

    def __init__(self, at: datetime = datetime(2026, 11, 24, 9, 30, tzinfo=CST)) -> None:
        self.at = at
        self.ticks = 0.0

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.date()

    def monotonic(self) -> float:
        return self.ticks

    def move(self, by: timedelta) -> None:
        self.at += by
        self.ticks += by.total_seconds()
