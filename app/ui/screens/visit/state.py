"""What the visit screen shows."""

from dataclasses import dataclass

from app.domain.certification import Certification
from app.domain.challenge import Challenge
from app.domain.evidence import Hint
from app.domain.precheck import Blocks
from app.domain.visit import VisitStep
from app.services.cases import CaseView
from app.services.visits import VisitView


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitState:
    """Attributes:
    view: the visit as saved, with card and findings.
    age: years.
    photo: reference picture.
    blocks: how far the findings reach.
    reference_chip, best_chip: both faces at the same size and pose, None before REVIEW or after a restart.
    best_frame: the kept picture of the capture, whole, at REVIEW.
    record: the certification once recorded.
    case: the form case on the form route.
    receipt_size: "A4" or "A5".
    busy: something is being done; buttons wait.
    """

    view: VisitView
    age: int
    photo: bytes | None
    blocks: Blocks
    reference_chip: bytes | None = None
    best_chip: bytes | None = None
    best_frame: bytes | None = None
    record: Certification | None = None
    case: CaseView | None = None
    receipt_size: str = "A5"
    busy: bool = False

    @property
    def step(self) -> VisitStep:
        """Where the visit stands."""
        return self.view.visit.step


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureState:
    """The live part of CAPTURE: one hint or a request in its place, progress 0..1, a stand-in camera, trouble in words.

    ``lamp``: the face sits in the dark, the window gives light.
    """

    hint: Hint | None = None
    challenge: Challenge | None = None
    progress: float = 0.0
    simulated: bool = False
    trouble: str = ""
    lamp: bool = False
