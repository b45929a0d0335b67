"""The grounding check against sentences of which is known whether their passages say them.

Two kinds: written ones (eval/sentences/*.jsonl: faithful sentences, and others with one small fault), and seeded ones:
what each passage of the corpus says itself, damaged in one way by a fixed rule.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.intervals import Rate, share
from eval.metrics import word_characters
from eval.questions import BadQuestionFile
from eval.training.guidance import DOCUMENTS
from rag.answering.grounding import Grounding
from rag.chatbot import Chatbot
from rag.language.detection import detect_language
from rag.language.words import split_words
from rag.sources.chunking import chunk_document, versions_of
from rag.sources.readers import read_document
from rag.types import Chunk, Document, Language, Span, Variant

SEED = 20250429
Passages = tuple[tuple[Variant, ...], ...]


class Sentence(BaseModel):
    """One sentence with the verbatim text of the passages that it cites."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: Language
    document: str
    passages: tuple[str, ...] = Field(min_length=1)
    sentence: str
    faithful: bool
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence and what the check made of it. fault: what is wrong with it, None for a faithful one."""

    id: str
    language: Language
    source: str  # "written" or "seeded"
    fault: str | None
    faults_found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroundingFigures:
    """caught: the share of faulty sentences dropped; kept: the share of faithful ones that pass; precision: the share
    of the dropped that are faulty."""

    caught: Rate
    kept: Rate
    precision: Rate
    caught_by_fault: dict[str, Rate]
    kept_by_language: dict[str, Rate]


def load_sentences(path: Path) -> list[Sentence]:
    """Raises BadQuestionFile, which names the line."""
    sentences = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            sentences.append(Sentence.model_validate_json(line))
        except ValidationError as error:
            raise BadQuestionFile(f"{path}:{number}: {error.errors()[0]['msg']}") from error
    return sentences


def generate_checked(chatbot: Chatbot, sentences: Sequence[Sentence]) -> list[Checked]:
    """Check the written sentences, and the seeded ones of the chatbot's corpus.

    Raises BadQuestionFile for a sentence whose passage is not in the corpus.
    """
    grounding = chatbot.opened.grounding
    checked = [
        Checked(
            each.id,
            each.language,
            "written",
            None if each.faithful else each.fault or "fault",
            grounding.faults(each.sentence, each.language, _cited(chatbot, each)),
        )
        for each in sentences
    ]
    return checked + list(_seeded(chatbot, grounding))


def measure_grounding(checked: Sequence[Checked]) -> dict[str, GroundingFigures]:
    """By source."""
    return {name: _figures([c for c in checked if c.source == name]) for name in sorted({c.source for c in checked})}


def _figures(checked: Sequence[Checked]) -> GroundingFigures:
    faulty = [each for each in checked if each.fault]
    faithful = [each for each in checked if not each.fault]
    dropped = [each for each in checked if each.faults_found]
    return GroundingFigures(
        _share(faulty, lambda each: bool(each.faults_found)),
        _share(faithful, lambda each: not each.faults_found),
        _share(dropped, lambda each: each.fault is not None),
        {
            fault: _share([each for each in faulty if each.fault == fault], lambda each: bool(each.faults_found))
            for fault in sorted({each.fault for each in faulty if each.fault})
        },
        {
            language: _share([e for e in faithful if e.language == language], lambda each: not each.faults_found)
            for language in sorted({each.language for each in faithful})
        },
    )


def _share(checked: Sequence[Checked], hit: Callable[[Checked], bool]) -> Rate:
    return share([hit(each) for each in checked], [each.id.split("/")[0] for each in checked])


def _cited(chatbot: Chatbot, sentence: Sentence) -> Passages:
    """The chunks that hold the sentence's passages, as a model would have been given them."""
    if sentence.document not in chatbot.index.documents:
        return _cited_guidance(sentence)
    document = chatbot.index.documents[sentence.document]
    wanted = [word_characters(text) for text in sentence.passages]
    own = [chunk for chunk in chatbot.index.chunks if chunk.document_id == sentence.document and chunk.kind != "gap"]
    chunks: list[Chunk] = []
    for text in wanted:
        holding = [chunk for chunk in own if text in word_characters(chunk.span.of(document.text))]
        # A passage may run over several chunks.
        chunks += holding or [c for c in own if word_characters(c.span.of(document.text)) in text]
    if not chunks:  # only headings
        chunks = [chunk for chunk in own if any(text in word_characters(chunk.context) for text in wanted)]
    if not chunks:
        raise BadQuestionFile(f"{sentence.id}: no passage of it stands in {sentence.document}")
    return tuple(tuple(versions_of(chunk, document)) for chunk in dict.fromkeys(chunks))


