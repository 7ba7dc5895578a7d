"""What goes out with a home visit and what comes back, as plain values; collected from one store and put into the other."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from app.domain.certification import Certification
from app.domain.confirmation import CaseState, FormCase
from app.domain.eligibility_report import EligibilityReport
from app.domain.evidence import CaptureSummary
from app.domain.follow_up import FollowUp
from app.domain.ids import RetireeId, Sha256
from app.domain.operator import Operator
from app.domain.retiree import Retiree
from app.domain.visit import Visit, VisitEvent, VisitStep
from app.domain.visit_machine import ENDS, advance
from app.errors import AppError
from app.services.codec import to_json
from app.services.ports import AuditEntry, DeskIdentity, OutboxRecord, UnitOfWork
from app.services.stored_settings import FORM_TEMPLATES, POLICY, load_identity, save_identity

EVERY_LINE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account with its argon2id hash: the same people log in on the laptop."""

    operator: Operator
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TripLoad:
    """What a laptop needs to certify a few people; nothing of anybody else. ``policy`` and ``templates``: as the center sent them."""

    identity: DeskIdentity
    policy: str
    templates: str
    accounts: tuple[Account, ...]
    retirees: tuple[Retiree, ...]
    certifications: tuple[Certification, ...]
    cases: tuple[FormCase, ...]
    follow_ups: tuple[FollowUp, ...]
    reports: tuple[EligibilityReport, ...]

    def photos(self) -> tuple[Sha256, ...]:
        """Reference photos that must go along."""
        return tuple(dict.fromkeys(one.photo for one in self.retirees if one.photo is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCertification:
    """A certification with the numbers of its capture."""

    certification: Certification
    summary: CaptureSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of the laptop's audit log."""

    number: int
    entry: AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class TripResult:
    """Everything that was made on the laptop."""

    certifications: tuple[MadeCertification, ...] = ()
    visits: tuple[Visit, ...] = ()
    cases: tuple[FormCase, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    reports: tuple[EligibilityReport, ...] = ()
    records: tuple[OutboxRecord, ...] = ()
    log: tuple[LogLine, ...] = ()

    def blobs(self) -> set[Sha256]:
        """Every picture, clip and paper that it names, but no reference photo."""
        found = {sha for one in self.certifications for sha in (one.summary.best_frame, one.summary.clip) if sha}
        found |= {
            sha for one in self.visits if one.summary for sha in (one.summary.best_frame, one.summary.clip) if sha
        }
        found |= {item.blob for case in self.cases for item in case.evidence}
        found |= {case.scan for case in self.cases if case.scan is not None}
        found |= {paper for report in self.reports for paper in report.papers}
        return found | {sha for record in self.records for sha in record.attachments}

    def work(self) -> "TripResult":
        """What must not be lost: without the log, which grows with every log-in, and without when a receipt was put away."""
        return replace(self, log=(), visits=tuple(replace(one, updated_at=one.started_at) for one in self.visits))


def digest(case: FormCase) -> str:
    """Hash of how a form stands."""
    return sha256(to_json(case).encode("utf-8")).hexdigest()


def collect_load(store: UnitOfWork, people: Iterable[RetireeId]) -> TripLoad:
    """For these people. AppError: sync.not_enrolled, retiree.unknown."""
    identity = load_identity(store.settings)
    if identity is None:
        raise AppError("sync.not_enrolled")
    retirees = [store.retirees.get(one) for one in dict.fromkeys(people)]
    if None in retirees:
        raise AppError("retiree.unknown")
    found = [one for one in retirees if one is not None]
    active = [one for one in store.operators.all() if one.active]
    return TripLoad(
        identity=replace(identity, center_url=""),
        policy=store.settings.get(POLICY) or "",
        templates=store.settings.get(FORM_TEMPLATES) or "",
        accounts=tuple(
            Account(operator=replace(one, failures=0), password_hash=store.operators.password_hash(one.id))
            for one in active
        ),
        retirees=tuple(found),
        certifications=tuple(c for one in found for c in store.certifications.of_retiree(one.id)),
        cases=tuple(c for one in found for c in store.cases.of_retiree(one.id)),
        follow_ups=tuple(f for one in found for f in store.follow_ups.of_retiree(one.id)),
        reports=tuple(r for one in found for r in store.reports.of_retiree(one.id)),
    )


def put_load(store: UnitOfWork, load: TripLoad) -> None:
    """Into the laptop's empty store, in the caller's transaction."""
    save_identity(store.settings, load.identity)
    for key, value in ((POLICY, load.policy), (FORM_TEMPLATES, load.templates)):
        if value:
            store.settings.set(key, value)
    for account in load.accounts:
        store.operators.save(account.operator, account.password_hash)
    store.retirees.upsert(load.retirees)
    for certification in load.certifications:
        store.certifications.add(certification)
    for case in load.cases:
        store.cases.save(case)
    for contact in load.follow_ups:
        store.follow_ups.add(contact)
    for report in load.reports:
        store.reports.save(report)


def collect_result(store: UnitOfWork, load: TripLoad) -> TripResult:
    """What the laptop's store holds beyond ``load``. AppError('trip.unfinished') while a visit is still open."""
    if any(visit.retiree_id is not None for visit in store.visits.unfinished() if visit.step is not VisitStep.RECEIPT):
        raise AppError("trip.unfinished")
    records = tuple(store.outbox.waiting())
    made_ids = {record.id for record in records}
    people = [one.id for one in load.retirees]
    made = []
    for certification in store.certifications.all():
        summary = store.certifications.summary_of(certification.id)
        if certification.id in made_ids and summary is not None:
            made.append(MadeCertification(certification=certification, summary=summary))
    return TripResult(
        certifications=tuple(made),
        visits=tuple(_ended(visit) for visit in store.visits.all() if visit.retiree_id is not None),
        cases=tuple(c for one in people for c in store.cases.of_retiree(one) if c not in load.cases),
        follow_ups=tuple(f for one in people for f in store.follow_ups.of_retiree(one) if f.id in made_ids),
        reports=tuple(r for one in people for r in store.reports.of_retiree(one) if r not in load.reports),
        records=records,
        log=tuple(
            LogLine(number=number, entry=entry) for number, entry in reversed(store.audit.entries(limit=EVERY_LINE))
        ),
    )


def _ended(visit: Visit) -> Visit:
    """A recorded visit whose receipt was not put away yet is over all the same."""
    return visit if visit.step in ENDS else advance(visit, VisitEvent.FINISHED, visit.updated_at)


OPEN_AWAY = (CaseState.DRAFTED, CaseState.EVIDENCE_COMPLETE, CaseState.PRINTED, CaseState.CLOSED)
"""How a form may come back from a laptop; scanning and sending are done at the desk."""
