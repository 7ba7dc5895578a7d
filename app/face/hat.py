"""Does a hat hide forehead or hair? A linear measure on the embedding of a wide cut-out that shows the whole head.

The network is the shipped faceres; the weights (`resources/coaching/hat.npz`, made by ``python -m bench.hat``) were fitted on pictures
with and without hats. Only for coaching: it never counts in a comparison, and whoever keeps a hat on is not asked for ever.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.errors import AppError
from app.face import geometry
from app.face.arrays import FloatArray, Image
from app.face.embed import unit
from app.face.models import Network

FILE = Path("coaching") / "hat.npz"
EYES = np.array([[60.0, 66.0], [36.0, 66.0]]) / 96.0
"""Left and right eye in the cut-out, as shares of its side: nearly three eye distances above the eyes are seen."""
CROWN = (0.2, 0.1, 0.8, 0.6)
"""Left, top, right, bottom share of the cut-out that must lie inside the picture: nothing is said about a head that is cut off."""
LENGTH = 8.0
"""Embeddings are scaled to this length before the weights."""


@dataclass(frozen=True, slots=True)
class HatFinder:
    """``weights`` one per value of the embedding, then the bias."""

    network: Network
    weights: FloatArray

    def measure(self, frame: Image, mesh: FloatArray) -> float:
        """Probability that a hat is worn, 0..1; 0 where the head is not wholly in the picture."""
        embedded = embed(self.network, frame, mesh)
        if embedded is None:
            return 0.0
        score = float(embedded @ self.weights[:-1] + self.weights[-1])
        return float(1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0))))


def embed(network: Network, frame: Image, mesh: FloatArray) -> FloatArray | None:
    """The wide cut-out's embedding; None where the crown of the head is not in the picture."""
    side = network.spec.width
    matrix = geometry.similarity(geometry.five_from_mesh(mesh)[:2], EYES * side)
    back = np.linalg.inv(matrix[:, :2])
    left, top, right, bottom = (share * side for share in CROWN)
    corners = (np.array([[left, top], [right, top], [left, bottom], [right, bottom]]) - matrix[:, 2]) @ back.T
    inside = (corners >= 0).all() and (corners <= (frame.shape[1], frame.shape[0])).all()
    if not inside:
        return None
    return unit(network.run(geometry.warp(frame, matrix, side, side))[0].ravel()) * LENGTH


def load(resources: Path, network: Network | None) -> HatFinder | None:
    """None without the network that the weights were fitted for. AppError('models.missing') or ('models.damaged')."""
    try:
        with np.load(resources / FILE, allow_pickle=False) as stored:
            weights, version = np.asarray(stored["weights"], dtype=np.float64), str(stored["network"])
    except FileNotFoundError as error:
        raise AppError("models.missing", file=FILE.name) from error
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise AppError("models.damaged", file=FILE.name) from error
    return HatFinder(network, weights) if network is not None and network.spec.version == version else None
