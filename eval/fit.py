"""Fit the judge: python -m eval.fit [--questions eval/questions/dev.jsonl] [--write]

Logistic regressions over documented features (evidence.py, intents.py and judge.py in rag/answering):

    relevance…      does this candidate answer? of documents with example questions; without, before the others?
    confidence…     does the best candidate answer? the same two
    verdict         is what the words of an own document decide the verdict on what was asked?
    scope…          is the question near the sources at all? the same two

What can be known without examples is learnt from guidance that neither the reader was trained on nor anybody wrote
examples for, added one at a time to the corpus: the documents of "fit" and "dev" of eval/training that are asked as
people ask who have the matter before them; verdicts from the others of "dev", too, which are asked in quite other
words. What can be known with examples is learnt from the project's own questions. Questions of one cluster, or to one
such document, stay in one fold; the figures printed are out of fold.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eval.metrics import holds_evidence
from eval.questions import TUNED_ON, Question, load_questions
from eval.training.guidance import asked_as_people_ask, series_of
from eval.unseen import Guidance, kept_from_training, of_each
from rag.answering.clock import Clock
from rag.answering.evidence import Evidence, candidate_features
from rag.answering.example_index import ExampleIndex
from rag.answering.intents import Likeness, Match
from rag.answering.judge import Surroundings, decision_features, quoted_evidence, sides_of
from rag.answering.pipeline import OpenVersion
from rag.answering.question import Question as Asked
from rag.answering.reading_verdict import verdict_features
from rag.answering.rule_matching import may_be_decided
from rag.index.build import build_index
from rag.index.opening import open_index
from rag.language.words import Lexicon
from rag.models import logistic
from rag.models.embedding import Embedder
from rag.models.logistic import FittedOn, Logistic, model
from rag.models.reader import Reader
from rag.settings import Settings, load_settings
from rag.types import Document

FOLDS = 10
# Strength of the penalty on large weights (sklearn's C) for few hundred questions and a dozen features.
REGULARISATION = 0.3
RANKING_PENALTY = 0.001  # on the weights of standardised features; chosen by judgement
# Somebody who is refused asks elsewhere; somebody who is answered where the source says nothing relies on it. So the
# threshold is the one from which on so few of the unanswerable questions are answered. Of 600 and 335 questions of
# "dev" 94.2 % are answered rightly at 2 %, 94.5 % at 2.5 %, 94.7 % at 3 %, 95.3 % at 4 %; without the reader's word on
# the passage and on the quote 91.5 % at 2 % and 95.5 % at 4 %. Held out 1.4 % were hallucinated at 3 and 4 %, .7 % at
# 2.5 %.
ANSWERED_OF_UNANSWERABLE = 0.025
# Without examples that share would leave nearly everything unanswered: docs/measurements.md, "Unseen guidance".
# Nearly a third of the unanswerable are far from all guidance and refused; so 80 % of the near misses are. It is the
# share of documents whose near misses are what people happen to ask; in the series of TURNED most are an answered
# question turned in one thing.
ANSWERED_OF_UNANSWERABLE_UNSEEN = 0.12
TURNED = ("k", "v", "z")

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
UNSEEN = (
    *CONFIDENCE, "foreign", "read", "quote_read", "best_read", "another_read", "another_quote_read",
    "cross_read", "another_cross_read", "cosine", "passage_coverage", "exact_coverage", "heaviest_missing",
    "quote_missing", "name_missing", "told_apart", "lexical_share", "lead", "row", "list",
)  # fmt: skip
WITH_EXAMPLES = (
    *CONFIDENCE, *_EXAMPLES, *(f"nowhere_{name}" for name in _LIKENESS), "lead", "gap_nearer", "elsewhere_logit",
    "nowhere_logit", "nowhere_share", "most_probable", "ruled_alone", "read", "quote_read", "best_read",
)  # fmt: skip
MODELS = (
    "scope", "scope_with_examples", "relevance", "relevance_with_examples", "confidence", "confidence_with_examples",
    "verdict",
)  # fmt: skip
MOST_MOVED = 5  # weights of a model that are told when they changed; chosen by judgement
FAR = ("out_of_scope", "chit_chat", "far")  # categories of questions that are near no source
# A wrong verdict is the worst fault there is: of all questions that yes or no may answer so many may get one. Of all
# 2,053 that were asked of documents as people ask that was 1.9 %: many a sentence there has a neighbour that says the
# opposite of something near to it. At .03 2.6 %, with 355 right ones instead of 277. Of 4,440 now 737 right ones.
WRONG_VERDICTS = 0.02


@dataclass(frozen=True)
class Case:
    """A question with all that was found for it, the most relevant candidate first."""

    question: Question
    asked: Asked
    candidates: list[Evidence]
    matches: Sequence[Match]
    around: Surroundings
    examples: ExampleIndex
    documents: Mapping[str, Document]

    @property
    def features(self) -> dict[str, float]:
        return decision_features(self.candidates, self.matches, self.examples, self.around)

    def decided_by(self, name: str) -> Case | None:
        """The same with those candidates first that the model of this name judges; None where there is none."""
        sides = sides_of(self.candidates, self.examples)
        found = [side for side in sides if self.examples.fitted("confidence", side[0].chunk) == name]
        return replace(self, candidates=list(found[0])) if found else None

    def candidates_of(self, name: str) -> list[Evidence]:
        """Those whose relevance the model of this name tells."""
        return [each for each in self.candidates if self.examples.fitted("relevance", each.chunk) == name]

    def rescored(self) -> Case:
        """The same with the relevance of the models that are in use now."""
        scored = [
            replace(each, relevance=model(self.examples.fitted("relevance", each.chunk)).probability(_features(each)))
            for each in self.candidates
        ]
        return replace(self, candidates=sorted(scored, key=lambda each: -each.relevance))

    def passage_right(self, candidate: Evidence) -> bool:
        text = candidate.chunk.span.of(self.documents[candidate.chunk.document_id].text)
        return not candidate.is_gap and holds_evidence(text, self.question.evidence)

    @property
    def right(self) -> bool:
        """Whether what would be quoted holds the evidence."""
        quotes = [
            each.span.of(self.documents[each.chunk.document_id].text) for each in quoted_evidence(self.candidates)
        ]
        return not self.candidates[0].is_gap and any(holds_evidence(text, self.question.evidence) for text in quotes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=TUNED_ON)
    parser.add_argument("--write", action="store_true", help="write judge.json")
    parser.add_argument("--cases", type=Path, help="keep what was found here, or fit on what is kept here")
    arguments = parser.parse_args()
    kept: Path | None = arguments.cases
    if kept and kept.exists():
        fitted_on, own, unseen, hard = pickle.loads(kept.read_bytes())  # noqa: S301  # what this command wrote
    else:
        questions = load_questions(arguments.questions)
        guidance = [*kept_from_training("fit"), *kept_from_training("dev")]
        settings = load_settings()
        fitted_on = replace(described(questions, guidance), embedding_model=settings.embedding_model)
        own, asked = cases_of(settings, questions, guidance)
        unseen = [case for case in asked if asked_as_people_ask(case.question.group)]
        hard = [case for case in asked if not asked_as_people_ask(case.question.group)]
        if kept:
            kept.write_bytes(pickle.dumps((fitted_on, own, unseen, hard)))
    before = logistic.load(logistic.FILE)[1] if logistic.FILE.exists() else {}
    models = fit(own, unseen, hard)
    print("\n".join(changed(before, models)))
    if arguments.write:
        logistic.save(fitted_on, models)


def changed(before: Mapping[str, Logistic], models: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a fit changed, a line each: thresholds, and the weights that moved most, which features came and went."""
    lines = []
    for name, fitted in models.items():
        was = before.get(name)
        if was is None:
            lines.append(f"{name}: new")
            continue
        weights: Mapping[str, float] = fitted["weights"]
        moved = {key: weights.get(key, 0.0) - was.weights.get(key, 0.0) for key in {**was.weights, **weights}}
        most = sorted((key for key in moved if moved[key]), key=lambda key: -abs(moved[key]))[:MOST_MOVED]
        told = [f"{key} {was.weights.get(key, 0.0):+.2f} → {weights.get(key, 0.0):+.2f}" for key in most]
        new = [f"new: {key}" for key in weights if key not in was.weights]
        gone = [f"gone: {key}" for key in was.weights if key not in weights]
        is_same = not most and was.threshold == fitted["threshold"]
        told = [f"threshold {was.threshold:.3f} → {fitted['threshold']:.3f}", *told, *new, *gone]
        lines.append(f"{name}: {'unchanged' if is_same else '; '.join(told)}")
    return lines


