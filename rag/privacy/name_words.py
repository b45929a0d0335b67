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
    EVERYDAY_WORDS,
    FINNISH_WORDS,
    OTHER_WORDS,
    PRODUCTS,
    TITLE_WORDS,
    finnish_names,
    first_names,
    names_at_home,
    places,
    surnames,
)

_GENITIVE = re.compile(r"['’]s?$|(?<!s)s$")
_SURNAME_FORMS = re.compile(
    r".{3,}(?:nen|sson|ström|strom|qvist|kvist|quist|lund|berg|gren|blad|roos|holm|dahl|stedt|fors|bäck|gård"
    r"|ov|ova|enko|[eo]vić|[eo]vic|shvili|oglu)"
)
# What ends a surname and hardly any word, so that it needs no capital. Of "-nen" only in Finnish, whose adjectives have
# "-inen"; in Swedish that is "the telephone".
_SURNAME_SMALL_FINNISH = re.compile(
    r".{2,}(?:[aouyäöe]nen|sson|ström|[kq]vist|quist|lund|berg|gren|blad|roos|holm|dahl|stedt|fors|bäck|gård|ova?|enko"
    r"|pää|mäki|niemi|koski|järvi|vaara|kangas|saari|lampi|vuori)"
)
# What Finnish surnames are made of: words of nature, "-la" for a farm. So are ordinary words, so somebody's first name
# has to stand before it.
_FARM_AND_NATURE = re.compile(
    r".{2,}(?:l[aä]|[aouyäöei]nen|st[oö]|kk[oö])|.*(?:pää|mäki|niemi|koski|järvi|vaara|kangas|saari|lampi|vuori|lahti"
    r"|salo|ranta|harju|kallio|joki|oja|aho|maa|virta|metsä|luoma|petäjä|kivi|suo|korpi|vesi|lehto|pelto|perä|talo|tupa)"
)
_SURNAME_SMALL = re.compile(
    r".{2,}(?:sson|qvist|quist|stedt|[kgrdl]ström|[jdrtgnv](?:ov|ova)|enko|[eo]vić|[eo]vic|shvili|oglu"
    r"|(?:[dktr]|öst|näs|ny)(?:lund|berg|holm|gren|blad|roos))|mc[^\W\d_]{4,}|o['’](?!clock)[^\W\d_]{4,}"
)
# Case endings after a name that no dictionary knows, with the vowel that joins them to a consonant.
_CASE = re.compile(
    r"i?(?:n|a|ä|ta|tä|lla|llä|lle|lta|ltä|ssa|ssä|sta|stä|ksi|na|nä|in|iin|h[aeiouyäö]n|(?<=a)an|(?<=o)on|(?<=ä)än)$"
)
# The cases in which people are spoken of, and things less: not "in" and "into", nor many of them.
_PERSONAL_CASE = re.compile(r".*(?:(?<!(?:aa|ee|ii|oo|uu|yy|ää|öö))n|(?<!j)[aä]|ll[aä]|lle|lt[aä]|st[aä]|n[aä])")
_MANY = re.compile(r".*i(?:ll[aä]|lle|lt[aä]|st[aä]|n[aä]|n|t[aä])")
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
    listed: bool = False  # common here as a name, not only abroad, nor only shaped like one
    home: bool = False  # listed or shaped: a name by itself, without another one beside it
    base: bool = False  # on the lists as it stands, without an ending
    small: bool = False  # a name that needs no capital to be one
    after_first: bool = False  # may be a surname where a first name stands before it
    common: bool = False  # a word that may begin a sentence
    titled: bool = False  # a word that has a capital in titles, too
    place: bool = False
    never: bool = False  # a product, a month, a function word
    unknown: bool = False  # as far as we can tell no dictionary has it, or only as a proper name
    foreign: bool = False  # in a Finnish text, a word that no dictionary has
    proper: bool = False  # a Finnish dictionary has it as a proper name, in the nominative
    finnish: bool = False  # read as a Finnish word
    only_name: bool = False  # all that a Finnish dictionary has it for are words that are names as well
    possessive: bool = False  # has the ending of a genitive
    everyday: bool = False  # a word that people write of in all its cases
    spoken_of: bool = False  # in Finnish a name that is a word, too, in a case of people's

    @property
    def name(self) -> bool:
        return (self.first or self.last) and not self.never

    @property
    def firm(self) -> bool:
        """A name and nothing else."""
        return self.home and self.name and not (self.common or self.titled or self.place)


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

    def may_be(self, word: str, finnish: bool) -> bool:
        """Whether a word without a capital is worth a look: in Finnish all are, for a dictionary tells of each."""
        return (finnish or word[:_PREFIX] in self._beginnings) and word not in FUNCTION

    def _read(self, word: str, finnish: bool) -> Look:
        lowered = word.lower()
        acronym = word.isupper() and len(word) <= _ACRONYM_LETTERS and lowered not in self._listed
        if len(word) > _MAX_LETTERS or (acronym and len(word) > 1):
            return NO_NAME
        capital = word[0].isupper()
        forms = {lowered, _GENITIVE.sub("", lowered)}
        plain, stems = forms.copy(), frozenset[str]()
        if finnish:
            stems = frozenset(_without_case(lowered))
            forms |= {form for form in stems if form in self._listed or form in PRODUCTS | places()}
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
        double = False
        if len(parts) > 1 and not (first or last):
            looks = [self.look(part.title() if capital else part, finnish) for part in parts]
            first, last = all(look.first for look in looks), all(look.last for look in looks)
            # "Mäki-Petäjä": with capitals in both parts one surname is enough.
            last = last or (word.istitle() and any(look.last and not look.place for look in looks))
            double = first or (finnish and (self._is_double(parts) or (proper and _like_a_farm(lowered, forms))))
            forms = forms.union(*(look.forms for look in looks if first or last))
        listed, place = bool(forms & names_at_home()) or (len(parts) > 1 and (first or last)), bool(forms & places())
        plainly = word[1:].islower() or word.isupper()  # no "AuroraAI-visionen"
        shapes = forms | stems
        small = not (known or place or function) and any(
            _SURNAME_SMALL.fullmatch(form) or (finnish and self._is_finnish_surname(form)) for form in shapes
        )
        shaped = capital and plainly and not (known or place) and any(_SURNAME_FORMS.fullmatch(form) for form in shapes)
        words = OTHER_WORDS if finnish or capital else OTHER_WORDS | FINNISH_WORDS  # "pilvi" may be a service's name
        common = not double and (
            bool((plain if known or proper or capital else forms) & words)
            or (known and not _is_name_first(lowered, lemmas))
        )
        named = proper and not place and (first or last)  # on a list from elsewhere, and a proper name in Finnish
        only_name = bool(lemmas) and lemmas <= finnish_names()
        return Look(
            frozenset(forms),
            first,
            last or shaped or small or (double and not first),
            # In Swedish "-nen" and "-berg" end common words as well, which may begin a sentence.
            listed=listed or (shaped and finnish),
            home=listed or shaped or small or double or named,
            base=lowered in self._listed or (double and all(part in self._listed for part in parts)),
            small=small or only_name or ((listed or named) and not known) or double,
            after_first=last or (finnish and not (function or place) and _like_a_farm(lowered, forms)),
            common=common,
            titled=bool(plain & TITLE_WORDS) or lowered in FUNCTION,
            place=place,
            never=bool(forms & (PRODUCTS | CALENDAR)) or (lowered in FUNCTION and not (listed and capital)),
            unknown=not known and (finnish or capital),  # of Swedish and English words only the capital tells
            foreign=finnish and not known and not function,
            proper=proper and lowered in lemmas and not place,
            finnish=finnish,
            only_name=only_name,
            everyday=bool(lemmas & EVERYDAY_WORDS),
            spoken_of=only_name and not (lemmas & EVERYDAY_WORDS) and _is_spoken_of(lowered, lemmas),
            possessive=lowered.endswith("n") if finnish else _GENITIVE.search(lowered) is not None,
        )

    def _is_double(self, parts: list[str]) -> bool:
        """Whether words with a hyphen are a double surname: of nature, and not joined by it for equal vowels."""
        if len(parts) != 2 or parts[0][-1:] == parts[1][:1]:
            return False
        looks = [self.look(part, True) for part in parts]
        return all(look.last or look.after_first for look in looks) and any(look.last for look in looks)

    def _is_finnish_surname(self, form: str) -> bool:
        """Whether a word that no dictionary has is made as a surname is, and is no adjective as people say it."""
        if not _SURNAME_SMALL_FINNISH.fullmatch(form):
            return False
        written = f"{form[:-3]}inen"  # "punanen" is "punainen"
        return not (form.endswith("nen") and self._lexicon.read(written, "fi").known)


def _is_spoken_of(lowered: str, lemmas: frozenset[str]) -> bool:
    """Whether a form of Finnish words is one that people's names have more often than words have."""
    if lowered in lemmas or _PERSONAL_CASE.fullmatch(lowered) is None or lowered.endswith(("ssa", "ssä")):
        return False
    return all(lemma.endswith("i") for lemma in lemmas) or _MANY.fullmatch(lowered) is None


def _like_a_farm(lowered: str, forms: set[str]) -> bool:
    """Whether a Finnish word is made as surnames are, with an ending or without."""
    return any(_FARM_AND_NATURE.fullmatch(form) for form in (*forms, *_without_case(lowered)))


def _is_name_first(lowered: str, lemmas: frozenset[str]) -> bool:
    """Whether a word that a Finnish dictionary knows is a name to most people all the same: "matti", "kaarina"."""
    forms = (lemmas | {lowered}) & finnish_names()
    return bool(forms) and not (lemmas | {lowered}) & FINNISH_WORDS


def _without_case(lowered: str) -> Iterator[str]:
    """The word without what may be a Finnish case ending: "gonzalezille", "smithin"."""
    for start in range(_MIN_STEM, len(lowered)):
        if _CASE.fullmatch(lowered, start):
            yield lowered[:start]
