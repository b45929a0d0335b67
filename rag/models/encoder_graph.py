"""The bundled encoder as a graph for onnxruntime, written from its weights: BERT with its weights in 8-bit numbers.

    words (1, tokens, width): the tokens' input vectors → states (1, tokens, width): those of the last layer

BLOCK weights of a row have one scale. What enters a multiplication is rounded by onnxruntime in like blocks of each
token by itself, so that a text's vector does not depend on what is embedded with it, and a token with a large number
does not cost the others their small ones. What it costs against 32 bits: docs/measurements.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from rag.models.packed_weights import Floats, Sizes

INPUT, OUTPUT = "words", "states"
BLOCK = 32  # what onnxruntime's kernels know: 16, 32, 64, 128
_BITS, _MOST = 8, 127  # of a weight; what other precisions cost: docs/measurements.md
_LEAST = 1e-12  # what a weight of a block of zeros is worth: anything that can be divided by
_WHOLE_NUMBERS = 4  # onnxruntime's name for: what enters is rounded to 8 bits, too
_OPSET = 20  # the first with Gelu
_CONTRIBUTED = "com.microsoft"  # operators that onnxruntime has besides


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

    def linear(self, value: str, part: str) -> str:
        weight = self._weights[f"{part}.weight"]
        whole, scales = in_whole_numbers(weight)
        given = [value, self.constant(f"{part}.weight", whole), self.constant(f"{part}.scales", scales)]
        sizes = {"N": weight.shape[0], "K": weight.shape[1], "bits": _BITS, "block_size": BLOCK}
        product = self.node(
            "MatMulNBits", given, f"{part}/product", _CONTRIBUTED, accuracy_level=_WHOLE_NUMBERS, **sizes
        )
        return self.node("Add", [product, self.constant(f"{part}.bias", self._weights[f"{part}.bias"])], part)

    def norm(self, value: str, part: str, epsilon: float, name: str | None = None) -> str:
        given = [self.constant(f"{part}.{each}", self._weights[f"{part}.{each}"]) for each in ("weight", "bias")]
        return self.node("LayerNormalization", [value, *given], name or part, axis=-1, epsilon=epsilon)


def encoder_graph(weights: Mapping[str, Floats], sizes: Sizes, epsilon: float) -> bytes:
    """The graph as onnxruntime reads it. weights: by the names that transformers has for them."""
    writer = _Writer(weights)
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    writer.constant("positions", positions)
    writer.constant("first", np.zeros(1, np.int64))
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
    """Weights (outputs, inputs) as bytes (outputs, blocks, BLOCK), in which 128 stands for nothing, and what one of
    them is worth in each block (outputs, blocks)."""
    blocks = weight.reshape(len(weight), -1, BLOCK)
    scales = np.maximum(np.abs(blocks).max(axis=2) / _MOST, _LEAST).astype(np.float32)
    return (np.rint(blocks / scales[..., None]) + _MOST + 1).astype(np.uint8), scales


def _layer(writer: _Writer, states: str, part: str, sizes: Sizes, epsilon: float, last: bool) -> str:
    asked = [writer.linear(states, f"{part}.attention.self.{each}") for each in ("query", "key", "value")]
    attended = writer.node("MultiHeadAttention", asked, f"{part}.attention", _CONTRIBUTED, num_heads=sizes.heads)
    told = writer.linear(attended, f"{part}.attention.output.dense")
    added = writer.node("Add", [states, told], f"{part}.attention.added")
    states = writer.norm(added, f"{part}.attention.output.LayerNorm", epsilon)
    widened = writer.node("Gelu", [writer.linear(states, f"{part}.intermediate.dense")], f"{part}.gelu")
    told = writer.linear(widened, f"{part}.output.dense")
    added = writer.node("Add", [states, told], f"{part}.added")
    return writer.norm(added, f"{part}.output.LayerNorm", epsilon, OUTPUT if last else None)
