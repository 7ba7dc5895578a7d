"""How far a long job is, told from its worker and shown by the window."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Attributes: stage: a code; done, total: pieces; moved, size: bytes. A total or size of 0 is not known."""

    stage: str = ""
    done: int = 0
    total: int = 0
    moved: int = 0
    size: int = 0


Tell = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """Nobody looks."""
