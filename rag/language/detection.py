"""Which of the languages is a text in?"""

from __future__ import annotations

import re
from functools import cache

from lingua import Language as LinguaLanguage
from lingua import LanguageDetector, LanguageDetectorBuilder

from rag.language.packs import ALL, LETTERS
from rag.language.words import split_words
from rag.types import Language

_CODES: dict[LinguaLanguage, Language] = {LinguaLanguage.from_str(pack.detector): pack.language for pack in ALL}
# Words that are no evidence of a language: names and abbreviations ("ChatGPT", "GPT-4o", "EU"), and what stands in
# brackets, which the page has added.
_NO_EVIDENCE = re.compile(rf"\([^()]*\)|(?<!\w)\w*(?:[^\W\d_][A-Z{LETTERS.upper()}0-9]|\d)\w*")
# Of fewer letters of evidence the detector must be surer: it took "ChatGPT?" for Swedish (.87) and "Promptit" for
# English (.93), but "mediaani" (.97) and "prompts" (.97) for what they are. Below the least it only guesses.
_ENOUGH_LETTERS, _LEAST_LETTERS, _SURE_OF_FEW = 12, 6, 0.95
_FEW_WORDS = 400  # characters
# What the detector looks at: a million letters in a row took it six minutes.
_ENOUGH_TO_TELL = 20_000  # characters
_NO_WORD = re.compile(r"\w{60,}")


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*_CODES).build()


def language_confidences(text: str) -> dict[Language, float]:
    """The probability of each language, summing to 1 (all 0 for a text without letters)."""
    looked_at = _NO_WORD.sub(" ", text[:_ENOUGH_TO_TELL])
    return {_CODES[c.language]: c.value for c in _detector().compute_language_confidence_values(looked_at)}


def detect_language(text: str, fallback: Language = "fi", sure: float = 0.6) -> Language:
    """The most probable language of a text that is long enough to tell; of a short one that whose function words it
    has most of, ahead of the others; otherwise the fallback."""
    # In a long text names do not matter, and looking for them in a run of letters takes n² steps.
    evidence = _NO_EVIDENCE.sub(" ", text) if len(text) <= _FEW_WORDS else text
    letters = sum(map(str.isalpha, evidence[:_ENOUGH_TO_TELL]))
    if letters >= _LEAST_LETTERS:
        best = max(language_confidences(evidence).items(), key=lambda item: item[1])
        if best[1] >= (sure if letters >= _ENOUGH_LETTERS else max(sure, _SURE_OF_FEW)):
            return best[0]
    words = {word.lower() for word in split_words(evidence) if len(word) > 1}
    counts = sorted(((len(words & (pack.function | pack.forms)), pack.language) for pack in ALL), reverse=True)
    return counts[0][1] if counts[0][0] > counts[1][0] else fallback
