"""Webcams have names a person knows and keys that survive a restart; forbidden, busy and absent ones are told apart."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from app.camera.webcam import Found, Webcams, ask_permission, describe, list_webcams, stable_key
from app.errors import AppError


class FakeCapture:
    """cv2.VideoCapture of a webcam that only knows some sizes."""

    def __init__(self, *, opened: bool = True, sizes: tuple[tuple[int, int], ...] = ((1280, 720),)) -> None:
        self._opened, self._sizes = opened, sizes
        self.settings: dict[int, float] = {}
        self.released = False

    def isOpened(self) -> bool:
        return self._opened

    def set(self, key: int, value: float) -> bool:
        self.settings[key] = value
        return True

    def read(self) -> tuple[bool, Any]:
        size = (int(self.settings[cv2.CAP_PROP_FRAME_WIDTH]), int(self.settings[cv2.CAP_PROP_FRAME_HEIGHT]))
        if size not in self._sizes:
            return False, None
        return True, np.random.default_rng().integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)

    def release(self) -> None:
        self.released = True


def webcams(capture: FakeCapture, *found: Found) -> Webcams:
    return Webcams(listing=lambda: found or (Found(0, "", "Logitech C270"),), make=lambda _i, _b: capture)


def code_of_open(cameras: Webcams, key: str) -> str:
    with pytest.raises(AppError) as caught:
        cameras.open(key)
    return caught.value.code


def test_equal_names_are_counted_doubled_ones_halved_and_missing_ones_given() -> None:
    found = (
        Found(2, "b", "HD Webcam: HD Webcam"),
        Found(0, "a", "HD Webcam"),
        Found(4, "c", ""),
        Found(6, "d", "USB2.0: Document"),
    )
    names = [device.name for device, _ in describe(found).values()]
    assert names == ["HD Webcam", "HD Webcam（2）", "摄像头", "USB2.0: Document"]


def test_the_key_is_the_link_by_id_where_there_is_one(tmp_path: Path) -> None:
    device, links = tmp_path / "video0", tmp_path / "by-id"
    device.touch()
    links.mkdir()
    (links / "usb-Logitech-index0").symlink_to(device)
    assert stable_key(Found(0, str(device), "C270"), links) == str(links / "usb-Logitech-index0")
    assert stable_key(Found(1, str(tmp_path / "video1"), "C270"), links) == str(tmp_path / "video1")
    assert stable_key(Found(3, "", "C270"), links) == "webcam:3"


def test_a_camera_is_opened_at_1280_by_720_with_mjpg() -> None:
    capture = FakeCapture()
    source = webcams(capture).open("webcam:0")
    frame = source.read()
    source.close()
    assert (frame.width, frame.height) == (1280, 720)
    assert capture.settings[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")
    assert capture.released


def test_a_camera_that_cannot_do_that_falls_back() -> None:
    source = webcams(FakeCapture(sizes=((640, 480),))).open("webcam:0")
    frame = source.read()
    source.close()
    assert (frame.width, frame.height) == (640, 480)


@pytest.mark.parametrize("capture", [FakeCapture(opened=False), FakeCapture(sizes=())])
def test_a_camera_that_another_program_holds_is_busy_and_let_go(capture: FakeCapture) -> None:
    assert code_of_open(webcams(capture), "webcam:0") == "camera.busy"
    assert capture.released


def test_an_unknown_key_is_an_absent_camera() -> None:
    assert code_of_open(webcams(FakeCapture()), "webcam:9") == "camera.absent"


def test_a_device_file_that_is_gone_is_absent_and_one_that_may_not_be_read_is_denied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(AppError, match=r"camera\.absent"):
        ask_permission("/dev/video-that-is-not-there")

    def forbid(_path: str, _flags: int) -> int:
        raise PermissionError(13, "no")

    monkeypatch.setattr("app.camera.webcam.os.open", forbid)
    with pytest.raises(AppError, match=r"camera\.denied"):
        ask_permission("/dev/video0")

    def busy(_path: str, _flags: int) -> int:
        raise OSError(16, "busy")

    monkeypatch.setattr("app.camera.webcam.os.open", busy)
    with pytest.raises(AppError, match=r"camera\.busy"):
        ask_permission("/dev/video0")


def test_listing_never_raises() -> None:
    assert isinstance(list_webcams(), tuple)
