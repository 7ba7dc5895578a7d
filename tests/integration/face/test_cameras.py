"""Odd cameras: slow, tiny, huge, grey, sideways, upside down."""

import cv2
import numpy as np
import pytest

from app.domain.evidence import Band
from demo.clips.library import ClipKind
from tests.integration.face.clips import VISIT, last, pictures, play, portrait


def sized(width, height):
    return lambda image: cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


CHANGES = {
    "320x240": sized(320, 240),
    "4K": lambda image: cv2.resize(image, (3840, 2880), interpolation=cv2.INTER_LINEAR),
    "greyscale": lambda image: cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR),
    "portrait format": lambda image: np.ascontiguousarray(image[:, 120:480]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_odd_picture_is_compared_all_the_same(local, change):
    local.open_visit(VISIT, portrait())
    clip = tuple(change(image) for image in pictures(ClipKind.LIVE)[:24])
    reading = last(play(local, clip))
    assert reading.faces == 1
    assert reading.band is Band.MATCH


def test_a_camera_at_five_frames_a_second_is_enough(local):
    local.open_visit(VISIT, portrait())
    reading = last(play(local, pictures(ClipKind.LIVE, 130)[::4], fps=5.0))
    assert reading.band is Band.MATCH
    assert reading.done


@pytest.mark.parametrize("how", [cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE])
def test_a_camera_mounted_the_wrong_way_round_is_turned(local, how):
    local.open_visit(VISIT, portrait())
    clip = tuple(cv2.rotate(image, how) for image in pictures(ClipKind.LIVE, 90))
    reading = last(play(local, clip, fps=12.0))
    assert reading.faces == 1
    assert reading.band is Band.MATCH


def test_a_plain_grey_array_is_accepted(local):
    local.open_visit(VISIT, portrait())
    clip = tuple(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) for image in pictures(ClipKind.LIVE)[:5])
    assert last(play(local, clip)).faces == 1
