"""What somebody meant to type: letters without their dots, a letter or two wrong. For reading, never for showing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.language.packs import LETTERS, PACKS
from rag.language.words import Lexicon, fold, split_words
from rag.types import LANGUAGES, Language

# From this length on, so many letters may be wrong; shorter words are too like each other. Chosen by judgement.
_LETTERS_WRONG = ((9, 2), (5, 1))
# Who mistypes a word seldom mistypes its beginning; a word that begins otherwise is another word. Chosen by
# judgement.
SURE_LETTERS = 2
_DOTTED = re.compile(f"[{LETTERS}{LETTERS.upper()}]")


class Speller:
    """Corrects words that nobody knows to words that the sources and example questions use.

    common: whether a word is one that the embedding model knows as a whole, which misspelt words hardly ever are.
    """

    def __init__(self, texts: Iterable[tuple[Language, str]], lexicon: Lexicon, common: Callable[[str], bool]) -> None:
        counts: dict[Language, Counter[str]] = {language: Counter() for language in LANGUAGES}
        for language, text in texts:
            counts[language].update(word.lower() for word in split_words(text))
        self._known = {language: frozenset(count) for language, count in counts.items()}
        # The most frequent words first: where two fold alike or are as near, the more frequent one is meant.
        self._folded: dict[Language, dict[str, str]] = {language: {} for language in LANGUAGES}
        for language, count in counts.items():
            for word, _ in count.most_common():
                self._folded[language].setdefault(fold(word), word)
        self._lexicon = lexicon
        self._common = common

    def correct(self, text: str, language: Language) -> str:
        """The text with unknown words corrected where that is possible; the rest as it was."""
        undotted = bool(PACKS[language].letters) and not _DOTTED.search(text)
        corrected: list[str] = []
        at = 0
        for word in split_words(text):
            start = text.index(word, at)
            name = start > 0 and word[0].isupper()  # names are spelt as their bearers please
            corrected += [text[at:start], word if name else self._correct(word, language, undotted)]
            at = start + len(word)
        return "".join([*corrected, text[at:]])

    def _correct(self, word: str, language: Language, undotted: bool) -> str:
        lowered = word.lower()
        if lowered in self._known[language] or not word.isalpha() or word.isupper():
            return word
        if (folded := self._folded[language].get(fold(word))) is not None:
            return folded if undotted or not self._is_word(word, language) else word
        if self._is_word(word, language):
            return word
        if undotted and (dotted := self._dotted(lowered, language)) is not None:
            return dotted
        apart = next((letters for length, letters in _LETTERS_WRONG if len(lowered) >= length), 0)
        if not apart:
            return word
        folded_word = fold(lowered)
        alike = [known for known in self._folded[language] if known[:SURE_LETTERS] == folded_word[:SURE_LETTERS]]
        nearest = process.extractOne(folded_word, alike, scorer=OSA.distance, score_cutoff=apart)
        return self._folded[language][nearest[0]] if nearest else word

    def _is_word(self, word: str, language: Language) -> bool:
        return (PACKS[language].has_dictionary and self._lexicon.read(word, language).known) or self._common(word)

    def _dotted(self, word: str, language: Language) -> str | None:
        """A known word with front vowels from some letter on, or up to some letter, as in compounds; None if none."""
        to_front = PACKS[language].back_to_front or {}
        for at in range(len(word)):
            if ord(word[at]) in to_front:
                for candidate in (
                    word[:at] + word[at:].translate(to_front),
                    word[: at + 1].translate(to_front) + word[at + 1 :],
                ):
                    if self._lexicon.read(candidate, language).known:
                        return candidate
        return None
