"""What a question asks: its language, its content words, the kind of answer it wants."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.curated.concepts import MATERIAL, Concepts
from rag.curated.content_words import Word, content_words
from rag.errors import BadQuestion
from rag.language.answer_types import (
    asks_permission,
    asks_what_befalls,
    asks_what_is_done,
    asks_whether_acceptable,
    focus_of,
    names_own_deed,
    particulars_in,
    wanted_in,
)
from rag.language.detection import detect_language
from rag.language.main_clause import main_and_subordinate
from rag.language.messages import say
from rag.language.pack import Focus, Particular, Wanted
from rag.language.ranges import Value, values_asked
from rag.language.words import Lexicon, split_words
from rag.types import Language

SUPPLIER = "supplier"  # the concept of who offers a service
ENTERING = "enter_data"  # putting something into a service: whoever names it with data asks whether they may
MAX_CHARACTERS = 2000  # of a question, through every door; chosen by judgement
# A text of so many letters, nearly all of them capitals, was typed with the caps lock on; a shorter one may be a name.
SHOUTED_LETTERS, SHOUTED_SHARE = 10, 0.9  # chosen by judgement


@dataclass(frozen=True, slots=True)
class Split:
    """A question whose sentence has subordinate clauses. main: the words of what it asks itself; asked: those of them
    that name neither data nor a tool; beside: those of the clauses; asks_leave: whether it asks itself if something is
    allowed, or wrong; happens: it asks what a service does by itself ("Does Copilot keep …?"), or what may befall
    somebody ("Could I lose my job for …?"), also without such clauses."""

    main: tuple[Word, ...]
    asked: tuple[Word, ...]
    beside: tuple[Word, ...]
    asks_leave: bool
    happens: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A checked question. words are its content words in order, without repeats; classes: the classes of data, by the
    ids of their concepts, that it names or implies; protected: its material is of some protected class, by its name,
    and nobody knows of which."""

    text: str
    language: Language
    words: tuple[Word, ...]
    wanted: frozenset[Wanted]
    focus: Focus
    asks_permission: bool  # may I, is it allowed
    classes: frozenset[str] = frozenset()
    protected: bool = False
    values: tuple[Value, ...] = ()  # sums, times, counts
    particulars: frozenset[Particular] = frozenset()  # asked for by their names
    split: Split | None = None  # None where it asks all that it says
    service_within: bool = False  # in a word of it: "tekoälylitterointi", "AI-översättning"
    of_service: bool = False  # it goes on from what asked of one

    @property
    def concepts(self) -> frozenset[str]:
        """What it names and what that implies."""
        return frozenset().union(*(word.concepts | word.implied for word in self.words))

    @property
    def named(self) -> frozenset[str]:
        """What it names itself."""
        return frozenset().union(*(word.concepts for word in self.words))


def check_question(text: str, language: Language) -> str:
    """The text without white space around it, in NFC.

    What is typed in capitals throughout is read in small letters. Raises BadQuestion (empty, too_long,
    control_characters) with a message in the given language.
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
    letters = [char for char in stripped if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    if len(letters) >= SHOUTED_LETTERS and capitals >= SHOUTED_SHARE * len(letters):
        return stripped.lower()
    return stripped


def read_question(text: str, language: Language | None, lexicon: Lexicon, concepts: Concepts) -> Question:
    """Detect the language where none is given, and find what is asked. text has passed check_question; somebody typed
    it, so words may be misspelt and of any language."""
    language = language or detect_language(text)
    words = content_words(text, language, lexicon, concepts, typed=True, asked=True)
    split = _split(text, words, language, lexicon, concepts)
    return Question(
        text,
        language,
        words,
        wanted_in(text),
        focus_of(text),
        asks_permission(text),
        classes_of_data(words, concepts),
        values=tuple(values_asked(text)),
        particulars=particulars_in(text),
        split=split,
        service_within=any(concepts.has_tool_within(word.text) for word in words),
    )


def classes_of_data(words: Sequence[Word], concepts: Concepts) -> frozenset[str]:
    """The classes of data that words name or imply."""
    implied = frozenset().union(*(word.concepts | word.implied for word in words))
    return frozenset(name for name in implied - {MATERIAL} if concepts.kind_of(name) == "data_class")


def _split(
    text: str, words: tuple[Word, ...], language: Language, lexicon: Lexicon, concepts: Concepts
) -> Split | None:
    modal = asks_permission(text.split(maxsplit=1)[0])
    may_itself = modal and names_own_deed(text) and _of_tool(text, language, concepts)
    leave = asks_whether_acceptable(text) and not may_itself
    happens = not leave and (may_itself or asks_what_befalls(text) or _asks_of_tool(text, language, concepts))
    parts = main_and_subordinate(text)
    if parts is None:
        # "Does it train on the data I enter?" asks of no entering, though no comma and no word parts it.
        asked = tuple(word for word in _asked(words, concepts) if ENTERING not in word.concepts)
        return Split(words, asked, (), asks_leave=False, happens=True) if happens else None
    main, beside = (content_words(part, language, lexicon, concepts, typed=True, asked=True) for part in parts)
    asks_leave = asks_whether_acceptable(parts[0]) and not happens
    return Split(main, _asked(main, concepts), beside, asks_leave, happens)


def _asked(words: Sequence[Word], concepts: Concepts) -> tuple[Word, ...]:
    return tuple(w for w in words if not concepts.kinds_of(w.concepts) & {"data_class", "tool"})


def _asks_of_tool(text: str, language: Language, concepts: Concepts) -> bool:
    """Whether a question begins with a verb and what does it: a service, or who offers it."""
    begins = split_words(text)[:1]
    return bool(begins) and asks_what_is_done(begins[0].lower()) and _of_tool(text, language, concepts)


def _of_tool(text: str, language: Language, concepts: Concepts) -> bool:
    """Whether a question's second word is a service, or who offers it, in the form that a subject has."""
    begins = [word.lower() for word in split_words(text)[:2]]
    if len(begins) < 2:
        return False
    verb, named = concepts.find(begins, [language], own=language)
    if "data_class" in concepts.kinds_of(verb):  # "patientuppgifter deepseek?"
        return False
    doing = (
        name for name in named if concepts.kind_of(name) == "tool" or SUPPLIER in {name, *concepts.implied([name])}
    )
    labels = (label for name in doing for label in concepts.by_id[name].labels(language))
    return begins[1] in map(str.lower, labels)
