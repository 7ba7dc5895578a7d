"""Reads a TensorFlow.js graph model (model.json and its weight file) into plain nodes and arrays.

Format: https://github.com/tensorflow/tfjs/blob/master/tfjs-converter/README.md (GraphDef as JSON; weights concatenated in manifest order;
``quantization`` float16 is a plain cast).
"""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: TensorFlow op name, input node names (without output numbers), raw attributes."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: dict[str, Any] = field(default_factory=dict)

    def ints(self, key: str) -> list[int]:
        """A list attribute such as strides."""
        return [int(value) for value in self.attributes[key]["list"]["i"]]

    def text(self, key: str) -> str:
        """A byte-string attribute such as padding."""
        return base64.b64decode(self.attributes[key]["s"]).decode("ascii")

    def texts(self, key: str) -> list[str]:
        """A list of byte strings such as fused_ops."""
        return [base64.b64decode(value).decode("ascii") for value in self.attributes[key]["list"].get("s", [])]


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in topological order, constants by name, the placeholder's NHWC shape."""

    nodes: tuple[Node, ...]
    constants: dict[str, Array]
    input_name: str
    input_shape: tuple[int, int, int, int]


def _weights(manifest: list[dict[str, Any]], folder: Path) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        offset = 0
        for weight in group["weights"]:
            stored = weight.get("quantization", {}).get("dtype", weight["dtype"])
            if stored not in ("float16", "float32", "int32"):
                raise ValueError(f"weight type {stored} is not supported")
            kind = np.dtype(stored)
            count = int(np.prod(weight["shape"], dtype=np.int64))
            array = np.frombuffer(data, dtype=kind, count=count, offset=offset).reshape(weight["shape"])
            arrays[weight["name"]] = array.astype(weight["dtype"])
            offset += count * kind.itemsize
        if offset != len(data):
            raise ValueError(f"{len(data) - offset} bytes of weights left over")
    return arrays


def read(model_json: Path) -> Graph:
    """Parse ``model_json`` and the weight files beside it. ValueError when the format is not the expected one."""
    document = json.loads(model_json.read_text(encoding="utf-8"))
    raw = document["modelTopology"]["node"]
    constants = _weights(document["weightsManifest"], model_json.parent)
    nodes: dict[str, Node] = {}
    input_name, shape = "", (0, 0, 0, 0)
    for item in raw:
        if item["op"] == "Const":
            continue
        if item["op"] == "Placeholder":
            dims = [int(dim["size"]) for dim in item["attr"]["shape"]["shape"]["dim"]]
            input_name, shape = item["name"], (1, dims[1], dims[2], dims[3])
            continue
        inputs = tuple(name.removeprefix("^").split(":")[0] for name in item.get("input", []))
        nodes[item["name"]] = Node(item["name"], item["op"], inputs, item.get("attr", {}))
    return Graph(tuple(_sorted(nodes)), constants, input_name, shape)


def _sorted(nodes: dict[str, Node]) -> list[Node]:
    """Topological order by an explicit stack (graphs are deep)."""
    order: list[Node] = []
    done: set[str] = set()
    for start in nodes:
        stack = [start]
        while stack:
            name = stack[-1]
            waiting = [item for item in nodes[name].inputs if item in nodes and item not in done]
            if name in done or not waiting:
                stack.pop()
                if name not in done:
                    done.add(name)
                    order.append(nodes[name])
            else:
                stack.extend(waiting)
    return order
