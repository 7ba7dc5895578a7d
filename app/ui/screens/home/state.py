"""What the home screen shows."""

from dataclasses import dataclass
from enum import Enum

from app.domain.ids import RetireeId
from app.services.home import HomeFigures, HomeGroup


class HomeLine(Enum):
    """The lines of the side; the first ones open a list here, the last ones the screen where something is done about it."""

    RETURNED = "returned"
    FORMS = "forms"
    REVIEW = "review"
    UNREACHED = "unreached"
    PLANNED = "planned"
    NEAR_LIST = "near_list"
    UNSENT = "unsent"
    SYNC = "sync"
    CLOCK = "clock"
    BACKUP = "backup"


ELSEWHERE = {HomeLine.UNSENT: "sync", HomeLine.SYNC: "sync", HomeLine.CLOCK: "settings", HomeLine.BACKUP: "settings"}
"""Line → the screen that it opens."""
FORM_LINES = (HomeLine.FORMS, HomeLine.RETURNED, HomeLine.REVIEW)
"""Their lists are of forms."""
Opened = HomeGroup | HomeLine


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRow:
    """One line of the opened list."""

    retiree_id: RetireeId
    name: str
    words: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeState:
    """Figures, and the list now opened, the most urgent first; ``count``: how many it is in all, of which ``rows`` are shown."""

    figures: HomeFigures
    opened: Opened
    rows: tuple[HomeRow, ...]
    count: int