def described(questions: Sequence[Question], unseen: Sequence[Guidance]) -> FittedOn:
    """What a fit rests on that begins now: the files as they are before they are loaded, and how much is asked."""
    asked = len(questions) + sum(len(each.questions) for each in unseen)
    return FittedOn(logistic.digests(), len(unseen), asked)


def cases_of(
    settings: Settings, questions: Sequence[Question], guidance: Sequence[Guidance]
) -> tuple[list[Case], list[Case]]:
    """The project's own questions, and those to guidance that nobody wrote examples for, up to the decision."""
    embedder, lexicon = Embedder.load(settings), Lexicon(settings.data_dir)
    build_index(settings, embedder, lexicon)
    unseen = of_each(settings, guidance, _of_guidance)
    return _cases(settings, embedder, lexicon, questions), [case for cases in unseen for case in cases]


def _of_guidance(settings: Settings, embedder: Embedder, lexicon: Lexicon, guidance: Guidance) -> list[Case]:
    asked = [each.model_copy(update={"cluster": guidance.file.stem}) for each in guidance.questions]
    return _cases(settings, embedder, lexicon, asked)


def _cases(settings: Settings, embedder: Embedder, lexicon: Lexicon, asked: Sequence[Question]) -> list[Case]:
    for name in MODELS:  # each is asked for before it is fitted; until then it knows nothing
        logistic.override(name, {"bias": 0.0, "weights": {}, "threshold": 0.5})
    index = open_index(settings, embedder.fingerprint)
    opened = OpenVersion.of(index, lexicon, embedder, Reader.load(settings, embedder))
    return [_case(opened, embedder, each) for each in asked]


