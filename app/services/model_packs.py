"""Model packs on this desk: what is installed, what the center's policy wants, taking one in with a line in the audit log."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.domain.ids import OperatorId
from app.domain.policy import NO_MODEL_PACK
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry, Settings

UNNAMED = "?"
INSTALLED = "models.pack"
"""Settings key: SHA-256 of the installed pack's file."""


class PackShelf(Protocol):
    """Where the engine looks for a pack."""

    def install(self, file: Path, keys: list[bytes]) -> str:
        """Verify and unpack, replacing an older one; returns the pack's name in records. AppError pack.*, models.*."""
        ...

    def remove(self) -> None: ...
    def present(self) -> bool: ...


class PackSource(Protocol):
    """Fetches what the policy names, in the background."""

    def run(self) -> bool:
        """True when another pack was installed, or the present one taken away: the engine has to start anew.

        Blocks for minutes. AppError pack.*, models.*, sync.*, disk.full, vault.unwritable.
        """
        ...

    def stop(self) -> None:
        """Let a fetch end soon; it goes on from there another time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PackStanding:
    """Attributes:
    installed: SHA-256 of the installed pack's file, "" without a pack.
    wanted: what the policy names, "" when it leaves the choice to the unit, NO_MODEL_PACK when there shall be none.
    """

    installed: str
    wanted: str

    @property
    def due(self) -> bool:
        """Something has to be done before it is as the policy wants."""
        return bool(self.wanted) and self.wanted != (self.installed or NO_MODEL_PACK)


@dataclass(frozen=True, slots=True)
class ModelPacks:
    """Use cases. ``keys``: the center's raw public keys as the desk knows them."""

    desk: Desk
    shelf: PackShelf
    keys: Callable[[Settings], list[bytes]]

    def standing(self) -> PackStanding:
        """How it is now. A pack whose folder vanished is not installed."""
        with self.desk.uow() as store:
            named = store.settings.get(INSTALLED) or ""
            wanted = self.desk.policy(store).model_pack
        return PackStanding(installed=(named or UNNAMED) if self.shelf.present() else "", wanted=wanted)

    def install(self, file: Path, *, operator_id: OperatorId | None) -> None:
        """Take a pack in; ``operator_id`` None: by the center's policy. The pack in use stays until the new one has proved itself."""
        try:
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise AppError("pack.damaged") from error
        with self.desk.uow() as store:
            keys = self.keys(store.settings)
        name = self.shelf.install(file, keys)
        self._note(digest, "models.installed", name[:16], operator_id)

    def remove(self) -> None:
        """The policy wants none."""
        self.shelf.remove()
        self._note("", "models.removed", "", None)

    def _note(self, digest: str, action: str, details: str, operator_id: OperatorId | None) -> None:
        with self.desk.uow() as store:
            store.settings.set(INSTALLED, digest)
            how = json.dumps({"pack": details, "by": "operator" if operator_id else "policy"})
            store.audit.append(
                AuditEntry(
                    at=self.desk.clock.now(), operator_id=operator_id, action=action, subject=digest[:16], details=how
                )
            )
            store.commit()
