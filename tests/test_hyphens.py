"""Words that a line end divides: which hyphen is the line's, and which the word's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.sources.format_lines import join
from tests.test_as_people_have_it import read


@pytest.mark.parametrize(
    "word",
    (
        "follow-up on-site in-house one-off cross-border third-party end-user open-source large-scale two-thirds "
        "machine-readable risk-free ex-employee long-term decision-making opt-out trade-offs first-class vice-chair "
        "privacy-friendly location-dependent company-wide ill-informed well-known"
    ).split(),
)
def test_an_english_compound_keeps_the_hyphen_that_it_is_spelt_with(word: str) -> None:
    first, rest = word.split("-")
    assert join(f"It is {first}-", f"{rest}, as agreed.") == f"It is {word}, as agreed."


@pytest.mark.parametrize(
    "word",
    (
        "permit-ted infor-mation check-list up-load sensi-tive sub-contractor nation-wide over-dependent ill-ness "
        "con-trolled under-funded care-free"
    ).split(),
)
def test_what_is_one_word_loses_the_hyphen_of_its_line_end(word: str) -> None:
    first, rest = word.split("-")
    assert join(f"It is {first}-", f"{rest}, as agreed.") == f"It is {first}{rest}, as agreed."


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("tekoäly-", "avusteinen", "tekoälyavusteinen"),
        ("linja-", "auto", "linja-auto"),
        ("EU-", "kansalainen", "EU-kansalainen"),
        ("tieto-", "ja viestintä", "tieto- ja viestintä"),
        ("ohje-", "vapaa", "ohjevapaa"),
        ("in-", "flöde", "inflöde"),
        ("sam-", "arbete", "samarbete"),
        ("AI-", "tjänst", "AI-tjänst"),
        ("upp-", "följning", "uppföljning"),
    ],
)
def test_finnish_and_swedish_words_are_joined_as_they_are_spelt(before: str, after: str, whole: str) -> None:
    assert join(before, after) == whole


@pytest.mark.parametrize(
    ("elsewhere", "expected"),
    [
        ("The crossborder rules hold.", "All crossborder use ends."),
        ("The rules for cross-border use hold.", "All cross-border use ends."),
    ],
)
def test_a_document_shows_how_it_spells_a_word(tmp_path: Path, elsewhere: str, expected: str) -> None:
    text = f"RULES\n\n{elsewhere}\n\nAll cross-\nborder use ends.\n"
    assert expected in read(tmp_path, "a.txt", text).text
