"""Answer or refuse? One confidence, from the best candidate, the example questions and how near the sources are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rag.answering.evidence import NOTHING_READ, Evidence, candidate_features
from rag.answering.example_index import ExampleIndex
from rag.answering.intents import NOTHING_ALIKE, SURELY, Match, likeness_features
from rag.curated.examples import Target
from rag.curated.rules import REGISTER_ID
from rag.models.logistic import logit, model
from rag.types import Reason

MAX_STATEMENTS = 3  # passages that an answer quotes where no example binds them together; chosen by judgement
MAX_SEE_ALSO = 3  # passages that a refusal shows; chosen by judgement
# A further passage is quoted beside the best one when it is this likely to answer by itself: more likely than not.
FURTHER_RELEVANCE = 0.5
# A heading without content is what was asked about when it names this share of the question: "Mitä kokeilu maksoi?"
# was said to stand below "Kokeiluissa käytetyn tiedon luokka". Chosen by judgement.
GAP_COVERAGE = 0.6
# A refusal says what an example says is missing when that example is this likely to want the same: more
# likely than not.
NAMED_MISSING = 0.5
# … and it names this share of the example's words: "Får jag mata in min egen adress?" was told that the sources do not
# say whether AuroraAI has an age limit. Chosen by judgement.
SAME_WORDS = 0.5


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies about a question: the share of the nearest example questions that no source answers, and the share of
    its words that are about data, tools and what is done with them."""

    nowhere_share: float
    about_use: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Answer or refuse. confidence: the probability that the sources answer the question and the evidence is right.

    evidence is what to quote (empty for a refusal); nearest is what to point to. A refusal has a reason; gap is the
    heading without content that the question asks about, topic the known unanswered question that it is, if so.
    """

    answers: bool
    confidence: float
    evidence: tuple[Evidence, ...]
    nearest: tuple[Evidence, ...]
    reason: Reason | None = None
    gap: Evidence | None = None
    topic: Target | None = None

    def refused(self) -> Decision:
        """The same without an answer: the sources do not say it."""
        return replace(self, answers=False, confidence=0.0, evidence=(), reason="not_in_guidance")


def decide(
    candidates: Sequence[Evidence],
    matches: Sequence[Match],
    examples: ExampleIndex,
    around: Surroundings,
    searched: Collection[str],
) -> Decision:
    """Whether to answer, and with what. candidates: the most relevant first; matches: the most probable first;
    searched: the documents that were looked in, by id."""
    topic = _topic(matches, examples.targets, searched)
    if not candidates:
        return Decision(False, 0.0, (), (), topic.reason if topic else "out_of_scope", topic=topic)
    judged: list[_Judged] = []
    nearest = tuple(c for c in candidates if c.worth_reading)[:MAX_SEE_ALSO]
    for side in sides_of(candidates, examples):
        each = _Judged.of(side, matches, examples, around)
        if each.confidence >= each.threshold and not side[0].is_gap:
            return Decision(True, each.confidence, quoted_evidence(side), nearest, topic=topic)
        judged.append(each)
    best = next(each for each in judged if each.side[0] is candidates[0])
    in_scope = topic is not None or around.about_use > 0 or any(each.near for each in judged)
    reason: Reason = (topic.reason if topic else None) or ("not_in_guidance" if in_scope else "out_of_scope")
    return Decision(False, best.confidence, (), nearest, reason, _asked_gap(candidates), topic)


def sides_of(candidates: Sequence[Evidence], examples: ExampleIndex) -> list[tuple[Evidence, ...]]:
    """The candidates once with those first that nobody wrote examples for, and once with the others: each side is
    judged by what can be known of it. An organisation's own guidance, which has no examples, is the first to be asked:
    it is the more particular, and what is like an example of national guidance is so whatever else there is."""
    learnt = [each for each in candidates if examples.is_learnt(each.chunk)]
    others = [each for each in candidates if not examples.is_learnt(each.chunk)]
    return [(*first, *rest) for first, rest in ((others, learnt), (learnt, others)) if first]


@dataclass(frozen=True)
class _Judged:
    """A side: how likely the first of it answers, and from what on that is said; near: whether the question is about
    what its documents are about."""

    side: Sequence[Evidence]
    confidence: float
    threshold: float
    near: bool

    @classmethod
    def of(
        cls, side: Sequence[Evidence], matches: Sequence[Match], examples: ExampleIndex, around: Surroundings
    ) -> _Judged:
        best = side[0]
        judged_by = model(examples.fitted("confidence", best.chunk))
        features = decision_features(side, matches, examples, around)
        confidence = _verified(judged_by.probability(features), best, matches, examples)
        if best.literal and not examples.is_learnt(best.chunk):
            confidence = max(confidence, best.relevance)  # the guidance says it in the question's own words
        scope = model(examples.fitted("scope", best.chunk))
        near = scope.probability(features) >= scope.threshold
        return cls(side, confidence, judged_by.threshold, near)


def decision_features(
    candidates: Sequence[Evidence], matches: Sequence[Match], examples: ExampleIndex, around: Surroundings
) -> dict[str, float]:
    """The features of the confidence: those of the best candidate, how it stands among the others, and how like the
    question is to those that are known to be answered here, elsewhere, or nowhere."""
    best = candidates[0]
    learnt = examples.is_learnt(best.chunk)
    others = [
        c.relevance for c in candidates[1:] if c.chunk.id != best.chunk.id and examples.is_learnt(c.chunk) == learnt
    ]
    gaps = [c.features.passage_coverage for c in candidates if c.is_gap]
    targets = examples.targets
    own = [m for m in matches if examples.points_at(m, best.chunk)]
    elsewhere = sum(m.probability for m in matches if m not in own and targets[m.target].places)
    nowhere = [m for m in matches if _refuses(targets[m.target], best)]
    nowhere_likeness = nowhere[0].likeness if nowhere else NOTHING_ALIKE
    features = candidate_features(best.features, best.match)
    del features["rank"]
    return (
        features
        | likeness_features(nowhere_likeness, "nowhere")
        | {
            "relevance": logit(best.relevance),
            "row": float(best.chunk.kind == "row"),
            "list": float(best.chunk.kind == "list"),
            "lead": best.relevance - max(others, default=0.0),
            "best_read": max(c.features.read for c in candidates),
            "another_read": max((c.features.read for c in candidates[1:]), default=NOTHING_READ),
            "another_quote_read": max((c.features.quote_read for c in candidates[1:]), default=NOTHING_READ),
            "another_cross_read": max((c.features.cross_read for c in candidates[1:]), default=NOTHING_READ),
            "gap_nearer": max(gaps, default=0.0) - best.features.passage_coverage,
            "nowhere_share": around.nowhere_share,
            # A rule that applies answers the better, the less else is asked: "hetu copilot", not "hetu copilot fine".
            "ruled_alone": best.features.ruled * around.about_use,
            "best_cosine": max(c.features.cosine for c in candidates),
            "best_exact_coverage": max(c.features.exact_coverage for c in candidates),
            "best_lexical_share": max(c.features.lexical_share for c in candidates),
            "elsewhere_logit": logit(elsewhere),
            "nowhere_logit": logit(sum(m.probability for m in nowhere)),
            "most_probable": logit(matches[0].probability if matches else 0.0),
        }
    )


def _verified(confidence: float, best: Evidence, matches: Sequence[Match], examples: ExampleIndex) -> float:
    """The confidence, with what the organisation's own example questions say of it: that this place answers, or that
    nothing does."""
    for match in matches:
        if match.verified and examples.points_at(match, best.chunk):
            confidence = max(confidence, match.verified)
        elif match.verified and _refuses(examples.targets[match.target], best):
            confidence *= 1 - match.verified
    return confidence


def _refuses(target: Target, best: Evidence) -> bool:
    """Whether the target stands for questions that the best candidate's document was found not to answer."""
    return not target.places and (not target.documents or best.chunk.document_id in target.documents)


