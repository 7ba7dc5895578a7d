"""The pump between camera and face engine: one frame at a time, the newest, only when the engine is idle."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Condition, Thread
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.domain.evidence import FrameReading
from app.domain.ids import VisitId
from app.errors import AppError
from app.runtime.mailbox import Mailbox
from app.services.ports import CaptureResult, ClipMaker, EngineInfo, FaceEngine, Frame, ReferenceReport, Tended

RESTARTS = 3
"""Restarts in a row, without one reading between, after which the pump gives up until the next ``open``."""
WAIT_FRAME_S = 0.1
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Capture:
    """What is being captured now; reopened as it was after the engine died."""

    visit_id: VisitId
    reference: bytes | None


class Idle(Protocol):
    """Work that needs the engine but no visit: the roster's photos. It stops by itself as soon as ``busy`` says so."""

    def __call__(self, engine: FaceEngine, busy: Callable[[], bool]) -> Tended: ...


@dataclass(frozen=True, slots=True)
class _News:
    """From the worker to the window's thread: which signal, of which visit (None: any), with what."""

    emit: Callable[..., None]
    visit_id: VisitId | None
    arguments: tuple[object, ...]


class EnginePump(QObject):
    """Runs every blocking call of the FaceEngine on a thread of its own.

    Signals (on the window's thread; news of a visit that is over are dropped):
        started: EngineInfo.
        visit_opened: ReferenceReport.
        reading: FrameReading.
        concluded: CaptureResult.
        trouble: AppError code; the engine is being restarted, or given up when the code is engine.failed.
        restored: the engine works again after trouble; evidence from before is void.
        tended: the idle work's result each time it stopped (see ``Idle``).
    """

    started = Signal(object)
    visit_opened = Signal(object)
    reading = Signal(object)
    concluded = Signal(object)
    trouble = Signal(str)
    restored = Signal()
    tended = Signal(object)
    _news = Signal(object)

    def __init__(
        self,
        engine: FaceEngine,
        mailbox: Mailbox,
        *,
        clip: ClipMaker | None = None,
        idle: Idle | None = None,
        incident: Callable[[Exception], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``clip`` keeps the analysed frames as evidence; without one no clip is kept. ``idle``: what to do between visits.

        ``incident`` hears of bugs, on any thread.
        """
        super().__init__(parent)
        self._engine, self._mailbox, self._clip, self._idle = engine, mailbox, clip, idle
        self._due, self._restart_due = idle is not None, False
        self._incident = incident or (lambda _error: None)
        self._track_id: int | None = None
        self._orders: deque[Callable[[], None]] = deque()
        self._wake = Condition()
        self._stopping = False
        self._visit: VisitId | None = None  # the window's view: whose news are still wanted
        self._capture: _Capture | None = None  # the worker's view
        self._alive = False
        self._failures = 0
        self._last_id = -1
        self._news.connect(self._on_news, Qt.ConnectionType.QueuedConnection)
        self._thread = Thread(target=self._run, name="engine-pump", daemon=True)
        self._thread.start()

    # ---------------------------------------------------------------- from the window's thread

    def start(self) -> None:
        """Load the engine ahead of the first visit."""
        self._order(self._begin)

    def open(self, visit_id: VisitId, reference: bytes | None) -> None:
        """Begin a capture with the newest frames from now on; a former one is dropped."""
        self._visit = visit_id
        self._order(lambda: self._open(_Capture(visit_id, reference)))

    def conclude(self) -> None:
        """End the capture; ``concluded`` follows, or trouble when the engine died (then the capture goes on)."""
        self._order(self._conclude)

    def drop(self) -> None:
        """The visit is over without a result; whatever is still on its way is not delivered."""
        self._visit = None
        self._order(self._forget)

    def tend(self) -> None:
        """The roster may have changed: do the idle work again as soon as nobody sits here."""
        self._order(self._want)

    def restart(self) -> None:
        """Load the engine anew, with other models, as soon as no capture is open: who sits here is not made to begin again."""
        self._order(self._want_restart)

    def close(self) -> None:
        """End the worker and the engine."""
        self._visit = None
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        self._thread.join()

    @Slot(object)
    def _on_news(self, news: _News) -> None:
        if self._stopping or (news.visit_id is not None and news.visit_id != self._visit):
            return
        news.emit(*news.arguments)

    def _order(self, call: Callable[[], None]) -> None:
        with self._wake:
            self._orders.append(call)
            self._wake.notify_all()

    # ---------------------------------------------------------------- on the worker

    def _run(self) -> None:
        """The worker's entry: nothing leaves it."""
        while not self._stopping:
            call = self._next()
            if call is not None:
                self._guarded(call)
        try:
            self._engine.close()
        except Exception:
            log.exception("closing the engine")

    def _next(self) -> Callable[[], None] | None:
        """An order, or analysing a frame while a capture is open, or the idle work; sleeps when there is nothing."""
        with self._wake:
            free = self._capture is None
            tending = self._due and self._alive and free
            if not self._orders and free and not tending and not self._restart_due:
                self._wake.wait_for(lambda: self._orders or self._stopping)
            if self._orders:
                return self._orders.popleft()
        if not free:
            return self._analyse
        if self._restart_due:
            return self._restart
        return self._tend if tending else None

    def _has_orders(self) -> bool:
        return bool(self._orders) or self._stopping

    def _want(self) -> None:
        self._due = self._idle is not None

    def _tend(self) -> None:
        """What fails here is no visit's trouble; a dead engine is replaced, the work waits for the next occasion."""
        assert self._idle is not None
        self._due = False
        try:
            result = self._idle(self._engine, self._has_orders)
        except AppError as error:
            if error.code.startswith("engine."):
                raise
            log.warning("idle work: %s", error.code)
            return
        self._due = not result.finished
        self._tell(self.tended.emit, None, result)

    def _want_restart(self) -> None:
        self._restart_due = True

    def _restart(self) -> None:
        self._restart_due = self._alive = False
        self._engine.close()
        self._begin()
        self._want()

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except AppError as error:
            self._recover(error.code)
        except Exception as error:
            log.exception("engine pump")
            self._incident(error)
            self._recover("engine.died")

    def _begin(self) -> None:
        if not self._alive:
            info: EngineInfo = self._engine.start()
            self._alive = True
            self._tell(self.started.emit, None, info)

    def _open(self, capture: _Capture) -> None:
        self._capture, self._failures = capture, 0
        self._begin()
        self._reopen(capture)

    def _reopen(self, capture: _Capture) -> None:
        report: ReferenceReport = self._engine.open_visit(capture.visit_id, capture.reference)
        self._track_id = None
        newest = self._mailbox.wait_newer(-1, limit_s=0.0)
        self._last_id = newest.id if newest is not None else -1
        self._tell(self.visit_opened.emit, capture.visit_id, report)

    def _analyse(self) -> None:
        capture = self._capture
        frame = self._mailbox.wait_newer(self._last_id, limit_s=WAIT_FRAME_S)
        if capture is None or frame is None:
            return
        self._last_id = frame.id
        reading: FrameReading = self._engine.analyse(capture.visit_id, frame)
        self._failures = 0
        self._record(frame, reading)
        self._tell(self.reading.emit, capture.visit_id, reading)

    def _conclude(self) -> None:
        capture = self._capture
        if capture is None:
            return
        result: CaptureResult = self._engine.conclude(capture.visit_id)
        self._capture = None
        if self._clip is not None:
            result = replace(result, clip=self._clip.finish())
        self._tell(self.concluded.emit, capture.visit_id, result)

    def _record(self, frame: Frame, reading: FrameReading) -> None:
        """The clip shows the person whose evidence counts and nobody before."""
        if self._clip is None:
            return
        if reading.track_id != self._track_id:
            self._track_id = reading.track_id
            self._clip.reset()
        self._clip.add(frame)

    def _forget(self) -> None:
        self._capture = None

    def _recover(self, code: str) -> None:
        """Close, start and reopen; after RESTARTS in a row give up until the next ``open``."""
        while not self._stopping:
            self._alive = False
            self._failures += 1
            if self._failures > RESTARTS:
                self._capture, self._failures = None, 0
                self._tell(self.trouble.emit, None, "engine.failed")
                return
            self._tell(self.trouble.emit, None, code)
            try:
                self._engine.close()
                self._begin()
                if self._capture is not None:
                    self._reopen(self._capture)
            except AppError as error:
                code = error.code
            except Exception:
                log.exception("restarting the engine")
                code = "engine.died"
            else:
                self._tell(self.restored.emit, None)
                return

    def _tell(self, emit: Callable[..., None], visit_id: VisitId | None, *arguments: object) -> None:
        try:
            self._news.emit(_News(emit, visit_id, arguments))
        except RuntimeError:  # the window went away first
            log.info("news after the window had closed")
