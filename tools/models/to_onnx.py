"""Emits an ONNX model (NCHW) from a parsed TensorFlow.js graph, keeping only the outputs asked for.

Constants that follow a convolution (batch norm folded to multiply and add) are folded into its weights, ReLU6 becomes Clip; weights are
stored as float16 with a Cast where the source stored float16, so that the file is no larger than the original and loses nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tools.models.tfjs_graph import Array, Graph, Node

OPSET = 13


@dataclass
class _Conv:
    """A convolution that is not written yet, so that following constants can be folded into it."""

    source: str
    weights: Array  # OIHW
    bias: Array
    attributes: dict[str, Any]
    out: str


@dataclass
class Emitter:
    """Collects ONNX nodes. ``values`` maps a TensorFlow node name to its ONNX value name; ``shapes`` to its NHWC shape."""

    graph: Graph
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    pending: dict[str, _Conv] = field(default_factory=dict)
    counter: int = 0

    def name(self) -> str:
        self.counter += 1
        return f"v{self.counter}"

    def constant(self, array: Array) -> str:
        """A constant; float32 that survives the way through float16 is stored as float16 and cast when loaded."""
        name = self.name()
        if array.dtype == np.float32 and array.size > 1 and np.array_equal(array.astype(np.float16), array):
            half = self.name()
            self.weights.append(numpy_helper.from_array(array.astype(np.float16), half))
            self.nodes.append(helper.make_node("Cast", [half], [name], to=TensorProto.FLOAT))
        else:
            self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def value(self, tf_name: str) -> str:
        """The ONNX value of a TensorFlow node; writes a waiting convolution first."""
        conv = self.pending.pop(tf_name, None)
        if conv is not None:
            inputs = [self.value(conv.source), self.constant(conv.weights), self.constant(conv.bias)]
            self.nodes.append(helper.make_node("Conv", inputs, [conv.out], **conv.attributes))
            self.values[tf_name] = conv.out
        return self.values[tf_name]

    def emit(self, op: str, inputs: list[str], tf_name: str, shape: tuple[int, ...], **attributes: Any) -> None:
        out = self.name()
        self.nodes.append(helper.make_node(op, inputs, [out], **attributes))
        self.values[tf_name], self.shapes[tf_name] = out, shape

    def alias(self, tf_name: str, other: str) -> None:
        if other in self.pending:
            self.pending[tf_name] = self.pending.pop(other)
        else:
            self.values[tf_name] = self.values[other]
        self.shapes[tf_name] = self.shapes[other]


def _same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _window(node: Node, shape: tuple[int, ...], kernel: tuple[int, int]) -> tuple[dict[str, Any], int, int]:
    """ONNX attributes of a sliding window and the output height and width."""
    strides = node.ints("strides")[1:3]
    if node.text("padding") == "SAME":
        (top, bottom), (left, right) = (_same_padding(shape[axis + 1], kernel[axis], strides[axis]) for axis in (0, 1))
    else:
        top = bottom = left = right = 0
    height = (shape[1] + top + bottom - kernel[0]) // strides[0] + 1
    width = (shape[2] + left + right - kernel[1]) // strides[1] + 1
    return {"kernel_shape": list(kernel), "strides": strides, "pads": [top, left, bottom, right]}, height, width


def _conv(out: Emitter, node: Node) -> None:
    kernel = out.graph.constants[node.inputs[1]]
    source = out.shapes[node.inputs[0]]
    size = (int(kernel.shape[0]), int(kernel.shape[1]))
    attributes, height, width = _window(node, source, size)
    if node.op == "DepthwiseConv2dNative":
        attributes["group"] = int(kernel.shape[2])
        weights = kernel.transpose(2, 3, 0, 1).reshape(-1, 1, *size)
    else:
        weights = kernel.transpose(3, 2, 0, 1)
    fused = node.texts("fused_ops") if node.op == "_FusedConv2D" else []
    has_bias = fused[:1] == ["BiasAdd"]
    bias = out.graph.constants[node.inputs[2]].reshape(-1) if has_bias else np.zeros(weights.shape[0], np.float32)
    inner = node.name if len(fused) < 2 else node.name + "/linear"
    out.pending[inner] = _Conv(node.inputs[0], weights, bias, attributes, out.name())
    out.shapes[inner] = (1, height, width, int(weights.shape[0]))
    for activation in fused[1:]:
        rest = (inner, *node.inputs[3:]) if activation == "Prelu" else (inner,)
        _OPERATIONS[activation](out, Node(node.name, activation, rest))


def _binary(out: Emitter, node: Node) -> None:
    """Add and Mul: fold a constant into the convolution before it, otherwise emit."""
    left, right = node.inputs
    if left in out.graph.constants:
        left, right = right, left
    constant = out.graph.constants.get(right)
    conv = out.pending.get(left)
    if constant is not None and conv is not None:
        del out.pending[left]
        scale = constant.reshape(-1)
        if node.op == "Mul":
            conv.weights = conv.weights * scale[:, None, None, None]
            conv.bias = conv.bias * scale
        else:
            conv.bias = conv.bias + scale
        out.pending[node.name], out.shapes[node.name] = conv, out.shapes[left]
        return
    if constant is not None:
        raise ValueError(f"{node.name}: a constant that follows no convolution")
    out.emit("Mul" if node.op == "Mul" else "Add", [out.value(left), out.value(right)], node.name, out.shapes[left])


def _relu(out: Emitter, node: Node) -> None:
    out.emit("Relu", [out.value(node.inputs[0])], node.name, out.shapes[node.inputs[0]])


def _prelu(out: Emitter, node: Node) -> None:
    slope = out.graph.constants[node.inputs[1]].reshape(-1, 1, 1)
    inputs = [out.value(node.inputs[0]), out.constant(slope)]
    out.emit("PRelu", inputs, node.name, out.shapes[node.inputs[0]])


def _limit(out: Emitter, node: Node) -> None:
    """Minimum/Maximum with a scalar; after a ReLU the Maximum with 0 changes nothing and is dropped."""
    limit = float(out.graph.constants[node.inputs[1]].reshape(-1)[0])
    if node.op == "Maximum" and limit == 0.0:
        out.alias(node.name, node.inputs[0])
        return
    op = "Min" if node.op == "Minimum" else "Max"
    source = out.value(node.inputs[0])
    last = out.nodes[-1]
    if op == "Min" and last.op_type == "Relu" and last.output[0] == source:
        out.nodes.pop()
        ends = [out.constant(np.float32(0.0).reshape(())), out.constant(np.float32(limit).reshape(()))]
        out.emit("Clip", [last.input[0], *ends], node.name, out.shapes[node.inputs[0]])
        return
    raise ValueError(f"{node.name}: {node.op} is only known after a ReLU")


def _max_pool(out: Emitter, node: Node) -> None:
    kernel = node.ints("ksize")
    source = out.shapes[node.inputs[0]]
    attributes, height, width = _window(node, source, (kernel[1], kernel[2]))
    out.emit("MaxPool", [out.value(node.inputs[0])], node.name, (1, height, width, source[3]), **attributes)


def _pad(out: Emitter, node: Node) -> None:
    pads = out.graph.constants[node.inputs[1]].reshape(-1, 2)
    nchw = pads[[0, 3, 1, 2]]
    ends = out.constant(np.concatenate([nchw[:, 0], nchw[:, 1]]).astype(np.int64))
    source = out.shapes[node.inputs[0]]
    shape = tuple(int(size + before + after) for size, (before, after) in zip(source, pads, strict=True))
    out.emit("Pad", [out.value(node.inputs[0]), ends], node.name, shape)


def _reshape(out: Emitter, node: Node) -> None:
    source = out.value(node.inputs[0])
    shape = out.shapes[node.inputs[0]]
    if len(shape) == 4 and shape[1] * shape[2] > 1:
        moved = out.name()
        out.nodes.append(helper.make_node("Transpose", [source], [moved], perm=[0, 2, 3, 1]))
        source = moved
    target = [int(size) for size in out.graph.constants[node.inputs[1]].reshape(-1)]
    target[0] = 1
    known = int(np.prod([size for size in target if size > 0]))
    full = tuple(size if size > 0 else int(np.prod(shape)) // known for size in target)
    out.emit("Reshape", [source, out.constant(np.array(full, np.int64))], node.name, full)


def _mean(out: Emitter, node: Node) -> None:
    axes = sorted(int(axis) for axis in out.graph.constants[node.inputs[1]].reshape(-1))
    if axes != [1, 2]:
        raise ValueError(f"{node.name}: mean over {axes}")
    shape = out.shapes[node.inputs[0]]
    pooled = out.name()
    out.nodes.append(helper.make_node("GlobalAveragePool", [out.value(node.inputs[0])], [pooled]))
    out.emit("Flatten", [pooled], node.name, (1, shape[3]), axis=1)


def _mat_mul(out: Emitter, node: Node) -> None:
    weights, bias = (out.graph.constants[name] for name in node.inputs[1:3])
    inputs = [out.value(node.inputs[0]), out.constant(weights), out.constant(bias)]
    fused = node.texts("fused_ops")
    inner = node.name if len(fused) < 2 else node.name + "/linear"
    out.emit("Gemm", inputs, inner, (1, int(weights.shape[1])))
    for activation in fused[1:]:
        _OPERATIONS[activation](out, Node(node.name, activation, (inner,)))


def _plain(op: str) -> Callable[[Emitter, Node], None]:
    def emit(out: Emitter, node: Node) -> None:
        out.emit(op, [out.value(node.inputs[0])], node.name, out.shapes[node.inputs[0]])

    return emit


_OPERATIONS: dict[str, Callable[[Emitter, Node], None]] = {
    "_FusedConv2D": _conv,
    "Conv2D": _conv,
    "DepthwiseConv2dNative": _conv,
    "Add": _binary,
    "AddV2": _binary,
    "Mul": _binary,
    "Relu": _relu,
    "Prelu": _prelu,
    "Minimum": _limit,
    "Maximum": _limit,
    "MaxPool": _max_pool,
    "Pad": _pad,
    "Reshape": _reshape,
    "Mean": _mean,
    "_FusedMatMul": _mat_mul,
    "Sigmoid": _plain("Sigmoid"),
    "Softmax": _plain("Softmax"),
    "Identity": lambda out, node: out.alias(node.name, node.inputs[0]),
}


def _needed(graph: Graph, outputs: list[str]) -> set[str]:
    by_name = {node.name: node for node in graph.nodes}
    found: set[str] = set()
    stack = list(outputs)
    while stack:
        name = stack.pop()
        if name not in found and name in by_name:
            found.add(name)
            stack.extend(by_name[name].inputs)
    return found


def convert(graph: Graph, outputs: dict[str, str], *, model_name: str) -> onnx.ModelProto:
    """ONNX model with input ``image`` (1×3×H×W float32) and one output per entry of ``outputs`` (ONNX name → TensorFlow node)."""
    out = Emitter(graph)
    _, height, width, channels = graph.input_shape
    out.values[graph.input_name], out.shapes[graph.input_name] = "image", graph.input_shape
    needed = _needed(graph, list(outputs.values()))
    for node in graph.nodes:
        if node.name in needed:
            if node.op not in _OPERATIONS:
                raise ValueError(f"{node.name}: operation {node.op} is not supported")
            _OPERATIONS[node.op](out, node)
    for name, tf_name in outputs.items():
        out.nodes.append(helper.make_node("Identity", [out.value(tf_name)], [name]))
    body = helper.make_graph(
        out.nodes,
        model_name,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, channels, height, width])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(out.shapes[tf])) for name, tf in outputs.items()],
        out.weights,
    )
    model = helper.make_model(
        body, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="certdesk tools.models"
    )
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    return model
