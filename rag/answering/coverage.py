"""How much of what a question names does a text name too?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.curated.concepts import Concepts
from rag.curated.content_words import Word, content_words
from rag.language.meanings import NOTHING_MEANT, Meanings, Meant, named_in
from rag.language.words import Lexicon, Reading, letter_grams, split_words
from rag.types import Language

# How well one word covers another, from 0 to 1. Chosen by judgement; only what coverage comes to as a feature was
# measured (docs/measurements.md, "Judging"). Another value asks for `make fit`.
PART_MATCH = 0.7  # a part of a compound is the other word: "palvelu" and "tekoälypalvelu"
SHARED_PART = 0.35  # two compounds share a part: "johtoryhmä" and "ohjausryhmä"
GRAM_MATCH = 0.9  # times the Dice coefficient of the letter 4-grams, for misspelt and related words
IMPLIED_MATCH = 0.95  # the text names what the word's concept implies: "hetu" and "henkilötieto"
SAME_MEANING = 0.9  # the thesaurus has both in one line: "pomo" and "supervisor"
WIDER_MEANING = 0.8  # the text names what the word is a kind of: "läppäri" and "device"
# A word counts as named exactly from this coverage on: the same lemma, or what its concept implies.
EXACTLY = IMPLIED_MATCH
GRAM_FLOOR = 0.4  # below this Dice coefficient, words only look alike by chance


@dataclass(frozen=True, slots=True)
class Bag:
    """The words of a text, ready to be compared. sizes: how many letter n-grams each word has; having: the numbers of
    the words that have one."""

    readings: tuple[Reading, ...]
    sizes: tuple[int, ...]
    having: Mapping[str, tuple[int, ...]]
    terms: frozenset[str]
    lemmas: frozenset[str]
    concepts: frozenset[str]
    meant: Meant

    @classmethod
    def of(
        cls,
        words: Sequence[str],
        readings: Sequence[Reading],
        concepts: frozenset[str],
        meant: Meant = NOTHING_MEANT,
    ) -> Bag:
        """words: as they are written, with the reading of each; meant: what any of them means."""
        grams = [_grams(word) for word in words]
        having: dict[str, list[int]] = {}
        for number, each in enumerate(grams):
            for gram in each:
                having.setdefault(gram, []).append(number)
        return cls(
            tuple(readings),
            tuple(map(len, grams)),
            {gram: tuple(numbers) for gram, numbers in having.items()},
            frozenset(term for reading in readings for term in reading.terms()),
            frozenset(name for reading in readings for name in (*reading.lemmas, reading.stem)),
            concepts,
            meant,
        )


@lru_cache(maxsize=4096)
def _grams(word: str) -> frozenset[str]:
    return frozenset(letter_grams(word))


class Bags:
    """Bags of texts, made once: the same passages are compared with many questions."""

    def __init__(self, lexicon: Lexicon, concepts: Concepts, remembered: int = 4096) -> None:
        self._lexicon = lexicon
        self._concepts = concepts
        self.of = lru_cache(maxsize=remembered)(self._make)
        self.words = lru_cache(maxsize=remembered)(self._words)

    def _words(self, text: str, language: Language) -> tuple[Word, ...]:
        """The content words of what an editor wrote."""
        return content_words(text, language, self._lexicon, self._concepts)

    def _make(self, text: str, language: Language) -> Bag:
        in_order = split_words(text)
        words = list(dict.fromkeys(in_order))
        readings = {word: self._lexicon.read(word, language) for word in words}
        meant = named_in(Meanings.load().find(in_order, [readings[word] for word in in_order], language))
        named = frozenset().union(*self._concepts.find(in_order, [language]))
        return Bag.of(words, list(readings.values()), named, meant)


def word_coverage(word: Word, bag: Bag) -> float:
    """How well the best word of the bag matches, in [0, 1]: 1 for the same lemma, less for a part or a likeness."""
    reading = word.reading
    # Some hundred words are compared with a bag for one answer: no set is made that is only asked of.
    if reading.stem in bag.lemmas or not reading.lemmas.isdisjoint(bag.lemmas):
        return 1.0
    if not word.concepts.isdisjoint(bag.concepts):
        return 1.0
    if not word.implied.isdisjoint(bag.concepts):
        return IMPLIED_MATCH
    is_part = reading.stem in bag.terms or not reading.lemmas.isdisjoint(bag.terms)
    if is_part or not reading.parts.isdisjoint(bag.lemmas):
        best = PART_MATCH
    else:
        best = 0.0 if reading.parts.isdisjoint(bag.terms) else SHARED_PART
    grams = _grams(word.text)
    shared: dict[int, int] = {}
    for gram in grams:
        for number in bag.having.get(gram, ()):
            shared[number] = shared.get(number, 0) + 1
    dice = max((2 * count / (len(grams) + bag.sizes[number]) for number, count in shared.items()), default=0.0)
    return max(best, GRAM_MATCH * dice) if dice >= GRAM_FLOOR else best


def meaning_coverage(word: Word, bag: Bag) -> float:
    """The same where what means the same counts, too, also in another language, and what the word is a kind of."""
    return _with_meaning(word, bag, not word.meant.wider.isdisjoint(bag.meant.own))


def named_by(word: Word, question: Bag) -> float:
    """How well a question names a word of a text: also where it names a kind of that, "läppäri" of "device"."""
    return _with_meaning(word, question, not word.meant.own.isdisjoint(question.meant.wider))


def _with_meaning(word: Word, bag: Bag, is_kind: bool) -> float:
    covered, meant, there = word_coverage(word, bag), word.meant, bag.meant
    if covered >= SAME_MEANING:
        return covered
    if not meant.own.isdisjoint(there.own):
        return SAME_MEANING
    if is_kind:
        return max(covered, WIDER_MEANING)
    if not meant.own.isdisjoint(there.within) or not meant.within.isdisjoint(there.own):
        return max(covered, PART_MATCH)
    return covered if meant.within.isdisjoint(there.within) else max(covered, SHARED_PART)


def coverages(words: Sequence[Word], bag: Bag) -> list[float]:
    """meaning_coverage of each; of the words themselves alone where one side has no meanings, as examples have none."""
    return [meaning_coverage(word, bag) for word in words]


def told_apart(words: Sequence[Word], weights: Sequence[float], covered: Sequence[float], bag: Bag) -> float:
    """The share of the words' weight that a text lacks and names an alternative of, which rules tell apart from it: a
    trainee is asked about, and it speaks of employees. covered: how well it covers each word."""
    lacking = [
        weight
        for word, weight, share in zip(words, weights, covered, strict=True)
        if share <= SHARED_PART and not word.meant.others.isdisjoint(bag.meant.own)
    ]
    return sum(lacking) / (sum(weights) or 1.0)


def weigh(words: Sequence[Word], frequencies: Mapping[str, int], passages: int) -> list[float]:
    """The weight of each word: BM25's idf = ln(1 + (N − n + ½)/(n + ½)), n: passages with the word or its concept."""
    weights = []
    for word in words:
        names = (*word.reading.lemmas, word.reading.stem, *(f"c:{concept}" for concept in word.concepts))
        counts = [frequencies.get(name, 0) for name in names]
        n = max(counts, default=0)
        weights.append(math.log(1 + (passages - n + 0.5) / (n + 0.5)))
    return weights


def weighted_share(covered: Sequence[float], weights: Sequence[float]) -> float:
    """The share of the words' weight that is covered, in [0, 1]; 0 without words."""
    total = sum(weights)
    return sum(weight * each for each, weight in zip(covered, weights, strict=True)) / total if total else 0.0


def coverage(words: Sequence[Word], weights: Sequence[float], bag: Bag) -> float:
    """The share of the words' weight that the bag covers, in [0, 1]; 0 for a question without content words."""
    return weighted_share(coverages(words, bag), weights)


def heaviest_missing(covered: Sequence[float], weights: Sequence[float]) -> float:
    """The share of all weight that the heaviest of the words lacks."""
    missing = [weight * (1 - each) for each, weight in zip(covered, weights, strict=True)]
    return max(missing, default=0.0) / (sum(weights) or 1.0)
