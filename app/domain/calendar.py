"""Civil calendar of the rules: months, adding months, the day the forms are due. Asia/Shanghai civil dates throughout."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""Asia/Shanghai in all the years of this program: no summer time since 1991."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month of payments.

    Attributes:
        year: four digits.
        month: 1 to 12.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"month {self.month} is not 1..12")

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that holds ``day``."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """From ``YYYY-MM``; ValueError otherwise."""
        year, month = text.split("-")
        return cls(int(year), int(month))

    def plus(self, months: int) -> "Month":
        """This month moved by ``months`` (may be negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def last_day(self) -> date:
        """The month's last civil date."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def first_day(self) -> date:
        """The month's first civil date."""
        return date(self.year, self.month, 1)

    def until(self, last: "Month") -> Iterator["Month"]:
        """Every month from this one to ``last``, both included; nothing when ``last`` is earlier."""
        current = self
        while current <= last:
            yield current
            current = current.plus(1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def add_months(day: date, months: int) -> date:
    """``day`` moved by calendar months; the last day of a shorter month (rule 1: 2024-02-29 + 12 → 2025-02-28)."""
    target = Month.of(day).plus(months)
    return date(target.year, target.month, min(day.day, target.last_day().day))


def civil_day(at: datetime) -> date:
    """The day in Asia/Shanghai at a moment (aware)."""
    return at.astimezone(CHINA).date()
