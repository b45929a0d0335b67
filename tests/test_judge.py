"""Answer or refuse, with values: what the confidence, example questions and headings without content come to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rag.answering import judge
from rag.answering.evidence import Evidence, Features
from rag.answering.example_index import ExampleIndex
from rag.answering.intents import NOTHING_ALIKE, Match
from rag.answering.judge import MAX_STATEMENTS, SAME_WORDS, UNSAFE, Decision, Surroundings, decide, quoted_evidence
from rag.answering.retrieval import Hit
from rag.curated.examples import Example, Target
from rag.models.logistic import Logistic, logit
from rag.models.reader import Read
from rag.types import Chunk, Language, Reason, Span

FEATURES = Features(0.8, 0.8, 0.5, 0.5, 0.5, 0.1, 0.1, 0.0, 0.0, 0.5, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5)
MISSING: dict[Language, str] = {"fi": "hinta", "sv": "priset", "en": "the price"}
HERE = Target((("ohje", Span(0, 50)),))
NOWHERE = Target((), "not_in_guidance", documents=("ohje",))


def found(number: int = 0, relevance: float = 0.9, gap: bool = False, **changed: Any) -> Evidence:
    """A passage of 100 characters, the number-th of its document."""
    span = Span(100 * number, 100 * number + 100)
    chunk = Chunk(f"ohje:{number}", "ohje", "gap" if gap else "text", "", "", span, (span,))
    features = replace(FEATURES, gap=float(gap), **changed)
    read = Read(0.0, (1.0,), (0.1, 0.1, 0.1, 0.7))
    return Evidence(Hit(chunk, 1.0, 0.8, 0.5, (0.8,)), span, (0,), "fi", features, relevance, None, read, read, None)


def like(target: int, probability: float = 0.9, verified: float = 0.0, names: float = 1.0) -> Match:
    likeness = replace(NOTHING_ALIKE, names=names)
    return Match(target, probability, Example("Mitä se maksaa?", "fi", target), likeness, verified)


def decided(
    monkeypatch: pytest.MonkeyPatch,
    confidence: float,
    candidates: list[Evidence],
    matches: list[Match] | None = None,
    targets: tuple[Target, ...] = (HERE, NOWHERE),
    about_use: float = 0.0,
    searched: tuple[str, ...] = ("ohje",),
) -> Decision:
    """With models that give this confidence, answer from .6 on, and find nothing near the sources."""
    judged = {
        "confidence": Logistic(logit(confidence), {}, 0.6),
        "scope": Logistic(-9.0, {}, 0.5),
    }
    monkeypatch.setattr(judge, "model", judged.__getitem__)
    examples = ExampleIndex.of(targets, [each.chunk for each in candidates], ())
    return decide(candidates, matches or [], examples, Surroundings(0.0, about_use), searched)


def test_from_the_threshold_on_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    sure, unsure = (decided(monkeypatch, share, [found()]) for share in (0.61, 0.59))
    assert (sure.answers, sure.reason, [each.chunk.id for each in sure.evidence]) == (True, None, ["ohje:0"])
    assert (unsure.answers, unsure.evidence) == (False, ())
    assert [each.chunk.id for each in unsure.nearest] == ["ohje:0"]
    assert [sure.confidence, unsure.confidence] == pytest.approx([0.61, 0.59])


@pytest.mark.parametrize(("about_use", "reason"), [(0.0, "out_of_scope"), (0.5, "not_in_guidance")])
def test_a_refusal_says_whether_it_is_a_question_for_these_sources(
    monkeypatch: pytest.MonkeyPatch, about_use: float, reason: Reason
) -> None:
    assert decided(monkeypatch, 0.1, [found()], about_use=about_use).reason == reason


def test_without_a_passage_nothing_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decided(monkeypatch, 0.9, []).reason == "out_of_scope"
    assert decided(monkeypatch, 0.9, [], [like(1)]).reason == "not_in_guidance"


def test_a_heading_without_content_never_answers_and_is_named_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heading = found(0, gap=True, exact_coverage=0.8)
    assert decided(monkeypatch, 0.9, [heading]).gap == heading
    assert not decided(monkeypatch, 0.9, [heading]).answers
    # It names too little of the question, or a passage names as much.
    assert decided(monkeypatch, 0.1, [replace(heading, features=FEATURES)]).gap is None
    assert decided(monkeypatch, 0.1, [found(1), heading]).gap is None
    assert decided(monkeypatch, 0.1, [found(1, coverage=0.4), heading]).gap == heading


@pytest.mark.parametrize(
    ("own", "learnt", "reason"),
    [(0.6, 0.1, "not_in_guidance"), (0.1, 0.6, "not_in_guidance"), (0.4, 0.4, "out_of_scope")],
)
def test_what_is_near_to_one_kind_of_guidance_is_a_question_for_it(
    monkeypatch: pytest.MonkeyPatch, own: float, learnt: float, reason: Reason
) -> None:
    national, ours = found(0, 0.9), found(0, 0.2)
    ours = replace(ours, hit=replace(ours.hit, chunk=replace(ours.chunk, id="oma:0", document_id="oma")))
    unsure, near = Logistic(-9.0, {}, 0.5), (Logistic(logit(each), {}, 0.5) for each in (own, learnt))
    judged = dict.fromkeys(("confidence", "confidence_with_examples"), unsure)
    judged |= dict(zip(("scope", "scope_with_examples"), near, strict=True))
    monkeypatch.setattr(judge, "model", judged.__getitem__)
    examples = ExampleIndex.of((), [national.chunk, ours.chunk], {"ohje"})
    assert decide([national, ours], [], examples, Surroundings(0.0, 0.0), ("ohje", "oma")).reason == reason


@pytest.mark.parametrize(
    ("own", "learnt", "first"),
    [(0.61, 0.99, "oma:0"), (0.59, 0.99, "ohje:0"), (0.61, 0.1, "oma:0"), (0.59, 0.1, None)],
)
def test_guidance_without_examples_is_judged_by_itself_and_first(
    monkeypatch: pytest.MonkeyPatch, own: float, learnt: float, first: str | None
) -> None:
    national, ours = found(0, 0.9), found(0, 0.2)
    ours = replace(ours, hit=replace(ours.hit, chunk=replace(ours.chunk, id="oma:0", document_id="oma")))
    judged = {
        "confidence": Logistic(logit(own), {}, 0.6),
        "confidence_with_examples": Logistic(logit(learnt), {}, 0.6),
        "scope": Logistic(-9.0, {}, 0.5),
        "scope_with_examples": Logistic(-9.0, {}, 0.5),
    }
    monkeypatch.setattr(judge, "model", judged.__getitem__)
    examples = ExampleIndex.of((), [national.chunk, ours.chunk], {"ohje"})
    decision = decide([national, ours], [], examples, Surroundings(0.0, 0.0), ("ohje", "oma"))
    assert next((each.chunk.id for each in decision.evidence), None) == first
    if first is None:
        assert decision.confidence == pytest.approx(learnt)  # of the best of all
        assert [each.chunk.id for each in decision.nearest] == ["ohje:0", "oma:0"]


def test_an_organisations_own_example_decides_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = decided(monkeypatch, 0.1, [found()], [like(0, verified=0.9)])
    assert (answered.answers, answered.confidence) == (True, 0.9)
    # One that says that nothing answers takes the confidence away.
    refused = decided(monkeypatch, 0.9, [found()], [like(1, verified=0.9)])
    assert not refused.answers
    assert refused.confidence == pytest.approx(0.09)
    # One of another passage, and one that read other documents, say nothing of this passage.
    assert not decided(monkeypatch, 0.1, [found(3)], [like(0, verified=0.9)]).answers
    elsewhere = (HERE, replace(NOWHERE, documents=("muu",)))
    assert decided(monkeypatch, 0.9, [found()], [like(1, verified=0.9)], elsewhere).answers


@pytest.mark.parametrize(
    ("target", "match", "searched", "named"),
    [
        (NOWHERE, like(0, 0.51), ("ohje",), True),
        (NOWHERE, like(0, 0.49), ("ohje",), False),
        (NOWHERE, like(0), ("ohje", "muu"), False),  # who wrote the example had not read the other
        (HERE, like(0), ("ohje",), False),
        (replace(NOWHERE, missing=MISSING), like(0, names=SAME_WORDS), ("ohje",), True),
        (replace(NOWHERE, missing=MISSING), like(0, names=SAME_WORDS - 0.01), ("ohje",), False),
        (Target((), "unsafe"), like(0, UNSAFE), ("ohje", "muu"), True),
        (Target((), "unsafe"), like(0, UNSAFE - 0.01), ("ohje",), False),
    ],
)
def test_a_known_unanswered_question_is_named(
    monkeypatch: pytest.MonkeyPatch, target: Target, match: Match, searched: tuple[str, ...], named: bool
) -> None:
    decision = decided(monkeypatch, 0.1, [found()], [match], (target,), searched=searched)
    assert (decision.topic == target) is named
    assert (decision.reason == target.reason) is named


def test_beside_the_best_what_answers_by_itself_is_quoted() -> None:
    others = [found(number, relevance) for number, relevance in enumerate((0.9, 0.5, 0.49, 0.8, 0.7))]
    assert [each.chunk.id for each in quoted_evidence(others)] == ["ohje:0", "ohje:1", "ohje:3"]
    assert len(quoted_evidence(others)) == MAX_STATEMENTS
    assert len(quoted_evidence([found(0, 0.1), found(1, 0.9, gap=True)])) == 1


def test_example_questions_point_to_the_passages_of_their_places() -> None:
    chunks = [found(number).chunk for number in range(3)]
    wide = Target((("ohje", Span(150, 250)),))
    index = ExampleIndex.of((HERE, wide, NOWHERE), chunks, {"ohje"})
    assert index.chunks_of_target == [("ohje:0",), ("ohje:1", "ohje:2"), ()]
    assert index.passages_of([like(1), like(0)]) == {"ohje:0", "ohje:1", "ohje:2"}
    likest, probable = index.likest([like(1, 0.6), like(1, 0.2)])
    assert likest["ohje:1"].probability == 0.6
    assert probable == {"ohje:1": pytest.approx(0.8), "ohje:2": pytest.approx(0.8)}
    assert index.place_in(like(1), chunks[1]) == Span(150, 250)
    assert index.fitted("relevance", chunks[0]) == "relevance_with_examples"
    assert ExampleIndex.of((), chunks, ()).fitted("relevance", chunks[0]) == "relevance"