def quoted_evidence(candidates: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """What to quote: the best candidate, the rest of a place that spans several passages, and what else answers."""
    best = candidates[0]
    rest: list[Evidence] = []
    if best.match is not None and best.match.probability >= SURELY:
        rest = [c for c in candidates[1:] if c.match and c.match.target == best.match.target and not c.is_gap]
    further = [c for c in candidates[1:] if c not in rest and c.relevance >= FURTHER_RELEVANCE and not c.is_gap]
    return (best, *rest, *further[: MAX_STATEMENTS - 1])


# Somebody who asks for no harm is not to hear that they do. Of 129 harmless sentences with the words of attacks .5
# calls five unsafe, .64 four, .7 two; of the six questions of dev that are taken for unsafe .64 keeps five, .7 four.
UNSAFE = 0.7
# … and shares a word with an attack that is known: at least this much of its words' weight. The twelve of dev and
# adversarial that are taken for unsafe share .14 and more; "IT hasn't said a word about Qwen. Can I use it?" none.
UNSAFE_WORDS = 0.1


def _topic(matches: Sequence[Match], targets: Sequence[Target], searched: Collection[str]) -> Target | None:
    """The kind of unanswered question that this one is, where an example says so.

    It says what was not found in the documents that its author read. Where others are searched, too, nobody knows
    whether they tell it.
    """
    if not matches or matches[0].probability < NAMED_MISSING:
        return None
    target = targets[matches[0].target]
    if target.reason == "unsafe" and (matches[0].probability < UNSAFE or matches[0].likeness.names < UNSAFE_WORDS):
        return None
    if target.missing is not None and matches[0].likeness.names < SAME_WORDS:
        return None
    if target.places or (target.documents and not set(searched) <= {*target.documents, REGISTER_ID}):
        return None
    return target


def _asked_gap(candidates: Sequence[Evidence]) -> Evidence | None:
    """The heading without content that the question asks about: it names nearly all of the question, and more of it
    than the best passage does."""
    gaps = [c for c in candidates if c.is_gap and c.features.exact_coverage >= GAP_COVERAGE]
    nearest = max(gaps, key=lambda c: c.features.passage_coverage, default=None)
    best = candidates[0]
    if nearest is None or (nearest is not best and nearest.features.coverage <= best.features.coverage):
        return None
    return nearest
