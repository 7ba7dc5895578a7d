"""What is held to the camera, without a camera's picture or a reader of cards."""

from collections.abc import Callable
from typing import Any

from app.services.held_up import HeldUp, Look


class NoCards:
    """Implements ReadNumbers: codes only."""

    rested = 0

    def read(self, pixels: Any) -> tuple[str, ...]:
        return ()

    def rest(self) -> None:
        self.rested += 1


def look(codes: Callable[[Any], HeldUp | None]) -> Look:
    """Codes as the test says, no cards."""
    return Look(codes, NoCards())
