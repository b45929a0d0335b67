"""Recognising a question: a linear classifier from question vectors to targets, trained on the example questions.

    x = unit([embedding, mean of the words' input vectors]) − center
    z = unit(x · scale)                linear discriminants: what varies among the examples of one target counts less
    P(target | question) = softmax(z · weights + bias)

Trained whenever an index is built, in seconds, on the processor. Why this and not the nearest example: on the
development questions the nearest example wants the same answer for 73 %, the most probable target for 95 %
(docs/measurements.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.embedding import Vectors

# Chosen on the development questions; half and double each change less than one point.
DIMENSIONS = 384
EPOCHS = 50
LEARNING_RATE = 0.1
DROPOUT = 0.4
WEIGHT_DECAY = 1e-6
START_SCALE = 10.0  # the classifier starts as the cosine with each target's mean, this sharp


@dataclass(frozen=True)
class Recogniser:
    """A trained classifier. center: (d,), scale: (d, k), weights: (k, targets), bias: (targets,)."""

    center: Vectors
    scale: Vectors
    weights: Vectors
    bias: Vectors

    def project(self, vectors: Vectors) -> Vectors:
        """Question vectors, shape (…, d), as unit rows in which a cosine tells questions apart."""
        moved = (vectors - self.center) @ self.scale
        return np.asarray(moved / np.linalg.norm(moved, axis=-1, keepdims=True).clip(1e-9), dtype=np.float32)

    def log_odds(self, projected: Vectors) -> Vectors:
        """Unnormalised log probabilities of the targets, shape (…, targets)."""
        return np.asarray(projected @ self.weights + self.bias, dtype=np.float32)

    def save(self, path: Path) -> None:
        np.savez(path, center=self.center, scale=self.scale, weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> Recogniser:
        with np.load(path) as stored:
            return cls(stored["center"], stored["scale"], stored["weights"], stored["bias"])


def train(vectors: Vectors, targets: Sequence[int], count: int) -> Recogniser:
    """Train on example vectors, shape (n, d), each with its target's number below count. The same input, the same
    result."""
    n, d = vectors.shape
    if n == 0:
        return Recogniser(_zeros(d), np.eye(d, dtype=np.float32), _zeros(d, count), _zeros(count))
    labels = np.asarray(targets)
    means = _means(vectors, labels, count)
    center, scale = _discriminants(vectors, means[labels])
    start = Recogniser(center, scale, _zeros(scale.shape[1], count), _zeros(count))
    projected = start.project(vectors)
    directions = _means(projected, labels, count)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True).clip(1e-9)
    weights, bias = _softmax_regression(projected, labels, START_SCALE * directions.T)
    return Recogniser(center, scale, weights, bias)


def _means(vectors: Vectors, labels: np.ndarray, count: int) -> Vectors:
    """The mean vector of each target, shape (count, d); zero for a target without examples."""
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    return np.asarray(sums / np.bincount(labels, minlength=count).clip(1)[:, None], dtype=np.float32)


def _zeros(*shape: int) -> Vectors:
    return np.zeros(shape, dtype=np.float32)


def _discriminants(vectors: Vectors, means: Vectors) -> tuple[Vectors, Vectors]:
    """(center, scale): Fisher's linear discriminants with a ridge. means: of each vector's target, shape (n, d).

    With S the covariance within targets and U Λ Uᵀ = S, W = U (Λ + mean(Λ) I)^(−½) makes all directions vary alike
    within targets; of W's space those directions are kept in which the targets' means vary most.
    Source: Bishop, Pattern Recognition and Machine Learning, 4.1.6.
    """
    within = vectors - means
    eigenvalues, directions = np.linalg.eigh(within.T @ within / len(within))
    whitening = directions / np.sqrt(eigenvalues.clip(0) + (float(eigenvalues.mean()) or 1.0))
    center = vectors.mean(axis=0)
    between = (means - center) @ whitening
    strongest = np.linalg.eigh(between.T @ between / len(between))[1][:, ::-1][:, :DIMENSIONS]
    return center, np.asarray(whitening @ strongest, dtype=np.float32)


def _softmax_regression(projected: Vectors, labels: np.ndarray, start: Vectors) -> tuple[Vectors, Vectors]:
    """Weights (d, targets) and bias of a multinomial logistic regression, by Adam on the whole set, with dropout."""
    # Imported here: training belongs to building an index; answering does not need torch's autograd.
    import torch

    generator = torch.Generator().manual_seed(0)
    x, y = torch.from_numpy(projected), torch.from_numpy(labels)
    weights = torch.tensor(start, dtype=torch.float32, requires_grad=True)
    bias = torch.zeros(start.shape[1], requires_grad=True)
    optimizer = torch.optim.Adam([weights, bias], lr=LEARNING_RATE)
    for _ in range(EPOCHS):
        kept = (torch.rand(x.shape, generator=generator) >= DROPOUT) / (1 - DROPOUT)
        loss = torch.nn.functional.cross_entropy((x * kept) @ weights + bias, y) + WEIGHT_DECAY * weights.square().sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return weights.detach().numpy(), bias.detach().numpy()
