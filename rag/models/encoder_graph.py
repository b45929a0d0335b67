"""The bundled encoder as a graph for onnxruntime, written from its weights: BERT in 8-bit numbers.

    words (1, tokens, width): the tokens' input vectors → states (1, tokens, width): those of the last layer

What enters a multiplication is rounded to eight bits, each token by its own largest number, and then all by what these
leave: with one scale for all tokens (as onnxruntime's own quantisation has it) a token with a large number costs all
others their small ones. So one text at a time: its vector must not depend on what is embedded with it. There is no
padding, then, and no mask. What it costs against 32 bits: docs/measurements.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from rag.models.packed_weights import Floats, Sizes

INPUT, OUTPUT = "words", "states"
# Processors without VNNI add two neighbouring products in 16 bits: 255 · (127 + 1) fits, more would be cut off. Two
# neighbours of one sign may therefore stand for 128 together, where the usual remedy allows each but 64.
_MOST, _MOST_OF_TWO = 127, 128
_LEAST = 1e-12
_OPSET = 20
_CONTRIBUTED = "com.microsoft"  # operators that onnxruntime has besides


@dataclass(frozen=True, slots=True)
class _Rounded:
    """The names of a value in eight bits, of what one of them is worth and which stands for zero, and of what each
    token's numbers were divided by."""

    whole: str
    scale: str
    zero: str
    unit: str


class _Writer:
    """Nodes in the order in which they are computed; a value is known by its name."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def node(self, operator: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def constant(self, name: str, values: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def rounded(self, value: str) -> _Rounded:
        self.node("Abs", [value], f"{value}/sizes")
        self.node("ReduceMax", [f"{value}/sizes", "last"], f"{value}/largest", keepdims=1)
        largest = self.node("Max", [f"{value}/largest", "least"], f"{value}/unit")
        even = self.node("Div", [value, largest], f"{value}/even")
        names = f"{value}/8", f"{value}/scale", f"{value}/zero"
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [even], names, name=f"{value}/rounded"))
        return _Rounded(*names, largest)

    def linear(self, value: _Rounded, part: str) -> str:
        whole, scale = in_whole_numbers(self._weights[f"{part}.weight"].T)
        given = [
            value.whole,
            self.constant(f"{part}.weight", whole),
            value.scale,
            self.constant(f"{part}.scale", scale),
            value.zero,
            self.constant(f"{part}.zero", np.zeros(len(scale), np.int8)),
        ]
        product = self.node("MatMulIntegerToFloat", given, f"{part}/product", _CONTRIBUTED)
        sized = self.node("Mul", [product, value.unit], f"{part}/sized")
        return self.node("Add", [sized, self.constant(f"{part}.bias", self._weights[f"{part}.bias"])], part)

    def norm(self, value: str, part: str, epsilon: float, name: str | None = None) -> str:
        given = [self.constant(f"{part}.{each}", self._weights[f"{part}.{each}"]) for each in ("weight", "bias")]
        return self.node("LayerNormalization", [value, *given], name or part, axis=-1, epsilon=epsilon)


def encoder_graph(weights: Mapping[str, Floats], sizes: Sizes, epsilon: float) -> bytes:
    """The graph as onnxruntime reads it. weights: by the names that transformers has for them."""
    writer = _Writer(weights)
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    writer.constant("positions", positions)
    writer.constant("first", np.zeros(1, np.int64))
    writer.constant("last", np.array([-1], np.int64))
    writer.constant("least", np.array(_LEAST, np.float32))
    writer.node("Shape", [INPUT], "length", start=1, end=2)
    writer.node("Slice", ["positions", "first", "length"], "placed")
    writer.node("Add", [INPUT, "placed"], "embedded")
    states = writer.norm("embedded", "embeddings.LayerNorm", epsilon)
    for number in range(sizes.layers):
        states = _layer(writer, states, f"encoder.layer.{number}", sizes, epsilon, last=number == sizes.layers - 1)
    shape: list[str | int | None] = [1, "tokens", sizes.hidden]
    given, told = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in (INPUT, OUTPUT))
    graph = helper.make_graph(writer.nodes, "encoder", [given], [told], writer.constants)
    known = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIBUTED, 1)]
    # The oldest format that knows these operators, so that it does not matter which onnx wrote it.
    return bytes(helper.make_model(graph, opset_imports=known, ir_version=9).SerializeToString())


def in_whole_numbers(weight: Floats) -> tuple[np.ndarray, Floats]:
    """Weights (inputs, outputs) as eight-bit numbers, and what one of them is worth in each column."""
    pairs = (np.maximum(sign * weight, 0).reshape(-1, 2, weight.shape[1]).sum(axis=1).max(axis=0) for sign in (1, -1))
    # One less, for rounding both up adds as much.
    scale = np.maximum(np.abs(weight).max(axis=0) / _MOST, np.maximum(*pairs) / (_MOST_OF_TWO - 1))
    scale = scale.clip(_LEAST).astype(np.float32)
    return np.rint(weight / scale).astype(np.int8), scale


def _layer(writer: _Writer, states: str, part: str, sizes: Sizes, epsilon: float, last: bool) -> str:
    rounded = writer.rounded(states)
    asked = [writer.linear(rounded, f"{part}.attention.self.{each}") for each in ("query", "key", "value")]
    attended = writer.node("MultiHeadAttention", asked, f"{part}.attention", _CONTRIBUTED, num_heads=sizes.heads)
    told = writer.linear(writer.rounded(attended), f"{part}.attention.output.dense")
    added = writer.node("Add", [states, told], f"{part}.attention.added")
    states = writer.norm(added, f"{part}.attention.output.LayerNorm", epsilon)
    widened = writer.node("Gelu", [writer.linear(writer.rounded(states), f"{part}.intermediate.dense")], f"{part}.gelu")
    told = writer.linear(writer.rounded(widened), f"{part}.output.dense")
    added = writer.node("Add", [states, told], f"{part}.added")
    return writer.norm(added, f"{part}.output.LayerNorm", epsilon, OUTPUT if last else None)
