"""Packages by USB stick at the desk: the same bodies, signatures and checks as over the network; only the way is another."""

import threading
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import AppError
from app.services.context import Desk
from app.services.packages import PackageIn, PackageOut
from app.services.progress import Tell, silent
from app.sync import packages_in, packages_out
from protocol.packages import PackageError


class UsbPackages:
    """Implements app.services.packages.Packages; one at a time."""

    def __init__(self, desk: Desk, key: Ed25519PrivateKey) -> None:
        self._desk, self._key = desk, key
        self._flight = threading.Lock()

    def export(self, folder: Path, progress: Tell | None = None) -> PackageOut:
        """See the port. AppError: package.folder_missing, package.stick_full, package.not_written, package.no_center_key."""
        with self._flight:
            try:
                return packages_out.export(self._desk, self._key, folder, progress or silent)
            except PackageError as error:
                raise AppError(f"package.{error.fault}") from error

    def take(self, path: Path, progress: Tell | None = None) -> PackageIn:
        """See the port. AppError: package.unreadable, and package.<fault> for each fault of the format."""
        with self._flight:
            try:
                with path.open("rb") as file:
                    return packages_in.take(self._desk, self._key, file, progress or silent)
            except PackageError as error:
                raise AppError(f"package.{error.fault}") from error
            except OSError as error:
                raise AppError("package.unreadable") from error
