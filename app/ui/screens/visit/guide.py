"""What the person before the camera is told during one capture: hints, requests, and light where it is dark."""

import secrets
from dataclasses import replace

from app.domain.coaching import Coach, Lamp
from app.domain.evidence import FrameReading
from app.services.ports import CaptureResult
from app.ui.screens.visit.requests import Requests
from app.ui.screens.visit.state import CaptureState


class Guide:
    """Folds readings into what both screens show."""

    def __init__(self) -> None:
        self._coach, self._lamp, self._requests = Coach(), Lamp(), Requests(secrets.choice)

    def next(self, live: CaptureState, reading: FrameReading) -> CaptureState:
        """``live`` after one more reading."""
        hint = self._coach.next(reading)
        asked = self._requests.offer(reading, hint)
        return replace(live, hint=hint, challenge=asked, progress=reading.progress, lamp=self._lamp.next(reading))

    def enough(self, reading: FrameReading) -> bool:
        """More frames would bring nothing."""
        return reading.done or self._requests.present

    def noted(self, result: CaptureResult) -> CaptureResult:
        """The result with a line on the requests."""
        return self._requests.noted(result)
