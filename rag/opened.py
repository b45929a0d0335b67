"""One version of the index with all that asks it: from a question and its vectors to what may answer it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rag.chunking import versions_of
from rag.clock import Clock
from rag.concepts import Concepts
from rag.coverage import Bags
from rag.decisions import Ruling, rule_on, rules_on_other_data
from rag.embedding import Embedder, Vectors
from rag.evidence import Evidence, Weigher
from rag.grounding import Fault, Grounding
from rag.index import Index
from rag.judge import Surroundings
from rag.lexical import terms_of
from rag.matching import Match, Matcher
from rag.privacy import Redactor
from rag.question import Question, read_question
from rag.retrieval import Hit, Retriever
from rag.rulings import Rulings
from rag.spelling import Speller
from rag.types import Answer, Document, Language, Passage, Span, Variant
from rag.validity import documents_on
from rag.words import Lexicon

SEARCH_MARGIN = 9  # passages below the wanted k that a search may still lift
CANDIDATES = 8  # passages that are judged; the eighth was the right one for 2 of 213 Finnish questions


@dataclass(frozen=True)
class Considered:
    """What was found for one reading of a question. candidates: the most relevant first; matches: the most probable."""

    question: Question
    ruling: Ruling | None
    candidates: list[Evidence]
    matches: list[Match]
    around: Surroundings


@dataclass(frozen=True)
class Opened:
    """Replaced as a whole when another version is taken into use."""

    index: Index
    lexicon: Lexicon
    concepts: Concepts
    retriever: Retriever
    weigher: Weigher
    matcher: Matcher
    speller: Speller
    rulings: Rulings
    grounding: Grounding
    redactor: Redactor

    @classmethod
    def of(cls, index: Index, lexicon: Lexicon, embedder: Embedder, earlier: Opened | None = None) -> Opened:
        """earlier: the version before, which may know some of the same sources."""
        concepts = Concepts(index.concepts, lexicon)
        bags = Bags(lexicon, concepts)
        return cls(
            index,
            lexicon,
            concepts,
            Retriever(index),
            Weigher(index, bags),
            Matcher(index.examples, index.example_vectors, index.recogniser, lexicon, concepts),
            Speller(_own_texts(index), lexicon, embedder.is_one_piece),
            Rulings(index.rulebook, concepts, index.documents, index.chunks),
            Grounding(bags, lexicon, concepts),
            Redactor(lexicon, map(_public_text, index.documents.values()), earlier.redactor if earlier else None),
        )

    def read(self, text: str, language: Language) -> Question:
        return read_question(text, language, self.lexicon, self.concepts)

    def terms(self, question: Question) -> list[str]:
        """What the lexical index is asked for."""
        return terms_of(question.text, question.language, self.lexicon, self.concepts, asked=True)

    def consider(
        self, question: Question, terms: Sequence[str], vectors: Vectors, day: date, clock: Clock
    ) -> Considered:
        """Recognise the question, see which rules apply on that day, find passages and weigh them.

        vectors: as Embedder.question_vector gives them.
        """
        index = self.index
        vector = vectors[: index.vectors.shape[1]]
        in_force = documents_on(day, index.documents)
        with clock.step("match"):
            matches = self.matcher.without(
                self.matcher.match(question, vectors, in_force),
                rules_on_other_data(question, index.rulebook.rules, self.concepts.by_id),
            )
            likely = self.matcher.likely_places(matches)
            ruling = rule_on(question, index.rulebook, self.concepts.by_id, in_force, day, likely)
            ruled = ruling.places() if ruling else {}
        with clock.step("retrieve"):
            also = self.weigher.chunks_to_weigh(matches, ruled)
            hits = self.retriever.find(vector, list(terms), CANDIDATES, also, in_force)
        with clock.step("judge"):
            candidates = self.weigher.weigh(question, hits, matches, ruled)
            around = Surroundings(
                self.retriever.mean_cosine(vector), self.matcher.nowhere_share(vectors), self._about_use(question)
            )
        return Considered(question, ruling, candidates, matches, around)

    def _about_use(self, question: Question) -> float:
        """The share of a question's words that name data, a tool, what is done with them, or a use case."""
        if not question.words:
            return 0.0
        kinds = [{self.concepts.kind_of(name) for name in word.concepts} for word in question.words]
        return sum(bool(each - {"topic"}) for each in kinds) / len(kinds)

    def said_at(self, document_id: str, span: Span) -> list[list[Variant]]:
        """The passages at a place, in each language that they stand in, cut to the units at the place."""
        document = self.index.documents[document_id]
        found = []
        for chunk in self.index.chunks:
            if chunk.document_id == document_id and chunk.kind != "gap" and chunk.span.touches(span):
                at = [number for number, unit in enumerate(chunk.units) if unit.touches(span)]
                found.append([_cut(version, at) for version in versions_of(chunk, document)])
        return found

    def unsupported(self, answer: Answer) -> tuple[Fault, ...]:
        """What a language model's statements say that their citations do not."""
        places = {each.number: (each.document_id, Span(each.start, each.end)) for each in answer.citations}
        return tuple(
            fault
            for statement in answer.statements
            if statement.kind == "generated"
            for fault in self.grounding.faults(
                statement.text,
                answer.language,
                [passage for number in statement.citations for passage in self.said_at(*places[number])],
            )
        )

    def ranked(self, question: Question, vector: Vectors, k: int) -> list[Hit]:
        """The passages among which the k best are, best first."""
        return self.weigher.rank(question, self.retriever.find(vector, self.terms(question), k + SEARCH_MARGIN))

    def search(self, question: Question, vector: Vectors, k: int) -> list[Passage]:
        """The k best passages, best first, without judging whether they answer."""
        return [
            Passage(
                hit.chunk.document_id,
                hit.chunk.section,
                hit.chunk.page,
                hit.chunk.span.of(self.index.documents[hit.chunk.document_id].text),
                hit.chunk.span.start,
                hit.chunk.span.end,
                hit.score,
            )
            for hit in self.ranked(question, vector, k)[:k]
        ]


def _cut(version: Variant, at: Sequence[int]) -> Variant:
    """Only these units of a passage."""
    if len(at) == len(version.units):
        return version
    units = tuple(version.units[number] for number in at)
    return Variant(version.language, version.context, "\n".join(units), units)


def _public_text(document: Document) -> str:
    """What is public of a document: names in it are nobody's secret."""
    return f"{document.metadata.title}\n{document.metadata.publisher}\n{document.text}"


def _own_texts(index: Index) -> Iterator[tuple[Language, str]]:
    """What the version's sources and example questions say, with the language of each."""
    for chunk in index.chunks:
        for version in versions_of(chunk, index.documents[chunk.document_id]):
            yield version.language, f"{version.context}\n{version.text}"
    for example in index.examples.examples:
        yield example.language, example.text
