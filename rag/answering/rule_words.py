"""Whether a question names the words that a rule is about: inflected, in a compound, or by a concept that both name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rag.answering.question import Question
from rag.curated.concepts import Concepts
from rag.curated.content_words import Word, content_words
from rag.curated.rules import OR, Rule
from rag.language.words import Lexicon
from rag.types import Document, Language


class RuleWords:
    """The words of one version's rules, read once."""

    def __init__(
        self, rules: Iterable[Rule], documents: Mapping[str, Document], lexicon: Lexicon, concepts: Concepts
    ) -> None:
        def read(phrase: str, language: Language) -> list[tuple[Word, ...]]:
            return [content_words(each, language, lexicon, concepts) for each in phrase.split(OR)]

        self._phrases = {
            rule.id: [read(phrase, documents[rule.document].metadata.language) for phrase in rule.words]
            for rule in rules
            if rule.document in documents
        }

    def named(self, rule: Rule, question: Question) -> bool:
        """Whether the question names all of them; of those that are parted by OR, one. No question names the words of a
        rule whose document is gone, which would tell their language."""
        phrases = self._phrases.get(rule.id)
        return phrases is not None and all(
            any(words and all(_names(question, word) for word in words) for words in alternatives)
            for alternatives in phrases
        )


def _names(question: Question, wanted: Word) -> bool:
    return any(
        wanted.reading.names() & each.reading.terms() or wanted.concepts & (each.concepts | each.implied)
        for each in question.words
    )
