"""The register of processing (PIPL art. 55, 56; GB/T 35273): what is done with personal data, told by the tables that hold it.

Words for each are in app/ui/privacy_text.py. A test holds this against the store: a table that nobody names fails it.
"""

from dataclasses import dataclass

from app.domain.policy import Policy
from app.domain.retention import DataKind, months


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One kind of processing.

    Attributes:
        code: names its words.
        tables: of the store.
        kind: whose retention holds; None while the person is on the roster, or the program's own record.
        sensitive: 敏感个人信息 (art. 28).
        to_center: what of it goes to the provincial center.
    """

    code: str
    tables: tuple[str, ...]
    kind: DataKind | None = None
    sensitive: bool = False
    to_center: bool = False


ACTIVITIES = (
    Activity(
        code="roster",
        tables=("retirees", "standing_facts", "standings", "certified_months", "stale_standings"),
        sensitive=True,
    ),
    Activity(code="photo", tables=(), sensitive=True),
    Activity(code="face", tables=("visits",), kind=DataKind.EVIDENCE, sensitive=True),
    Activity(code="certification", tables=("certifications",), to_center=True),
    Activity(code="form", tables=("cases",), kind=DataKind.PAPER, sensitive=True, to_center=True),
    Activity(code="report", tables=("eligibility_reports",), kind=DataKind.PAPER, sensitive=True, to_center=True),
    Activity(code="contact", tables=("follow_ups",), kind=DataKind.CONTACT),
    Activity(code="trip", tables=("trips",), sensitive=True),
    Activity(code="outbox", tables=("outbox", "uploads"), sensitive=True, to_center=True),
    Activity(code="scrutiny", tables=("settled_signs",)),
    Activity(code="import", tables=(), kind=DataKind.JOURNAL),
    Activity(code="staff", tables=("operators",)),
    Activity(code="log", tables=("audit", "audit_seals")),
    Activity(code="settings", tables=("settings",)),
)


def kept_months(activity: Activity, policy: Policy) -> int | None:
    """None for as long as the person is on the roster, or the program's own record."""
    return months(activity.kind, policy) if activity.kind is not None else None
