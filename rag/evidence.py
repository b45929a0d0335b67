"""Do the found passages answer the question? Candidates, the features they are judged by, and one confidence."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

from rag.chunking import versions_of
from rag.coverage import Bag, Bags, coverage, weigh, word_coverage
from rag.index import Index
from rag.question import Question, Wanted
from rag.retrieval import Hit
from rag.types import Chunk, Language, Span, Variant

# What a search adds to the fused score of a passage that names all that the question names. On 2,965 questions
# (eval.squad): 0 .833/.951 (R@1/R@5), .15 .843/.955, .25 .843/.956, .35 .845/.956.
COVERAGE_SHARE = 0.25
MAX_STATEMENTS = 3
MAX_SEE_ALSO = 3
# A further passage is quoted beside the best one when it is this likely to answer by itself.
FURTHER_RELEVANCE = 0.5
# A sentence is chosen by its nearness plus this much for naming all that the question names.
UNIT_COVERAGE = 0.1

_NUMBER = re.compile(
    r"\d|\b(?:yksi|kaksi|kolme|neljä|viisi|kuusi|kahdesti|kerran|puolet|två|tre|fyra|fem|one|two|three|four|five)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d{4}|\d{1,2}\.\d{1,2}\.|kuussa\b|kuuta\b|kevää|syksy|kesällä|talve|vuorokau|viiko|päivä"
    r"|\b(?:tulossa|myöhemmin|kuukausi\w*|kahdesti)\b",
    re.IGNORECASE,
)
_HOLDS: dict[Wanted, re.Pattern[str]] = {"number": _NUMBER, "time": _TIME}


@dataclass(frozen=True, slots=True)
class Features:
    """What a candidate is judged by: cosines and shares in [0, 1]. docs/measurements.md tells what each is worth."""

    cosine: float  # of the passage: half the whole, half its nearest unit
    unit_cosine: float  # of its nearest unit
    coverage: float  # of the question's content words, by the quote and its headings
    passage_coverage: float  # the same by the whole passage, its headings and the document's title
    heaviest_missing: float  # the weight share of the heaviest content word that the passage lacks
    lexical_share: float  # BM25 score over the most that these words could score
    rank: float  # the fused score; the first passage found has 1
    holds_wanted: float  # 0 when the question wants a number or a time and the quote holds none
    gap: float  # 1 when the passage is a heading with nothing below it


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a passage that may answer. relevance: the probability that it does, judged by itself."""

    hit: Hit
    span: Span
    unit: int | None  # None when the whole passage is quoted
    language: Language  # in which the question was compared with it
    features: Features
    relevance: float

    @property
    def chunk(self) -> Chunk:
        return self.hit.chunk

    @property
    def is_gap(self) -> bool:
        return self.hit.chunk.kind == "gap"


@dataclass(frozen=True, slots=True)
class Decision:
    """Answer or refuse. confidence: the probability that the best candidate answers the question, among all found.

    evidence is what to quote (empty for a refusal); nearest is what to point to; gap is the heading without content
    that the question asks about, if it is one; in_scope tells whether the question is near the sources at all.
    """

    answers: bool
    confidence: float
    evidence: tuple[Evidence, ...]
    nearest: tuple[Evidence, ...]
    gap: Evidence | None
    in_scope: bool


