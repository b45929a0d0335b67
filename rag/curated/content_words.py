"""The words that say what a text is about, with the concepts that they name."""

from __future__ import annotations

from dataclasses import dataclass

from rag.curated.concepts import Concepts
from rag.language.words import Lexicon, Reading, split_words
from rag.types import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question, as typed and as read, with the concepts it names and those they imply."""

    text: str
    reading: Reading
    concepts: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()


def content_words(
    text: str, language: Language, lexicon: Lexicon, concepts: Concepts, typed: bool = False
) -> tuple[Word, ...]:
    """The words that say what a text is about, in their order without repeats, with their concepts.

    A function word that is part of a concept's name counts as a content word. typed: as for read_question.
    """
    tokens = split_words(text)
    words: dict[str, Word] = {}
    for token, named in zip(
        tokens, concepts.find(tokens, LANGUAGES if typed else [language], typed=typed), strict=True
    ):
        reading = lexicon.read(token, language)
        if named or not reading.function:
            words.setdefault(reading.stem, Word(token, reading, named, concepts.implied(named)))
    return tuple(words.values())
