"""Unofficial translations beside the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.chatbot import Chatbot
from rag.language.detection import detect_language
from rag.sources.chunking import chunk_document
from rag.sources.readers import read_corpus
from rag.sources.translations import Translation, block_hashes, confirm, read_translations, translate
from rag.types import Document, Variant

ORIGINAL = """---
id: ohje
title: Ohje
language: fi
---

# Ohje

## Käyttö

Tekoäly on työkalu. Se auttaa.

## Rajat

Rajoja ovat:

- tietosuoja
- salassapito

## Taulukko

| Kohde | Hyöty |
| --- | --- |
| Käännös | Nopeus |
"""
SWEDISH = """---
translation_of: ohje
language: sv
title: Anvisning
unofficial: true
---

# Anvisning

## Användning

AI är ett verktyg. Den hjälper.

## Gränser

Gränserna är:

- dataskydd
- sekretess

## Tabell

| Objekt | Nytta |
| --- | --- |
| Översättning | Snabbhet |
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A document and its confirmed translation."""
    (tmp_path / "ohje.md").write_text(ORIGINAL, encoding="utf-8")
    (tmp_path / "ohje.sv.md").write_text(SWEDISH, encoding="utf-8")
    confirm(tmp_path / "ohje.sv.md", document_in(tmp_path))
    return tmp_path


def document_in(folder: Path) -> Document:
    (document,), failures = read_corpus(folder, detect_language)
    assert failures == []
    return document


def translations_in(folder: Path) -> list[Translation]:
    translations, failures = read_translations(folder, {"ohje": document_in(folder)})
    assert failures == []
    return translations


def variants_in(folder: Path) -> dict[str, Variant | None]:
    """Each passage of the original by its first words, with its translation."""
    document = document_in(folder)
    (translation,) = translations_in(folder)
    chunks = chunk_document(document, lambda text: len(text.split()))
    return {chunk.units[0].of(document.text): translate(chunk, document, translation) for chunk in chunks}


def test_a_passage_is_aligned_with_its_translation(folder: Path) -> None:
    assert variants_in(folder) == {
        "Tekoäly on työkalu.": Variant(
            "sv", "Användning", "AI är ett verktyg. Den hjälper.", ("AI är ett verktyg.", "Den hjälper.")
        ),
        "Rajoja ovat:": Variant(
            "sv", "Gränser", "Gränserna är:\ndataskydd\nsekretess", ("Gränserna är:", "dataskydd", "sekretess")
        ),
        "Käännös | Nopeus": Variant(
            "sv", "Tabell\nObjekt | Nytta", "Översättning | Snabbhet", ("Översättning | Snabbhet",)
        ),
    }


def test_where_sentences_differ_in_number_each_has_the_whole_block(folder: Path) -> None:
    file = folder / "ohje.sv.md"
    file.write_text(file.read_text(encoding="utf-8").replace("verktyg. Den", "verktyg, och den"), encoding="utf-8")
    variant = variants_in(folder)["Tekoäly on työkalu."]
    assert variant is not None
    assert variant.units == ("AI är ett verktyg, och den hjälper.",) * 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Se auttaa.", "Se auttaa paljon."),
        ("- salassapito", "- salassapito\n- avoimuus"),
        ("## Rajat\n\n", "## Rajat\n\nUusi.\n\n"),
    ],
)
def test_a_changed_original_loses_that_translation_and_no_other(folder: Path, before: str, after: str) -> None:
    unchanged = variants_in(folder)
    (folder / "ohje.md").write_text(ORIGINAL.replace(before, after), encoding="utf-8")
    changed = variants_in(folder)
    assert [text for text, variant in changed.items() if variant is None] in (
        ["Tekoäly on työkalu."],
        ["Rajoja ovat:"],
        ["Uusi."],
    )
    kept = {text: variant for text, variant in changed.items() if variant is not None}
    assert kept.items() <= unchanged.items()
    assert len(kept) >= 2


def test_confirming_writes_the_hashes_and_nothing_else(folder: Path) -> None:
    file = folder / "ohje.sv.md"
    document = document_in(folder)
    content = file.read_text(encoding="utf-8")
    hashes = " ".join(block_hashes(document))
    assert content == SWEDISH.replace("unofficial: true\n", f"unofficial: true\noriginal: {hashes}\n")
    confirm(file, document)
    assert file.read_text(encoding="utf-8") == content
    assert len(set(block_hashes(document))) == len(document.blocks)


def test_a_translation_is_no_document_of_its_own(folder: Path) -> None:
    assert document_in(folder).id == "ohje"
    assert [(t.document_id, t.language, t.title, t.file) for t in translations_in(folder)] == [
        ("ohje", "sv", "Anvisning", "ohje.sv.md")
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("translation_of: ohje", "translation_of: muu", "front matter needs translation_of: ohje"),
        ("translation_of: ohje", "of: ohje", "front matter needs translation_of: ohje"),
        ("language: sv", "language: en", "key 'language' has value 'en'; use sv"),
        ("- sekretess\n", "", "blocks but 10 hashes in 'original'; run: ohjenuora confirm-translation ohje.sv.md"),
        ("original: ", "original: 0 ", "10 blocks but 11 hashes"),
    ],
)
def test_wrong_front_matter_is_named_and_the_translation_not_used(
    folder: Path, before: str, after: str, told: str
) -> None:
    file = folder / "ohje.sv.md"
    content = file.read_text(encoding="utf-8")
    assert before in content
    file.write_text(content.replace(before, after, 1), encoding="utf-8")
    translations, (failure,) = read_translations(folder, {"ohje": document_in(folder)})
    assert translations == []
    assert (failure.file, failure.reason) == ("ohje.sv.md", "bad_metadata")
    assert told in failure.detail


def test_a_translation_that_was_never_confirmed_is_told_how(tmp_path: Path) -> None:
    (tmp_path / "ohje.md").write_text(ORIGINAL, encoding="utf-8")
    (tmp_path / "ohje.sv.md").write_text(SWEDISH, encoding="utf-8")
    _, (failure,) = read_translations(tmp_path, {"ohje": document_in(tmp_path)})
    assert failure.detail.endswith("0 hashes in 'original'; run: ohjenuora confirm-translation ohje.sv.md")


@pytest.mark.parametrize(
    "content",
    [
        b"---\n- a\n---\n\nAI.",
        b"",
        b"---\ntitle: [\n---\n\nAI.",
        b"\xe4\xf6",
    ],
)
def test_a_file_that_cannot_be_read_is_named(folder: Path, content: bytes) -> None:
    (folder / "ohje.sv.md").write_bytes(content)
    translations, failures = read_translations(folder, {"ohje": document_in(folder)})
    assert translations == []
    assert [failure.file for failure in failures] == ["ohje.sv.md"]


def test_every_passage_of_the_projects_sources_is_translated(chatbot: Chatbot) -> None:
    for chunk in chatbot.index.chunks:
        assert [variant.language for variant in chunk.variants] == ["sv", "en"], chunk.section
        for variant in chunk.variants:
            assert len(variant.units) == len(chunk.units)
            assert all(unit.strip() for unit in variant.units)
