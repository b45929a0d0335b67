"""Whether the verdict that a passage's words give is shown: what it is weighed by, and from where on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from rag.answering import reading_verdict
from rag.answering.deciding import Decides
from rag.answering.evidence import Evidence, Features
from rag.answering.question import Question
from rag.answering.reading_verdict import verdict_features, verdict_of
from rag.answering.retrieval import Hit
from rag.answering.unit_verdicts import Says
from rag.models.cross_reader import CrossRead
from rag.models.logistic import Logistic, logit, model
from rag.models.reader import Read
from rag.types import Chunk, ChunkKind, Span, Verdict

FEATURES = Features(
    0.9, 0.81, 0.62, 0.63, 0.64, 0.15, 0.15, 0.0, 0.05, 0.5, 1.0, 1.0, 0.0, 0.0, 0.0, -1.5, -0.5, 0.5, 1.0, 0.4
)
ASKED = Question("Saako?", "fi", (), frozenset(), "whether", True)
SAYS = Says("allowed", ())


def evidence(kind: ChunkKind = "text", says: Says | None = SAYS, decides: Any = (), **changed: Any) -> Evidence:
    span = Span(0, 100)
    chunk = Chunk("ohje:0", "ohje", kind, "", "", span, (span,))
    read = Read(2.5, (0.1, 0.6, 0.3), (0.5, 0.2, 0.1, 0.2))
    alone = Read(-0.5, (0.1, 0.0, 0.9), (0.2, 0.1, 0.5, 0.2))
    closely = CrossRead(0.5, (0.6, 0.1, 0.1, 0.2))
    hit = Hit(chunk, 1.0, 0.8, 0.5, (0.8,))
    found = Evidence(hit, span, (0, 2), "fi", FEATURES, 0.8, None, read, alone, closely)
    if says is not None:
        found = replace(found, decides=Decides(says, **dict(decides)))
    return replace(found, **changed)


def features(
    found: Evidence, says: Says = SAYS, question: Question = ASKED, others: Sequence[Evidence] = ()
) -> Mapping[str, float]:
    return verdict_features(found, replace(found.decides or Decides(says), says=says), question, [*others, found])


def test_a_verdict_is_weighed_by_what_search_and_reader_make_of_it() -> None:
    found = features(evidence())
    assert found == pytest.approx({
        "asks": 1.0,
        "relevance": 1.386294,  # ln 4
        "read": -1.5,
        "same": 0.0,  # ln 1
        "opposite": -1.386294,  # of .2, the more probable of the other two
        "undecided": -1.386294,
        "quote_read": -0.5,
        "quote_same": -1.386294,
        "quote_opposite": 0.0,
        "quote_undecided": -1.386294,
        "cross_read": 0.5,
        "cross_same": 0.405465,  # ln 1.5
        "cross_opposite": -2.197225,  # of .1
        "cross_undecided": -1.386294,
        "pointed": 0.3,
        "coverage": 0.62,
        "passage_coverage": 0.63,
        "exact_coverage": 0.64,
        "heaviest_missing": 0.15,
        "quote_missing": 0.15,
        "name_missing": 0.0,
        "told_apart": 0.05,
        "unit_cosine": 0.81,
        "foreign": 1.0,
        "named_back": 0.0,
        "mean_cosine": 0.4,
        "row": 0.0,
        "cell": 0.0,
        "parted": 0.0,
        "meant_by": 0.0,
        "named_more": 0.0,
        "read_more": 0.0,
        "beside_named": -1.0,
        "beside_read": -6.0,
        "of_best": 1.0,
        "aside_named": -1.0,
        "aside_read": -6.0,
        "of_condition": 0.0,
        "holds": 0.0,
        "forbids": 0.0,
        "conditional": 0.0,
        "rival": 0.0,
        "rival_coverage": -0.62,
        "alike_read": -6.0,
    }, abs=1e-6)  # fmt: skip
    assert model("verdict").weights.keys() <= found.keys()  # what the fitted model asks for is there


@pytest.mark.parametrize(
    ("verdict", "same", "opposite"),
    [("allowed", 0.5, 0.2), ("not_allowed", 0.2, 0.5), ("only_if_approved", 0.1, 0.5)],
)
def test_the_reader_speaks_for_one_verdict_and_against_it(verdict: Verdict, same: float, opposite: float) -> None:
    found = features(evidence(), Says(verdict, ()))
    assert (found["same"], found["opposite"]) == pytest.approx((logit(same), logit(opposite)))
    # That it decides nothing is no opposite of a verdict.
    surely = features(evidence(read=Read(0.0, (1.0,), (0.0, 0.0, 0.0, 1.0))), Says(verdict, ()))
    assert (surely["opposite"], surely["undecided"]) == pytest.approx((-6.906755, 6.906755))


def test_a_quote_that_the_cross_reader_has_not_read_says_nothing() -> None:
    found = features(evidence(closely=None))
    assert found["cross_same"] == found["cross_opposite"] == found["cross_undecided"] == pytest.approx(-1.098612)


@pytest.mark.parametrize(
    ("found", "pointed"),
    [
        (evidence(), 0.3),  # the most of its units 0 and 2
        (evidence(units=(1,)), 0.6),
        (evidence(units=(0, 3)), 0.1),  # the reader did not get so far
        (evidence(units=(3,)), 0.0),
        (evidence("row", units=(0,), decides={"cell": 1}), 0.6),  # a row's cells are its units to the reader
        (evidence("row", units=(0,), decides={"cell": 3}), 0.0),
        (evidence("row", units=(0,)), 0.1),
    ],
)
def test_the_reader_points_at_what_is_quoted(found: Evidence, pointed: float) -> None:
    assert features(found)["pointed"] == pointed
    assert features(found)["row"] == float(found.chunk.kind == "row")


def test_a_cell_is_the_surer_the_likelier_it_is_asked_for() -> None:
    assert features(evidence("row", decides={"cell": 1, "cell_share": 0.8}))["cell"] == pytest.approx(1.386294)  # ln 4
    assert features(evidence("list", decides={"cell_share": 0.8}))["cell"] == 0.0


def test_conditions_and_the_question_are_weighed() -> None:
    assert features(evidence(), Says("allowed", ("jos ovi on lukittu",)))["conditional"] == 1.0
    assert features(evidence(), Says("not_allowed", ()))["forbids"] == 1.0
    assert features(evidence(), question=replace(ASKED, focus="who"))["asks"] == 0.0
    assert features(evidence(), question=replace(ASKED, focus="what"))["asks"] == 0.0
    assert features(evidence(), question=replace(ASKED, asks_permission=False))["asks"] == 0.0


def test_of_a_sentence_on_two_cases_the_cross_reader_is_weighed_once_more() -> None:
    parted = Says("allowed", (), parted=True)
    seen = features(evidence(says=parted), parted)
    assert seen["parted"] == 1.0
    assert seen["meant_by"] == pytest.approx(0.405465 + 2.197225)  # .6 against .1


def test_neighbours_that_decide_the_same_or_otherwise_are_weighed() -> None:
    nearer = replace(FEATURES, coverage=0.9, quote_read=1.5)
    elsewhere = replace(evidence().hit.chunk, document_id="toinen")
    forbids, silent = evidence(says=Says("not_allowed", ()), features=nearer), evidence(says=None, features=nearer)
    found = features(evidence(), others=[silent])
    assert (found["rival"], found["rival_coverage"], found["alike_read"]) == (0.0, -0.62, -6.0)
    found = features(evidence(), others=[forbids])
    assert (found["rival"], found["alike_read"]) == (1.0, -6.0)
    assert found["rival_coverage"] == pytest.approx(0.28)
    found = features(evidence(), others=[replace(forbids, hit=replace(forbids.hit, chunk=elsewhere))])
    assert found["rival"] == 0.0
    assert found["rival_coverage"] == pytest.approx(0.28)
    found = features(evidence(), others=[evidence(features=nearer)])
    assert (found["rival"], found["rival_coverage"], found["alike_read"]) == (0.0, -0.62, 1.5)


@pytest.mark.parametrize(
    ("relevance", "says", "shown"),
    [
        (0.5, SAYS, SAYS),  # at the threshold
        (0.499, SAYS, None),
        (0.9, SAYS, SAYS),
        (0.9, None, None),  # its words decide nothing: no model makes a verdict of that
    ],
)
def test_from_the_threshold_on_the_verdict_is_shown(
    monkeypatch: pytest.MonkeyPatch, relevance: float, says: Says | None, shown: Says | None
) -> None:
    monkeypatch.setattr(reading_verdict, "model", {"verdict": Logistic(0.0, {"relevance": 1.0}, 0.5)}.__getitem__)
    found = evidence(says=says, relevance=relevance)
    assert verdict_of(found, ASKED, [found]) == shown
