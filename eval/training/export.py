"""Writes what was trained as it is shipped: `python -m eval.training.export TRAINED.pt`, the reader's graph in int8
(rag/models/reader.onnx), and by how much the encoder's weights have changed, in 6 bits a weight
(rag/models/encoder.npz)."""

from __future__ import annotations

import argparse
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor, nn

from eval.training.network import Reader
from rag.models.bundled_model import TRAINED, ensure_unpacked
from rag.models.reader import FILE, INPUTS, OUTPUTS
from rag.models.weights import note
from rag.settings import load_settings

OPSET = 17
# The whole numbers that stand for a change go up to this. 31: 7.5 MB, 127: 10.0 MB, in which a release has no room
# beside the reader and the recogniser (30 MB in all).
MOST = 31


class Graph(nn.Module):
    """One question, asked of several passages; INPUTS and OUTPUTS are explained in rag.models.reader."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, question: Tensor, passages: Tensor, seen: Tensor, inside: Tensor) -> tuple[Tensor, ...]:
        questions = question.expand(passages.shape[0], -1, -1)
        real = torch.ones_like(questions[..., 0])
        answers, pointed, verdicts = self.reader.read(questions, real, passages, seen, inside)
        return answers, pointed, verdicts.softmax(-1)


def export(reader: Reader, to: Path, quantised: bool = True) -> None:
    """The graph as an onnx file."""
    width = reader.of_questions.normalized_shape[0]
    example = (torch.randn(1, 7, width), torch.randn(3, 9, width), torch.ones(3, 9), torch.ones(3, 9))
    passages = {0: "passages", 1: "tokens"}
    sizes = {
        "question": {1: "length"}, "passages": passages, "seen": passages, "inside": passages,
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
    np.savez_compressed(to, **kept)  # type: ignore[arg-type]  # its stub takes the names for its own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("--plain", action="store_true", help="do not quantise the reader")
    options = parser.parse_args()
    trained = torch.load(options.trained, weights_only=True)
    reader = Reader(trained["reader"]["of_questions.weight"].shape[0])
    reader.load_state_dict(trained["reader"])
    export(reader, FILE, not options.plain)
    folder = ensure_unpacked(load_settings().data_dir / "models", trained=None)
    export_encoder(trained["encoder"], load_file(folder / "model.safetensors"), TRAINED)
    for file in (FILE, TRAINED):
        note(file)


if __name__ == "__main__":
    main()
