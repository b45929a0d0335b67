"""Markdown → Document → Chunks, first on documents made by hand, then on the project's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.language.detection import detect_language
from rag.language.sentences import split_sentences
from rag.models.embedding import Embedder
from rag.sources.chunking import LIST_TOKENS, LONGEST_UNIT_CHARS, MAX_TOKENS, chunk_document
from rag.sources.readers import read_corpus, read_document
from rag.types import Chunk, Document

ROOT = Path(__file__).parent.parent
OWN, OWN_FAILURES = read_corpus(ROOT / "corpus" / "documents", detect_language)

Cut = Callable[[str], tuple[Document, list[Chunk]]]


def count_words(text: str) -> int:
    return len(text.split())


@pytest.fixture
def cut(tmp_path: Path) -> Cut:
    """Reads Markdown and cuts it, counting a word as a token."""

    def run(markdown: str) -> tuple[Document, list[Chunk]]:
        file = tmp_path / "ohje.md"
        file.write_text(f"---\ntitle: Ohje\nlanguage: fi\n---\n\n{markdown}\n", encoding="utf-8")
        document = read_document(file, tmp_path, detect_language)
        chunks = chunk_document(document, count_words)
        assert_sound(document, chunks)
        return document, chunks

    return run


def assert_sound(document: Document, chunks: list[Chunk]) -> None:
    """What holds for the chunks of every document."""
    for chunk in chunks:
        assert chunk.document_id == document.id
        assert chunk.units
        assert chunk.span.start == chunk.units[0].start
        assert chunk.span.end == chunk.units[-1].end
        for unit in chunk.units:
            words = unit.of(document.text)
            assert words == words.strip() != ""
        for one, next_one in itertools.pairwise(chunk.units):
            assert one.end <= next_one.start
    for chunk, next_chunk in itertools.pairwise(chunks):
        assert chunk.span.end <= next_chunk.span.start
    assert len({chunk.id for chunk in chunks}) == len(chunks)


def texts(document: Document, chunks: list[Chunk]) -> list[tuple[str, str, str]]:
    return [(chunk.kind, chunk.context, chunk.span.of(document.text)) for chunk in chunks]


def test_the_headings_travel_with_the_passage(cut: Cut) -> None:
    document, chunks = cut("# Ohje\n\nAlku.\n\n## Tietosuoja\n\n### Poikkeukset\n\nYksi lause.\n\n## Muuta\n\nLoppu.")
    assert texts(document, chunks) == [
        ("text", "", "Alku."),
        ("text", "Tietosuoja\nPoikkeukset", "Yksi lause."),
        ("text", "Muuta", "Loppu."),
    ]
    assert [chunk.section for chunk in chunks] == ["", "Tietosuoja › Poikkeukset", "Muuta"]


def test_a_row_carries_the_tables_title_and_the_names_of_its_columns(cut: Cut) -> None:
    document, chunks = cut(
        "## Käyttö\n\nTaulukko 1. Käyttötapauksia.\n\n"
        "| Kohde | Hyöty |\n| --- | --- |\n| Käännös | Nopeus |\n| Haku | |"
    )
    context = "Käyttö\nTaulukko 1. Käyttötapauksia.\nKohde | Hyöty"
    assert texts(document, chunks) == [("row", context, "Käännös | Nopeus"), ("row", context, "Haku")]
    assert [len(chunk.units) for chunk in chunks] == [1, 1]


def test_a_bullet_belongs_to_its_lead_in(cut: Cut) -> None:
    document, chunks = cut("## Tehtävät\n\nTehtäviä ovat:\n\n- neuvonta\n- valvonta")
    assert [chunk.kind for chunk in chunks] == ["list"]
    assert chunks[0].lead_in
    assert [unit.of(document.text) for unit in chunks[0].units] == ["Tehtäviä ovat:", "neuvonta", "valvonta"]


def test_where_a_list_is_cut_the_lead_in_goes_along_as_context(cut: Cut) -> None:
    items = [f"kohta {number} " + "sana " * 18 for number in range(25)]
    document, chunks = cut("Tehtäviä ovat:\n\n" + "\n".join(f"- {item}" for item in items))
    assert len(chunks) > 1
    assert [chunk.lead_in for chunk in chunks] == [True, *[False] * (len(chunks) - 1)]
    assert all(chunk.context == "Tehtäviä ovat:" for chunk in chunks[1:])
    assert all(count_words(chunk.span.of(document.text)) <= LIST_TOKENS * 1.2 for chunk in chunks)  # bullets count too


def test_an_item_of_several_sentences_is_a_passage_of_its_own(cut: Cut) -> None:
    document, chunks = cut("Muista:\n\n- lyhyt kohta\n- Ole tarkka. Tarkista aina.\n- toinen")
    assert texts(document, chunks) == [
        ("list", "", "Muista:\n\n• lyhyt kohta"),
        ("text", "Muista:", "Ole tarkka. Tarkista aina."),
        ("list", "Muista:", "toinen"),
    ]
    assert [unit.of(document.text) for unit in chunks[1].units] == ["Ole tarkka.", "Tarkista aina."]


@pytest.mark.parametrize("last", ["- lyhyt kohta", "- Lue lähde. Kysy neuvoa."])
def test_a_lead_in_before_an_item_of_several_sentences(cut: Cut, last: str) -> None:
    cut(f"Muista:\n\n- Ole tarkka. Tarkista aina.\n{last}")


def test_an_inner_item_knows_the_one_above(cut: Cut) -> None:
    document, chunks = cut("- Sihteeristö kokoontuu kerran viikossa. Se valmistelee.\n  - Jäsenet ministeriöistä")
    assert texts(document, chunks)[1] == (
        "list",
        "Sihteeristö kokoontuu kerran viikossa. Se valmistelee.",
        "Jäsenet ministeriöistä",
    )


def test_a_rule_ends_a_headings_reach(cut: Cut) -> None:
    document, chunks = cut("## Taulukko\n\nSisältö.\n\n---\n\nKiitos!")
    assert texts(document, chunks) == [("text", "Taulukko", "Sisältö."), ("text", "", "Kiitos!")]


def test_a_heading_with_nothing_below_is_a_gap(cut: Cut) -> None:
    document, chunks = cut("## Tulokset\n\n### Palvelut\n\n### Hyödyt\n\nHyöty.\n\n## Tyhjä\n\n---\n\nLoppu.")
    assert texts(document, chunks) == [
        ("gap", "Tulokset", "Palvelut"),
        ("text", "Tulokset\nHyödyt", "Hyöty."),
        ("gap", "", "Tyhjä"),
        ("text", "", "Loppu."),
    ]


def test_a_long_paragraph_is_split_only_where_sentences_end(cut: Cut) -> None:
    sentences = [f"Lause numero {number} on " + "sana " * 40 + "tässä." for number in range(30)]
    document, chunks = cut("## Pitkä\n\n" + " ".join(sentences))
    assert len(chunks) > 2
    assert all(count_words(chunk.span.of(document.text)) <= MAX_TOKENS for chunk in chunks)
    assert [unit.of(document.text) for chunk in chunks for unit in chunk.units] == sentences
    assert {chunk.context for chunk in chunks} == {"Pitkä"}


@pytest.mark.parametrize("list_mark", ["", "- "])
def test_a_sentence_without_end_is_cut_at_its_clauses_and_quoted_in_part(cut: Cut, list_mark: str) -> None:
    clauses = "; ".join(f"asian numero {number} diaariin ja ilmoittaa siitä osastolle" for number in range(1500))
    document, chunks = cut(f"{list_mark}Sihteeri kirjaa {clauses}.")
    units = [unit.of(document.text) for chunk in chunks for unit in chunk.units]
    assert " ".join(units) == document.text.removeprefix("• ")
    assert all(unit.endswith(("osastolle;", "osastolle.")) for unit in units)
    assert max(map(len, units)) <= LONGEST_UNIT_CHARS
    assert all(count_words(chunk.span.of(document.text)) <= MAX_TOKENS for chunk in chunks)


@pytest.mark.parametrize("text", ["sana " * 500 + "loppu.", "x" * 4000, "x" * 1500 + " " + "y" * 1501])
def test_words_without_clauses_are_cut_all_the_same(cut: Cut, text: str) -> None:
    document, chunks = cut(text)
    units = [unit.of(document.text) for chunk in chunks for unit in chunk.units]
    assert len(units) > 1
    assert "".join(units).replace(" ", "") == document.text.replace(" ", "")


def test_short_paragraphs_are_grouped_and_a_long_one_stands_alone(cut: Cut) -> None:
    long = "Tämä " + "sana " * 70 + "loppuu."
    document, chunks = cut(f"Ensimmäinen lyhyt.\n\nToinen lyhyt.\n\n{long}\n\nKolmas lyhyt.")
    assert [chunk.span.of(document.text) for chunk in chunks] == [
        "Ensimmäinen lyhyt.\n\nToinen lyhyt.",
        long,
        "Kolmas lyhyt.",
    ]


def test_a_chunks_id_follows_its_words_and_its_headings(cut: Cut) -> None:
    before = [chunk.id for chunk in cut("## A\n\nSama.\n\n## B\n\nToinen.")[1]]
    after = [chunk.id for chunk in cut("Uusi alku.\n\n## A\n\nSama.\n\n## C\n\nToinen.")[1]]
    assert before[0] == after[1]
    assert before[1] != after[2]


# Sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["Käytä esim. Copilotia.", "Se on hyväksytty."],
        ["Kokous on 29.4.2025.", "Seuraava on syksyllä."],
        ["Toimikausi on 31.1.2020 – 31.12.2022.", "Se päättyi."],
        ["Ohjelma päättyi vuonna 2022.", "Uusi alkoi 2023."],
        ["Kirjoittaja on J. Virtanen.", "Hän on tri."],
        ["Asia koskee mm. Helsinkiä ja Espoota ym. Kuntia ei mainita."],
        ["Saako näin tehdä?", "Ei saa!", "”Miksi?”", "Siksi."],
        ["Använd t.ex. Copilot.", "Det är godkänt."],
        ["Det gäller bl.a. Helsingfors och Esbo.", "Andra orter nämns inte."],
        ["Mötet är kl. 9 i Åbo.", "Östra Finland deltar."],
        ["Dr. Smith wrote it.", "He is no lawyer."],
        ["See e.g. Section 4 of the Act, i.e. Annex 2.", "It is in force."],
        ["Osuus oli 87,5 %.", "Vastaajia oli 3 600."],
        ["Versio 2.0 julkaistiin.", "1. tavoite täyttyi."],
        ["ei isoa alkukirjainta. eikä siis rajaa."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [span.of(text) for span in split_sentences(text)] == sentences


def test_sentences_keep_their_place() -> None:
    text = "Alku. Loppu."
    assert [(span.start, span.end) for span in split_sentences(text, 100)] == [(100, 105), (106, 112)]
    assert split_sentences("") == split_sentences("  ") == []


# The project's own sources


@pytest.mark.parametrize("document", OWN, ids=lambda document: document.id)
def test_the_projects_sources_are_cut_into_passages_that_the_model_reads_whole(
    document: Document, embedder: Embedder
) -> None:
    assert OWN_FAILURES == []
    chunks = chunk_document(document, embedder.count_tokens)
    for chunk in chunks:
        assert embedder.count_tokens(chunk.span.of(document.text)) <= MAX_TOKENS or len(chunk.units) == 1
        with_context = embedder.count_tokens(f"passage: {chunk.context}\n{chunk.span.of(document.text)}")
        assert with_context + len(("<s>", "</s>")) <= embedder.max_tokens
    assert any(chunk.kind == "gap" for chunk in chunks) == (document.id == "genai-survey-2025")


@pytest.mark.parametrize("document", OWN, ids=lambda document: document.id)
def test_every_block_of_the_projects_sources_is_in_the_units_of_one_passage(
    document: Document, embedder: Embedder
) -> None:
    chunks = chunk_document(document, embedder.count_tokens)
    for block in document.blocks:
        holders = {c.id for c in chunks for u in c.units if u.start < block.span.end and block.span.start < u.end}
        if block.kind in ("paragraph", "item"):
            assert len(holders) == 1, block.span.of(document.text)
        elif block.kind == "row":
            assert len(holders) == (not block.header)


@pytest.mark.parametrize("document", OWN, ids=lambda document: document.id)
def test_the_passages_of_the_projects_sources_are_sound(document: Document, embedder: Embedder) -> None:
    assert_sound(document, chunk_document(document, embedder.count_tokens))
