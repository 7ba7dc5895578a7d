"""Signs a reviewer should look at. A sign is a question, never a verdict: each has an innocent explanation too."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.domain.certification import Certification
from app.domain.cycle import dated_after_death
from app.domain.evidence import CaptureSummary, LivenessVerdict
from app.domain.ids import OperatorId, RecordId, RetireeId
from app.domain.policy import DEFAULT_POLICY, Policy
from app.domain.retiree import Retiree


class FraudKind(Enum):
    """Kinds of signs, the gravest first."""

    AFTER_DEATH = "after_death"
    FACE_OF_THE_DEAD = "face_of_the_dead"
    ATTACK_PASSED = "attack_passed"
    SAME_EVIDENCE = "same_evidence"
    SAME_PICTURE = "same_picture"
    SAME_FACE = "same_face"
    MANY_OVERRIDES = "many_overrides"
    AT_NIGHT = "at_night"


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudSign:
    """One sign.

    Attributes:
        retirees: whom it is about; empty when it is about a clerk.
        at: when the newest of it happened, None when it has no time.
        operator_id: the clerk, where one did it.
        count, total: of MANY_OVERRIDES: overrides and all certifications of that clerk.
    """

    kind: FraudKind
    retirees: tuple[RetireeId, ...] = ()
    at: datetime | None = None
    operator_id: OperatorId | None = None
    count: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A picture kept as evidence: whose, when, its SHA-256 and its 256-bit fingerprint (None when it could not be read)."""

    retiree_id: RetireeId
    at: datetime
    sha256: str
    fingerprint: int | None


NEAR_BITS = 14
"""Differing bits of two fingerprints up to which they are copies: the same picture saved again, cropped a little or brightened."""


def about_certifications(
    certifications: Iterable[Certification],
    *,
    retirees: Mapping[RetireeId, Retiree],
    summaries: Mapping[RecordId, CaptureSummary],
    policy: Policy = DEFAULT_POLICY,
) -> tuple[FraudSign, ...]:
    """Signs that lie in the certifications made here: after death, attack passed, at night, many overrides by one clerk."""
    made = list(certifications)
    found = [
        FraudSign(kind=FraudKind.AFTER_DEATH, retirees=(c.retiree_id,), at=c.captured_at, operator_id=c.operator_id)
        for c in made
        if (person := retirees.get(c.retiree_id)) is not None and dated_after_death([c], person.died_on)
    ]
    here = [c for c in made if c.operator_id is not None and c.visit_id is not None]
    for certification in here:
        whose = {"retirees": (certification.retiree_id,), "at": certification.captured_at}
        summary = summaries.get(certification.id)
        if summary is not None and summary.liveness is LivenessVerdict.ATTACK:
            found.append(FraudSign(kind=FraudKind.ATTACK_PASSED, operator_id=certification.operator_id, **whose))  # type: ignore[arg-type]
        if not policy.day_begins <= certification.captured_at.hour < policy.day_ends:
            found.append(FraudSign(kind=FraudKind.AT_NIGHT, operator_id=certification.operator_id, **whose))  # type: ignore[arg-type]
    return (*found, *_overrides(here, policy))


def _overrides(here: Sequence[Certification], policy: Policy) -> list[FraudSign]:
    by_clerk: defaultdict[OperatorId, list[Certification]] = defaultdict(list)
    for certification in here:
        if certification.operator_id is not None:
            by_clerk[certification.operator_id].append(certification)
    found = []
    for clerk, made in by_clerk.items():
        overrides = [c for c in made if c.second_operator_id is not None]
        if len(overrides) >= policy.overrides_least and len(overrides) >= policy.overrides_share * len(made):
            newest = max(c.captured_at for c in overrides)
            sign = FraudSign(
                kind=FraudKind.MANY_OVERRIDES, at=newest, operator_id=clerk, count=len(overrides), total=len(made)
            )
            found.append(sign)
    return found


def about_evidence(pieces: Sequence[Piece]) -> tuple[FraudSign, ...]:
    """The same picture, or nearly, as evidence for two people or at two times."""
    found = []
    for number, later in enumerate(pieces):
        for earlier in pieces[:number]:
            if _copies(earlier, later):
                people = tuple(dict.fromkeys((earlier.retiree_id, later.retiree_id)))
                found.append(FraudSign(kind=FraudKind.SAME_EVIDENCE, retirees=people, at=max(earlier.at, later.at)))
                break
    return tuple(found)


def _copies(one: Piece, other: Piece) -> bool:
    if one.sha256 == other.sha256:
        return True
    if one.fingerprint is None or other.fingerprint is None:
        return False
    return (one.fingerprint ^ other.fingerprint).bit_count() <= NEAR_BITS


def sorted_signs(signs: Iterable[FraudSign]) -> tuple[FraudSign, ...]:
    """The gravest first, of one kind the newest first."""
    order = {kind: number for number, kind in enumerate(FraudKind)}
    return tuple(
        sorted(signs, key=lambda sign: (order[sign.kind], -(sign.at.timestamp() if sign.at is not None else 0.0)))
    )
