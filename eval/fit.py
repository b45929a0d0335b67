"""Fit the judge: python -m eval.fit [--questions eval/questions/dev.jsonl] [--write]

Three logistic regressions over documented features (rag/evidence.py), for questions in the language of the source and
in another: relevance (does this candidate answer?), confidence (does the best candidate answer?), scope (is the
question near the sources at all?). For the other language, Swedish and English questions are asked of the corpus
without its translations. Questions of one cluster stay in one fold; the figures printed are out of fold.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eval.metrics import holds_evidence
from eval.questions import Question, load_questions
from rag.build import build_index
from rag.chatbot import CANDIDATES
from rag.concepts import Concepts
from rag.coverage import Bags
from rag.embedding import Embedder
from rag.evidence import Evidence, Judge, candidate_features, decision_features
from rag.index import open_index
from rag.lexical import terms_of
from rag.question import read_question
from rag.retrieval import Retriever
from rag.settings import Settings, load_settings
from rag.words import Lexicon

JUDGE_FILE = Path(__file__).parents[1] / "rag" / "judge.json"
FOLDS = 10
# Strength of the penalty on large weights (sklearn's C) for few hundred questions and a dozen features.
REGULARISATION = 0.3
# Somebody who is refused asks elsewhere; somebody who is answered where the source says nothing relies on it.
WRONG_WEIGHS = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=Path("eval/questions/dev.jsonl"))
    parser.add_argument("--write", action="store_true", help=f"write {JUDGE_FILE.name}")
    arguments = parser.parse_args()
    settings = load_settings()
    embedder = Embedder.load(settings)
    questions = load_questions(arguments.questions)
    with tempfile.TemporaryDirectory() as folder:
        own = _cases(settings, embedder, questions, Path(folder))
        foreign = [q for q in questions if q.language != "fi"]
        without = _cases(settings, embedder, foreign, Path(folder), translations=False)
    judged: dict[str, dict[str, Any]] = {"relevance": {}, "confidence": {}, "scope": {}}
    for name, cases in (("same_language", own), ("other_language", without)):
        pairs = [(case.question, c) for case in cases for c in case.candidates]
        rows = [candidate_features(c.features) for _, c in pairs]
        labels = np.array([right for case in cases for right in case.right.values()])
        clusters = [q.group for q, _ in pairs]
        judged["relevance"][name], probabilities = _fit(f"relevance {name}", rows, labels, clusters, _half)
        # The second stage is fitted on first-stage probabilities of questions that the first stage had not seen.
        at = 0
        seconds: list[tuple[Question, list[Evidence]]] = []
        found: list[bool] = []
        for case in cases:
            unseen = [replace(c, relevance=float(p)) for c, p in zip(case.candidates, probabilities[at:], strict=False)]
            at += len(unseen)
            unseen.sort(key=lambda c: -c.relevance)
            seconds.append((case.question, unseen))
            found.append(case.right[unseen[0].chunk.id])
        rows = [decision_features(c) for _, c in seconds]
        right = np.array(found)
        answerable = np.array([q.answerable for q, _ in seconds])
        clusters = [q.group for q, _ in seconds]

        def threshold_of(p: Any, right: Any = right, answerable: Any = answerable) -> float:
            return _threshold(p, right, answerable)

        judged["confidence"][name], p = _fit(f"confidence {name}", rows, right, clusters, threshold_of)
        threshold = judged["confidence"][name]["threshold"]
        answered, refused = p >= threshold, p < threshold
        print(
            f"  threshold {threshold:.2f}: "
            f"{np.mean((right & answered)[answerable]):.3f} of {answerable.sum()} answerable answered rightly, "
            f"{np.mean(refused[~answerable]):.3f} of {(~answerable).sum()} unanswerable refused; "
            f"AUROC answerable or not {roc_auc_score(answerable, p):.3f}"
        )
        near = np.array([(q.category or "") not in ("out_of_scope", "chit_chat") for q, _ in seconds])
        judged["scope"][name], _ = _fit(f"scope {name}", rows, near, clusters, _cautious(near))
    if arguments.write:
        JUDGE_FILE.write_text(json.dumps(judged, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class _Case:
    """A question with its candidates; right tells for each chunk id whether it holds the evidence."""

    question: Question
    candidates: list[Evidence]
    right: dict[str, bool]


def _cases(
    settings: Settings, embedder: Embedder, questions: list[Question], folder: Path, translations: bool = True
) -> list[_Case]:
    """Ask an index of the corpus, built in the folder, with its translations or without."""
    corpus = folder / f"corpus-{translations}"
    shutil.copytree(settings.corpus_dir, corpus)
    if not translations:
        for file in [*corpus.rglob("*.sv.md"), *corpus.rglob("*.en.md")]:
            file.unlink()
    settings = settings.model_copy(update={"corpus_dir": corpus, "data_dir": folder / f"data-{translations}"})
    lexicon = Lexicon(settings.data_dir)
    build_index(settings, embedder, lexicon)
    index = open_index(settings, embedder.fingerprint)
    concepts = Concepts(index.concepts, lexicon)
    retriever, judge = Retriever(index), Judge(index, Bags(lexicon, concepts))
    cases = []
    for question in questions:
        asked = read_question(question.question, question.language, lexicon, concepts)
        terms = terms_of(question.question, asked.language, lexicon, concepts, asked=True)
        candidates = judge.weigh(asked, retriever.find(embedder.embed_query(question.question), terms, CANDIDATES))
        right = {}
        for candidate in candidates:
            text = candidate.chunk.span.of(index.documents[candidate.chunk.document_id].text)
            right[candidate.chunk.id] = not candidate.is_gap and holds_evidence(text, question.evidence)
        # In the order of the candidates, as the features are.
        cases.append(_Case(question, candidates, right))
    return cases


def _fit(
    name: str,
    rows: list[dict[str, float]],
    labels: Any,
    clusters: list[str],
    choose: Callable[[Any], float],
) -> tuple[dict[str, Any], Any]:
    names = list(rows[0])
    matrix = np.array([[row[key] for key in names] for row in rows])
    groups = np.unique(clusters, return_inverse=True)[1]
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=REGULARISATION, max_iter=1000))
    p = cross_val_predict(pipeline, matrix, labels, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")[:, 1]
    print(f"{name}: n {len(labels)}, positive {labels.sum()}, out-of-fold AUROC {roc_auc_score(labels, p):.3f}")
    pipeline.fit(matrix, labels)
    scaler, model = pipeline[0], pipeline[1]
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - (weights * scaler.mean_).sum())
    return {
        "bias": round(bias, 4),
        "weights": {key: round(float(w), 4) for key, w in zip(names, weights, strict=True)},
        "threshold": round(choose(p), 3),
    }, p


def _half(_: Any) -> float:
    return 0.5


def _threshold(p: Any, right: Any, answerable: Any) -> float:
    """Where answering unanswerable questions and not answering answerable ones cost least together.

    An answer that should not have been given weighs as much as WRONG_WEIGHS refusals of an answerable question.
    """
    grid = np.arange(0.05, 0.95, 0.01)
    wrong = np.array([np.mean((p >= t)[~answerable]) for t in grid])
    lost = np.array([np.mean(~(right & (p >= t))[answerable]) for t in grid])
    return float(grid[np.argmin(WRONG_WEIGHS * wrong + lost)])


def _cautious(near: Any) -> Callable[[Any], float]:
    """Out of scope is only said where at most 2 % of the questions near the sources would be told so."""
    return lambda p: float(np.quantile(p[near], 0.02))


if __name__ == "__main__":
    main()
