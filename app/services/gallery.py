"""The roster's faces: every reference photo is checked and embedded once, in the background, and kept encrypted in the vault.

The engine refines its means and cohort by them. They are made anew when a photo or the engine's models change; what a photo lacks is kept
beside it as a code (no_face, small, two_faces …), and which two photos look like one person's, for the clerk's list.
"""

import base64
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from app.domain.certification import Certification
from app.domain.fraud import Seen
from app.domain.ids import RecordId, RetireeId, Sha256
from app.domain.retiree import RosterFace
from app.errors import AppError
from app.services.context import Desk
from app.services.fingerprints import keep_blob
from app.services.pieces import in_pieces
from app.services.ports import FaceEngine

GALLERY = "face.gallery"
"""Settings key: hash of the gallery's blob in the vault."""
MEDIA_TYPE = "application/x-certdesk-faces"
LIMIT = 3000
"""People that are used: more change neither mean nor cohort."""
BATCH = 200
"""Photos between two savings: a kill loses at most so many."""
SAME_PICTURE, SAME_FACE, MISSING = "same_picture", "same_face", "missing"
"""Problem codes that are made here; the others come from the engine."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A photo's template (None when unusable) and its problem code, "" when there is none."""

    face: bytes | None
    problem: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photos that look like one person's."""

    first: Sha256
    second: Sha256
    same_picture: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryReport:
    """``photos`` in the roster, ``done`` of them embedded or found unusable, ``unusable`` among these, ``pairs`` that look alike."""

    photos: int
    done: int
    unusable: int
    pairs: int = 0

    @property
    def finished(self) -> bool:
        """Nothing is left to do until the roster changes."""
        return self.done == self.photos


