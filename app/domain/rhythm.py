"""The month's rhythm (notice 三(二), 四(二); rules 17-19): when lists come, when forms must be at the center."""

from collections.abc import Collection
from datetime import date, timedelta

from app.domain.calendar import Month
from app.domain.policy import DEFAULT_POLICY, Policy


def submission_due(month: Month, policy: Policy = DEFAULT_POLICY) -> date:
    """Rule 18: the 30th, in February its last day."""
    return min(month.first_day() + timedelta(days=policy.submission_day - 1), month.last_day())


def list_due(month: Month, policy: Policy = DEFAULT_POLICY) -> date:
    """Rule 17: the day by which the center's near-deadline list is in."""
    return min(month.first_day() + timedelta(days=policy.list_day - 1), month.last_day())


def is_working_day(day: date, holidays: Collection[date] = (), made_up: Collection[date] = ()) -> bool:
    """Monday to Friday and no public holiday, or a weekend day that is worked in exchange (调休)."""
    return day in made_up or (day.weekday() < 5 and day not in holidays)


def submission_aim(month: Month, policy: Policy = DEFAULT_POLICY) -> date:
    """Rule 18's advice: the last working day on or before the due day."""
    day = submission_due(month, policy)
    while not is_working_day(day, policy.holidays, policy.made_up_days):
        day -= timedelta(days=1)
    return day


def batch_month(confirmed_on: date, policy: Policy = DEFAULT_POLICY) -> Month:
    """Rule 19: confirmed by the due day it goes with this month's batch, afterwards with the next month's."""
    month = Month.of(confirmed_on)
    return month if confirmed_on <= submission_due(month, policy) else month.plus(1)
