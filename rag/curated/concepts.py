"""The domain's concepts: what people type and what the sources say, bridged across words and languages.

`concepts.yaml` in the corpus folder lists them; a corpus without the file has none, and everything works without.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.curated.in_languages import Lists, written_in
from rag.curated.yaml_files import Wording, load_yaml
from rag.errors import BadCorpusFile
from rag.language.pack import LanguagePack
from rag.language.packs import ALL, PACKS
from rag.language.words import Lexicon, Reading, fold, split_words
from rag.types import LANGUAGES, Language

MATERIAL = "material"  # "a document", "a file": a class of data that says nothing of what stands in it

_NEGATING: frozenset[str] = frozenset().union(*(pack.negating for pack in ALL))

_MIN_PART = 4  # a label shorter than this is not looked for inside compounds; chosen by judgement
_MIN_WITHIN = 6  # the same of a label within a word that no dictionary parts; chosen by judgement
_MOST_BETWEEN = 1  # function words before whose it is: "names of the patients"
# A word that no label matches is compared with the labels' folded stems: the same, or this many letters apart.
# Chosen by judgement.
_MIN_FOLDED = 5
_LETTERS_APART = ((11, 2), (7, 1), (0, 0))  # (from this length on, letters apart)


class Concept(Lists):
    """One concept with its labels in each language, in their dictionary forms; broader names what it implies.

    of, what: words that name it together, one of each: "potilaan muistiinpano", "client email", "names of patients".
    negated: what is named by who says that it is not so ("not public"); a class of data that has none is then not named
    at all.
    bare: labels of one word that count unless the word is part of a longer label of another concept ("julkinen", but
    not in "julkinen hallinto").
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["data_class", "tool", "action", "use_case", "topic"]
    broader: tuple[str, ...] = ()
    negated: str | None = None
    of: Mapping[Language, tuple[str, ...]] = Field(default_factory=dict)
    what: Mapping[Language, tuple[str, ...]] = Field(default_factory=dict)
    bare: Mapping[Language, tuple[str, ...]] = Field(default_factory=dict)
    # How an answer names a class of data; approvals are given for such classes, not for what belongs to them.
    name: Wording | None = None

    def display(self, language: Language) -> str:
        """How to call it in an answer."""
        labels = self.labels(language)
        return self.name.of(language) if self.name else labels[0] if labels else self.id

    def labels(self, language: Language) -> tuple[str, ...]:
        listed: tuple[str, ...] = written_in(self, language)
        return listed

    def written(self, language: Language) -> Iterator[str]:
        """All that is listed of it in a language."""
        yield from self.labels(language)
        for listed in (self.of, self.what, self.bare):
            yield from listed.get(language, ())


@dataclass(frozen=True, slots=True)
class _Label:
    concept: str
    words: tuple[Reading, ...]
    begins: str  # its first word, as it is written in small letters


@dataclass(frozen=True, slots=True)
class _Pair:
    """A concept that a word of each kind names together; by the names of their readings. forms: of the words that say
    whose it is, where no dictionary tells them."""

    concept: str
    of: frozenset[str]
    what: frozenset[str]
    forms: re.Pattern[str] | None


