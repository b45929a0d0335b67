"""Fit the judge: python -m eval.fit --squad DIR [--questions eval/questions/dev.jsonl] [--write]

Logistic regressions over documented features (rag/evidence.py, rag/matching.py, rag/judge.py):

    relevance…      does this candidate answer? of documents with example questions, without, in another language
    confidence…     does the best candidate answer? the same three
    scope           is the question near the sources at all?

The project's own questions are asked of the project's corpus as it is, without its examples, and (for the other
language) also without its translations. What can be known without examples is learnt from the Finnish SQuAD 2 as well:
each half of its articles is indexed, and all questions are asked of it. Questions of one cluster and articles of one
title stay in one fold; the figures printed are out of fold.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
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
from eval.squad import halves, load_squad, sample, write_squad
from rag import logistic
from rag.build import build_index
from rag.clock import Clock
from rag.embedding import Embedder, Vectors
from rag.evidence import Evidence, candidate_features
from rag.index import open_index
from rag.judge import decision_features, quoted_evidence
from rag.matching import Likeness
from rag.opened import Considered, Opened
from rag.settings import Settings, load_settings
from rag.words import Lexicon

FOLDS = 10
# Strength of the penalty on large weights (sklearn's C) for few hundred questions and a dozen features.
REGULARISATION = 0.3
# Somebody who is refused asks elsewhere; somebody who is answered where the source says nothing relies on it. So the
# threshold is the one from which on so few of the unanswerable questions are answered, whatever that costs.
ANSWERED_OF_UNANSWERABLE = 0.04
SQUAD_QUESTIONS = 2500  # of 6,143

_LIKENESS = tuple(field.name for field in fields(Likeness))
_EXAMPLES = ("same_answer_logit", "ruled", *(f"example_{name}" for name in _LIKENESS))
RELEVANCE = (
    "cosine", "unit_cosine", "coverage", "passage_coverage", "heaviest_missing", "lexical_share", "rank",
    "holds_wanted", "gap",
)  # fmt: skip
CONFIDENCE = (
    "relevance", "coverage", "mean_cosine", "best_cosine", "best_exact_coverage", "best_lexical_share", "unit_cosine",
    "holds_wanted", "gap",
)  # fmt: skip
OTHER_LANGUAGE = (
    "relevance", "coverage", "passage_coverage", "lexical_share", "cosine", "unit_cosine", "lead", "gap", "gap_nearer",
)  # fmt: skip
NEARNESS = (
    *CONFIDENCE, "cosine", "passage_coverage", "exact_coverage", "heaviest_missing", "lexical_share", "lead",
)  # fmt: skip
WITH_EXAMPLES = (
    *CONFIDENCE, *_EXAMPLES, *(f"nowhere_{name}" for name in _LIKENESS), "lead", "gap_nearer", "elsewhere_logit",
    "nowhere_logit", "nowhere_share", "most_probable", "ruled_alone",
)  # fmt: skip
SUFFIXES = ("", "_other_language", "_with_examples")
MODELS = ("scope", *(f"{name}{suffix}" for name in ("relevance", "confidence") for suffix in SUFFIXES))


@dataclass(frozen=True)
class Case:
    """A question with all that was found for it; label: what the confidence should be."""

    question: Question
    found: Considered
    opened: Opened

    @property
    def candidates(self) -> list[Evidence]:
        return self.found.candidates

    @property
    def features(self) -> dict[str, float]:
        return decision_features(self.candidates, self.found.matches, self.opened.weigher, self.found.around)

    def rescored(self) -> Case:
        """The same with the relevance of the model that is in use now, for documents without examples."""
        now = logistic.model("relevance")
        scored = [
            replace(c, relevance=now.probability(candidate_features(c.features, c.match))) for c in self.candidates
        ]
        return replace(self, found=replace(self.found, candidates=sorted(scored, key=lambda each: -each.relevance)))

    def passage_right(self, candidate: Evidence) -> bool:
        text = candidate.chunk.span.of(self.opened.index.documents[candidate.chunk.document_id].text)
        return not candidate.is_gap and holds_evidence(text, self.question.evidence)

    @property
    def right(self) -> bool:
        """Whether what would be quoted holds the evidence."""
        quotes = [
            each.span.of(self.opened.index.documents[each.chunk.document_id].text)
            for each in quoted_evidence(self.candidates, self.opened.weigher)
        ]
        return not self.candidates[0].is_gap and any(holds_evidence(text, self.question.evidence) for text in quotes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path, required=True, help="folder with passages.jsonl and questions.jsonl")
    parser.add_argument("--questions", type=Path, default=Path("eval/questions/dev.jsonl"))
    parser.add_argument("--work", type=Path, help="keep the indices here, and use them again")
    parser.add_argument("--write", action="store_true", help="write judge.json")
    arguments = parser.parse_args()
    settings = load_settings()
    embedder = Embedder.load(settings)
    questions = load_questions(arguments.questions)
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        fitted = fit(settings, embedder, questions, arguments.squad, work)
    if arguments.write:
        logistic.FILE.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def fit(
    settings: Settings, embedder: Embedder, questions: list[Question], squad: Path, work: Path
) -> dict[str, dict[str, Any]]:
    """All models, as judge.json holds them. Later ones are fitted on what the earlier make of the questions."""
    models: dict[str, dict[str, Any]] = {}

    def use(name: str, fitted: dict[str, Any]) -> None:
        models[name] = fitted
        logistic.override(name, fitted)

    for name in MODELS:  # each is asked for before its turn comes; until then it knows nothing
        logistic.override(name, {"bias": 0.0, "weights": {}, "threshold": 0.5})
    full = _bench(settings, embedder, settings.corpus_dir, work / "full")
    texts = [full.speller.correct(question.question, question.language) for question in questions]
    vectors = dict(zip([question.id for question in questions], embedder.question_vectors(texts), strict=True))
    plain_corpus = _copy(settings.corpus_dir, work / "plain", "examples")
    plain = _bench(settings, embedder, plain_corpus, work / "plain-data")
    foreign_corpus = _copy(settings.corpus_dir, work / "foreign", "examples", "*.sv.md", "*.en.md")
    foreign = _bench(settings, embedder, foreign_corpus, work / "foreign-data")
    not_finnish = [q for q in questions if q.language != "fi"]

    squad_cases, inside = _squad(settings, embedder, squad, work)
    cases = _cases(plain, questions, vectors)
    use("relevance", _relevance("relevance", [*cases, *squad_cases], RELEVANCE))
    use(
        "relevance_other_language",
        _relevance("relevance_other_language", _cases(foreign, not_finnish, vectors), RELEVANCE),
    )
    use(
        "relevance_with_examples",
        _relevance("relevance_with_examples", _cases(full, questions, vectors), (*RELEVANCE, *_EXAMPLES)),
    )

    use("confidence", _nearness([case.rescored() for case in squad_cases], inside, [case.rescored() for case in cases]))
    cases = _cases(foreign, not_finnish, vectors)
    use("confidence_other_language", _confidence("confidence_other_language", cases, OTHER_LANGUAGE))
    cases = _cases(full, questions, vectors)
    use("confidence_with_examples", _confidence("confidence_with_examples", cases, WITH_EXAMPLES))
    use("scope", _scope(cases, WITH_EXAMPLES))
    return models


def _bench(settings: Settings, embedder: Embedder, corpus: Path, data: Path) -> Opened:
    own = settings.model_copy(update={"corpus_dir": corpus, "data_dir": data})
    lexicon = Lexicon(data)
    build_index(own, embedder, lexicon)
    return Opened.of(open_index(own, embedder.fingerprint), lexicon, embedder)


def _copy(corpus: Path, to: Path, *without: str) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(corpus, to, ignore=shutil.ignore_patterns(*without))
    return to


def _cases(opened: Opened, questions: Sequence[Question], vectors: dict[str, Vectors]) -> list[Case]:
    return [_case(opened, question, vectors[question.id]) for question in questions]


def _case(opened: Opened, question: Question, vectors: Vectors) -> Case:
    """What the chatbot does up to the decision. vectors: as Embedder.question_vectors gives them."""
    asked = opened.read(opened.speller.correct(question.question, question.language), question.language)
    return Case(question, opened.consider(asked, opened.terms(asked), vectors, date.today(), Clock()), opened)


def _relevance(name: str, cases: Sequence[Case], names: Sequence[str]) -> dict[str, Any]:
    pairs = [(case, candidate) for case in cases for candidate in case.candidates]
    rows = [_only(names, candidate_features(candidate.features, candidate.match)) for _, candidate in pairs]
    labels = [case.passage_right(candidate) for case, candidate in pairs]
    return _fit(name, rows, labels, [case.question.group for case, _ in pairs], _half)[0]


def _confidence(name: str, cases: Sequence[Case], names: Sequence[str]) -> dict[str, Any]:
    rows = [_only(names, case.features) for case in cases]
    right = np.array([case.right for case in cases])
    answerable = np.array([case.question.answerable for case in cases])
    groups = [case.question.group for case in cases]
    fitted, p = _fit(name, rows, list(right), groups, lambda p: _threshold(p, answerable))
    _tell(p >= fitted["threshold"], fitted["threshold"], right, answerable)
    return fitted


def _nearness(squad: Sequence[Case], inside: Sequence[bool], cases: Sequence[Case]) -> dict[str, Any]:
    """The confidence where there are no examples: fitted on SQuAD, and its threshold chosen there.

    Without examples nothing tells what a source nearly answers from what it answers (on the project's own questions no
    threshold keeps to ANSWERED_OF_UNANSWERABLE), so the share counts the questions whose article is not there at all.
    """
    rows = [_only(NEARNESS, case.features) for case in squad]
    fitted, p = _fit("confidence (SQuAD)", rows, inside, [case.question.group for case in squad], _half)
    answerable = np.array([case.question.answerable for case in squad])
    print(f"  of answerable questions only: {roc_auc_score(np.array(inside)[answerable], p[answerable]):.4f}")
    model = logistic.Logistic(fitted["bias"], fitted["weights"], 0.5)
    own = np.array([model.probability(case.features) for case in cases])
    right = np.array([case.right for case in cases])
    answerable = np.array([case.question.answerable for case in cases])
    fitted["threshold"] = round(_threshold(p, np.array(inside)), 3)
    _tell(own >= fitted["threshold"], fitted["threshold"], right, answerable)
    return fitted


def _tell(answered: Any, threshold: float, right: Any, answerable: Any) -> None:
    print(
        f"  threshold {threshold:.2f}: "
        f"{np.mean((right & answered)[answerable]):.3f} of {answerable.sum()} answerable answered rightly, "
        f"{np.mean((~right & answered)[answerable]):.3f} wrongly, "
        f"{np.mean(~answered[~answerable]):.3f} of {(~answerable).sum()} unanswerable refused"
    )


def _scope(cases: Sequence[Case], names: Sequence[str]) -> dict[str, Any]:
    near = [(case.question.category or "") not in ("out_of_scope", "chit_chat") for case in cases]
    rows = [_only(names, case.features) for case in cases]
    return _fit("scope", rows, near, [case.question.group for case in cases], _cautious(np.array(near)))[0]


def _squad(settings: Settings, embedder: Embedder, data: Path, work: Path) -> tuple[list[Case], list[bool]]:
    """Every question asked of each half of the articles, and whether its article is inside.

    The evidence of a question is the passage that it was written for; its group is the article.
    """
    passages, questions = load_squad(data)
    chosen = sample(questions, SQUAD_QUESTIONS)
    vectors = embedder.question_vectors([question["question"] for question in chosen])
    of_passage = {passage["id"]: passage for passage in passages}
    cases: list[Case] = []
    inside: list[bool] = []
    for number, half in enumerate(halves(passages)):
        write_squad(half, work / f"squad-{number}")
        opened = _bench(settings, embedder, work / f"squad-{number}", work / f"squad-data-{number}")
        own = {passage["id"] for passage in half}
        for question, vector in zip(chosen, vectors, strict=True):
            passage = of_passage[question["passage"]]
            asked = Question(
                id=question["id"],
                question=question["question"],
                language="fi",
                answerable=question["answerable"],
                evidence=(passage["text"],),
                cluster=passage["title"],
            )
            cases.append(_case(opened, asked, vector))
            inside.append(question["passage"] in own)
    return cases, inside


def _only(names: Sequence[str], row: dict[str, float]) -> dict[str, float]:
    return {name: row[name] for name in names}


def _fit(
    name: str,
    rows: Sequence[dict[str, float]],
    labels: Sequence[bool],
    clusters: Sequence[str],
    choose: Callable[[Any], float],
) -> tuple[dict[str, Any], Any]:
    names = list(rows[0])
    matrix = np.array([[row[key] for key in names] for row in rows])
    groups = np.unique(clusters, return_inverse=True)[1]
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=REGULARISATION, max_iter=1000))
    p = cross_val_predict(pipeline, matrix, labels, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")[:, 1]
    print(f"{name}: n {len(labels)}, positive {sum(labels)}, out-of-fold AUROC {roc_auc_score(labels, p):.4f}")
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


def _threshold(p: Any, answerable: Any) -> float:
    """The lowest confidence that all but ANSWERED_OF_UNANSWERABLE of the unanswerable questions stay below."""
    return float(np.quantile(p[~answerable], 1 - ANSWERED_OF_UNANSWERABLE))


def _cautious(near: Any) -> Callable[[Any], float]:
    """Out of scope is only said where at most 2 % of the questions near the sources would be told so."""
    return lambda p: float(np.quantile(p[near], 0.02))


if __name__ == "__main__":
    main()
