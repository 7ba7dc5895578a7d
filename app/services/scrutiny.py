"""What the reviewer looks at: fraud signs with what they rest on, and the audit log, searched, exported, verified."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.confirmation import CaseState, EvidenceKind
from app.domain.fraud import FraudKind, FraudSign, Piece, about_certifications, about_evidence, sorted_signs
from app.domain.ids import OperatorId, RetireeId, Sha256
from app.errors import AppError
from app.services.context import Desk
from app.services.gallery import SAME_PICTURE, Gallery
from app.services.ports import AuditEntry, UnitOfWork

LOOK_BACK = timedelta(days=800)
"""Evidence older than this is not compared: two cycles and a bit."""
MOST_LINES = 20_000
"""Audit lines read at once."""


@dataclass(frozen=True, slots=True)
class SignRow:
    """A sign with the names of those it is about."""

    sign: FraudSign
    names: tuple[str, ...]
    clerk: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """A line of the audit log with names; ``subject`` a person's name where it is one, else the id."""

    number: int
    entry: AuditEntry
    who: str
    subject: str


@dataclass
class Scrutiny:
    """Use cases of the reviewer. ``fingerprint``: picture bytes → 256 bits, None for what is no picture; kept for the session."""

    desk: Desk
    fingerprint: Callable[[bytes], int | None]
    verify_log: Callable[[], str]
    _known: dict[Sha256, int | None] = field(default_factory=dict)

    def signs(self) -> tuple[SignRow, ...]:
        """Every sign there is today. Takes a second or two the first time: pictures are read."""
        with self.desk.uow() as store:
            policy = self.desk.policy(store)
            retirees = {person.id: person for person in store.retirees.all()}
            certifications = store.certifications.all()
            made_here = [c for c in certifications if c.visit_id is not None]
            summaries = {c.id: kept for c in made_here if (kept := store.certifications.summary_of(c.id)) is not None}
            clerks = {operator.id: operator.name for operator in store.operators.all()}
            shas = self._evidence(store)
        shas += [
            (c.retiree_id, c.captured_at, s.best_frame)
            for c in made_here
            if (s := summaries.get(c.id)) and s.best_frame
        ]
        pieces = [Piece(who, at, sha, self._fingerprint(sha)) for who, at, sha in sorted(shas, key=lambda one: one[1])]
        found: list[FraudSign] = [
            *about_certifications(certifications, retirees=retirees, summaries=summaries, policy=policy),
            *about_evidence(pieces),
            *self._photos(),
        ]
        return tuple(
            SignRow(
                sign,
                tuple(retirees[one].name for one in sign.retirees if one in retirees),
                clerks.get(sign.operator_id, "") if sign.operator_id is not None else "",
            )
            for sign in sorted_signs(found)
        )

    def log(self) -> tuple[LogRow, ...]:
        """The newest lines, newest first."""
        with self.desk.uow() as store:
            people = {str(person.id): person.name for person in store.retirees.all()}
            clerks: dict[OperatorId, str] = {operator.id: operator.name for operator in store.operators.all()}
            lines = store.audit.entries(limit=MOST_LINES)
        return tuple(
            LogRow(
                number,
                entry,
                clerks.get(entry.operator_id, "") if entry.operator_id is not None else "",
                people.get(entry.subject) or clerks.get(OperatorId(entry.subject)) or entry.subject,
            )
            for number, entry in lines
        )

    def verify(self) -> str:
        """Whether the log is whole, in words."""
        return self.verify_log()

    def _evidence(self, store: UnitOfWork) -> list[tuple[RetireeId, datetime, Sha256]]:
        since = self.desk.clock.now() - LOOK_BACK
        pictures = (EvidenceKind.LIVING_PICTURE,)
        return [
            (case.retiree_id, item.taken_at, item.blob)
            for case in store.cases.in_states(CaseState)
            for item in case.evidence
            if item.kind in pictures and item.taken_at >= since
        ]

    def _fingerprint(self, sha: Sha256) -> int | None:
        if sha not in self._known:
            try:
                self._known[sha] = self.fingerprint(self.desk.vault.get(sha))
            except AppError:
                self._known[sha] = None
        return self._known[sha]

    def _photos(self) -> list[FraudSign]:
        gallery = Gallery(self.desk)
        kinds = {SAME_PICTURE: FraudKind.SAME_PICTURE}
        found: list[FraudSign] = [
            FraudSign(kind=kinds.get(code, FraudKind.SAME_FACE), retirees=people)
            for code, people in gallery.look_alikes()
        ]
        return [
            *found,
            *(FraudSign(kind=FraudKind.FACE_OF_THE_DEAD, retirees=pair, at=at) for pair, at in gallery.of_the_dead()),
        ]
