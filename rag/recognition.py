"""Recognising a question: a small network from question vectors to targets, trained on the example questions.

    x = [embedding, mean of the words' input vectors] − center
    z = unit(x · scale) · √d           whitening: what varies among the examples of one target counts less
    P(target | question) = softmax(relu(z · hidden + hidden bias) · output + output bias)

Trained whenever the example questions change, in under half a minute, on the processor. Why this and not the nearest
example: on the development questions the nearest example wants the same answer for 73 %, the most probable target for
96 % (docs/measurements.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from rag.embedding import Vectors

# Chosen on the development questions: docs/measurements.md.
HIDDEN = 512
EPOCHS = 20
BATCH = 512
LEARNING_RATE = 2e-3  # the highest of one cycle
DROPOUT = 0.15
WEIGHT_DECAY = 1e-4


@dataclass(frozen=True)
class Recogniser:
    """A trained network. center: (d,), scale: (d, d), hidden: (d, h), output: (h, targets), a bias for each."""

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
        """Unnormalised log probabilities of the targets, shape (…, targets)."""
        spread = projected * np.sqrt(projected.shape[-1], dtype=np.float32)
        active = np.maximum(spread @ self.hidden + self.hidden_bias, 0)
        return np.asarray(active @ self.output + self.output_bias, dtype=np.float32)

    def save(self, path: Path) -> None:
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Recogniser:
        with np.load(path) as stored:
            return cls(*(stored[field.name] for field in fields(cls)))


def train(vectors: Vectors, targets: Sequence[int], count: int) -> Recogniser:
    """Train on example vectors, shape (n, d), each with its target's number below count. The same input, the same
    result on the same machine."""
    n, d = vectors.shape
    blank = (_zeros(d, HIDDEN), _zeros(HIDDEN), _zeros(HIDDEN, count), _zeros(count))
    if n == 0:
        return Recogniser(_zeros(d), np.eye(d, dtype=np.float32), *blank)
    labels = np.asarray(targets)
    center, scale = _whitening(vectors, vectors - _means(vectors, labels, count)[labels])
    projected = Recogniser(center, scale, *blank).project(vectors)
    return Recogniser(center, scale, *_train_network(projected, labels, count))


def _means(vectors: Vectors, labels: np.ndarray, count: int) -> Vectors:
    """The mean vector of each target, shape (count, d); zero for a target without examples."""
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    return np.asarray(sums / np.bincount(labels, minlength=count).clip(1)[:, None], dtype=np.float32)


def _zeros(*shape: int) -> Vectors:
    return np.zeros(shape, dtype=np.float32)


def _whitening(vectors: Vectors, within: Vectors) -> tuple[Vectors, Vectors]:
    """(center, scale) with S the covariance within targets, U Λ Uᵀ = S and scale = U (Λ + mean(Λ) I)^(−½).

    The first step of Fisher's linear discriminant analysis, with a ridge; Bishop, Pattern Recognition and Machine
    Learning, 4.1.6.
    """
    eigenvalues, directions = np.linalg.eigh(within.T @ within / len(within))
    scale = directions / np.sqrt(eigenvalues.clip(0) + (float(eigenvalues.mean()) or 1.0))
    return vectors.mean(axis=0), np.asarray(scale, dtype=np.float32)


def _train_network(projected: Vectors, labels: np.ndarray, count: int) -> tuple[Vectors, ...]:
    """hidden, hidden bias, output, output bias: AdamW over one cycle of the learning rate, with dropout."""
    # Imported here: training belongs to building an index; answering does not need torch's autograd.
    import torch
    from torch.nn import Dropout, Linear, ReLU, Sequential
    from torch.nn.functional import cross_entropy

    n, d = projected.shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        x, y = torch.from_numpy(projected) * d**0.5, torch.from_numpy(labels)
        hidden, output = Linear(d, HIDDEN), Linear(HIDDEN, count)
        network = Sequential(Dropout(DROPOUT), hidden, ReLU(), Dropout(DROPOUT), output)
        optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
        steps = EPOCHS * -(-n // BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps, pct_start=0.15)
        for _ in range(EPOCHS):
            for batch in torch.split(torch.randperm(n), BATCH):
                loss = cross_entropy(network(x[batch]), y[batch])
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
    return tuple(
        np.ascontiguousarray(each.detach().numpy().T)
        for layer in (hidden, output)
        for each in (layer.weight, layer.bias)
    )
