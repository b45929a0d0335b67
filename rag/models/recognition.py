"""Recognising a question: what questions like it were learnt to ask for, from the release's own example questions.

    x = [embedding, mean of the words' input vectors] − center
    z = unit(x · scale) · √d           whitening: what varies among the examples of one class counts less
    P(class | question) ∝ exp(mean over networks of log softmax(relu(z · hidden + hidden bias) · output + output bias))

`recogniser.npz` is trained with the release (eval/training/recognition.py; its card is docs/recogniser.md). It knows
each example it learnt from by a hash of its text, so a corpus may add, move and drop questions without training
anything: what it has learnt of the rest stays true. Why this and not the nearest example, and why several networks that
differ only in what they began with: docs/measurements.md.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.curated.examples import Example, ExampleSet
from rag.errors import ModelUnavailable
from rag.models.embedding import Vectors
from rag.models.kept_vectors import KeptVectors
from rag.models.weights import save_packed, verified
from rag.types import Language

FILE = Path(__file__).parent / "recogniser.npz"
MOST = 31  # of the whole numbers that weights are kept in

Whole = NDArray[np.int8]


@dataclass(frozen=True)
class Networks:
    """Trained networks. center: (d,), scale: (d, d), hidden: (networks, d, h), output: (networks, h, classes), and a
    bias for each of the last two."""

    center: Vectors
    scale: Vectors
    hidden: Vectors
    hidden_bias: Vectors
    output: Vectors
    output_bias: Vectors

    def project(self, vectors: Vectors) -> Vectors:
        """Question vectors, shape (…, d), as unit rows in which a cosine tells questions apart."""
        moved = (vectors - self.center) @ self.scale
        return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True).clip(1e-9), dtype=np.float32)

    def log_odds(self, projected: Vectors) -> Vectors:
        """Unnormalised log probabilities of the classes, shape (…, classes)."""
        spread = projected * np.sqrt(projected.shape[-1], dtype=np.float32)
        return np.asarray(np.mean([_log_softmax(each) for each in self._outputs(spread)], axis=0), dtype=np.float32)

    def _outputs(self, spread: Vectors) -> Iterator[Vectors]:
        for hidden, hidden_bias, output, output_bias in zip(
            self.hidden, self.hidden_bias, self.output, self.output_bias, strict=True
        ):
            yield np.maximum(spread @ hidden + hidden_bias, 0) @ output + output_bias


@dataclass(frozen=True)
class Recogniser:
    """The networks with the examples that they learnt from. rows: of each example's name (see name_of) in what
    follows; classes: (n,), what it belongs to; kept: its projected vector; frequencies: in how many examples each
    lemma, stem and concept stands."""

    networks: Networks
    rows: Mapping[int, int]
    classes: NDArray[np.int64]
    kept: KeptVectors
    frequencies: Mapping[str, int]

    @classmethod
    def load(cls, file: Path = FILE) -> Recogniser:
        """The release's, once for all. Raises ModelUnavailable, which names the file and the reason."""
        return _load(file)

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with what it has learnt."""
        learnt = sorted(zip(self.rows, self.classes.tolist(), strict=True))
        return hashlib.sha256(repr(learnt).encode()).hexdigest()[:16]

    def row_of(self, example: Example) -> int | None:
        """Where an example stands that was learnt."""
        return self.rows.get(name_of(example.text, example.language))

    def cosines(self, projected: Vectors) -> Vectors:
        """Of all learnt examples with one projected question, shape (n,)."""
        return self.kept.cosines(projected)

    def save(self, file: Path) -> None:
        """In whole numbers of six bits where that loses next to nothing: docs/recogniser.md."""
        packed: dict[str, np.ndarray] = {}
        for field in fields(Networks):
            values = getattr(self.networks, field.name)
            if values.ndim == 1 or field.name.endswith("bias"):
                packed[field.name] = values
            else:
                packed[field.name], packed[f"{field.name}_step"] = _in_whole_numbers(values)
        names = np.fromiter(self.rows, dtype=np.uint64, count=len(self.rows))
        order = np.fromiter(self.rows.values(), dtype=np.int64, count=len(self.rows))
        packed |= {
            "names": names[np.argsort(order)],
            "classes": self.classes.astype(np.uint16),
            "codes": self.kept.codes,
            "books": self.kept.books.astype(np.float16),
            "words": np.frombuffer("\n".join(self.frequencies).encode(), dtype=np.uint8),
            "counts": np.fromiter(self.frequencies.values(), dtype=np.uint16, count=len(self.frequencies)),
        }
        save_packed(packed, file)


@lru_cache(maxsize=2)
def _load(file: Path) -> Recogniser:
    try:
        with np.load(io.BytesIO(verified(file))) as stored:
            given = {name: stored[name] for name in stored.files}
        networks = Networks(*(_as_floats(given, field.name) for field in fields(Networks)))
        names, words = given["names"].tolist(), given["words"].tobytes().decode().split("\n")
        return Recogniser(
            networks,
            {name: row for row, name in enumerate(names)},
            given["classes"].astype(np.int64),
            KeptVectors(given["codes"], given["books"].astype(np.float32)),
            dict(zip(words, given["counts"].tolist(), strict=True)) if given["words"].size else {},
        )
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise ModelUnavailable(f"The recogniser '{file}' cannot be loaded: {error}") from error


def name_of(text: str, language: Language) -> int:
    """By what an example is known, whatever file it stands in."""
    return int.from_bytes(hashlib.sha256(f"{language} {text}".encode()).digest()[:8], "big")


def unlearnt(examples: ExampleSet, by: Recogniser) -> list[Example]:
    """The examples that it has not learnt, in their order."""
    return [example for example in examples.examples if by.row_of(example) is None]


def classes_of(examples: ExampleSet, by: Recogniser) -> list[int]:
    """The class of each target, -1 for one that was not learnt: what most of its examples were learnt as."""
    votes: list[dict[int, int]] = [{} for _ in examples.targets]
    for example in examples.examples:
        row = by.row_of(example)
        if row is not None:
            of = int(by.classes[row])
            votes[example.target][of] = votes[example.target].get(of, 0) + 1
    return [max(each, key=lambda of: each[of], default=-1) for each in votes]


def _in_whole_numbers(values: Vectors) -> tuple[Whole, NDArray[np.float16]]:
    """Whole numbers, and for each column what one of them stands for."""
    step = (np.abs(values).max(axis=-2, keepdims=True) / MOST).clip(1e-6).astype(np.float16)
    return np.rint(values / step.astype(np.float32)).clip(-MOST, MOST).astype(np.int8), step


def _as_floats(given: Mapping[str, np.ndarray], name: str) -> Vectors:
    values = np.asarray(given[name], dtype=np.float32)
    step = given.get(f"{name}_step")
    return values if step is None else np.asarray(values * step.astype(np.float32), dtype=np.float32)


def _log_softmax(values: Vectors) -> Vectors:
    highest = values.max(axis=-1, keepdims=True)
    return np.asarray(values - highest - np.log(np.exp(values - highest).sum(axis=-1, keepdims=True)))
