"""A paper or card held to the camera: what was read on it, and whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.domain.ids import CaseId, RecordId, RetireeId
from app.errors import AppError
from app.services.context import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUp:
    """One of our codes, or a number: a letter's person, a receipt's record, a form's case, an ID or social-security-card number."""

    person: RetireeId | None = None
    record: RecordId | None = None
    case: CaseId | None = None
    number: str = ""


ReadHeldUp = Callable[[Any], HeldUp | None]
"""H×W×3 uint8 BGR pixels → what is on them, None for nothing of ours. Slow: call it on a worker."""


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
            elif held.number:
                numbers = (r for r in store.retirees.all() if held.number in (r.id_number, r.card_number))
                found = next((r.id for r in numbers), None)
            if found is None or store.retirees.get(found) is None:
                raise AppError("held_up.nobody")
            return found
