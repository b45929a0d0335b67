"""Does the confidence know when to refuse? Every question is answered, whatever the confidence; then the threshold is
moved over the answers.

    risk(t)      the share of wrong answers among those with a confidence of at least t
    coverage(t)  the share of questions answered at t

After El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, JMLR 2010.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import auc, roc_auc_score

from eval.metrics import Outcome
from eval.questions import Question
from eval.run import Output, generate
from rag.chatbot import Chatbot
from rag.models import logistic

DECIDING = ("confidence", "confidence_with_examples")
CURVE_POINTS = 40


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold makes of the questions: shares of all, of the answerable and of the unanswerable ones."""

    threshold: float
    coverage: float
    risk: float
    answered_correctly: float
    refused_correctly: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """auroc_answerable: is an answerable question's confidence higher than an unanswerable one's? auroc_right: is that
    of a right answer higher than that of any other? aurc: the area under risk over coverage, lower is better."""

    n: int
    auroc_answerable: float | None
    auroc_right: float | None
    aurc: float
    curve: tuple[Point, ...]


@contextmanager
def never_refusing() -> Iterator[None]:
    """Within this, no confidence is too low."""
    before = {name: logistic.model(name) for name in DECIDING}
    try:
        for name, model in before.items():
            logistic.override(name, {"bias": model.bias, "weights": model.weights, "threshold": 0.0})
        yield
    finally:
        for name, model in before.items():
            logistic.override(name, {"bias": model.bias, "weights": model.weights, "threshold": model.threshold})


def generate_forced(chatbot: Chatbot, questions: Sequence[Question]) -> list[Output]:
    with never_refusing():
        return generate(chatbot, questions)


def measure_abstention(outcomes: Sequence[Outcome]) -> Abstention:
    """outcomes: those of generate_forced. What is refused all the same counts as refused at any threshold."""
    confidence = np.array([each.answer.confidence if each.answered else 0.0 for each in outcomes])
    right = np.array([each.correct_answer for each in outcomes], dtype=bool)
    answerable = np.array([each.question.answerable for each in outcomes], dtype=bool)
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    risks = np.cumsum(~right[order]) / answered
    return Abstention(
        len(outcomes),
        _auroc(answerable, confidence),
        _auroc(right, confidence),
        float(auc(answered / len(order), risks)) if len(order) > 1 else 0.0,
        tuple(_point(t, confidence, right, answerable) for t in np.linspace(0, 1, CURVE_POINTS, endpoint=False)),
    )


def _point(threshold: float, confidence: np.ndarray, right: np.ndarray, answerable: np.ndarray) -> Point:
    answered = confidence >= max(threshold, 1e-9)
    return Point(
        float(threshold),
        float(answered.mean()),
        float((~right & answered).sum() / max(answered.sum(), 1)),
        float((right & answered).sum() / max(answerable.sum(), 1)),
        float((~answered & ~answerable).sum() / max((~answerable).sum(), 1)),
    )


def _auroc(labels: np.ndarray, scores: np.ndarray) -> float | None:
    return float(roc_auc_score(labels, scores)) if 0 < labels.sum() < len(labels) else None