def fit(own: Sequence[Case], unseen: Sequence[Case], hard: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """All models, as judge.json holds them. Later ones are fitted on what the earlier make of the questions. hard:
    asked in quite other words than the guidance has, for the verdicts alone: what is answered would be judged by them
    as if everybody asked so."""
    models: dict[str, dict[str, Any]] = {}

    def use(name: str, fitted: dict[str, Any]) -> None:
        models[name] = fitted
        logistic.override(name, fitted)

    use("relevance", _ranking("relevance", unseen, (*RELEVANCE, "read", "quote_read", "cross_read", "foreign")))
    use("relevance_with_examples", _relevance("relevance_with_examples", own, (*RELEVANCE, *_EXAMPLES)))
    own, unseen, hard = ([case.rescored() for case in cases] for cases in (own, unseen, hard))
    use("confidence", _confidence("confidence", unseen, UNSEEN, ANSWERED_OF_UNANSWERABLE_UNSEEN, TURNED))
    use(
        "confidence_with_examples",
        _confidence("confidence_with_examples", own, WITH_EXAMPLES, ANSWERED_OF_UNANSWERABLE),
    )
    use("verdict", _verdict([*unseen, *hard]))
    use("scope", _scope("scope", "confidence", unseen, UNSEEN))
    use("scope_with_examples", _scope("scope_with_examples", "confidence_with_examples", own, WITH_EXAMPLES))
    return models


def _case(opened: OpenVersion, embedder: Embedder, question: Question) -> Case:
    """What the chatbot does up to the decision."""
    text = opened.speller.correct(question.question, question.language)
    asked = opened.read(text, question.language)
    encoded = opened.reader.encode(text, embedder)
    found = opened.consider(asked, opened.terms(asked), encoded, date.today(), Clock())
    return Case(question, asked, found.candidates, found.matches, found.around, opened.examples, opened.index.documents)


def _features(candidate: Evidence) -> dict[str, float]:
    return candidate_features(candidate.features, candidate.match)


def _ranking(name: str, cases: Sequence[Case], names: Sequence[str]) -> dict[str, Any]:
    """From the candidates that the model is for, those of one question against each other. The weights' scale is then
    fitted to what share of all candidates answers."""
    asked = [(case, case.candidates_of(name)) for case in cases]
    lists = [
        _List(
            np.array([[row[key] for key in names] for row in map(_features, candidates)]),
            np.array([case.passage_right(each) for each in candidates]),
            case.question.group,
        )
        for case, candidates in asked
        if candidates
    ]
    scaler = StandardScaler().fit(np.concatenate([each.features for each in lists]))
    lists = [replace(each, features=scaler.transform(each.features)) for each in lists]
    told = [each for each in lists if each.right.any() and len(each.right) > 1]
    groups = np.unique([each.group for each in told], return_inverse=True)[1]
    first: list[bool] = []
    for learnt, kept in GroupKFold(FOLDS).split(told, groups=groups):
        weights = _ranked_by([told[at] for at in learnt])
        first += [bool(told[at].right[(told[at].features @ weights).argmax()]) for at in kept]
    weights = _ranked_by(told)
    scores = np.concatenate([each.features @ weights for each in lists])
    right = np.concatenate([each.right for each in lists])
    scale = LogisticRegression(C=np.inf).fit(scores[:, None], right)
    print(
        f"{name}: n {len(right)}, positive {right.sum()}, AUROC {roc_auc_score(right, scores):.4f}; "
        f"out of fold the first of {len(told)} questions' candidates answers {np.mean(first):.4f}"
    )
    return _unscaled(names, weights * scale.coef_[0, 0], scale.intercept_[0], scaler) | {"threshold": 0.5}


@dataclass(frozen=True)
class _List:
    """The candidates of one question. features: (candidates, features); right: which of them answer."""

    features: Any
    right: Any
    group: str


def _ranked_by(lists: Sequence[_List]) -> Any:
    """The weights by which what answers stands before the others: a conditional logistic regression."""
    features = np.concatenate([each.features for each in lists])
    right = np.concatenate([each.right for each in lists]).astype(float)
    sizes = [len(each.right) for each in lists]
    begins = np.cumsum([0, *sizes[:-1]])
    of = np.repeat(np.arange(len(lists)), sizes)

    def loss(weights: Any) -> tuple[float, Any]:
        scores = features @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, begins)[of])
        whole, answering = np.add.reduceat(powers, begins), np.add.reduceat(powers * right, begins)
        value = float(np.log(whole / answering).mean()) + RANKING_PENALTY * float(weights @ weights)
        slope = features.T @ (powers / whole[of] - powers * right / answering[of]) / len(lists)
        return value, slope + 2 * RANKING_PENALTY * weights

    return minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x


