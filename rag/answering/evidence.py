"""What may answer the question: passages and the stretch of each to quote, with the features they are judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from rag.answering.coverage import (
    EXACTLY,
    Bag,
    Bags,
    coverage,
    coverages,
    heaviest_missing,
    meaning_coverage,
    told_apart,
    weigh,
    weighted_share,
)
from rag.answering.deciding import Asked, Decider, Decides
from rag.answering.example_index import ExampleIndex
from rag.answering.intents import NOTHING_ALIKE, SURELY, Match, likeness_features
from rag.answering.question import Question
from rag.answering.quoting import Quote, Stretches, bound_to, chosen, stretches
from rag.answering.retrieval import Hit
from rag.answering.rule_matching import asks_something_else, may_be_decided
from rag.answering.unit_verdicts import CaseOdds, Says
from rag.curated.content_words import Word
from rag.index.opening import Index
from rag.language.answer_types import gives, holds_answer
from rag.language.meanings import NOTHING_MEANT
from rag.language.ranges import the_one_that_holds
from rag.models.cross_reader import CrossRead
from rag.models.logistic import logit, model
from rag.models.reader import Read, Readable, readable, readable_translation
from rag.sources.chunking import versions_of
from rag.types import Chunk, Language, Span, Variant

# A sentence is chosen by its nearness plus this much for naming all that the question names. Chosen by judgement.
UNIT_COVERAGE = 0.1
# And this much for being the one that the reader points at. Of 210 questions to nine unseen documents the right unit of
# the right passage: 0 .762, .05 .810, .1 .752, .2 .719, .3 .681.
UNIT_READ = 0.05
# How likely it is that a place answers which says just what is asked (literal.py). Chosen by judgement.
LITERAL = 0.97
NOTHING_READ = -6.0  # the log odds of what is not there, or was not read: one in 400
# Of so many of the likeliest quotes the cases are read, where they or those beside them decide different things: two
# cases take 12 ms.
CASES_READ = 2
# A passage of fewer characters is a name, a date or a "Kiitos": nothing that helps after a refusal.
MIN_READING = 40  # chosen by judgement
COMMON = 0.001  # a word in this share of the example questions is no word of one topic; chosen by judgement
# A refusal names at most so many words that none of so many passages covers to this degree; a verdict those of its own
# passage. Chosen by judgement.
MAX_UNNAMED, NEAREST, UNNAMED = 2, 3, 0.4
# A passage that says less than this share of what is asked itself, by the words' weight, says only what stands beside
# it. Chosen by judgement.
SAID = 0.5
# What is repeated of a question is words, never code or numbers. Chosen by judgement.
MIN_UNNAMED_LETTERS, MAX_UNNAMED_LETTERS = 3, 40


@dataclass(frozen=True, slots=True)
class Features:
    """What a candidate is judged by: cosines and shares in [0, 1]. docs/measurements.md tells what each is worth."""

    cosine: float  # of the passage: half the whole, half its nearest unit
    unit_cosine: float  # of its nearest unit
    coverage: float  # of the question's content words, by the quote and its headings
    passage_coverage: float  # the same by the whole passage, its headings and the document's title
    exact_coverage: float  # the weight share of the words that the whole passage names exactly
    heaviest_missing: float  # the weight share of the heaviest content word that the passage lacks
    quote_missing: float  # the same of what is quoted with its headings, each word weighing the same
    name_missing: float  # 1 when they lack a name of the question's, a service's or one with a capital
    told_apart: float  # the weight share of the words of which they name an alternative only
    lexical_share: float  # BM25 score over the most that these words could score
    rank: float  # the fused score; the first passage found has 1
    holds_wanted: float  # 0 when it asks who, when, where, why or how many, and the quote has nothing of the kind
    gap: float  # 1 when the passage is a heading with nothing below it
    same_answer: float  # the probability that the question is of a kind that this passage answers
    ruled: float  # 1 when a rule that rests on this passage applies to the question
    read: float  # the log odds that it answers, after the reader
    quote_read: float  # the same of what is quoted of it, read by itself
    cross_read: float  # the same after the cross-reader, NOTHING_READ at the least, and where it was not asked
    foreign: float  # 1 when it is not there in the question's language
    mean_cosine: float  # of all passages with the question: how ordinary is here what it is about


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a passage that may answer. relevance: the probability that it does, judged by itself.

    units: the numbers of the passage's units that are quoted, in order and without a hole.
    """

    hit: Hit
    span: Span
    units: tuple[int, ...]
    language: Language  # in which the question was compared with it
    features: Features
    relevance: float
    match: Match | None  # the most probable target that this passage answers, if there is one
    read: Read
    alone: Read  # the quote by itself
    closely: CrossRead | None  # the same after the cross-reader, where it was asked
    decides: Decides | None = None  # what of what one may do, where the question may be after that
    unnamed: tuple[str, ...] = ()  # of what decides: words of the question, as typed, that the passage does not have

    @property
    def chunk(self) -> Chunk:
        return self.hit.chunk

    @property
    def says(self) -> Says | None:
        return self.decides.says if self.decides else None

    @property
    def literal(self) -> bool:
        """Whether it decides of just what is asked, in the same words and language."""
        return self.decides is not None and self.decides.literal

    @property
    def cell(self) -> int | None:
        """Of a table's row the number of the cell that decides."""
        return self.decides.cell if self.decides else None

    @property
    def is_gap(self) -> bool:
        return self.hit.chunk.kind == "gap"

    @property
    def worth_reading(self) -> bool:
        """Whether it says something by itself: not a heading, a name or a closing word."""
        size = self.span.end - self.span.start
        return not self.is_gap and (size >= MIN_READING or self.hit.chunk.kind == "row")


