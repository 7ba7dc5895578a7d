"""Signs a reviewer should look at. A sign is a question, never a verdict: each has an innocent explanation too."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from app.domain.certification import Certification
from app.domain.cycle import dated_after_death
from app.domain.evidence import CaptureSummary, LivenessVerdict
from app.domain.ids import OperatorId, RecordId, RetireeId, Sha256
from app.domain.operator import Operator
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
        retirees: whom it is about; of MANY_OVERRIDES whoever was passed so.
        at: when the newest of it happened, None when it has no time.
        operator_id: the clerk, where one did it.
        involved: everybody who had a hand in it; none of them settles it.
        records, pictures: the certifications and the pictures it rests on.
        count, total: of MANY_OVERRIDES: overrides and all certifications of that clerk.
    """

    kind: FraudKind
    retirees: tuple[RetireeId, ...] = ()
    at: datetime | None = None
    operator_id: OperatorId | None = None
    involved: tuple[OperatorId, ...] = ()
    records: tuple[RecordId, ...] = ()
    pictures: tuple[Sha256, ...] = ()
    count: int = 0
    total: int = 0

    @property
    def key(self) -> str:
        """The same for the same sign at every look, also when its pictures are erased; one that grew (more overrides) is another."""
        parts = (self.retirees, self.records, () if self.records else self.pictures)
        named = "|".join(",".join(sorted(part)) for part in parts)
        return f"{self.kind.value}|{named}|{self.operator_id or ''}|{self.count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Somebody looked into a sign and found an answer."""

    key: str
    at: datetime
    operator_id: OperatorId
    note: str


class SettleRefusal(Enum):
    """Why somebody may not settle a sign."""

    NOT_A_REVIEWER = "not_a_reviewer"
    INVOLVED = "involved"


def settle_refusal(sign: FraudSign, who: Operator) -> SettleRefusal | None:
    """A sign is settled by a reviewer or administrator who had no hand in it; None when ``who`` may."""
    if not who.reviews:
        return SettleRefusal.NOT_A_REVIEWER
    return SettleRefusal.INVOLVED if who.id in (sign.operator_id, *sign.involved) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Something kept as evidence.

    Attributes:
        retiree_id, at, sha256: whose, when, which bytes.
        fingerprint: 255 bits by which copies are known; None when there is none (a video, a paper).
        involved: who took it.
        lasting: a paper that may prove the same for one person again; only for two people it is a sign.
    """

    retiree_id: RetireeId
    at: datetime
    sha256: Sha256
    fingerprint: int | None
    involved: tuple[OperatorId, ...] = ()
    lasting: bool = False


NEAR_BITS = 28
"""Differing bits of two fingerprints up to which they are copies. Measured by ``bench.fraud``: copies (saved again, halved, brightened, 1 %
cut off at each edge) at most 26; different people before one wall at least 40, one person's other photos at least 32."""


def about_certifications(
    certifications: Iterable[Certification],
    *,
    retirees: Mapping[RetireeId, Retiree],
    summaries: Mapping[RecordId, CaptureSummary],
    policy: Policy = DEFAULT_POLICY,
) -> tuple[FraudSign, ...]:
    """Signs that lie in the certifications made here: after death, attack passed, at night, many overrides by one clerk."""
    known = list(certifications)
    corrected = {c.supersedes for c in known}
    made = [c for c in known if not c.void and c.id not in corrected]
    found = [
        FraudSign(
            kind=FraudKind.AFTER_DEATH,
            retirees=(c.retiree_id,),
            at=c.captured_at,
            operator_id=c.operator_id,
            involved=_hands(c),
            records=(c.id,),
        )
        for c in made
        if (person := retirees.get(c.retiree_id)) is not None and dated_after_death([c], person.died_on)
    ]
    here = [c for c in made if c.operator_id is not None and c.visit_id is not None]
    for certification in here:
        summary = summaries.get(certification.id)
        plain = FraudSign(
            kind=FraudKind.AT_NIGHT,
            retirees=(certification.retiree_id,),
            at=certification.captured_at,
            operator_id=certification.operator_id,
            involved=_hands(certification),
            records=(certification.id,),
            pictures=(summary.best_frame,) if summary is not None and summary.best_frame else (),
        )
        if summary is not None and summary.liveness is LivenessVerdict.ATTACK:
            found.append(replace(plain, kind=FraudKind.ATTACK_PASSED))
        if not policy.day_begins <= certification.captured_at.hour < policy.day_ends:
            found.append(plain)
    return (*found, *_overrides(here, policy))


def _hands(certification: Certification) -> tuple[OperatorId, ...]:
    return tuple(one for one in (certification.operator_id, certification.second_operator_id) if one is not None)


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
                kind=FraudKind.MANY_OVERRIDES,
                at=newest,
                operator_id=clerk,
                involved=tuple(dict.fromkeys(one for c in overrides for one in _hands(c))),
                retirees=tuple(dict.fromkeys(c.retiree_id for c in overrides)),
                count=len(overrides),
                total=len(made),
            )
            found.append(sign)
    return found


def about_evidence(pieces: Sequence[Piece]) -> tuple[FraudSign, ...]:
    """The same picture, or nearly, as evidence for two people or at two times."""
    found = []
    for number, later in enumerate(pieces):
        for earlier in pieces[:number]:
            if _copies(earlier, later):
                found.append(
                    FraudSign(
                        kind=FraudKind.SAME_EVIDENCE,
                        retirees=tuple(dict.fromkeys((earlier.retiree_id, later.retiree_id))),
                        at=max(earlier.at, later.at),
                        involved=tuple(dict.fromkeys((*earlier.involved, *later.involved))),
                        pictures=tuple(dict.fromkeys((earlier.sha256, later.sha256))),
                    )
                )
                break
    return tuple(found)


def _copies(one: Piece, other: Piece) -> bool:
    if one.lasting and other.lasting and one.retiree_id == other.retiree_id:
        return False
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
