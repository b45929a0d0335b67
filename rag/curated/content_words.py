"""The words that say what a text is about, with the concepts that they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.curated.concepts import Concepts
from rag.language.absence import denied_words
from rag.language.meanings import NOTHING_MEANT, Meanings, Meant, all_of
from rag.language.words import Lexicon, Reading, split_words
from rag.types import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question, as typed and as read, with the concepts it names and those they imply.
    denies_data: it stands for a class of data that the text says not to be there ("henkilötietoja siinä ei ole");
    meant: what it means in guidance of all kinds."""

    text: str
    reading: Reading
    concepts: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()
    denies_data: bool = False
    meant: Meant = NOTHING_MEANT


def content_words(
    text: str, language: Language, lexicon: Lexicon, concepts: Concepts, typed: bool = False, asked: bool = False
) -> tuple[Word, ...]:
    """The words that say what a text is about, in their order without repeats, with their concepts.

    A function word that is part of a concept's name counts as a content word. typed: as for read_question; asked: it is
    a question, in which what it denies is not named.
    """
    tokens = split_words(text)
    found = concepts.find(tokens, LANGUAGES if typed else [language], typed=typed, own=language)
    words: dict[str, Word] = {}
    left = undenied(text, tokens, found, concepts) if asked else found
    readings = [lexicon.read(token, language) for token in tokens]
    meanings = Meanings.load().find(tokens, readings, language)
    for token, reading, own, named, meant in zip(tokens, readings, found, left, meanings, strict=True):
        if named or not reading.function:
            before = words.get(reading.stem)
            if before is not None:  # "Gemini ei ole hyväksytty, mutta Copilot on": it names both
                token, reading, named = before.text, before.reading, before.concepts | named
                meant = all_of((before.meant, meant))
            denies = "data_class" in concepts.kinds_of(own - named)
            words[reading.stem] = Word(token, reading, named, concepts.implied(named), denies, meant)
    return tuple(words.values())


def undenied(
    text: str, tokens: Sequence[str], found: Sequence[frozenset[str]], concepts: Concepts
) -> list[frozenset[str]]:
    """What each word of a text names that says of some that they are not so: "joka ei ole julkinen" names what is not
    public. found: what they name by themselves."""
    denied = denied_words(text, {number for number, own in enumerate(found) if own})
    without = [False] * len(tokens)
    named = []
    for number, (token, own) in enumerate(zip(tokens, found, strict=True)):
        # Words that name something together are denied together ("salassa pidettävä"), but what the word that denies
        # is part of names the denial itself: "not public".
        together = number > 0 and bool(own & found[number - 1])
        without[number] = without[number - 1] if together else number in denied
        named.append(concepts.denied(own) if without[number] else concepts.without_prefix(token, own))
    return named
