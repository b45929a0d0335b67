"""Does a sentence say only what the passages say that it cites? Decided by looking, without a second model.

A sentence passes when
    numbers     every number stands in the passages,
    names       so does every name and abbreviation,
    words       the passages name nearly all that it names (lemmas, compound parts, concepts, translations),
    negation    it negates as often as the stretch of the passages that it follows,
    modality    it says must, should and may where that stretch does, and nowhere else,
    quantity    it says all, most, some, only … where that stretch does,
    direction   it does not say more where the passages say less,
    turn        it adds no "or", "except", "if" and "no longer",
    unit        it measures in nothing that the passages do not measure in,
    address     every address and link stands in the passages as it is,
    condition   where it says what a clause of theirs says, it says on which condition,
    roles       what it says of one thing the passages say of that thing (rag/answering/clauses.py).

What was measured, on which sentences: docs/measurements.md, `python -m eval grounding`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.answering.clauses import clause_faults
from rag.answering.coverage import Bags, word_coverage
from rag.answering.roles import roles_changed
from rag.curated.concepts import Concepts
from rag.curated.content_words import Word, content_words
from rag.language.cues import modalities, negations, opposed, quantities, turns, units
from rag.language.numbers import figures_in, missing_numbers, spelt_numbers
from rag.language.packs import ALL, PACKS, either
from rag.language.words import Lexicon, fold, split_words
from rag.types import Language, Variant

Fault = Literal[
    "no_passage", "number", "name", "words", "negation", "modality", "quantity", "direction", "turn", "unit", "address",
    "condition", "roles",
]  # fmt: skip

# Chosen on eval/sentences/dev.jsonl: docs/measurements.md, "Grounding check".
NAMED = 0.6  # a word is named in a passage from this coverage on
MIN_COVERAGE = 0.8  # the share of a sentence's content words that must be named
CLAUSE_FOLLOWED = 0.5  # a clause is followed when the sentence names this share of its content words
MIN_OPPOSITE = 4  # letters of a word behind "un" or "o": fewer are another word. Chosen by judgement
MIN_GAIN = 2  # so many words must stand in one more unit for a sentence to draw on it
# A stretch may say these without a sentence about it doing so: they add, they do not restrict.
_OPTIONAL_QUANTITIES = frozenset({"all", "both", "always", "none", "yearly", "monthly", "weekly", "daily"})
_ADDRESS = re.compile(
    r"(?<!\w)\w{1,20}://\S+|(?<!\S)[^\s@]+@\S+|\bwww\.\S+|\]\("
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}(?:/\S*)?(?![\w.])"
)
_CLAUSE = re.compile(rf"[,;:()•\n]|\s(?=(?:{either(pack.claims.clauses for pack in ALL)})\s)", re.IGNORECASE)


class Grounding:
    """Checks sentences against passages of one version of the index."""

    def __init__(self, bags: Bags, lexicon: Lexicon, concepts: Concepts) -> None:
        self._bags = bags
        self._lexicon = lexicon
        self._concepts = concepts

    def faults(self, sentence: str, language: Language, passages: Sequence[Sequence[Variant]]) -> tuple[Fault, ...]:
        """What the passages do not carry; empty for a sentence that passes.

        passages: the cited ones, each in every language that it stands in (rag.sources.chunking.versions_of).
        """
        if not passages:
            return ("no_passage",)
        versions = [version for passage in passages for version in passage]
        words = self._content(sentence, language)
        found: list[Fault] = []
        # Not in a heading above the passage: a number is only carried by what is quoted.
        if _unknown_numbers(sentence, [each.text for each in versions]):
            found.append("number")
        if self._unknown_names(sentence, versions):
            found.append("name")
        bags = [self._bags.of(f"{each.context}\n{each.text}", each.language) for each in versions]
        named = [any(word_coverage(word, bag) >= NAMED for bag in bags) for word in words]
        # A word that the vocabulary knows for something else than the passages speak of is never a mere other wording.
        other = any(word.concepts and not hit for word, hit in zip(words, named, strict=True))
        own = _same_language(passages, language)
        strange = [word for word, hit in zip(words, named, strict=True) if not hit and not _is_light(word, language)]
        # Where the passages themselves are in the sentence's language there is no need of words that they do not have.
        original = all(passage[0].language == language for passage in passages)
        if other or not named or sum(named) / len(named) < MIN_COVERAGE or (original and strange):
            found.append("words")
        followed = " | ".join(self._followed(words, own))
        said_in = own[0].language
        if negations(sentence, language) != negations(followed, said_in) or self._turned(words, own, language):
            found.append("negation")
        if modalities(sentence, language) != modalities(followed, said_in):
            found.append("modality")
        claimed, given = quantities(sentence, language), quantities(followed, said_in)
        if claimed - given or given - claimed - _OPTIONAL_QUANTITIES:
            found.append("quantity")
        if said_in == language and opposed(sentence, " ".join(each.text for each in own), language):
            found.append("direction")
        texts = [each.text for each in versions]
        if turns(sentence, language) - frozenset().union(*(turns(each.text, each.language) for each in versions)):
            found.append("turn")
        if units(sentence) - frozenset().union(*map(units, texts)):
            found.append("unit")
        if any(address not in text for address in _ADDRESS.findall(sentence) for text in [" ".join(texts)]):
            found.append("address")
        if said_in == language:
            drawn = [unit for unit, _ in self._drawn_on(words, own)]
            found += clause_faults(sentence, drawn, language, self._content)
            if "roles" not in found and roles_changed(
                sentence, drawn, language, lambda word: self._lexicon.read(word, language)
            ):
                found.append("roles")
        return tuple(found)

    def _content(self, text: str, language: Language) -> tuple[Word, ...]:
        return content_words(text, language, self._lexicon, self._concepts)

    def _followed(self, words: Sequence[Word], versions: Sequence[Variant]) -> list[str]:
        """The clauses whose words the sentence names, of the units that it draws on."""
        kept = []
        for unit, language in self._drawn_on(words, versions):
            before = ""  # words that say nothing alone ("if so, one may") belong to what comes next
            found: list[tuple[str, frozenset[int]]] = []
            for clause in filter(str.strip, _CLAUSE.split(unit)):
                clause = f"{before} {clause}".strip()
                own = self._content(clause, language)
                before = "" if own else clause
                if own and sum(_shares(own, words)) / len(own) >= CLAUSE_FOLLOWED:
                    found.append((clause, frozenset(at for at, hit in enumerate(_shares(words, own)) if hit)))
            # What says nothing that another clause does not say as well is not what the sentence is of.
            kept += [clause for clause, said in found if not any(said < others for _, others in found)]
        return kept

    def _turned(self, words: Sequence[Word], versions: Sequence[Variant], language: Language) -> bool:
        """Whether a word is the opposite, by its beginning, of one that the passages have: "unqualified"."""
        texts = [each for each in versions if each.language == language]
        said = {fold(word) for each in texts for word in split_words(f"{each.context} {each.text}")}
        stems = {self._lexicon.read(word, language).stem for word in said}
        for word in words:
            own, stem = fold(word.text), word.reading.stem
            if own in said or stem in stems:
                continue
            for prefix in map(fold, PACKS[language].negating):
                bare = own.removeprefix(prefix).lstrip("-")
                if bare != own and len(bare) >= MIN_OPPOSITE and self._lexicon.read(bare, language).stem in stems:
                    return True
                if any(self._lexicon.read(f"{prefix}{mark}{own}", language).stem in stems for mark in ("", "-")):
                    return True
        return False

    def _drawn_on(self, words: Sequence[Word], versions: Sequence[Variant]) -> list[tuple[str, Language]]:
        """The fewest units, headings among them, that have the sentence's words: each adds most of what is missing."""
        units = [
            (text, version.language) for version in versions for text in (*version.units, *version.context.splitlines())
        ]
        named = [
            {at for at, hit in enumerate(_shares(words, self._content(text, language))) if hit}
            for text, language in units
        ]
        missing = set(range(len(words)))
        chosen: list[tuple[str, Language]] = []
        while units and len(gained := max((each & missing for each in named), key=len)) >= (MIN_GAIN if chosen else 1):
            best = next(at for at, each in enumerate(named) if each & missing == gained)
            chosen.append(units[best])
            missing -= gained
        return chosen

    def _unknown_names(self, sentence: str, versions: Sequence[Variant]) -> list[str]:
        """Names and abbreviations of the sentence that no version has, in any inflection."""
        known = _plain(" ".join(f"{each.context} {each.text}" for each in versions))
        names = [name for name in _names_in(sentence) if _plain(name) not in known]
        if not names:
            return []
        lemmas = {
            fold(lemma)
            for each in versions
            for word in split_words(f"{each.context} {each.text}")
            for lemma in self._lexicon.read(word, each.language).lemmas
        }
        return [
            name
            for name in names
            if not any(
                fold(lemma) in lemmas or fold(lemma) in known
                for language in {each.language for each in versions}
                for lemma in self._lexicon.read(name, language).lemmas
            )
        ]


