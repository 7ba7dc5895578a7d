"""The frame cue: a face inside a closed four-sided frame is shown on something held up, a screen or a photograph.

Behind a sitting person there may be a door or a picture on the wall, but their own body covers its lower edge: a frame that closes below
the chin is in front of no body. It raises doubt, never more: a mirror or a window behind glass can look so too.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from app.domain.evidence import Box, Cue, CueVerdict
from app.face.arrays import FloatArray, Image

WIDTH = 320
"""Pixels of the picture that is looked at."""
LOOKS, SHARE = 6, 0.3
"""From so many looks on, a frame in so large a share of them is doubt."""
LEAST, MOST = 1.8, 30.0
"""Area of the frame in units of the face's box."""
BELOW = 0.8
"""Face heights below the chin that the frame must enclose: above that the shoulders may close a door's outline."""
SQUARE = 0.35
"""Largest cosine of a corner's angle."""


@dataclass
class FrameFold:
    """Counts looks with a closed frame around the face."""

    looks: int = 0
    seen: int = 0

    def update(self, frame: Image, box: Box) -> None:
        """One more look at a BGR frame with the face's box in it."""
        self.looks += 1
        self.seen += framed(frame, box)

    def cue(self) -> Cue:
        """LIVE here only means that no frame was seen."""
        share = self.seen / self.looks if self.looks else 0.0
        verdict = CueVerdict.UNSURE if share >= SHARE else CueVerdict.LIVE
        verdict = CueVerdict.ABSENT if self.looks < LOOKS else verdict
        return Cue(name="frame", value=share, verdict=verdict)


def framed(frame: Image, box: Box) -> bool:
    """Whether a closed, nearly rectangular outline encloses the face and the chin."""
    scale = WIDTH / frame.shape[1]
    small = cv2.resize(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    edges = cv2.dilate(cv2.Canny(cv2.GaussianBlur(small, (3, 3), 0), 30, 90), np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    face = np.array([box.x, box.y, box.x + box.width, box.y + box.height * (1 + BELOW)]) * scale
    area = float(box.width * box.height) * scale**2
    return any(_is_frame(contour, face, area) for contour in contours)


def _is_frame(contour: Any, face: FloatArray, face_area: float) -> bool:
    x, y, width, height = cv2.boundingRect(contour)
    if not (LEAST * face_area <= width * height <= MOST * face_area):
        return False
    if x > face[0] or y > face[1] or x + width < face[2] or y + height < face[3]:
        return False
    area = cv2.contourArea(contour)
    corners = cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, True), True).reshape(-1, 2).astype(np.float64)
    if len(corners) != 4 or not LEAST * face_area <= area or not cv2.isContourConvex(corners.astype(np.int32)):
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    sides /= np.maximum(np.linalg.norm(sides, axis=1, keepdims=True), 1e-6)
    if float(np.abs((sides * np.roll(sides, -1, axis=0)).sum(axis=1)).max()) > SQUARE:
        return False
    inside = corners.astype(np.float32)
    points = [(face[0], face[1]), (face[2], face[1]), (face[2], face[3]), (face[0], face[3])]
    return all(cv2.pointPolygonTest(inside, (float(px), float(py)), False) >= 0 for px, py in points)
