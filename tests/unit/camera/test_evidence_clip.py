"""The evidence clip: at most 8 s and 2 MB whatever the camera, openable by any player, nothing on the disk."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.avi import read_avi, write_avi
from app.camera.evidence_clip import FPS, MOST_BYTES, MOST_S, ClipRecorder
from app.camera.picture import to_frame
from app.services.ports import Frame


def frame(number: int, *, fps: float, size: tuple[int, int] = (640, 480), noise: int = 12) -> Frame:
    rng = np.random.default_rng(number)
    pixels = rng.integers(120 - noise, 120 + noise, (size[1], size[0], 3), dtype=np.uint8)
    pixels[:40, :40] = number % 250
    return to_frame(pixels, frame_id=number, captured_s=number / fps)


def recorded(count: int, *, fps: float, size: tuple[int, int] = (640, 480), noise: int = 12) -> bytes:
    recorder = ClipRecorder()
    for number in range(count):
        recorder.add(frame(number, fps=fps, size=size, noise=noise))
    clip = recorder.finish()
    assert clip is not None
    return clip


def opened(clip: bytes, folder: Path) -> tuple[float, int, tuple[int, int]]:
    """By FFmpeg, as any player would: seconds, pictures, size."""
    path = folder / "clip.avi"
    path.write_bytes(clip)
    capture = cv2.VideoCapture(str(path))
    count, last = 0, None
    while True:
        good, picture = capture.read()
        if not good:
            break
        count, last = count + 1, picture
    assert last is not None
    fps = capture.get(cv2.CAP_PROP_FPS)
    return count / fps, count, (last.shape[1], last.shape[0])


def test_a_long_capture_keeps_its_last_eight_seconds(tmp_path: Path) -> None:
    clip = recorded(400, fps=20)
    seconds, count, size = opened(clip, tmp_path)
    assert 7.0 < seconds <= MOST_S
    assert FPS * 6 <= count <= FPS * 8
    assert size == (640, 480)
    assert len(clip) <= MOST_BYTES
    newest = cv2.imdecode(np.frombuffer(read_avi(clip)[-1], dtype=np.uint8), cv2.IMREAD_COLOR)
    assert abs(int(newest[20, 20].mean()) - 399 % 250) < 8


def test_the_noisiest_camera_still_fits() -> None:
    assert len(recorded(200, fps=20, noise=120)) <= MOST_BYTES


@pytest.mark.parametrize("size", [(3840, 2160), (1280, 720), (320, 240), (360, 640)])
def test_every_size_becomes_a_small_picture(tmp_path: Path, size: tuple[int, int]) -> None:
    _seconds, count, got = opened(recorded(6, fps=5, size=size), tmp_path)
    assert count == 6
    assert max(got) <= 640
    assert abs(got[0] / got[1] - size[0] / size[1]) < 0.02


def test_nothing_seen_is_no_clip_and_a_reset_forgets() -> None:
    recorder = ClipRecorder()
    assert recorder.finish() is None
    recorder.add(frame(1, fps=20))
    recorder.reset()
    assert recorder.finish() is None


def test_a_clip_begins_anew_after_it_was_taken() -> None:
    recorder = ClipRecorder()
    recorder.add(frame(1, fps=20))
    first = recorder.finish()
    assert first is not None
    assert len(read_avi(first)) == 1
    assert recorder.finish() is None


def test_a_camera_that_changes_its_size_does_not_break_the_clip(tmp_path: Path) -> None:
    recorder = ClipRecorder()
    recorder.add(frame(1, fps=5))
    recorder.add(frame(2, fps=5, size=(320, 240)))
    clip = recorder.finish()
    assert clip is not None
    assert opened(clip, tmp_path)[1:] == (1, (320, 240))


@pytest.mark.parametrize("bad", [b"", b"RIFF", b"RIFF\0\0\0\0AVI ", b"not a clip at all"])
def test_something_else_is_no_clip(bad: bytes) -> None:
    with pytest.raises(ValueError, match=r"AVI|pictures"):
        read_avi(bad)


def test_a_torn_clip_and_an_empty_one_are_refused() -> None:
    clip = write_avi([b"\xff\xd8abc\xff\xd9"] * 3, fps=8, width=2, height=2)
    with pytest.raises(ValueError, match="torn"):
        read_avi(clip[:-80])
    with pytest.raises(ValueError, match="pictures"):
        write_avi([], fps=8, width=2, height=2)
