"""Every choice the notice leaves open, as named values that the center can change by sync."""

from dataclasses import dataclass, field
from datetime import date

NO_MODEL_PACK = "none"
"""Policy value: the desks work with the models of the program."""
REVIEW_NEVER, REVIEW_IF_POSSIBLE, REVIEW_ALWAYS = FORM_REVIEWS = ("never", "if_possible", "always")
"""What becomes of a form that nobody else at the unit may review (a one-clerk unit): ``if_possible`` lets it go, marked as not
reviewed; ``always`` lets it wait until the working day to aim for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Policy values; the numbers are the defaults of rules/RULES.md.

    Attributes:
        version: the center's name for this set; stored with every record.
        cycle_months: length of a cycle (rule 1).
        regime_start: first day of the rules; older recipients have the transition (rules 4, 5).
        transition_end: last day for those never certified and paid before the regime (rule 4).
        near_days: a deadline within so many days is near (rule 17).
        warn_days: the desk's own warning steps, days before the deadline, longest first.
        submission_day: day of the month by which forms are at the center (rule 18).
        list_day: day of the month by which the center sends its list (rule 17).
        holidays, made_up_days: public holidays on weekdays, weekend days worked in exchange (调休); announced year by year.
        very_old_age: age in years from which 高龄行动不便 needs no further paper.
        photo_old_years: a reference photo older than this counts in the advice.
        clock_skew_warn_s: difference to the center's clock that is warned about (PROTOCOL, Time).
        early_days: a certification this many days before the deadline is called early in PRECHECK.
        evidence_retention_months: pictures, clips and measurements of a certification are erased after so many months.
        paper_retention_months: scans and papers of forms and reports.
        contact_retention_months: the log of contacts, and what a roster import changed.
        abandoned_retention_months: what a visit without a result left behind.
        take_along_days: a home visit's package opens for so many days at most.
        consent_version: version of the consent wording in force.
        day_begins, day_ends: hours between which a certification is expected; outside it is a sign for the reviewer.
        overrides_least, overrides_share: so many overrides of one clerk, and such a share, are a sign for the reviewer.
        form_review: whether a form waits for another person's look before it goes into the month's batch: one of FORM_REVIEWS.
        idle_lock_s: the session locks after so many seconds without input.
        model_pack: SHA-256 of the pack of face models that desks install; NO_MODEL_PACK for none, "" leaves it to the unit.
        reasons_requiring: what each form reason asks for: reason code → document codes.
    """

    version: str = "default-1"
    cycle_months: int = 12
    regime_start: date = date(2022, 4, 1)
    transition_end: date = date(2022, 9, 30)
    near_days: int = 60
    warn_days: tuple[int, ...] = (60, 30, 7)
    submission_day: int = 30
    list_day: int = 20
    holidays: tuple[date, ...] = ()
    made_up_days: tuple[date, ...] = ()
    very_old_age: int = 80
    photo_old_years: int = 10
    clock_skew_warn_s: int = 300
    early_days: int = 300
    evidence_retention_months: int = 60
    paper_retention_months: int = 120
    contact_retention_months: int = 36
    abandoned_retention_months: int = 3
    take_along_days: int = 7
    consent_version: str = "2026-2"
    day_begins: int = 6
    day_ends: int = 21
    overrides_least: int = 5
    overrides_share: float = 0.3
    form_review: str = "if_possible"
    idle_lock_s: int = 600
    model_pack: str = ""
    reasons_requiring: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "gravely_ill": ("hospital_paper",),
            "disabled": ("disability_paper",),
            "very_old": (),
            "abroad_online_failed": ("video_abroad",),
            "no_card": (),
            "other": (),
        }
    )


DEFAULT_POLICY = Policy()
