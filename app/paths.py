"""Where the desk keeps things."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.launcher import INSTALLED

NAME = "certdesk"


def rollout_file() -> Path:
    """Where an administrator puts the roll-out file: for the whole machine, on Windows else beside the program."""
    if sys.platform != "win32":
        return Path("/etc/certdesk/rollout.toml")
    common = Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "CertDesk" / "rollout.toml"
    return common if common.exists() else Path(os.environ.get(INSTALLED, sys.executable)).with_name("rollout.toml")


@dataclass(frozen=True, slots=True)
class DeskPaths:
    """Folders and files below one data folder; see app.services.ports.Paths."""

    data: Path

    @classmethod
    def default(cls) -> "DeskPaths":
        """The user's data folder as the operating system names it."""
        return cls(Path(platformdirs.user_data_dir(NAME, appauthor=False)))

    @classmethod
    def of(cls, arguments: Sequence[str]) -> "DeskPaths":
        """Of ``--data FOLDER`` among the arguments, else the default."""
        for number, one in enumerate(arguments):
            if one == "--data" and number + 1 < len(arguments):
                return cls(Path(arguments[number + 1]))
            if one.startswith("--data="):
                return cls(Path(one.partition("=")[2]))
        return cls.default()

    @property
    def vault(self) -> Path:
        """Encrypted blobs."""
        return self.data / "vault"

    @property
    def models(self) -> Path:
        """The installed model pack, absent without one."""
        return self.data / "models"

    @property
    def models_fetched(self) -> Path:
        """A model pack on its way from the center."""
        return self.data / "models.fetched"

    @property
    def logs(self) -> Path:
        """Rotating logs, without personal data."""
        return self.data / "logs"

    @property
    def crashes(self) -> Path:
        """Incident reports, without personal data."""
        return self.data / "crashes"

    @property
    def versions(self) -> Path:
        """Programs fetched from the center; see app.launcher."""
        return self.data / "versions"

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.data / "desk.db"

    @property
    def secrets(self) -> Path:
        """The machine's secret where no key store works."""
        return self.data / "secrets"

    @property
    def authority(self) -> Path:
        """The center's certificate authority as last rolled out."""
        return self.data / "center-ca.pem"

    @property
    def desk_key(self) -> Path:
        """The sealed Ed25519 key."""
        return self.data / "desk.key"
