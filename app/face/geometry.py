"""Points and plane maps: which mesh points are the eyes, similarity fits, aligned chips, head angles."""

from typing import Any

import cv2
import numpy as np

from app.face.arrays import FloatArray, Image

# Face mesh indices (MediaPipe's canonical 468 points). "Left" is the subject's own left, the right of an unmirrored picture.
LEFT_EYE_OUTER, LEFT_EYE_INNER, RIGHT_EYE_INNER, RIGHT_EYE_OUTER = 263, 362, 133, 33
NOSE_TIP, NOSE_BASE, MOUTH_LEFT, MOUTH_RIGHT = 1, 2, 291, 61
LIP_UPPER, LIP_LOWER, CHIN, FOREHEAD = 13, 14, 152, 10
LEFT_EYE_RING = (362, 385, 387, 263, 373, 380)
RIGHT_EYE_RING = (33, 160, 158, 133, 153, 144)
LEFT_BROW, RIGHT_BROW = (276, 283, 282, 295, 285), (46, 53, 52, 65, 55)

_ARCFACE_112 = np.array(
    [[73.5318, 51.5014], [38.2946, 51.6963], [56.0252, 71.7366], [70.7299, 92.2041], [41.5493, 92.3655]]
)
"""Left eye, right eye, nose tip, left and right mouth corner in a 112×112 chip (the template most embedders are trained with)."""


def five_from_mesh(mesh: FloatArray) -> FloatArray:
    """5×2: left eye centre, right eye centre, nose tip, left and right mouth corner."""
    xy = mesh[:, :2]
    return np.stack(
        [
            xy[[LEFT_EYE_OUTER, LEFT_EYE_INNER]].mean(axis=0),
            xy[[RIGHT_EYE_INNER, RIGHT_EYE_OUTER]].mean(axis=0),
            xy[NOSE_TIP],
            xy[MOUTH_LEFT],
            xy[MOUTH_RIGHT],
        ]
    )


def similarity(source: FloatArray, target: FloatArray) -> FloatArray:
    """Least-squares 2×3 similarity (rotation, uniform scale, shift) from N×2 ``source`` to ``target`` (Umeyama 1991)."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = source - source_mean, target - target_mean
    u, values, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ np.diag(sign) @ vt
    scale = float((values * sign).sum() / max((a**2).sum(), 1e-9))
    shift = target_mean - scale * rotation @ source_mean
    return np.hstack([scale * rotation, shift[:, None]])


def affine(source: FloatArray, target: FloatArray) -> FloatArray:
    """Least-squares 2×3 affine map from N×2 ``source`` to ``target``."""
    ones = np.hstack([source, np.ones((len(source), 1))])
    solution: FloatArray = np.linalg.lstsq(ones, target, rcond=None)[0].T
    return solution


def apply(matrix: FloatArray, points: FloatArray) -> FloatArray:
    """Map N×2 points by a 2×3 matrix."""
    mapped: FloatArray = points @ matrix[:, :2].T + matrix[:, 2]
    return mapped


def warp(image: Image, matrix: FloatArray, width: int, height: int) -> Image:
    """Cut ``matrix``'s target rectangle out of ``image``; area-averaged when it shrinks much."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale >= 0.5:
        return _warp(image, matrix, width, height)
    left, top, right, bottom = _source_rectangle(matrix, width, height, image)
    part = image[top:bottom, left:right]  # only what is needed is shrunk: whole frames are large
    factor = max(2.0 * scale, 1e-3)
    small = np.asarray(cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    adjusted = matrix.copy()
    adjusted[:, 2] += matrix[:, :2] @ np.array([left, top], dtype=np.float64)
    adjusted[:, :2] = matrix[:, :2] @ np.diag([part.shape[1] / small.shape[1], part.shape[0] / small.shape[0]])
    return _warp(small, adjusted, width, height)


def _source_rectangle(matrix: FloatArray, width: int, height: int, image: Image) -> tuple[int, int, int, int]:
    """The part of ``image`` that the target rectangle shows, with a small margin; never empty."""
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], dtype=np.float64)
    shown = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    limit = np.array([image.shape[1], image.shape[0]])
    low = np.clip(np.floor(shown.min(axis=0)) - 8, 0, limit - 2).astype(int)
    high = np.clip(np.ceil(shown.max(axis=0)) + 8, low + 2, limit).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _warp(image: Image, matrix: FloatArray, width: int, height: int) -> Image:
    result: Any = cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(result, dtype=np.uint8)


