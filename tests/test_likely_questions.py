"""The questions that a document will likely answer are made of its own sentences, and each leads to its place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rag.answering.unit_verdicts import decided_in
from rag.language.detection import detect_language
from rag.language.words import Lexicon, split_words
from rag.publishing.likely_questions import MOST, LikelyQuestion, likely_questions
from rag.sources.chunking import chunk_document
from rag.sources.readers import read_corpus, read_document
from rag.types import Document, Language

ROOT = Path(__file__).parent.parent
GIVE_UP_S = 10.0
SENTENCES: list[tuple[Language, str, str]] = [
    ("fi", "Henkilötietoja ei saa syöttää palveluun ilman rehtorin lupaa.", "Saako henkilötietoja syöttää palveluun?"),
    ("fi", "Copilotia saa käyttää vain rehtorin luvalla.", "Saako Copilotia käyttää?"),
    ("fi", "Jos lupa puuttuu, tilaa ei saa käyttää.", "Saako tilaa käyttää?"),
    ("fi", "Kuvien julkaiseminen on kielletty.", "Onko kuvien julkaiseminen kielletty?"),
    ("fi", "Kirjasto on avoinna vain arkisin.", "Milloin kirjasto on avoinna?"),
    ("fi", "Kortti maksaa viisi euroa.", "Paljonko kortti maksaa?"),
    ("fi", "Rehtori hyväksyy hakemuksen.", "Kuka hyväksyy hakemuksen?"),
    ("fi", "Hakemuksen hyväksyy rehtori.", "Kuka hakemuksen hyväksyy?"),
    ("sv", "Personuppgifter får inte matas in i tjänsten.", "Får personuppgifter matas in i tjänsten?"),
    ("sv", "Biblioteket är öppet på vardagar.", "När är biblioteket öppet?"),
    ("sv", "Kortet kostar fem euro.", "Hur mycket kostar kortet?"),
    ("en", "Personal data must not be entered into the service.", "May personal data be entered into the service?"),
    ("en", "You must not enter personal data into the service.", "May I enter personal data into the service?"),
    ("en", "The library card costs five euros.", "How much does the library card cost?"),
    ("en", "The library is open on weekdays only.", "When is the library open?"),
]


def asked(document: Document, lexicon: Lexicon) -> list[LikelyQuestion]:
    chunks = chunk_document(document, lambda text: len(split_words(text)), [])
    return likely_questions(document, chunks, decided_in(document, chunks), lexicon)


def written(folder: Path, text: str, language: Language = "fi") -> Document:
    (folder / "ohje.md").write_text(f"---\ntitle: Ohje\nlanguage: {language}\n---\n\n{text}\n", encoding="utf-8")
    return read_document(folder / "ohje.md", folder, detect_language)


@pytest.mark.parametrize(("language", "sentence", "question"), SENTENCES)
def test_a_sentence_is_turned_into_what_it_answers(
    tmp_path: Path, lexicon: Lexicon, language: Language, sentence: str, question: str
) -> None:
    [found] = asked(written(tmp_path, sentence, language), lexicon)
    assert (found.question, found.quote) == (question, sentence)


def test_lists_tables_and_headings_are_asked_about(tmp_path: Path, lexicon: Lexicon) -> None:
    text = (
        "## Kielletyt aineistot\n\nPalveluun ei saa syöttää:\n\n- henkilötietoja\n\n"
        "## Saako koiran tuoda?\n\nEi saa.\n\n"
        "## Kalat\n\n| Tuote | Pyhinä |\n|---|---|\n| Hauki | Kielletty |\n\n"
        "## 4.2 Torimaksu\n\nTorimaksu on 12 euroa päivältä.\n\n"
        "## Neuvonta\n\nKirjoita osoitteeseen neuvonta@example.fi.\n\n"
        "## Sanasto\n\nTässä selitetään, mitä sanat tarkoittavat."
    )
    assert [(each.question, each.section) for each in asked(written(tmp_path, text), lexicon)] == [
        ("Saako palveluun syöttää henkilötietoja?", "Kielletyt aineistot"),
        ("Saako koiran tuoda?", "Saako koiran tuoda?"),
        ("Hauki, Pyhinä: onko se sallittua?", "Kalat"),
        ("Torimaksu: kuinka paljon tai kuinka monta?", "4.2 Torimaksu"),
        ("Neuvonta: keneltä voi kysyä?", "Neuvonta"),
        ("Mitä asiakirjassa sanotaan aiheesta ”Sanasto”?", "Sanasto"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Sitä ei saa jakaa muille.",
        "Saako sen jakaa muille?",
        "Kirjastossa on hiljaista.",
        "Kirjasto on auki, jos ovi aukeaa.",
    ],
)
def test_of_what_nobody_could_ask_by_itself_nothing_is_made(tmp_path: Path, lexicon: Lexicon, sentence: str) -> None:
    assert asked(written(tmp_path, sentence), lexicon) == []


def test_at_most_ten_come_from_all_over_the_document(tmp_path: Path, lexicon: Lexicon) -> None:
    sections = (f"## Sali {at}\n\nSaliin {at} saa tuoda ruokaa. Salissa {at} saa syödä ruokaa." for at in range(1, 9))
    found = asked(written(tmp_path, "\n\n".join(sections)), lexicon)
    assert len(found) == MOST
    assert {each.section for each in found} == {f"Sali {at}" for at in range(1, 9)}
    assert [each.start for each in found] == sorted(each.start for each in found)


def test_every_question_of_the_sources_stands_where_it_says(lexicon: Lexicon) -> None:
    documents, _ = read_corpus(ROOT / "corpus" / "documents", detect_language)
    for document in documents:
        found = asked(document, lexicon)
        assert 0 < len(found) <= MOST
        for each in found:
            assert document.text[each.start : each.end] == each.quote
            assert each.question.endswith("?")
            assert each.question[0].isupper()


@pytest.mark.parametrize("text", ["saa " * 100_000, "a@" * 200_000, "1 " * 200_000, "Aa, " * 100_000 + "saa tulla."])
def test_a_text_made_to_keep_a_pattern_busy_ends_in_time(tmp_path: Path, lexicon: Lexicon, text: str) -> None:
    document = written(tmp_path, text)
    chunks = chunk_document(document, lambda text: len(split_words(text)), [])
    began = time.monotonic()
    likely_questions(document, chunks, [], lexicon)
    assert time.monotonic() - began < GIVE_UP_S
