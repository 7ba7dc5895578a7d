"""CardReader: the reader's process, started with the first card and ended when nobody holds one up any more."""

import contextlib
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from app.cards.worker import HEAD, LENGTH
from app.errors import AppError

START_LIMIT_S, CALL_LIMIT_S = 30.0, 15.0
WORKER_FLAG = "--card-worker"
"""A packaged program (no ``-m``) starts itself with this flag."""
_log = logging.getLogger(__name__)


def worker_command() -> list[str]:
    """How to start the process of this installation."""
    if getattr(sys, "frozen", False):
        return [sys.executable, WORKER_FLAG]
    return [sys.executable, "-m", "app.cards.worker"]


class CardReader:
    """Implements app.services.held_up.ReadNumbers. One frame at a time; a process that hangs or dies is replaced at the next frame."""

    def __init__(
        self,
        *,
        command: Callable[[], list[str]] = worker_command,
        limits_s: tuple[float, float] = (START_LIMIT_S, CALL_LIMIT_S),
    ) -> None:
        """``limits_s``: of the first frame, in which the networks are loaded, and of the others."""
        self._command, self._limits_s = command, limits_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._fresh = True

    @property
    def process_id(self) -> int | None:
        """The process now, None while there is none."""
        return self._process.pid if self._process is not None else None

    def read(self, pixels: Any) -> tuple[str, ...]:
        """Numbers on the card in the picture (H×W×3 uint8 BGR), best first; empty when there is none. AppError('cards.failed')."""
        with self._lock:
            process = self._process or self._start()
            frame = np.ascontiguousarray(pixels, dtype=np.uint8)
            limit = self._limits_s[0] if self._fresh else self._limits_s[1]
            try:
                assert process.stdin is not None
                process.stdin.write(HEAD.pack(*frame.shape[:2]) + frame.tobytes())
                process.stdin.flush()
                answer = self._answers.get(timeout=limit)
            except (OSError, ValueError, queue.Empty):
                answer = None
            if answer is None:
                self._end(kill=True)
                _log.warning("the card reader's process failed")
                raise AppError("cards.failed")
            self._fresh = False
            return tuple(str(number) for number in json.loads(answer))

    def rest(self) -> None:
        """End the process and give its memory back."""
        with self._lock:
            self._end(kill=False)

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parents[2])
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self._process = process = subprocess.Popen(  # noqa: S603 - our own worker
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._fresh, self._answers = True, queue.Queue()
        listener = threading.Thread(
            target=_listen, args=(cast(BinaryIO, process.stdout), self._answers), name="card-answers", daemon=True
        )
        listener.start()
        return process

    def _end(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError, ValueError):
            assert process.stdin is not None
            process.stdin.close()
        if not kill:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1.0)
        if process.poll() is None:
            process.kill()
        process.wait()


def _listen(source: BinaryIO, answers: "queue.Queue[bytes | None]") -> None:
    """Collect answers until the process is gone."""
    with source:
        while len(head := source.read(LENGTH.size)) == LENGTH.size:
            data = source.read(LENGTH.unpack(head)[0])
            answers.put(data)
    answers.put(None)
