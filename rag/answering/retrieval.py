"""Hybrid retrieval: passages near in meaning (nearness.py) and passages with the same words (BM25), fused; in other
languages than the question's those with words of the same meaning (the thesaurus)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answering.nearness import Nearness, Space, best_of
from rag.index.opening import Index
from rag.models.embedding import Vectors
from rag.types import Chunk, Language

# Measured with `python -m eval.squad` on 608 Finnish passages and their 2,965 answerable questions:
# docs/measurements.md, "Retrieval". Of how many are looked at, which bounds the time, no figures are kept.
LEXICAL_CANDIDATES = 50  # passages asked from BM25
UNIT_SHARE_DENSE = 0.5  # a passage is as near as half itself, half its nearest sentence: R@1 .751, whole .669
UNIT_SHARE_LEXICAL = 0.3  # the same of the words: R@1 .804, whole .792
LEXICAL_SHARE = 0.4  # of the sum of both: R@1 .841, dense alone .751, words alone .804
# Passages in another language than the question lie farther from it than others: so many of the best are returned
# beside the best of all. Without them the right one was there for 42 % of such questions. Of 350 to 106 documents at
# once it is among them for 85 %, for 75 % without the thesaurus; .2 and .4 of it found 84 and 83 %.
FOREIGN = 5
MEANT_SHARE = 0.3  # of the sum of both: R@1 .606, by the vectors alone .451, .5 of it .540


_NO_SCORES = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage. score is the fused one, in [0, 1] within one query.
    lexical_share is the passage's BM25 score over the most that any text could reach with these terms.

    unit_cosines has one value for each of the chunk's units.
    """

    chunk: Chunk
    score: float
    cosine: float
    lexical_share: float
    unit_cosines: tuple[float, ...]


@dataclass(frozen=True)
class Found:
    """What one search looks at, whichever of it is wanted. candidates, foreign: numbers of passages, these the best in
    other languages; lexical, best_text: of all passages the score for their words, and that of their best text;
    bound: the most that a text could score."""

    space: Space
    nearness: Nearness
    candidates: set[int]
    foreign: set[int]
    lexical: NDArray[np.float32]
    best_text: NDArray[np.float32]
    bound: float

    def best(self, k: int, also: Iterable[str] = ()) -> list[Hit]:
        """The k best passages, best first. also: ids of passages that are returned, too, wherever they stand."""
        if not self.candidates or k < 1:
            return []
        wanted = {self.space.numbers[identity] for identity in also} | self.foreign
        numbers = np.array(sorted(self.candidates | wanted))
        cosines = [self.nearness.of(number) for number in numbers.tolist()]
        dense = np.array([_dense(whole, each) for whole, each in cosines])
        fused = (1 - LEXICAL_SHARE) * _scaled(dense) + LEXICAL_SHARE * _scaled(self.lexical[numbers])
        order = np.argsort(-fused, kind="stable")
        return [
            Hit(
                self.space.index.chunks[numbers[at]],
                score=float(fused[at]),
                cosine=float(dense[at]),
                lexical_share=float(self.best_text[numbers[at]]) / self.bound if self.bound else 0.0,
                unit_cosines=tuple(cosines[at][1].tolist()),
            )
            for place, at in enumerate(order)
            if place < k or int(numbers[at]) in wanted
        ]


