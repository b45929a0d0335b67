"""Readings of Finnish, Swedish and English words."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from rag.language.words import Lexicon, letter_grams, split_words
from rag.types import Language


def test_words_are_split_as_people_count_them() -> None:
    assert split_words("GPT-4o ja EU:n 3 600 :ta – organisaatio’s? ”Ei!”") == [
        "GPT-4o", "ja", "EU:n", "3", "600", "ta", "organisaatio’s", "Ei",
    ]  # fmt: skip
    assert split_words("… ?") == []


def test_letter_grams() -> None:
    assert letter_grams("Tieto") == ["_tie", "tiet", "ieto", "eto_"]
    assert letter_grams("a") == ["_a_"]


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("henkilötietoja", "henkilötieto"),
        ("henkilötiedoissakaan", "henkilötieto"),
        ("Helsingissä", "helsinki"),
        ("tekoälypalveluihin", "tekoälypalvelu"),
        ("syöttää", "syöttää"),
        ("syötetyt", "syöttää"),
        ("HENKILÖTIETOJA", "henkilötieto"),
    ],
)
def test_finnish_inflections_have_one_lemma(lexicon: Lexicon, word: str, lemma: str) -> None:
    assert lemma in lexicon.read(word, "fi").lemmas


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("tekoälypalveluihin", {"äly", "palvelu"}),
        ("palkkalistan", {"palkka", "lista"}),
        ("GenAI-työkalujen", {"työ", "kalu"}),
        ("tietosuojavastaavalle", {"vastaava"}),
    ],
)
def test_finnish_compounds_have_parts(lexicon: Lexicon, word: str, parts: set[str]) -> None:
    assert parts <= lexicon.read(word, "fi").parts


@pytest.mark.parametrize("word", ["voisko", "voiks", "saanks", "pitäiskö", "onks", "saako", "Mikä", "olisiko", "tähän"])
def test_spoken_and_written_question_words_are_function_words(lexicon: Lexicon, word: str) -> None:
    assert lexicon.read(word, "fi").function


@pytest.mark.parametrize("word", ["henkilötieto", "Copilot", "sää", "kielimalli", "hetu", "2025"])
def test_words_with_a_meaning_are_none(lexicon: Lexicon, word: str) -> None:
    assert not lexicon.read(word, "fi").function


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("sv", "personuppgifter", "personuppgift"),
        ("sv", "uppgifterna", "uppgifter"),
        ("en", "services", "service"),
        ("en", "Approved", "approves"),
    ],
)
def test_swedish_and_english_inflections_share_a_stem(
    lexicon: Lexicon, language: Language, one: str, other: str
) -> None:
    assert lexicon.read(one, language).stem == lexicon.read(other, language).stem


def test_function_words_of_swedish_and_english(lexicon: Lexicon) -> None:
    assert all(lexicon.read(word, "sv").function for word in ("får", "Jag", "och"))
    assert all(lexicon.read(word, "en").function for word in ("May", "the", "does"))
    assert not lexicon.read("use", "en").function


def test_words_of_the_corpus_are_kept_and_those_of_questions_are_not(tmp_path: Path) -> None:
    lexicon = Lexicon(tmp_path / "data")
    lexicon.save()
    assert not (tmp_path / "data").exists()  # nothing was learnt
    asked = lexicon.read("salaisuus", "en")
    lexicon.learn({"tools", "GenAI-tools"}, "en")
    lexicon.save()
    (file,) = (tmp_path / "data").iterdir()
    assert stat.S_ISREG(os.stat(file).st_mode)
    stored = file.read_text(encoding="utf-8")
    assert "tools" in stored
    assert "salaisuus" not in stored
    again = Lexicon(tmp_path / "data")
    assert again.read("GenAI-tools", "en") == lexicon.read("GenAI-tools", "en")
    assert again.read("salaisuus", "en") == asked


def test_a_kept_word_is_read_as_it_was_analysed(tmp_path: Path, lexicon: Lexicon) -> None:
    words = {"Tekoälypalveluilla", "kuusi", "EU:n", "hetun", "Xqzt", "alusta-alustalle", "2025", "saako"}
    learnt = Lexicon(tmp_path)
    learnt.learn_for_good(((word, "fi") for word in words), lambda: False)
    (tmp_path / "words-0.json").touch()
    learnt.learn({"sv"}, "sv")
    learnt.save()
    assert len(list(tmp_path.iterdir())) == 1  # what an earlier version has left goes
    kept = Lexicon(tmp_path)
    for word in words:
        assert kept.read(word, "fi") == Lexicon(tmp_path / "none").read(word, "fi") == lexicon.read(word, "fi"), word


def test_who_learns_many_words_leaves_off_when_told(tmp_path: Path) -> None:
    lexicon = Lexicon(tmp_path)
    asked = iter((False, True))
    lexicon.learn_for_good(((f"sana{number}", "en") for number in range(500)), lambda: next(asked))
    (file,) = tmp_path.iterdir()
    assert 0 < len(file.read_text(encoding="utf-8").splitlines()) < 500