class Weigher:
    """Turns hits into candidates, for one version of the index."""

    def __init__(self, index: Index, bags: Bags, examples: ExampleIndex) -> None:
        """examples: of the same version."""
        self._index = index
        self._examples = examples
        self._decider = Decider(bags)
        self._bags = bags
        self._kinds = {concept.id: concept.kind for concept in index.concepts}
        self._uses = _uses(index, bags, self._kinds)

    def stretches(
        self,
        question: Question,
        hits: Sequence[Hit],
        reads: Sequence[Read],
        matches: Sequence[Match],
        ruled: Mapping[str, Sequence[Span]],
    ) -> list[Stretches]:
        """What may be quoted of each hit. reads: what the reader makes of each; matches: example questions like this
        one, best first; ruled: where the rules that apply rest, by document."""
        weights = self._weights(question)
        likest, _ = self._examples.likest(matches)
        return [
            self._stretches(question, weights, hit, read, likest.get(hit.chunk.id), _at_rest(hit.chunk, ruled))
            for hit, read in zip(hits, reads, strict=True)
        ]

    def _stretches(
        self,
        question: Question,
        weights: list[float],
        hit: Hit,
        read: Read,
        match: Match | None,
        ruled: Sequence[Span],
    ) -> Stretches:
        chunk = hit.chunk
        version = self._version(chunk, question)
        if ruled:
            return bound_to(chunk, version, ruled[0])
        if match is not None and match.probability >= SURELY:
            return bound_to(chunk, version, self._examples.place_in(match, chunk))
        pointed = read.units if len(read.units) == len(version.units) else (0.0,) * len(version.units)
        words = self._compared(question, chunk)
        scores = [
            cosine + UNIT_COVERAGE * coverage(words, weights, self._bags.of(unit, version.language)) + UNIT_READ * share
            for unit, cosine, share in zip(version.units, hit.unit_cosines, pointed, strict=True)
        ]
        if (held := the_one_that_holds(version.units, question.values)) is not None:
            scores = [score - (number not in held) for number, score in enumerate(scores)]
        return stretches(chunk, version, scores, wants_list="list" in question.wanted)

    def quotes(
        self,
        hits: Sequence[Hit],
        among: Sequence[Stretches],
        alone: Sequence[Sequence[Read]],
        closely: Sequence[Sequence[CrossRead | None]],
    ) -> list[Quote]:
        """What is quoted of each hit. alone, closely: what the reader and the cross-reader make of each of its
        stretches."""
        return [
            chosen(hit.chunk, each, read, crossed, not self._examples.is_learnt(hit.chunk))
            for hit, each, read, crossed in zip(hits, among, alone, closely, strict=True)
        ]

    def weigh(
        self,
        question: Question,
        hits: Sequence[Hit],
        reads: Sequence[Read],
        among: Sequence[Stretches],
        quotes: Sequence[Quote],
        matches: Sequence[Match],
        ruled: Mapping[str, Sequence[Span]],
        mean_cosine: float,
        case_odds: Callable[[int], CaseOdds],
    ) -> list[Evidence]:
        """One candidate for each hit, the most relevant first; as stretches says, with what is quoted of each. among:
        what may be quoted of each; mean_cosine: of all passages with the question; case_odds: of a hit, by its number,
        how likely stretches of it answer."""
        weights = self._weights(question)
        likest, probable = self._examples.likest(matches)
        likely = sorted(range(len(hits)), key=lambda at: -_odds(quotes[at].closely))[:CASES_READ]
        candidates = [
            self._candidate(
                question,
                weights,
                hit,
                read,
                around.scores,
                quote,
                likest.get(hit.chunk.id),
                probable.get(hit.chunk.id, 0.0),
                _at_rest(hit.chunk, ruled),
                mean_cosine,
                case_odds(number) if number in likely and quote.closely else None,
            )
            for number, (hit, read, around, quote) in enumerate(zip(hits, reads, among, quotes, strict=True))
        ]
        return sorted(candidates, key=lambda candidate: -candidate.relevance)

    def chunks_to_weigh(self, matches: Sequence[Match], ruled: Mapping[str, Sequence[Span]]) -> set[str]:
        """The passages that example questions or rules point to, however far the search thinks them."""
        resting = {
            chunk.id
            for chunk in self._index.chunks
            if any(chunk.span.touches(span) for span in ruled.get(chunk.document_id, ()))
        }
        return self._examples.passages_of(matches) | resting

    def use_cases(self, question: Question) -> frozenset[str]:
        """The table rows, by their passages' ids, that describe best the use that the question names or implies.

        What few rows name tells more: each concept counts by the number of rows that have it, and half where it does
        not stand in the row's label.
        """
        scores: dict[str, float] = {}
        for concept in question.concepts:
            having = self._uses.get(concept, {})
            for row, share in having.items():
                scores[row] = scores.get(row, 0.0) + share / len(having)
        best = max(scores.values(), default=0.0)
        return frozenset(row for row, score in scores.items() if score == best)

    def beside_the_point(self, question: Question, candidate: Evidence) -> bool:
        """Whether a passage says nothing of what is asked: not of what is entered, but of what becomes of it. That of
        another language is not compared by its words."""
        if question.split is None or candidate.features.foreign or not asks_something_else(question):
            return False
        version = self._version(candidate.chunk, question)
        asked = question.split.asked
        weights = weigh(asked, self._index.frequencies, len(self._index.chunks))
        return coverage(asked, weights, self._bags.of(f"{version.context}\n{version.text}", version.language)) < SAID

    def give(self, question: Question, evidence: Sequence[Evidence]) -> bool:
        """Whether one of them has the particular that the question asks for by its name, a mean or an address; also
        where it asks for none, or nothing is quoted."""
        if not question.particulars or not evidence:
            return True
        return any(gives(question.particulars, self._read_with(each, question)) for each in evidence)

    def _read_with(self, evidence: Evidence, question: Question) -> str:
        """What is quoted, with what has to be read with it: headings and lead-in, of a row all of it with its heads."""
        version = self._version(evidence.chunk, question)
        quoted = evidence.span.of(self._index.documents[evidence.chunk.document_id].text)
        return "\n".join((version.context, version.text if evidence.chunk.kind == "row" else quoted))

    def unnamed(self, question: Question, candidates: Sequence[Evidence]) -> list[str]:
        """The heaviest names in the question, as typed, that none of the nearest passages has.

        Only names: that a passage lacks "vielä" or "mejl" tells nothing.
        """
        bags = [
            self._bags.of(f"{version.context}\n{version.text}", version.language)
            for each in candidates[:NEAREST]
            for version in [self._version(each.chunk, question)]
        ]
        weighed = sorted(zip(self._weights(question), question.words, strict=True), key=lambda pair: -pair[0])
        return [
            word.text
            for _, word in weighed
            if _may_be_repeated(word.text)
            and _is_name(word.text, question.text)
            and max((meaning_coverage(word, bag) for bag in bags), default=0.0) < UNNAMED
            and not self._common(word)
        ][:MAX_UNNAMED]

    def _common(self, word: Word) -> bool:
        """Whether people use the word in questions of all kinds, so that its absence tells a reader nothing."""
        examples = self._index.examples
        used = max((examples.frequencies.get(name, 0) for name in (*word.reading.lemmas, word.reading.stem)), default=0)
        return used > COMMON * len(examples.examples) and used > 1

    def _lacks_name(self, question: Question, covered: Sequence[float]) -> bool:
        """Whether a text lacks a name that the question has. covered: how well it covers each of the question's words.
        "Paljonko DeepL maksaa?" is not answered by what Copilot costs."""
        return any(
            found < UNNAMED
            and (_is_name(word.text, question.text) or any(self._kinds[each] == "tool" for each in word.concepts))
            for word, found in zip(question.words, covered, strict=True)
        )

    def _compared(self, question: Question, chunk: Chunk) -> Sequence[Word]:
        """The question's words as a passage is compared with them. Where examples teach what it answers, what else they
        may mean only misleads: of 335 unanswerable questions of "dev" 96.7 % were refused with it, 97.3 without."""
        if not self._examples.is_learnt(chunk):
            return question.words
        return [replace(word, meant=NOTHING_MEANT) for word in question.words]

    def _weights(self, question: Question) -> list[float]:
        return weigh(question.words, self._index.frequencies, len(self._index.chunks))

    def _candidate(
        self,
        question: Question,
        weights: list[float],
        hit: Hit,
        read: Read,
        scores: Sequence[float],
        quote: Quote,
        match: Match | None,
        probability: float,
        ruled: Sequence[Span],
        mean_cosine: float,
        case_odds: CaseOdds | None,
    ) -> Evidence:
        chunk, words, version = hit.chunk, self._compared(question, hit.chunk), quote.version
        document = self._index.documents[chunk.document_id]

        def bag(text: str) -> Bag:
            return self._bags.of(text, version.language)

        units, span = quote.units, quote.span(chunk)
        quoted = bag("\n".join((version.context, *(version.units[unit] for unit in units))))
        of_quote = coverages(words, quoted)
        whole = bag(f"{version.context}\n{document.metadata.title}\n{version.text}")
        of_whole = coverages(words, whole)
        features = Features(
            cosine=hit.cosine,
            unit_cosine=max(hit.unit_cosines),
            coverage=weighted_share(of_quote, weights),
            passage_coverage=weighted_share(of_whole, weights),
            exact_coverage=weighted_share([float(each >= EXACTLY) for each in of_whole], weights),
            heaviest_missing=heaviest_missing(of_whole, weights),
            quote_missing=heaviest_missing(of_quote, [1.0] * len(words)),
            name_missing=float(self._lacks_name(question, of_quote)),
            told_apart=told_apart(words, weights, of_quote, quoted),
            lexical_share=hit.lexical_share,
            rank=hit.score,
            holds_wanted=float(holds_answer(question.focus, question.wanted, span.of(document.text))),
            gap=float(chunk.kind == "gap"),
            same_answer=probability,
            ruled=float(bool(ruled)),
            read=read.answers,
            quote_read=quote.alone.answers,
            cross_read=_odds(quote.closely),
            foreign=float(version.language != question.language),
            mean_cosine=mean_cosine,
        )
        named = candidate_features(features, match)
        judged = model(self._examples.fitted("relevance", chunk)).probability(named)
        relevance = max(judged, match.verified if match else 0.0)

        decides: Decides | None = None
        if may_be_decided(question) and chunk.kind != "gap":
            asked = Asked(question, words, weights, bool(features.foreign))
            own = case_odds if version.language == document.metadata.language else None  # its units are others
            decides = (
                self._decider.of_row(asked, chunk, document, read, own)
                if chunk.kind == "row"
                else self._decider.of_units(asked, chunk, document, quote, scores, own)
            )
        unnamed: tuple[str, ...] = ()
        if decides is not None and not features.foreign:
            missing = sorted(zip(weights, of_whole, words, strict=True), key=lambda each: -each[0])
            unnamed = tuple(w.text for _, found, w in missing if found < UNNAMED and _may_be_repeated(w.text))
        if decides is not None and decides.literal and not self._examples.is_learnt(chunk):
            relevance = max(relevance, LITERAL * features.coverage)  # the more, the more specific it is
        return Evidence(
            hit, span, units, version.language, features, relevance, match, read, quote.alone, quote.closely, decides,
            unnamed[:MAX_UNNAMED],
        )  # fmt: skip

    def readable(self, question: Question, hit: Hit) -> Readable:
        """What the reader reads: the passage in the question's language if it has been translated."""
        document = self._index.documents[hit.chunk.document_id]
        version = self._version(hit.chunk, question)
        return (
            readable(hit.chunk, document)
            if version.language == document.metadata.language
            else readable_translation(version, document)
        )

    def _version(self, chunk: Chunk, question: Question) -> Variant:
        """The passage in the question's language if it has been translated, otherwise the source itself."""
        versions = versions_of(chunk, self._index.documents[chunk.document_id])
        return next((version for version in versions if version.language == question.language), versions[0])


