"""What becomes of questions like this one? Targets by their probability, each with the example that is most alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from rag.concepts import Concepts
from rag.coverage import Bag, coverage, weigh, word_coverage
from rag.embedding import Vectors
from rag.examples import Example, ExampleSet, Target
from rag.question import Question, Word, read_question
from rag.recognition import Recogniser
from rag.types import Span
from rag.words import Lexicon, letter_grams

# The most probable targets are compared with the question word by word, by their examples nearest to it.
COMPARED_TARGETS = 6
COMPARED_EXAMPLES = 6
# Examples of any target that are looked at as neighbours, and how much a nearer one weighs more.
NEIGHBOURS = 8
NEIGHBOUR_SHARPNESS = 20.0
# An example decides what to quote when its target is this probable.
SURELY = 0.5


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a question and an example are: cosine, shares of the words' weight in [0, 1], and flags 0 or 1."""

    cosine: float  # of the projected vectors
    named: float  # of the question's content words, by the example
    names: float  # of the example's content words, by the question
    heaviest_missing: float  # the weight share of the heaviest of the question's words that the example lacks
    heaviest_extra: float  # the same the other way round
    focus_same: float  # both ask who, or when, or whether …
    focus_differs: float  # one asks who, the other when …; neither for keywords


NOTHING_ALIKE = Likeness(0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Match:
    """A target with the probability that the question belongs to it, and its example that is most like it."""

    target: int
    probability: float
    example: Example
    likeness: Likeness


class Matcher:
    """Compares questions with the example questions of one version of the index."""

    def __init__(
        self, examples: ExampleSet, vectors: Vectors, recogniser: Recogniser, lexicon: Lexicon, concepts: Concepts
    ) -> None:
        self.targets: Sequence[Target] = examples.targets
        self._examples = examples.examples
        self._recogniser = recogniser
        self._projected = recogniser.project(vectors)
        self._read: dict[int, Question] = {}
        self._lexicon, self._concepts = lexicon, concepts
        self._of_target: list[list[int]] = [[] for _ in self.targets]
        for number, example in enumerate(self._examples):
            self._of_target[example.target].append(number)
        self._frequencies: Mapping[str, int] = examples.frequencies

    def match(self, question: Question, vector: Vectors, in_force: Collection[str]) -> list[Match]:
        """The most probable targets that say something of the documents in force, the most probable first.

        vector: the question's, as rag.embedding.Embedder.question_vectors gives it; in_force: ids of documents.
        """
        if not self._examples:
            return []
        projected = self._recogniser.project(vector)
        probabilities = self._probabilities(projected, in_force)
        weights = weigh(question.words, self._frequencies, len(self._examples))
        own = _bag(question.words)
        return [
            self._match(int(target), float(probabilities[target]), question, weights, own, projected)
            for target in np.argsort(-probabilities, kind="stable")[:COMPARED_TARGETS]
            if probabilities[target] > 0
        ]

    def without(self, matches: Sequence[Match], places: Sequence[tuple[str, Span]]) -> list[Match]:
        """The matches whose targets lie at none of these places, given as (document id, span)."""
        return [
            match
            for match in matches
            if not any(
                name == document_id and span.touches(place)
                for document_id, span in self.targets[match.target].places
                for name, place in places
            )
        ]

    def nowhere_share(self, vector: Vectors) -> float:
        """How much of the nearest examples no source answers, in [0, 1], the nearer the weightier; 0 without any."""
        if not self._examples:
            return 0.0
        cosines = self._projected @ self._recogniser.project(vector)
        nearest = np.argpartition(-cosines, min(NEIGHBOURS, len(cosines) - 1))[:NEIGHBOURS]
        weights = np.exp(NEIGHBOUR_SHARPNESS * cosines[nearest])
        nowhere = [not self.targets[self._examples[number].target].places for number in nearest]
        return float(weights[nowhere].sum() / weights.sum())

    def likely_places(self, matches: Sequence[Match]) -> Sequence[tuple[str, Span]]:
        """The places, as (document id, span), that surely answer questions like this one."""
        if not matches or matches[0].probability < SURELY:
            return ()
        return self.targets[matches[0].target].places

    def _probabilities(self, projected: Vectors, in_force: Collection[str]) -> Vectors:
        scores = self._recogniser.log_odds(projected)
        usable = np.array([bool(self._of_target[n]) and t.holds(in_force) for n, t in enumerate(self.targets)])
        likely = np.where(usable, np.exp(scores - scores.max(where=usable, initial=-np.inf)), 0.0)
        total = likely.sum()
        return np.asarray(likely / total if total else likely, dtype=np.float32)

    def _match(
        self, target: int, probability: float, question: Question, weights: list[float], own: Bag, projected: Vectors
    ) -> Match:
        numbers = np.array(self._of_target[target])
        cosines = self._projected[numbers] @ projected
        nearest = np.argsort(-cosines, kind="stable")[:COMPARED_EXAMPLES]
        likenesses = [
            (self._compare(question, weights, own, int(numbers[at]), float(cosines[at])), int(numbers[at]))
            for at in nearest
        ]
        likeness, number = max(likenesses, key=lambda pair: pair[0].cosine + pair[0].named + pair[0].names)
        return Match(target, probability, self._examples[number], likeness)

    def _compare(self, question: Question, weights: list[float], own: Bag, number: int, cosine: float) -> Likeness:
        example = self._question_of(number)
        bag = _bag(example.words)
        theirs = weigh(example.words, self._frequencies, len(self._examples))
        return Likeness(
            cosine=cosine,
            named=coverage(question.words, weights, bag),
            names=coverage(example.words, theirs, own),
            heaviest_missing=_heaviest(question.words, weights, bag),
            heaviest_extra=_heaviest(example.words, theirs, own),
            focus_same=float(question.focus == example.focus != "unsaid"),
            focus_differs=float(question.focus != example.focus and "unsaid" not in (question.focus, example.focus)),
        )

    def _question_of(self, number: int) -> Question:
        """An example as a question; read when it is first compared, because reading all would slow the start."""
        if number not in self._read:
            example = self._examples[number]
            self._read[number] = read_question(
                example.text, example.language, self._lexicon, self._concepts, typed=False
            )
        return self._read[number]


def likeness_features(likeness: Likeness, prefix: str) -> dict[str, float]:
    return {f"{prefix}_{field.name}": getattr(likeness, field.name) for field in fields(likeness)}


def word_frequencies(examples: Sequence[Example], lexicon: Lexicon, concepts: Concepts) -> dict[str, int]:
    """In how many examples each lemma, stem and concept stands, as rag.coverage.weigh counts them."""
    counts: Counter[str] = Counter()
    for example in examples:
        words = read_question(example.text, example.language, lexicon, concepts, typed=False).words
        counts.update(
            {
                name
                for word in words
                for name in (*word.reading.lemmas, word.reading.stem, *(f"c:{concept}" for concept in word.concepts))
            }
        )
    return dict(counts)


def _heaviest(words: Sequence[Word], weights: Sequence[float], bag: Bag) -> float:
    missing = [w * (1 - word_coverage(word, bag)) for word, w in zip(words, weights, strict=True)]
    return max(missing, default=0.0) / (sum(weights) or 1.0)


def _bag(words: Sequence[Word]) -> Bag:
    return Bag(
        tuple(word.reading for word in words),
        tuple(frozenset(letter_grams(word.text)) for word in words),
        frozenset(term for word in words for term in word.reading.terms()),
        frozenset(name for word in words for name in (*word.reading.lemmas, word.reading.stem)),
        frozenset(concept for word in words for concept in word.concepts),
    )
