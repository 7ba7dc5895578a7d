"""The one door to ``face_recognition`` (dlib's HOG detector, 5-point landmarks, ResNet encoder).

The library loads its 68-point landmark model at import. That model is trained on iBUG 300-W, which is not licensed for commercial
use, costs 100 MB and half a second, and is never used here: while the library is imported its loader is pointed at the 5-point
model (CC0) instead. The HOG detector, which takes two thirds of a second to make, is made when it is first used.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import AppError
from app.face.arrays import FloatArray, Image

CHIP_SIZE = 150
"""Pixels of the square that the encoder takes."""


WEIGHTS = {
    "dlib_face_recognition_resnet_model_v1.dat": "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    "shape_predictor_5_face_landmarks.dat": "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
}
"""SHA-256 of the files that are used, the same in every package that carries them."""


class _Late:
    """Stands where the library keeps its HOG detector; makes it at the first use."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def _detector(self) -> Any:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __call__(self, *arguments: Any) -> Any:
        return self._detector()(*arguments)

    def run(self, *arguments: Any) -> Any:
        return self._detector().run(*arguments)


@cache
def _api() -> Any:
    import dlib
    import face_recognition_models as weights

    original, make = weights.pose_predictor_model_location, dlib.get_frontal_face_detector
    weights.pose_predictor_model_location = weights.pose_predictor_five_point_model_location
    dlib.get_frontal_face_detector = lambda: _Late(make)
    try:
        from face_recognition import api
    finally:
        weights.pose_predictor_model_location = original
        dlib.get_frontal_face_detector = make
    return api


def load() -> None:
    """Verify and load the library's models now. AppError models.missing, models.damaged; ImportError or RuntimeError of the library."""
    import face_recognition_models as weights

    for place in (weights.face_recognition_model_location(), weights.pose_predictor_five_point_model_location()):
        _verify(Path(place))
    _api()


def _verify(path: Path) -> None:
    try:
        with path.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise AppError("models.missing", file=path.name) from error
    if found != WEIGHTS[path.name]:
        raise AppError("models.damaged", file=path.name)


def find_faces(image_rgb: Image, *, upsample: int = 0) -> list[tuple[int, int, int, int, float]]:
    """HOG detector: (left, top, width, height, score) per face; faces under about 80 px need ``upsample`` 1."""
    rectangles, scores, _ = _api().face_detector.run(np.ascontiguousarray(image_rgb), upsample, 0.0)
    return [
        (box.left(), box.top(), box.width(), box.height(), float(score))
        for box, score in zip(rectangles, scores, strict=True)
    ]


def five_points(image_rgb: Image, box: tuple[int, int, int, int]) -> FloatArray:
    """5×2 points in dlib's order: image-right eye outer, inner; image-left eye outer, inner; base of the nose."""
    import dlib

    left, top, width, height = box
    rectangle = dlib.rectangle(left, top, left + width, top + height)
    shape = _api().pose_predictor_5_point(np.ascontiguousarray(image_rgb), rectangle)
    return np.array([(shape.part(i).x, shape.part(i).y) for i in range(5)], dtype=np.float64)


def encode(chips_rgb: list[Image]) -> FloatArray:
    """N×128 descriptors of aligned 150×150 RGB chips, as ``face_recognition.face_encodings`` computes them."""
    descriptors = _api().face_encoder.compute_face_descriptor([np.ascontiguousarray(chip) for chip in chips_rgb])
    return np.array(descriptors, dtype=np.float64).reshape(len(chips_rgb), 128)