class Concepts:
    """Finds concepts in texts by lemma, stem and compound part. concepts: every `broader` is one of them."""

    def __init__(self, concepts: Sequence[Concept], lexicon: Lexicon) -> None:
        self.concepts = tuple(concepts)
        self._lexicon = lexicon
        self._broader = {concept.id: _closure(concept.id, {c.id: c.broader for c in concepts}) for concept in concepts}
        self.by_id = {concept.id: concept for concept in concepts}
        self._folded: dict[str, set[str]] = {}
        labels = (
            label for each in concepts if each.kind == "tool" for name in LANGUAGES for label in each.labels(name)
        )
        self._tools = frozenset(fold(label) for label in labels if len(split_words(label)) == 1)
        self._labels: dict[Language, dict[str, list[_Label]]] = {language: {} for language in LANGUAGES}
        self._bare: dict[Language, dict[str, set[str]]] = {language: {} for language in LANGUAGES}
        self._pairs: dict[Language, list[_Pair]] = {language: [] for language in LANGUAGES}
        for concept in concepts:
            for language in LANGUAGES:
                for text in concept.labels(language):
                    words = tuple(
                        _as_label(lexicon.read(word, language), word, PACKS[language]) for word in split_words(text)
                    )
                    if len(words) == 1:
                        for form in {fold(text), fold(words[0].stem)}:
                            if len(form) >= _MIN_FOLDED:
                                self._folded.setdefault(form, set()).add(concept.id)
                    for term in words[0].names():
                        self._labels[language].setdefault(term, []).append(
                            _Label(concept.id, words, split_words(text)[0].lower())
                        )
                if concept.of.get(language):
                    of, what = (
                        frozenset(
                            name
                            for word in listed[language]
                            for name in _as_label(lexicon.read(word, language), word, PACKS[language]).names()
                        )
                        for listed in (concept.of, concept.what)
                    )
                    ends = PACKS[language].noun_ends
                    forms = re.compile(ends.pattern(concept.of[language])) if ends is not None else None
                    self._pairs[language].append(_Pair(concept.id, of, what, forms))
                for text in concept.bare.get(language, ()):
                    for term in lexicon.read(text, language).names():
                        self._bare[language].setdefault(term, set()).add(concept.id)

    def kind_of(self, concept: str) -> str:
        return self.by_id[concept].kind

    def kinds_of(self, concepts: Iterable[str]) -> set[str]:
        """The kinds of these concepts."""
        return {self.by_id[name].kind for name in concepts}

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with any concept."""
        return hashlib.sha256(repr(self.concepts).encode()).hexdigest()[:16]

    def find(
        self,
        words: Sequence[str],
        languages: Collection[Language],
        typed: bool = False,
        own: Language | None = None,
    ) -> list[frozenset[str]]:
        """The concepts that each word is part of. languages: those whose labels are looked for.

        typed: somebody typed the words, so they may lack their dots or have a letter or two wrong. own: their language,
        where it is known: labels of another are then not looked for by a short stem ("let" is not Swedish "leta").
        """
        words = [word.split(":")[0] or word for word in words]  # "AI:n", "EU:ssa"
        found: list[set[str]] = [set() for _ in words]
        within_longer: set[int] = set()
        for language in languages:
            labels = self._labels[language]
            if not labels and not self._pairs[language]:
                continue
            readings = [self._lexicon.read(word, language) for word in words]
            for start, reading in enumerate(readings):
                for term in reading.terms():
                    cut = own not in (None, language) and len(term) < _MIN_PART
                    for label in labels.get(term, ()):
                        if cut and label.begins != words[start].lower():
                            continue
                        end = start + len(label.words)
                        if end <= len(readings) and _matches(label, readings[start:end]):
                            for position in range(start, end):
                                found[position].add(label.concept)
                            if end - start > 1:
                                within_longer.update(range(start, end))
            for pair in self._pairs[language]:
                for at in _together(pair, readings, words, PACKS[language]):
                    found[at].add(pair.concept)
        tools = {at for at, named in enumerate(found) if "tool" in self.kinds_of(named)}
        for language in languages:
            for position, word in enumerate(words):
                # "public ChatGPT" says of the service that anybody may use it.
                if position not in within_longer and position + 1 not in tools and self._bare[language]:
                    for term in self._lexicon.read(word, language).names():
                        found[position] |= self._bare[language].get(term, set())
        if typed:
            for position, word in enumerate(words):
                if not found[position]:
                    found[position] |= self._like(word)
        return [frozenset(each) for each in found]

    def _like(self, word: str) -> set[str]:
        """The concepts with a label like a misspelt word; none for a word that a dictionary has."""
        if any(self._lexicon.read(word, pack.language).known for pack in ALL if pack.has_dictionary):
            return set()
        readings = [self._lexicon.read(word, language) for language in LANGUAGES]
        if any(reading.function for reading in readings):
            return set()
        forms = {fold(word), *(fold(reading.stem) for reading in readings)}
        exact = [self._folded[form] for form in forms if form in self._folded]
        if exact:
            return set().union(*exact)
        nearest: list[tuple[float, str]] = []
        for form in forms:
            apart = next(letters for length, letters in _LETTERS_APART if len(form) >= length)
            if apart:
                like = process.extractOne(form, self._folded.keys(), scorer=OSA.distance, score_cutoff=apart)
                nearest += [(like[1], like[0])] if like and not _are_opposites(form, like[0]) else []
        return self._folded[min(nearest)[1]] if nearest else set()

    def has_tool_within(self, word: str) -> bool:
        """Whether a tool's label is part of a compound, written with a hyphen or together: also where no dictionary
        parts it."""
        folded = fold(word)
        if not self._tools.isdisjoint(folded.split("-")):
            return True
        return any(len(label) >= _MIN_WITHIN and label in folded for label in self._tools)

    def denied(self, concepts: Iterable[str]) -> frozenset[str]:
        """What a word of these concepts names in a text that denies it: what stands for the denial, else no class of
        data, and all else as without it."""
        left: set[str] = set()
        for name in concepts:
            if (negated := self.by_id[name].negated) is not None:
                left.add(negated)
            elif self.kind_of(name) != "data_class":
                left.add(name)
        return frozenset(left)

    def without_prefix(self, word: str, concepts: frozenset[str]) -> frozenset[str]:
        """What a word of these concepts names: "ei-salassapidettävä" nothing that "salassapidettävä" does."""
        beginning, hyphen, rest = word.partition("-")
        if not rest or beginning.lower() + hyphen not in _NEGATING:
            return concepts
        return concepts - self.find([rest], LANGUAGES)[0]

    def implied(self, concepts: Iterable[str]) -> frozenset[str]:
        """The broader concepts of these, without these."""
        given = frozenset(concepts)
        return frozenset(b for concept in given for b in self._broader[concept]) - given


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    concepts: tuple[Concept, ...] = ()


def load_concepts(corpus_dir: Path) -> list[Concept]:
    """The corpus's concepts, none without a concepts.yaml. Raises BadCorpusFile, which names the file and the entry."""
    file = corpus_dir / "concepts.yaml"
    if not file.exists():
        return []
    concepts = list(load_yaml(file, _File).concepts)
    for concept in concepts:
        for label in (label for language in LANGUAGES for label in concept.written(language)):
            if not split_words(label):
                raise BadCorpusFile(f"{file}: concept '{concept.id}': label '{label}' has no words")
    known = {concept.id for concept in concepts}
    for concept in concepts:
        for field, named in (("broader", concept.broader), ("negated", filter(None, [concept.negated]))):
            if missing := set(named) - known:
                raise BadCorpusFile(f"{file}: concept '{concept.id}': unknown {field} concept '{sorted(missing)[0]}'")
    if len(known) < len(concepts):
        raise BadCorpusFile(f"{file}: two concepts share an id")
    return concepts


