"""The verdict that a passage gives to a may-I question: what its words decide, where a second witness believes it.

The words of a sentence or a cell decide (unit_verdicts.py); of those that decide something, 93 of 100 are read rightly.
Whether it is the sentence on what was asked, they do not tell. That is weighed from what the reader, which has read
question and passage together, and the search make of it, and from what stands beside it and the other candidates
decide: a sentence has often a neighbour that decides otherwise of a case that differs in one thing. A verdict that is
not likely to be right is not shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.deciding import Decides
from rag.answering.evidence import NOTHING_READ, Evidence
from rag.answering.question import Question
from rag.answering.rule_matching import asks_whether_allowed
from rag.answering.unit_verdicts import Says
from rag.models.logistic import logit, model
from rag.models.reader import VERDICTS

NOT_TOLD = (0.25,) * len(VERDICTS)  # what a quote says that the cross-reader was not asked about


def verdict_of(evidence: Evidence, question: Question, candidates: Sequence[Evidence]) -> Says | None:
    """What the evidence, one of the candidates, says of what is asked; None where its words decide nothing, or it is
    not likely meant."""
    if evidence.decides is None or evidence.literal:
        return evidence.says
    judged = model("verdict")
    features = verdict_features(evidence, evidence.decides, question, candidates)
    return evidence.says if judged.probability(features) >= judged.threshold else None


def verdict_features(
    evidence: Evidence, decides: Decides, question: Question, candidates: Sequence[Evidence]
) -> dict[str, float]:
    """What tells whether it is an answer to what was asked; eval/fit.py weighs it."""
    said, features, read = decides.says, evidence.features, evidence.read
    seen = dict(zip(VERDICTS, read.verdicts, strict=True))
    alone = dict(zip(VERDICTS, evidence.alone.verdicts, strict=True))
    closely = dict(zip(VERDICTS, evidence.closely.verdicts if evidence.closely else NOT_TOLD, strict=True))
    other = max(closely[each] for each in VERDICTS[:3] if each != said.verdict)
    opposite = max(seen[each] for each in VERDICTS[:3] if each != said.verdict)
    others = [each for each in candidates if each is not evidence and each.says is not None]
    alike = [each for each in others if each.says is not None and each.says.verdict == said.verdict]
    rivals = [each for each in others if each not in alike]
    at = evidence.units if decides.cell is None else [decides.cell]
    return {
        "asks": float(asks_whether_allowed(question)),
        "relevance": logit(evidence.relevance),
        "read": features.read,
        "same": logit(seen[said.verdict]),
        "opposite": logit(opposite),
        "undecided": logit(seen["undecided"]),
        "quote_read": features.quote_read,
        "quote_same": logit(alone[said.verdict]),
        "quote_opposite": logit(max(alone[each] for each in VERDICTS[:3] if each != said.verdict)),
        "quote_undecided": logit(alone["undecided"]),
        "cross_read": features.cross_read,
        "cross_same": logit(closely[said.verdict]),
        "cross_opposite": logit(other),
        "cross_undecided": logit(closely["undecided"]),
        "pointed": max((read.units[number] for number in at if number < len(read.units)), default=0.0),
        "coverage": features.coverage,
        "passage_coverage": features.passage_coverage,
        "exact_coverage": features.exact_coverage,
        "heaviest_missing": features.heaviest_missing,
        "quote_missing": features.quote_missing,
        "name_missing": features.name_missing,
        "told_apart": features.told_apart,
        "unit_cosine": features.unit_cosine,
        "foreign": features.foreign,
        "named_back": decides.named_back,
        "mean_cosine": features.mean_cosine,
        "row": float(evidence.chunk.kind == "row"),
        "cell": logit(decides.cell_share) if evidence.chunk.kind == "row" else 0.0,
        # It says another thing of another case, too, and the question's words tell which is meant.
        "parted": float(said.parted),
        "meant_by": logit(closely[said.verdict]) - logit(other) if said.parted else 0.0,
        "named_more": said.more,
        "read_more": said.read_more,
        # … or another sentence of the passage does.
        "beside_named": decides.beside.named,
        "beside_read": decides.beside.read,
        "of_best": float(decides.of_best),
        # … or another part of the sentence does, whatever it decides.
        "aside_named": decides.aside.named,
        "aside_read": decides.aside.read,
        # The question may be about the very case that the condition leaves out, or about a value that lies outside.
        "of_condition": decides.of_condition,
        "holds": decides.holds,
        "forbids": float(said.verdict == "not_allowed"),
        "conditional": float(bool(said.conditions)),
        "rival": float(any(each.chunk.document_id == evidence.chunk.document_id for each in rivals)),
        "rival_coverage": max((each.features.coverage for each in rivals), default=0.0) - features.coverage,
        "alike_read": max((each.features.quote_read for each in alike), default=NOTHING_READ),
    }
