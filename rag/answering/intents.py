"""What becomes of questions like this one? Targets by their probability, each with the example that is most alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.answering.coverage import Bag, coverages, heaviest_missing, weigh, weighted_share
from rag.answering.places import stands_at
from rag.answering.question import Question, classes_of_data
from rag.curated.concepts import Concepts
from rag.curated.content_words import Word, content_words
from rag.curated.examples import Example, ExampleSet, Target
from rag.language.answer_types import focus_of
from rag.language.pack import Focus
from rag.language.words import Lexicon
from rag.models.embedding import Vectors
from rag.models.recognition import Recogniser, classes_of, name_of
from rag.types import Span

# The most probable targets are compared with the question word by word, by their examples nearest to it. Both bound
# the time that this takes.
COMPARED_TARGETS = 6  # chosen by judgement
COMPARED_EXAMPLES = 6  # of each; chosen by judgement
# Examples that were compared last: read (some 5 kB each), and made ready to be compared (15 kB; that takes .1 ms).
KEPT_EXAMPLES, KEPT_BAGS = 16_384, 2_048
# Examples of any target that are looked at as neighbours, and how much a nearer one weighs more: a cosine higher by .1
# e² ≈ 7 times as much.
NEIGHBOURS = 8  # chosen by judgement
NEIGHBOUR_SHARPNESS = 20.0  # chosen by judgement
# How likely a question asks what an organisation's own example asks: one half at this cosine, and steeper than the
# share of 935 development questions whose nearest example was of the right kind (.75–.8 .88, .8–.85 .95, .85–.9 .98,
# below .7 at most .84), because it stands alone where those had dozens beside them.
SAME_COSINE, SAME_SLOPE = 0.75, 15.0
# An example decides what to quote when its target is this probable: more likely than all others together.
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
    """A target with the probability that the question belongs to it, and its example that is most like it. verified:
    the probability by an example alone that the organisation wrote itself, 0 without one; classes: the classes of data
    that its examples nearest to the question name."""

    target: int
    probability: float
    example: Example
    likeness: Likeness
    verified: float = 0.0
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """A question among the examples: its projected vector, and the cosine of each example with it."""

    projected: Vectors
    cosines: Vectors


@dataclass(frozen=True, slots=True)
class Compared:
    """Of an example, what a question is compared with. Written by an editor: no word is misspelt."""

    words: tuple[Word, ...]
    focus: Focus
    classes: frozenset[str]


class Matcher:
    """Compares questions with the example questions of one version of the index.

    Most of them the release's networks have learnt. The others are the organisation's own: each is a verified question
    that those nearly like it go with, from the moment it is published.
    """

    def __init__(
        self,
        examples: ExampleSet,
        own: Mapping[int, Vectors],
        recogniser: Recogniser,
        lexicon: Lexicon,
        concepts: Concepts,
    ) -> None:
        """own: the vectors of the examples that the recogniser has not learnt, by their names."""
        self.targets: Sequence[Target] = examples.targets
        self._examples = examples.examples
        self._recogniser = recogniser
        rows = [recogniser.row_of(example) for example in self._examples]
        self._learnt = np.array([number for number, row in enumerate(rows) if row is not None], dtype=int)
        self._rows = np.array([row for row in rows if row is not None], dtype=int)
        self._own = np.array([number for number, row in enumerate(rows) if row is None], dtype=int)
        named = [name_of(self._examples[number].text, self._examples[number].language) for number in self._own]
        self._own_projected = recogniser.networks.project(np.stack([own[name] for name in named])) if named else None
        self._classes = np.array(classes_of(examples, recogniser), dtype=int)
        self._target_of = np.array([example.target for example in self._examples], dtype=int)
        self._holding = lru_cache(maxsize=8)(self._holds)  # the same from one question to the next, but for its day
        self._compared = lru_cache(maxsize=KEPT_EXAMPLES)(self._read)
        self._ready = lru_cache(maxsize=KEPT_BAGS)(self._made_ready)
        self._lexicon, self._concepts = lexicon, concepts
        self._of_target: list[list[int]] = [[] for _ in self.targets]
        for number, example in enumerate(self._examples):
            self._of_target[example.target].append(number)
        self._frequencies: Mapping[str, int] = examples.frequencies

    @property
    def learnt_documents(self) -> frozenset[str]:
        """The documents of which so many examples were learnt that it means something to be like none of them."""
        learnt = (target for target, of in zip(self.targets, self._classes, strict=True) if of >= 0)
        return frozenset(document_id for target in learnt for document_id, _ in target.places)

    def place(self, vector: Vectors) -> Placed:
        """vector: the question's, as rag.models.embedding.Embedder.question_vector gives it."""
        projected = self._recogniser.networks.project(vector)
        cosines = np.zeros(len(self._examples), dtype=np.float32)
        if len(self._rows):
            cosines[self._learnt] = self._recogniser.cosines(projected)[self._rows]
        if self._own_projected is not None:
            cosines[self._own] = self._own_projected @ projected
        return Placed(projected, cosines)

    def match(self, question: Question, placed: Placed, in_force: Collection[str]) -> list[Match]:
        """The most probable targets that say something of the documents in force, the most probable first.

        in_force: ids of documents.
        """
        if not self._examples:
            return []
        probabilities, verified = self._probabilities(placed, in_force)
        weights = weigh(question.words, self._frequencies, len(self._examples))
        own = _bag(question.words)
        return [
            self._match(int(target), float(probabilities[target]), verified, question, weights, own, placed.cosines)
            for target in np.argsort(-probabilities, kind="stable")[:COMPARED_TARGETS]
            if probabilities[target] > 0
        ]

    def without(self, matches: Sequence[Match], places: Sequence[tuple[str, Span]]) -> list[Match]:
        """The matches whose targets lie at none of these places, given as (document id, span)."""
        return [
            match
            for match in matches
            if not any(stands_at(*each, places) for each in self.targets[match.target].places)
        ]

    def nowhere_share(self, placed: Placed) -> float:
        """How much of the nearest examples no source answers, in [0, 1], the nearer the weightier; 0 without any."""
        if not self._examples:
            return 0.0
        cosines = placed.cosines
        nearest = np.argpartition(-cosines, min(NEIGHBOURS, len(cosines) - 1))[:NEIGHBOURS]
        weights = np.exp(NEIGHBOUR_SHARPNESS * cosines[nearest])
        nowhere = [not self.targets[self._examples[number].target].places for number in nearest]
        return float(weights[nowhere].sum() / weights.sum())

    def likely_places(self, matches: Sequence[Match]) -> Sequence[tuple[str, Span]]:
        """The places, as (document id, span), that surely answer questions like this one."""
        if not matches:
            return ()
        places = self.targets[matches[0].target].places
        # Two kinds of question may be answered by the same words: together they are as sure as one.
        elsewhere = sum(each.probability for each in self.without(matches, places))
        here = sum(each.probability for each in matches) - elsewhere
        return places if here >= SURELY else ()

    def _probabilities(self, placed: Placed, in_force: Collection[str]) -> tuple[Vectors, dict[int, float]]:
        """Of all targets, and of the one that an own example speaks for, by that example alone."""
        holding = self._holding(frozenset(in_force))
        usable = holding & (self._classes >= 0)
        scores = self._recogniser.networks.log_odds(placed.projected)[self._classes]
        likely = np.where(usable, np.exp(scores - scores.max(where=usable, initial=-np.inf)), 0.0)
        total = likely.sum()
        probabilities = np.asarray(likely / total if total else likely, dtype=np.float32)
        own = [number for number in self._own if holding[self._target_of[number]]]
        if not own:
            return probabilities, {}
        nearest = max(own, key=lambda number: float(placed.cosines[number]))
        cosine, target = float(placed.cosines[nearest]), int(self._target_of[nearest])
        others = placed.cosines[self._learnt][self._target_of[self._learnt] != target]
        share = _same_question(cosine) / (1 + np.exp(NEIGHBOUR_SHARPNESS * (others.max(initial=-1.0) - cosine)))
        probabilities *= 1 - share if total else 1.0
        probabilities[target] += share
        return probabilities, {target: float(share)}

    def _holds(self, in_force: frozenset[str]) -> NDArray[np.bool_]:
        """Of each target, whether it has examples and says anything of these documents."""
        holding = [bool(self._of_target[n]) and t.holds(in_force) for n, t in enumerate(self.targets)]
        return np.array(holding, dtype=bool)

    def _match(
        self,
        target: int,
        probability: float,
        verified: Mapping[int, float],
        question: Question,
        weights: list[float],
        own: Bag,
        all_cosines: Vectors,
    ) -> Match:
        numbers = np.array(self._of_target[target])
        cosines = all_cosines[numbers]
        nearest = np.argsort(-cosines, kind="stable")[:COMPARED_EXAMPLES]
        likenesses = [
            (self._compare(question, weights, own, int(numbers[at]), float(cosines[at])), int(numbers[at]))
            for at in nearest
        ]
        likeness, number = max(likenesses, key=lambda pair: pair[0].cosine + pair[0].named + pair[0].names)
        classes = frozenset().union(*(self._compared(number).classes for _, number in likenesses))
        return Match(target, probability, self._examples[number], likeness, verified.get(target, 0.0), classes)

    def _compare(self, question: Question, weights: list[float], own: Bag, number: int, cosine: float) -> Likeness:
        example, (bag, theirs) = self._compared(number), self._ready(number)
        of_question, of_example = coverages(question.words, bag), coverages(example.words, own)
        return Likeness(
            cosine=cosine,
            named=weighted_share(of_question, weights),
            names=weighted_share(of_example, theirs),
            heaviest_missing=heaviest_missing(of_question, weights),
            heaviest_extra=heaviest_missing(of_example, theirs),
            focus_same=float(question.focus == example.focus != "unsaid"),
            focus_differs=float(question.focus != example.focus and "unsaid" not in (question.focus, example.focus)),
        )

    def _read(self, number: int) -> Compared:
        """What an example says; when it is first compared, because reading all would slow the start."""
        example = self._examples[number]
        words = content_words(example.text, example.language, self._lexicon, self._concepts, asked=True)
        return Compared(words, focus_of(example.text), classes_of_data(words, self._concepts))

    def _made_ready(self, number: int) -> tuple[Bag, list[float]]:
        """An example's words and their weights."""
        words = self._compared(number).words
        return _bag(words), weigh(words, self._frequencies, len(self._examples))


def likeness_features(likeness: Likeness, prefix: str) -> dict[str, float]:
    return {f"{prefix}_{field.name}": getattr(likeness, field.name) for field in fields(likeness)}


def _same_question(cosine: float) -> float:
    """The probability that a question asks what an example asks, by the cosine of their projected vectors."""
    return float(1 / (1 + np.exp(-SAME_SLOPE * (cosine - SAME_COSINE))))


def _bag(words: Sequence[Word]) -> Bag:
    return Bag.of(
        [word.text for word in words],
        [word.reading for word in words],
        frozenset(concept for word in words for concept in word.concepts),
    )
