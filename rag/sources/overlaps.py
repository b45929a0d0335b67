"""Passages that say nearly the same: repeated, or with other numbers or the opposite."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.language.packs import ALL, either
from rag.language.words import Lexicon, split_words
from rag.types import Block, Document, Language

MIN_WORDS = 5  # shorter passages share their words by chance
# The share of their content words that two passages have in common, from which on they are reported.
ALIKE = 0.6  # chosen by judgement
COMMON = 40  # a word of more passages than this does not bring two passages together

_NEGATION = re.compile(rf"\b({either(pack.documents.denies for pack in ALL)})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two blocks with much the same words; contradicts: their numbers or their negations differ."""

    first: tuple[Document, Block]
    second: tuple[Document, Block]
    contradicts: bool


def overlaps(documents: Sequence[Document], lexicon: Lexicon) -> Iterator[Overlap]:
    """Every pair of overlapping blocks of documents in one language, in their order.

    Two blocks overlap when the Jaccard index of their content words (lemmas, numbers left out) is at least ALIKE.
    """
    blocks = [
        (document, block, words)
        for document in documents
        for block in document.blocks
        if block.kind != "heading"
        and len(words := _content(block.span.of(document.text), document.metadata.language, lexicon)) >= MIN_WORDS
    ]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, (document, _, words) in enumerate(blocks):
        for word in words:
            holders[f"{document.metadata.language}:{word}"].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if len(numbers) <= COMMON:
            shared.update((one, other) for at, one in enumerate(numbers) for other in numbers[at + 1 :])
    for one, other in sorted(shared):
        (document, block, words), (other_document, other_block, other_words) = blocks[one], blocks[other]
        if _alike(words, other_words):
            text, other_text = block.span.of(document.text), other_block.span.of(other_document.text)
            differ = _claims(text) != _claims(other_text)
            yield Overlap((document, block), (other_document, other_block), differ)


def say_the_same(one: str, other: str, language: Language, lexicon: Lexicon) -> bool:
    """Whether two texts in one language overlap as two blocks would, and claim the same."""
    words, other_words = _content(one, language, lexicon), _content(other, language, lexicon)
    return _alike(words, other_words) and _claims(one) == _claims(other)


def _alike(words: frozenset[str], other: frozenset[str]) -> bool:
    together = len(words | other)
    return together > 0 and len(words & other) / together >= ALIKE


def _content(text: str, language: Language, lexicon: Lexicon) -> frozenset[str]:
    """One name for each content word: its stem, as several readings of a word must not count twice."""
    readings = [lexicon.read(word, language) for word in split_words(text) if not word[0].isdigit()]
    return frozenset(min(reading.lemmas, default=reading.stem) for reading in readings if not reading.function)


def _claims(text: str) -> tuple[frozenset[str], bool]:
    """The numbers, and whether it denies."""
    return frozenset(_NUMBER.findall(text)), len(_NEGATION.findall(text)) % 2 == 1
