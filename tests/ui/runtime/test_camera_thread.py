"""The camera thread tells trouble and its end, opens again by itself, and never queues frames."""

from collections.abc import Iterator
from threading import Thread

import pytest
from pytestqt.qtbot import QtBot

from app.errors import AppError
from app.runtime import camera_thread
from app.runtime.camera_thread import CameraThread
from app.runtime.mailbox import Mailbox
from app.services.ports import CameraDevice
from tests.fakes.camera import FAKE, FakeCameras, frame


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_thread, "RETRY_S", 0.01)


@pytest.fixture
def cameras() -> FakeCameras:
    return FakeCameras()


@pytest.fixture
def thread(qtbot: QtBot, cameras: FakeCameras) -> Iterator[CameraThread]:
    made = CameraThread(cameras)
    yield made
    made.stop()


class Heard:
    """Collects what the thread says."""

    def __init__(self, thread: CameraThread) -> None:
        self.log: list[str] = []
        self.devices: list[CameraDevice] = []
        thread.frame_ready.connect(lambda: self.log.append("frame"))
        thread.trouble.connect(self.log.append)
        thread.restored.connect(lambda: self.log.append("restored"))
        thread.opened.connect(self.devices.append)


def test_frames_are_announced_once_until_taken(qtbot: QtBot, cameras: FakeCameras, thread: CameraThread) -> None:
    cameras.patience_s = 2.0
    heard = Heard(thread)
    for number in range(3):
        cameras.script.put(frame(number))
    thread.start()
    qtbot.waitUntil(lambda: thread.mailbox.wait_newer(2, limit_s=0) is not None)
    qtbot.waitUntil(lambda: "frame" in heard.log)
    assert heard.log.count("frame") == 1
    assert thread.mailbox.take() is not None
    cameras.script.put(frame(9))
    qtbot.waitUntil(lambda: heard.log.count("frame") == 2)


def test_trouble_is_told_once_and_its_end_too(qtbot: QtBot, cameras: FakeCameras, thread: CameraThread) -> None:
    heard = Heard(thread)
    cameras.script.put(frame())
    thread.start()
    qtbot.waitUntil(lambda: "camera.stalled" in heard.log)
    qtbot.waitUntil(lambda: len(cameras.opened) > 3)
    assert heard.log.count("camera.stalled") == 1
    assert thread.mailbox.take() is None
    cameras.script.put(frame(value=120))
    qtbot.waitUntil(lambda: "restored" in heard.log)
    assert all(source.closed for source in cameras.opened[:-1])


def test_frame_numbers_rise_over_a_reconnect(qtbot: QtBot, cameras: FakeCameras, thread: CameraThread) -> None:
    heard = Heard(thread)
    cameras.script.put(frame(0))
    thread.start()
    qtbot.waitUntil(lambda: "camera.stalled" in heard.log)
    cameras.script.put(frame(0))
    qtbot.waitUntil(lambda: thread.mailbox.wait_newer(1, limit_s=0) is not None)


def test_a_black_picture_is_told_without_closing_the_camera(
    qtbot: QtBot, cameras: FakeCameras, thread: CameraThread
) -> None:
    heard = Heard(thread)
    cameras.script.put(AppError("camera.black"))
    cameras.script.put(frame())
    thread.start()
    qtbot.waitUntil(lambda: "restored" in heard.log)
    assert heard.log.index("camera.black") < heard.log.index("restored")
    assert heard.log.count("camera.black") == 1


def test_a_camera_that_is_plugged_in_later_is_found(qtbot: QtBot, cameras: FakeCameras, thread: CameraThread) -> None:
    heard = Heard(thread)
    cameras.present = ()
    lists: list[tuple[CameraDevice, ...]] = []
    thread.listed.connect(lists.append)
    thread.start()
    qtbot.waitUntil(lambda: heard.log == ["camera.absent"])
    cameras.present = (FAKE,)
    cameras.script.put(frame())
    qtbot.waitUntil(lambda: heard.devices == [FAKE])
    assert lists == [(), (FAKE,)]


def test_the_wanted_camera_is_used_and_may_be_changed(qtbot: QtBot) -> None:
    other = CameraDevice(key="other", name="高拍仪")
    cameras = FakeCameras(FAKE, other)
    thread = CameraThread(cameras, wanted="other")
    heard = Heard(thread)
    cameras.script.put(frame())
    thread.start()
    try:
        qtbot.waitUntil(lambda: heard.devices == [other])
        thread.choose("fake")
        qtbot.waitUntil(lambda: cameras.opened[-1].device == FAKE)
        cameras.script.put(frame())
        qtbot.waitUntil(lambda: heard.devices[-1] == FAKE)
    finally:
        thread.stop()


def test_a_busy_camera_says_so_and_is_tried_again(qtbot: QtBot, cameras: FakeCameras, thread: CameraThread) -> None:
    heard = Heard(thread)
    cameras.refuse = "camera.busy"
    thread.start()
    qtbot.waitUntil(lambda: heard.log == ["camera.busy"])
    cameras.refuse = None
    cameras.script.put(frame())
    qtbot.waitUntil(lambda: "restored" in heard.log)


def test_a_resting_camera_is_closed_and_opened_again_when_woken(
    qtbot: QtBot, cameras: FakeCameras, thread: CameraThread
) -> None:
    heard = Heard(thread)
    thread.rest()
    thread.start()
    thread.wake()
    cameras.script.put(frame())
    qtbot.waitUntil(lambda: "frame" in heard.log)
    thread.rest()
    qtbot.waitUntil(lambda: cameras.opened[-1].closed and thread.mailbox.take() is None)
    opened = len(cameras.opened)
    cameras.script.put(frame())
    thread.wake()
    qtbot.waitUntil(lambda: heard.log.count("frame") == 2)
    assert len(cameras.opened) == opened + 1


def test_waking_a_camera_that_is_awake_does_not_open_it_anew(
    qtbot: QtBot, cameras: FakeCameras, thread: CameraThread
) -> None:
    cameras.patience_s = 2.0
    thread.start()
    for number in range(3):
        cameras.script.put(frame(number))
        qtbot.waitUntil(lambda n=number: thread.mailbox.wait_newer(n, limit_s=0) is not None)
        thread.wake()
    assert len(cameras.opened) == 1


def test_a_driver_that_raises_anything_at_all_does_not_end_the_thread(
    qtbot: QtBot, cameras: FakeCameras, thread: CameraThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard(thread)
    real = cameras.open

    def broken(device: CameraDevice) -> object:
        raise ValueError("driver")

    monkeypatch.setattr(cameras, "open", broken)
    thread.start()
    qtbot.waitUntil(lambda: heard.log == ["camera.failed"])
    monkeypatch.setattr(cameras, "open", real)
    cameras.script.put(frame())
    qtbot.waitUntil(lambda: "restored" in heard.log)


def test_a_waiting_reader_gets_only_newer_frames() -> None:
    box = Mailbox()
    assert box.wait_newer(-1, limit_s=0.0) is None
    box.put(frame(4))
    assert box.wait_newer(4, limit_s=0.0) is None
    later = Thread(target=lambda: box.put(frame(5)))
    later.start()
    found = box.wait_newer(4, limit_s=5.0)
    later.join()
    assert found is not None
    assert found.id == 5
