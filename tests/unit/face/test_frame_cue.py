"""A frame around the face is doubt; a door behind a sitting person is not a frame."""

import cv2
import numpy as np
import pytest

from app.domain.evidence import Box, CueVerdict
from app.face.frame_cue import LOOKS, FrameFold, framed

FACE = Box(x=270, y=140, width=110, height=150)


def room(*, noise: int = 4) -> np.ndarray:
    wall = np.full((480, 640, 3), 170, np.uint8)
    grain = np.random.default_rng(2).normal(0, noise, wall.shape)
    return np.clip(wall + grain, 0, 255).astype(np.uint8)


def person(picture: np.ndarray) -> np.ndarray:
    """A head and shoulders that reach the lower edge."""
    cv2.ellipse(picture, (325, 470), (220, 150), 0, 180, 360, (60, 50, 90), -1)
    cv2.ellipse(picture, (325, 215), (58, 80), 0, 0, 360, (140, 160, 205), -1)
    return picture


def held(*, tilt: float = 0.0, bezel: int = 20, shade: int = 20) -> np.ndarray:
    """A telephone with the person on it."""
    shown = cv2.resize(person(room())[:, 150:500], (230, 310))
    phone = cv2.copyMakeBorder(shown, bezel, bezel, bezel, bezel, cv2.BORDER_CONSTANT, value=(shade,) * 3)
    corners = cv2.getRotationMatrix2D((phone.shape[1] / 2, phone.shape[0] / 2), tilt, 1.0)
    corners[:, 2] += (320 - phone.shape[1] / 2, 240 - phone.shape[0] / 2)
    picture = room()
    mask = cv2.warpAffine(np.full(phone.shape[:2], 255, np.uint8), corners, (640, 480))
    laid = cv2.warpAffine(phone, corners, (640, 480))
    picture[mask > 0] = laid[mask > 0]
    return picture


@pytest.mark.parametrize("tilt", [-12.0, 0.0, 7.0])
@pytest.mark.parametrize("shade", [20, 245])
def test_a_telephone_held_up_is_framed_dark_or_white_and_tilted(tilt: float, shade: int) -> None:
    assert framed(held(tilt=tilt, shade=shade), Box(x=285, y=170, width=70, height=95))


def test_a_person_before_a_wall_or_a_door_is_not() -> None:
    assert not framed(person(room()), FACE)
    behind = room()
    cv2.rectangle(behind, (200, 30), (450, 470), (90, 110, 120), 6)
    assert not framed(person(behind), FACE)


def test_a_small_picture_on_the_wall_does_not_hold_the_face() -> None:
    behind = room()
    cv2.rectangle(behind, (30, 30), (190, 210), (20, 20, 20), 8)
    assert not framed(person(behind), FACE)


def test_doubt_needs_several_looks_and_a_share_of_them() -> None:
    fold, phone, plain = FrameFold(), held(), person(room())
    box = Box(x=285, y=170, width=70, height=95)
    for _ in range(LOOKS - 1):
        fold.update(phone, box)
    assert fold.cue().verdict is CueVerdict.ABSENT
    fold.update(phone, box)
    assert fold.cue().verdict is CueVerdict.UNSURE
    for _ in range(20):
        fold.update(plain, FACE)
    assert fold.cue().verdict is CueVerdict.LIVE
