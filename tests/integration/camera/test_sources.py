"""Real drivers: a clip file, and a network camera on loopback with every fault, noticed within two seconds."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.camera.directory import Cameras
from app.camera.webcam import Webcams
from app.errors import AppError
from app.runtime.camera_thread import CameraThread
from app.services.ports import CameraDevice
from tests.fakes.mjpeg import LoopbackCamera, loopback_camera

NONE = Webcams(listing=tuple)


def clip(folder: Path, *, fps: float = 25.0, size: tuple[int, int] = (320, 240), count: int = 10) -> Path:
    """A short clip whose pictures rise in brightness."""
    path = folder / f"synthetic-ramp-{fps:g}-{size[0]}.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, size)
    for number in range(count):
        writer.write(np.full((size[1], size[0], 3), 20 + number * 20, dtype=np.uint8))
    writer.release()
    return path


@pytest.fixture
def camera() -> Iterator[LoopbackCamera]:
    with loopback_camera() as running:
        yield running


def test_a_stand_in_is_called_so_and_comes_after_everything_else(tmp_path: Path) -> None:
    cameras = Cameras(
        stand_ins=(clip(tmp_path), tmp_path / "gone.avi"), streams=("http://127.0.0.1:9/x",), webcams=NONE
    )
    devices = cameras.devices()
    assert [(device.name, device.simulated) for device in devices] == [("网络摄像头 1", False), ("模拟摄像头", True)]


def test_a_clip_plays_at_its_own_pace_and_begins_again(tmp_path: Path) -> None:
    cameras = Cameras(stand_ins=(clip(tmp_path, fps=25, count=10),), webcams=NONE)
    source = cameras.open(cameras.devices()[0])
    begun = time.monotonic()
    frames = [source.read() for _ in range(16)]
    took = time.monotonic() - begun
    source.close()
    assert took >= 15 / 25 - 0.02
    assert [frame.id for frame in frames] == list(range(1, 17))
    levels = [int(frame.pixels.mean()) for frame in frames]
    assert any(later < earlier - 100 for earlier, later in pairwise(levels))


def test_a_reader_that_comes_late_gets_the_present_and_not_the_past(tmp_path: Path) -> None:
    cameras = Cameras(stand_ins=(clip(tmp_path, fps=100, count=12),), webcams=NONE)
    source = cameras.open(cameras.devices()[0])
    source.read()
    waited = time.monotonic() + 0.6
    while time.monotonic() < waited:
        pass
    begun = time.monotonic()
    source.read()
    source.close()
    assert time.monotonic() - begun < 0.3


@pytest.mark.parametrize("size", [(320, 240), (3840, 2160), (360, 640)])
def test_odd_sizes_arrive_as_they_are(tmp_path: Path, size: tuple[int, int]) -> None:
    cameras = Cameras(stand_ins=(clip(tmp_path, size=size, count=2),), webcams=NONE)
    source = cameras.open(cameras.devices()[0])
    frame = source.read()
    source.close()
    assert (frame.width, frame.height) == size


def test_a_file_that_is_no_clip_or_was_never_allowed_is_an_absent_camera(tmp_path: Path) -> None:
    torn = tmp_path / "torn.avi"
    torn.write_bytes(b"RIFF\x00\x00")
    cameras = Cameras(stand_ins=(torn,), webcams=NONE)
    for device in (cameras.devices()[0], CameraDevice(key="clip:/etc/passwd", name="x", simulated=True)):
        with pytest.raises(AppError, match=r"camera\.absent"):
            cameras.open(device)


def test_nobody_at_the_address_is_an_absent_camera() -> None:
    cameras = Cameras(streams=("http://127.0.0.1:9/nothing",), webcams=NONE)
    with pytest.raises(AppError, match=r"camera\.absent"):
        cameras.open(cameras.devices()[0])


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("black", "camera.black"),
        ("freeze", "camera.frozen"),
        ("stall", "camera.stalled"),
        ("unplug", "camera.unplugged"),
    ],
)
def test_every_fault_is_told_within_two_seconds_and_its_end_too(
    qtbot: QtBot, camera: LoopbackCamera, mode: str, code: str
) -> None:
    cameras = Cameras(streams=(camera.url,), webcams=NONE)
    thread = CameraThread(cameras)
    told: list[str] = []
    restored: list[bool] = []
    thread.trouble.connect(told.append)
    thread.restored.connect(lambda: restored.append(True))
    thread.start()
    try:
        qtbot.waitUntil(lambda: thread.mailbox.take() is not None, timeout=10_000)
        camera.mode = mode
        begun = time.monotonic()
        qtbot.waitUntil(lambda: bool(told), timeout=10_000)
        took = time.monotonic() - begun
        camera.mode = "live"
        qtbot.waitUntil(lambda: bool(restored), timeout=15_000)
    finally:
        thread.stop()
    assert told[0] == code
    assert took < 2.0
