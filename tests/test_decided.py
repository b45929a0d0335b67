"""What a whole document decides, as an editor sees it before publishing."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answering.unit_verdicts import Decided, decided_in, unit_says, units_say
from rag.sources.chunking import chunk_document
from rag.sources.legend import legend_of
from rag.sources.readers import read_document
from rag.types import Document, Language
from tests.support.growth import busy_s

TEXT = """---
title: Tekoälyohje
publisher: Kunta
language: fi
---

# Tekoälyohje

Ohje koskee koko henkilöstöä. Julkisia tiedotteita saa kääntää kielimallilla. Suljetun kokouksen saa litteroida vain
puheenjohtajan luvalla.

Palveluun ei saa syöttää:

- asiakkaan nimeä
- sopimusluonnoksia.

| Palvelu | Julkinen aineisto | Asiakastiedot |
|---|---|---|
| Valo | Sallittu | Tietosuojavastaavan luvalla |
| Muut palvelut | Sallittu, jos palvelussa on kirjauduttu virkatunnuksella | Ei |
"""


def test_each_sentence_item_and_cell_says_what_it_decides(tmp_path: Path) -> None:
    (tmp_path / "ohje.md").write_text(TEXT, encoding="utf-8")
    document = read_document(tmp_path / "ohje.md", tmp_path, lambda _: "fi")
    found = decided_in(document, chunk_document(document, lambda text: len(text.split()), frozenset()))
    assert [(each.quote, each.of, each.verdict) for each in found] == [
        ("Julkisia tiedotteita saa kääntää kielimallilla.", "", "allowed"),
        ("Suljetun kokouksen saa litteroida vain puheenjohtajan luvalla.", "", "only_if_approved"),
        ("asiakkaan nimeä", "Palveluun ei saa syöttää:", "not_allowed"),
        ("sopimusluonnoksia.", "Palveluun ei saa syöttää:", "not_allowed"),
        ("Sallittu", "Valo › Julkinen aineisto", "allowed"),
        ("Tietosuojavastaavan luvalla", "Valo › Asiakastiedot", "only_if_approved"),
        (
            "Sallittu, jos palvelussa on kirjauduttu virkatunnuksella",
            "Muut palvelut › Julkinen aineisto",
            "allowed",
        ),
        ("Ei", "Muut palvelut › Asiakastiedot", "not_allowed"),
    ]
    assert [each.conditions for each in found if each.conditions] == [
        ("vain puheenjohtajan luvalla",),
        ("Tietosuojavastaavan luvalla",),
        ("jos palvelussa on kirjauduttu virkatunnuksella",),
    ]


def read(folder: Path, text: str, language: Language = "fi") -> Document:
    (folder / "ohje.md").write_text(f"---\ntitle: Ohje\nlanguage: {language}\n---\n\n{text}", encoding="utf-8")
    return read_document(folder / "ohje.md", folder, lambda _: language)


def decided(document: Document) -> list[Decided]:
    return decided_in(document, chunk_document(document, lambda text: len(text.split()), frozenset()))


TABLE = """
| Käyttö | Opettaja | Oppilas |
|---|---|---|
| Kielentarkistus | V | V (1) |
| Arviointi | L | – |
"""
MARKS = ("Merkinnät: V = vapaasti käytettävissä, L = vain rehtorin luvalla, – = ei saa käyttää.", "fi", TABLE)


@pytest.mark.parametrize(
    ("legend", "language", "table"),
    [
        MARKS,
        ("- **V** – käyttö on sallittu\n- **L** – edellyttää rehtorin lupaa\n- **–** = kielletty\n", "fi", TABLE),
        ("Merkki V tarkoittaa, että käyttö on sallittu. ”L” tarkoittaa, että rehtori on antanut luvan käyttöön.\n\n"
         "Viivalla merkitty: – = kielletty", "fi", TABLE),
        ("| Merkki | Merkitys |\n|---|---|\n| V | Vapaa. Lupaa ei tarvita. |\n| L | Rehtorin luvalla. |\n| – | Ei |\n",
         "fi", TABLE),
        ("V = får användas fritt; L = kräver rektors tillstånd; – = förbjudet", "sv", TABLE),
        ("Level V: use is allowed.\n\nLevel L: only by permission of the head.\n\n– = not allowed", "en", TABLE),
    ],
)  # fmt: skip
def test_a_mark_decides_what_the_document_says_that_it_means(
    tmp_path: Path, legend: str, language: Language, table: str
) -> None:
    """Marks with a note behind them, in whatever way they are explained, before the table or after it."""
    wanted = [("V", "allowed"), ("V (1)", "allowed"), ("L", "only_if_approved"), ("–", "not_allowed")]
    for text in (f"{legend}\n\n{table}", f"{table}\n\n{legend}"):
        found = [each for each in decided(read(tmp_path, text, language)) if each.quote in dict(wanted)]
        assert [(each.quote, each.verdict) for each in found] == wanted


def test_a_word_that_is_only_used_is_no_mark(tmp_path: Path) -> None:
    text = (
        "Sammio on avustaja. Sammio: tilaa se tietohallinnosta.\n\n| Palvelu | Julkinen |\n|---|---|\n| Sammio | Ei |\n"
    )
    document = read(tmp_path, text)
    assert legend_of(document) == {}
    assert [(each.quote, each.of) for each in decided(document)] == [("Ei", "Sammio › Julkinen")]


def test_what_a_column_or_a_row_stands_for_decides_what_its_cells_list(tmp_path: Path) -> None:
    columns = "| Vaihe | Vapaasti | Ohjaajan luvalla |\n|---|---|---|\n| Aineisto | kielen tarkistus | haastattelut |\n"
    rows = "| Luokka | Esimerkkejä |\n|---|---|\n| Sallittu | tiedotteet |\n| Kielletty | potilastiedot |\n"
    assert [(each.quote, each.verdict) for each in decided(read(tmp_path, columns))] == [
        ("kielen tarkistus", "allowed"),
        ("haastattelut", "only_if_approved"),
    ]
    assert [(each.quote, each.verdict) for each in decided(read(tmp_path, rows))] == [
        ("tiedotteet", "allowed"),
        ("potilastiedot", "not_allowed"),
    ]


def test_of_two_clauses_the_question_chooses(tmp_path: Path) -> None:
    document = read(tmp_path, "Läksyissä saa käyttää sanakirjaa, mutta kielimallia ei saa käyttää.\n")
    (chunk,) = chunk_document(document, lambda text: len(text.split()), frozenset())

    def says(question: str) -> str | None:
        words = question.split()
        found = units_say(chunk, [0], document, lambda text: sum(word in text for word in words) / len(words))
        return found.verdict if found else None

    assert says("sanakirjaa läksyissä") == "allowed"
    assert says("kielimallia läksyissä") in ("not_allowed", None)
    assert says("kielimallia") == "not_allowed"
    assert says("lähteitä") is None
    assert unit_says(chunk, 0, document) is None  # without a question nobody knows


def test_a_hostile_legend_takes_no_time(tmp_path: Path) -> None:
    marks = "".join(f"| x | {'=' * number} a{number} |\n" for number in range(50))
    text = "| A | B |\n|---|---|\n" + marks + "\n" + "a1 " * 30_000 + "\n\n" + '"' * 30_000 + "a1 = " * 20_000
    document = read(tmp_path, text)
    assert busy_s(lambda: legend_of(document)) < 5
