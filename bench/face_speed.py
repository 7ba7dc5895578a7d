"""How fast is the engine? ``python -m bench.face_speed`` prints ratios against the plain ``face_recognition`` pipeline on the same frames
in the same process (synthetic clip at 1280×720), start time, memory and the processor time without a face; ``--frames N`` plays N frames
(640×480) for the memory. Processor times stand beside the clock's, for a machine that is busy with something else.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

from app.domain.ids import VisitId
from app.face import library
from app.face.arrays import Image
from app.face.engine import LocalEngine
from app.face.remote import RemoteEngine
from app.services.ports import FaceEngine, Frame
from demo.clips.library import ClipKind, frames
from demo.portraits import hopper

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
FPS = 20.0
VISIT = VisitId("bench")


def wide(image: Image) -> Image:
    """A 640×480 frame in the middle of a 1280×720 one, enlarged to its height."""
    tall = cv2.resize(image, (960, 720), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.copyMakeBorder(tall, 0, 0, 160, 160, cv2.BORDER_REPLICATE), dtype=np.uint8)


def frame(pixels: Image, number: int) -> Frame:
    return Frame(id=number, captured_s=number / FPS, pixels=pixels, width=pixels.shape[1], height=pixels.shape[0])


def plain_ms(clip: list[Image]) -> float:
    """Median of face_recognition's own way with a frame: locate, landmarks, encode."""
    library.load()
    from face_recognition import api

    times = []
    for image in clip:
        rgb = np.ascontiguousarray(image[:, :, ::-1])
        begin = time.perf_counter()
        boxes = api.face_locations(rgb)
        api.face_encodings(rgb, known_face_locations=boxes, model="small")
        times.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times)


def engine_ms(engine: FaceEngine, clip: list[Image], *, reference: bytes) -> list[float]:
    """Every frame's time through the whole pipeline, embeddings included."""
    engine.open_visit(VISIT, reference)
    times = []
    for number, image in enumerate(clip):
        begin = time.perf_counter()
        engine.analyse(VISIT, frame(image, number))
        times.append((time.perf_counter() - begin) * 1e3)
    engine.conclude(VISIT)
    return times


def first_advice_s(engine: FaceEngine, clip: list[Image], *, reference: bytes) -> float:
    """Seconds of clip until the first comparison, had the frames come at FPS and the engine taken its own time."""
    engine.open_visit(VISIT, reference)
    clock, number = 0.0, 0
    while number < len(clip):
        begin = time.perf_counter()
        reading = engine.analyse(VISIT, frame(clip[number], number))
        clock = max(clock, number / FPS) + time.perf_counter() - begin
        if reading.llr is not None:
            return clock
        number = max(number + 1, int(clock * FPS))
    return float("inf")


def started() -> tuple[RemoteEngine, psutil.Process]:
    """The engine's process, and how long it took: the best of three, because the first reads the files from the disk."""
    times = []
    for _attempt in range(3):
        begin = time.perf_counter()
        remote = RemoteEngine(RESOURCES)
        remote.start()
        took = time.perf_counter() - begin
        process = psutil.Process(remote.process_id)
        used = process.cpu_times()
        times.append((took, used.user + used.system))
        if len(times) < 3:
            remote.close()
    first, best = times[0], min(times)
    print(f"engine process ready in {first[0]:.2f} s the first time, {best[0]:.2f} s at best", end=" ")
    print(f"({best[1]:.2f} s of processor time)")
    return remote, process


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000, help="frames for the memory test")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    reference = bytes(cv2.imencode(".jpg", hopper())[1])
    clip = [wide(image) for image in frames(ClipKind.LIVE, 1, count=120)]
    local = LocalEngine(RESOURCES)
    local.start()
    plain = plain_ms(clip[:12])
    times = engine_ms(local, clip, reference=reference)
    mean = statistics.mean(times)
    print(f"plain face_recognition, 1280×720: {plain:.0f} ms a frame (median)")
    print(
        f"whole pipeline, 1280×720: mean {mean:.1f} ms, median {statistics.median(times):.1f}, worst {max(times):.0f}"
    )
    print(f"ratio plain / ours: by mean {plain / mean:.1f}, by median {plain / statistics.median(times):.1f}")
    print(f"analysed frames a second on one core: {1000 / mean:.0f}")
    print(f"first comparison after {first_advice_s(local, clip, reference=reference):.2f} s of a steady face")
    local.close()
    remote, process = started()
    remote.open_visit(VISIT, reference)
    plain_size = [np.ascontiguousarray(image) for image in frames(ClipKind.LIVE, 1, count=120)]
    sizes, marks = [], {200, options.frames // 4, options.frames // 2, options.frames - 1}
    for number in range(options.frames):
        remote.analyse(VISIT, frame(plain_size[number % len(plain_size)], number))
        if number in marks:
            sizes.append(process.memory_info().rss / 1e6)
    print(f"memory over {options.frames} frames: " + " → ".join(f"{size:.0f} MB" for size in sizes))
    remote.conclude(VISIT)
    remote.open_visit(VISIT, reference)
    empty = np.random.default_rng(0).integers(60, 90, (720, 1280, 3), dtype=np.uint8)
    before = process.cpu_times()
    for number in range(200):
        remote.analyse(VISIT, frame(empty, number))
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    print(f"processor without a face, {FPS:.0f} frames a second: {100 * used / (200 / FPS):.0f} % of one core")
    remote.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
