"""Finding faces in a whole frame: BlazeFace on a shrunken square, dlib's HOG where BlazeFace is missing or finds nothing."""

from dataclasses import dataclass

import cv2
import numpy as np

from app.face import library
from app.face.arrays import FloatArray, Image
from app.face.models import Network

_STRIDES = ((16, 2), (32, 6))
HOG_WIDTH = 640


@dataclass(frozen=True, slots=True)
class Detection:
    """A face: box in frame pixels, eye centres (subject's left, right) when known, score 0..1."""

    left: float
    top: float
    width: float
    height: float
    score: float
    eyes: tuple[tuple[float, float], tuple[float, float]] | None = None

    @property
    def centre(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2


def _anchors(size: int) -> FloatArray:
    """N×2 anchor centres in input pixels, the finer grid first."""
    rows = []
    for stride, count in _STRIDES:
        grid = (np.arange(size // stride) + 0.5) * stride
        y, x = np.meshgrid(grid, grid, indexing="ij")
        rows.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), count, axis=0))
    return np.concatenate(rows)


def overlap(a: Detection, b: Detection) -> float:
    """Intersection over the smaller box, 0..1."""
    width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(a.width * a.height, b.width * b.height)


def _suppress(found: list[Detection]) -> list[Detection]:
    kept: list[Detection] = []
    for item in sorted(found, key=lambda d: -d.score):
        if all(overlap(item, other) < 0.4 for other in kept):
            kept.append(item)
    return kept


class Detector:
    """Finds faces. Without a network it uses dlib's HOG alone."""

    def __init__(self, network: Network | None) -> None:
        self._network = network
        self._anchors = _anchors(network.spec.width) if network else None

    def find(self, frame: Image, *, threshold: float = 0.6, thorough: bool = False) -> list[Detection]:
        """Faces of a BGR frame, best first. ``thorough`` also tries HOG, upsampled, when nothing was found (still pictures)."""
        found = self._blaze(frame, threshold) if self._network else self._hog(frame, upsample=0)
        if not found and thorough:
            found = self._hog(frame, upsample=1)
        return found

    def _blaze(self, frame: Image, threshold: float) -> list[Detection]:
        assert self._network is not None
        assert self._anchors is not None
        size = self._network.spec.width
        height, width = frame.shape[:2]
        scale = size / max(height, width)
        small = cv2.resize(frame, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
        square = np.zeros((size, size, 3), dtype=np.uint8)
        top, left = (size - small.shape[0]) // 2, (size - small.shape[1]) // 2
        square[top : top + small.shape[0], left : left + small.shape[1]] = small
        scores16, scores8, boxes16, boxes8 = self._network.run(square)
        logits = np.concatenate([scores16.ravel(), scores8.ravel()])
        boxes = np.concatenate([boxes16.reshape(-1, 16), boxes8.reshape(-1, 16)])
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits, -50, 50)))
        found = []
        for index in np.flatnonzero(scores > threshold):
            anchor, box = self._anchors[index], boxes[index]
            centre = (anchor + box[:2] - (left, top)) / scale
            extent = np.abs(box[2:4]) / scale
            eyes = (box[4:8].reshape(2, 2) + anchor - (left, top)) / scale
            found.append(
                Detection(
                    float(centre[0] - extent[0] / 2), float(centre[1] - extent[1] / 2), float(extent[0]),
                    float(extent[1]), float(scores[index]),
                    ((float(eyes[1][0]), float(eyes[1][1])), (float(eyes[0][0]), float(eyes[0][1]))),
                )
            )  # fmt: skip
        return _suppress(found)

    def _hog(self, frame: Image, *, upsample: int) -> list[Detection]:
        scale = min(1.0, HOG_WIDTH / frame.shape[1])
        small = frame if scale == 1.0 else cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        rgb = np.ascontiguousarray(small[:, :, ::-1], dtype=np.uint8)
        return [
            Detection(x / scale, y / scale, w / scale, h / scale, min(1.0, 0.6 + score / 5))
            for x, y, w, h, score in library.find_faces(rgb, upsample=upsample)
        ]
