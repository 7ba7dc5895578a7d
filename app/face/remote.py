"""RemoteEngine: the face engine in a process of its own, so that dlib never holds up the window.

Each call has a time limit. A hanging process is killed ("engine.timeout"), a dead one is noticed ("engine.died"); the next ``start``
runs a new one. Evidence of the visit dies with the process: the caller opens the visit again and the person goes on sitting there.
"""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from app.domain.evidence import FrameReading
from app.domain.ids import VisitId
from app.errors import AppError
from app.face import wire
from app.services.ports import CaptureResult, EngineInfo, Frame, ReferenceReport, Twins

START_LIMIT_S, CALL_LIMIT_S = 20.0, 5.0
WORKER_FLAG = "--engine-worker"
"""A packaged program (no ``-m``) starts itself with this flag; app.__main__ hands over to app.face.worker.main."""


def worker_command(resources: Path, pack: Path | None = None) -> list[str]:
    """How to start the engine process of this installation."""
    folders = [str(resources)] if pack is None else [str(resources), str(pack)]
    if getattr(sys, "frozen", False):
        return [sys.executable, WORKER_FLAG, *folders]
    return [sys.executable, "-m", "app.face.worker", *folders]


class EngineBugError(RuntimeError):
    """A bug in the engine's process. Attributes: incident: its number when the process has reported it."""

    def __init__(self, bug: str) -> None:
        super().__init__(f"engine: {bug}")
        self.incident = bug.partition(" incident ")[2]


class _Process:
    """A running engine process with a thread that collects its answers."""

    def __init__(self, command: Sequence[str]) -> None:
        root = str(Path(__file__).resolve().parents[2])
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self.popen = subprocess.Popen(  # noqa: S603 - our own worker
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, creationflags=flags
        )
        self.answers: queue.Queue[wire.Answer | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="engine-answers", daemon=True)
        self._reader.start()
        self._number = 0

    def _read(self) -> None:
        assert self.popen.stdout is not None
        try:
            while True:
                self.answers.put(wire.receive(cast(BinaryIO, self.popen.stdout)))
        except (EOFError, OSError, ValueError):
            self.answers.put(None)

    def call(self, method: str, arguments: tuple[Any, ...], limit_s: float) -> Any:
        assert self.popen.stdin is not None
        self._number += 1
        try:
            wire.send(cast(BinaryIO, self.popen.stdin), wire.Call(self._number, method, arguments))
            answer = self.answers.get(timeout=limit_s)
        except queue.Empty:
            raise AppError("engine.timeout") from None
        except (OSError, ValueError) as error:
            raise AppError("engine.died") from error
        if answer is None:
            raise AppError("engine.died")
        if answer.code:
            raise AppError(answer.code, **answer.params)
        if answer.bug:
            raise EngineBugError(answer.bug)
        return answer.value

    def end(self) -> None:
        """Ask it to go by closing its input, then make it go."""
        with contextlib.suppress(OSError, ValueError):
            if self.popen.stdin is not None:
                self.popen.stdin.close()
        try:
            self.popen.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        self._reader.join(timeout=2.0)
        with contextlib.suppress(OSError):
            if self.popen.stdout is not None:
                self.popen.stdout.close()


class RemoteEngine:
    """FaceEngine in its own process. Calls are serialised: one visit, one frame at a time."""

    def __init__(
        self,
        resources: Path,
        *,
        pack: Path | None = None,
        call_limit_s: float = CALL_LIMIT_S,
        command: Callable[[Path, Path | None], list[str]] = worker_command,
    ) -> None:
        """``pack``: folder of an installed model pack (may be absent)."""
        self._resources = resources
        self._pack = pack
        self._limit_s = call_limit_s
        self._command = command
        self._process: _Process | None = None
        self._block: shared_memory.SharedMemory | None = None
        self._lock = threading.Lock()
        self._roster: list[bytes] = []  # told again to a process that takes a dead one's place
        self._new = False

    @property
    def process_id(self) -> int | None:
        """The engine's process, None while there is none."""
        return self._process.popen.pid if self._process else None

    def start(self) -> EngineInfo:
        """Start the process unless it runs. AppError('engine.failed'), ('engine.died'), ('engine.timeout')."""
        with self._lock:
            if self._process is None:
                self._process = _Process(self._command(self._resources, self._pack))
                self._new = True
            info: EngineInfo = self._call("start", (), START_LIMIT_S)
            if self._new and self._roster:
                self._call("use_roster", (self._roster,), START_LIMIT_S)
            self._new = False
            return info

    def open_visit(self, visit_id: VisitId, reference_image: bytes | None) -> ReferenceReport:
        with self._lock:
            report: ReferenceReport = self._call("open_visit", (visit_id, reference_image), START_LIMIT_S)
            return report

    def analyse(self, visit_id: VisitId, frame: Frame) -> FrameReading:
        with self._lock:
            shared = replace(frame, pixels=self._share(np.ascontiguousarray(frame.pixels, dtype=np.uint8)))
            reading: FrameReading = self._call("analyse", (visit_id, shared), self._limit_s)
            return reading

    def conclude(self, visit_id: VisitId) -> CaptureResult:
        with self._lock:
            result: CaptureResult = self._call("conclude", (visit_id,), self._limit_s)
            return result

    def template(self, reference_image: bytes) -> tuple[ReferenceReport, bytes | None]:
        with self._lock:
            found: tuple[ReferenceReport, bytes | None] = self._call("template", (reference_image,), START_LIMIT_S)
            return found

    def use_roster(self, templates: Sequence[bytes]) -> int:
        with self._lock:
            self._roster = list(templates)
            count: int = self._call("use_roster", (self._roster,), START_LIMIT_S)
            return count

    def twins(self, templates: Sequence[bytes]) -> tuple[Twins, ...]:
        with self._lock:
            found: tuple[Twins, ...] = self._call("twins", (list(templates),), START_LIMIT_S)
            return found

    def close(self) -> None:
        """End the process and give the shared memory back."""
        with self._lock:
            self._drop()
            if self._block is not None:
                self._block.close()
                self._block.unlink()
                self._block = None

    def _call(self, method: str, arguments: tuple[Any, ...], limit_s: float) -> Any:
        if self._process is None:
            raise AppError("engine.died")
        try:
            return self._process.call(method, arguments, limit_s)
        except AppError as error:
            if error.code in ("engine.timeout", "engine.died"):
                self._drop(kill=error.code == "engine.timeout")
            raise

    def _drop(self, *, kill: bool = False) -> None:
        process, self._process = self._process, None
        if process is not None:
            if kill:
                process.popen.kill()
            process.end()

    def _share(self, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> wire.SharedFrame:
        if self._block is None or self._block.size < pixels.nbytes:
            if self._block is not None:
                self._block.close()
                self._block.unlink()
            self._block = shared_memory.SharedMemory(create=True, size=max(pixels.nbytes, 1280 * 720 * 3))
        target: np.ndarray[Any, np.dtype[np.uint8]] = np.ndarray(pixels.shape, dtype=np.uint8, buffer=self._block.buf)
        target[...] = pixels
        return wire.SharedFrame(self._block.name, pixels.shape)