def arcface_chip(image: Image, five: FloatArray, size: int) -> Image:
    """Square chip on the five-point template scaled to ``size``."""
    return warp(image, similarity(five, _ARCFACE_112 * (size / 112.0)), size, size)


def eyes_chip(image: Image, five: FloatArray, size: int, padding: float) -> Image:
    """Square chip with level eyes; ``padding`` as in dlib's chips (0.25 tight, 0.4 wider)."""
    return warp(image, dlib_matrix(_five_as_dlib(five), size, padding), size, size)


_DLIB_MEAN = np.array(
    [[0.8595674595992, 0.2134981538014], [0.6460604764104, 0.2289674387677], [0.1205750620789, 0.2137274526848],
     [0.3340850613712, 0.2290642403242], [0.4901123135679, 0.6277975316475]]
)  # fmt: skip
"""dlib's mean 5-point face (dlib/image_transforms/interpolation.h, get_face_chip_details)."""


def dlib_matrix(points: FloatArray, size: int, padding: float) -> FloatArray:
    """2×3 map of dlib's 5 points (its order) to a chip, the same as dlib.get_face_chip."""
    target = (_DLIB_MEAN + padding) / (1.0 + 2.0 * padding) * size
    return similarity(points, target)


def _five_as_dlib(five: FloatArray) -> FloatArray:
    """dlib's order from our five: eye corners are put about the eye centres at the mean face's proportion."""
    axis = five[0] - five[1]
    half = axis * 0.5 * (0.8595674595992 - 0.6460604764104) / (0.7528 - 0.2273)
    mouth = five[3:5].mean(axis=0)
    base = five[:2].mean(axis=0) + (mouth - five[:2].mean(axis=0)) * 0.62
    return np.stack([five[0] + half, five[0] - half, five[1] - half, five[1] + half, base])


def dlib_points_from_mesh(mesh: FloatArray) -> FloatArray:
    """The mesh points nearest to dlib's five, in its order."""
    order = [LEFT_EYE_OUTER, LEFT_EYE_INNER, RIGHT_EYE_OUTER, RIGHT_EYE_INNER, NOSE_BASE]
    return np.asarray(mesh[order, :2], dtype=np.float64)


def angles(mesh: FloatArray) -> tuple[float, float, float]:
    """Yaw, pitch, roll in degrees from the mesh's own depth (coaching only: never used to judge liveness).

    Yaw is positive when the person turns to their own left, pitch when the face looks up.
    """
    across = mesh[LEFT_EYE_OUTER] - mesh[RIGHT_EYE_OUTER]
    roll = float(np.degrees(np.arctan2(across[1], across[0])))
    yaw = float(np.degrees(np.arctan2(across[2], np.hypot(across[0], across[1]))))
    down = mesh[CHIN] - mesh[FOREHEAD]
    pitch = float(np.degrees(np.arctan2(down[2], np.hypot(down[0], down[1]))))
    return yaw, pitch, roll


def eye_openness(mesh: FloatArray) -> float:
    """Mean eye aspect ratio of both eyes (Soukupová & Čech 2016): opening / width."""
    total = 0.0
    for ring in (LEFT_EYE_RING, RIGHT_EYE_RING):
        p = mesh[list(ring), :2]
        opening = float(np.linalg.norm(p[1] - p[5]) + np.linalg.norm(p[2] - p[4]))
        total += opening / max(2.0 * float(np.linalg.norm(p[0] - p[3])), 1e-6)
    return total / 2.0


def mouth_openness(mesh: FloatArray) -> float:
    """Gap between the lips in eye distances."""
    five = five_from_mesh(mesh)
    gap = float(np.linalg.norm(mesh[LIP_UPPER, :2] - mesh[LIP_LOWER, :2]))
    return gap / max(float(np.linalg.norm(five[0] - five[1])), 1e-6)
