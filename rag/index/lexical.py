"""The lexical index: BM25 over lemmas, compound parts, stems, letter 4-grams, and what words mean (bm25s)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from copy import copy
from functools import lru_cache
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from rag.curated.concepts import Concepts
from rag.language.meanings import Meanings, Meant, fingerprint
from rag.language.words import ANALYSIS, Lexicon, letter_grams, split_words
from rag.types import LANGUAGES, Language

# Robertson's usual values; (1.0, .5), (.9, .4) and (2.0, .9) were measured worse (docs/measurements.md).
K1, B = 1.5, 0.75
# A word brings about eight terms (lemma, parts, stem, 4-grams); a concept counts as much as a word.
CONCEPT_REPEATS = 4
_COUNTED = ("l:", "s:", "c:")


def terms_of(text: str, language: Language, lexicon: Lexicon, concepts: Concepts, asked: bool = False) -> list[str]:
    """What a text is indexed by and asked by, repeats kept.

    "l:" lemmas and compound parts, "s:" stem, "g:" 4-grams of every word, "c:" concepts. Terms of the three languages
    share one space, so that names, numbers and concepts meet across languages. A question (asked) is searched for
    labels of all languages, and asks for what its concepts imply, too.
    """
    words = split_words(text)
    terms: list[str] = []
    for word in words:
        reading = lexicon.read(word, language)
        terms += [f"l:{term}" for term in reading.lemmas | reading.parts]
        terms.append(f"s:{reading.stem}")
        terms += _grams(word)
    named = frozenset().union(*concepts.find(words, LANGUAGES if asked else [language], typed=asked))
    terms += [f"c:{concept}" for concept in sorted(named)] * CONCEPT_REPEATS
    if asked:
        terms += [f"c:{concept}" for concept in sorted(concepts.implied(named))] * CONCEPT_REPEATS
    return terms


def meanings_of(text: str, language: Language, lexicon: Lexicon) -> list[str]:
    """What a text is indexed by, too, so that it is found in other languages: "m:" what its words mean, by the numbers
    of the thesaurus. Repeats kept."""
    words = split_words(text)
    readings = [lexicon.read(word, language) for word in words]
    found = Meanings.load().find(words, readings, language)
    return [term for meant in found for term in _meant(meant.own, meant.within)]


def asked_meanings(words: Iterable[Meant]) -> list[str]:
    """What a question asks that index for: what its words mean, and what that is a kind of."""
    return [term for meant in words for term in _meant(meant.own, meant.within, meant.wider)]


def _meant(*meanings: Iterable[int]) -> list[str]:
    return [f"m:{meaning}" for each in meanings for meaning in sorted(each)]


def analysis() -> str:
    """Tells indexes apart that have other terms: of another analysis of words, or with another thesaurus."""
    return f"{ANALYSIS}-{fingerprint()}"


@lru_cache(maxsize=50_000)  # a corpus says the same words again and again
def _grams(word: str) -> list[str]:
    return [f"g:{gram}" for gram in letter_grams(word)]


def _idf(texts_with: NDArray[np.int64], of: int) -> NDArray[np.float64]:
    """As bm25s computes it: Lucene's ln(1 + (N − n + ½)/(n + ½))."""
    return np.asarray(np.log(1 + (of - texts_with + 0.5) / (texts_with + 0.5)))


class LexicalIndex:
    """BM25 scores of a query against N texts, in the order in which they were indexed."""

    def __init__(self, retriever: bm25s.BM25, size: int) -> None:
        self._retriever = retriever
        self.size = size

    @classmethod
    def build(cls, texts: Sequence[list[str]]) -> LexicalIndex:
        """Index the terms of each text."""
        retriever = bm25s.BM25(k1=K1, b=B)
        retriever.index([terms or [""] for terms in texts] or [[""]], show_progress=False)  # an empty corpus, too
        return cls(retriever, len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        return cls(bm25s.BM25.load(folder, mmap=True), size)

    def save(self, folder: Path) -> None:
        self._retriever.save(folder, show_progress=False)

    def scores(self, terms: list[str]) -> NDArray[np.float32]:
        """Shape (N,), all ≥ 0; a term that no text has adds nothing."""
        known = [term for term in terms if term in self._retriever.vocab_dict]
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        return np.asarray(self._retriever.get_scores(known), dtype=np.float32)

    def only(self, rows: NDArray[np.int64]) -> LexicalIndex:
        """The index of these texts alone, in this order: how rare a term is, is counted among them. Only the mean
        length of a text, which tells of no single one, stays that of all.

        rows: numbers of texts, ascending.
        """
        scores = self._retriever.scores
        number_of = np.full(self.size, -1, dtype=np.int64)
        number_of[rows] = np.arange(len(rows))
        there = number_of[scores["indices"]]
        kept = there >= 0
        starts = np.concatenate(([0], np.cumsum(kept)))[scores["indptr"]]
        before, now = np.diff(scores["indptr"]), np.diff(starts)
        weights = _idf(now, len(rows)) / _idf(before, self.size)
        part = copy(self._retriever)
        part.scores = {
            "data": (np.asarray(scores["data"])[kept] * np.repeat(weights, now)).astype(np.float32),
            "indices": there[kept].astype(scores["indices"].dtype),
            "indptr": starts.astype(scores["indptr"].dtype),
            "num_docs": len(rows),
        }
        part.vocab_dict = {term: at for term, at in self._retriever.vocab_dict.items() if at < len(now) and now[at]}
        return LexicalIndex(part, len(rows))

    def frequencies(self, passages: Sequence[int]) -> dict[str, int]:
        """In how many passages each lemma, stem and ("c:…") concept stands. A passage counts once for a word, however
        many of its forms and translations have it.

        passages: the number of the passage that each text is of.
        """
        of_text = np.asarray(passages, dtype=np.int64)
        scores = self._retriever.scores
        found: dict[str, set[int]] = {}
        for term, at in self._retriever.vocab_dict.items():
            if term[:2] in _COUNTED:
                texts = scores["indices"][scores["indptr"][at] : scores["indptr"][at + 1]]
                found.setdefault(term if term.startswith("c:") else term[2:], set()).update(of_text[texts].tolist())
        return {name: len(each) for name, each in found.items()}

    def bound(self, terms: list[str]) -> float:
        """The most that a text could score: every term of the query saturated, also those that no text has.

        The factor of a term saturates at 1 (bm25s scores as Lucene does, without Robertson's k1 + 1), with the idf that
        a term of no text would have.
        """
        return len(terms) * math.log(1 + (self.size + 0.5) / 0.5)
