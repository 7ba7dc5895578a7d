"""Copies of a picture have nearly one fingerprint, another take has another."""

import cv2
import numpy as np
import pytest

from app.camera.fingerprint import fingerprint
from app.domain.fraud import NEAR_BITS


def jpeg(picture: np.ndarray, quality: int = 92) -> bytes:
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def scene(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(0, 255, (9, 12, 3), dtype=np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC)


def apart(one: bytes, other: bytes) -> int:
    a, b = fingerprint(one), fingerprint(other)
    assert a is not None
    assert b is not None
    return (a ^ b).bit_count()


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_is_near_and_another_scene_far(seed: int) -> None:
    picture = scene(seed)
    smaller = cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA)
    brighter = np.clip(picture.astype(np.int16) * 0.9 + 20, 0, 255).astype(np.uint8)
    assert apart(jpeg(picture), jpeg(picture, 40)) <= NEAR_BITS
    assert apart(jpeg(picture), jpeg(smaller)) <= NEAR_BITS
    assert apart(jpeg(picture), jpeg(brighter)) <= NEAR_BITS
    assert apart(jpeg(picture), jpeg(scene(seed + 50))) > 4 * NEAR_BITS


def test_a_pdf_or_nothing_has_no_fingerprint() -> None:
    assert fingerprint(b"%PDF-1.7") is None
    assert fingerprint(b"") is None
