"""What a reader sees of a source: whole sentences, items with their lead-in, rows with their heads, never too much."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.deciding import Decides
from rag.answering.statements import CUT, LEAST_QUOTE, MAX_ANSWER, quote, quotes
from rag.answering.unit_verdicts import Says
from rag.sources.canonical import Canonical
from rag.sources.chunking import chunk_document
from rag.sources.readers import read_document
from rag.types import Chunk, Document, Variant
from tests.support.evidence import evidence
from tests.support.versions import chunks_of, document_of

TEXT = f"""---
id: ohje
title: Ohje
language: fi
---

# Palvelut

| Palvelu | Julkinen tieto | Henkilötiedot |
|---|---|---|
| DeepL Pro | Sallittu | Kielletty |
| Muut | | Kielletty |

# Kiellot

Tekoälyä ei saa käyttää seuraaviin:

- työnhakijoiden karsimiseen
- hallintopäätöksen tekemiseen.

# Asiat

Ohjeessa korostetaan näitä:

- Tekoäly on työkalu.
- Tulos tarkistetaan aina.

# Pitkä

{"Tämä on pitkä lause, joka jatkuu, " * 60}loppuu.
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("quotes") / "ohje.md"
    path.write_text(TEXT, encoding="utf-8")
    return read_document(path, path.parent, lambda _: "fi")


@pytest.fixture(scope="module")
def chunks(document: Document) -> list[Chunk]:
    return chunk_document(document, lambda text: len(text.split()))


def the(chunks: list[Chunk], document: Document, words: str) -> tuple[Chunk, int]:
    """The passage with these words, and the number of the unit that has them."""
    return next(
        (chunk, number)
        for chunk in chunks
        for number, unit in enumerate(chunk.units)
        if words in unit.of(document.text)
    )


def test_a_row_is_told_with_its_column_heads(document: Document, chunks: list[Chunk]) -> None:
    chunk, _ = the(chunks, document, "DeepL Pro")
    draft = quote(evidence(chunk), "fi", document)
    assert draft.text == "Palvelu: DeepL Pro · Julkinen tieto: Sallittu · Henkilötiedot: Kielletty"
    (place,) = draft.places
    assert place.context == draft.text
    assert "DeepL Pro" in place.span.of(document.text)


def test_an_empty_cell_is_left_out(document: Document, chunks: list[Chunk]) -> None:
    chunk, _ = the(chunks, document, "Muut")
    assert quote(evidence(chunk), "fi", document).text == "Palvelu: Muut · Henkilötiedot: Kielletty"


def test_a_translated_row_has_translated_heads(document: Document, chunks: list[Chunk]) -> None:
    chunk, _ = the(chunks, document, "DeepL Pro")
    variant = Variant("en", "Service | Public | Personal data", "DeepL Pro | Allowed | Forbidden", ("DeepL Pro",))
    draft = quote(evidence(replace(chunk, variants=(variant,))), "en", document)
    assert (draft.kind, draft.text) == (
        "translation",
        "Service: DeepL Pro · Public: Allowed · Personal data: Forbidden",
    )


def test_an_item_that_its_lead_in_forbids_is_never_told_without_it(document: Document, chunks: list[Chunk]) -> None:
    chunk, number = the(chunks, document, "hallintopäätöksen tekemiseen")
    draft = quote(evidence(chunk, number), "fi", document)
    assert draft.text == "Tekoälyä ei saa käyttää seuraaviin:\n… hallintopäätöksen tekemiseen."
    assert [place.span.of(document.text) for place in draft.places] == draft.text.replace("… ", "").split("\n")


def test_nothing_is_skipped_before_the_first_item(document: Document, chunks: list[Chunk]) -> None:
    chunk, number = the(chunks, document, "työnhakijoiden karsimiseen")
    draft = quote(evidence(chunk, number), "fi", document)
    assert draft.text == "Tekoälyä ei saa käyttää seuraaviin:\ntyönhakijoiden karsimiseen"


def test_an_item_that_is_a_sentence_of_its_own_stands_alone(document: Document, chunks: list[Chunk]) -> None:
    chunk, number = the(chunks, document, "Tulos tarkistetaan")
    assert quote(evidence(chunk, number), "fi", document).text == "Tulos tarkistetaan aina."


def test_what_is_too_long_is_cut_at_a_clause(document: Document, chunks: list[Chunk]) -> None:
    chunk, _ = the(chunks, document, "pitkä lause")
    draft = quote(evidence(chunk), "fi", document)
    assert len(draft.text) <= MAX_ANSWER + len(CUT)
    assert draft.text.endswith(f"jatkuu,{CUT}")
    (place,) = draft.places
    assert place.span.of(document.text) == draft.text.removesuffix(CUT)


def test_further_quotes_have_the_room_that_is_left(document: Document, chunks: list[Chunk]) -> None:
    chunk, number = the(chunks, document, "Tulos tarkistetaan")
    long, _ = the(chunks, document, "pitkä lause")
    drafts = quotes([evidence(long), evidence(chunk, number)], "fi", {"ohje": document})
    assert len(drafts) == 1
    drafts = quotes([evidence(chunk, number), evidence(long)], "fi", {"ohje": document})
    assert len(drafts) == 2
    assert sum(len(each.text) for each in drafts) <= MAX_ANSWER + len(CUT)


def test_a_long_lead_in_leaves_its_item_whole_or_out(document: Document, chunks: list[Chunk]) -> None:
    chunk, number = the(chunks, document, "hallintopäätöksen tekemiseen")
    long, _ = the(chunks, document, "pitkä lause")
    for room in (10, 40, 60, 120):
        (_, place) = quote(evidence(chunk, number), "fi", document, room).places
        assert place.span.of(document.text) == "hallintopäätöksen tekemiseen."
    # After a quote that leaves room for the item alone, the next is left out.
    drafts = quotes([evidence(long), evidence(chunk, number)], "fi", {"ohje": document})
    assert len(drafts) == 1


@pytest.mark.parametrize("deciding", [0, 1, 2])
def test_where_not_all_has_room_what_decides_is_told(deciding: int) -> None:
    sentences = [
        f"{name}sta sovitaan aina erikseen oman esihenkilön kanssa." for name in ("Lomasta", "Matkasta", "Työstä")
    ]
    page = Canonical()
    page.paragraph(" ".join(sentences))
    document = document_of(page)
    (chunk,) = chunks_of(document)
    found = replace(evidence(chunk), decides=Decides(Says("allowed", (), unit=deciding)))
    cut = CUT if deciding < 2 else ""
    assert quote(found, "fi", document, room=LEAST_QUOTE).text == sentences[deciding] + cut
    assert quote(found, "fi", document).text == " ".join(sentences)
