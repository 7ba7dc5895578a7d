"""The face mesh: 468 points with depth, found in a box or followed from the frame before."""

from dataclasses import dataclass

import numpy as np

from app.face import geometry
from app.face.arrays import FloatArray, Image
from app.face.detect import Detection
from app.face.models import Network

PRESENT = 0.5
"""Presence score from which the mesh is believed to lie on a face."""
_MARGIN = 1.5
"""Side of the square crop in units of the face's box, as the network was trained."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rotated square of the frame: centre, side in pixels, angle in radians."""

    x: float
    y: float
    side: float
    angle: float


@dataclass(frozen=True, slots=True)
class FaceMesh:
    """``points`` 468×3 (x, y frame pixels, z the same scale, smaller is nearer); ``presence`` 0..1."""

    points: FloatArray
    presence: float


def region_of(detection: Detection) -> Region:
    """Where to look for the mesh of a detected face."""
    x, y = detection.centre
    angle = 0.0
    if detection.eyes:
        (lx, ly), (rx, ry) = detection.eyes
        angle = float(np.arctan2(ly - ry, lx - rx))
    return Region(x, y, max(detection.width, detection.height) * _MARGIN, angle)


def next_region(points: FloatArray) -> Region:
    """Where to look for the same face in the next frame."""
    xy = points[:, :2]
    across = xy[geometry.LEFT_EYE_OUTER] - xy[geometry.RIGHT_EYE_OUTER]
    angle = float(np.arctan2(across[1], across[0]))
    cos, sin = np.cos(angle), np.sin(angle)
    level = xy @ np.array([[cos, -sin], [sin, cos]])
    low, high = level.min(axis=0), level.max(axis=0)
    centre = np.array([[cos, -sin], [sin, cos]]) @ ((low + high) / 2)
    return Region(float(centre[0]), float(centre[1]), float((high - low).max()) * _MARGIN, angle)


class MeshFinder:
    """Runs the mesh network on a region of a frame."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def at(self, frame: Image, region: Region) -> FaceMesh:
        """The mesh in ``region`` of a BGR frame; look at ``presence`` before believing it."""
        size = self._network.spec.width
        scale = size / max(region.side, 1.0)
        cos, sin = np.cos(region.angle) * scale, np.sin(region.angle) * scale
        turn = np.array([[cos, sin], [-sin, cos]])
        matrix = np.hstack([turn, (size / 2 - turn @ (region.x, region.y))[:, None]])
        mesh, presence = self._network.run(geometry.warp(frame, matrix, size, size))
        points = np.asarray(mesh, dtype=np.float64).reshape(468, 3)
        back = np.linalg.inv(turn)
        points[:, :2] = (points[:, :2] - matrix[:, 2]) @ back.T
        points[:, 2] /= scale
        return FaceMesh(points, float(presence.ravel()[0]))

    def settle(self, frame: Image, detection: Detection) -> FaceMesh:
        """The mesh of a detected face, run a second time on the region that the first gives (still pictures, first frames)."""
        first = self.at(frame, region_of(detection))
        if first.presence < PRESENT:
            return first
        return self.at(frame, next_region(first.points))
