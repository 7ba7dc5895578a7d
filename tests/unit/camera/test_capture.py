"""A driver that blocks, fails or lies is noticed within the limits and left behind."""

import time
from collections.abc import Callable
from threading import Event
from typing import Any

import numpy as np
import pytest

from app.camera import capture
from app.camera.capture import LimitedSource
from app.errors import AppError
from app.services.ports import CameraDevice

DEVICE = CameraDevice(key="x", name="X")


class Driver:
    """A cv2.VideoCapture by order: ``reads`` decides each read."""

    def __init__(self, reads: Callable[[int], tuple[bool, Any]]) -> None:
        self._reads = reads
        self.count = 0
        self.released = Event()

    def read(self) -> tuple[bool, Any]:
        self.count += 1
        time.sleep(0.002)
        return self._reads(self.count)

    def release(self) -> None:
        self.released.set()


def picture(number: int) -> tuple[bool, Any]:
    return True, np.random.default_rng(number).integers(0, 255, (48, 64, 3), dtype=np.uint8)


def source(driver: Driver) -> LimitedSource:
    return LimitedSource(DEVICE, lambda: driver, lost=lambda: "camera.unplugged")


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value.code


def test_pictures_come_numbered_and_the_driver_is_released() -> None:
    driver = Driver(picture)
    opened = source(driver)
    first, second = opened.read(), opened.read()
    opened.close()
    assert (first.id, second.id) == (1, 2)
    assert second.captured_s > first.captured_s
    assert driver.released.is_set()


def test_a_driver_that_blocks_for_ever_is_told_as_stalled_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "STALL_S", 0.05)
    forever = Event()

    def reads(number: int) -> tuple[bool, Any]:
        if number > 1:
            forever.wait(5)
        return picture(number)

    opened = source(Driver(reads))
    opened.read()
    begun = time.monotonic()
    assert code_of(opened.read) == "camera.stalled"
    assert time.monotonic() - begun < 0.5
    forever.set()
    opened.close()


def test_the_stall_limit_leaves_room_within_two_seconds() -> None:
    assert capture.STALL_S <= 1.7


def test_reads_that_fail_for_good_say_why() -> None:
    opened = source(Driver(lambda n: picture(n) if n < 3 else (False, None)))
    codes = set()
    for _ in range(6):
        try:
            opened.read()
        except AppError as error:
            codes.add(error.code)
    opened.close()
    assert codes == {"camera.unplugged"}


def test_one_torn_picture_is_skipped() -> None:
    opened = source(Driver(lambda n: (False, None) if n == 2 else picture(n)))
    for _ in range(4):
        opened.read()
    opened.close()


def test_opening_that_hangs_is_told_and_released_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "OPEN_S", 0.05)
    gate, driver = Event(), Driver(picture)

    def connect() -> Driver:
        gate.wait(5)
        return driver

    assert code_of(lambda: LimitedSource(DEVICE, connect, lost=lambda: "camera.unplugged")) == "camera.stalled"
    gate.set()
    assert driver.released.wait(5)


def test_a_driver_that_raises_is_a_failed_camera() -> None:
    def explode(number: int) -> tuple[bool, Any]:
        raise OSError("driver")

    assert code_of(source(Driver(explode)).read) == "camera.failed"


def test_an_error_while_connecting_reaches_the_caller() -> None:
    def connect() -> Driver:
        raise AppError("camera.busy")

    assert code_of(lambda: LimitedSource(DEVICE, connect, lost=lambda: "")) == "camera.busy"