def _relevance(name: str, cases: Sequence[Case], names: Sequence[str]) -> dict[str, Any]:
    """From the candidates that the model is for, each by itself."""
    pairs = [(case, each) for case in cases for each in case.candidates_of(name)]
    rows = [_only(names, _features(candidate)) for _, candidate in pairs]
    labels = [case.passage_right(candidate) for case, candidate in pairs]
    return _fit(name, rows, labels, [case.question.group for case, _ in pairs], _half)[0]


def _confidence(
    name: str, cases: Sequence[Case], names: Sequence[str], answered: float, turned: Sequence[str] = ()
) -> dict[str, Any]:
    """From the questions that the model would decide. answered: the share of the unanswerable that may be, but for
    those to documents of these series."""
    cases = [side for case in cases if (side := case.decided_by(name)) is not None]
    rows = [_only(names, case.features) for case in cases]
    right = np.array([case.right for case in cases])
    answerable = np.array([case.question.answerable for case in cases])
    groups = [case.question.group for case in cases]
    counted = np.array([not turned or series_of(case.question.group)[0] not in turned for case in cases])
    fitted, p = _fit(name, rows, list(right), groups, lambda p: _threshold(p[counted], answerable[counted], answered))
    if turned:
        _tell(p[counted] >= fitted["threshold"], fitted["threshold"], right[counted], answerable[counted])
    _tell(p >= fitted["threshold"], fitted["threshold"], right, answerable)
    return fitted


