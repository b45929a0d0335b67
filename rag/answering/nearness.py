"""How near a question is in meaning to each passage of a version: its whole and its units, in whatever language.

Chroma tells which passages come into question; how near exactly, the vectors that it was fed from.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from rag.index.opening import Index
from rag.models.embedding import Vectors

DENSE_CANDIDATES = 150  # entries that count as near: a bound on the time, of which no figures are kept


class Space:
    """The vectors of one version, by the numbers of its passages."""

    def __init__(self, index: Index) -> None:
        self.index = index
        # A view without memmap's own type, which takes as long to be sliced as a passage to be compared.
        self.vectors = np.asarray(index.vectors)
        self.languages = [1 + len(chunk.variants) for chunk in index.chunks]
        units = [len(chunk.units) for chunk in index.chunks]
        entries = [n * (1 if u == 1 else 1 + u) for n, u in zip(self.languages, units, strict=True)]
        # The first row of each passage; one value more than there are passages.
        self.rows = np.cumsum([0, *entries]).tolist()
        self.numbers = {chunk.id: number for number, chunk in enumerate(index.chunks)}


class Nearness:
    """Of one question. query: a unit vector."""

    def __init__(self, space: Space, query: Vectors) -> None:
        self._space, self._query = space, query
        self._known: dict[int, tuple[float, NDArray[np.float32]]] = {}

    def near(self, within: Collection[str] | None) -> set[int]:
        """The numbers of the passages that have an entry among the nearest. within: ids of the documents that are
        looked in, all if None."""
        index = self._space.index
        found = index.collection.query(
            query_embeddings=[self._query],  # type: ignore[arg-type]  # numpy rows are accepted
            n_results=min(DENSE_CANDIDATES, len(index.entries)),
            include=[],
            where={"document": {"$in": sorted(within)}} if within else None,  # type: ignore[dict-item]
        )
        return {self._space.numbers[entry.rsplit("/", 2)[0]] for entry in found["ids"][0]}

    def of(self, number: int) -> tuple[float, NDArray[np.float32]]:
        """Of one passage: the whole's cosine, and one for each unit; each the best of all languages."""
        if (known := self._known.get(number)) is not None:
            return known
        space = self._space
        rows = slice(space.rows[number], space.rows[number + 1])
        found = space.vectors[rows] @ self._query
        languages = space.languages[number]
        best = found.reshape(languages, -1).max(axis=0) if languages > 1 else found
        self._known[number] = float(best[0]), best[1:] if len(best) > 1 else best
        return self._known[number]


def best_of(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """As np.argsort(-scores, kind="stable")[:k], without ordering the others."""
    if len(scores) <= k:
        return np.argsort(-scores, kind="stable")
    least = np.partition(scores, len(scores) - k)[len(scores) - k]
    among = np.flatnonzero(scores >= least)
    return among[np.argsort(-scores[among], kind="stable")][:k]
