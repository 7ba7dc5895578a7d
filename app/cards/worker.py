"""The card reader's process: ``python -m app.cards.worker``. Frames in, numbers out, until its pipe closes; no picture is kept.

In: height and width (u32, little-endian), then height × width × 3 bytes BGR. Out: length (u32), then JSON: a list of numbers, best first.
"""

import json
import os
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

HEAD, LENGTH = struct.Struct("<II"), struct.Struct("<I")
MOST_PIXELS = 8192 * 8192
NICENESS = 5
"""The window comes first."""


def serve(read: Callable[[Any], tuple[str, ...]], source: BinaryIO, sink: BinaryIO) -> None:
    """Answer frames until the desk is gone."""
    import numpy as np

    while len(head := source.read(HEAD.size)) == HEAD.size:
        height, width = HEAD.unpack(head)
        data = source.read(height * width * 3)
        if height * width > MOST_PIXELS or len(data) != height * width * 3:
            return
        answer = json.dumps(read(np.frombuffer(data, np.uint8).reshape(height, width, 3))).encode("utf-8")
        sink.write(LENGTH.pack(len(answer)) + answer)
        sink.flush()


def reader() -> Callable[[Any], tuple[str, ...]]:
    """Both networks, loaded; a card held upside down is read too."""
    import cv2

    from app.cards import models
    from app.cards.lines import LineReader
    from app.domain.card_number import guesses, valid

    cv2.setNumThreads(1)
    lines = LineReader(models.folder())

    def read(picture: Any) -> tuple[str, ...]:
        found = guesses(lines.lines(picture))
        if found and valid(found[0]):
            return found
        turned = guesses(lines.lines(picture, upside_down=True))
        return turned if turned and valid(turned[0]) else found or turned

    return read


def main(_arguments: list[str]) -> int:
    """Run the process."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(NICENESS)
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not get into the answers
    from app import incidents

    incidents.of_environment("cards")
    serve(reader(), sys.stdin.buffer, sink)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