def _verdict(cases: Sequence[Case]) -> dict[str, Any]:
    """From the questions that yes or no may answer and whose best evidence stands in the added document. A verdict is
    shown with an answer alone, so what would be refused cannot get a wrong one."""
    asked = [case for case in cases if may_be_decided(case.asked)]
    sides = [side for case in asked if (side := case.decided_by("confidence")) is not None]
    told = [(case, best, best.decides) for case in sides if (best := case.candidates[0]).decides is not None]
    rows = [verdict_features(evidence, decides, case.asked, case.candidates) for case, evidence, decides in told]
    labels = [decides.says.verdict == case.question.verdict for case, _, decides in told]
    judged = model("confidence")
    answered = np.array(
        [judged.probability(case.features) >= judged.threshold or best.literal for case, best, _ in told]
    )
    wrong = np.logical_not(labels) & answered

    def choose(p: Any) -> float:
        at = sorted(p)
        shown = [(float(each), float((wrong & (p >= each)).sum() / len(asked))) for each in at]
        return next((each for each, share in shown if share <= WRONG_VERDICTS), 1.0)

    fitted, p = _fit("verdict", rows, labels, [case.question.group for case, _, _ in told], choose)
    shown = (p >= fitted["threshold"]) & answered
    wanted = sum(case.question.verdict is not None for case in asked)
    print(
        f"  threshold {fitted['threshold']:.2f}: of {len(asked)} questions, {wanted} of them with a verdict, "
        f"{(shown & ~wrong).sum()} get the right one, {(shown & wrong).sum()} a wrong one"
    )
    return fitted


def _tell(answered: Any, threshold: float, right: Any, answerable: Any) -> None:
    print(
        f"  threshold {threshold:.2f}: "
        f"{np.mean((right & answered)[answerable]):.3f} of {answerable.sum()} answerable answered rightly, "
        f"{np.mean((~right & answered)[answerable]):.3f} wrongly, "
        f"{np.mean(~answered[~answerable]):.3f} of {(~answerable).sum()} unanswerable refused"
    )


def _scope(name: str, confidence: str, cases: Sequence[Case], names: Sequence[str]) -> dict[str, Any]:
    """From the questions that the model of this confidence would decide."""
    decided = [case.decided_by(confidence) for case in cases]
    cases = [case for case in decided if case is not None]
    near = [case.question.category not in FAR for case in cases]
    rows = [_only(names, case.features) for case in cases]
    return _fit(name, rows, near, [case.question.group for case in cases], _cautious(np.array(near)))[0]


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
    fitted = _unscaled(names, model.coef_[0], model.intercept_[0], scaler)
    return fitted | {"threshold": round(choose(p), 3)}, p


def _unscaled(names: Sequence[str], weights: Any, bias: float, scaler: StandardScaler) -> dict[str, Any]:
    """The weights of standardised features, and their bias, as those of the features themselves."""
    weights = weights / scaler.scale_
    return {
        "bias": round(float(bias - (weights * scaler.mean_).sum()), 4),
        "weights": {key: round(float(each), 4) for key, each in zip(names, weights, strict=True)},
    }


def _half(_: Any) -> float:
    return 0.5


def _threshold(p: Any, answerable: Any, answered: float) -> float:
    """The lowest confidence that all but that share of the unanswerable questions stay below."""
    return float(np.quantile(p[~answerable], 1 - answered))


def _cautious(near: Any) -> Callable[[Any], float]:
    """Out of scope is only said where at most 2 % of the questions near the sources would be told so."""
    return lambda p: float(np.quantile(p[near], 0.02))


if __name__ == "__main__":
    main()
