"""The engine process: ``python -m app.face.worker RESOURCES [PACK]``. Serves one desk until its pipe closes, then ends by itself."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path
from typing import Any, BinaryIO

from app import memory

NICENESS = 5
"""The window comes first."""


class FrameReader:
    """Copies frames out of the desk's shared memory, attaching to each block once."""

    def __init__(self) -> None:
        self._block: shared_memory.SharedMemory | None = None

    def pixels(self, name: str, shape: tuple[int, ...]) -> Any:
        import numpy as np

        if self._block is None or self._block.name != name:
            self.close()
            self._block = _attached(name)
        return np.ndarray(shape, dtype=np.uint8, buffer=self._block.buf).copy()

    def close(self) -> None:
        if self._block is not None:
            self._block.close()
            self._block = None


def _attached(name: str) -> shared_memory.SharedMemory:
    """The desk's block, not tracked here: the desk owns it (https://github.com/python/cpython/issues/82300), and the tracker would be a
    process of its own."""
    register, resource_tracker.register = resource_tracker.register, lambda *_named: None
    try:
        return shared_memory.SharedMemory(name=name)
    finally:
        resource_tracker.register = register


def serve(engine: Any, source: BinaryIO, sink: BinaryIO, report: Callable[[Exception], str] | None = None) -> None:
    """Answer calls until the desk is gone. ``report`` writes a bug down and gives its number; what was being looked at is never told."""
    from dataclasses import replace

    from app.errors import AppError
    from app.face.wire import Answer, SharedFrame, receive, send

    frames = FrameReader()
    while True:
        try:
            call = receive(source)
        except EOFError:
            frames.close()
            return
        try:
            arguments = list(call.arguments)
            if call.method == "analyse" and isinstance(arguments[1].pixels, SharedFrame):
                where = arguments[1].pixels
                arguments[1] = replace(arguments[1], pixels=frames.pixels(where.block, where.shape))
            answer = Answer(call.number, getattr(engine, call.method)(*arguments))
        except AppError as error:
            answer = Answer(call.number, code=error.code, params=dict(error.params))
        except Exception as error:  # noqa: BLE001 - the entry of a process; the desk gets the number
            number = f" incident {report(error)}" if report is not None else ""
            answer = Answer(call.number, bug=f"{type(error).__name__} in {call.method}{number}")
        send(sink, answer)
        if call.method in FREEING:
            memory.give_back()


FREEING = frozenset({"start", "open_visit", "conclude", "use_roster", "template", "twins"})
"""Calls after which much memory is free: loading unpacks files and weights, a capture drops its frames, a photo its layers."""


def main(arguments: list[str]) -> int:
    """Run the process; ``arguments``: resources folder and, optionally, the folder of an installed model pack."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(NICENESS)
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not get into the answers
    from app import incidents

    book = incidents.of_environment("engine")
    from app.face.engine import LocalEngine

    pack = Path(arguments[1]) if len(arguments) > 1 else None
    serve(LocalEngine(Path(arguments[0]), pack=pack), sys.stdin.buffer, sink, book.report if book is not None else None)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
