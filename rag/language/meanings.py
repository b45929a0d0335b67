"""What words mean in guidance at work: which name the same, in one language and across them, and which a rule tells
apart.

`thesaurus/meanings.txt` has a line for each meaning: words of each language, and after ">" words for what it is a kind
of. `thesaurus/told_apart.txt` has a line for each set of alternatives, by their Finnish words. A word may have several
meanings; nobody tells here which of them it has.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from rag.language.packs import PACKS
from rag.language.words import Reading, split_words, stemmers
from rag.types import LANGUAGES, Language

_FOLDER = Path(__file__).parent / "thesaurus"
# Of meanings.txt. A language without a column has no words in the thesaurus: its questions are then compared by words
# and vectors alone.
COLUMNS: tuple[Language, ...] = ("fi", "sv", "en")
_MARKS = re.compile("[-‐–:'’]")
_REMEMBERED = 20_000  # words that no dictionary parts, as many as the lexicon keeps; they take some 50 µs each
_LEAST_PART = 4  # letters of a part of a word that no dictionary parts; chosen by judgement

Stem = Callable[[str, Language], str]


@dataclass(frozen=True, slots=True)
class Meant:
    """What a word may mean, by the numbers of the meanings. own: what it or an expression that it is part of names;
    wider: what that is a kind of; within: what the parts of a compound name; others: what a rule tells apart from it.
    """

    own: frozenset[int] = frozenset()
    wider: frozenset[int] = frozenset()
    within: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()


NOTHING_MEANT = Meant()


def all_of(meant: Sequence[Meant]) -> Meant:
    """What any of them means."""
    return Meant(
        frozenset().union(*(each.own for each in meant)),
        frozenset().union(*(each.wider for each in meant)),
        frozenset().union(*(each.within for each in meant)),
        frozenset().union(*(each.others for each in meant)),
    )


def named_in(meant: Sequence[Meant]) -> Meant:
    """The same of a text, that others are compared with: what is told apart from its own words is not asked of it, and
    would take ten times as much memory as the rest."""
    return all_of([replace(each, others=frozenset()) for each in meant])


@dataclass(frozen=True, slots=True)
class _Expression:
    """Of several words: each by its dictionary form, in a language that has a dictionary, and by its stem."""

    meaning: int
    words: tuple[str, ...]
    stems: tuple[str, ...]


class Meanings:
    """Finds what words mean. lines, sets: those of the two files."""

    def __init__(self, lines: Sequence[str], sets: Sequence[str], stem: Stem) -> None:
        self._stem = stem
        self._parts = lru_cache(maxsize=_REMEMBERED)(self._parted)
        self._written: dict[Language, dict[str, set[int]]] = {language: {} for language in LANGUAGES}
        self._words: dict[Language, dict[str, set[int]]] = {language: {} for language in LANGUAGES}
        self._expressions: dict[Language, dict[str, list[_Expression]]] = {language: {} for language in LANGUAGES}
        kinds: list[str] = []
        for meaning, line in enumerate(lines):
            named, _, kind = line.partition(">")
            kinds.append(kind)
            for language, listed in zip(COLUMNS, named.split("|"), strict=True):
                for label in _labels(listed):
                    self._add(meaning, label, language)
        self._wider = [self._kind(kind) - {meaning} for meaning, kind in enumerate(kinds)]
        others: list[set[int]] = [set() for _ in lines]
        for each in sets:
            # A member that is no word of the thesaurus names nothing; two that mean the same are not told apart.
            members = [set(self._named(label, ["fi"])) for label in _labels(each)]
            for member in members:
                for meaning in member:
                    others[meaning].update(*(other for other in members if other.isdisjoint(member)))
        self._others = [frozenset(each) for each in others]

    @classmethod
    @cache
    def load(cls) -> Meanings:
        """The product's own, read once. Raises ValueError for a line without its three languages."""
        return cls(lines_of("meanings.txt"), lines_of("told_apart.txt"), stemmers())

    def find(self, words: Sequence[str], readings: Sequence[Reading], language: Language) -> list[Meant]:
        """What each of the words means that follow each other in a text. readings: of each, in the language."""
        own = [self._of_word(word.lower(), reading, language) for word, reading in zip(words, readings, strict=True)]
        for start, reading in enumerate(readings):
            for expression in self._beginning_with(reading, language):
                end = start + len(expression.words)
                if end <= len(readings) and all(map(_is, expression.words, expression.stems, readings[start:end])):
                    for at in range(start, end):
                        own[at].add(expression.meaning)
        return [
            Meant(
                frozenset(found),
                frozenset().union(*(self._wider[each] for each in found)) - found,
                frozenset(self._within(word.lower(), reading, language) - found),
                frozenset().union(*(self._others[each] for each in found)) - found,
            )
            for word, reading, found in zip(words, readings, own, strict=True)
        ]

    def _add(self, meaning: int, label: str, language: Language) -> None:
        words = split_words(label)
        stems = tuple(self._stem(word, language) for word in words)
        # A dictionary form has no marks within: "QR-koodi" is "qrkoodi".
        names = tuple(_MARKS.sub("", word) for word in words) if PACKS[language].has_dictionary else stems
        if len(words) == 1:
            self._written[language].setdefault(label, set()).add(meaning)
            self._words[language].setdefault(names[0], set()).add(meaning)
        else:
            for name in {names[0], stems[0]}:
                self._expressions[language].setdefault(name, []).append(_Expression(meaning, names, stems))

    def _kind(self, labels: str) -> frozenset[int]:
        """The meanings that most of the labels name: "laite, enhet, device" are together no unit of an organisation."""
        counted = Counter(meaning for label in _labels(labels) for meaning in set(self._named(label)))
        most = max(counted.values(), default=0)
        return frozenset(meaning for meaning, times in counted.items() if times == most)

    def _named(self, label: str, languages: Sequence[Language] = LANGUAGES) -> Iterator[int]:
        """The meanings of a label of any of the languages."""
        words = split_words(label)
        for language in languages:
            stems = tuple(self._stem(word, language) for word in words)
            if len(words) > 1:
                found = self._expressions[language].get(stems[0], [])
                yield from (each.meaning for each in found if each.stems == stems)
            elif label in self._written[language]:
                yield from self._written[language][label]

    def _beginning_with(self, reading: Reading, language: Language) -> Iterator[_Expression]:
        found = self._expressions[language]
        for name in {*reading.lemmas, reading.stem}:
            yield from found.get(name, ())

    def _of_word(self, word: str, reading: Reading, language: Language) -> set[int]:
        if reading.function:
            return set()
        known = self._words[language]
        found = set().union(*(known.get(name, ()) for name in reading.names()))
        return found if found or PACKS[language].has_dictionary else self._of_form(word, language)

    def _of_form(self, word: str, language: Language) -> set[int]:
        """Of a word without a reading: by its stem, and by those of the dictionary forms that it may be a form of."""
        bases = [*self._bases(word, language)]
        found = set().union(*(self._written[language][base] for base in bases))
        return found | self._words[language].get(self._stem(word, language), set())

    def _bases(self, word: str, language: Language) -> Iterator[str]:
        """The dictionary forms that a word may be a form of, where the stemmer keeps them apart."""
        for instead, endings in PACKS[language].endings.items():
            for ending in endings.split():
                bare = word.removesuffix(ending) if word.endswith(ending) else word.removesuffix(ending + "s")
                if bare != word and bare + instead in self._written[language]:
                    yield bare + instead

    def _within(self, word: str, reading: Reading, language: Language) -> set[int]:
        known = self._words[language]
        found = set().union(*(known.get(part, ()) for part in reading.parts))
        return self._parts(word, language) if not found and PACKS[language].joints else found

    def _parted(self, word: str, language: Language) -> set[int]:
        """The parts of a compound that no dictionary parts, the longest last one first."""
        for at in range(_LEAST_PART, len(word) - _LEAST_PART + 1):
            last = self._of_form(word[at:], language)
            for ending, instead in PACKS[language].joints if last else ():
                first = word[: at - len(ending)] + instead
                if not word[:at].endswith(ending) or len(first) < _LEAST_PART or first not in self._written[language]:
                    continue
                # "Avgift|s|enheten", not "avgift|senheten".
                if not any(
                    joint and word[at:].startswith(joint) and self._of_form(word[at + len(joint) :], language)
                    for joint, _ in PACKS[language].joints
                ):
                    return last | self._written[language][first]
        return set()


def _is(word: str, stem: str, reading: Reading) -> bool:
    return word in reading.lemmas or stem == reading.stem


def _labels(listed: str) -> Iterable[str]:
    return filter(None, (label.strip().lower() for label in listed.split(",")))


@cache
def fingerprint() -> str:
    """Of the product's own meanings in their order: where it is another, their numbers mean something else."""
    return hashlib.sha256("\n".join(lines_of("meanings.txt")).encode()).hexdigest()[:8]


def lines_of(name: str) -> list[str]:
    """The lines of one of the files, without comments."""
    file = _FOLDER / name
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
