"""Outcomes → the metrics, over all questions and over each group of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np

from eval.intervals import Rate, mean, share, upper_bound
from eval.metrics import Hallucination, Outcome


@dataclass(frozen=True, slots=True)
class Metrics:
    """The keys of the JSON report. Which questions a rate is over, and what it counts, stands in eval/README.md."""

    n: int
    clusters: int
    answered_correctly: Rate
    answered_wrongly: Rate
    error_rate: Rate
    refused_correctly: Rate
    unanswerable_answered: Rate
    hallucination_rate: Rate
    hallucination_upper_95: dict[str, float | None]
    hallucination_reasons: dict[str, int]
    error_upper_95: dict[str, float | None]
    citation_precision: Rate
    citation_recall: Rate
    refusal_precision: Rate
    refusal_recall: Rate
    verdict_accuracy: Rate
    language_accuracy: Rate
    quote_mismatches: int
    latency_ms: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Summary:
    """groups: "by_language" and so on, then the group's name."""

    overall: Metrics
    groups: dict[str, dict[str, Metrics]]

    def as_json(self) -> dict[str, Any]:
        groups = {key: {name: asdict(each) for name, each in group.items()} for key, group in self.groups.items()}
        return asdict(self.overall) | groups


# A question about two documents counts for both; documents are those of answerable questions.
_GROUPS: dict[str, Callable[[Outcome], Iterable[str | None]]] = {
    "by_language": lambda outcome: (outcome.question.language,),
    "by_document": lambda outcome: outcome.question.documents if outcome.question.answerable else (),
    "by_category": lambda outcome: (outcome.question.category,),
    "by_style": lambda outcome: (outcome.question.style,),
    "by_half": lambda outcome: ("held out",) if outcome.question.held_out else (),
}


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """The metrics over all outcomes and by language, document, category and style, and those held out."""
    return Summary(measure(outcomes), {key: _grouped(outcomes, names) for key, names in _GROUPS.items()})


def measure(outcomes: Sequence[Outcome]) -> Metrics:
    """The metrics over these outcomes."""
    answerable = [each for each in outcomes if each.question.answerable]
    unanswerable = [each for each in outcomes if not each.question.answerable]
    refused = [each for each in outcomes if not each.answered]
    citing = [each for each in outcomes if each.evidence_cited is not None]
    refused_correctly = _share(unanswerable, lambda each: each.correct_refusal)
    reasons = Counter(reason for each in outcomes for reason in each.hallucinations)
    return Metrics(
        n=len(outcomes),
        clusters=len(_clusters(outcomes)),
        answered_correctly=_share(answerable, lambda each: each.correct_answer),
        answered_wrongly=_share(answerable, lambda each: each.answered and not each.correct_answer),
        error_rate=_share(answerable, lambda each: each.error),
        refused_correctly=refused_correctly,
        unanswerable_answered=_share(unanswerable, lambda each: each.answered),
        hallucination_rate=_share(outcomes, lambda each: each.hallucinated),
        hallucination_upper_95=_upper_bounds(outcomes, lambda each: each.hallucinated),
        hallucination_reasons={reason: reasons[reason] for reason in get_args(Hallucination)},
        error_upper_95=_upper_bounds(answerable, lambda each: each.error),
        citation_precision=mean(
            [each.citation_precision for each in citing if each.citation_precision is not None],
            [each.question.group for each in citing if each.citation_precision is not None],
        ),
        citation_recall=_share(citing, lambda each: each.evidence_cited is True),
        refusal_precision=_share(refused, lambda each: each.correct_refusal),
        refusal_recall=refused_correctly,
        verdict_accuracy=_share(
            [each for each in outcomes if each.verdict_right is not None], lambda each: each.verdict_right is True
        ),
        language_accuracy=_share(outcomes, lambda each: each.language_right),
        quote_mismatches=sum(each.quote_mismatches for each in outcomes),
        latency_ms={f"p{percent}": _percentile(outcomes, percent) for percent in (50, 95)},
    )


def _grouped(outcomes: Sequence[Outcome], names: Callable[[Outcome], Iterable[str | None]]) -> dict[str, Metrics]:
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for name in names(outcome):
            if name is not None:
                groups[name].append(outcome)
    return {name: measure(groups[name]) for name in sorted(groups)}


def _share(outcomes: Sequence[Outcome], hit: Callable[[Outcome], bool]) -> Rate:
    return share([hit(each) for each in outcomes], [each.question.group for each in outcomes])


def _upper_bounds(outcomes: Sequence[Outcome], hit: Callable[[Outcome], bool]) -> dict[str, float | None]:
    """Of the questions, and of the clusters, where a cluster counts if any of its questions does."""
    hits = [each for each in outcomes if hit(each)]
    return {
        "questions": upper_bound(len(hits), len(outcomes)),
        "clusters": upper_bound(len(_clusters(hits)), len(_clusters(outcomes))),
    }


def _clusters(outcomes: Sequence[Outcome]) -> set[str]:
    return {each.question.group for each in outcomes}


def _percentile(outcomes: Sequence[Outcome], percent: int) -> float | None:
    return float(np.percentile([each.latency_ms for each in outcomes], percent)) if outcomes else None
