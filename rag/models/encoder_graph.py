"""The bundled encoder and the cross-reader as graphs for onnxruntime, written from their weights: BERT with its weights
in 8-bit numbers.

    words (1, tokens, width): the tokens' input vectors → states (1, tokens, width): those of the last layer; middle:
    those that enter layer MIDDLE

    pairs (N, tokens, width): the middle states of a question and of what is read with it, one after the other; sides
    (N, tokens, 2): 1 for a token of the question, of the other; near (N, 1): the cosine of the two → answers (N,): log
    odds; verdicts (N, 4): probabilities

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

from rag.models.bundled_model import ANSWERS, MIDDLE_STATES, NEAR, PAIRS, SIDES, STATES, VERDICTS, WORDS
from rag.models.encoder import MIDDLE
from rag.models.packed_weights import Floats, Sizes

BLOCK = 32  # what onnxruntime's kernels know: 16, 32, 64, 128
_BITS, _MOST = 8, 127  # of a weight; what other precisions cost: docs/measurements.md
_LEAST = 1e-12  # what a weight of a block of zeros is worth: anything that can be divided by
_WHOLE_NUMBERS = 4  # onnxruntime's name for: what enters is rounded to 8 bits, too
_OPSET = 20  # the first with Gelu
_CONTRIBUTED = "com.microsoft"  # operators that onnxruntime has besides

_Shapes = Mapping[str, tuple[str | int, ...]]


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

    def graph(self, name: str, given: _Shapes, told: _Shapes) -> bytes:
        """All that was written. given, told: its inputs and outputs."""
        inputs, outputs = (
            [helper.make_tensor_value_info(each, TensorProto.FLOAT, list(shape)) for each, shape in shapes.items()]
            for shapes in (given, told)
        )
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.constants)
        known = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIBUTED, 1)]
        # The oldest format that knows these operators, so that it does not matter which onnx wrote it.
        return bytes(helper.make_model(graph, opset_imports=known, ir_version=9).SerializeToString())


def encoder_graph(weights: Mapping[str, Floats], sizes: Sizes, epsilon: float) -> bytes:
    """The graph as onnxruntime reads it. weights: by the names that transformers has for them."""
    writer = _Writer(weights)
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    writer.constant("positions", positions)
    writer.constant("first", np.zeros(1, np.int64))
    writer.node("Shape", [WORDS], "length", start=1, end=2)
    writer.node("Slice", ["positions", "first", "length"], "placed")
    writer.node("Add", [WORDS, "placed"], "embedded")
    states = writer.norm("embedded", "embeddings.LayerNorm", epsilon)
    told = {sizes.layers - 1: STATES, MIDDLE - 1: MIDDLE_STATES}
    for number in range(sizes.layers):
        states = _layer(writer, states, f"encoder.layer.{number}", sizes, epsilon, told=told.get(number))
    shape = (1, "tokens", sizes.hidden)
    return writer.graph("encoder", {WORDS: shape}, dict.fromkeys(told.values(), shape))


def cross_reader_graph(weights: Mapping[str, Floats], sizes: Sizes, epsilon: float) -> bytes:
    """The graph as onnxruntime reads it. weights: of the layers above MIDDLE by transformers' names, of the rest by
    eval.training.cross's."""
    writer = _Writer(weights)
    for name, values in (("zero", [0]), ("one", [1]), ("last", [-1]), ("means", [0, 1, 2 * sizes.hidden])):
        writer.constant(name, np.array(values, np.int64))
    of_sides = writer.node("MatMul", [SIDES, writer.constant("side", weights["side"])], "sides/states")
    states = writer.node("Add", [PAIRS, of_sides], "begun")
    any_side = writer.node("ReduceSum", [SIDES, "last"], "sides/any", keepdims=0)
    seen = writer.node("Cast", [any_side], "seen", to=TensorProto.INT32)
    for number in range(MIDDLE, sizes.layers):
        states = _layer(writer, states, f"encoder.layer.{number}", sizes, epsilon, seen=seen)
    shares = writer.node("Transpose", [SIDES], "shares", perm=[0, 2, 1])
    sums = writer.node("MatMul", [shares, states], "sums")
    counts = writer.node("ReduceSum", [shares, "last"], "counts", keepdims=1)
    means = writer.node("Reshape", [writer.node("Div", [sums, counts], "each"), "means"], "both")
    first = writer.node("Slice", [states, "zero", "one", "one"], "first")
    known = writer.node("Concat", [first, means], "known", axis=-1)
    for head in ("answer", "verdict"):
        inner = writer.node("Gelu", [writer.linear(known, f"{head}.inner")], f"{head}.gelu")
        weight, bias = (weights[f"{head}.outer.{each}"] for each in ("weight", "bias"))
        product = writer.node("MatMul", [inner, writer.constant(f"{head}.outer.weight", weight.T)], f"{head}.product")
        added = writer.node("Add", [product, writer.constant(f"{head}.outer.bias", bias)], f"{head}.added")
        writer.node("Squeeze", [added, "one"], f"{head}.odds")
    of_nearness = writer.node("Mul", [NEAR, writer.constant("nearness", weights["nearness"])], "near/odds")
    writer.node("Squeeze", [writer.node("Add", ["answer.odds", of_nearness], "together"), "one"], ANSWERS)
    writer.node("Softmax", ["verdict.odds"], VERDICTS, axis=-1)
    given = {PAIRS: ("pairs", "tokens", sizes.hidden), SIDES: ("pairs", "tokens", 2), NEAR: ("pairs", 1)}
    told = {ANSWERS: ("pairs",), VERDICTS: ("pairs", len(weights["verdict.outer.bias"]))}
    return writer.graph("cross_reader", given, told)


def in_whole_numbers(weight: Floats) -> tuple[np.ndarray, Floats]:
    """Weights (outputs, inputs) as bytes (outputs, blocks, BLOCK), in which 128 stands for nothing, and what one of
    them is worth in each block (outputs, blocks)."""
    blocks = weight.reshape(len(weight), -1, BLOCK)
    scales = np.maximum(np.abs(blocks).max(axis=2) / _MOST, _LEAST).astype(np.float32)
    return (np.rint(blocks / scales[..., None]) + _MOST + 1).astype(np.uint8), scales


def _layer(
    writer: _Writer, states: str, part: str, sizes: Sizes, epsilon: float, told: str | None = None, seen: str = ""
) -> str:
    """told: what its states are called, if they are an output; seen: which tokens may be looked at, all if empty."""
    asked = [writer.linear(states, f"{part}.attention.self.{each}") for each in ("query", "key", "value")]
    asked += ["", seen] if seen else []
    attended = writer.node("MultiHeadAttention", asked, f"{part}.attention", _CONTRIBUTED, num_heads=sizes.heads)
    found = writer.linear(attended, f"{part}.attention.output.dense")
    added = writer.node("Add", [states, found], f"{part}.attention.added")
    states = writer.norm(added, f"{part}.attention.output.LayerNorm", epsilon)
    widened = writer.node("Gelu", [writer.linear(states, f"{part}.intermediate.dense")], f"{part}.gelu")
    found = writer.linear(widened, f"{part}.output.dense")
    added = writer.node("Add", [states, found], f"{part}.added")
    return writer.norm(added, f"{part}.output.LayerNorm", epsilon, told)
