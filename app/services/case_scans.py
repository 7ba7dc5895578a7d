"""A scanned form comes back: which case it is, whether it may be taken, and taking it (rules 7, 18, 22)."""

from dataclasses import dataclass, replace
from datetime import date

from app.domain.case_machine import CaseEvent, IllegalCaseStepError, advance, undo
from app.domain.confirmation import CaseState, FormCase
from app.domain.ids import CaseId, OperatorId, Sha256
from app.domain.scan import COPY_LIKENESS, PageReading, ScanDoubt, Spot, likeness
from app.errors import AppError
from app.services.cases import case_in
from app.services.context import Desk
from app.services.paper_facts import PaperFacts
from app.services.ports import AuditEntry, ScanBack, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanMatch:
    """A page, its case, and all doubts: those of the picture, and whether the paper is the one last printed.

    ``like``: whose form has the same signature, "" when nobody's.
    """

    reading: PageReading
    case: FormCase
    doubts: tuple[ScanDoubt, ...]
    like: str = ""


@dataclass(frozen=True, slots=True)
class CaseScans:
    """Use cases of scan back."""

    desk: Desk
    paper: ScanBack

    def match(self, reading: PageReading) -> ScanMatch:
        """The page's case, the printed text compared with it. Slow (half a second): not for the database worker.

        AppError('scan.other_case') for another unit's form, ('scan.not_printed') before printing.
        """
        with self.desk.uow() as store:
            found = self._match(store, reading)
            facts = PaperFacts(self.desk).form_as_printed(store, found.case)
        if facts is None or ScanDoubt.FACTS_CHANGED in found.doubts:
            return found
        spots = (
            [*reading.spots, *self.paper.altered(reading.picture_jpeg, facts, template=reading.template)]
            if reading.picture_jpeg
            else reading.spots
        )
        reading = replace(reading, spots=tuple(spots))
        with self.desk.uow() as store:
            return self._match(store, reading)

    def take(
        self,
        reading: PageReading,
        *,
        operator_id: OperatorId,
        signed_on: date,
        looked_at: frozenset[ScanDoubt] = frozenset(),
        scan: bytes,
        media_type: str,
    ) -> FormCase:
        """Keep the checked scan with its case; ``looked_at``: the doubts that the clerk saw and let stand.

        AppError: those of match; scan.facts_changed (never let stand: the paper vouches for other facts), scan.needs_decision,
        scan.twice, case.date_in_future, case.signed_before_verified, disk.full.
        """
        blob = self.desk.vault.put(scan, media_type=media_type)
        with self.desk.uow() as store:
            match = self._match(store, reading)
            self._check(match, looked_at)
            self._check_dates(match.case, signed_on)
            self._check_unused(store, blob, match.case.id)
            note = ",".join(sorted(doubt.value for doubt in match.doubts))
            now = self.desk.clock.now()
            try:
                case = advance(
                    match.case,
                    CaseEvent.SCAN_TAKEN,
                    at=now,
                    by=operator_id,
                    note=note,
                    scan=blob,
                    hand=reading.hand.ink if reading.hand is not None else "",
                    signed_on=signed_on,
                )
            except IllegalCaseStepError as error:
                raise AppError("case.step_not_allowed") from error
            return self._saved(store, case, operator_id, "case.scan_taken")

    def withdraw(self, case_id: CaseId, *, operator_id: OperatorId) -> FormCase:
        """Undo: the scan no longer counts, the case waits for another one. The file stays in the vault until it is swept (0060)."""
        with self.desk.uow() as store:
            case = case_in(store, case_id)
            try:
                case = undo(case, CaseEvent.SCAN_WITHDRAWN, at=self.desk.clock.now(), by=operator_id)
            except IllegalCaseStepError as error:
                raise AppError("case.step_not_allowed") from error
            return self._saved(store, case, operator_id, "case.scan_withdrawn")

    def _match(self, store: UnitOfWork, reading: PageReading) -> ScanMatch:
        case = store.cases.get(reading.case_id) if reading.case_id is not None else None
        if case is None:
            raise AppError("scan.other_case")
        if case.state in (CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE) and not case.facts_hash:
            raise AppError("scan.not_printed")
        facts, like = PaperFacts(self.desk).form_as_printed(store, case), self._like(store, case, reading)
        spots = list(reading.spots)
        if reading.facts_hash != case.facts_hash:
            spots.append(Spot(doubt=ScanDoubt.FACTS_CHANGED))
        elif facts is not None and self.paper.facts_hash(facts) != case.facts_hash:
            spots.append(Spot(doubt=ScanDoubt.FACTS_MOVED))
        if like:
            spots.append(Spot(doubt=ScanDoubt.COPIED, box=reading.hand.box if reading.hand else None))
        doubts = tuple(dict.fromkeys(spot.doubt for spot in spots))
        return ScanMatch(
            reading=replace(reading, spots=tuple(dict.fromkeys(spots))), case=case, doubts=doubts, like=like
        )

    def _like(self, store: UnitOfWork, case: FormCase, reading: PageReading) -> str:
        """Name of whoever's stored scan has this very signature."""
        if reading.hand is None:
            return ""
        for other in store.cases.in_states(CaseState):
            if other.id != case.id and other.scan and likeness(reading.hand.ink, other.hand) > COPY_LIKENESS:
                retiree = store.retirees.get(other.retiree_id)
                return retiree.name if retiree is not None else "另一位老人"
        return ""

    def _check(self, match: ScanMatch, looked_at: frozenset[ScanDoubt]) -> None:
        if ScanDoubt.FACTS_CHANGED in match.doubts:
            raise AppError("scan.facts_changed")
        if not set(match.doubts) <= looked_at:
            raise AppError("scan.needs_decision")

    def _check_dates(self, case: FormCase, signed_on: date) -> None:
        if signed_on > self.desk.clock.today():
            raise AppError("case.date_in_future")
        if case.verified_on is not None and signed_on < case.verified_on:
            raise AppError("case.signed_before_verified")

    def _check_unused(self, store: UnitOfWork, blob: Sha256, case_id: CaseId) -> None:
        if any(other.scan == blob and other.id != case_id for other in store.cases.in_states(CaseState)):
            raise AppError("scan.twice")

    def _saved(self, store: UnitOfWork, case: FormCase, operator_id: OperatorId, action: str) -> FormCase:
        now = self.desk.clock.now()
        store.cases.save(case)
        store.audit.append(AuditEntry(at=now, operator_id=operator_id, action=action, subject=case.id))
        store.commit()
        return case
