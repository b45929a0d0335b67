"""Which list an item belongs to, and what it goes on from: its list's lead-in, and the items that it stands below."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answering.statements import quote
from rag.answering.unit_verdicts import decided_in, unit_says
from rag.sources.canonical import Canonical
from rag.sources.readers import read_document
from rag.types import Chunk, Document
from tests.support.evidence import evidence
from tests.support.growth import busy_s
from tests.support.versions import chunks_of, document_of

NESTED = """# Syöttäminen

Tekoälypalveluun saa syöttää:

- julkisia asiakirjoja
- sisäisiä asiakirjoja, mutta ei
  - henkilötietoja
  - salassa pidettäviä tietoja
- esitteitä
"""
SENTENCE = """# Pihalla

Autoa ei saa pestä pihalla.

- Polkupyörän saa pestä.
- Veneen saa pestä.
"""
GOES_ON = """# Asukas

Asukas:

1. lajittelee jätteet
2. vie roskat

Tupakointi parvekkeella ei ole sallittua.

3. pitää lemmikin kytkettynä
4. saa pysäköidä pihalle
"""
TWO_MARKS = """# Kielto

Kielto koskee:

1. puhelimia
2. kelloja

* Kuulokkeet
* Näppäimistöt
"""
TWO_LISTS = """<main><h1>Kellari</h1><p>Seuraavia ei saa säilyttää kellarissa:</p>
<ul><li>bensiiniä</li></ul><ul><li>polkupyörät</li><li>sukset</li></ul></main>"""
PARENT_FORBIDS = """# Vastuut

Käyttäjä vastaa siitä, että

- tiedot tarkistetaan
- esihenkilö ei saa
  - velvoittaa käyttämään tekoälyä
"""
COUNTED_ON = """# Syöttäminen

Tekoälyyn saa syöttää:

1. julkisia tietoja
2. esitteitä

Tekoälyyn ei saa syöttää:

3. henkilötietoja
4. salasanoja
"""
RELATIVE = """# Syöttäminen

Tekoälyyn ei saa syöttää:

- asiakirjoja, jotka asiakas saa nähdä:
  - sopimuksia
"""
COUNTED_IN_ANOTHER = """<main><h1>Ei</h1><p>Ei saa syöttää:</p>
<ol><li>nimiä</li></ol><ol start="2"><li>osoitteita</li></ol></main>"""


def read(folder: Path, text: str) -> tuple[Document, list[Chunk]]:
    file = folder / ("ohje.html" if text.startswith("<") else "ohje.md")
    file.write_text(text, encoding="utf-8")
    document = read_document(file, folder, lambda _: "fi")
    return document, chunks_of(document)


def found(document: Document, chunks: list[Chunk], words: str) -> tuple[Chunk, int]:
    return next(
        (chunk, number)
        for chunk in chunks
        for number, unit in enumerate(chunk.units)
        if words in unit.of(document.text)
    )


@pytest.mark.parametrize(
    ("text", "item", "lines", "verdict"),
    [
        (NESTED, "esitteitä", ["Tekoälypalveluun saa syöttää:"], "allowed"),
        (NESTED, "henkilötietoja", ["Tekoälypalveluun saa syöttää:", "sisäisiä asiakirjoja, mutta ei"], None),
        (SENTENCE, "Polkupyörän", [], "allowed"),
        (GOES_ON, "vie roskat", ["Asukas:"], None),
        (GOES_ON, "kytkettynä", ["Asukas:"], None),
        (GOES_ON, "pysäköidä", ["Asukas:"], "allowed"),
        (TWO_MARKS, "kelloja", ["Kielto koskee:"], "not_allowed"),
        (TWO_MARKS, "Kuulokkeet", [], None),
        (TWO_LISTS, "bensiiniä", ["Seuraavia ei saa säilyttää kellarissa:"], "not_allowed"),
        (TWO_LISTS, "sukset", [], None),
        (COUNTED_ON, "esitteitä", ["Tekoälyyn saa syöttää:"], "allowed"),
        (COUNTED_ON, "salasanoja", ["Tekoälyyn ei saa syöttää:"], "not_allowed"),
        (RELATIVE, "sopimuksia", ["Tekoälyyn ei saa syöttää:", "asiakirjoja, jotka asiakas saa nähdä:"], "not_allowed"),
        (COUNTED_IN_ANOTHER, "osoitteita", ["Ei saa syöttää:"], "not_allowed"),
        (PARENT_FORBIDS, "velvoittaa", ["Käyttäjä vastaa siitä, että", "esihenkilö ei saa"], "not_allowed"),
    ],
)
def test_an_item_goes_on_from_its_own_list_and_the_items_above_it(
    tmp_path: Path, text: str, item: str, lines: list[str], verdict: str | None
) -> None:
    document, chunks = read(tmp_path, text)
    chunk, number = found(document, chunks, item)
    assert [line.of(document.text) for line in chunk.above_unit(number)] == lines
    says = unit_says(chunk, number, document)
    assert (says.verdict if says else None) == verdict


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("Poissaolosta ilmoitetaan:\n\n- Soita esihenkilölle.\n", True),
        ("Seuraavat ovat kiellettyjä.\n\n- Avotulen teko.\n", True),
        ("Muistiossa ei saa olla.\n\n- henkilötunnuksia\n", True),  # no sentence by itself
        ("Mitä saa tuoda?\n\n- Omat eväät.\n", True),
        ("Tekoälyä ei saa käyttää näihin tarkoituksiin.\n\n- Henkilöarviointi hakijoista ja muista.\n", True),
        ("Do not enter this into AI.\n\n- Personal data.\n", True),
        ("Avotuli on kielletty.\n\n- Grillin saa tuoda pihalle.\n", False),
        ("Tekoälyn käyttö on kielletty alla 18-vuotiailta.\n\n- Copilotia käytetään vain toimistossa.\n", False),
    ],
)
def test_a_sentence_before_sentences_leads_in_nothing_but_what_it_announces(
    tmp_path: Path, text: str, leads: bool
) -> None:
    _, chunks = read(tmp_path, f"# Otsikko\n\n{text}")
    assert any(chunk.lead_in for chunk in chunks) is leads


def test_what_is_quoted_stands_below_all_that_it_goes_on_from(tmp_path: Path) -> None:
    document, chunks = read(tmp_path, NESTED)
    chunk, number = found(document, chunks, "salassa")
    draft = quote(evidence(chunk, number), "fi", document)
    assert draft.text == "Tekoälypalveluun saa syöttää:\nsisäisiä asiakirjoja, mutta ei\n… salassa pidettäviä tietoja"
    assert [place.span.of(document.text) for place in draft.places] == [
        "Tekoälypalveluun saa syöttää:", "sisäisiä asiakirjoja, mutta ei", "salassa pidettäviä tietoja",
    ]  # fmt: skip


def test_a_long_list_takes_no_longer_for_each_of_its_items() -> None:
    def seconds(items: int) -> float:
        page = Canonical()
        page.paragraph("Palveluun ei saa syöttää:")
        for number in range(items):
            page.item(f"asia {number}", 1 + number % 3)
        document = document_of(page)
        return busy_s(lambda: decided_in(document, chunks_of(document)))

    assert seconds(8000) < 8 * seconds(2000)  # four times as many
