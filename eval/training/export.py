"""Writes what was trained as it is shipped: `python -m eval.training.export TRAINED.pt …`, the reader's graph in int8
(rag/models/reader.onnx.xz), and by how much the encoder's weights have changed, in 6 bits a weight
(rag/models/encoder.npz); with --cross-reader what train_cross.py trained (rag/models/cross_reader.npz). Of several
files the means of their weights."""

from __future__ import annotations

import argparse
import lzma
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx.numpy_helper import from_array, to_array
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import gelu, normalize

from eval.training.network import BLOCKED, Layer, Reader, attended, stretched
from eval.training.shipped import encoder_weights
from rag.models.bundled_model import CROSS_READER, TRAINED, ensure_unpacked
from rag.models.reader import FILE, INPUTS, OUTPUTS
from rag.models.weights import note, save_packed
from rag.settings import load_settings

OPSET = 17
# Whole numbers in bytes: what stands before one, and where, tells nothing of it.
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "pb": 0}]
# The whole numbers that stand for a change go up to this. 31: 7.3 MB, 127: 10.0 MB, in which a release has no room
# beside the reader and the recogniser (30 MB in all).
MOST = 31
# The cross-reader's layers, as they differ from the encoder's: 3: 3.8 MB, and 5 % of the change's square is lost, 7:
# 4.9 and 1.3 %, 15: 6.0 and .4 %.
MOST_OF_LAYERS, MOST_OF_HEADS = 3, 7
SHARES = (1.0, 0.8, 0.65, 0.5, 0.4)  # of a row's largest change, up to which whole numbers go
FEW_ROWS = 5  # what has fewer is not rounded: what tells a side, or a head, from the next
# The reader's whole numbers are multiples of this: 1: 6.7 MB, 2: 5.5, 3: 5.0, 4: 4.7.
STEP = 4


class Graph(nn.Module):
    """One question, asked of several passages; INPUTS and OUTPUTS are explained in rag.models.reader.

    What Reader.read computes, in the form that is quick for one question: what is the same for all passages is computed
    once, and each token of a passage once, without padding. Only what is attended to is laid out by passages. Its parts
    are called as the reader's, so that shipped.py finds them.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.of_questions, self.of_passages = reader.of_questions, reader.of_passages
        self.layers = nn.ModuleList(_Looking(layer) for layer in reader.layers if isinstance(layer, Layer))
        self.asks, self.offers, self.sharpness = reader.asks, reader.offers, reader.sharpness
        self.answer, self.directly, self.verdict = reader.answer, reader.directly, reader.verdict

    def forward(self, question: Tensor, tokens: Tensor, at: Tensor, seen: Tensor, inside: Tensor) -> tuple[Tensor, ...]:
        asked, read = question.mean(1), self.of_passages(tokens)
        alike = normalize(tokens, dim=-1) @ normalize(question[0], dim=-1).T
        best = (alike[at] + 2 * (inside - 1)[..., None]).amax(1)
        states = start = self.of_questions(question)
        for layer in self.layers:
            states = layer(states, read, at, (seen - 1)[:, None, None] * -BLOCKED)
        changed = states.mean(1) - start.mean(1)
        sought = normalize(self.asks(asked) + changed, dim=-1)
        near = (sought @ normalize(self.offers(tokens), dim=-1).T).gather(1, at)
        pointed = (near * self.sharpness.exp() + (inside - 1) * -BLOCKED).log_softmax(-1)
        chosen = pointed.exp()
        whole = _sums(seen, at, tokens) / seen.sum(1, keepdim=True)
        likenesses = stretched(
            (normalize(asked, dim=-1) * normalize(whole, dim=-1)).sum(-1, keepdim=True),
            best.mean(1, keepdim=True),
            best.amin(1, keepdim=True),
            (chosen * near).sum(1, keepdim=True),
        )
        known = torch.cat([states[:, 0], states.mean(1), _sums(chosen, at, read), likenesses], -1)
        answers = (self.answer(known) + self.directly(likenesses)).squeeze(-1)
        return answers, pointed, self.verdict(known).softmax(-1)


class _Looking(nn.Module):
    """What network.Layer computes."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.before, self.own, self.after = layer.before, layer.own, layer.after
        self.asks, self.wider, self.narrower = layer.asks, layer.wider, layer.narrower
        # What the layer offers, in two: it need not be cut then.
        self.keys, self.values = (
            _with(*half) for half in zip(layer.offers.weight.chunk(2), layer.offers.bias.chunk(2), strict=True)
        )

    def forward(self, states: Tensor, read: Tensor, at: Tensor, seen: Tensor) -> Tensor:
        """states: (1 or N, L, width); read: (T, width), of all passages' tokens; at: (N, P); seen: what is added to
        scores."""
        query, key, value = self.own(self.before[0](states)).chunk(3, -1)
        states = states + self.after[0](attended(query, key, value, states.new_zeros(1)))
        asks, keys, values = self.asks(self.before[1](states)), self.keys(read)[at], self.values(read)[at]
        states = states + self.after[1](attended(asks, keys, values, seen))
        changed: Tensor = states + self.narrower(gelu(self.wider(self.before[2](states))))
        return changed


def _with(weight: Tensor, bias: Tensor) -> nn.Linear:
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.load_state_dict({"weight": weight, "bias": bias})
    return made


