"""Writes a trained reader as it is shipped: `python -m eval.training.export READER.pt`, rag/reader.onnx in int8."""

from __future__ import annotations

import argparse
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from eval.training.network import Reader
from rag.reader import FILE, INPUTS, OUTPUTS

OPSET = 17


class Graph(nn.Module):
    """One question, asked of several passages; INPUTS and OUTPUTS are explained in rag.reader."""

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", type=Path)
    parser.add_argument("--to", type=Path, default=FILE)
    parser.add_argument("--plain", action="store_true", help="do not quantise")
    options = parser.parse_args()
    weights = torch.load(options.reader, weights_only=True)
    reader = Reader(weights["of_questions.weight"].shape[0])
    reader.load_state_dict(weights)
    export(reader, options.to, not options.plain)


if __name__ == "__main__":
    main()
