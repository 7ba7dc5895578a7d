"""When a backup is due, and what became of the last one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.domain.ids import OperatorId
from app.errors import AppError
from app.services.context import Desk
from app.services.ports import AuditEntry
from app.services.progress import Tell
from app.services.stored_settings import BACKUP_FOLDER, DAY_BACKUP, load_backup

EVERY = timedelta(hours=20)
"""So that a desk that is switched on each morning makes one a day."""
LATE = timedelta(days=7)
"""A last backup older than this is told."""
Make = Callable[[Path, datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupInfo:
    """One backup: its folder, when it was made, how many certifications and vault files it holds."""

    path: Path
    made_at: datetime
    certifications: int
    vault_files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreSteps:
    """What the guided restore sets going; both block.

    Attributes:
        places: where backups may lie: the folder of the last one, sticks that are plugged in.
        look: the whole backups in a folder, newest first.
        restore: puts one in the place of what is there (AppError backup.*, disk.*).
    """

    places: Callable[[], tuple[Path, ...]]
    look: Callable[[Path], tuple[BackupInfo, ...]]
    restore: Callable[[Path, Tell], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFigures:
    """Attributes: folder: "" when none was chosen; last: of the last good one; late: it is time to do something."""

    folder: str
    last: datetime | None
    late: bool


def is_late(last: datetime | None, now: datetime) -> bool:
    """Whether it is time to do something."""
    return last is None or now - last > LATE


@dataclass(frozen=True, slots=True)
class Backups:
    """Use cases. ``make`` writes and verifies one backup (AppError backup.*, disk.full)."""

    desk: Desk
    make: Make

    def figures(self) -> BackupFigures:
        """How it stands."""
        with self.desk.uow() as store:
            last, folder = load_backup(store.settings)
        return BackupFigures(folder=folder, last=last, late=is_late(last, self.desk.clock.now()))

    def choose_folder(self, folder: Path, *, operator_id: OperatorId) -> None:
        """From now on there. AppError('backup.folder_missing')."""
        if not folder.is_dir():
            raise AppError("backup.folder_missing")
        with self.desk.uow() as store:
            store.settings.set(BACKUP_FOLDER, str(folder))
            at = self.desk.clock.now()
            store.audit.append(AuditEntry(at=at, operator_id=operator_id, action="backup.folder_chosen", subject=""))
            store.commit()

    def run(self) -> BackupFigures:
        """One backup now. AppError: backup.no_folder, and what ``make`` raises."""
        folder = self.figures().folder
        if not folder:
            raise AppError("backup.no_folder")
        at = self.desk.clock.now()
        self.make(Path(folder), at)
        with self.desk.uow() as store:
            store.settings.set(DAY_BACKUP, at.isoformat())
            store.audit.append(AuditEntry(at=at, operator_id=None, action="backup.made", subject=""))
            store.commit()
        return self.figures()

    def run_if_due(self) -> BackupFigures:
        """One backup when the last is long enough ago and a folder was chosen; a stick that is not plugged in is no error."""
        figures = self.figures()
        if not figures.folder or (figures.last is not None and self.desk.clock.now() - figures.last < EVERY):
            return figures
        try:
            return self.run()
        except AppError as error:
            if error.code != "backup.folder_missing":
                raise
            return figures
