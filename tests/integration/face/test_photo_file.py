"""A picture file is made anew on its way in: what it shows stays, what else was in it goes."""

import cv2
import numpy as np
import pytest

from app.face.photo_file import MAX_SIDE, re_encode
from demo.portraits import hopper
from tests.integration.face.clips import jpeg

EXIF_TURNED = bytes.fromhex("ffe1002245786966000049492a000800000001001201030001000000060000000000000000")
"""An APP1 segment: orientation 6, to be turned clockwise."""


def test_what_was_hidden_in_the_file_is_gone_and_the_picture_is_the_same() -> None:
    plain = jpeg(hopper())
    comment = b"\xff\xfe\x00\x0esecret words"
    made = re_encode(plain[:2] + comment + plain[2:] + b"trailing secret")
    assert made is not None
    assert b"secret" not in made.data
    before, after = (cv2.imdecode(np.frombuffer(d, np.uint8), 1).astype(float) for d in (plain, made.data))
    assert (after.shape[1], after.shape[0]) == (made.width, made.height)
    assert np.abs(before - after).mean() < 2.0


def test_a_picture_that_lies_on_its_side_by_its_own_word_is_put_upright() -> None:
    plain = jpeg(hopper())
    upright = cv2.imdecode(np.frombuffer(plain, np.uint8), 1)
    made = re_encode(plain[:2] + EXIF_TURNED + plain[2:])
    assert made is not None
    assert (made.width, made.height) == (upright.shape[0], upright.shape[1])


def test_it_is_made_the_same_way_every_time_and_no_larger_than_needed() -> None:
    large = jpeg(cv2.resize(hopper(), (2400, 3000)))
    made = re_encode(large)
    assert made is not None
    assert made == re_encode(large)
    assert max(made.width, made.height) == MAX_SIDE


@pytest.mark.parametrize("data", [b"", b"not a picture", jpeg(hopper())[:40]])
def test_what_is_no_picture_is_told(data: bytes) -> None:
    assert re_encode(data) is None
