"""Fetches the model pack that the center's policy names, in pieces with resume, and has it installed. Implements PackSource."""

import logging
import threading
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from app.domain.policy import NO_MODEL_PACK
from app.errors import AppError
from app.services.model_packs import ModelPacks
from app.services.ports import Clock, UnitOfWorkFactory
from app.services.stored_settings import load_identity
from app.sync.client import CenterClient
from app.sync.fetch import fetch
from protocol.messages import ModelPackInfo

log = logging.getLogger(__name__)


class HttpModelPacks:
    """One fetch at a time. A pack that was refused once is not fetched again before the program starts anew."""

    def __init__(
        self,
        packs: ModelPacks,
        *,
        uow: UnitOfWorkFactory,
        clock: Clock,
        key: Ed25519PrivateKey,
        folder: Path,
        ca_file: Path | None = None,
    ) -> None:
        """``folder``: for what is on its way."""
        self._packs, self._uow, self._clock, self._key = packs, uow, clock, key
        self._folder, self._ca_file = folder, ca_file
        self._flight, self._stop = threading.Lock(), threading.Event()
        self._refused: dict[str, AppError] = {}

    def stop(self) -> None:
        """From another thread."""
        self._stop.set()

    def run(self) -> bool:
        """See PackSource."""
        if not self._flight.acquire(blocking=False):
            return False
        try:
            return self._run()
        finally:
            self._flight.release()

    def _run(self) -> bool:
        standing = self._packs.standing()
        if not standing.due:
            return False
        if standing.wanted == NO_MODEL_PACK:
            self._packs.remove()
            return True
        if standing.wanted in self._refused:
            raise self._refused[standing.wanted]
        with self._uow() as store:
            identity = load_identity(store.settings)
        if identity is None:
            return False
        client = CenterClient(identity.center_url, self._key, self._clock, ca_file=self._ca_file)
        try:
            client.log_in(identity.desk_id)
            file = self._fetched(client, standing.wanted)
        finally:
            client.close()
        if file is None:
            return False
        self._install(file, standing.wanted)
        return True

    def _fetched(self, client: CenterClient, sha256: str) -> Path | None:
        address = f"/v1/model-packs/{sha256}"
        try:
            info = ModelPackInfo.model_validate_json(client.send("GET", address).content)
        except ValidationError as error:
            raise AppError("sync.answer_unreadable") from error
        except AppError as error:
            raise AppError("pack.absent") if error.params.get("status") in (404, 405) else error from error
        return fetch(
            client, f"{address}/content", self._folder / f"{sha256}.zip",
            sha256=sha256, size=info.size, damaged="pack.damaged", stopped=self._stop.is_set,
        )  # fmt: skip

    def _install(self, file: Path, sha256: str) -> None:
        try:
            self._packs.install(file, operator_id=None)
        except AppError as error:
            self._refused[sha256] = error
            raise
        finally:
            file.unlink(missing_ok=True)
        log.info("model pack %s installed by policy", sha256[:16])