class Retriever:
    """Finds passages in one version of the index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.space = Space(index)
        languages = self.space.languages
        # The first row of each chunk among the texts and the units; one value more than there are chunks.
        self._text_rows = np.cumsum([0, *languages])
        self._unit_rows = np.cumsum(
            [0, *(n * len(chunk.units) for n, chunk in zip(languages, index.chunks, strict=True))]
        )
        self._mean = index.vectors.mean(axis=0) if len(index.vectors) else np.float32(0)
        self._languages: dict[str, set[Language]] = {}
        for chunk in index.chunks:
            known = self._languages.setdefault(
                chunk.document_id, {index.documents[chunk.document_id].metadata.language}
            )
            known.update(variant.language for variant in chunk.variants)
        rows = {name: number for number, name in enumerate(self._languages)}
        self._document_rows = np.array([rows[chunk.document_id] for chunk in index.chunks], dtype=np.intp)

    def find(
        self,
        query: Vectors,
        terms: Sequence[str],
        k: int,
        also: Iterable[str] = (),
        within: Collection[str] | None = None,
        language: Language | None = None,
        meanings: Sequence[str] = (),
    ) -> list[Hit]:
        """As search says, and Found.best."""
        return self.search(query, terms, within, language, meanings).best(k, also)

    def search(
        self,
        query: Vectors,
        terms: Sequence[str],
        within: Collection[str] | None = None,
        language: Language | None = None,
        meanings: Sequence[str] = (),
    ) -> Found:
        """What comes into question. query: a unit vector; terms: those of rag.index.lexical.terms_of.

        within: ids of the documents to look in, all if None; language: the question's: the best of what is in others
        only is found, too; meanings: by which that is found, rag.index.lexical.asked_meanings. A passage that is there
        in several languages is as good as its best one.
        """
        nearness = Nearness(self.space, query)
        if not self.index.chunks:
            return Found(self.space, nearness, set(), set(), _NO_SCORES, _NO_SCORES, 0.0)
        terms = list(terms)
        best_text = self._best_text(terms)
        units = self.index.lexical_unit.scores(terms)
        best_unit = np.maximum.reduceat(units, self._unit_rows[:-1])
        of_words = (1 - UNIT_SHARE_LEXICAL) * best_text + UNIT_SHARE_LEXICAL * best_unit
        lexical = np.asarray(of_words, dtype=np.float32)

        if within is not None and len(within) < len(self.index.documents):
            outside = np.array([chunk.document_id not in within for chunk in self.index.chunks])
            lexical[outside] = -1.0
        else:
            outside, within = None, self.index.documents if self.index.is_part else None
        candidates = nearness.near(within)
        candidates |= set(best_of(lexical, LEXICAL_CANDIDATES).tolist())
        if outside is not None:
            candidates = {number for number in candidates if not outside[number]}
        foreign = self._best_foreign(nearness, meanings, within, language) if candidates else set()
        bound = self.index.lexical_all.bound(terms)
        return Found(self.space, nearness, candidates, foreign, lexical, best_text, bound)

    def mean_cosine(self, query: Vectors) -> float:
        """The mean cosine of all entries with the query: how near anything at all is to it."""
        return float(np.sum(self._mean * query))

    def _best_text(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Of each passage, the best of all languages."""
        texts = self.index.lexical_all.scores(list(terms))
        return np.maximum.reduceat(texts, self._text_rows[:-1])

    def _best_foreign(
        self,
        nearness: Nearness,
        meanings: Sequence[str],
        within: Collection[str] | None,
        language: Language | None,
    ) -> set[int]:
        """The best passages of documents that are not there in the language."""
        foreign = {
            name
            for name, languages in self._languages.items()
            if language and language not in languages and (within is None or name in within)
        }
        if not foreign:
            return set()
        of_foreign = np.array([name in foreign for name in self._languages])[self._document_rows]
        words = np.where(of_foreign, self._best_text(meanings), 0)
        named = best_of(words, LEXICAL_CANDIDATES)
        numbers = np.array(sorted({*nearness.near(foreign), *named[words[named] > 0].tolist()}), dtype=np.intp)
        if not len(numbers):
            return set()
        near = np.array([_dense(*nearness.of(number)) for number in numbers.tolist()])
        fused = (1 - MEANT_SHARE) * _scaled(near) + MEANT_SHARE * _scaled(words[numbers])
        return {int(numbers[at]) for at in np.argsort(-fused, kind="stable")[:FOREIGN]}


def _dense(whole: float, units: NDArray[np.float32]) -> float:
    return float((1 - UNIT_SHARE_DENSE) * whole + UNIT_SHARE_DENSE * units.max())


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Min-max: the best of the candidates is 1, the worst 0."""
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)
