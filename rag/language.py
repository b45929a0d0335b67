"""Which of the three languages is a text in?"""

from __future__ import annotations

from functools import cache

from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from rag.types import LANGUAGES, Language
from rag.words import FUNCTION_WORDS, split_words

_CODES: dict[LinguaLanguage, Language] = {
    LinguaLanguage.FINNISH: "fi",
    LinguaLanguage.SWEDISH: "sv",
    LinguaLanguage.ENGLISH: "en",
}


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_CODES).build()


def language_confidences(text: str) -> dict[Language, float]:
    """The probability of each language, summing to 1 (all 0 for a text without letters)."""
    return {_CODES[c.language]: c.value for c in _detector().compute_language_confidence_values(text)}


def detect_language(text: str, fallback: Language = "fi", sure: float = 0.6) -> Language:
    """The most probable language where that is sure; otherwise the one whose function words the text has most of,
    ahead of the others; otherwise the fallback."""
    best = max(language_confidences(text).items(), key=lambda item: item[1])
    if best[1] >= sure:
        return best[0]
    words = [word.lower() for word in split_words(text)]
    counts = sorted(((sum(word in FUNCTION_WORDS[each] for word in words), each) for each in LANGUAGES), reverse=True)
    return counts[0][1] if counts[0][0] > counts[1][0] else fallback
