"""Following one face from frame to frame: the mesh follows itself, a detector looks over the whole frame now and then."""

from dataclasses import dataclass

import cv2
import numpy as np

from app.face.arrays import FloatArray, Image
from app.face.detect import Detection, Detector
from app.face.mesh import PRESENT, MeshFinder, next_region

LOOK_EVERY_S = 0.4
"""Between looks over the whole frame while a face is followed (second faces)."""
SEARCH_EVERY_S = 0.15
"""Between searches while there is no face …"""
REST_AFTER_S, REST_EVERY_S = 4.0, 0.35
"""… and when there was none for a while: the processor rests, and whoever sits down is still seen at once."""
LOST_S = 0.8
"""A face that was away longer may be somebody else's."""
BYSTANDER = 0.45
"""Faces smaller than this share of the followed one are people in the background."""
TURN_AFTER_S = 1.5
"""No face for so long: try the picture turned (a camera mounted sideways or upside down)."""
_TURNS = (None, cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE)


@dataclass(frozen=True, slots=True)
class Tracked:
    """One frame's finding: the picture as it was turned, the followed mesh, how many faces, whether the person may be another."""

    picture: Image
    mesh: FloatArray | None
    faces: int
    changed: bool


@dataclass
class Tracker:
    """Keeps to one face. Feed every frame in order with its own time."""

    detector: Detector
    finder: MeshFinder
    mesh: FloatArray | None = None
    faces: int = 0
    looked_s: float = -1e9
    seen_s: float | None = None
    started_s: float | None = None
    turn: int = 0

    def follow(self, frame: Image, at_s: float) -> Tracked:
        """Where the followed face is now. ``changed`` when the person may no longer be the same."""
        self.started_s = at_s if self.started_s is None else self.started_s
        picture = self._turned(frame, at_s)
        before, changed = self.mesh, False
        if self.mesh is not None:
            found = self.finder.at(picture, next_region(self.mesh))
            self.mesh = found.points if found.presence >= PRESENT and _plausible(found.points, self.mesh) else None
        every = LOOK_EVERY_S if self.mesh is not None else 0.0 if before is not None else self._search_every(at_s)
        if at_s - self.looked_s >= every:
            changed = self._look(picture, at_s, before)
        if self.mesh is not None:
            self.seen_s, self.faces = at_s, max(self.faces, 1)
        return Tracked(picture, self.mesh, self.faces if self.mesh is not None else 0, changed)

    def idle(self, at_s: float) -> bool:
        """No face, and it is not yet time to search again: the frame need not even be looked at."""
        return self.mesh is None and self.started_s is not None and at_s - self.looked_s < self._search_every(at_s)

    def _search_every(self, at_s: float) -> float:
        return REST_EVERY_S if self._away_s(at_s) > REST_AFTER_S else SEARCH_EVERY_S

    def _away_s(self, at_s: float) -> float:
        """How long there has been no face."""
        since = self.seen_s if self.seen_s is not None else self.started_s
        return 0.0 if since is None else at_s - since

    def _look(self, picture: Image, at_s: float, before: FloatArray | None) -> bool:
        """Search the whole frame; returns whether another person may be followed now."""
        self.looked_s = at_s
        found = self.detector.find(picture)
        if self.mesh is not None:
            box = _box(self.mesh)
            large = [item for item in found if item.height > BYSTANDER * box[3] and not _inside(item, box)]
            self.faces = 1 + len(large)
            return False
        if not found:
            self.faces = 0
            return False
        main = max(found, key=lambda item: item.width * item.height)
        self.faces = sum(item.height > BYSTANDER * main.height for item in found)
        mesh = self.finder.settle(picture, main)
        if mesh.presence < PRESENT:
            self.faces = 0
            return False
        self.mesh = mesh.points
        return not self._same_place(before, at_s)

    def _same_place(self, before: FloatArray | None, at_s: float) -> bool:
        """The face was lost for a moment only and is where it was."""
        if self.seen_s is None:
            return True
        assert self.mesh is not None
        return before is not None and at_s - self.seen_s < LOST_S and _plausible(self.mesh, before)

    def _turned(self, frame: Image, at_s: float) -> Image:
        due = at_s - self.looked_s >= self._search_every(at_s)
        if self.mesh is None and due and self._away_s(at_s) > TURN_AFTER_S:
            self.turn = (self.turn + 1) % len(_TURNS)
        return self.upright(frame)

    def upright(self, frame: Image) -> Image:
        """The frame turned as the camera is mounted."""
        how = _TURNS[self.turn]
        return frame if how is None else np.asarray(cv2.rotate(frame, how), dtype=np.uint8)


def _box(mesh: FloatArray) -> tuple[float, float, float, float]:
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


def _inside(item: Detection, box: tuple[float, float, float, float]) -> bool:
    """The detection's centre lies on the followed face."""
    x, y = item.centre
    return box[0] - 0.2 * box[2] <= x <= box[0] + 1.2 * box[2] and box[1] - 0.2 * box[3] <= y <= box[1] + 1.2 * box[3]


def _plausible(now: FloatArray, before: FloatArray) -> bool:
    """Neither jumped by more than half a face nor changed size by half."""
    a, b = _box(now), _box(before)
    size = max(b[2], b[3], 1.0)
    jump = np.hypot(a[0] + a[2] / 2 - b[0] - b[2] / 2, a[1] + a[3] / 2 - b[1] - b[3] / 2)
    return bool(jump < 0.6 * size and 0.6 < max(a[2], a[3]) / size < 1.6)
