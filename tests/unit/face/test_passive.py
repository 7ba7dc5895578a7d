"""The passive cue with a fake network that answers as it is told and keeps what it was shown."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from app.domain.evidence import Box, CueVerdict
from app.face.liveness import LivenessFold
from app.face.models import Network
from app.face.passive import PassiveFold
from tests.unit.face.heads import head, turned

FRAME = np.random.default_rng(3).integers(0, 255, (480, 640, 3), dtype=np.uint8)
NARROW = Box(x=260, y=140, width=120, height=160)


@dataclass
class FakeNetwork:
    real: float
    shown: list[np.ndarray] = field(default_factory=list)
    spec: Any = field(
        default_factory=lambda: SimpleNamespace(
            options={"scale": 1.0, "live_index": 1, "softmax": False}, width=80, height=80
        )
    )

    def run(self, crop: np.ndarray) -> list[np.ndarray]:
        self.shown.append(crop)
        return [np.array([[1 - self.real, self.real, 0.0]], dtype=np.float32)]


def networks(*real: float) -> tuple[Network, ...]:
    return cast(tuple[Network, ...], tuple(FakeNetwork(value) for value in real))


@pytest.mark.parametrize(
    ("real", "verdict"),
    [((0.9, 0.7), CueVerdict.LIVE), ((0.6, 0.1), CueVerdict.UNSURE), ((0.02, 0.05), CueVerdict.ATTACK)],
)
def test_the_mean_of_the_models_over_some_looks_decides(real: tuple[float, ...], verdict: CueVerdict) -> None:
    fold = PassiveFold(networks(*real))
    for _ in range(4):
        fold.update(FRAME, NARROW)
    assert fold.cue().verdict is CueVerdict.ABSENT
    fold.update(FRAME, NARROW)
    assert fold.cue().verdict is verdict


def test_the_models_see_a_square_of_the_face_undistorted() -> None:
    frame = np.zeros((480, 640, 3), dtype=np.uint8)
    frame[140:300, 320:] = 255  # the right half of the face's square is white
    [network] = made = networks(0.9)
    PassiveFold(made).update(frame, NARROW)
    [crop] = cast(FakeNetwork, network).shown
    assert crop.shape == (80, 80, 3)
    assert crop[40, :36].max() == 0
    assert crop[40, 44:].min() == 255
    assert crop[4:76, 60].min() == 255


def test_the_models_look_some_times_a_second_however_fast_the_camera_is() -> None:
    counts = []
    for fps in (5, 30):
        [network] = made = networks(0.9)
        fold = LivenessFold(made)
        for number in range(3 * fps):
            fold.update(FRAME, turned(head(), 0.0), NARROW, number / fps)
        counts.append(len(cast(FakeNetwork, network).shown))
    assert counts[0] == 15
    assert 15 <= counts[1] <= 22