def _cited_guidance(sentence: Sentence) -> Passages:
    """The units that are quoted, of one of the documents that are trained on."""
    path = DOCUMENTS / f"{sentence.document}.md"
    if not path.is_file():
        raise BadQuestionFile(f"{sentence.id}: there is no document '{sentence.document}'")
    document, chunks = _guidance(path)
    found: list[tuple[Variant, ...]] = []
    for text in sentence.passages:
        at = document.text.find(text)
        if at < 0:
            raise BadQuestionFile(f"{sentence.id}: no passage of it stands in {sentence.document}")
        span = Span(at, at + len(text))
        for chunk in chunks:
            if chunk.kind != "gap" and chunk.span.touches(span):
                whole = versions_of(chunk, document)[0]
                units = tuple(unit.of(document.text) for unit in chunk.units if unit.touches(span))
                found.append((Variant(whole.language, whole.context, " ".join(units), units),))
    return tuple(found)


@cache
def _guidance(path: Path) -> tuple[Document, list[Chunk]]:
    document = read_document(path, DOCUMENTS, detect_language)
    return document, chunk_document(document, lambda text: len(split_words(text)))


def _seeded(chatbot: Chatbot, grounding: Grounding) -> Iterator[Checked]:
    """Every unit of at least five words, in every language that it stands in: as it is, and damaged."""
    index = chatbot.index
    chance = random.Random(SEED)  # noqa: S311 - no secret hangs on it
    passages = [
        tuple(versions_of(chunk, index.documents[chunk.document_id])) for chunk in index.chunks if chunk.kind != "gap"
    ]
    for number, passage in enumerate(passages):
        for version in passage:
            for at, unit in enumerate(version.units):
                if len(split_words(unit)) < 5:
                    continue
                name = f"{number}.{at}/{version.language}"
                yield _check(grounding, name, None, unit, version.language, passage)
                for fault, damage in DAMAGES.items():
                    damaged = damage(unit, version.language, chance)
                    if damaged is not None:
                        yield _check(grounding, f"{name}/{fault}", fault, damaged, version.language, passage)
                other = _another(passages, number, version.language, chance)
                yield _check(grounding, f"{name}/wrong_passage", "wrong_passage", unit, version.language, other)


def _check(
    grounding: Grounding, name: str, fault: str | None, text: str, language: Language, passage: tuple[Variant, ...]
) -> Checked:
    return Checked(name, language, "seeded", fault, grounding.faults(text, language, [passage]))


def _another(
    passages: Sequence[tuple[Variant, ...]], number: int, language: Language, chance: random.Random
) -> tuple[Variant, ...]:
    """Any other passage that does not say the same."""
    own = {word_characters(version.text) for version in passages[number]}
    others = [each for each in passages if not own & {word_characters(version.text) for version in each}]
    return chance.choice(others)


_NEGATE: dict[Language, tuple[tuple[str, str], ...]] = {
    "fi": (("ei ", ""), ("eivät ", ""), ("ellei ", "jos "), ("voi ", "ei voi "), ("on ", "ei ole "),
           ("saa ", "ei saa ")),
    "sv": (("inte ", ""), ("kan ", "kan inte "), ("är ", "är inte "), ("har ", "har inte "), ("ska ", "ska inte ")),
    "en": (("not ", ""), ("can ", "cannot "), ("is ", "is not "), ("are ", "are not "), ("unless ", "if "),
           ("should ", "should not "), ("will ", "will not ")),
}  # fmt: skip
_INVENTED: dict[Language, tuple[str, ...]] = {
    "fi": ("Käyttö on maksutonta kaikille kuntalaisille.", "Rikkomuksesta seuraa uhkasakko aluehallintovirastolta.",
           "Opastus järjestetään kesäkuussa Tampereen yliopistolla."),
    "sv": ("Användningen är avgiftsfri för alla kommuninvånare.", "Överträdelser leder till vite.",
           "Handledningen ordnas i juni vid Tammerfors universitet."),
    "en": ("Use is free of charge for all residents.", "Violations lead to a penalty payment.",
           "Guidance is arranged in June at the University of Tampere."),
}  # fmt: skip
_NAMES = ("Kela", "Traficom", "Oulu", "DeepSeek", "Verohallinto", "Siemens", "Göteborg")


def _other_number(text: str, language: Language, chance: random.Random) -> str | None:
    """The last number, changed."""
    numbers = list(re.finditer(r"\d+", text))
    if not numbers:
        return None
    match = numbers[-1]
    return text[: match.start()] + str(int(match[0]) + chance.randint(1, 9)) + text[match.end() :]


def _negated(text: str, language: Language, chance: random.Random) -> str | None:
    """A negation dropped, or put in."""
    for cue, instead in _NEGATE[language]:
        if match := re.search(rf"(?<!\w){cue}", text):
            return text[: match.start()] + instead + text[match.end() :]
    return None


def _swapped_name(text: str, language: Language, chance: random.Random) -> str | None:
    """A name within the sentence is another's."""
    names = list(re.finditer(r"(?<=\s)[A-ZÅÄÖ][\w-]{2,}", text))
    if not names:
        return None
    match = names[0]
    other = chance.choice([name for name in _NAMES if name not in text])
    return text[: match.start()] + other + text[match.end() :]


def _invented(text: str, language: Language, chance: random.Random) -> str:
    """A sentence that no passage says."""
    return chance.choice(_INVENTED[language])


DAMAGES: dict[str, Callable[[str, Language, random.Random], str | None]] = {
    "number": _other_number,
    "negation": _negated,
    "name": _swapped_name,
    "invented": _invented,
}
