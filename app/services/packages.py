"""Packages by USB stick, as the window sees them: what went out, what came in, and the port behind both."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.services.progress import Tell

SUFFIX = ".certpkg"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOut:
    """What was exported. ``left``: attachments that did not fit or can't be read; they come with the next package."""

    path: Path
    records: int
    attachments: int
    left: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageIn:
    """What an answer brought: receipts verified, records refused, changes, photos; ``waiting`` records have no receipt yet.

    ``more``: the center has further changes; the next package fetches them.
    """

    accepted: int
    refused: int
    changes: int
    photos: int
    waiting: int
    more: bool


class Packages(Protocol):
    """Desk → file → center → file → desk. Both raise AppError package.*, sync.not_enrolled, disk.full and leave nothing half done."""

    def export(self, folder: Path, progress: Tell | None = None) -> PackageOut:
        """Write one package for the center into ``folder``."""
        ...

    def take(self, path: Path, progress: Tell | None = None) -> PackageIn:
        """Verify the whole answer, then apply it."""
        ...
