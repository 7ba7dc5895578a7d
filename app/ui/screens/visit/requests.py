"""When to ask the person to turn or nod: only while the passive cues stay unsure, after patience, one request at a time."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.domain.challenge import Challenge, ChallengeFold
from app.domain.evidence import Cue, CueVerdict, FrameReading, Hint, LivenessVerdict
from app.services.ports import CaptureResult

PATIENCE_S = 6.0
"""A steady face that is still unsure after this long is asked."""
NOTHING_ELSE_WRONG = (Hint.GOOD, Hint.TURN_SLOWLY, Hint.HOLD_STILL)


class Requests:
    """One capture's requests. ``pick`` chooses the next one in an order nobody can foresee."""

    def __init__(self, pick: Callable[[Sequence[Challenge]], Challenge]) -> None:
        self._fold = ChallengeFold(pick=pick)
        self._since: tuple[int, float] | None = None
        self._any = False

    @property
    def present(self) -> bool:
        """The requests were followed; asking on would bring nothing."""
        return self._fold.present

    def offer(self, reading: FrameReading, hint: Hint) -> Challenge | None:
        """The request to show with this reading, None for none."""
        if reading.liveness is not LivenessVerdict.UNSURE or reading.frames_pooled == 0 or self.present:
            return None
        if self._since is None or self._since[0] != reading.track_id:
            self._since = (reading.track_id, reading.captured_s)
        if reading.captured_s - self._since[1] < PATIENCE_S:
            return None
        if self._fold.asked is None and hint not in NOTHING_ELSE_WRONG:
            return None
        asked = self._fold.next(reading)
        self._any = self._any or asked is not None
        return asked

    def noted(self, result: CaptureResult) -> CaptureResult:
        """The result with a line on the requests for the clerk. It never changes the machine's verdict: a tilted print can follow them."""
        if not self._any:
            return result
        verdict = CueVerdict.LIVE if self.present else CueVerdict.UNSURE
        value = float(len(self._fold.answered) - self._fold.wrong)
        cue = Cue(name="request", value=value, verdict=verdict)
        return replace(result, summary=replace(result.summary, cues=(*result.summary.cues, cue)))