def _are_opposites(one: str, other: str) -> bool:
    """Whether two words differ by what negates: "publicerad" and "opublicerade" are no misspellings of each other."""
    pairs = ((one, other), (other, one))
    return any(
        word.startswith(negating) and word[len(negating) :].startswith(of[:_MIN_FOLDED])
        for word, of in pairs
        for negating in _NEGATING
        if len(of) >= _MIN_FOLDED
    )


def _as_label(reading: Reading, word: str, pack: LanguagePack) -> Reading:
    """The reading of a label's word. Where it is a dictionary form, it means that word and no other that it may also be
    a form of: "hakija" is no "hakea"; another form is one of a noun where it can be ("hakijan tiedot")."""
    own = word.lower()
    if own in reading.lemmas:
        return replace(reading, lemmas=frozenset({own}))
    if pack.infinitive is None:
        return reading
    nouns = frozenset(lemma for lemma in reading.lemmas if not pack.infinitive.search(lemma))
    return replace(reading, lemmas=nouns) if nouns else reading


def _together(pair: _Pair, readings: Sequence[Reading], words: Sequence[str], pack: LanguagePack) -> Iterator[int]:
    """The places of words that name it: "patient notes", or the other way round "notes of the patient"."""

    def whose(at: int) -> bool:
        if pair.forms is not None:
            return pair.forms.fullmatch(words[at].lower()) is not None
        return bool(readings[at].names() & pair.of)

    for at, reading in enumerate(readings[:-1]):
        says_whose = whose(at) and (pack.genitive is None or pack.genitive.search(words[at]))
        if says_whose and readings[at + 1].names() & pair.what:
            yield from (at, at + 1)
        elif words[at + 1].lower() in pack.belonging and reading.names() & pair.what:
            rest = readings[at + 2 : at + 3 + _MOST_BETWEEN]
            end = next((number for number, each in enumerate(rest) if not each.function), None)
            if end is not None and whose(at + 2 + end):
                yield from range(at, at + 3 + end)


def _matches(label: _Label, readings: Sequence[Reading]) -> bool:
    if len(label.words) == 1:
        wanted, found = label.words[0], readings[0]
        if wanted.names() & found.names():
            return True
        return any(len(lemma) >= _MIN_PART and lemma in found.parts for lemma in wanted.lemmas)
    return all(wanted.names() & found.names() for wanted, found in zip(label.words, readings, strict=True))


def _closure(concept: str, broader: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """All that a concept implies, over any number of steps."""
    reached: set[str] = set()
    waiting = list(broader.get(concept, ()))
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting += broader.get(current, ())
    return frozenset(reached - {concept})
