"""Putting what a laptop brought back into the desk's store: everything in the caller's one transaction, each thing once."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.case_machine import CaseEvent, advance
from app.domain.certification import Certification
from app.domain.confirmation import CaseState, FormCase
from app.domain.cycle import dated_after_death
from app.domain.eligibility_report import EligibilityReport, ReportKind, with_reports, without_report
from app.domain.home_visit import TakenCase, Trip, TripReturn
from app.domain.ids import OperatorId, RetireeId
from app.services.ports import AuditEntry, OutboxRecord, UnitOfWork
from app.services.trip_contents import TripResult, digest

AWAY = "away."
"""Before the action of a log line that was written on a laptop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """What was new in it. ``merged``: names of people whose form had been changed here too: to be looked at. ``code``: the confirmation."""

    certifications: int
    forms: int
    contacts: int
    reports: int
    merged: tuple[str, ...]
    code: str


@dataclass(slots=True)
class Returning:
    """One return. ``by``: who took it in at the desk; ``sha256``: of the file."""

    store: UnitOfWork
    trip: Trip
    by: OperatorId
    at: datetime
    sha256: str

    def put(self, result: TripResult, code: str) -> BroughtBack:
        """Write everything; the trip remembers the file, so that it never counts twice."""
        store = self.store
        certified = [one for one in result.certifications if store.certifications.get(one.certification.id) is None]
        for one in certified:
            store.certifications.add(one.certification, one.summary)
            self._alarm(one.certification)
        for visit in result.visits:
            if store.visits.get(visit.id) is None:
                store.visits.save(visit)
        cases, forms, merged = self._cases(result)
        reports = sum(self._report(one) for one in result.reports)
        contacts = self._contacts(result)
        records = sum(self._record(one) for one in result.records)
        self._log(result)
        self.trip = replace(
            self.trip,
            cases=cases,
            returned=(
                *self.trip.returned,
                TripReturn(
                    at=self.at,
                    operator_id=self.by,
                    sha256=self.sha256,
                    log_number=len(result.log),
                    records=records,
                    forms=forms,
                ),
            ),
        )
        store.trips.save(self.trip)
        return BroughtBack(
            certifications=len(certified), forms=forms, contacts=contacts, reports=reports, merged=merged, code=code
        )

    def _alarm(self, certification: Certification) -> None:
        """Rule 14: somebody whose death was reported here meanwhile."""
        person = self.store.retirees.get(certification.retiree_id)
        if person is not None and dated_after_death([certification], person.died_on):
            self._note(certification.operator_id, "alarm.certified_after_death", certification.id, person.id)

    def _cases(self, result: TripResult) -> tuple[tuple[TakenCase, ...], int, tuple[str, ...]]:
        """Forms as they came back; one that was changed here meanwhile keeps what was done here and gets the new evidence."""
        taken = {one.id: one.digest for one in self.trip.cases}
        forms, merged = 0, list[str]()
        for case in result.cases:
            known = self.store.cases.get(case.id)
            if known == case:
                continue
            forms += 1
            if known is None or taken.get(case.id) == digest(known):
                self.store.cases.save(case)
            else:
                fresh = tuple(item for item in case.evidence if item.blob not in {one.blob for one in known.evidence})
                self.store.cases.save(replace(known, evidence=(*known.evidence, *fresh)))
                merged.append(self._name(case.retiree_id))
            taken[case.id] = digest(case)
            merged += [self._name(case.retiree_id)] if known is None and self._another_open(case) else []
        return (
            tuple(TakenCase(id=case_id, digest=one) for case_id, one in taken.items()),
            forms,
            tuple(dict.fromkeys(merged)),
        )

    def _another_open(self, case: FormCase) -> bool:
        """A second open form of one person: one of the two was drafted here while the other was drafted away."""
        ended = (CaseState.ACCEPTED, CaseState.CLOSED)
        others = [one for one in self.store.cases.of_retiree(case.retiree_id) if one.id != case.id]
        return case.state not in ended and any(one.state not in ended for one in others)

    def _name(self, retiree_id: RetireeId) -> str:
        person = self.store.retirees.get(retiree_id)
        return person.name if person is not None else ""

    def _report(self, report: EligibilityReport) -> bool:
        """A report with what follows from it here: the retiree's mark, a dead person's open forms. True when it was new."""
        store, known = self.store, self.store.reports.get(report.id)
        person = store.retirees.get(report.retiree_id)
        if known == report or (known is not None and not known.stands):
            return False
        store.reports.save(report)
        if person is not None and report.stands:
            store.retirees.upsert([with_reports(person, [report])])
        elif person is not None and known is not None:
            store.retirees.correct(without_report(person, report))
        if report.stands and report.kind is ReportKind.DEATH:
            self._close_forms(report)
        return True

    def _close_forms(self, report: EligibilityReport) -> None:
        for case in self.store.cases.of_retiree(report.retiree_id):
            if case.state not in (CaseState.ACCEPTED, CaseState.CLOSED):
                closed = advance(case, CaseEvent.PERSON_DIED, at=report.at, by=report.operator_id)
                self.store.cases.save(closed)

    def _contacts(self, result: TripResult) -> int:
        known = {one.id for who in self.trip.people for one in self.store.follow_ups.of_retiree(who)}
        fresh = [one for one in result.follow_ups if one.id not in known]
        for contact in fresh:
            self.store.follow_ups.add(contact)
        return len(fresh)

    def _record(self, record: OutboxRecord) -> bool:
        """Into the outbox as if it had been made here; this desk signs it when it goes to the center."""
        if self.store.outbox.get(record.id) is not None:
            return False
        plain = replace(record, attempts=0, next_try_at=None, last_error="", receipt=None, refusal="")
        self.store.outbox.add(plain)
        return True

    def _log(self, result: TripResult) -> None:
        """The laptop's log lines that did not come with an earlier file, after one that says whose they are."""
        told = max((one.log_number for one in self.trip.returned), default=0)
        fresh = [line for line in result.log if line.number > told]
        self._note(self.by, "trip.brought_back", self.trip.id, f"{self.sha256[:16]} {len(fresh)}")
        for line in fresh:
            self.store.audit.append(replace(line.entry, action=AWAY + line.entry.action.removeprefix(AWAY)))

    def _note(self, by: OperatorId | None, action: str, subject: str, details: str = "") -> None:
        entry = AuditEntry(at=self.at, operator_id=by, action=action, subject=subject, details=details)
        self.store.audit.append(entry)
