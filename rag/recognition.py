"""Recognising a question: small networks from question vectors to targets, trained on the example questions.

    x = [embedding, mean of the words' input vectors] − center
    z = unit(x · scale) · √d           whitening: what varies among the examples of one target counts less
    P(target | question) ∝ exp(mean over networks of log softmax(relu(z · hidden + hidden bias) · output + output bias))

Trained whenever the example questions change, half a minute a network, on the processor. Why this and not the nearest
example, and why several networks that differ only in what they began with: docs/measurements.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from rag.embedding import Vectors

# Chosen on the development questions: docs/measurements.md.
NETWORKS = 3
HIDDEN = 512
EPOCHS = 20
BATCH = 512
LEARNING_RATE = 2e-3  # the highest of one cycle
DROPOUT = 0.15
WEIGHT_DECAY = 1e-4


@dataclass(frozen=True)
class Recogniser:
    """Trained networks. center: (d,), scale: (d, d), hidden: (networks, d, h), output: (networks, h, targets), and a
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
        """Unnormalised log probabilities of the targets, shape (…, targets)."""
        spread = projected * np.sqrt(projected.shape[-1], dtype=np.float32)
        return np.asarray(np.mean([_log_softmax(each) for each in self._outputs(spread)], axis=0), dtype=np.float32)

    def _outputs(self, spread: Vectors) -> Iterator[Vectors]:
        for hidden, hidden_bias, output, output_bias in zip(
            self.hidden, self.hidden_bias, self.output, self.output_bias, strict=True
        ):
            yield np.maximum(spread @ hidden + hidden_bias, 0) @ output + output_bias

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
    blank = (_zeros(1, d, HIDDEN), _zeros(1, HIDDEN), _zeros(1, HIDDEN, count), _zeros(1, count))
    if n == 0:
        return Recogniser(_zeros(d), np.eye(d, dtype=np.float32), *blank)
    labels = np.asarray(targets)
    center, scale = _whitening(vectors, vectors - _means(vectors, labels, count)[labels])
    projected = Recogniser(center, scale, *blank).project(vectors)
    trained = [_train_network(projected, labels, count, seed) for seed in range(NETWORKS)]
    return Recogniser(center, scale, *(np.stack(each) for each in zip(*trained, strict=True)))


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


def _log_softmax(values: Vectors) -> Vectors:
    if not values.shape[-1]:  # nothing was learnt
        return values
    highest = values.max(axis=-1, keepdims=True)
    return np.asarray(values - highest - np.log(np.exp(values - highest).sum(axis=-1, keepdims=True)))


def _train_network(projected: Vectors, labels: np.ndarray, count: int, seed: int) -> tuple[Vectors, ...]:
    """hidden, hidden bias, output, output bias: AdamW over one cycle of the learning rate, with dropout."""
    # Imported here: training belongs to building an index; answering does not need torch's autograd.
    import torch
    from torch.nn import Dropout, Linear, ReLU, Sequential
    from torch.nn.functional import cross_entropy

    n, d = projected.shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
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
