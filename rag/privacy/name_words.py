"""What a word may be as far as names go: a first name, a surname, a place, a common word, a product.

Finnish words are read in all their inflections (rag/language/words.py); Swedish and English ones lose a genitive's "s".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.language.packs import ALL
from rag.language.words import Lexicon
from rag.privacy.name_lists import (
    CALENDAR,
    FINNISH_WORDS,
    OTHER_WORDS,
    PRODUCTS,
    TITLE_WORDS,
    finnish_names,
    first_names,
    places,
    surnames,
)

_GENITIVE = re.compile(r"['’]s?$|s$")
_SURNAME_FORMS = re.compile(
    r".{3,}(?:nen|sson|ström|strom|qvist|kvist|quist|lund|berg|gren|blad|roos|holm|dahl|stedt|fors|bäck"
    r"|ov|ova|enko|[eo]vić|[eo]vic|shvili|oglu)"
)
# Case endings after a name that no dictionary knows, with the vowel that joins them to a consonant.
_CASE = re.compile(r"i?(?:n|a|ä|ta|tä|lla|llä|lle|lta|ltä|ssa|ssä|sta|stä|ksi|na|nä|in|iin|h[aeiouyäö]n)$")
_MIN_STEM = 3  # letters before a case ending; chosen by judgement
_ACRONYM_LETTERS = 4  # so few capitals that no list names are an abbreviation; chosen by judgement
_MAX_LETTERS = 40  # a bound on the work for one word; longer ones are no names
_REMEMBERED = 20_000  # a bound on memory, in words
_PREFIX = 3  # so many first letters of a Finnish name stay the same in all its forms
FUNCTION: frozenset[str] = frozenset().union(*(pack.function for pack in ALL))


@dataclass(frozen=True, slots=True)
class Look:
    """What a word may be: its dictionary forms among names; whether it is also a common word or a place."""

    forms: frozenset[str]
    first: bool = False
    last: bool = False
    listed: bool = False  # not only shaped like a name
    base: bool = False  # on the lists as it stands, without an ending
    small: bool = False  # a name that needs no capital to be one
    common: bool = False  # a word that may begin a sentence
    titled: bool = False  # a word that has a capital in titles, too
    place: bool = False
    never: bool = False  # a product, a month, a function word
    unknown: bool = False  # no dictionary has it, or only as a proper name
    foreign: bool = False  # in a Finnish text, a word that no dictionary has
    proper: bool = False  # a Finnish dictionary has it as a proper name, in the nominative

    @property
    def name(self) -> bool:
        return (self.first or self.last) and not self.never

    @property
    def firm(self) -> bool:
        """A name and nothing else."""
        return self.name and not (self.common or self.titled or self.place)


NO_NAME = Look(frozenset(), never=True)


class NameWords:
    """Looks words up, and remembers the latest."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._listed = first_names() | surnames()
        self._beginnings = frozenset(name[:_PREFIX] for name in self._listed)
        self._latest = lru_cache(maxsize=_REMEMBERED)(self._read)

    def look(self, word: str, finnish: bool) -> Look:
        """What the word may be; capital letters matter. finnish: it stands in a Finnish text."""
        return self._latest(word, finnish)

    def may_be(self, word: str) -> bool:
        """Whether a word without a capital is worth a look."""
        return word[:_PREFIX] in self._beginnings and word not in FUNCTION

    def _read(self, word: str, finnish: bool) -> Look:
        lowered = word.lower()
        acronym = word.isupper() and len(word) <= _ACRONYM_LETTERS and lowered not in self._listed
        if len(word) > _MAX_LETTERS or (acronym and len(word) > 1):
            return NO_NAME
        capital = word[0].isupper()
        forms = {lowered, _GENITIVE.sub("", lowered)}
        plain = forms.copy()
        if capital and finnish:
            forms |= {form for form in _without_case(lowered) if form in self._listed or form in PRODUCTS | places()}
        known = proper = False
        function = lowered in FUNCTION
        lemmas: frozenset[str] = frozenset()
        if finnish:
            # Read without its capital: then what else the word may be is heard as well.
            reading = self._lexicon.read(lowered, "fi")
            lemmas, known = reading.lemmas, reading.known and not reading.proper
            proper = reading.known and reading.proper
            function = function or reading.function
            forms |= lemmas
            plain |= lemmas
        first, last = bool(forms & first_names()), bool(forms & surnames())
        parts = lowered.split("-")
        if len(parts) > 1 and not (first or last):
            looks = [self.look(part.title() if capital else part, finnish) for part in parts]
            first, last = all(look.first for look in looks), all(look.last for look in looks)
            # "Mäki-Petäjä": with capitals in both parts one surname is enough.
            last = last or (word.istitle() and any(look.last and not look.place for look in looks))
            forms = forms.union(*(look.forms for look in looks if first or last))
        listed, place = first or last, bool(forms & places())
        plainly = word[1:].islower() or word.isupper()  # no "AuroraAI-visionen"
        shaped = capital and plainly and not (known or place) and any(_SURNAME_FORMS.fullmatch(form) for form in forms)
        return Look(
            frozenset(forms),
            first,
            last or shaped,
            # In Swedish "-nen" and "-berg" end common words as well, which may begin a sentence.
            listed=listed or (shaped and finnish),
            base=lowered in self._listed,
            small=bool(lemmas) and lemmas <= finnish_names(),
            common=bool(plain & OTHER_WORDS) or (known and not _is_name_first(lowered, lemmas)),
            titled=bool(plain & TITLE_WORDS) or lowered in FUNCTION,
            place=place,
            never=bool(forms & (PRODUCTS | CALENDAR)) or (lowered in FUNCTION and not (listed and capital)),
            unknown=not known,
            foreign=finnish and not known and not function,
            proper=proper and lowered in lemmas and not place,
        )


def _is_name_first(lowered: str, lemmas: frozenset[str]) -> bool:
    """Whether a word that a Finnish dictionary knows is a name to most people all the same: "matti", "kaarina"."""
    forms = (lemmas | {lowered}) & finnish_names()
    return bool(forms) and not (lemmas | {lowered}) & FINNISH_WORDS


def _without_case(lowered: str) -> Iterator[str]:
    """The word without what may be a Finnish case ending: "gonzalezille", "smithin"."""
    for start in range(_MIN_STEM, len(lowered)):
        if _CASE.fullmatch(lowered, start):
            yield lowered[:start]