@dataclass
class _Kept:
    """What lies in the vault."""

    versions: str
    items: dict[Sha256, Entry] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    compared: set[str] = field(default_factory=set)
    of_the_dead: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Gallery:
    """Keeps the roster's templates up to date. One caller at a time, on a worker; never while a visit is captured."""

    desk: Desk

    def __call__(self, engine: FaceEngine, busy: Callable[[], bool]) -> GalleryReport:
        """Embed what is missing, drop what is no longer in the roster, hand everything to the engine.

        ``engine``: a started engine. ``busy`` says when to stop early (a retiree sat down); the rest follows at the next call.
        """
        versions = " | ".join(engine.start().versions)
        photos = self._photos()
        kept = self._load()
        known = kept.items if kept.versions == versions else {}
        before = len(known)
        known = {sha: entry for sha, entry in known.items() if sha in photos}
        changed = before != len(known) or kept.versions != versions
        fresh = 0
        for photo in photos:
            if photo in known:
                continue
            if busy():
                break
            known[photo] = self._examine(engine, photo)
            fresh += 1
            if fresh % BATCH == 0:
                self._save(_Kept(versions, known, kept.pairs, kept.compared, kept.of_the_dead))
        faces = {sha: entry.face for sha, entry in known.items() if entry.face is not None}
        engine.use_roster(list(faces.values()))
        pairs = self._alike(engine, faces) if fresh or changed else kept.pairs
        marks = (set(), set()) if kept.versions != versions else (kept.compared, kept.of_the_dead)
        now = _Kept(versions, known, pairs, *marks)
        if self._compare_with_the_dead(engine, now, faces, busy) or fresh or changed:
            self._save(now)
        unusable = sum(entry.face is None for entry in known.values())
        return GalleryReport(photos=len(photos), done=len(known), unusable=unusable, pairs=len(pairs))

    def problems(self) -> dict[RetireeId, tuple[str, tuple[str, ...]]]:
        """Per retiree whose photo needs a look: the code and, for two that look alike, the other people's names. Asks no engine."""
        with self.desk.uow() as store:
            people = list(store.retirees.all())
        kept = self._load()
        owners = _owners(people)
        found: dict[RetireeId, tuple[str, tuple[str, ...]]] = {}
        for person in people:
            entry = kept.items.get(person.photo) if person.photo is not None else Entry(None, MISSING)
            if entry is not None and entry.problem:
                found[person.id] = (entry.problem, ())
        for code, group in _groups(owners, kept.pairs):
            for person in group:
                others = tuple(other.name for other in group if other.id != person.id)
                found[person.id] = (code, (*found.get(person.id, ("", ()))[1], *others))
        return found

    def look_alikes(self, faces: Iterable[RosterFace]) -> list[tuple[str, tuple[RetireeId, ...]]]:
        """Groups of people with one picture, or of two whose photos look like one person's: the code and who."""
        owners = _owners(faces)
        found = {tuple(one.id for one in group): code for code, group in _groups(owners, self._load().pairs)}
        return [(code, ids) for ids, code in found.items()]

    def of_the_dead(self) -> list[tuple[RecordId, RetireeId]]:
        """Certifications whose face looks like somebody's who had died, and whose."""
        return [(RecordId(record), RetireeId(dead)) for record, dead in sorted(self._load().of_the_dead)]

    def _compare_with_the_dead(
        self, engine: FaceEngine, kept: _Kept, faces: Mapping[Sha256, bytes], busy: Callable[[], bool]
    ) -> bool:
        """Look at the best frames of certifications made here against the photos of those who had died. True when something is new."""
        people = in_pieces(self.desk.uow, lambda store, after, limit: store.retirees.faces(after, limit))
        dead = [p for p in people if p.died_on is not None and p.photo in faces]
        newest: deque[tuple[Certification, Seen | None]] = deque(maxlen=LIMIT)
        if dead:
            newest.extend(
                in_pieces(self.desk.uow, lambda store, after, limit: store.certifications.made_here(after, limit))
            )
        changed = False
        for certification, seen in newest:
            others = [p for p in dead if p.id != certification.retiree_id and p.photo is not None]
            mark = f"{certification.id}:{','.join(sorted(p.id for p in others))}"
            if not others or seen is None or seen.best_frame is None or mark in kept.compared:
                continue
            if busy():
                break
            kept.compared = {*(m for m in kept.compared if not m.startswith(f"{certification.id}:")), mark}
            changed = True
            face = self._examine(engine, seen.best_frame).face
            if face is None:
                continue
            templates = [face, *(faces[p.photo] for p in others if p.photo is not None)]
            for twins in engine.twins(templates):
                if twins.first == 0:
                    kept.of_the_dead = {*kept.of_the_dead, (certification.id, others[twins.second - 1].id)}
        return changed

    def _photos(self) -> list[Sha256]:
        people = in_pieces(self.desk.uow, lambda store, after, limit: store.retirees.faces(after, limit))
        return list(dict.fromkeys(person.photo for person in people if person.photo is not None))[:LIMIT]

    def _examine(self, engine: FaceEngine, photo: Sha256) -> Entry:
        try:
            report, face = engine.template(self.desk.vault.get(photo))
        except AppError as error:
            if error.code.startswith("engine."):
                raise
            return Entry(None, "damaged")
        return Entry(face, report.problem)

    @staticmethod
    def _alike(engine: FaceEngine, faces: Mapping[Sha256, bytes]) -> tuple[Pair, ...]:
        names = list(faces)
        found = engine.twins(list(faces.values()))
        return tuple(Pair(names[twins.first], names[twins.second], twins.same_picture) for twins in found)

    def _load(self) -> _Kept:
        with self.desk.uow() as store:
            name = store.settings.get(GALLERY)
        if name is None:
            return _Kept("")
        try:
            document = json.loads(self.desk.vault.get(Sha256(name)))
            items = {
                Sha256(sha): Entry(base64.b64decode(face) if face else None, problem)
                for sha, (face, problem) in document["items"].items()
            }
            pairs = tuple(Pair(Sha256(a), Sha256(b), bool(same)) for a, b, same in document.get("pairs", ()))
            compared = set(document.get("compared", ()))
            of_the_dead = {(str(record), str(dead)) for record, dead in document.get("of_the_dead", ())}
            return _Kept(str(document["versions"]), items, pairs, compared, of_the_dead)
        except (AppError, ValueError, KeyError, TypeError):
            return _Kept("")  # lost or damaged: made again

    def _save(self, kept: _Kept) -> None:
        items = {
            sha: (base64.b64encode(entry.face).decode("ascii") if entry.face else None, entry.problem)
            for sha, entry in kept.items.items()
        }
        pairs = [(pair.first, pair.second, pair.same_picture) for pair in kept.pairs]
        marks = {"compared": sorted(kept.compared), "of_the_dead": sorted(kept.of_the_dead)}
        data = json.dumps({"versions": kept.versions, "items": items, "pairs": pairs, **marks}).encode("utf-8")
        keep_blob(self.desk, GALLERY, data, media_type=MEDIA_TYPE)


class _WithPhoto(Protocol):
    @property
    def id(self) -> RetireeId: ...
    @property
    def photo(self) -> Sha256 | None: ...


OnRoster = TypeVar("OnRoster", bound=_WithPhoto)


def _owners(people: Iterable[OnRoster]) -> dict[Sha256, list[OnRoster]]:
    owners: dict[Sha256, list[OnRoster]] = defaultdict(list)
    for person in people:
        if person.photo is not None:
            owners[person.photo].append(person)
    return owners


def _groups(owners: Mapping[Sha256, list[OnRoster]], pairs: Iterable[Pair]) -> list[tuple[str, list[OnRoster]]]:
    """People whose photos look alike, the surest last so that its code stays."""
    groups = []
    for pair in pairs:
        both = [*owners.get(pair.first, ()), *owners.get(pair.second, ())]
        if len({person.id for person in both}) > 1:
            groups.append((SAME_PICTURE if pair.same_picture else SAME_FACE, both))
    groups.sort(key=lambda item: item[0] == SAME_PICTURE)
    return groups + [(SAME_PICTURE, group) for group in owners.values() if len(group) > 1]
