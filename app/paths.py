"""Where the desk keeps things."""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

NAME = "certdesk"


@dataclass(frozen=True, slots=True)
class DeskPaths:
    """Folders and files below one data folder; see app.services.ports.Paths."""

    data: Path

    @classmethod
    def default(cls) -> "DeskPaths":
        """The user's data folder as the operating system names it."""
        return cls(Path(platformdirs.user_data_dir(NAME, appauthor=False)))

    @property
    def vault(self) -> Path:
        """Encrypted blobs."""
        return self.data / "vault"

    @property
    def models(self) -> Path:
        """The installed model pack, absent without one."""
        return self.data / "models"

    @property
    def logs(self) -> Path:
        """Rotating logs, without personal data."""
        return self.data / "logs"

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.data / "desk.db"

    @property
    def secrets(self) -> Path:
        """The machine's secret where no key store works."""
        return self.data / "secrets"

    @property
    def desk_key(self) -> Path:
        """The sealed Ed25519 key."""
        return self.data / "desk.key"
