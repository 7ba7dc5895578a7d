"""Fetches a newer program from the center: signed manifest, pieces with resume, SHA-256. What to do with it is app.launcher's."""

import json
import logging
import platform
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from app.errors import AppError
from app.services.ports import Clock, UnitOfWorkFactory
from app.services.stored_settings import load_identity
from app.services.updates import Offer, newer, save_offer
from app.sync.client import CenterClient
from app.sync.fetch import fetch
from protocol.messages import SigningKey
from protocol.signing import SignatureError, verify
from protocol.updates import UpdateManifest

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
log = logging.getLogger(__name__)


def check(manifest: UpdateManifest, keys: Sequence[SigningKey], *, system: str, machine: str) -> None:
    """AppError('update.unsigned') unless the center signed it, for this kind of machine, with a key that was valid then."""
    known = next((key for key in keys if key.key_id == manifest.key_id), None)
    try:
        if known is None or (known.retired_at is not None and manifest.signed_at > known.retired_at):
            raise SignatureError("unknown or retired key")
        if (manifest.system, manifest.machine) != (system, machine):
            raise SignatureError("for another machine")
        verify(known.public_key, manifest.signed_part(), manifest.signature)
    except SignatureError as error:
        raise AppError("update.unsigned") from error


def ask(client: CenterClient, system: str, machine: str) -> UpdateManifest | None:
    """The manifest for this kind of machine; None when there is none, or when the center knows nothing of updates."""
    try:
        content = client.send("GET", f"/v1/updates/{system}/{machine}").content
        return UpdateManifest.model_validate_json(content)
    except ValidationError as error:
        raise AppError("sync.answer_unreadable") from error
    except AppError as error:
        if error.params.get("status") in (404, 405):
            return None
        raise


def download(client: CenterClient, manifest: UpdateManifest, folder: Path, stopped: Callable[[], bool]) -> Path | None:
    """The whole, checked file; None when stopped. AppError update.damaged, disk.full, vault.unwritable, sync.*"""
    target, address = folder / f"{manifest.sha256}.update", f"/v1/updates/files/{manifest.sha256}/content"
    sha256, size = manifest.sha256, manifest.size
    return fetch(client, address, target, sha256=sha256, size=size, damaged="update.damaged", stopped=stopped)


class HttpUpdates:
    """Implements app.services.updates.UpdateSource; one fetch at a time."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        clock: Clock,
        key: Ed25519PrivateKey,
        versions: Path,
        running: str,
        ca_file: Path | None = None,
        refused: Callable[[str], bool] = lambda _sha256: False,
        system: str = platform.system().lower(),
        machine: str = platform.machine().lower(),
    ) -> None:
        """``versions``: the folder that app.launcher looks into; ``running``: this program's version; ``refused``: failed here before."""
        self._uow, self._clock, self._key, self._ca_file = uow, clock, key, ca_file
        self._versions, self._running, self._refused = versions, running, refused
        self._system, self._machine = system, MACHINES.get(machine, machine)
        self._flight, self._stop = threading.Lock(), threading.Event()

    def stop(self) -> None:
        """From another thread."""
        self._stop.set()

    def run(self) -> Offer | None:
        """See UpdateSource."""
        if not self._flight.acquire(blocking=False):
            return None
        try:
            return self._run()
        finally:
            self._flight.release()

    def _run(self) -> Offer | None:
        with self._uow() as store:
            identity = load_identity(store.settings)
        if identity is None:
            return None
        client = CenterClient(identity.center_url, self._key, self._clock, ca_file=self._ca_file)
        try:
            client.log_in(identity.desk_id)
            manifest = ask(client, self._system, self._machine)
            if manifest is None or manifest.version == self._running or self._refused(manifest.sha256):
                return None
            check(manifest, client.center_keys, system=self._system, machine=self._machine)
            if not newer(manifest.version, self._running):
                raise AppError("update.older")
            return self._fetch(client, manifest)
        finally:
            client.close()

    def _fetch(self, client: CenterClient, manifest: UpdateManifest) -> Offer:
        offer = Offer(
            version=manifest.version,
            sha256=manifest.sha256,
            size=manifest.size,
            required_from=manifest.required_from,
            words=manifest.words,
        )
        self._remember(offer)
        if download(client, manifest, self._versions / "download", self._stop.is_set) is None:
            return offer
        ready = {"version": manifest.version, "sha256": manifest.sha256}
        part = self._versions / "ready.part"
        part.write_text(json.dumps(ready), encoding="utf-8")
        part.replace(self._versions / "ready.json")
        log.info("update %s is here", manifest.version)
        offer = replace(offer, ready=True)
        self._remember(offer)
        return offer

    def _remember(self, offer: Offer) -> None:
        with self._uow() as store:
            save_offer(store.settings, offer)
            store.commit()
