"""Which of the three languages is a text in?"""

from __future__ import annotations

from functools import cache

from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from rag.types import Language

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
    """The most probable language, or the fallback where none reaches the probability `sure`."""
    best = max(language_confidences(text).items(), key=lambda item: item[1])
    return best[0] if best[1] >= sure else fallback
