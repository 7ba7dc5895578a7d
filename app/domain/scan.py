"""What a scanned page says about itself: which form, and everything a clerk should look at before it counts."""

from dataclasses import dataclass
from enum import Enum

from app.domain.ids import CaseId


class ScanDoubt(Enum):
    """One thing that is wrong or not certain; nothing is refused or accepted silently."""

    NO_CODE = "no_code"
    FOREIGN_CODE = "foreign_code"
    OTHER_TEMPLATE = "other_template"
    CUT_OFF = "cut_off"
    SEAL_MISSING = "seal_missing"
    SEAL_MISPLACED = "seal_misplaced"
    SIGNATURE_MISSING = "signature_missing"
    DATE_MISSING = "date_missing"
    FACTS_CHANGED = "facts_changed"
    FACTS_MOVED = "facts_moved"
    ALTERED = "altered"
    COPIED = "copied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A doubt and where it is on the straightened page: x, y, width, height in mm; None for the whole page."""

    doubt: ScanDoubt
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """The signature's ink as a coarse map, by which a copy is known: ``ink`` hexadecimal, HAND_WIDTH bits a row; ``box`` its place."""

    ink: str
    box: tuple[float, float, float, float]


HAND_WIDTH, HAND_PER_MM = 128, 2
"""Bits a row, room for shifting included; 0.5 mm a bit."""
HAND_SHIFT, COPY_LIKENESS, LEAST_INK = 2, 0.57, 20
"""Bits in each direction; from bench.scan: above what two signatures of different hands and below what two scans of one show."""


def likeness(one: str, other: str) -> float:
    """Common ink as a share of all ink, at the best of small shifts: 0..1; 0 with hardly any ink."""
    a, b = int(one or "0", 16), int(other or "0", 16)
    if min(a.bit_count(), b.bit_count()) < LEAST_INK:
        return 0.0
    shifts = range(-HAND_SHIFT, HAND_SHIFT + 1)
    moved = (_shifted(b, down * HAND_WIDTH + right) for down in shifts for right in shifts)
    return max((a & m).bit_count() / (a | m).bit_count() for m in moved)


def _shifted(bits: int, by: int) -> int:
    return bits << by if by >= 0 else bits >> -by


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """One page.

    Attributes:
        source, number: name of the file and page in it, from 1.
        case_id, facts_hash: from the page's code; None and "" when there is none of ours.
        spots: the doubts; empty means signed, dated, sealed and whole.
        seal_share, signature_share, date_share: measured shares of red and of ink in the zones, 0..1.
        picture_jpeg: the page, straightened when its place is known.
        hand: the signature's ink, None where the place is not known.
        template: version of the layout that the page was printed with, "" when unknown.
    """

    source: str
    number: int
    case_id: CaseId | None
    facts_hash: str
    spots: tuple[Spot, ...]
    seal_share: float = 0.0
    signature_share: float = 0.0
    date_share: float = 0.0
    picture_jpeg: bytes = b""
    hand: Hand | None = None
    template: str = ""
