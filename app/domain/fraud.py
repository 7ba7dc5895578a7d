"""Signs a reviewer should look at. A sign is a question, never a verdict: each has an innocent explanation too."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from app.domain.certification import Certification
from app.domain.cycle import dated_after_death
from app.domain.evidence import LivenessVerdict
from app.domain.ids import OperatorId, RecordId, RetireeId, Sha256
from app.domain.near import first_near
from app.domain.operator import Operator
from app.domain.policy import DEFAULT_POLICY, Policy


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
        of: the case or certification; two pieces of one are no sign, as when a clerk takes two pictures of somebody lying still.
        retiree_id, at, sha256: whose, when, which bytes.
        fingerprint: 255 bits by which copies are known; None when there is none (a video, a paper).
        involved: who took it.
        lasting: a paper that may prove the same for one person again; only for two people it is a sign.
    """

    of: str
    retiree_id: RetireeId
    at: datetime
    sha256: Sha256
    fingerprint: int | None
    involved: tuple[OperatorId, ...] = ()
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What a capture saw, as far as signs rest on it."""

    liveness: LivenessVerdict
    best_frame: Sha256 | None


def about_certifications(
    certifications: Iterable[Certification],
    *,
    died: Mapping[RetireeId, date],
    seen: Mapping[RecordId, Seen],
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
            involved=hands(c),
            records=(c.id,),
        )
        for c in made
        if dated_after_death([c], died.get(c.retiree_id))
    ]
    here = [c for c in made if c.operator_id is not None and c.visit_id is not None]
    for certification in here:
        capture = seen.get(certification.id)
        plain = FraudSign(
            kind=FraudKind.AT_NIGHT,
            retirees=(certification.retiree_id,),
            at=certification.captured_at,
            operator_id=certification.operator_id,
            involved=hands(certification),
            records=(certification.id,),
            pictures=(capture.best_frame,) if capture is not None and capture.best_frame else (),
        )
        if capture is not None and capture.liveness is LivenessVerdict.ATTACK:
            found.append(replace(plain, kind=FraudKind.ATTACK_PASSED))
        if not policy.day_begins <= certification.captured_at.hour < policy.day_ends:
            found.append(plain)
    return (*found, *_overrides(here, policy))


def hands(certification: Certification) -> tuple[OperatorId, ...]:
    """Everybody who had a hand in it."""
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
                involved=tuple(dict.fromkeys(one for c in overrides for one in hands(c))),
                retirees=tuple(dict.fromkeys(c.retiree_id for c in overrides)),
                count=len(overrides),
                total=len(made),
            )
            found.append(sign)
    return found


def about_evidence(pieces: Sequence[Piece]) -> tuple[FraudSign, ...]:
    """The same picture, or nearly, as evidence for two people or at two times: each with the first before it."""
    earlier_of = first_near([one.fingerprint for one in pieces], lambda one, other: _counts(pieces[one], pieces[other]))
    same: defaultdict[Sha256, list[int]] = defaultdict(list)
    for later, piece in enumerate(pieces):
        first = next((one for one in same[piece.sha256] if _counts(pieces[one], piece)), later)
        if first < earlier_of.get(later, later):
            earlier_of[later] = first
        same[piece.sha256].append(later)
    return tuple(_same_evidence(pieces[earlier], pieces[later]) for later, earlier in sorted(earlier_of.items()))


def _counts(one: Piece, other: Piece) -> bool:
    return one.of != other.of and not (one.lasting and other.lasting and one.retiree_id == other.retiree_id)


def _same_evidence(earlier: Piece, later: Piece) -> FraudSign:
    return FraudSign(
        kind=FraudKind.SAME_EVIDENCE,
        retirees=tuple(dict.fromkeys((earlier.retiree_id, later.retiree_id))),
        at=max(earlier.at, later.at),
        involved=tuple(dict.fromkeys((*earlier.involved, *later.involved))),
        pictures=tuple(dict.fromkeys((earlier.sha256, later.sha256))),
    )


def sorted_signs(signs: Iterable[FraudSign]) -> tuple[FraudSign, ...]:
    """The gravest first, of one kind the newest first."""
    order = {kind: number for number, kind in enumerate(FraudKind)}
    return tuple(
        sorted(signs, key=lambda sign: (order[sign.kind], -(sign.at.timestamp() if sign.at is not None else 0.0)))
    )
