"""Shipped and installed networks: what models.toml says about them, their verification, loading and running.

A network runs on OpenCV or onnxruntime, whichever was measured faster for it (``runtime`` in models.toml). One thread each.
"""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from app.errors import AppError
from app.face.arrays import FloatArray, Image

MANIFEST = "models.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """One network as models.toml describes it.

    Attributes:
        name, file, sha256, version: which file; ``version`` is recorded with every certification.
        kind: detector, mesh, embedder or liveness.
        runtime: opencv or onnxruntime.
        width, height: input size in pixels.
        order: RGB or BGR.
        mean, scale: input = (pixel − mean per channel in ``order``) × scale.
        outputs: names of the outputs that are used.
        options: further values of this kind of network (alignment template, crop scale, metric …).
        license, origin: for the papers.
    """

    name: str
    file: str
    sha256: str
    version: str
    kind: str
    runtime: str
    width: int
    height: int
    order: str
    mean: tuple[float, float, float]
    scale: float
    outputs: tuple[str, ...]
    license: str
    origin: str
    options: Mapping[str, Any] = field(default_factory=dict)


def _spec(name: str, table: Mapping[str, Any]) -> ModelSpec:
    size = table["input"]
    mean = tuple(float(value) for value in size.get("mean", (0.0, 0.0, 0.0)))
    if table.get("runtime", "opencv") not in ("opencv", "onnxruntime") or len(mean) != 3:
        raise ValueError(f"model {name}: runtime or mean is wrong")
    return ModelSpec(
        name=name,
        file=str(table["file"]),
        sha256=str(table["sha256"]).lower(),
        version=str(table["version"]),
        kind=str(table["kind"]),
        runtime=str(table.get("runtime", "opencv")),
        width=int(size["width"]),
        height=int(size["height"]),
        order=str(size.get("order", "BGR")),
        mean=(mean[0], mean[1], mean[2]),
        scale=float(size.get("scale", 1.0)),
        outputs=tuple(str(output) for output in table.get("outputs", ())),
        license=str(table.get("license", "")),
        origin=str(table.get("origin", "")),
        options=dict(table.get("options", {})),
    )


def read_manifest(folder: Path) -> dict[str, ModelSpec]:
    """Every network of ``folder``/models.toml by name. AppError('models.missing') or ('models.damaged')."""
    path = folder / MANIFEST
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _spec(name, table) for name, table in document["models"].items()}
    except FileNotFoundError as error:
        raise AppError("models.missing", file=MANIFEST) from error
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise AppError("models.damaged", file=MANIFEST) from error


class Network:
    """A loaded network. ``run`` takes aligned pictures of the right size; nothing else is done to them but ``spec`` says."""

    def __init__(self, spec: ModelSpec, data: bytes) -> None:
        self.spec = spec
        self._session: Any = None
        self._net: Any = None
        if spec.runtime == "onnxruntime":
            self._load_onnxruntime(data)
        else:
            cv2.setNumThreads(1)
            level = cv2.utils.logging.getLogLevel()
            cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # the importer's fallback is not news
            try:
                self._net = cv2.dnn.readNetFromONNX(np.frombuffer(data, dtype=np.uint8))
            finally:
                cv2.utils.logging.setLogLevel(level)

    def _load_onnxruntime(self, data: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._entry = self._session.get_inputs()[0].name

    def blob(self, image: Image) -> FloatArray:
        """1×3×H×W input of a BGR picture that has the input's size."""
        pixels = image.astype(np.float32)
        if self.spec.order == "RGB":
            pixels = pixels[:, :, ::-1]
        pixels = (pixels - np.array(self.spec.mean, dtype=np.float32)) * np.float32(self.spec.scale)
        return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])

    def run(self, image: Image) -> list[FloatArray]:
        """Outputs in the order of ``spec.outputs`` (every output of the network when that is empty)."""
        blob = self.blob(image)
        if self._session is not None:
            values = self._session.run(list(self.spec.outputs) or None, {self._entry: blob})
            return [np.asarray(value) for value in values]
        self._net.setInput(blob)
        names: Sequence[str] = self.spec.outputs or self._net.getUnconnectedOutLayersNames()
        return [np.array(value) for value in self._net.forward(list(names))]


def load(spec: ModelSpec, folder: Path) -> Network:
    """Verify and load one network. AppError('models.missing'), ('models.damaged')."""
    try:
        data = (folder / spec.file).read_bytes()
    except OSError as error:
        raise AppError("models.missing", file=spec.file) from error
    if hashlib.sha256(data).hexdigest() != spec.sha256:
        raise AppError("models.damaged", file=spec.file)
    try:
        return Network(spec, data)
    except Exception as error:
        raise AppError("models.damaged", file=spec.file) from error
