"""What somebody meant to type."""

from __future__ import annotations

import pytest

from rag.language.spelling import Speller
from rag.language.words import Lexicon
from rag.models.embedding import Embedder
from rag.types import Language

TEXTS: list[tuple[Language, str]] = [
    ("fi", "Saako henkilötietoja syöttää tekoälypalveluun? Tekoälyn käyttö hyödyttää."),
    ("fi", "syöttää syöttää syötän"),
    ("sv", "Får man mata in uppgifter? Ansökningar och handlingar. uppgifter utgifter"),
    ("en", "May translations be published? Applications and services."),
]


@pytest.fixture(scope="module")
def speller(lexicon: Lexicon, embedder: Embedder) -> Speller:
    return Speller(TEXTS, lexicon, embedder.is_one_piece)


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("saako henkilotietoja syottaa?", "fi", "saako henkilötietoja syöttää?"),
        ("saako henkilötietoja syötää", "fi", "saako henkilötietoja syöttää"),  # the more frequent of two as near
        ("hyotya tyossa", "fi", "hyötyä työssä"),  # no source has them; the lexicon does
        ("far man mata in upgifter", "sv", "får man mata in uppgifter"),
        ("tranlsations and aplications", "en", "translations and applications"),
        ("Who wrote Translatoins?", "en", "Who wrote Translatoins?"),  # names are spelt as people please
        ("The cat sat", "en", "The cat sat"),
        ("GPT-4o, EU:n ja 2025", "fi", "GPT-4o, EU:n ja 2025"),
        ("Kissa  istuu\nmatolla", "fi", "Kissa  istuu\nmatolla"),
        ("", "fi", ""),
    ],
)
def test_what_nobody_knows_is_corrected(speller: Speller, typed: str, language: Language, meant: str) -> None:
    assert speller.correct(typed, language) == meant
