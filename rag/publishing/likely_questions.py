"""Questions that a document will likely answer, made of its own sentences: what one may do, how much, when, who.

No model writes them. A sentence whose verb the language's pack knows is turned round; of others that hold a number, a
day or a contact, and of headings, a readable frame is filled in. They are for an editor to see what can be asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answering.unit_verdicts import Decided, lead_in_of
from rag.language.answer_types import focus_of, holds_answer, wanted_in
from rag.language.messages import say
from rag.language.pack import Inversion
from rag.language.packs import ALL, PACKS, either
from rag.language.words import Lexicon, split_words
from rag.sources.chunking import SECTION_SEPARATOR
from rag.types import Chunk, Document, Language, Span

MOST = 10  # an editor reads them all
MOST_CHARS = 400  # of a sentence that is turned round: longer ones make no readable question
WORDS = range(3, 15)  # of a question made of a sentence
MOST_SUBJECT_WORDS = 7
MOST_TOPIC_WORDS = 8
# What makes a question, the most telling first.
Origin = Literal["heading", "decides", "tells", "cell", "contact", "date", "number", "topic"]
_RANK: Mapping[Origin, int] = {"heading": 0, "decides": 1, "tells": 1, "cell": 2, "contact": 3, "date": 3, "number": 3,
                               "topic": 4}  # fmt: skip
_NUMBERED = re.compile(r"^\d{1,3}(?:\.\d{1,3}){0,5}[.)]?\s+(?=\S)")
_MONTHS = either("|".join(pack.values.months) for pack in ALL)
_UNITS = either("|".join(filter(None, pack.values.units.values())) for pack in ALL)
_HELD: Mapping[Literal["contact", "date", "number"], re.Pattern[str]] = {
    "contact": re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w|(?<!\d)(?:0|\+358 ?)\d{1,3}[ -]?\d{3,4}[ -]?\d{2,4}(?!\d)"),
    "date": re.compile(rf"(?<!\d)\d{{1,2}}\.\s?\d{{1,2}}\.\s?\d{{4}}|\b\d{{1,2}}\.? (?:{_MONTHS})\b", re.IGNORECASE),
    "number": re.compile(rf"\d\s?(?:[€%]|(?:{_UNITS})\b)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class LikelyQuestion:
    """question: in the document's language; quote: what will likely answer, the document's text from start to end;
    section: the headings above; page: from 1, None where the format has none."""

    question: str
    origin: Origin
    quote: str
    start: int
    end: int
    section: str
    page: int | None


def likely_questions(
    document: Document, chunks: Sequence[Chunk], decided: Sequence[Decided], lexicon: Lexicon
) -> list[LikelyQuestion]:
    """At most MOST, from all over the document, in its order. decided: what decided_in found in the same chunks."""
    found = list(_Asking(document, decided, lexicon).of(chunks))
    found.sort(key=lambda each: (_RANK[each.origin], each.start))
    of_section: Counter[str] = Counter()
    seen: set[str] = set()
    ranked: list[tuple[int, LikelyQuestion]] = []
    for each in found:
        if each.question.casefold() in seen or (each.origin == "topic" and of_section[each.section]):
            continue
        seen.add(each.question.casefold())
        ranked.append((of_section[each.section], each))
        of_section[each.section] += 1
    ranked.sort(key=lambda pair: pair[0])  # the best of each section first
    return sorted((each for _, each in ranked[:MOST]), key=lambda each: each.start)


class _Asking:
    """Of one document."""

    def __init__(self, document: Document, decided: Sequence[Decided], lexicon: Lexicon) -> None:
        self._document = document
        self._language: Language = document.metadata.language
        self._words = PACKS[self._language].asking
        self._lexicon = lexicon
        self._decided = {(each.of, each.quote): each for each in decided if not each.row}
        self._cells: dict[str, list[Decided]] = {}
        for each in decided:
            if each.row:
                self._cells.setdefault(each.row, []).append(each)
        # A word that stands with a capital letter within a sentence is a name.
        self._proper = set(re.findall(r"(?<=[\w,] )[^\W\d_a-zåäö][\w-]{1,60}", document.text))

    def of(self, chunks: Sequence[Chunk]) -> Iterator[LikelyQuestion]:
        headings: set[str] = set()
        for chunk in chunks:
            if chunk.kind == "gap" or not chunk.units:
                continue
            if chunk.section not in headings:
                headings.add(chunk.section)
                yield from self._of_heading(chunk)
            if chunk.kind == "row":
                yield from self._of_row(chunk)
            else:
                for number in range(int(chunk.lead_in), len(chunk.units)):
                    yield from self._of_unit(chunk, number)

    def _of_heading(self, chunk: Chunk) -> Iterator[LikelyQuestion]:
        """A heading that asks, as it is; of another that its section speaks of it."""
        topic = self._topic(chunk)
        first = chunk.units[1 if chunk.lead_in and len(chunk.units) > 1 else 0]
        if topic.endswith("?"):
            yield self._made(topic, "heading", chunk, first)
        elif chunk.section and len(split_words(topic)) <= MOST_TOPIC_WORDS:
            yield self._framed("topic", chunk, first)

    def _of_row(self, chunk: Chunk) -> Iterator[LikelyQuestion]:
        for each in self._cells.get(chunk.span.of(self._document.text), ()):
            if each.column and len(each.of) <= MOST_CHARS:
                row = each.of.removesuffix(each.column).strip(f" {SECTION_SEPARATOR}")
                question = say(self._language, "likely.cell", row=row, column=each.column)
                yield self._made(question, "cell", chunk, chunk.span)

    def _of_unit(self, chunk: Chunk, number: int) -> Iterator[LikelyQuestion]:
        unit = chunk.units[number]
        quote = unit.of(self._document.text)
        if len(quote) > MOST_CHARS or quote.rstrip().endswith("?"):
            return
        decided = self._decided.get((lead_in_of(chunk, number, self._document), quote))
        if decided is not None and (question := self._decision(decided)):
            yield self._made(question, "decides", chunk, unit)
            return
        for inversion in self._words.tells:
            question = self._turned(quote, inversion)
            if question and holds_answer(focus_of(question), wanted_in(question), quote):
                yield self._made(question, "tells", chunk, unit)
                return
        for origin, held in _HELD.items():
            if held.search(quote) and self._is_framed(origin, self._topic(chunk), quote):
                yield self._framed(origin, chunk, unit)
                return

    def _decision(self, decided: Decided) -> str:
        """What the sentence decides, as a question, without the conditions: these are the answer. Empty where no verb
        is known."""
        lead_in, item = decided.of.rstrip(" :"), decided.quote
        joined = f"{lead_in} {item[0].lower() if self._is_common(item) else item[0]}{item[1:]}" if lead_in else item
        for sentence in dict.fromkeys((joined, item)):
            without = sentence
            for condition in decided.conditions:
                if len(condition) < len(sentence) / 2:
                    without = without.replace(condition, "")
            for inversion in self._words.decides:
                if question := self._turned(without.strip(" ,"), inversion):
                    return question
        return ""

    def _turned(self, sentence: str, inversion: Inversion) -> str:
        """The question, or nothing where none can be made that reads well by itself."""
        match = inversion.verb.search(sentence)
        if match is None:
            return ""
        subject = sentence[: match.start()].strip()
        if re.search(r"[,;:()]", subject) or self._words.vague.match(subject):
            return ""
        if "{subject}" in inversion.asks and not 1 <= len(split_words(subject)) <= MOST_SUBJECT_WORDS:
            return ""
        if self._is_common(subject):
            subject = subject[0].lower() + subject[1:]
        rest = re.split(r"[,;:(]|[.!?](?:\s|$)", self._words.fillers.sub("", sentence[match.end() :]))[0].rstrip(".!?")
        if "{rest}" in inversion.asks and not rest.strip():
            return ""
        made = inversion.asks.format(**{"verb": match[0], **match.groupdict(), "subject": subject, "rest": rest})
        made = re.sub(r"\s+", " ", made).replace(" ?", "?")
        return made[0].upper() + made[1:] if len(split_words(made)) in WORDS else ""

    def _is_common(self, text: str) -> bool:
        """Whether the first word has its capital letter from where it stands only, not because it is a name."""
        first = next(iter(split_words(text)), "")
        if not first or first[1:] != first[1:].lower() or first in self._proper or len(first) == 1:
            return False
        has_dictionary = PACKS[self._language].has_dictionary
        return not has_dictionary or self._lexicon.read(first.lower(), self._language).known

    def _topic(self, chunk: Chunk) -> str:
        """What the passage stands under: its heading, else the document's title."""
        heading = chunk.section.rsplit(SECTION_SEPARATOR, 1)[-1]
        return _NUMBERED.sub("", heading.strip()) or self._document.metadata.title

    def _is_framed(self, origin: Origin, topic: str, quote: str) -> bool:
        """Whether the topic with a question word asks for it: a number or a day that the sentence gives of it."""
        words = split_words(topic)
        if not 1 <= len(words) <= MOST_TOPIC_WORDS or ":" in topic:
            return False
        return origin == "contact" or bool(self._names_in(words) & self._names_in(split_words(quote)))

    def _names_in(self, words: Sequence[str]) -> set[str]:
        readings = (self._lexicon.read(each, self._language) for each in words)
        return {name for each in readings if not each.function for name in each.names()}

    def _framed(self, origin: Origin, chunk: Chunk, unit: Span) -> LikelyQuestion:
        topic = self._topic(chunk).rstrip(" .:")
        return self._made(say(self._language, f"likely.{origin}", topic=topic), origin, chunk, unit)

    def _made(self, question: str, origin: Origin, chunk: Chunk, unit: Span) -> LikelyQuestion:
        quote = unit.of(self._document.text)
        return LikelyQuestion(question, origin, quote, unit.start, unit.end, chunk.section, chunk.page)
