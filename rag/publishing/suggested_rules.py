"""What a document decides, as the rules that an editor may make of it: each with what it is about, as far as it shows.

A suggestion is never in force by itself: somebody accepts it, corrects it or leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.answering.unit_verdicts import Decided
from rag.curated.concepts import Concepts
from rag.curated.content_words import content_words
from rag.curated.rules import Rule
from rag.language.packs import PACKS
from rag.language.words import Lexicon, fold, split_words
from rag.types import Document, Language

MOST_WORDS = 3  # that a suggestion names besides data and service; an editor takes away or adds
_NO_ID = re.compile(r"[^a-z0-9]+")


class Suggester:
    """Makes suggestions of what was read, with the concepts of one version."""

    def __init__(self, concepts: Concepts, lexicon: Lexicon) -> None:
        self._concepts = concepts
        self._lexicon = lexicon

    def suggested(self, decided: Sequence[Decided], document: Document) -> list[Rule]:
        """One for each, in their order. The sentence is the source's own words."""
        return [self._rule(each, number, document) for number, each in enumerate(decided, 1)]

    def _rule(self, decided: Decided, number: int, document: Document) -> Rule:
        language = document.metadata.language
        about = decided.of if decided.row else _without(f"{decided.of} {decided.quote}", decided.conditions)
        found = self._named(about, language)
        data = self._narrowest([name for name in found if self._concepts.kind_of(name) == "data_class"])
        tools = self._narrowest([name for name in found if self._concepts.kind_of(name) == "tool"])
        words: Iterable[str] = ()
        if decided.row:
            # Row and column say all that the cell is about; of a name it is enough to say what is a name in it.
            words = self._unnamed(about, language, {*data, *tools})
            words = [each for each in words if self._is_name(each, about, language)] or words[:MOST_WORDS]
        elif not (data and tools):
            words = self._unnamed(about, language, {*data, *tools})[:MOST_WORDS]
        said = f"{decided.of}: {decided.quote}" if decided.row else " ".join(filter(None, (decided.of, decided.quote)))
        return Rule(
            id=f"{_slug(document.id)}_{number}",
            document=document.id,
            quote=decided.row or decided.quote,
            column=decided.column or None,
            says={language: said},
            verdict=decided.verdict,
            data=tuple(data),
            tools=tuple(tools),
            words=tuple(words) or (() if data or tools else (about[:200],)),
            conditions=tuple(each for each in decided.conditions if each in document.text),
        )

    def _named(self, text: str, language: Language) -> list[str]:
        """The concepts that a text names; none that is only a word of another's name ("closed" in "closed meeting"). Of
        several by the same words the broadest: a narrower one is called by them as well."""
        at: dict[str, set[int]] = {}
        for number, each in enumerate(self._concepts.find(split_words(text), [language])):
            for name in sorted(each):
                at.setdefault(name, set()).add(number)
        return [
            name
            for name, places in at.items()
            if not any(
                places < theirs or (places == theirs and other in self._concepts.implied([name]))
                for other, theirs in at.items()
            )
        ]

    def _narrowest(self, names: Sequence[str]) -> list[str]:
        """Those that no other of them implies."""
        implied = {broader for name in names for broader in self._concepts.implied([name])}
        return [name for name in names if name not in implied]

    def _unnamed(self, text: str, language: Language, named: set[str]) -> list[str]:
        """Words that say what it is about besides the named concepts: the longest first, which say the most."""
        said = PACKS[language].permission
        modal = (said.permits, said.forbids, said.needs_leave)
        words = [
            each
            for each in content_words(text, language, self._lexicon, self._concepts)
            if not (each.concepts | each.implied) & named and not any(each_of.fullmatch(each.text) for each_of in modal)
        ]
        return [each.text for each in sorted(words, key=lambda each: -len(each.text))]

    def _is_name(self, word: str, text: str, language: Language) -> bool:
        """Whether it is written as a name within the text, or is no word of the language."""
        begins = text.find(word) <= 0 or text[: text.find(word)].rstrip()[-1:] in ("", "›", ".")
        return (word[0].isupper() and not begins) or not self._lexicon.read(word, language).known


def _without(text: str, conditions: Sequence[str]) -> str:
    """A text without the clauses that it depends on; all of it where nothing else is said: "Hundar förutsätter
    enhetsföreståndarens samtycke"."""
    left = text
    for condition in conditions:
        left = left.replace(condition, "")
    return left if split_words(left) else text


def _slug(name: str) -> str:
    made = _NO_ID.sub("_", fold(name)).strip("_")
    return made if made[:1].isalpha() else f"d_{made}"
