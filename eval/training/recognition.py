"""Trains the recogniser on the corpus' example questions: `python -m eval.training.recognition [--out FILE]`.

Some five minutes on two cores. Run it when corpus/examples has changed, commit what it writes, and fit the decision
anew (eval.fit): what is not learnt counts as an organisation's own example, which decides by itself alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch.nn import Dropout, Linear, ReLU, Sequential
from torch.nn.functional import cross_entropy

from rag.curated.concepts import Concepts, load_concepts
from rag.curated.examples import ExampleSet, load_examples
from rag.curated.rules import load_rulebook, register_document, tool_concepts
from rag.index.example_words import counted
from rag.language.words import Lexicon
from rag.models.embedding import Embedder, Vectors
from rag.models.kept_vectors import BOOK, KeptVectors
from rag.models.recognition import FILE, Networks, Recogniser, name_of
from rag.models.weights import note
from rag.settings import Settings, load_settings
from rag.sources.readers import sources_folder
from rag.sources.reading_process import read_corpus_isolated

# Chosen on the development questions: docs/measurements.md.
NETWORKS = 3
HIDDEN = 512
EPOCHS = 20
BATCH = 512
LEARNING_RATE = 2e-3  # the highest of one cycle
DROPOUT = 0.15
WEIGHT_DECAY = 1e-4
# Bytes that an example's vector of 768 numbers is kept in. An example's cosine with itself as it is kept: 96 bytes .70,
# 192 .951, 256 .978. With 192 (and 2,361 examples more) the decision is none the worse: docs/recogniser.md. Rounds and
# examples to find what the bytes stand for.
PARTS = 192
ROUNDS, SAMPLE = 12, 16_000


def train(vectors: Vectors, targets: Sequence[int], count: int) -> Networks:
    """Train on example vectors, shape (n, d), each with its target's number below count. The same input, the same
    result on the same machine."""
    labels = np.asarray(targets)
    center, scale = _whitening(vectors, vectors - _means(vectors, labels, count)[labels])
    none = np.zeros(0, dtype=np.float32)
    projected = Networks(center, scale, none, none, none, none).project(vectors)
    trained = [_train_network(projected, labels, count, seed) for seed in range(NETWORKS)]
    return Networks(center, scale, *(np.stack(each) for each in zip(*trained, strict=True)))


def quantised(projected: Vectors, parts: int, seed: int = 0) -> KeptVectors:
    """Each part of each vector as the nearest of those that k-means finds."""
    chance = np.random.default_rng(seed)
    codes, books = [], []
    for part in np.split(projected, parts, axis=1):
        sample = part[chance.choice(len(part), min(SAMPLE, len(part)), replace=False)]
        book = sample[chance.choice(len(sample), BOOK, replace=len(sample) < BOOK)].copy()
        for _ in range(ROUNDS):
            nearest = _nearest(sample, book)
            for number in range(BOOK):
                if (of := nearest == number).any():
                    book[number] = sample[of].mean(axis=0)
        book = book.astype(np.float16).astype(np.float32)  # as it is kept
        codes.append(_nearest(part, book).astype(np.uint8))
        books.append(book)
    return KeptVectors(np.stack(codes), np.stack(books))


def _nearest(rows: Vectors, book: Vectors) -> np.ndarray:
    found: np.ndarray = ((book**2).sum(axis=1) - 2 * rows @ book.T).argmin(axis=1)
    return found


def _means(vectors: Vectors, labels: np.ndarray, count: int) -> Vectors:
    """The mean vector of each target, shape (count, d); zero for a target without examples."""
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    return np.asarray(sums / np.bincount(labels, minlength=count).clip(1)[:, None], dtype=np.float32)


def _whitening(vectors: Vectors, within: Vectors) -> tuple[Vectors, Vectors]:
    """(center, scale) with S the covariance within targets, U Λ Uᵀ = S and scale = U (Λ + mean(Λ) I)^(−½).

    The first step of Fisher's linear discriminant analysis, with a ridge; Bishop, Pattern Recognition and Machine
    Learning, 4.1.6.
    """
    eigenvalues, directions = np.linalg.eigh(within.T @ within / len(within))
    scale = directions / np.sqrt(eigenvalues.clip(0) + (float(eigenvalues.mean()) or 1.0))
    return vectors.mean(axis=0), np.asarray(scale, dtype=np.float32)


def _train_network(projected: Vectors, labels: np.ndarray, count: int, seed: int) -> tuple[Vectors, ...]:
    """hidden, hidden bias, output, output bias: AdamW over one cycle of the learning rate, with dropout."""
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


def learn(
    examples: ExampleSet, vectors: Vectors, lexicon: Lexicon, concepts: Concepts, parts: int = PARTS
) -> Recogniser:
    """vectors: of the examples, in their order; parts: of each, in which it is kept."""
    targets = [example.target for example in examples.examples]
    networks = train(vectors, targets, len(examples.targets))
    first: dict[int, int] = {}  # where a text stands first, if it stands twice
    for at, example in enumerate(examples.examples):
        first.setdefault(name_of(example.text, example.language), at)
    classes = np.array([targets[at] for at in first.values()])
    rows = {name: row for row, name in enumerate(first)}
    projected = networks.project(vectors[[*first.values()]])
    return Recogniser(
        networks, rows, classes, quantised(projected, parts), counted(examples.examples, lexicon, concepts)
    )


def examples_of(settings: Settings, lexicon: Lexicon) -> tuple[ExampleSet, Concepts]:
    """The corpus' examples, with the concepts that their words are counted by."""
    corpus = settings.corpus_dir
    documents, failures = read_corpus_isolated(sources_folder(corpus), settings.max_file_bytes)
    if failures:
        raise failures[0]
    listed = load_concepts(corpus)
    rulebook = load_rulebook(corpus, {each.id: each for each in documents}, listed)
    documents += [register] if (register := register_document(rulebook, listed)) else []
    concepts = Concepts([*listed, *tool_concepts(rulebook.tools, listed)], lexicon)
    return load_examples(corpus, {each.id: each for each in documents}), concepts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args()
    settings = load_settings()
    embedder, lexicon = Embedder.load(settings), Lexicon(settings.data_dir)
    examples, concepts = examples_of(settings, lexicon)
    texts = [example.text for example in examples.examples]
    vectors = embedder.question_vectors(texts, lambda done: print(f"\r{done} of {len(texts)}", end="", flush=True))
    print()
    recogniser = learn(examples, vectors, lexicon, concepts)
    recogniser.save(options.out)
    note(options.out)
    kept = Recogniser.load(options.out)
    projected = recogniser.networks.project(vectors)
    sample = projected[:: max(1, len(vectors) // 500)]
    exact = recogniser.networks.log_odds(sample).argmax(axis=1)
    print(f"{options.out}: {options.out.stat().st_size} bytes, {len(kept.rows)} examples")
    print(f"the same class in eight bits: {(kept.networks.log_odds(sample).argmax(axis=1) == exact).mean():.4f}")
    rows = [row for example in examples.examples if (row := kept.row_of(example)) is not None]
    print(f"an example's cosine with itself: {(kept.kept.decoded()[rows] * projected).sum(axis=1).mean():.4f}")


if __name__ == "__main__":
    main()
