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


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A doubt and where it is on the straightened page: x, y, width, height in mm; None for the whole page."""

    doubt: ScanDoubt
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """One page.

    Attributes:
        source, number: name of the file and page in it, from 1.
        case_id, facts_hash: from the page's code; None and "" when there is none of ours.
        spots: the doubts; empty means signed, dated, sealed and whole.
        seal_share, signature_share, date_share: measured shares of red and of ink in the zones, 0..1.
        picture_jpeg: the page, straightened when its place is known.
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
