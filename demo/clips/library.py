"""Makes and keeps clips by kind and seed."""

import os
from collections.abc import Callable, Iterator
from enum import Enum
from itertools import count, islice
from pathlib import Path

import cv2
import numpy as np

from demo.clips import attacks
from demo.clips.attacks import FrameAt
from demo.clips.head import HEIGHT, WIDTH
from demo.clips.scene import FPS, FRAMES, Light, Rng
from demo.portraits import Image

VERSION = 1
"""Part of the file name: raise it when clips change, so that kept ones are made anew."""


class ClipKind(Enum):
    """What a synthetic clip shows. LIVE and IMPOSTOR are living heads; the rest are attacks with the LIVE person's picture."""

    LIVE = "live"
    IMPOSTOR = "impostor"
    PRINT_FLAT = "print-flat"
    PRINT_WAVED = "print-waved"
    PRINT_TILTED = "print-tilted"
    PRINT_BENT = "print-bent"
    PRINT_EYES_CUT = "print-eyes-cut"
    REPLAY_PHONE = "replay-phone"
    REPLAY_TABLET = "replay-tablet"
    REPLAY_MONITOR = "replay-monitor"
    STILL = "still"
    LOOP = "loop"


KINDS: dict[ClipKind, tuple[Callable[[str, Rng], FrameAt], str]] = {
    ClipKind.LIVE: (attacks.live, "hopper"),
    ClipKind.IMPOSTOR: (attacks.live, "astronaut"),
    ClipKind.PRINT_FLAT: (attacks.print_flat, "hopper"),
    ClipKind.PRINT_WAVED: (attacks.print_waved, "hopper"),
    ClipKind.PRINT_TILTED: (attacks.print_tilted, "hopper"),
    ClipKind.PRINT_BENT: (attacks.print_bent, "hopper"),
    ClipKind.PRINT_EYES_CUT: (attacks.print_eyes_cut, "hopper"),
    ClipKind.REPLAY_PHONE: (attacks.replay_phone, "hopper"),
    ClipKind.REPLAY_TABLET: (attacks.replay_tablet, "hopper"),
    ClipKind.REPLAY_MONITOR: (attacks.replay_monitor, "hopper"),
    ClipKind.STILL: (attacks.still, "hopper"),
    ClipKind.LOOP: (attacks.loop, "hopper"),
}


def stream(kind: ClipKind, seed: int) -> Iterator[Image]:
    """Frames at FPS without end, each 480×640×3 uint8 BGR, the same for the same seed."""
    maker, person = KINDS[kind]
    rng = np.random.default_rng([seed, list(ClipKind).index(kind)])
    frame_at, light = maker(person, rng), Light.make(rng)
    for index in count():
        yield light.apply(frame_at(index / FPS), index / FPS, rng)


def frames(kind: ClipKind, seed: int, *, count: int = FRAMES) -> list[Image]:
    """The first ``count`` frames of the stream."""
    return list(islice(stream(kind, seed), count))


def make(kind: ClipKind, seed: int, folder: Path) -> Path:
    """The clip's file in ``folder``, made unless it is there already; a kill while making leaves no half clip."""
    target = folder / f"synthetic-{kind.value}-{seed}-v{VERSION}.avi"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{os.getpid()}-{target.name}"
    writer = cv2.VideoWriter(str(part), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise OSError(f"cannot write {target.name}")
    for frame in frames(kind, seed):
        writer.write(frame)
    writer.release()
    part.replace(target)
    return target
