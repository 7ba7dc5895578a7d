"""Work off the window's thread: one worker for the database, a small pool for network, paper and scanning."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

IO_WORKERS = 4
log = logging.getLogger(__name__)


class WorkerCrashError(Exception):
    """A worker ended by something that is no Exception (SystemExit, KeyboardInterrupt); carries its text."""


class QtTaskRunner(QObject):
    """Implements app.services.ports.TaskRunner.

    Build it on the window's thread: results come back there, in the order in which the work ended, and never inside
    the call that asked for them. After ``close()`` no result is delivered any more.
    """

    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._io = ThreadPoolExecutor(max_workers=IO_WORKERS, thread_name_prefix="io")
        self._closed = False
        self._running = 0
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether any result is still to come."""
        return self._running > 0

    def database(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        """On the one database worker, in order."""
        self._submit(self._database, work, done, failed)

    def io(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """On the I/O pool."""
        self._submit(self._io, work, done, failed)

    def close(self) -> None:
        """Finish the work that has begun, drop what has not and all results; safe to call twice."""
        self._closed = True
        self._database.shutdown(wait=True, cancel_futures=True)
        self._io.shutdown(wait=True, cancel_futures=True)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        if self._closed:
            return
        self._running += 1
        pool.submit(self._run, work, done, failed)

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """A worker's entry: whatever happens becomes a call on the window's thread."""
        try:
            value = work()
        except Exception as error:  # noqa: BLE001 - the entry of a worker; the caller's ``failed`` tells what it was
            self._deliver(partial(failed, error))
        except BaseException as error:  # noqa: BLE001 - the pool must outlive it
            self._deliver(partial(failed, WorkerCrashError(repr(error))))
        else:
            self._deliver(partial(done, value))

    def _deliver(self, call: Callable[[], None]) -> None:
        if self._closed:
            return
        try:
            self._ended.emit(call)
        except RuntimeError:  # the window went away between the two lines
            log.info("a result came after the window had closed")

    @Slot(object)
    def _on_ended(self, call: Callable[[], None]) -> None:
        self._running -= 1
        if not self._closed:
            call()
