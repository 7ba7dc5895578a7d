"""What the clerk must know before a certification begins: who can't be certified, what would be early, whether the clock is right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from app.domain.certification import CenterState, Certification
from app.domain.cycle import dated_after_death, effective
from app.domain.idnumber import IdNumber, parse
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.retiree import Residence, Retiree
from app.domain.standing import Standing, StandingKind


class FindingCode(Enum):
    """One finding; words and advice in ui/text.py."""

    DEAD = "dead"
    FRAUD_AFTER_DEATH = "fraud_after_death"
    """A certification is on record that is dated after the death."""
    TERMINATED = "terminated"
    CLOCK_BACKWARDS = "clock_backwards"
    """The clock stands before the last record: certification stops (PROTOCOL, Time)."""
    CLOCK_SKEWED = "clock_skewed"
    CUSTODY = "custody"
    SUSPENDED = "suspended"
    CERTIFIED_TODAY = "certified_today"
    WAITING = "waiting"
    """A record of this person already waits for the center."""
    EARLY = "early"
    NO_PHOTO = "no_photo"
    NO_CARD = "no_card"
    ABROAD = "abroad"
    ID_NUMBER_ODD = "id_number_odd"
    """The roster's ID number is not valid, or differs from the roster's birth date or sex."""


class Blocks(Enum):
    """How far a finding reaches."""

    NOTHING = "nothing"
    FACE = "face"
    """Only the form route is open."""
    ALL = "all"
    """No certification at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding with what it blocks and the notice's sections."""

    code: FindingCode
    blocks: Blocks
    articles: tuple[str, ...]


def _finding(code: FindingCode, blocks: Blocks, *articles: str) -> Finding:
    return Finding(code=code, blocks=blocks, articles=articles)


def findings(
    retiree: Retiree,
    standing: Standing,
    certifications: Sequence[Certification],
    *,
    now: datetime,
    last_record_at: datetime | None = None,
    clock_skew_s: float = 0.0,
    policy: Policy = DEFAULT_POLICY,
) -> tuple[Finding, ...]:
    """All findings, those that block everything first.

    Args:
        now: aware, Asia/Shanghai.
        last_record_at: capture time of the newest record made at this desk.
        clock_skew_s: desk minus center as last measured, seconds.
    """
    found = [
        *_about_person(retiree, standing, certifications),
        *_about_clock(now, last_record_at, clock_skew_s, policy),
        *_about_timing(standing, certifications, now.date(), retiree.died_on, policy),
        *_about_face_road(retiree),
    ]
    order = [Blocks.ALL, Blocks.FACE, Blocks.NOTHING]
    return tuple(sorted(found, key=lambda f: order.index(f.blocks)))


def _about_person(retiree: Retiree, standing: Standing, certifications: Sequence[Certification]) -> list[Finding]:
    found = []
    if retiree.died_on is not None:
        found.append(_finding(FindingCode.DEAD, Blocks.ALL, "四(四)"))
        if dated_after_death(certifications, retiree.died_on):
            found.append(_finding(FindingCode.FRAUD_AFTER_DEATH, Blocks.ALL, "五(四)"))
    elif standing.kind is StandingKind.TERMINATED:
        found.append(_finding(FindingCode.TERMINATED, Blocks.ALL, "四(三)"))
    if standing.kind is StandingKind.CUSTODY:
        found.append(_finding(FindingCode.CUSTODY, Blocks.NOTHING, "四(五)"))
    if standing.kind in (StandingKind.SUSPENDED, StandingKind.SUSPENSION_PREDICTED):
        found.append(_finding(FindingCode.SUSPENDED, Blocks.NOTHING, "四(三)"))
    parsed = parse(retiree.id_number)
    if not isinstance(parsed, IdNumber) or not _agrees(parsed, retiree):
        found.append(_finding(FindingCode.ID_NUMBER_ODD, Blocks.NOTHING))
    return found


def _agrees(number: IdNumber, retiree: Retiree) -> bool:
    return number.birth_date == retiree.birth_date and number.sex in (None, retiree.sex)


def _about_clock(now: datetime, last_record_at: datetime | None, clock_skew_s: float, policy: Policy) -> list[Finding]:
    if last_record_at is not None and now < last_record_at:
        return [_finding(FindingCode.CLOCK_BACKWARDS, Blocks.ALL)]
    if abs(clock_skew_s) > policy.clock_skew_warn_s:
        return [_finding(FindingCode.CLOCK_SKEWED, Blocks.NOTHING)]
    return []


def _about_timing(
    standing: Standing, certifications: Sequence[Certification], today: date, died_on: date | None, policy: Policy
) -> list[Finding]:
    counted = effective(certifications, died_on)
    if any(c.captured_at.date() == today for c in counted):
        return [_finding(FindingCode.CERTIFIED_TODAY, Blocks.NOTHING, "二")]
    found = []
    if any(c.center is CenterState.PENDING for c in counted):
        found.append(_finding(FindingCode.WAITING, Blocks.NOTHING, "三(二)"))
    if standing.days is not None and standing.days >= policy.early_days:
        found.append(_finding(FindingCode.EARLY, Blocks.NOTHING, "二"))
    return found


def _about_face_road(retiree: Retiree) -> list[Finding]:
    found = []
    if retiree.card_number is None:
        found.append(_finding(FindingCode.NO_CARD, Blocks.FACE, "四(一)", "三(二)"))
    elif retiree.photo is None:
        found.append(_finding(FindingCode.NO_PHOTO, Blocks.FACE, "四(一)", "三(二)"))
    if retiree.residence is Residence.ABROAD:
        found.append(_finding(FindingCode.ABROAD, Blocks.NOTHING, "三(一)"))
    return found


def blocked(found: Sequence[Finding]) -> Blocks:
    """How far all findings together reach."""
    reach = {finding.blocks for finding in found}
    return Blocks.ALL if Blocks.ALL in reach else Blocks.FACE if Blocks.FACE in reach else Blocks.NOTHING
