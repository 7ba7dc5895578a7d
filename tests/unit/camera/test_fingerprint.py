"""Copies of a picture have nearly one fingerprint, another take has another."""

import cv2
import numpy as np
import pytest

from app.camera.fingerprint import fingerprint
from app.domain.near import NEAR_BITS


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
    assert apart(jpeg(picture), jpeg(picture, 30)) <= NEAR_BITS
    assert apart(jpeg(picture), jpeg(picture[3:-3, 3:-3])) <= NEAR_BITS
    assert apart(jpeg(picture), jpeg(smaller)) <= NEAR_BITS
    assert apart(jpeg(picture), jpeg(brighter)) <= NEAR_BITS
    assert apart(jpeg(picture), jpeg(scene(seed + 50))) > 2 * NEAR_BITS


def sitter(wall: np.ndarray, look: int, move: int = 0) -> bytes:
    """Somebody before a wall, as the camera's own noise shows it."""
    rng, face = np.random.default_rng(look), np.random.default_rng(look + 1000)
    picture = wall.copy()
    cv2.ellipse(picture, (320 + move, 540), (220, 170), 0, 0, 360, face.integers(30, 220, 3).tolist(), -1)
    wide, tall = int(face.integers(80, 120)), int(face.integers(120, 160))
    oval = np.zeros(picture.shape[:2], np.uint8)
    cv2.ellipse(oval, (320 + move, 230 + int(face.integers(-25, 25))), (wide, tall), 0, 0, 360, 1, -1)
    head = cv2.resize(face.integers(20, 235, (12, 10, 3), dtype=np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC)
    picture[oval == 1] = head[oval == 1]
    noisy = picture.astype(np.float32) + rng.normal(0, 3, picture.shape)
    return jpeg(np.clip(noisy, 0, 255).astype(np.uint8))


def test_before_one_plain_wall_a_copy_is_found_and_other_people_are_not() -> None:
    wall = np.full((480, 640, 3), 200, np.uint8)
    people = [sitter(wall, look, move=(look % 5 - 2) * 12) for look in range(20)]
    for one in people:
        copy = cv2.resize(cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR), (320, 240))
        assert apart(one, jpeg(copy, 30)) <= NEAR_BITS
    assert min(apart(a, b) for n, a in enumerate(people) for b in people[:n]) > NEAR_BITS


def test_a_pdf_or_nothing_has_no_fingerprint() -> None:
    assert fingerprint(b"%PDF-1.7") is None
    assert fingerprint(b"") is None
