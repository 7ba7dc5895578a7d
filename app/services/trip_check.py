"""Whether what a laptop brought back can be what this trip's laptop made: everything is looked at before anything is written.

The file is signed by the trip's key, but whoever holds the laptop holds that key. So nothing in it is believed that this desk did not send
along or that the laptop could not have made: other people, other clerks, other times, forms that were already sent, answers of the center.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.domain.advice import needs_second_person
from app.domain.certification import Certification, Channel
from app.domain.confirmation import FormCase
from app.domain.home_visit import Trip
from app.domain.ids import OperatorId, RecordId, RetireeId, Sha256
from app.domain.visit import Visit, VisitStep
from app.domain.visit_machine import ENDS
from app.errors import AppError
from app.services.eligibility import KINDS
from app.services.follow_ups import contact_body
from app.services.ports import OutboxRecord, UnitOfWork
from app.services.trip_contents import OPEN_AWAY, MadeCertification, TripResult
from app.services.visits import body_of
from protocol.bodies import VERSION, RecordKind
from protocol.canonical import canonical_text, parse_object

AHEAD = timedelta(minutes=5)
"""A laptop's clock may be ahead by so much."""
GRACE = timedelta(days=1)
"""A visit that began on the last day may end after midnight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """One look through one result. ``blobs``: those that came with it; ``has``: whether the vault holds one already."""

    store: UnitOfWork
    trip: Trip
    result: TripResult
    blobs: frozenset[Sha256]
    known_blobs: frozenset[Sha256]
    now: datetime

    def check(self) -> None:
        """AppError trip.*: lost, older, foreign_person, foreign_clerk, time, clock, kind, mismatch, blob."""
        if self.trip.lost_at is not None:
            raise AppError("trip.lost")
        if len(self.result.log) <= max((one.log_number for one in self.trip.returned), default=0):
            raise AppError("trip.older")  # what came after it holds everything that this one holds
        self._people()
        self._clerks()
        self._times()
        self._blobs()
        records = {record.id: record for record in self.result.records}
        if len(records) != len(self.result.records):
            raise AppError("trip.mismatch")
        for record in self.result.records:
            self._record(record)
        self._certifications(records)
        self._others(records)
        for case in self.result.cases:
            self._case(case)
        _expect([line.number for line in self.result.log] == list(range(1, len(self.result.log) + 1)))

    def _people(self) -> None:
        r = self.result
        named: set[RetireeId | None] = {one.certification.retiree_id for one in r.certifications}
        named |= {visit.retiree_id for visit in r.visits} | {case.retiree_id for case in r.cases}
        named |= {contact.retiree_id for contact in r.follow_ups} | {report.retiree_id for report in r.reports}
        if not named <= set(self.trip.people):
            raise AppError("trip.foreign_person")

    def _clerks(self) -> None:
        r = self.result
        named: set[OperatorId | None] = {visit.operator_id for visit in r.visits}
        named |= {contact.operator_id for contact in r.follow_ups} | {record.operator_id for record in r.records}
        named |= {report.operator_id for report in r.reports}
        for one in r.certifications:
            named |= {one.certification.operator_id, one.certification.second_operator_id}
        named |= {step.operator_id for case in r.cases for step in case.history}
        named |= {line.entry.operator_id for line in r.log}
        named |= {one.withdrawn_by for one in r.reports}
        known = {operator.id for operator in self.store.operators.all()}
        if not {one for one in named if one is not None} <= known:
            raise AppError("trip.foreign_clerk")

    def _times(self) -> None:
        last = datetime.combine(self.trip.expires_on, time.max, self.trip.made_at.tzinfo) + GRACE
        for at in self._moments():
            if at.tzinfo is None or not self.trip.made_at <= at <= last:
                raise AppError("trip.time")
            if at > self.now + AHEAD:
                raise AppError("trip.clock")

    def _moments(self) -> Iterable[datetime]:
        r = self.result
        yield from (one.certification.captured_at for one in r.certifications)
        yield from (one.captured_at for one in r.records)
        yield from (one.at for one in r.follow_ups)
        yield from (one.at for one in r.reports if not self._known(one.id))
        yield from (one.started_at for one in r.visits)

    def _known(self, record_id: str) -> bool:
        return any(one.id == record_id for who in self.trip.people for one in self.store.reports.of_retiree(who))

    def _blobs(self) -> None:
        wanted = self.result.blobs()
        if not wanted <= self.blobs | self.known_blobs or not self.blobs <= wanted:
            raise AppError("trip.blob")

    def _record(self, record: OutboxRecord) -> None:
        """A record is sent as it is: its body must be one that this program writes, of somebody on this trip."""
        if record.kind not in _ALLOWED or record.version != VERSION:
            raise AppError("trip.kind", kind=record.kind)
        try:
            body = parse_object(record.body)
            _expect(canonical_text(body) == record.body)
        except ValueError as error:
            raise AppError("trip.mismatch") from error
        _expect(body.get("operator_id") == record.operator_id and body.get("retiree_id") in self.trip.people)
        _expect(record.receipt is None and not record.refusal)

    def _certifications(self, records: dict[RecordId, OutboxRecord]) -> None:
        visits = {visit.id: visit for visit in self.result.visits}
        _expect(len(visits) == len(self.result.visits) and all(visit.step in ENDS for visit in visits.values()))
        made = {one.certification.id for one in self.result.certifications}
        _expect(made == {r.id for r in self.result.records if r.kind == RecordKind.CERTIFICATION.value})
        for one in self.result.certifications:
            visit_id = one.certification.visit_id
            visit = visits.get(visit_id) if visit_id is not None else None
            _expect(visit is not None and _agrees(one, visit, records[one.certification.id]))

    def _others(self, records: dict[RecordId, OutboxRecord]) -> None:
        r = self.result
        contacts = {one.id for one in r.follow_ups}
        _expect(contacts == {one.id for one in r.records if one.kind == RecordKind.FOLLOW_UP.value})
        for contact in r.follow_ups:
            _expect(
                {**parse_object(records[contact.id].body), "clock_skew_s": 0}
                == {**contact_body(contact), "clock_skew_s": 0}
            )
        reported = {one.id: KINDS[one.kind].value for one in r.reports if not self._known(one.id)}
        _expect(reported == {one.id: one.kind for one in r.records if one.kind in _REPORTS})
        for report in r.reports:
            if report.id in records:
                body = parse_object(records[report.id].body)
                _expect((body.get("retiree_id"), body.get("on")) == (report.retiree_id, report.on.isoformat()))
        withdrawn = {one.id for one in r.reports if not one.stands}
        taken_back = [parse_object(one.body) for one in r.records if one.kind == RecordKind.CORRECTION.value]
        _expect({str(body.get("corrects")) for body in taken_back} <= withdrawn)

    def _case(self, case: FormCase) -> None:
        known = self.store.cases.get(case.id)
        _expect(case.state in OPEN_AWAY)
        _expect(case.record_id == (known.record_id if known is not None else None))
        _expect(known is None or known.retiree_id == case.retiree_id)


_REPORTS = frozenset(kind.value for kind in KINDS.values())
_ALLOWED = _REPORTS | {
    RecordKind.CERTIFICATION.value,
    RecordKind.FOLLOW_UP.value,
    RecordKind.CORRECTION.value,
}


def _agrees(made: MadeCertification, visit: Visit, record: OutboxRecord) -> bool:
    """The certification, its visit and the record that goes to the center tell the same, by the rules of a visit at the desk."""
    one, summary = made.certification, made.summary
    consented = visit.consent is not None and visit.consent.given
    second = visit.override.second_operator_id if visit.override is not None else None
    allowed = not needs_second_person(visit.advice) or (second is not None and second != visit.operator_id)
    expected = Certification(
        id=one.id,
        retiree_id=one.retiree_id,
        channel=Channel.ASSISTED_FACE,
        captured_at=one.captured_at,
        operator_id=visit.operator_id,
        second_operator_id=second,
        visit_id=visit.id,
    )
    if not (consented and allowed and visit.step is VisitStep.DONE and one == expected and visit.summary == summary):
        return False
    body = parse_object(record.body)
    version, skew = str(body.get("policy_version")), float(body.get("clock_skew_s", 0))
    return (visit.record_id, visit.retiree_id, record.captured_at) == (one.id, one.retiree_id, one.captured_at) and (
        canonical_text(body_of(one, visit, summary, policy_version=version, skew_s=skew)) == record.body
    )


def _expect(holds: bool) -> None:
    if not holds:
        raise AppError("trip.mismatch")
