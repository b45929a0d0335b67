"""Which language is a text in? Short and odd input keeps the language of what is around it."""

from __future__ import annotations

import pytest

from rag.language.detection import detect_language
from rag.types import LANGUAGES, Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Saaks hetun laittaa copilottiin?", "fi"),
        ("Entä ChatGPT?", "fi"),
        ("Ja julkista?", "fi"),
        ("mikä on GDPR?", "fi"),
        ("ketä siinä AuroraAI-yhteistyöryhmässä on?", "fi"),
        ("mediaani", "fi"),
        ("Och Gemini?", "sv"),
        ("Och offentliga uppgifter?", "sv"),
        ("Varför?", "sv"),
        ("What about Gemini?", "en"),
        ("and public data?", "en"),
        ("why?", "en"),
        ("is it ok", "en"),
    ],
)
def test_a_few_words_tell_the_language_whatever_is_around(text: str, language: Language) -> None:
    assert [detect_language(text, fallback=each) for each in LANGUAGES] == [language] * 3


@pytest.mark.parametrize("text", ["ChatGPT?", "asdf", "Promptit", "GDPR", "RAG", "???a", "17 * 23", "GPT-4o (Copilot)"])
def test_names_and_odd_input_keep_the_language_around_them(text: str) -> None:
    assert [detect_language(text, fallback=each) for each in LANGUAGES] == list(LANGUAGES)
