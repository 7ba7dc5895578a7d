"""Black and frozen pictures are told from dark rooms and quiet people."""

import numpy as np
import pytest

from app.camera.picture import BLACK_S, FROZEN_S, PictureWatch, to_frame
from app.services.ports import Frame


def noisy(at_s: float, level: int, *, seed: int) -> Frame:
    pixels = np.random.default_rng(seed).integers(max(level - 3, 0), level + 4, (240, 320, 3), dtype=np.uint8)
    return to_frame(pixels, frame_id=seed, captured_s=at_s)


def faults(frames: list[Frame]) -> list[str | None]:
    watch = PictureWatch()
    return [watch.fault(frame) for frame in frames]


def test_a_live_picture_has_no_fault() -> None:
    assert set(faults([noisy(n / 20, 120, seed=n) for n in range(80)])) == {None}


def test_a_covered_lens_is_black_after_its_time_and_not_before() -> None:
    told = faults([noisy(n / 20, 2, seed=n) for n in range(60)])
    first = told.index("camera.black")
    assert (first - 1) / 20 < BLACK_S <= first / 20 + 1e-9


def test_a_dark_room_with_a_lit_face_is_not_black() -> None:
    frames = [noisy(n / 20, 3, seed=n) for n in range(60)]
    for frame in frames:
        frame.pixels[80:160, 120:200] = 60
    assert "camera.black" not in faults(frames)


def test_an_equal_picture_for_too_long_is_frozen_and_the_next_new_one_is_not() -> None:
    same = [to_frame(noisy(0, 120, seed=1).pixels, frame_id=n, captured_s=n / 20) for n in range(60)]
    told = faults([*same, noisy(3.05, 120, seed=9)])
    first = told.index("camera.frozen")
    assert FROZEN_S <= first / 20 <= FROZEN_S + 0.11
    assert told[-1] is None


def test_a_camera_at_five_frames_a_second_is_not_frozen() -> None:
    assert set(faults([noisy(n / 5, 120, seed=n) for n in range(30)])) == {None}


@pytest.mark.parametrize("shape", [(48, 64), (48, 64, 1), (48, 64, 4), (2160, 3840, 3), (640, 360, 3), (5, 5, 3)])
def test_every_kind_of_picture_becomes_bgr_in_memory_of_its_own(shape: tuple[int, ...]) -> None:
    raw = np.full(shape, 7, dtype=np.uint8)
    frame = to_frame(raw, frame_id=1, captured_s=0.0)
    raw[:] = 0
    assert frame.pixels.shape == (shape[0], shape[1], 3)
    assert frame.pixels.flags["C_CONTIGUOUS"]
    assert (frame.width, frame.height) == (shape[1], shape[0])
    assert int(frame.pixels.min()) == 7
    assert PictureWatch().fault(frame) is None
