"""What a question asks: its language, its content words, the kind of answer it wants."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from rag.concepts import Concepts
from rag.errors import BadQuestion
from rag.language import detect_language
from rag.types import LANGUAGES, Language
from rag.wording import say
from rag.words import Lexicon, Reading, split_words

MAX_CHARACTERS = 2000

Wanted = Literal["number", "time", "person", "list"]

_WANTED: dict[Wanted, re.Pattern[str]] = {
    "number": re.compile(
        r"\b(kuinka (?:monta|moni|monella|monessa|paljon|suuri|iso|usein)|mont?ako|moniko|mon(?:elta|ella|essa)ko"
        r"|paljonko|paljonk|mikä (?:osuus|määrä)|monta(?! (?:asiaa|syytä))|prosentti\w*|lukumäär\w+"
        r"|hur (?:många|mycket|stor|ofta)|antalet|how (?:many|much|often|large)|what (?:percentage|share|number))\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"\b(milloin|koska(?=\s+\w+\w*[^,]*\?)|minä (?:vuonna|päivänä)|mihin mennessä|när\b|vilket (?:år|datum)"
        r"|vilken (?:dag|månad)|when|what (?:year|date|day)|which (?:year|month))\b",
        re.IGNORECASE,
    ),
    "list": re.compile(
        r"\b(mitkä|millaisi[ain]\w*|minkälaisi[ain]\w*|mitä kaikkea|luettele\w*|lista|vilka|räkna upp|lista över"
        r"|which (?:were|are|\w+s\b)|what (?:are|were)|what \w+s (?:are|were|does|do|did)|list)\b",
        re.IGNORECASE,
    ),
    "person": re.compile(r"^\W*(kuka|ketkä|kenen|vem|vems|who|whose)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question, as typed and as read, with the concepts it names and those they imply."""

    text: str
    reading: Reading
    concepts: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """A checked question. words are its content words in order, without repeats."""

    text: str
    language: Language
    words: tuple[Word, ...]
    wanted: frozenset[Wanted]


def check_question(text: str, language: Language) -> str:
    """The text without white space around it, in NFC.

    Raises BadQuestion (empty, too_long, control_characters) with a message in the given language.
    """
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\r\t":
            code = f"U+{ord(char):04X}"
            raise BadQuestion("control_characters", say(language, "question.control_characters", code=code))
    if len(text) > MAX_CHARACTERS:
        raise BadQuestion("too_long", say(language, "question.too_long", length=len(text), limit=MAX_CHARACTERS))
    stripped = unicodedata.normalize("NFC", text.strip())
    if not any(char.isalnum() for char in stripped):
        raise BadQuestion("empty", say(language, "question.empty"))
    return stripped


def read_question(text: str, language: Language | None, lexicon: Lexicon, concepts: Concepts) -> Question:
    """Detect the language where none is given, and find what is asked. text has passed check_question.

    A function word that is part of a concept's name counts as a content word.
    """
    language = language or detect_language(text)
    tokens = split_words(text)
    words: dict[str, Word] = {}
    for token, named in zip(tokens, concepts.find(tokens, LANGUAGES, typed=True), strict=True):
        reading = lexicon.read(token, language)
        if named or not reading.function:
            words.setdefault(reading.stem, Word(token, reading, named, concepts.implied(named)))
    wanted = frozenset(kind for kind, pattern in _WANTED.items() if pattern.search(text))
    return Question(text, language, tuple(words.values()), wanted)
