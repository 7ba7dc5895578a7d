"""Sync on the laptop of a home visit: there is none. Records wait to be brought back."""

from app.services.ports import SyncReport
from app.services.progress import Tell
from app.sync.engine import HttpSync


class AwaySync(HttpSync):
    """Tells how many records wait and asks no network."""

    def _run(self, _progress: Tell) -> SyncReport:
        with self._uow() as store:
            return SyncReport(waiting=store.outbox.counts().waiting)
