"""Is the passage that answers found, and how high? Over the answerable questions with evidence.

R@k      the share of questions with evidence in one of the first k passages
MRR@10   the mean of 1/rank of the first one
nDCG@10  Σ 1/log2(rank + 1) over the passages with evidence, over the most there could be
         (Järvelin and Kekäläinen, TOIS 2002)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import ndcg_score

from eval.intervals import Rate, mean, share
from eval.metrics import holds_evidence
from eval.questions import Question
from rag.chatbot import Chatbot

DEPTH = 10
CUTS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The passages found for a question, best first, and in how many of all passages its evidence stands."""

    question_id: str
    passages: tuple[str, ...]
    with_evidence: int


@dataclass(frozen=True, slots=True)
class Retrieval:
    recall: dict[str, Rate]
    mrr: Rate
    ndcg: Rate
    by_language: dict[str, Rate]  # R@5


def generate_rankings(chatbot: Chatbot, questions: Sequence[Question]) -> list[Ranking]:
    """Ask the search for each answerable question, without telling its language."""
    index = chatbot.index
    texts = [chunk.span.of(index.documents[chunk.document_id].text) for chunk in index.chunks if chunk.kind != "gap"]
    return [
        Ranking(
            question.id,
            tuple(passage.text for passage in chatbot.search(question.question, DEPTH)),
            sum(holds_evidence(text, question.evidence) for text in texts),
        )
        for question in questions
        if question.answerable and question.evidence
    ]


def measure_retrieval(rankings: Sequence[Ranking], questions: Mapping[str, Question]) -> Retrieval:
    """questions by id. Evidence that no passage holds as a whole counts as not found."""
    asked = [questions[ranking.question_id] for ranking in rankings]
    found = [
        [holds_evidence(text, question.evidence) for text in ranking.passages]
        for ranking, question in zip(rankings, asked, strict=True)
    ]
    groups = [question.group for question in asked]
    first = [each.index(True) + 1 if any(each) else None for each in found]
    hits = {k: [rank is not None and rank <= k for rank in first] for k in CUTS}
    ndcg = [_ndcg(each, ranking.with_evidence) for each, ranking in zip(found, rankings, strict=True)]
    languages = sorted({question.language for question in asked})
    return Retrieval(
        {f"R@{k}": share(hits[k], groups) for k in CUTS},
        mean([1 / rank if rank else 0.0 for rank in first], groups),
        mean(ndcg, groups),
        {
            language: share(
                [hit for hit, q in zip(hits[5], asked, strict=True) if q.language == language],
                [q.group for q in asked if q.language == language],
            )
            for language in languages
        },
    )


def _ndcg(found: Sequence[bool], with_evidence: int) -> float:
    """nDCG@10 of one ranking; with_evidence passages hold the evidence, found or not."""
    missed = max(with_evidence - sum(found), 0)
    relevance = np.array([[float(hit) for hit in found] + [0.0] * (DEPTH - len(found)) + [1.0] * missed])
    if not relevance.any():
        return 0.0
    ranks = -np.arange(relevance.shape[1], dtype=float)[None]
    return float(ndcg_score(relevance, ranks, k=DEPTH))
