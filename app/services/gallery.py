"""The roster's faces: every reference photo is checked and embedded once, in the background, and kept encrypted in the vault.

The engine refines its means and cohort by them. They are made anew when a photo or the engine's models change; what a photo lacks is kept
beside it as a code (no_face, small, two_faces …) for the clerk's list.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.ids import Sha256
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import FaceEngine

GALLERY = "face.gallery"
"""Settings key: hash of the gallery's blob in the vault."""
MEDIA_TYPE = "application/x-certdesk-faces"
LIMIT = 3000
"""People that are used: more change neither mean nor cohort."""
BATCH = 200
"""Photos between two savings: a kill loses at most so many."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A photo's template (None when unusable) and its problem code, "" when there is none."""

    face: bytes | None
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryReport:
    """``photos`` in the roster, ``done`` of them embedded or found unusable, ``unusable`` among these."""

    photos: int
    done: int
    unusable: int


@dataclass
class Gallery:
    """Keeps the roster's templates up to date. One caller at a time, on a worker; never while a visit is captured.

    Attributes:
        desk: store and vault.
        engine: a started engine.
        busy: says when to stop early (a retiree sat down); the rest follows at the next run.
    """

    desk: Desk
    engine: FaceEngine
    busy: Callable[[], bool] = lambda: False

    def run(self) -> GalleryReport:
        """Embed what is missing, drop what is no longer in the roster, hand everything to the engine."""
        versions = " | ".join(self.engine.start().versions)
        photos = self._photos()
        known = {sha: entry for sha, entry in self._load(versions).items() if sha in photos}
        before, fresh = len(known), 0
        for photo in photos:
            if photo in known:
                continue
            if self.busy():
                break
            known[photo] = self._examine(photo)
            fresh += 1
            if fresh % BATCH == 0:
                self._save(versions, known)
        if fresh or before != len(known):
            self._save(versions, known)
        faces = [entry.face for entry in known.values() if entry.face is not None]
        self.engine.use_roster(faces)
        return GalleryReport(photos=len(photos), done=len(known), unusable=len(known) - len(faces))

    def problems(self) -> dict[Sha256, str]:
        """Photos with a problem code, as far as they were examined."""
        versions = " | ".join(self.engine.start().versions)
        return {sha: entry.problem for sha, entry in self._load(versions).items() if entry.problem}

    def _photos(self) -> list[Sha256]:
        with self.desk.uow() as store:
            found = [retiree.photo for retiree in store.retirees.all() if retiree.photo is not None]
        return list(dict.fromkeys(found))[:LIMIT]

    def _examine(self, photo: Sha256) -> Entry:
        try:
            report, face = self.engine.template(self.desk.vault.get(photo))
        except AppError as error:
            if error.code.startswith("engine."):
                raise
            return Entry(None, "damaged")
        return Entry(face, report.problem)

    def _load(self, versions: str) -> dict[Sha256, Entry]:
        with self.desk.uow() as store:
            name = store.settings.get(GALLERY)
        if name is None:
            return {}
        try:
            document = json.loads(self.desk.vault.get(Sha256(name)))
        except (AppError, ValueError):
            return {}  # lost or damaged: made again
        if document.get("versions") != versions:
            return {}
        return {
            Sha256(sha): Entry(base64.b64decode(face) if face else None, problem)
            for sha, (face, problem) in document["items"].items()
        }

    def _save(self, versions: str, entries: dict[Sha256, Entry]) -> None:
        items = {
            sha: (base64.b64encode(entry.face).decode("ascii") if entry.face else None, entry.problem)
            for sha, entry in entries.items()
        }
        data = json.dumps({"versions": versions, "items": items}).encode("utf-8")
        name = self.desk.vault.put(data, media_type=MEDIA_TYPE)
        with self.desk.uow() as store:
            store.settings.set(GALLERY, name)
            store.commit()
