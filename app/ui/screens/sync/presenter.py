"""Sync: run now, run by itself every few minutes, and say how it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.ids import OperatorId, RecordId
from app.services.ports import SyncEngine, SyncReport, TaskRunner
from app.services.progress import Progress
from app.services.sync_status import SyncFigures, SyncStatus
from app.ui.ports import Say


@dataclass(frozen=True, slots=True)
class SyncState:
    """Attributes: figures: what is stored; progress: of the run under way, None while there is none."""

    figures: SyncFigures | None
    progress: Progress | None = None

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self.progress is not None


class SyncView(Protocol):
    """What the presenter asks of the view."""

    def show_state(self, state: SyncState) -> None: ...


class SyncPresenter:
    """``finished`` is called after each run with its report, so that other screens read anew."""

    def __init__(
        self,
        *,
        view: SyncView,
        engine: SyncEngine,
        status: SyncStatus,
        tasks: TaskRunner,
        say: Say,
        finished: Callable[[SyncReport], None],
    ) -> None:
        self._view = view
        self._engine = engine
        self._status = status
        self._tasks = tasks
        self._say = say
        self._finished = finished
        self._running = False
        self._figures: SyncFigures | None = None
        self._progress = Progress()

    def refresh(self) -> None:
        """Read what is stored."""
        self._tasks.database(self._status.figures, self._loaded, self._say.error)

    def run(self, *, at_once: bool = False) -> None:
        """Begin a run unless one is under way. Progress is read by ``tick``, never pushed from the worker."""
        if self._running:
            return
        self._running = True
        self._show()
        self._tasks.io(lambda: self._engine.run(self._note, at_once=at_once), self._ended, self._broke)

    def run_now(self) -> None:
        """“现在同步”: nothing waits for its next try, and a pause ends."""
        self.run(at_once=True)

    def run_when_due(self) -> None:
        """By the timer: not while the wait after failed runs lasts."""
        if self._engine.due():
            self.run()

    def pause(self) -> None:
        """“暂停”."""
        self._engine.pause()

    def resend(self, record_id: str, operator_id: OperatorId) -> None:
        """“再报一次” for a record that was refused."""

        def work() -> None:
            self._status.send_again(RecordId(record_id), operator_id=operator_id)

        self._tasks.database(work, lambda _nothing: self.run_now(), self._say.error)

    def arrived(self, report: SyncReport) -> None:
        """Something came by another way than a run: read anew, here and elsewhere."""
        self.refresh()
        self._finished(report)

    def tick(self) -> None:
        """Called by a timer: show progress."""
        if self._running:
            self._show()

    def _note(self, progress: Progress) -> None:
        """On the worker: one assignment, read by ``tick``."""
        self._progress = progress

    def _ended(self, report: SyncReport) -> None:
        self._running = False
        self._progress = Progress()
        self.arrived(report)

    def _broke(self, error: Exception) -> None:
        self._running = False
        self._show()
        self._say.error(error)

    def _loaded(self, figures: SyncFigures) -> None:
        self._figures = figures
        self._show()

    def _show(self) -> None:
        self._view.show_state(SyncState(self._figures, self._progress if self._running else None))
