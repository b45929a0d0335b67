"""Who does what on which condition: whether a sentence keeps together what its source keeps together.

A stretch of a sentence is a clause that says something by itself, with the conditions that it depends on. A sentence
that follows one has its conditions, too; what stands in one of its parts stands in one part of the stretch; and in a
language whose endings tell who does what, words keep theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.curated.content_words import Word
from rag.language.packs import PACKS
from rag.language.permissions import stretches_in
from rag.language.words import fold, split_words
from rag.types import Language

Content = Callable[[str, Language], tuple[Word, ...]]
ClauseFault = Literal["condition", "roles"]

# Chosen on eval/sentences/guidance.jsonl and dev.jsonl: docs/measurements.md, "Grounding check".
FOLLOWED = 0.5  # a part is followed when the sentence names this share of its content words
SAYS_NOTHING_ELSE = 0.8  # share of the sentence's content words that the clause has; chosen by judgement
SAYS_SOMETHING = 2  # words outside its conditions that a stretch has at least; chosen by judgement
TOGETHER = 0.75  # of what a part of the sentence has of a stretch, so much stands in one part of that
CHANGED = 2  # so many words with another ending are a swap: one alone may be an object of another verb


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The content words outside the conditions, and of each condition."""

    outside: tuple[Word, ...]
    conditions: tuple[tuple[Word, ...], ...]

    @property
    def parts(self) -> tuple[tuple[Word, ...], ...]:
        return (self.outside, *self.conditions)


def clause_faults(
    sentence: str, sources: Sequence[str], language: Language, content: Content
) -> tuple[ClauseFault, ...]:
    """What the sentence does not keep of the units that it draws on. All are of one language."""
    said = _stretches(sentence, language, content)
    given = [stretch for unit in sources for stretch in _stretches(unit, language, content)]
    words = content(sentence, language)
    found: list[ClauseFault] = []
    if any(_drops_condition(stretch, words) for stretch in given):
        found.append("condition")
    # A sentence that begins with its condition may not show where that ends.
    parts = [part for stretch in said if stretch.outside for part in stretch.parts]
    mixed = any(_mixes(parts, stretch) for stretch in given if stretch.outside)
    if mixed or not _keeps_endings(words, " ".join(sources), language):
        found.append("roles")
    return tuple(found)


def _stretches(text: str, language: Language, content: Content) -> list[_Stretch]:
    return [
        _Stretch(content(outside, language), tuple(content(each, language) for each in conditions))
        for case in _cases(text, language)
        for outside, conditions in stretches_in(case, language)
    ]


def _cases(text: str, language: Language) -> list[str]:
    """What depends on conditions of its own: "X may be …, but Y only if …"."""
    starts = [0, *(match.start() for match in PACKS[language].claims.contrasts.finditer(text)), len(text)]
    return [text[start:end].strip(" ,;") for start, end in pairwise(starts)]


def _drops_condition(stretch: _Stretch, words: Sequence[Word]) -> bool:
    """Whether somebody says what the stretch says without what it depends on."""
    if len(stretch.outside) < SAYS_SOMETHING or not words:
        return False
    # A short sentence says little of a long clause, and nothing else.
    if _share(stretch.outside, words) < FOLLOWED and _share(words, stretch.outside) < SAYS_NOTHING_ELSE:
        return False
    return any(each and _share(each, words) < FOLLOWED for each in stretch.conditions)


def _mixes(parts: Sequence[Sequence[Word]], stretch: _Stretch) -> bool:
    """Whether a part has words of several parts of the stretch, of what holds and of what it depends on, and another
    part has words of one of those, too: they have been shuffled. One that has moved as a whole has not."""
    shared = [[{word.text for word in part if _names(word, own)} for own in stretch.parts] for part in parts]
    for at, part in enumerate(shared):
        known = set().union(*part)
        if max(map(len, part)) >= TOGETHER * len(known):
            continue
        strewn = {number for number, own in enumerate(_alone(part)) if own}
        others = [_alone(each) for each in shared[:at] + shared[at + 1 :]]
        if any(other[number] for other in others for number in strewn):
            return True
    return False


def _alone(shared: Sequence[set[str]]) -> list[set[str]]:
    """Of each set what no other has."""
    others = [set().union(*shared[:at], *shared[at + 1 :]) for at in range(len(shared))]
    return [own - rest for own, rest in zip(shared, others, strict=True)]


def _keeps_endings(words: Sequence[Word], source: str, language: Language) -> bool:
    """Whether nouns stand in forms that the source has, where a dictionary tells them from verbs."""
    infinitive = PACKS[language].infinitive
    if infinitive is None:
        return True
    forms = {fold(word) for word in split_words(source)}
    changed = [word for word in words if fold(word.text) not in forms]
    nouns = [word for word in changed if not all(infinitive.search(lemma) for lemma in word.reading.lemmas)]
    return len(nouns) < CHANGED


def _names(word: Word, others: Sequence[Word]) -> bool:
    return any(
        word.reading.terms() & other.reading.terms() or word.concepts & (other.concepts | other.implied)
        for other in others
    )


def _share(own: Sequence[Word], others: Sequence[Word]) -> float:
    return sum(_names(word, others) for word in own) / len(own)
