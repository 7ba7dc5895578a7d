"""What the desk holds about one person, gathered for the sheet that the person may ask for (PIPL art. 45)."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import OperatorId, RetireeId, Sha256
from app.domain.papers import UnitFacts
from app.domain.policy import Policy
from app.domain.visit import Visit
from app.services.context import Desk
from app.services.erasure import Erasure, Wishes
from app.services.ports import AuditEntry
from app.services.roster import RetireeCard, card_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the log about the person: when, who, which action."""

    at: datetime
    who: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSheet:
    """Everything, as it is kept.

    Attributes:
        visits: oldest first, with consent and measurements.
        here: files that are still in the vault, of all that these rows name.
        deeds: the log about her, oldest first.
    """

    card: RetireeCard
    visits: tuple[Visit, ...]
    here: frozenset[Sha256]
    wishes: Wishes
    deeds: tuple[Deed, ...]
    policy: Policy
    unit: UnitFacts
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class DataSheets:
    """Use cases."""

    desk: Desk

    def of(self, retiree_id: RetireeId) -> DataSheet:
        """Read only. AppError('retiree.unknown')."""
        return self._read(retiree_id, None)

    def hand_out(self, retiree_id: RetireeId, *, operator_id: OperatorId) -> DataSheet:
        """For paper: written down that it was asked for. AppError('retiree.unknown')."""
        return self._read(retiree_id, operator_id)

    def _read(self, retiree_id: RetireeId, by: OperatorId | None) -> DataSheet:
        wishes = Erasure(self.desk).wishes(retiree_id)
        with self.desk.uow() as store:
            card = card_in(self.desk, store, retiree_id)
            visits = tuple(store.retention.visits_of(retiree_id))
            summaries = [store.certifications.summary_of(one.id) for one in card.certifications]
            captures = [one for one in (*summaries, *(visit.summary for visit in visits)) if one is not None]
            files = {sha for one in captures for sha in (one.best_frame, one.clip) if sha is not None}
            files |= {one.blob for one in card.documents}
            files |= {card.retiree.photo} if card.retiree.photo is not None else set()
            subjects = [*(one.id for one in card.certifications), *(one.id for one in card.cases)]
            deeds = store.retention.about(retiree_id, [*subjects, *(one.id for one in visits)])
            made = DataSheet(
                card=card,
                visits=visits,
                here=frozenset(sha for sha in files if self.desk.vault.has(sha)),
                wishes=wishes,
                deeds=tuple(Deed(at=at, who=card.clerks.get(who, "") if who else "", action=a) for at, who, a in deeds),
                policy=self.desk.policy(store),
                unit=self.desk.unit_facts(store),
                made_at=self.desk.clock.now(),
                made_by=card.clerks.get(by, "") if by is not None else "",
            )
            if by is not None:
                entry = AuditEntry(at=made.made_at, operator_id=by, action="privacy.sheet", subject=retiree_id)
                store.audit.append(entry)
                store.commit()
        return made
