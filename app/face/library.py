"""The one door to ``face_recognition`` (dlib's HOG detector, 5-point landmarks, ResNet encoder).

The library loads its 68-point landmark model at import. That model is trained on iBUG 300-W, which is not licensed for commercial
use, costs 100 MB and half a second, and is never used here: while the library is imported its loader is pointed at the 5-point
model (CC0) instead.
"""

from functools import cache
from typing import Any

import numpy as np

from app.face.arrays import FloatArray, Image

CHIP_SIZE = 150
"""Pixels of the square that the encoder takes."""


@cache
def _api() -> Any:
    import face_recognition_models as weights

    original = weights.pose_predictor_model_location
    weights.pose_predictor_model_location = weights.pose_predictor_five_point_model_location
    try:
        from face_recognition import api
    finally:
        weights.pose_predictor_model_location = original
    return api


def load() -> None:
    """Load the library's models now. ImportError or RuntimeError when they can't be."""
    _api()


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
