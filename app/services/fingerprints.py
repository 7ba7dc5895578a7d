"""Fingerprints of the pictures that are evidence, made once and kept encrypted in the vault; gone with the picture at the next look."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.domain.ids import Sha256
from app.errors import AppError
from app.services.context import Desk
from app.services.pieces import rest

KEPT = "scrutiny.fingerprints"
"""Settings key: hash of their blob in the vault."""
MEDIA_TYPE = "application/x-certdesk-fingerprints"
VERSION = 1
"""Raise it with every change of how a fingerprint is made."""
BATCH = 1_000
"""Pictures between two savings: a kill loses at most so many."""
Prints = dict[Sha256, int | None]


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """``fingerprint``: picture bytes → bits, None for what is no picture."""

    desk: Desk
    fingerprint: Callable[[bytes], int | None]

    def of(self, pictures: Iterable[Sha256]) -> Prints:
        """Theirs; of pictures that are not asked for nothing is kept. None for what is no picture, or is not here."""
        wanted = list(dict.fromkeys(pictures))
        before = self._load()
        known = {sha: before[sha] for sha in wanted if sha in before}
        fresh = [sha for sha in wanted if sha not in known]
        for number, sha in enumerate(fresh, start=1):
            known[sha] = self._made(sha)
            rest()
            if number % BATCH == 0:
                self._save(known)
        if fresh or len(known) != len(before):
            self._save(known)
        return known

    def _made(self, sha: Sha256) -> int | None:
        try:
            return self.fingerprint(self.desk.vault.get(sha))
        except AppError:
            return None

    def _load(self) -> Prints:
        with self.desk.uow() as store:
            name = store.settings.get(KEPT)
        if name is None:
            return {}
        try:
            kept = json.loads(self.desk.vault.get(Sha256(name)))
            if kept["version"] != VERSION:
                return {}
            return {Sha256(sha): int(bits, 16) if bits else None for sha, bits in kept["prints"].items()}
        except (AppError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # lost or damaged: made again

    def _save(self, known: Prints) -> None:
        prints = {sha: f"{bits:x}" if bits is not None else "" for sha, bits in known.items()}
        data = json.dumps({"version": VERSION, "prints": prints}).encode("ascii")
        keep_blob(self.desk, KEPT, data, media_type=MEDIA_TYPE)


def keep_blob(desk: Desk, key: str, data: bytes, *, media_type: str) -> None:
    """In the vault, named by a setting; the blob of before goes."""
    name = desk.vault.put(data, media_type=media_type)
    with desk.uow() as store:
        before = store.settings.get(key)
        store.settings.set(key, name)
        store.commit()
    if before is not None and before != name:
        desk.vault.forget(Sha256(before))
