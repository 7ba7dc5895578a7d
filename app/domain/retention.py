"""How long personal data is kept (PIPL art. 19 and 47): kinds of data, each with the policy value that ends it."""

from datetime import date
from enum import Enum

from app.domain.calendar import add_months
from app.domain.policy import Policy


class DataKind(Enum):
    """What is erased when its time has passed. The fact of a certification is no such kind: the pension's file needs it."""

    EVIDENCE = "evidence"
    """Best picture, clip and measurements of a certification by face."""
    ABANDONED = "abandoned"
    """The same, of a visit that came to nothing."""
    PAPER = "paper"
    """Scans and papers of forms and reports."""
    CONTACT = "contact"
    """Contacts by telephone, letter, visit."""
    JOURNAL = "journal"
    """What a roster import changed."""


def months(kind: DataKind, policy: Policy) -> int:
    """How long it is kept."""
    return {
        DataKind.EVIDENCE: policy.evidence_retention_months,
        DataKind.ABANDONED: policy.abandoned_retention_months,
        DataKind.PAPER: policy.paper_retention_months,
        DataKind.CONTACT: policy.contact_retention_months,
        DataKind.JOURNAL: policy.contact_retention_months,
    }[kind]


def kept_until(kind: DataKind, made_on: date, policy: Policy) -> date:
    """The last day on which it is there."""
    return add_months(made_on, months(kind, policy))


def passed(kind: DataKind, made_on: date, today: date, policy: Policy) -> bool:
    """Whether its time is over."""
    return today > kept_until(kind, made_on, policy)
