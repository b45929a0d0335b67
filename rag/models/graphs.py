"""Networks that onnxruntime computes."""

from __future__ import annotations

import lzma
from pathlib import Path

import onnxruntime

from rag.models.weights import verified


def open_graph(file: Path, threads: int) -> onnxruntime.InferenceSession:
    """The network of a file, which .xz at its end calls compressed. threads: 0 for as many as there are cores. Raises
    ValueError, with the reason."""
    try:
        content = verified(file)
        return opened_graph(lzma.decompress(content) if file.suffix == ".xz" else content, threads)
    except Exception as error:  # onnxruntime's own errors have no common base
        raise ValueError(f"'{file}': {error}") from error


def opened_graph(content: bytes, threads: int) -> onnxruntime.InferenceSession:
    """The network that a file has, or would have."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