class Judge:
    """Turns hits into candidates and candidates into a decision, for one version of the index."""

    def __init__(self, index: Index, bags: Bags) -> None:
        self._index = index
        self._bags = bags

    def rank(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """The hits by their fused score and by how much of the question they name, best first; scores in [0, 1]."""
        weights = weigh(question.words, self._index.frequencies, len(self._index.chunks))
        ranked = []
        for hit in hits:
            version = self._version(hit.chunk, question)
            named = coverage(question.words, weights, self._bags.of(version.text, version.language))
            ranked.append(replace(hit, score=(hit.score + COVERAGE_SHARE * named) / (1 + COVERAGE_SHARE)))
        return sorted(ranked, key=lambda hit: -hit.score)

    def weigh(self, question: Question, hits: Sequence[Hit]) -> list[Evidence]:
        """One candidate for each hit, the most relevant first."""
        weights = weigh(question.words, self._index.frequencies, len(self._index.chunks))
        candidates = [self._candidate(question, weights, hit) for hit in hits]
        return sorted(candidates, key=lambda candidate: -candidate.relevance)

    def decide(self, question: Question, candidates: Sequence[Evidence]) -> Decision:
        """Whether to answer, and with what. candidates: the most relevant first."""
        if not candidates:
            return Decision(False, 0.0, (), (), None, in_scope=False)
        best = candidates[0]
        model = _model("confidence", best.language == question.language)
        scope = _model("scope", True)
        features = decision_features(candidates)
        confidence = model.probability(features)
        answers = confidence >= model.threshold and not best.is_gap
        further = [c for c in candidates[1:] if c.relevance >= FURTHER_RELEVANCE and not c.is_gap]
        return Decision(
            answers,
            confidence,
            (best, *further[: MAX_STATEMENTS - 1]) if answers else (),
            tuple(c for c in candidates if not c.is_gap)[:MAX_SEE_ALSO],
            _asked_gap(candidates),
            in_scope=scope.probability(features) >= scope.threshold,
        )

    def _candidate(self, question: Question, weights: list[float], hit: Hit) -> Evidence:
        chunk = hit.chunk
        document = self._index.documents[chunk.document_id]
        words = question.words
        version = self._version(chunk, question)

        def bag(text: str) -> Bag:
            return self._bags.of(text, version.language)

        scores = [
            cosine + UNIT_COVERAGE * coverage(words, weights, bag(unit))
            for unit, cosine in zip(version.units, hit.unit_cosines, strict=True)
        ]
        span, unit_number = quoted(chunk, scores, wants_list="list" in question.wanted)
        quote = span.of(document.text)
        of_quote = bag(f"{version.context}\n{version.text if unit_number is None else version.units[unit_number]}")
        whole = bag(f"{version.context}\n{document.metadata.title}\n{version.text}")
        missing = [w * (1 - word_coverage(word, whole)) for word, w in zip(words, weights, strict=True)]
        features = Features(
            cosine=hit.cosine,
            unit_cosine=max(hit.unit_cosines),
            coverage=coverage(words, weights, of_quote),
            passage_coverage=coverage(words, weights, whole),
            heaviest_missing=max(missing, default=0.0) / (sum(weights) or 1.0),
            lexical_share=hit.lexical_share,
            rank=hit.score,
            holds_wanted=float(all(_HOLDS[w].search(quote) for w in question.wanted if w in _HOLDS)),
            gap=float(chunk.kind == "gap"),
        )
        model = _model("relevance", question.language == version.language)
        return Evidence(
            hit, span, unit_number, version.language, features, model.probability(candidate_features(features))
        )

    def _version(self, chunk: Chunk, question: Question) -> Variant:
        """The passage in the question's language if it has been translated, otherwise the source itself."""
        versions = versions_of(chunk, self._index.documents[chunk.document_id])
        return next((version for version in versions if version.language == question.language), versions[0])


def _asked_gap(candidates: Sequence[Evidence]) -> Evidence | None:
    """The heading without content that names more of the question than the best passage does, if there is one."""
    gaps = [c for c in candidates if c.is_gap]
    nearest = max(gaps, key=lambda c: c.features.passage_coverage, default=None)
    best = candidates[0]
    if nearest is None or (nearest is not best and nearest.features.coverage <= best.features.coverage):
        return None
    return nearest


def quoted(chunk: Chunk, scores: Sequence[float], wants_list: bool) -> tuple[Span, int | None]:
    """The stretch to quote and its unit: the best one, or (None) a whole list, when its lead-in matches best or the
    question asks for several things."""
    best = max(range(len(scores)), key=lambda number: scores[number])
    if chunk.kind == "list" and len(chunk.units) > 1 and (wants_list or (chunk.lead_in and best == 0)):
        return chunk.span, None
    return chunk.units[best], best


def candidate_features(features: Features) -> dict[str, float]:
    return {field.name: getattr(features, field.name) for field in fields(features)}


def decision_features(candidates: Sequence[Evidence]) -> dict[str, float]:
    """The features of the confidence: those of the best candidate, and how it stands among the others."""
    best = candidates[0]
    others = [c.relevance for c in candidates[1:] if c.chunk.id != best.chunk.id]
    gaps = [c.features.passage_coverage for c in candidates if c.is_gap]
    mean = sum(c.features.cosine for c in candidates) / len(candidates)
    named = candidate_features(best.features)
    del named["rank"]
    return named | {
        "relevance": best.relevance,
        "lead": best.relevance - max(others, default=0.0),
        "gap_nearer": max(gaps, default=0.0) - best.features.passage_coverage,
        "cosine_above_mean": best.features.cosine - mean,
    }


@dataclass(frozen=True, slots=True)
class Logistic:
    """σ(bias + Σ weight · feature), fitted by `python -m eval.fit`, which writes judge.json."""

    bias: float
    weights: dict[str, float]
    threshold: float

    def probability(self, features: dict[str, float]) -> float:
        score = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


@cache
def _model(name: str, same_language: bool) -> Logistic:
    stored = json.loads((Path(__file__).parent / "judge.json").read_text(encoding="utf-8"))
    found = stored[name]["same_language" if same_language else "other_language"]
    return Logistic(found["bias"], found["weights"], found["threshold"])
