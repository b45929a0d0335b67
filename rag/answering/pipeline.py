"""One version of the index with all that asks it: from a question and its vectors to what may answer it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answering.clock import Clock
from rag.answering.conversation import Interpreter, Reading
from rag.answering.coverage import SAME_MEANING, Bags, meaning_coverage
from rag.answering.evidence import Evidence, Weigher
from rag.answering.example_index import ExampleIndex
from rag.answering.grounding import Fault, Grounding
from rag.answering.intents import SURELY, Match, Matcher
from rag.answering.judge import Surroundings
from rag.answering.material import MaterialReader
from rag.answering.places import stands_at
from rag.answering.question import ENTERING, Question, read_question
from rag.answering.quoting import Quote, Stretches
from rag.answering.retrieval import FOREIGN, Hit, Retriever
from rag.answering.rule_matching import (
    DECIDING,
    Ruling,
    asks_leave_alone,
    asks_of_a_service,
    asks_whether,
    asks_whether_allowed,
    conditions_on,
    rule_on,
    rules_on_other_data,
)
from rag.answering.rule_words import RuleWords
from rag.answering.scales import Scales
from rag.answering.statements import Place
from rag.answering.unit_verdicts import CaseOdds
from rag.answering.validity import documents_on
from rag.answering.verdict_statements import Conditions, Rulings
from rag.curated.concepts import Concepts
from rag.curated.examples import Target
from rag.index.lexical import asked_meanings, terms_of
from rag.index.opening import Index
from rag.language.answer_types import counted_by, focus_of, tells, tells_several
from rag.language.spelling import Speller
from rag.language.words import Lexicon, split_words
from rag.models.cross_reader import CrossRead
from rag.models.embedding import Embedder, Encoded
from rag.models.material import MaterialModel
from rag.models.reader import Read, Readable, Reader, readable, readable_translation
from rag.models.recognition import Recogniser
from rag.privacy.redactor import Redactor
from rag.sources.chunking import row_at, versions_of
from rag.types import Answer, Document, Language, Passage, Span, Variant

# A question is this likely one that no source answers before it silences the rules of the sources that its kind is
# known of. At .5 the likes of "is Gemini allowed at work" (.63: what Gemini can do) got no rule.
SILENCES = 0.7
READ_CLOSELY = 7  # stretches that the cross-reader reads: seven take 49 ms, five 35. Chosen by judgement
CANDIDATES = 8  # passages that are judged; the eighth was the right one for 2 of 213 Finnish questions


@dataclass(frozen=True)
class Considered:
    """What was found for one reading of a question. conditions: rules that decide once the material is named;
    candidates: the most relevant first; matches: the most probable; searched: the documents looked in, by id; use_case:
    the table row on the use that a may-I question names."""

    question: Question
    ruling: Ruling | None
    conditions: Conditions
    candidates: list[Evidence]
    matches: list[Match]
    around: Surroundings
    searched: frozenset[str]
    use_case: Evidence | None = None

    def without(self, places: Sequence[tuple[str, Span]]) -> Considered:
        """The same without what these places say: for what asks on after an answer."""
        others = [c for c in self.candidates if not stands_at(c.chunk.document_id, c.span, places)]
        return replace(self, candidates=others)

    def at(self, places: Sequence[tuple[str, Span]]) -> Considered:
        """The same with what these places say alone."""
        there = [c for c in self.candidates if stands_at(c.chunk.document_id, c.span, places)]
        return replace(self, candidates=there)

    def repeats(self, places: Sequence[tuple[str, Span]], targets: Sequence[Target]) -> bool:
        """Whether the question is surely of a kind that these places answer."""
        if not self.matches or self.matches[0].probability < SURELY:
            return False
        return any(stands_at(name, span, places) for name, span in targets[self.matches[0].target].places)


@dataclass(frozen=True)
class OpenVersion:
    """Replaced as a whole when another version is taken into use."""

    index: Index
    lexicon: Lexicon
    concepts: Concepts
    bags: Bags
    retriever: Retriever
    reader: Reader
    scales: Scales
    examples: ExampleIndex
    weigher: Weigher
    matcher: Matcher
    speller: Speller
    rule_words: RuleWords
    rulings: Rulings
    material: MaterialReader
    grounding: Grounding
    redactor: Redactor
    interpreter: Interpreter

    @classmethod
    def of(
        cls, index: Index, lexicon: Lexicon, embedder: Embedder, reader: Reader, earlier: OpenVersion | None = None
    ) -> OpenVersion:
        """earlier: the version before, which may know some of the same sources."""
        concepts = Concepts(index.concepts, lexicon)
        bags = Bags(lexicon, concepts)
        rules = (*(rule for rule, _ in index.rulebook.rules), *index.rulebook.suspended)
        rule_words = RuleWords(rules, index.documents, lexicon, concepts)
        matcher = Matcher(index.examples, index.own_examples, Recogniser.load(), lexicon, concepts)
        examples = ExampleIndex.of(index.examples.targets, index.chunks, matcher.learnt_documents)
        return cls(
            index,
            lexicon,
            concepts,
            bags,
            Retriever(index),
            reader,
            Scales(index),
            examples,
            Weigher(index, bags, examples),
            matcher,
            Speller(_own_texts(index), lexicon, embedder.is_one_piece),
            rule_words,
            Rulings(index.rulebook, concepts, index.documents, index.chunks, rule_words),
            MaterialReader(MaterialModel.load(), reader.embedder, concepts),
            Grounding(bags, lexicon, concepts),
            Redactor(lexicon, map(_public_text, index.documents.values()), earlier.redactor if earlier else None),
            Interpreter(lexicon, concepts, index.frequencies),
        )

    def prepare(self, ends: Callable[[], bool]) -> None:
        """Encode the passages that there are, in all languages they are there in, and analyse the words of the example
        questions, so that no question waits for it. ends: asked again and again, whether to leave off."""
        documents = self.index.documents
        passages = (
            each
            for chunk in self.index.chunks
            if chunk.kind != "gap"
            for each in (
                readable(chunk, documents[chunk.document_id]),
                *(readable_translation(variant, documents[chunk.document_id]) for variant in chunk.variants),
            )
        )
        self.reader.prepare(passages, ends)
        self.lexicon.learn_for_good(((each.text, each.language) for each in self.index.examples.examples), ends)

    def read(self, text: str, language: Language) -> Question:
        return read_question(text, language, self.lexicon, self.concepts)

    def asks_of_a_service(self, question: Question) -> bool:
        return asks_of_a_service(question, self.concepts.by_id)

    def terms(self, question: Question) -> list[str]:
        """What the lexical index is asked for."""
        return terms_of(question.text, question.language, self.lexicon, self.concepts, asked=True)

    def consider(
        self,
        question: Question,
        terms: Sequence[str],
        encoded: Encoded,
        day: date,
        clock: Clock,
        within: Collection[str] | None = None,
        rules: bool = True,
        judged: int = CANDIDATES,
    ) -> Considered:
        """Recognise the question, see which rules apply on that day, find passages, read and weigh them.

        within: the documents to look in, by id, None for all; rules: whether a rule may decide; judged: the passages.
        """
        index = self.index
        vector = encoded.vector
        in_force = documents_on(day, index.documents)
        searched = {name for name in in_force if within is None or name in within}
        inside = {chunk.id for chunk in index.chunks if chunk.document_id in searched} if within is not None else set()
        with clock.step("match"):
            # Against all that is known, also where only some documents are searched: else little seems to be much.
            placed = self.matcher.place(encoded.recognised)
            matches = self.matcher.without(
                self.matcher.match(question, placed, in_force),
                rules_on_other_data(question, index.rulebook.rules),
            )
            ruling, conditions, use = (
                self._may_i(question, matches, in_force, day) if rules else (None, (), frozenset[str]())
            )
            ruled = ruling.places() if ruling else {}
        with clock.step("retrieve"):
            also = self.weigher.chunks_to_weigh(matches, ruled) | use

            meanings = asked_meanings(word.meant for word in question.words)

            # Scored among all passages, also where only some documents are searched: alone the best of them seems good.
            looked_at = self.retriever.search(vector, terms, in_force, question.language, meanings)

            def found_with(also: Collection[str]) -> list[Hit]:
                hits = looked_at.best(judged, {*also, *inside})
                return [hit for hit in hits if hit.chunk.document_id in searched][: judged + len(also) + FOREIGN]

            hits = found_with(also)
            others, held = self.scales.meant(question.values, [hit.chunk.id for hit in hits])
            if missing := held - {hit.chunk.id for hit in hits}:
                hits = found_with(also | missing)
            hits = [hit for hit in hits if hit.chunk.id not in others]
        with clock.step("read"):
            passages = [self.weigher.readable(question, hit) for hit in hits]
            reads = self.reader.read(encoded.states, passages)
            among = self.weigher.stretches(question, hits, reads, matches, ruled)
            quotes = self._quotes(encoded, hits, passages, reads, among)
        with clock.step("judge"):
            mean_cosine = self.retriever.mean_cosine(vector)

            def case_odds(at: int) -> CaseOdds:
                """Of this hit."""
                passage, led = passages[at], bool(hits[at].chunk.lead_in) or hits[at].chunk.kind == "row"
                known: dict[tuple[int, Span], float] = {}  # what decides is read among its unit's, and beside others

                def odds(cases: Sequence[tuple[int, Span]]) -> list[float]:
                    new = [each for each in dict.fromkeys(cases) if each not in known]
                    found = self.reader.read_cases(encoded.states, passage, new, led)
                    known.update((each, read.answers) for each, read in zip(new, found, strict=False))
                    return [known[each] for each in cases] if len(found) == len(new) else []

                return odds

            found = self.weigher.weigh(question, hits, reads, among, quotes, matches, ruled, mean_cosine, case_odds)
            candidates = self._once(found)
            around = Surroundings(self.matcher.nowhere_share(placed), self._about_use(question))
        use_case = next((c for c in candidates if c.chunk.id in use), None)  # of those that fit as well the likeliest
        return Considered(question, ruling, conditions, candidates, matches, around, frozenset(searched), use_case)

    def _once(self, candidates: Sequence[Evidence]) -> list[Evidence]:
        """Of passages that say the same in the same section, the text being there under two names, one: that which
        example questions are known of, else the more relevant. Two would seem to be two answers to choose from."""
        kept: dict[tuple[str, str], Evidence] = {}
        for each in candidates:
            text = self.index.documents[each.chunk.document_id].text
            said = each.chunk.context, each.chunk.span.of(text)
            other = kept.get(said)
            known = other is not None and self.examples.is_learnt(other.chunk) < self.examples.is_learnt(each.chunk)
            if other is None or known:
                kept[said] = each
        return sorted(kept.values(), key=lambda each: -each.relevance)

    def _quotes(
        self,
        encoded: Encoded,
        hits: Sequence[Hit],
        passages: Sequence[Readable],
        reads: Sequence[Read],
        among: Sequence[Stretches],
    ) -> list[Quote]:
        """What is quoted of each hit: what may be is read by itself, and the best is chosen. passages: of the hits, as
        the reader has read them; among: what may be quoted of each."""
        units = [each.read_with(hit.chunk) for hit, each in zip(hits, among, strict=True)]
        parts = [
            (passage, part) for passage, each in zip(passages, units, strict=True) for part in each if part is not None
        ]
        apart = iter(self.reader.read_parts(encoded.states, parts))
        alone = [
            [whole if part is None else next(apart) for part in each] for whole, each in zip(reads, units, strict=True)
        ]
        return self.weigher.quotes(hits, among, alone, self._read_closely(encoded, hits, passages, units, alone))

    def _read_closely(
        self,
        encoded: Encoded,
        hits: Sequence[Hit],
        passages: Sequence[Readable],
        units: Sequence[Sequence[tuple[int, ...] | None]],
        alone: Sequence[Sequence[Read]],
    ) -> list[list[CrossRead | None]]:
        """What the cross-reader makes of each stretch, of those that the reader thinks most of. Where example
        questions tell what is answered, nobody asks for it. units: that are read for each, None for the whole passage;
        alone: what the reader makes of each."""
        asked = [
            (at, number)
            for at, hit in enumerate(hits)
            if not self.examples.is_learnt(hit.chunk) and hit.chunk.kind != "gap"
            for number in range(len(units[at]))
        ]
        asked = sorted(asked, key=lambda each: -alone[each[0]][each[1]].answers)[:READ_CLOSELY]
        parts = [
            (passages[at], range(len(passages[at].units)) if (part := units[at][number]) is None else part)
            for at, number in asked
        ]
        found = dict(zip(asked, self.reader.read_closely(encoded.states, parts), strict=True))
        return [[found.get((at, number)) for number in range(len(each))] for at, each in enumerate(units)]

    def _may_i(
        self, question: Question, matches: Sequence[Match], in_force: Mapping[str, Document], day: date
    ) -> tuple[Ruling | None, Conditions, frozenset[str]]:
        """What the rules say to a may-I question: a ruling, or the conditions that it depends on, and the table rows on
        the use that it names, by their passages' ids. For what is surely another question, one that no source answers
        whose questions are known, only the rules on other sources."""
        target = self.matcher.targets[matches[0].target] if matches else None
        open_question = target is not None and not target.places and not target.register
        if target is not None and open_question and target.reason == "unsafe":
            return None, (), frozenset()
        rulebook = self.index.rulebook
        names_tool = "tool" in self.concepts.kinds_of(question.named)
        asks_use = asks_whether_allowed(question) and names_tool and not {ENTERING, DECIDING} & question.named
        use = self.weigher.use_cases(question) if asks_use else frozenset()
        # "Saako hetun syöttää ChatGPT:hen?" is in all but one word like what is asked of published reports. What a
        # question calls by its name outweighs what it is like: a kind of question on other data silences nothing.
        if (
            open_question
            and matches[0].probability >= SILENCES
            and question.classes <= matches[0].classes
            and not question.protected
            and not asks_leave_alone(question, self.concepts.by_id)
            and not use  # "May I use Gemini to write minutes?" is of the use, not of what Gemini can do
        ):
            unknown = {name: each for name, each in in_force.items() if name not in self.matcher.learnt_documents}
            found = rule_on(question, rulebook, self.concepts.by_id, unknown, day, (), self.rule_words.named)
            return found, (), frozenset()
        likely = self.matcher.likely_places(matches)
        if ruling := rule_on(question, rulebook, self.concepts.by_id, in_force, day, likely, self.rule_words.named):
            return ruling, (), frozenset()
        held = [(rule, span) for rule, span in rulebook.rules if rule.document in in_force]
        return None, tuple(conditions_on(question, held, self.concepts.by_id, likely)), use

    def beside_the_point(self, question: Question, candidate: Evidence) -> bool:
        """Whether a passage says nothing of what is asked, though much of what the question names."""
        return self.weigher.beside_the_point(question, candidate) or self._is_of_services(question, candidate)

    def _is_of_services(self, question: Question, candidate: Evidence) -> bool:
        """Whether a passage that a rule on services rests on is found for a may-I question that asks of none."""
        if not asks_whether(question) or asks_of_a_service(question, self.concepts.by_id):
            return False
        places = [(rule.document, span) for rule, span in self.index.rulebook.rules if rule.verdict and rule.tools]
        return stands_at(candidate.chunk.document_id, candidate.span, places)

    def _about_use(self, question: Question) -> float:
        """The share of a question's words that name data, a tool, what is done with them, or a use case."""
        if not question.words:
            return 0.0
        kinds = [self.concepts.kinds_of(word.concepts) for word in question.words]
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

    def in_language(self, place: Place, language: Language) -> Place:
        """The place with its unofficial translation, where the language has one."""
        if language == self.index.documents[place.document_id].metadata.language:
            return place
        passages = self.said_at(place.document_id, place.span)
        text = "\n".join(each.text for versions in passages for each in versions if each.language == language)
        return replace(place, translation=text or None)

    def knows(self, places: Sequence[tuple[str, Span]]) -> bool:
        """Whether all these documents are there, and long enough."""
        documents = self.index.documents
        return all(name in documents and place.end <= len(documents[name].text) for name, place in places)

    def tells_more(self, question: Question, reading: Reading, place: tuple[str, Span]) -> bool:
        """Whether what answered the question before holds more, which is asked now: two dates or sums, somebody where a
        day was asked ("Milloin ryhmä asetettiin?", "kuka sen asetti?"), the very thing that is named now
        ("seurantakoodi"), or a row of a table that is asked for another of its columns ("mitä hyötyä siitä on?"). What
        else decided whether one may says no more than that."""
        name, span = place
        document = self.index.documents[name]
        words = span.of(document.text)
        before, now = focus_of(reading.former), focus_of(reading.text)
        if tells_several(question.wanted | counted_by(now, question.particulars), words):
            return True
        row, heads = row_at(span, document)
        is_row = row is not None and row.span == span
        if (before == "whether" and not is_row) or not reading.former:
            return False
        told_then = self.bags.of(reading.former, reading.language)
        new = [word for word in question.words if meaning_coverage(word, told_then) < SAME_MEANING]
        if now != before and tells(now, words):
            # The day of a signature is not when the programme ends: what is said now has to be there, too.
            there = self.bags.of(words, document.metadata.language)
            return not new or any(meaning_coverage(word, there) >= SAME_MEANING for word in new)
        if not is_row:
            former = self._names_in(reading.former, reading.language)
            asked = [names for names in self._names_in(reading.text, reading.language) if names not in former]
            told = frozenset().union(*self._names_in(words, reading.language))
            return bool(asked) and all(names & told for names in asked)
        columns = heads[1:] if row is not None and len(heads) >= len(row.cells) else []  # but for that of its label
        tells_now = self.bags.of("\n".join((words, *columns)), document.metadata.language)
        return bool(new) and all(meaning_coverage(word, tells_now) >= SAME_MEANING for word in new)

    def _names_in(self, text: str, language: Language) -> list[frozenset[str]]:
        """What its content words may be called, word by word."""
        readings = (self.lexicon.read(word, language) for word in split_words(text))
        return [frozenset(each.names()) for each in readings if not each.function]

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

    def search(self, question: Question, encoded: Encoded, day: date, k: int) -> list[Passage]:
        """The k passages that most likely answer, the most likely first: the ranking that answers are made from."""
        found = self.consider(question, self.terms(question), encoded, day, Clock(), judged=max(k, CANDIDATES))
        return [
            Passage(
                each.chunk.document_id,
                each.chunk.section,
                each.chunk.page,
                each.chunk.span.of(self.index.documents[each.chunk.document_id].text),
                each.chunk.span.start,
                each.chunk.span.end,
                each.relevance,
            )
            for each in found.candidates[:k]
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
