"""What the reviewer looks at: fraud signs with what they rest on, and the audit log, searched, exported, verified."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.domain.confirmation import CaseState, EvidenceKind
from app.domain.form_review import handlers
from app.domain.fraud import (
    FraudKind,
    FraudSign,
    Piece,
    Settlement,
    SettleRefusal,
    about_certifications,
    about_evidence,
    settle_refusal,
    sorted_signs,
)
from app.domain.ids import OperatorId, Sha256
from app.errors import AppError
from app.services.context import Desk
from app.services.gallery import SAME_PICTURE, Gallery
from app.services.ports import AuditEntry, UnitOfWork

LOOK_BACK = timedelta(days=800)
"""Evidence older than this is not compared: two cycles and a bit."""
MOST_LINES = 20_000
"""Audit lines read at once."""
PAPERS = (EvidenceKind.HOSPITAL_PAPER, EvidenceKind.DISABILITY_PAPER, EvidenceKind.OTHER_PAPER)
BY_PHOTO = (FraudKind.SAME_FACE, FraudKind.SAME_PICTURE, FraudKind.FACE_OF_THE_DEAD)
"""Signs that rest on photos of the roster."""
SHORTEST_NOTE, MOST_PICTURES = 4, 2
REFUSED = {SettleRefusal.NOT_A_REVIEWER: "account.not_allowed", SettleRefusal.INVOLVED: "sign.own_work"}


@dataclass(frozen=True, slots=True)
class SignRow:
    """A sign with the names of those it is about; ``settled``: what somebody found, and ``settled_by`` their name."""

    sign: FraudSign
    names: tuple[str, ...]
    clerk: str
    settled: Settlement | None = None
    settled_by: str = ""


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
            settled = {one.key: one for one in store.settlements.all()}
            pieces = self._evidence(store)
        since = self.desk.clock.now() - LOOK_BACK
        pieces += [
            Piece(
                retiree_id=c.retiree_id,
                at=c.captured_at,
                sha256=kept.best_frame,
                fingerprint=None,
                involved=tuple(one for one in (c.operator_id, c.second_operator_id) if one is not None),
            )
            for c in made_here
            if c.captured_at >= since and (kept := summaries.get(c.id)) and kept.best_frame
        ]
        pieces = [
            one if one.lasting else replace(one, fingerprint=self._fingerprint(one.sha256))
            for one in sorted(pieces, key=lambda one: one.at)
        ]
        found: list[FraudSign] = [
            *about_certifications(certifications, retirees=retirees, summaries=summaries, policy=policy),
            *about_evidence(pieces),
            *self._photos(),
        ]
        rows = [
            SignRow(
                sign,
                tuple(retirees[one].name for one in sign.retirees if one in retirees),
                clerks.get(sign.operator_id, "") if sign.operator_id is not None else "",
                settled.get(sign.key),
                clerks.get(settled[sign.key].operator_id, "") if sign.key in settled else "",
            )
            for sign in sorted_signs(found)
        ]
        return tuple(sorted(rows, key=lambda row: row.settled is not None))

    def open_signs(self) -> tuple[FraudSign, ...]:
        """Those that nobody has settled yet."""
        return tuple(row.sign for row in self.signs() if row.settled is None)

    def settle(self, sign: FraudSign, *, operator_id: OperatorId, note: str) -> Settlement:
        """Somebody with no hand in it looked into it. AppError('account.not_allowed'), ('sign.own_work'), ('sign.note_missing')."""
        words, now = note.strip(), self.desk.clock.now()
        if len(words) < SHORTEST_NOTE:
            raise AppError("sign.note_missing")
        with self.desk.uow() as store:
            who = store.operators.get(operator_id)
            refused = settle_refusal(sign, who) if who is not None else SettleRefusal.NOT_A_REVIEWER
            if refused is not None:
                raise AppError(REFUSED[refused])
            made = Settlement(key=sign.key, at=now, operator_id=operator_id, note=words)
            store.settlements.add(made)
            subject = sign.retirees[0] if sign.retirees else (sign.operator_id or "")
            store.audit.append(
                AuditEntry(
                    at=now, operator_id=operator_id, action="sign.settled", subject=subject, details=sign.kind.value
                )
            )
            store.commit()
        return made

    def pictures(self, sign: FraudSign) -> tuple[bytes, ...]:
        """What the sign rests on: its own pictures, else the photos of those it is about; at most two."""
        wanted = list(sign.pictures)
        if len(wanted) < MOST_PICTURES and sign.kind in BY_PHOTO:
            with self.desk.uow() as store:
                people = [store.retirees.get(one) for one in sign.retirees]
            wanted += [person.photo for person in people if person is not None and person.photo is not None]
        found = []
        for sha in dict.fromkeys(wanted):
            try:
                found.append(self.desk.vault.get(sha))
            except AppError:
                continue
        return tuple(found[:MOST_PICTURES])

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

    def _evidence(self, store: UnitOfWork) -> list[Piece]:
        """Evidence of form cases: pictures by their fingerprint, videos and papers by their bytes."""
        since = self.desk.clock.now() - LOOK_BACK
        return [
            Piece(
                retiree_id=case.retiree_id,
                at=item.taken_at,
                sha256=item.blob,
                fingerprint=None,
                involved=handlers(case),
                lasting=item.kind in PAPERS,
            )
            for case in store.cases.in_states(CaseState)
            for item in case.evidence
            if item.taken_at >= since
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
            *self._faces_of_the_dead(gallery),
        ]

    def _faces_of_the_dead(self, gallery: Gallery) -> list[FraudSign]:
        found, pairs = [], gallery.of_the_dead()
        with self.desk.uow() as store:
            for record_id, dead in pairs:
                made, kept = store.certifications.get(record_id), store.certifications.summary_of(record_id)
                if made is None:
                    continue
                found.append(
                    FraudSign(
                        kind=FraudKind.FACE_OF_THE_DEAD,
                        retirees=(made.retiree_id, dead),
                        at=made.captured_at,
                        operator_id=made.operator_id,
                        involved=tuple(one for one in (made.operator_id, made.second_operator_id) if one is not None),
                        records=(record_id,),
                        pictures=(kept.best_frame,) if kept is not None and kept.best_frame else (),
                    )
                )
        return found
