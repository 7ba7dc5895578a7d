"""What the reviewer looks at: fraud signs with what they rest on, and the audit log, searched, exported, verified."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from app.domain.certification import Certification
from app.domain.confirmation import EvidenceKind
from app.domain.form_review import handlers
from app.domain.fraud import (
    FraudKind,
    FraudSign,
    Piece,
    Seen,
    Settlement,
    SettleRefusal,
    about_certifications,
    about_evidence,
    hands,
    settle_refusal,
    sorted_signs,
)
from app.domain.ids import OperatorId, RecordId, RetireeId
from app.domain.retiree import RosterFace
from app.errors import AppError
from app.services.context import Desk
from app.services.fingerprints import Fingerprints
from app.services.gallery import SAME_PICTURE, Gallery
from app.services.pieces import in_pieces, rest
from app.services.ports import AuditEntry

LOOK_BACK = timedelta(days=800)
"""Evidence older than this is not compared: two cycles and a bit."""
PEOPLE_AT_ONCE = 100
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
    """A line of the audit log with names; ``subject`` is the person's name where it is about one, else the id."""

    number: int
    entry: AuditEntry
    who: str
    subject: str


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """Use cases of the reviewer. ``fingerprint``: picture bytes → 255 bits, None for what is no picture."""

    desk: Desk
    fingerprint: Callable[[bytes], int | None]
    verify_log: Callable[[], str]

    def signs(self) -> tuple[SignRow, ...]:
        """Every sign there is today. Reads in pieces; the pictures that were not looked at before take the most time."""
        made = list(in_pieces(self.desk.uow, lambda store, after, limit: store.certifications.made_here(after, limit)))
        seen = {c.id: capture for c, capture in made if capture is not None}
        faces = list(in_pieces(self.desk.uow, lambda store, after, limit: store.retirees.faces(after, limit)))
        died = {face.id: face.died_on for face in faces if face.died_on is not None}
        known = {c.id: c for c, _capture in made} | {c.id: c for c in self._of(died)}
        with self.desk.uow() as store:
            policy = self.desk.policy(store)
            clerks = {operator.id: operator.name for operator in store.operators.all()}
            settled = {one.key: one for one in store.settlements.all()}
        found: list[FraudSign] = [
            *about_certifications(known.values(), died=died, seen=seen, policy=policy),
            *about_evidence(self._pieces(made)),
            *self._photos(faces, known, seen),
        ]
        with self.desk.uow() as store:
            names = store.retirees.names({one for sign in found for one in sign.retirees})
        rows = [
            SignRow(
                sign,
                tuple(names[one] for one in sign.retirees if one in names),
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
            clerks: dict[OperatorId, str] = {operator.id: operator.name for operator in store.operators.all()}
            lines = store.audit.entries(limit=MOST_LINES)
            people = store.audit.people(entry.subject for _number, entry in lines)
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

    def _of(self, whose: Iterable[RetireeId]) -> Iterator[Certification]:
        """Every certification of theirs."""
        rest_of = iter(whose)
        while some := list(islice(rest_of, PEOPLE_AT_ONCE)):
            with self.desk.uow() as store:
                found = store.certifications.of_retirees(some)
            yield from found
            rest()

    def _pieces(self, made: Iterable[tuple[Certification, Seen | None]]) -> list[Piece]:
        """What is kept as evidence, oldest first: pictures by their fingerprint, videos and papers by their bytes."""
        since = self.desk.clock.now() - LOOK_BACK
        cases = in_pieces(self.desk.uow, lambda store, after, limit: store.cases.part(after, limit))
        pieces = [
            Piece(
                of=case.id,
                retiree_id=case.retiree_id,
                at=item.taken_at,
                sha256=item.blob,
                fingerprint=None,
                involved=handlers(case),
                lasting=item.kind in PAPERS,
            )
            for case in cases
            for item in case.evidence
            if item.taken_at >= since
        ]
        pieces += [
            Piece(
                of=c.id,
                retiree_id=c.retiree_id,
                at=c.captured_at,
                sha256=capture.best_frame,
                fingerprint=None,
                involved=hands(c),
            )
            for c, capture in made
            if c.captured_at >= since and capture is not None and capture.best_frame
        ]
        pieces.sort(key=lambda one: one.at)
        prints = Fingerprints(self.desk, self.fingerprint).of(one.sha256 for one in pieces if not one.lasting)
        return [one if one.lasting else replace(one, fingerprint=prints[one.sha256]) for one in pieces]

    def _photos(
        self, faces: Sequence[RosterFace], known: Mapping[RecordId, Certification], seen: Mapping[RecordId, Seen]
    ) -> Iterator[FraudSign]:
        gallery = Gallery(self.desk)
        for code, people in gallery.look_alikes(faces):
            yield FraudSign(
                kind=FraudKind.SAME_PICTURE if code == SAME_PICTURE else FraudKind.SAME_FACE, retirees=people
            )
        for record_id, dead in gallery.of_the_dead():
            certification, capture = known.get(record_id), seen.get(record_id)
            if certification is not None:
                yield FraudSign(
                    kind=FraudKind.FACE_OF_THE_DEAD,
                    retirees=(certification.retiree_id, dead),
                    at=certification.captured_at,
                    operator_id=certification.operator_id,
                    involved=hands(certification),
                    records=(record_id,),
                    pictures=(capture.best_frame,) if capture is not None and capture.best_frame else (),
                )
