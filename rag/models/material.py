"""What kind of material a text names, protected or public, by what it calls it: nobody can list all names.

    u(x) = unit(x − center)
    f(x) = Σᵢ aᵢ exp(−g |u(x) − sᵢ|²) + b        for each kind; it is one where f reaches the kind's threshold

Two support vector machines over the encoder's vectors (Schölkopf and Smola, Learning with Kernels, 2002). They were
trained on 5,894 names of material as civil servants say them (eval/training/material.py; the card is
docs/material.md), and know the name that they never met by those that it resembles.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from rag.errors import ModelUnavailable
from rag.models.embedding import Vectors
from rag.models.weights import verified

FILE = Path(__file__).parent / "material.npz"

MaterialKind = Literal["protected", "public"]
KINDS: tuple[MaterialKind, ...] = get_args(MaterialKind)


@dataclass(frozen=True)
class MaterialModel:
    """center: (d,); support: (n, d), unit rows; weights: (n, kinds); bias and thresholds: (kinds,); encoder: SHA-256 of
    the one whose vectors it was trained on."""

    center: Vectors
    support: Vectors
    weights: Vectors
    bias: Vectors
    thresholds: Vectors
    gamma: float
    encoder: str

    @classmethod
    def load(cls, file: Path = FILE) -> MaterialModel:
        """The release's, once for all. Raises ModelUnavailable, which names the file and the reason."""
        return _load(file)

    def scores(self, vectors: Vectors) -> Vectors:
        """f of each vector, shape (…, d), and kind, shape (…, kinds)."""
        units = unit(vectors - self.center)
        # |u − s|² of unit vectors.
        distances = 2 - 2 * units @ self.support.T
        return np.asarray(np.exp(-self.gamma * distances) @ self.weights + self.bias, dtype=np.float32)

    def kinds(self, vector: Vectors) -> frozenset[MaterialKind]:
        """What the material is surely; empty where its name does not tell."""
        reached = self.scores(vector) >= self.thresholds
        return frozenset(kind for kind, true in zip(KINDS, reached, strict=True) if true)

    def save(self, file: Path) -> None:
        """The support vectors in whole numbers of a few bits."""
        np.savez_compressed(
            file,
            center=self.center.astype(np.float32),
            support=np.rint(self.support / _STEP).clip(-31, 31).astype(np.int8),
            weights=self.weights.astype(np.float32),
            bias=self.bias.astype(np.float32),
            thresholds=self.thresholds.astype(np.float32),
            gamma=np.float32(self.gamma),
            encoder=np.array(self.encoder),
        )


_STEP = 0.4 / 31  # six bits: of 384 numbers of a unit row the largest is below .4


def unit(vectors: Vectors) -> Vectors:
    """Rows of length one."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(1e-9), dtype=np.float32)


@lru_cache(maxsize=2)
def _load(file: Path) -> MaterialModel:
    try:
        with np.load(io.BytesIO(verified(file))) as stored:
            given = {name: stored[name] for name in stored.files}
        return MaterialModel(
            given["center"],
            given["support"].astype(np.float32) * _STEP,
            given["weights"],
            given["bias"],
            given["thresholds"],
            float(given["gamma"]),
            str(given["encoder"]),
        )
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise ModelUnavailable(f"The model of material '{file}' cannot be loaded: {error}") from error