def _sums(shares: Tensor, at: Tensor, tokens: Tensor) -> Tensor:
    """Of each passage the sum of its tokens, by their shares: (N, width)."""
    spread = shares.new_zeros(at.shape[0], tokens.shape[0])
    return spread.scatter_add(1, at, shares) @ tokens


def export(reader: Reader, to: Path, quantised: bool = True) -> None:
    """The graph as an onnx file."""
    width = reader.of_questions.normalized_shape[0]
    example = (
        torch.randn(1, 7, width), torch.randn(27, width), torch.arange(27).view(3, 9), torch.ones(3, 9),
        torch.ones(3, 9),
    )  # fmt: skip
    passages = {0: "passages", 1: "longest"}
    sizes = {
        "question": {1: "length"}, "tokens": {0: "tokens"}, "at": passages, "seen": passages, "inside": passages,
        "answers": {0: "passages"}, "pointed": passages, "verdicts": {0: "passages"},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        # The newer way of exporting needs onnxscript, and gains nothing for so small a graph.
        with warnings.catch_warnings(category=DeprecationWarning, action="ignore"):
            torch.onnx.export(
                Graph(reader).eval(), example, str(plain), input_names=list(INPUTS), output_names=list(OUTPUTS),
                dynamic_axes=sizes, opset_version=OPSET, dynamo=False,
            )  # fmt: skip
        if quantised:
            # Seven bits: with eight, processors without VNNI overflow while they add up.
            whole = Path(folder) / "whole.onnx"
            quantize_dynamic(plain, whole, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
            content = _coarser(onnx.load(whole)).SerializeToString()
        else:
            content = onnx.load(plain).SerializeToString()
    to.write_bytes(lzma.compress(content, filters=_FILTERS) if to.suffix == ".xz" else content)


def _coarser(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The same with whole numbers that are multiples of STEP, of which fewer bits tell which they are."""
    for each in graph.graph.initializer:
        if each.name.endswith("_quantized"):
            whole = np.rint(to_array(each).astype(np.float32) / STEP) * STEP
            each.CopyFrom(from_array(np.clip(whole, -126, 126).astype(np.int8), each.name))
    return graph


def export_encoder(trained: Mapping[str, Tensor], base: Mapping[str, Tensor], to: Path) -> None:
    """The changes of its weights as rag.models.bundled_model reads them. base: the weights as they came."""
    save_packed(_changes({name: (each, base[name]) for name, each in trained.items()}, MOST), to)


def export_cross_reader(trained: Mapping[str, Tensor], base: Mapping[str, Tensor], to: Path) -> None:
    """By how much its layers differ from the encoder's, and its heads. trained: as CrossReader.weights names them;
    base: the encoder's weights as they are shipped."""
    layers = {name: (each, base[name]) for name, each in trained.items() if name in base}
    heads = {name: (each, torch.zeros_like(each)) for name, each in trained.items() if name not in base}
    save_packed({**_changes(layers, MOST_OF_LAYERS), **_changes(heads, MOST_OF_HEADS)}, to)


def _changes(pairs: Mapping[str, tuple[Tensor, Tensor]], most: int) -> dict[str, np.ndarray]:
    """Of weights and what they are told from: whole numbers up to `most`, and what one of them is worth in each row: of
    some values the one that loses least."""
    kept: dict[str, np.ndarray] = {}
    for name, (weights, base) in pairs.items():
        change = (weights - base).numpy()
        if change.ndim == 1 or len(change) < FEW_ROWS:  # a hundredth of all weights, and those that matter most
            kept[f"{name}/change"], kept[f"{name}/scale"] = change.astype(np.float16), np.ones(1, np.float32)
            continue
        largest = np.maximum(np.abs(change).max(axis=1, keepdims=True), 1e-12)
        scales = [(largest * share / most).astype(np.float32) for share in SHARES]
        whole = [np.clip(np.round(change / scale), -most, most) for scale in scales]
        lost = np.stack([((change - each * scale) ** 2).sum(1) for each, scale in zip(whole, scales, strict=True)])
        rows, best = np.arange(len(change)), lost.argmin(0)
        kept[f"{name}/change"] = np.stack(whole)[best, rows].astype(np.int8)
        kept[f"{name}/scale"] = np.stack(scales)[best, rows]
    return kept


def mean_of(weights: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """What goes on from one beginning ends apart; midway it reads new documents better than at either end."""
    return {name: torch.stack([each[name] for each in weights]).mean(0) for name in weights[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path, nargs="+")
    parser.add_argument("--cross-reader", action="store_true", help="what eval.training.train_cross trained")
    parser.add_argument("--plain", action="store_true", help="do not quantise the reader")
    parser.add_argument("--reader-alone", action="store_true", help="what was trained with train's --reader-alone")
    options = parser.parse_args()
    every = [torch.load(each, weights_only=True) for each in options.trained]
    if options.cross_reader:
        export_cross_reader(mean_of(every), encoder_weights(load_settings().data_dir / "models"), CROSS_READER)
        note(CROSS_READER)
        return
    reader = Reader(every[0]["reader"]["of_questions.weight"].shape[0])
    reader.load_state_dict(mean_of([each["reader"] for each in every]))
    export(reader, FILE, not options.plain)
    note(FILE)
    if options.reader_alone:
        return
    folder = ensure_unpacked(load_settings().data_dir / "models", trained=None)
    export_encoder(mean_of([each["encoder"] for each in every]), load_file(folder / "model.safetensors"), TRAINED)
    note(TRAINED)


if __name__ == "__main__":
    main()
