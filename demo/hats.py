"""Hats drawn on pictures of bare heads: synthetic, for measuring and testing the hint about hats."""

import cv2
import numpy as np

from app.face import geometry
from app.face.arrays import FloatArray, Image

COLOURS = ((40, 40, 40), (150, 60, 40), (60, 60, 190), (225, 225, 225), (110, 120, 110), (60, 90, 120))
"""BGR: black, blue, red, white, grey, brown."""
CAP, KNITTED = "cap", "knitted"
KINDS = (CAP, KNITTED)


def draw(image: Image, mesh: FloatArray, colour: tuple[int, int, int], kind: str) -> Image:
    """A copy of ``image`` (BGR) with a hat of this kind over forehead and hair of the face whose 468×3 mesh is given."""
    worn = image.copy()
    left, right = geometry.five_from_mesh(mesh)[:2]
    apart = float(np.linalg.norm(left - right))
    middle = mesh[list(geometry.LEFT_BROW + geometry.RIGHT_BROW), :2].mean(axis=0)
    x, low = float(middle[0]), float(middle[1]) - 0.25 * apart
    darker = (int(colour[0] * 0.6), int(colour[1] * 0.6), int(colour[2] * 0.6))
    cv2.ellipse(worn, _point(x, low), _point(1.6 * apart, 1.9 * apart), 0, 180, 360, colour, -1, cv2.LINE_AA)
    if kind == CAP:
        cv2.ellipse(worn, _point(x, low), _point(1.5 * apart, 0.3 * apart), 0, 0, 360, darker, -1, cv2.LINE_AA)
    else:
        _knit(worn, x, low, apart, darker)
    return np.asarray(cv2.GaussianBlur(worn, (0, 0), max(0.5, apart / 60)), dtype=np.uint8)


def _knit(worn: Image, x: float, low: float, apart: float, colour: tuple[int, int, int]) -> None:
    """Ribs that run together at the top, and a turned-up edge."""
    for step in np.linspace(-1.4, 1.4, 13):
        start, end = _point(x + step * apart, low), _point(x + 0.6 * step * apart, low - 1.6 * apart)
        cv2.line(worn, start, end, colour, max(1, round(apart / 30)), cv2.LINE_AA)
    cv2.rectangle(worn, _point(x - 1.65 * apart, low - 0.4 * apart), _point(x + 1.65 * apart, low), colour, -1)


def _point(x: float, y: float) -> tuple[int, int]:
    return round(x), round(y)