def _odds(read: CrossRead | None) -> float:
    return max(read.answers, NOTHING_READ) if read else NOTHING_READ


def _at_rest(chunk: Chunk, ruled: Mapping[str, Sequence[Span]]) -> list[Span]:
    """Where in a passage the rules that apply rest."""
    return [span for span in ruled.get(chunk.document_id, ()) if chunk.span.touches(span)]


def candidate_features(features: Features, match: Match | None) -> dict[str, float]:
    """The features of the relevance, by name."""
    own = {field.name: getattr(features, field.name) for field in fields(features)}
    likeness = match.likeness if match else NOTHING_ALIKE
    return own | likeness_features(likeness, "example") | {"same_answer_logit": logit(features.same_answer)}


def _uses(index: Index, bags: Bags, kinds: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Which table rows, by their passages' ids, name the use that a concept stands for: 1 in their label, ½ in another
    cell. kinds: of the concepts, by their ids."""
    found: dict[str, dict[str, float]] = {}
    for chunk in index.chunks:
        if chunk.kind != "row":
            continue
        document = index.documents[chunk.document_id]
        cells = next((block.cells for block in document.blocks if block.cells and block.span.touches(chunk.span)), ())
        # What is done stands in the label and beside it; the last of many cells tells what comes of it. That a cell
        # counts half as much as the label was chosen by judgement.
        for number, cell in reversed(list(enumerate(cells[:-1] if len(cells) > 2 else cells))):
            for name in bags.of(cell.of(document.text), document.metadata.language).concepts:
                if kinds.get(name) in ("action", "use_case"):
                    found.setdefault(name, {})[chunk.id] = 1.0 if number == 0 else 0.5
    return found


def _may_be_repeated(word: str) -> bool:
    return word.replace("-", "").isalpha() and MIN_UNNAMED_LETTERS <= len(word) <= MAX_UNNAMED_LETTERS


def _is_name(word: str, text: str) -> bool:
    """Whether a word is written as a name: with a capital, and not because a sentence begins."""
    at = text.find(word)
    begins = at <= 0 or text[:at].rstrip()[-1:] in ("", ".", "?", "!")
    return (word[0].isupper() and not begins) or any(char.isupper() for char in word[1:])
