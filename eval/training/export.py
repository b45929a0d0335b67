"""Writes what was trained as it is shipped: `python -m eval.training.export TRAINED.pt …`, the reader's graph in int8
(rag/models/reader.onnx), and by how much the encoder's weights have changed, in 6 bits a weight
(rag/models/encoder.npz); of several files the means of their weights."""

from __future__ import annotations

import argparse
import io
import tempfile
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import gelu, normalize

from eval.training.network import BLOCKED, Layer, Reader, attended, stretched
from rag.models.bundled_model import TRAINED, ensure_unpacked
from rag.models.reader import FILE, INPUTS, OUTPUTS
from rag.models.weights import note
from rag.settings import load_settings

OPSET = 17
# The whole numbers that stand for a change go up to this. 31: 7.3 MB, 127: 10.0 MB, in which a release has no room
# beside the reader and the recogniser (30 MB in all).
MOST = 31


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
            quantize_dynamic(plain, to, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        else:
            onnx.save(onnx.load(plain), to)


def export_encoder(trained: Mapping[str, Tensor], base: Mapping[str, Tensor], to: Path) -> None:
    """The changes of its weights as rag.models.bundled_model reads them. base: the weights as they came."""
    kept: dict[str, np.ndarray] = {}
    for name, weights in trained.items():
        change = (weights - base[name]).numpy()
        if change.ndim == 1:  # a hundredth of all weights, and those that matter most
            kept[f"{name}/change"], kept[f"{name}/scale"] = change.astype(np.float16), np.ones(1, np.float32)
            continue
        scale = np.abs(change).max(axis=1, keepdims=True).astype(np.float32) / MOST
        kept[f"{name}/change"] = np.round(change / np.maximum(scale, 1e-12)).astype(np.int8)
        kept[f"{name}/scale"] = scale
    # As numpy.savez_compressed, but by LZMA: 3 % less, and numpy.load reads it as well.
    with zipfile.ZipFile(to, "w", zipfile.ZIP_LZMA) as file:
        for name, values in kept.items():
            content = io.BytesIO()
            np.save(content, values)
            file.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_LZMA)


def mean_of(weights: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """What goes on from one beginning ends apart; midway it reads new documents better than at either end."""
    return {name: torch.stack([each[name] for each in weights]).mean(0) for name in weights[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path, nargs="+")
    parser.add_argument("--plain", action="store_true", help="do not quantise the reader")
    parser.add_argument("--reader-alone", action="store_true", help="what was trained with train's --reader-alone")
    options = parser.parse_args()
    every = [torch.load(each, weights_only=True) for each in options.trained]
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
