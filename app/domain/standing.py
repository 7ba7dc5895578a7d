"""How things stand for one retiree: the one coloured sentence of the screens, as codes and values (words in ui/text.py)."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.calendar import Month
from app.domain.retiree import PaymentState


class StandingKind(Enum):
    """Sorted roughly by how much it hurts."""

    DECEASED = "deceased"
    TERMINATED = "terminated"
    CUSTODY = "custody"
    SUSPENDED = "suspended"
    """The center has suspended payments."""
    SUSPENSION_PREDICTED = "suspension_predicted"
    """Overdue past the deadline's month: by the rules payments have stopped; the center has not said so yet."""
    OVERDUE_SAVABLE = "overdue_savable"
    """Overdue, but certifying within this month still saves every payment (rule 9)."""
    DUE_THIS_MONTH = "due_this_month"
    """Deadline later this month."""
    NEAR = "near"
    SAFE = "safe"
    SAFE_PROVISIONAL = "safe_provisional"
    """Safe only if the center accepts a record of ours (rule 7)."""


class Severity(Enum):
    """Colour and icon of the sentence; never colour alone."""

    GOOD = "good"
    NOTICE = "notice"
    WARNING = "warning"
    DANGER = "danger"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Both deadlines of rule 7.

    Attributes:
        confirmed: from records the center accepted (and rules 4, 5).
        with_provisional: also counting the records still waiting; equal to ``confirmed`` when none waits.
    """

    confirmed: date | None
    with_provisional: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutlook:
    """Predicted payments (rules 8-11): prediction of the desk, never a decision.

    Attributes:
        first_unpaid: first month without payment if nothing happens or until certified; None when nothing is lost.
        resumes: month in which payments resume, None while not certified or nothing was lost.
        back_pay: months paid later together with ``resumes``.
    """

    first_unpaid: Month | None
    resumes: Month | None = None
    back_pay: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingFacts:
    """What decides how things stand, whatever the day: people who share it stand the same on every day.

    Attributes:
        payment, suspended_from: the center's decision.
        died_on, overpaid: death, and whether a month after it was paid.
        lost_on: other loss of eligibility.
        custody: (begin, end) of rule 16.
        deadlines: see Deadlines.
        lapses: (first unpaid month, month of resumption) of every lapse that a certification has ended.
    """

    payment: PaymentState
    suspended_from: Month | None
    died_on: date | None
    overpaid: bool
    lost_on: date | None
    custody: tuple[tuple[date, date | None], ...]
    deadlines: Deadlines
    lapses: tuple[tuple[Month, Month], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The sentence's content.

    Attributes:
        kind, severity: which sentence, which colour.
        days: days until (positive) or since (negative) the deadline.
        deadlines: see Deadlines.
        outlook: predicted payments.
        articles: sections of the notice that say so, e.g. ("四(三)",).
    """

    kind: StandingKind
    severity: Severity
    days: int | None
    deadlines: Deadlines
    outlook: PaymentOutlook
    articles: tuple[str, ...]