def _is_light(word: Word, language: Language) -> bool:
    light = PACKS[language].claims.light
    return word.text.lower() in light or bool(word.reading.lemmas & light)


def _unknown_numbers(sentence: str, texts: Sequence[str]) -> bool:
    """Whether the sentence has a number, in figures or as a word, that no text has in either way."""
    spelt = frozenset().union(*map(spelt_numbers, texts))
    figures = frozenset().union(*map(figures_in, texts))
    return bool(set(missing_numbers(sentence, texts)) - spelt or spelt_numbers(sentence) - spelt - figures)


def _plain(text: str) -> str:
    """Folded, with nothing between the letters: "SITRA:sta" as "sitrasta"."""
    return "".join(char for char in fold(text) if char.isalnum())


def _same_language(passages: Sequence[Sequence[Variant]], language: Language) -> list[Variant]:
    """Each passage in the sentence's language if all have it, else in its own."""
    same = [next((version for version in passage if version.language == language), None) for passage in passages]
    return [each for each in same if each] if all(same) else [passage[0] for passage in passages]


def _shares(own: Sequence[Word], words: Sequence[Word]) -> list[bool]:
    """Which of the own words the others have, too."""
    terms = frozenset(term for word in words for term in word.reading.terms())
    concepts = frozenset(concept for word in words for concept in word.concepts | word.implied)
    return [bool(word.reading.terms() & terms or word.concepts & concepts) for word in own]


def _names_in(sentence: str) -> list[str]:
    """Names, as far as they can be told: words with a capital inside the sentence, and abbreviations anywhere."""
    words = split_words(sentence)
    return [
        word
        for position, word in enumerate(words)
        if (position > 0 and word[0].isupper()) or sum(char.isupper() for char in word) > 1
    ]
