"""A paper or card held to the camera: what was read on it, and whose it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.domain.ids import CaseId, RecordId, RetireeId
from app.errors import AppError
from app.services.context import Desk
from app.services.roster import rows_in


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUp:
    """One of our codes, or numbers: a letter's person, a receipt's record, a form's case; guesses of what a card says, best first."""

    person: RetireeId | None = None
    record: RecordId | None = None
    case: CaseId | None = None
    numbers: tuple[str, ...] = ()


ReadHeldUp = Callable[[Any], HeldUp | None]
"""H×W×3 uint8 BGR pixels → what is on them, None for nothing of ours. Slow: call it on a worker."""


class ReadNumbers(Protocol):
    """Reads print on cards, in a process of its own."""

    def read(self, pixels: Any) -> tuple[str, ...]:
        """Numbers, best first; AppError('cards.failed')."""
        ...

    def rest(self) -> None:
        """Nobody holds anything up any more."""
        ...


@dataclass
class Look:
    """Codes first, because that is quick and sure; then the print of a card. A reader that fails twice is left alone."""

    codes: ReadHeldUp
    cards: ReadNumbers
    _failures: int = field(default=0, init=False)

    def __call__(self, pixels: Any) -> HeldUp | None:
        """What one frame shows."""
        held = self.codes(pixels)
        if held is not None or self._failures > 1:
            return held
        try:
            numbers = self.cards.read(pixels)
        except AppError:
            self._failures += 1
            return None
        return HeldUp(numbers=numbers) if numbers else None

    def rest(self) -> None:
        """Nobody holds anything up any more."""
        self._failures = 0
        self.cards.rest()


@dataclass(frozen=True, slots=True)
class WhoseIsIt:
    """Finds the person."""

    desk: Desk

    def find(self, held: HeldUp) -> RetireeId:
        """AppError('held_up.nobody') when nobody on this roster is meant."""
        with self.desk.uow() as store:
            found = held.person
            if held.record is not None:
                certification = store.certifications.get(held.record)
                found = certification.retiree_id if certification else None
            elif held.case is not None:
                case = store.cases.get(held.case)
                found = case.retiree_id if case else None
            elif held.numbers:
                people = [row.retiree for row in rows_in(self.desk, store)]
                owners = {number: one.id for one in people for number in (one.card_number, one.id_number) if number}
                found = next((owners[number] for number in held.numbers if number in owners), None)
            if found is None or store.retirees.get(found) is None:
                raise AppError("held_up.nobody")
            return found
