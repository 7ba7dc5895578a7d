"""Is it a head or a plane? Three-dimensional consistency of the mesh while the face turns.

Between a frontal frame and a turned one, the eye and mouth corners of a flat picture move by one plane map that takes the nose tip along;
a head's nose tip stands out and moves further. Measured as the error of the nose tip under the affine map of the six corners, along the eye
line, in units of the eye distance (“parallax”). Thresholds: docs/decisions/0011-liveness-cues.md. The angle that a pose solver reports
is never used as evidence: it takes tilted prints for turned heads.
"""

from dataclasses import dataclass, field

import numpy as np

from app.domain.evidence import Cue, CueVerdict
from app.face import geometry
from app.face.arrays import FloatArray

CORNERS = [
    geometry.LEFT_EYE_OUTER, geometry.LEFT_EYE_INNER, geometry.RIGHT_EYE_INNER, geometry.RIGHT_EYE_OUTER,
    geometry.MOUTH_LEFT, geometry.MOUTH_RIGHT,
]  # fmt: skip
STABLE = [
    *CORNERS, geometry.NOSE_TIP, geometry.NOSE_BASE, geometry.CHIN, geometry.FOREHEAD,
    234, 454, 127, 356, 6, 168, 197, 4, 94, 19, 48, 278, 205, 425, 50, 280,
]  # fmt: skip
"""Points that hardly move with expression: corners, nose, cheeks, outline."""
LIVE_PARALLAX = 0.16
"""A run of frames must reach this …"""
RUN_PARALLAX = 0.12
"""… while each frame of it stays above this,"""
RUN_FRAMES, RUN_S = 5, 0.25
"""for so many frames and so long,"""
JUMP, JUMP_PER_S = 0.03, 0.9
"""without jumps: a bent print makes the mesh jump about,"""
RIGID_RESIDUAL, RIGID_GAIN = 0.035, 4.5
"""and the points must fit one rigid head (residual in eye distances) that much better than one plane."""
FLAT_SHRINK, FLAT_PARALLAX = 0.86, 0.075
"""A picture foreshortened so much across, for a run of frames, without parallax is a plane that turns."""


@dataclass(frozen=True, slots=True)
class View:
    """One frame against the frontal frame."""

    at_s: float
    parallax: float
    shrink: float
    rigid: float
    gain: float


def parallax(frontal: FloatArray, present: FloatArray) -> float:
    """Signed nose-tip error along the eye line in eye distances of the present frame."""
    matrix = geometry.affine(frontal[CORNERS, :2], present[CORNERS, :2])
    error = present[geometry.NOSE_TIP, :2] - geometry.apply(matrix, frontal[[geometry.NOSE_TIP], :2])[0]
    axis = present[geometry.LEFT_EYE_OUTER, :2] - present[geometry.RIGHT_EYE_OUTER, :2]
    return float(error @ axis / max(float(np.linalg.norm(axis)), 1e-6) / _eye_distance(present))


def _eye_distance(mesh: FloatArray) -> float:
    five = geometry.five_from_mesh(mesh)
    return max(float(np.linalg.norm(five[0] - five[1])), 1e-6)


def _fit(columns: FloatArray, target: FloatArray) -> float:
    solution = np.linalg.lstsq(columns, target, rcond=None)[0]
    return float(np.sqrt(((columns @ solution - target) ** 2).sum(axis=1).mean()))


def residuals(frontal: FloatArray, present: FloatArray) -> tuple[float, float]:
    """Residual (eye distances) of the present points under the best view of the frontal head, and of its flat picture."""
    source = frontal[STABLE] - frontal[STABLE].mean(axis=0)
    ones, target = np.ones((len(STABLE), 1)), present[STABLE, :2]
    scale = _eye_distance(present)
    solid = _fit(np.hstack([source, ones]), target) / scale
    return solid, _fit(np.hstack([source[:, :2], ones]), target) / scale


def _aspect(mesh: FloatArray) -> float:
    """Eye distance over the distance eyes–mouth: shrinks when the face is turned to a side."""
    five = geometry.five_from_mesh(mesh)
    return _eye_distance(mesh) / max(float(np.linalg.norm(five[:2].mean(axis=0) - five[3:].mean(axis=0))), 1e-6)


def _facing(mesh: FloatArray) -> float:
    """How far the nose tip lies from the middle of the face, 0 for a frontal view."""
    five = geometry.five_from_mesh(mesh)
    middle = five[[0, 1, 3, 4]].mean(axis=0)
    axis = (five[0] - five[1]) / _eye_distance(mesh)
    return abs(float((five[2] - middle) @ axis)) / _eye_distance(mesh)


@dataclass
class DepthFold:
    """Folds meshes over time. A better frontal frame replaces the one compared with; what a run has shown stays shown."""

    frontal: FloatArray | None = None
    run: list[View] = field(default_factory=list)
    flat_run: list[View] = field(default_factory=list)
    best: float = 0.0
    live: bool = False
    flat: bool = False

    def update(self, mesh: FloatArray, at_s: float) -> None:
        """Take the mesh of the next frame (``at_s``: its monotonic seconds)."""
        if self.frontal is None or _facing(mesh) < _facing(self.frontal) - 0.01:
            self.frontal = mesh.copy()
            self.run.clear()
            self.flat_run.clear()
            return
        solid, plane = residuals(self.frontal, mesh)
        shrink = _aspect(mesh) / _aspect(self.frontal)
        view = View(at_s, parallax(self.frontal, mesh), shrink, solid, plane / max(solid, 1e-6))
        self._turn(view)
        self._plane(view)

    def _turn(self, view: View) -> None:
        solid = view.rigid <= RIGID_RESIDUAL and view.gain >= RIGID_GAIN
        if abs(view.parallax) < RUN_PARALLAX or not solid:
            self.run.clear()
            return
        if self.run:
            last = self.run[-1]
            allowed = JUMP + JUMP_PER_S * min(max(view.at_s - last.at_s, 0.0), 0.25)
            if abs(view.parallax - last.parallax) > allowed:
                self.run.clear()
        self.run.append(view)
        top = sorted(abs(item.parallax) for item in self.run)[-min(3, len(self.run)) :][0]
        self.best = max(self.best, top if len(self.run) >= 3 else 0.0)
        long_enough = len(self.run) >= RUN_FRAMES and view.at_s - self.run[0].at_s >= RUN_S
        self.live = self.live or (long_enough and top >= LIVE_PARALLAX)

    def _plane(self, view: View) -> None:
        if view.shrink > FLAT_SHRINK or abs(view.parallax) > FLAT_PARALLAX:
            self.flat_run.clear()
            return
        self.flat_run.append(view)
        self.flat = self.flat or (len(self.flat_run) >= RUN_FRAMES and view.at_s - self.flat_run[0].at_s >= RUN_S)

    def cue(self) -> Cue:
        """Live once a head was seen to turn; an attack when a plane was seen to turn and never a head."""
        if self.live:
            verdict = CueVerdict.LIVE
        elif self.flat:
            verdict = CueVerdict.ATTACK
        else:
            verdict = CueVerdict.UNSURE
        return Cue(name="depth", value=self.best, verdict=verdict)
