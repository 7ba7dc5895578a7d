"""Embedders: aligned chip in, unit vector out. dlib's ResNet, or any network that models.toml describes."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np

from app.face import geometry, library
from app.face.arrays import FloatArray, Image
from app.face.models import Network


@dataclass(frozen=True, slots=True)
class Traits:
    """What faceres thinks besides: probability of a man, age in years. Used only to choose the cohort, never shown."""

    male: float
    age: float


class View(Enum):
    """Which picture is embedded: as it is, its mirror image, or the mean of both (better, twice the time)."""

    PLAIN = "plain"
    MIRRORED = "mirrored"
    BOTH = "both"


def _views(chip: Image, view: View) -> list[Image]:
    mirrored = np.ascontiguousarray(chip[:, ::-1])
    return {View.PLAIN: [chip], View.MIRRORED: [mirrored], View.BOTH: [chip, mirrored]}[view]


class Embedder(Protocol):
    """Turns aligned faces into vectors."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    def embed(self, frame: Image, mesh: FloatArray, *, view: View = View.BOTH) -> FloatArray:
        """Unit vector of the face whose 468×3 mesh lies in ``frame`` (BGR)."""
        ...

    def embed_with_traits(self, frame: Image, mesh: FloatArray) -> tuple[FloatArray, Traits | None]:
        """As ``embed`` of both views; sex and age too where the network tells them."""
        ...


def unit(vector: FloatArray) -> FloatArray:
    """Scaled to length 1."""
    return np.asarray(vector, dtype=np.float64) / max(float(np.linalg.norm(vector)), 1e-12)


class DlibEmbedder:
    """dlib's ResNet through ``face_recognition``, aligned on the mesh."""

    name = "dlib"
    version = "dlib_face_recognition_resnet_model_v1 (face-recognition-models 0.1.0)"

    def embed(self, frame: Image, mesh: FloatArray, *, view: View = View.BOTH) -> FloatArray:
        size = library.CHIP_SIZE
        chip = geometry.warp(frame, geometry.dlib_matrix(geometry.dlib_points_from_mesh(mesh), size, 0.25), size, size)
        rgb = np.ascontiguousarray(chip[:, :, ::-1])
        return unit(library.encode(_views(rgb, view)).mean(axis=0))

    def embed_with_traits(self, frame: Image, mesh: FloatArray) -> tuple[FloatArray, Traits | None]:
        """As ``embed``: this network tells no traits."""
        return self.embed(frame, mesh), None


class OnnxEmbedder:
    """A network of models.toml; ``options.alignment`` is "eyes" (with ``padding``) or "arcface"."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.name = network.spec.name
        self.version = network.spec.version

    def chip(self, frame: Image, mesh: FloatArray) -> Image:
        """The aligned picture that the network sees."""
        five, size = geometry.five_from_mesh(mesh), self._network.spec.width
        options = self._network.spec.options
        if options.get("alignment", "arcface") == "eyes":
            return geometry.eyes_chip(frame, five, size, float(options.get("padding", 0.25)))
        return geometry.arcface_chip(frame, five, size)

    def embed(self, frame: Image, mesh: FloatArray, *, view: View = View.BOTH) -> FloatArray:
        chips = _views(self.chip(frame, mesh), view)
        return unit(np.sum([unit(self._network.run(chip)[0].ravel()) for chip in chips], axis=0))

    def embed_with_traits(self, frame: Image, mesh: FloatArray) -> tuple[FloatArray, Traits | None]:
        """As ``embed`` of both views; sex and age too where the network has these outputs."""
        chip = self.chip(frame, mesh)
        outputs = self._network.run(chip)
        mirrored = self._network.run(np.ascontiguousarray(chip[:, ::-1]))
        vector = unit(unit(outputs[0].ravel()) + unit(mirrored[0].ravel()))
        if len(outputs) < 3:
            return vector, None
        ages = (outputs[2].ravel() + mirrored[2].ravel()) / 2
        age = float((ages * np.arange(len(ages))).sum() / max(float(ages.sum()), 1e-9))
        return vector, Traits(float((outputs[1].ravel()[0] + mirrored[1].ravel()[0]) / 2), age)
