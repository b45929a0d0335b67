"""The weights of the release as training takes them up again, where no checkpoint is left: what export.py wrote, read
back."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx.numpy_helper import to_array
from safetensors.torch import load_file
from torch import Tensor

from eval.training.network import HEADS, Reader
from rag.models.bundled_model import CROSS_READER, changes_in, ensure_unpacked
from rag.models.reader import FILE
from rag.models.weights import verified

_MULTIPLIED = "MatMulInteger"
_PARTS = {name.partition(".")[0] for name in Reader(8 * HEADS).state_dict()}


def encoder_weights(models: Path) -> dict[str, Tensor]:
    """Of the encoder as it is shipped. models: the folder in which models are unpacked."""
    return load_file(ensure_unpacked(models) / "model.safetensors")


def cross_reader_weights(models: Path) -> dict[str, Tensor]:
    """Of eval.training.cross.CrossReader, by the names that are shipped."""
    base = encoder_weights(models)
    changes = changes_in(verified(CROSS_READER))
    return {name: torch.from_numpy(each) + base.get(name, torch.zeros(())) for name, each in changes.items()}


def reader_weights(file: Path = FILE) -> dict[str, Tensor]:
    """Of eval.training.network.Reader, by its own names; whole numbers become weights again."""
    graph = onnx.load_model_from_string(lzma.decompress(file.read_bytes())).graph
    kept = {each.name: to_array(each) for each in graph.initializer}
    found = {
        name: torch.from_numpy(values.copy())
        for name, values in kept.items()
        if name.partition(".")[0] in _PARTS and values.dtype == np.float32 and not name.endswith("_scale")
    }
    for node in graph.node:
        if node.op_type != _MULTIPLIED or node.input[1] not in kept:
            continue
        # A node is called by where it stands: /layers.0/own/MatMul_quant, /answer/answer.1/Gemm_MatMul_quant.
        *places, _ = node.name.strip("/").split("/")
        followed = zip(places, [*places[1:], ""], strict=True)
        name = ".".join(place for place, after in followed if not _named_again(place, after))
        base = node.input[1].removesuffix("_quantized")
        whole, zero = kept[f"{base}_quantized"].astype(np.float32), kept[f"{base}_zero_point"].astype(np.float32)
        found[f"{name}.weight"] = torch.from_numpy(((whole - zero) * kept[f"{base}_scale"]).T.copy())
    for name in [name for name in found if ".keys." in name]:  # a layer's offers are shipped in two
        halves = found.pop(name), found.pop(name.replace(".keys.", ".values."))
        found[name.replace(".keys.", ".offers.")] = torch.cat(halves)
    return found


def _named_again(place: str, after: str) -> bool:
    """By the place below it: "answer" by "answer.1"."""
    return after.startswith(f"{place}.")
