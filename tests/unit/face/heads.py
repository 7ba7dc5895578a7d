"""A made-up head for tests: 468 points of an ellipsoid with nose, eyes and mouth where the mesh has them; turned, photographed."""

import numpy as np

from app.face import geometry
from app.face.arrays import FloatArray

_PLACES = {
    geometry.LEFT_EYE_OUTER: (45, -25, 5), geometry.LEFT_EYE_INNER: (18, -25, 0),
    geometry.RIGHT_EYE_INNER: (-18, -25, 0), geometry.RIGHT_EYE_OUTER: (-45, -25, 5),
    geometry.NOSE_TIP: (0, 12, -38), geometry.NOSE_BASE: (0, 22, -22),
    geometry.MOUTH_LEFT: (25, 45, -2), geometry.MOUTH_RIGHT: (-25, 45, -2),
    geometry.CHIN: (0, 90, 10), geometry.FOREHEAD: (0, -85, 5), 234: (-70, -10, 60), 454: (70, -10, 60),
    127: (-68, -30, 58), 356: (68, -30, 58), 6: (0, -22, -12), 168: (0, -32, -8), 197: (0, -10, -20), 4: (0, 8, -36),
    94: (0, 18, -28), 19: (0, 16, -32), 48: (-15, 15, -12), 278: (15, 15, -12), 205: (-40, 20, 5), 425: (40, 20, 5),
    50: (-45, 5, 6), 280: (45, 5, 6),
}  # fmt: skip


def head(*, opening: float = 0.3) -> FloatArray:
    """468×3, facing the camera (smaller z is nearer); ``opening`` is the eye aspect ratio."""
    rng = np.random.default_rng(1)
    angle, height = rng.uniform(0, np.pi, 468), rng.uniform(-80, 85, 468)
    points = np.stack([70 * np.cos(angle), height, 60 - 60 * np.sin(angle)], axis=1)
    for index, place in _PLACES.items():
        points[index] = place
    for ring, x in ((geometry.LEFT_EYE_RING, 31.5), (geometry.RIGHT_EYE_RING, -31.5)):
        half = opening * 27 / 2
        for index, (dx, dy) in zip(
            (ring[1], ring[2], ring[4], ring[5]), ((-5, -1), (5, -1), (5, 1), (-5, 1)), strict=True
        ):
            points[index] = (x + dx, -25 + dy * half, 0)
    return points


def turned(points: FloatArray, yaw: float, *, x: float = 320.0, y: float = 240.0) -> FloatArray:
    """The head turned by ``yaw`` degrees before a camera far away."""
    a = np.radians(yaw)
    rotation = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    return points @ rotation.T + np.array([x, y, 0.0])


def photographed(points: FloatArray, yaw: float) -> FloatArray:
    """A flat picture of the head turned by ``yaw`` degrees; the mesh network still invents its depth."""
    flat = points.copy()
    flat[:, 0] *= np.cos(np.radians(yaw))
    return flat + np.array([320.0, 240.0, 0.0])
