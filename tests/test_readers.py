"""Files are written to tmp_path and read through the public door; every document read is checked for its invariants."""

from __future__ import annotations

import io
import os
import unicodedata
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from PIL import Image

from rag.errors import OhjenuoraError, UnreadableSource
from rag.publishing.quality import check_corpus
from rag.sources import front_matter
from rag.sources.readers import read_corpus, read_document
from rag.types import Document, Language


def prose(sentences: int) -> str:
    """Sentences that all differ, and of which none looks like a heading."""
    return " ".join(
        f"Tekoälyä hyödynnetään {'hyvin ' * (n % 7)}vastuullisesti tapauksessa {n}." for n in range(sentences)
    )


def finnish(_text: str) -> Language:
    return "fi"


def read(folder: Path, name: str, content: str | bytes, sidecar: str | None = None) -> Document:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    if sidecar is not None:
        path.with_name(path.name + ".yaml").write_text(sidecar, encoding="utf-8")
    document = read_document(path, folder, finnish)
    check_invariants(document)
    return document


def refused(folder: Path, name: str, content: str | bytes, sidecar: str | None = None) -> UnreadableSource:
    with pytest.raises(UnreadableSource) as caught:
        read(folder, name, content, sidecar)
    assert "\n" not in str(caught.value)
    assert "; " in caught.value.detail  # what is wrong; what mends it
    return caught.value


def check_invariants(document: Document) -> None:
    text, end = document.text, 0
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in text.replace("\n", ""))
    assert text == text.strip()
    for block in document.blocks:
        words = block.span.of(text)
        assert end <= block.span.start <= block.span.end
        assert words == words.strip()
        assert "\n" not in words
        assert bool(words) == (block.kind != "break")
        end, cell_end = block.span.end, block.span.start
        for cell in block.cells:
            assert cell_end <= cell.start <= cell.end <= block.span.end
            assert cell.of(text) == cell.of(text).strip()
            cell_end = cell.end


def outline(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, block.span.of(document.text)) for block in document.blocks]


def cells(document: Document) -> list[list[str]]:
    return [[cell.of(document.text) for cell in block.cells] for block in document.blocks if block.kind == "row"]


# --- Markdown ---------------------------------------------------------------------------------------------------------

MARKDOWN = """\
---
id: ohje-2025
title: "Ohje: tekoälystä"
publisher: Valtiovarainministeriö
published: 2025-04-29
language: fi
kind: guidance
url: https://vm.fi/ohje
---
# Ohjeen *keskeiset* kohdat

Katso [ohje](https://vm.fi) ja `koodi`&nbsp;& <b>lihava</b><!-- ei näy -->. Ra\u00adjaus\u200b on
**kahdella** rivillä.

- Ensimmäinen

  ja sen toinen kappale
  - Sisempi
    1. Sisin
- Toinen

Taulukko 1

| Käyttö | Hyöty |
|---|---|
| Käännös | |
| | Nopeus |

---

> Lainattu ~~poistettu~~ teksti

```
koodi
  lohko
```

<script>
alert(1)

alert(2)
</script>

3. Kolmas
4. Neljäs
"""

MARKDOWN_TEXT = """\
Ohjeen keskeiset kohdat

Katso ohje ja koodi & lihava. Rajaus on kahdella rivillä.

• Ensimmäinen ja sen toinen kappale
  • Sisempi
    1. Sisin
• Toinen

Taulukko 1
Käyttö | Hyöty
Käännös
| Nopeus

Lainattu teksti

koodi lohko

3. Kolmas
4. Neljäs"""


def test_markdown(tmp_path: Path) -> None:
    document = read(tmp_path, "ohje-2025.md", MARKDOWN)
    assert document.text == MARKDOWN_TEXT
    assert outline(document) == [
        ("heading", 1, "Ohjeen keskeiset kohdat"),
        ("paragraph", 0, "Katso ohje ja koodi & lihava. Rajaus on kahdella rivillä."),
        ("item", 1, "Ensimmäinen ja sen toinen kappale"),
        ("item", 2, "Sisempi"),
        ("item", 3, "Sisin"),
        ("item", 1, "Toinen"),
        ("caption", 0, "Taulukko 1"),
        ("row", 0, "Käyttö | Hyöty"),
        ("row", 0, "Käännös"),
        ("row", 0, "| Nopeus"),
        ("break", 0, ""),
        ("paragraph", 0, "Lainattu teksti"),
        ("paragraph", 0, "koodi lohko"),
        ("item", 1, "Kolmas"),
        ("item", 1, "Neljäs"),
    ]
    assert cells(document) == [["Käyttö", "Hyöty"], ["Käännös", ""], ["", "Nopeus"]]
    assert [block.header for block in document.blocks if block.kind == "row"] == [True, False, False]
    assert [block.ordered for block in document.blocks if block.kind == "item"] == [
        False,
        False,
        True,
        False,
        True,
        True,
    ]
    lines = MARKDOWN.split("\n")
    for block in document.blocks:
        assert block.line is not None
        first_word = block.span.of(document.text).split(" ")[0] if block.kind not in ("row", "break") else ""
        assert first_word in lines[block.line - 1] or lines[block.line - 1] == "```"


def test_front_matter_is_the_metadata(tmp_path: Path) -> None:
    document = read(tmp_path, "toinen-nimi.md", MARKDOWN)
    said = document.metadata
    assert (said.id, said.title, said.publisher) == ("ohje-2025", "Ohje: tekoälystä", "Valtiovarainministeriö")
    assert said.published == "2025-04-29"
    assert (said.url, said.kind, said.language) == ("https://vm.fi/ohje", "guidance", "fi")
    assert document.file == "toinen-nimi.md"
    assert len(document.version) == 16


def test_version_follows_text_and_metadata(tmp_path: Path) -> None:
    first = read(tmp_path, "a.md", "# A\n\nTeksti")
    assert read(tmp_path, "a.md", "# A\n\nTeksti\n\n<!-- huomautus -->\n").version == first.version
    assert read(tmp_path, "a.md", "# A\n\nToinen").version != first.version
    assert read(tmp_path, "a.md", "---\ntitle: B\n---\n# A\n\nTeksti").version != first.version


def test_without_front_matter_name_and_heading_serve(tmp_path: Path) -> None:
    asked: list[str] = []

    def detect(text: str) -> Language:
        asked.append(text)
        return "sv"

    path = tmp_path / "Ohje tekoälystä.md"
    path.write_text("## Johdanto\n\n# Otsikko\n\nTeksti", encoding="utf-8")
    said = read_document(path, tmp_path, detect).metadata
    assert (said.id, said.title, said.language) == ("Ohje tekoälystä", "Otsikko", "sv")
    assert asked == ["Johdanto\n\nOtsikko\n\nTeksti"]
    assert read(tmp_path, "muistio.md", "Vain tekstiä").metadata.title == "muistio"


WRONG = [
    ("title: A\nkind: guide", 2, "key 'kind' has value 'guide'"),
    ("language: de", 1, "key 'language' has value 'de'"),
    ("published: 29.4.2025", 1, "key 'published' has value '29.4.2025'"),
    ("published: 2025-02-30", 1, "key 'published' has value '2025-02-30'"),
    ("id: ohje 2025", 1, "key 'id' has value 'ohje 2025'"),
    ("title: [A, B]", 1, "key 'title' has a list"),
    ("title:", 1, "key 'title' has no value"),
    ("url: javascript:alert(1)", 1, "key 'url' has value 'javascript:alert(1)'"),
]


@pytest.mark.parametrize(
    ("head", "line", "told"),
    [
        ("valid_untill: 2026-12-31", 2, "unknown key 'valid_untill'; use valid_until"),
        ("group: hr", 2, "unknown key 'group'; use groups"),
        ("groups:", 2, "key 'groups' has no value"),
        ("groups: {a: b}", 2, "key 'groups' has a list or a mapping"),
        ("tags: a\nvalid_until: 31.12.2026", 3, "key 'valid_until' has value '31.12.2026'"),
        ("valid_from: true", 2, "key 'valid_from' has value 'true'"),
        ("\ntags: a\nvalid_from: huomenna", 4, "key 'valid_from' has value 'huomenna'"),
        ("vain sanoja\ngroups: [hr]", 3, "not YAML"),
        ("title: A\n[a]: b", 3, "a key is a list"),
        ("language: sv\ntranslation_of: ohje", 3, "it is a translation of 'ohje'; call it ohje.sv.md"),
        ("id: a\nid: b", 3, "key 'id' stands twice"),
        ("valid_from: 2025-01-01\nvalid_until: 2024-01-01", 2, "key 'valid_until' has value '2024-01-01'"),
        ("title: 'A", 3, "not YAML"),
    ],
)
def test_wrong_front_matter_names_line_key_and_value(tmp_path: Path, head: str, line: int, told: str) -> None:
    failure = refused(tmp_path, "a.md", f"---\n{head}\n---\nTeksti")
    assert failure.reason == "bad_metadata"
    assert str(failure).startswith(f"a.md: line {line}: {told}")


@pytest.mark.parametrize(("said", "line", "told"), WRONG)
def test_a_value_that_means_nothing_here_is_refused_in_a_sidecar_and_told_in_a_markdown_file(
    tmp_path: Path, said: str, line: int, told: str
) -> None:
    failure = refused(tmp_path, "a.txt", "Teksti", sidecar=said)
    assert str(failure).startswith(f"a.txt.yaml: line {line}: {told}")
    document = read(tmp_path, "b.md", f"---\n{said}\n---\nTeksti")
    key = said.split("\n")[-1].split(":")[0]
    assert (document.unused_keys, document.text) == ((key,), "Teksti")
    assert (document.metadata.id, document.metadata.language, document.metadata.url) == ("b", "fi", None)


def test_keys_of_other_programs_are_told_and_change_nothing(tmp_path: Path) -> None:
    head = "title: Ohje\nauthor: Maija\ntags: [a, b]\ndate: 2025-13-45\ndraft: !yes false\ntitel: A"
    document = read(tmp_path, "a.md", f"---\n{head}\n---\nTeksti")
    assert (document.metadata.title, document.text) == ("Ohje", "Teksti")
    assert document.unused_keys == ("author", "tags", "date", "draft", "titel")
    (finding,) = [each for each in check_corpus([document], [], date(2026, 1, 1)) if each.code == "unused keys"]
    assert (finding.place, finding.quotes) == ("a.md", document.unused_keys)
    head = "aliases: [a]\npublish: true\npublished: 2026-03-01T10:00:00Z\ntitle:\nkind: article\nurl: /ohje/"
    document = read(tmp_path, "c.md", f"---\n{head}\n---\nTeksti")
    assert document.unused_keys == ("aliases", "publish", "published", "title", "kind", "url")
    assert (document.metadata.title, document.metadata.published, document.metadata.kind) == ("c", None, "guidance")
    # As they are kept, they still mean nothing: nothing else of the file may say it a second time.
    kept = "".join(front_matter.read(f"{head}\npublisher: ''\nedition: ~", "d.md").unused.values())
    assert "publish: true\n" in kept  # and no text "true"
    beside = read(tmp_path, "d.md", f"---\n{kept}---\nTeksti", sidecar="title: Toinen\npublisher: Virasto")
    assert (beside.metadata.title, beside.metadata.publisher) == ("Toinen", "Virasto")
    assert set(beside.unused_keys) == {*document.unused_keys, "publisher", "edition"}
    beside = read(tmp_path, "b.md", "---\ntags: [a]\n---\nTeksti", sidecar="title: Toinen")
    assert (beside.metadata.title, beside.unused_keys) == ("Toinen", ("tags",))


@pytest.mark.parametrize("head", ["tags: {? [a] : 1}", "tags: &a [*a]", "tags: [&b [x], *b, *b]"])
def test_keys_of_other_programs_may_hold_anything(tmp_path: Path, head: str) -> None:
    document = read(tmp_path, "a.md", f"---\ntitle: A\n{head}\n---\nTeksti")
    assert (document.metadata.title, document.unused_keys) == ("A", ("tags",))


def test_a_note_between_two_rules_is_text(tmp_path: Path) -> None:
    assert "Huom: tärkeä asia." in read(tmp_path, "a.md", "---\nHuom: tärkeä asia.\n---\n\nTeksti").text


def test_front_matter_in_toml(tmp_path: Path) -> None:
    head = (
        'title = "Ohje"\ngroups = ["hr"]\nvalid_from = 2026-03-01\ndate = 2026-03-01T10:00:00Z\n[menu]\nat = 07:00:00'
    )
    document = read(tmp_path, "a.md", f"+++\n{head}\n+++\n# A\n\nTeksti")
    said = document.metadata
    assert (said.title, said.groups, said.valid_from) == ("Ohje", ("hr",), date(2026, 3, 1))
    assert document.unused_keys == ("date", "menu")
    assert [block.line for block in document.blocks] == [9, 11]
    failure = refused(tmp_path, "b.md", "+++\ngroup = 'hr'\n+++\nTeksti")
    assert "unknown key 'group'; use groups" in str(failure)
    assert read(tmp_path, "c.md", "+++\nlisää\n+++\nTeksti").text == "+++ lisää +++ Teksti"  # no TOML


def test_a_text_may_begin_with_a_rule(tmp_path: Path) -> None:
    text = "---\n\nTämä alkaa viivalla.\n\nOhje: älä juokse.\n\n---\n\nToinen osa.\n"
    document = read(tmp_path, "a.md", text)
    assert document.text == "Tämä alkaa viivalla.\n\nOhje: älä juokse.\n\nToinen osa."
    assert document.unused_keys == ()
    assert read(tmp_path, "b.md", "---\nvain sanoja\n\n---\nTeksti").text == "vain sanoja\n\nTeksti"
    closed = read(tmp_path, "c.md", "---\n\ngroups: [hr]\n---\nTeksti")
    assert closed.metadata.groups == ("hr",)


def test_sidecar(tmp_path: Path) -> None:
    said = read(tmp_path, "muistio.txt", "Teksti", sidecar="id: m-1\ntitle: Muistio\nlanguage: sv\n").metadata
    assert (said.id, said.title, said.language) == ("m-1", "Muistio", "sv")
    failure = refused(tmp_path, "toinen.txt", "Teksti", sidecar="title: A\nvuosi: 2025")
    assert str(failure).startswith("toinen.txt.yaml: line 2: unknown key 'vuosi'")
    assert "keep one of them" in str(refused(tmp_path, "a.md", "---\nid: a\n---\nTeksti", sidecar="id: b"))


# --- Plain text -------------------------------------------------------------------------------------------------------

PLAIN = """\
OHJE TEKOÄLYN KÄYTÖSTÄ

Johdanto

Valtiovarainministeriö asettaa ohjelmalle johtoryhmän erillisillä asettamis-
päätöksillä, ja se koskee hallinto-
ja toimialarajoja vuosina 2020-
2022. Käytössä on GPT-

4o ja AuroraAI-
verkko sekä linja-
auto.
Uusi kappale alkaa tästä.

Tehtävät
- koordinoi ja yhteensovittaa ohjelmaa suhteessa
  muihin hankkeisiin
  - alakohta
•Tietoturva on huomioitava

jokaisessa vaiheessa.

1) Kehitetään toimintamalli.
2) Rakennetaan verkko.

1.2 Kustannukset
Kustannukset maksetaan momentilta. Tuki päättyi
31. joulukuuta 2022.

Taulukko 1. Tuet

| Vuosi | Tuki |
|---|---|
| 2020 | a \\| b |

Kiitos
"""


def test_plain_text(tmp_path: Path) -> None:
    document = read(tmp_path, "ohje.txt", PLAIN)
    assert outline(document) == [
        ("heading", 1, "OHJE TEKOÄLYN KÄYTÖSTÄ"),
        ("heading", 2, "Johdanto"),
        (
            "paragraph",
            0,
            "Valtiovarainministeriö asettaa ohjelmalle johtoryhmän erillisillä asettamispäätöksillä, ja se koskee "
            "hallinto- ja toimialarajoja vuosina 2020-2022. Käytössä on GPT-4o ja AuroraAI-verkko sekä linja-auto.",
        ),
        ("paragraph", 0, "Uusi kappale alkaa tästä."),
        ("heading", 2, "Tehtävät"),
        ("item", 1, "koordinoi ja yhteensovittaa ohjelmaa suhteessa muihin hankkeisiin"),
        ("item", 2, "alakohta"),
        ("item", 1, "Tietoturva on huomioitava jokaisessa vaiheessa."),
        ("item", 1, "Kehitetään toimintamalli."),
        ("item", 1, "Rakennetaan verkko."),
        ("heading", 3, "1.2 Kustannukset"),
        ("paragraph", 0, "Kustannukset maksetaan momentilta. Tuki päättyi 31. joulukuuta 2022."),
        ("caption", 0, "Taulukko 1. Tuet"),
        ("row", 0, "Vuosi | Tuki"),
        ("row", 0, "2020 | a | b"),
        ("paragraph", 0, "Kiitos"),
    ]
    assert cells(document) == [["Vuosi", "Tuki"], ["2020", "a | b"]]
    assert "• Tietoturva on huomioitava jokaisessa vaiheessa.\n1. Kehitetään toimintamalli." in document.text
    lines = PLAIN.split("\n")
    assert all(
        block.span.of(document.text).split(" ")[0] in lines[(block.line or 0) - 1]
        for block in document.blocks
        if block.kind != "row"
    )


def test_double_spaced_text_as_slides_give_it(tmp_path: Path) -> None:
    slides = (
        " Vastaajat\n\n• 54 organisaatiota vastasi kyselyyn ja ilmoitti tietoja yhteensä 126 \n\nkehitysprojektista\n\n"
        "• Vastaajina ministeriöitä ja\n\nvirastoja (esim. eduskunta)\n Projektit\n(yhteensä 126 kpl)\n\n"
        "• Työkalujen lähdekoodin luonne (suljettu vs. \n\navoin)\n"
    )
    assert outline(read(tmp_path, "kysely.txt", slides)) == [
        ("heading", 1, "Vastaajat"),
        ("item", 1, "54 organisaatiota vastasi kyselyyn ja ilmoitti tietoja yhteensä 126 kehitysprojektista"),
        ("item", 1, "Vastaajina ministeriöitä ja virastoja (esim. eduskunta)"),
        ("heading", 2, "Projektit (yhteensä 126 kpl)"),
        ("item", 1, "Työkalujen lähdekoodin luonne (suljettu vs. avoin)"),
    ]


def test_labels_in_a_row_are_not_all_headings(tmp_path: Path) -> None:
    text = "Kokeilut\n\nKäännöspalvelut\n\nKuvien analysointi\n\nOhje\n\nOhje on yhteinen.\n"
    assert [kind for kind, _, _ in outline(read(tmp_path, "a.txt", text))] == [
        "heading",
        "paragraph",
        "paragraph",
        "heading",
        "paragraph",
    ]


def test_numbered_line_between_paragraphs_is_a_heading(tmp_path: Path) -> None:
    text = "1. Johdanto\n\nOhje on yhteinen.\n\n2. Soveltaminen\n\nOhjetta sovelletaan.\n\n1. yksi\n2. kaksi\n"
    assert outline(read(tmp_path, "a.txt", text)) == [
        ("heading", 2, "1. Johdanto"),
        ("paragraph", 0, "Ohje on yhteinen."),
        ("heading", 2, "2. Soveltaminen"),
        ("paragraph", 0, "Ohjetta sovelletaan."),
        ("item", 1, "yksi"),
        ("item", 1, "kaksi"),
    ]


# --- HTML -------------------------------------------------------------------------------------------------------------

HTML = """<!DOCTYPE html>
<html><head><title>Sivu</title><style>p {color: red}</style></head>
<body><header>Tunnus</header><nav><ul><li>Valikko</li></ul></nav>
<div><h1>Ohje <em>tekoälystä</em></h1>
Irrallinen<br>teksti<br><br>toinen
<p>CO<sub>2</sub> ja&nbsp;muuta<!-- ei näy --><script>alert(1)</script></p>
<ul><li><p>Eka</p><p>jatkuu</p><ol start="3"><li>Sisempi</li></ol>lopuksi</li><li>Toka</li></ul>
<table><caption>Käyttö</caption>
<thead><tr><th colspan="2">Ala</th><th>Hyöty</th></tr></thead>
<tr><td rowspan="2">A</td><td>1</td><td>2</td></tr>
<tr><td>3</td><td><ul><li>x</li><li>y</li></ul></td></tr></table>
<hr>
<dl><dt>Kehote</dt><dd>Syöte mallille</dd></dl>
<p hidden>Piilo</p><p aria-hidden="true">Piilo</p><p style="color:red; DISPLAY : none">Piilo</p>
<pre>rivi
  toinen</pre><blockquote>Lainaus</blockquote>
<form><p>Lomake</p></form></div><aside>Sivussa</aside><footer>Alatunniste</footer></body></html>
"""


def test_html(tmp_path: Path) -> None:
    document = read(tmp_path, "sivu.html", HTML)
    assert outline(document) == [
        ("heading", 1, "Ohje tekoälystä"),
        ("paragraph", 0, "Irrallinen teksti"),
        ("paragraph", 0, "toinen"),
        ("paragraph", 0, "CO2 ja muuta"),
        ("item", 1, "Eka jatkuu lopuksi"),
        ("item", 2, "Sisempi"),
        ("item", 1, "Toka"),
        ("caption", 0, "Käyttö"),
        ("row", 0, "Ala | Ala | Hyöty"),
        ("row", 0, "A | 1 | 2"),
        ("row", 0, "A | 3 | • x • y"),
        ("break", 0, ""),
        ("paragraph", 0, "Kehote: Syöte mallille"),
        ("paragraph", 0, "rivi toinen"),
        ("paragraph", 0, "Lainaus"),
    ]
    assert cells(document) == [["Ala", "Ala", "Hyöty"], ["A", "1", "2"], ["A", "3", "• x • y"]]
    assert [block.header for block in document.blocks if block.kind == "row"] == [True, False, False]
    assert "  3. Sisempi\n" in document.text
    assert [block.line for block in document.blocks][:3] == [4, 4, 4]
    assert document.metadata.title == "Ohje tekoälystä"


def test_html_main_content_only(tmp_path: Path) -> None:
    page = "<body><p>Muu</p><form><main><article><header><h1>Otsikko</h1></header>Teksti</article></main></form></body>"
    assert outline(read(tmp_path, "a.htm", page)) == [("heading", 1, "Otsikko"), ("paragraph", 0, "Teksti")]


@pytest.mark.parametrize(
    "page",
    [
        '<meta charset="iso-8859-1"><p>Ääkköset – näin</p>'.encode("cp1252"),
        '<?xml version="1.0" encoding="windows-1252"?><html><p>Ääkköset – näin</p></html>'.encode("cp1252"),
        "<p>Ääkköset – näin</p>".encode(),
        b"\xff\xfe" + '<meta charset="utf-8"><p>Ääkköset – näin</p>'.encode("utf-16-le"),
    ],
)
def test_html_encodings(tmp_path: Path, page: bytes) -> None:
    assert read(tmp_path, "a.html", page).text == "Ääkköset – näin"


def test_html_too_deep_is_not_cut_silently(tmp_path: Path) -> None:
    assert refused(tmp_path, "a.html", "<div>" * 300 + "syvällä").reason == "damaged"


def test_html_reads_no_entities_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "salaisuus").write_text("SALAISUUS", encoding="utf-8")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/salaisuus">]><p>Teksti &x;</p>'
    assert "SALAISUUS" not in read(tmp_path, "a.html", page).text


# --- Word -------------------------------------------------------------------------------------------------------------


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def add_xml(document: docx.document.Document, xml: str) -> None:
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1)))


def test_word(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Asettamispäätös", 0)
    localized = word.styles.add_style("Lukuotsikko", 1)
    localized.base_style = word.styles["Heading 2"]
    word.add_paragraph("Tehtävät", style=localized)
    word.add_paragraph("Ryhmän tehtävät ovat:")
    word.add_paragraph("koordinoi", style="List Bullet")
    word.add_paragraph("sovittaa", style="List Bullet 2")
    word.add_paragraph("yksi", style="List Number")
    word.add_paragraph("kaksi", style="List Number")
    runs = word.add_paragraph("Näkyvä ")
    runs.add_run("piilotettu ").font.hidden = True
    runs.add_run("loppu.")
    add_xml(
        word,
        '<w:p><w:r><w:t xml:space="preserve">Teksti </w:t></w:r><w:del w:id="1" w:author="A"><w:r><w:delText>pois'
        '</w:delText></w:r></w:del><w:ins w:id="2" w:author="A"><w:r><w:t>lisätty</w:t></w:r></w:ins>'
        '<w:hyperlink w:anchor="x"><w:r><w:t xml:space="preserve"> linkki</w:t></w:r></w:hyperlink></w:p>',
    )
    add_xml(word, "<w:sdt><w:sdtContent><w:p><w:r><w:t>Ohjausobjektissa</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    add_xml(
        word, '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>Kolmas</w:t><w:tab/><w:t>taso</w:t></w:r></w:p>'
    )
    word.add_paragraph("Taulukko 1")
    table = word.add_table(3, 3)
    for row, words in zip(table.rows, (("A", "B", "C"), ("1", "2", "3"), ("4", "5", "6")), strict=True):
        for cell, content in zip(row.cells, words, strict=True):
            cell.text = content
    table.cell(1, 0).merge(table.cell(2, 0)).text = "yhdistetty"
    table.cell(2, 1).merge(table.cell(2, 2)).text = "leveä"
    word.add_table(1, 1).cell(0, 0).text = "Kehyksessä"

    document = read(tmp_path, "paatos.docx", saved(word))
    assert outline(document) == [
        ("heading", 1, "Asettamispäätös"),
        ("heading", 2, "Tehtävät"),
        ("paragraph", 0, "Ryhmän tehtävät ovat:"),
        ("item", 1, "koordinoi"),
        ("item", 2, "sovittaa"),
        ("item", 1, "yksi"),
        ("item", 1, "kaksi"),
        ("paragraph", 0, "Näkyvä loppu."),
        ("paragraph", 0, "Teksti lisätty linkki"),
        ("paragraph", 0, "Ohjausobjektissa"),
        ("heading", 3, "Kolmas taso"),
        ("caption", 0, "Taulukko 1"),
        ("row", 0, "A | B | C"),
        ("row", 0, "yhdistetty | 2 | 3"),
        ("row", 0, "yhdistetty | leveä | leveä"),
        ("paragraph", 0, "Kehyksessä"),
    ]
    assert cells(document) == [["A", "B", "C"], ["yhdistetty", "2", "3"], ["yhdistetty", "leveä", "leveä"]]
    assert [block.header for block in document.blocks if block.kind == "row"] == [True, False, False]
    assert "• koordinoi\n  • sovittaa\n1. yksi\n2. kaksi\n\nNäkyvä" in document.text
    assert document.metadata.title == "Asettamispäätös"


def test_word_damaged_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    word = docx.Document()
    word.add_paragraph("Teksti")
    whole = saved(word)
    assert refused(tmp_path, "a.docx", whole[: len(whole) // 2]).reason == "damaged"
    assert refused(tmp_path, "b.docx", saved(docx.Document())).reason == "empty"
    monkeypatch.setattr("rag.sources.office.MAX_UNZIPPED_BYTES", 1000)
    assert refused(tmp_path, "c.docx", whole).reason == "too_large"


# --- PDF --------------------------------------------------------------------------------------------------------------


class Report(FPDF):
    """A report with a running header, and page numbers below."""

    def header(self) -> None:
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, "Valtiovarainministeriö")
        self.ln(12)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, f"{self.page_no()} (4)", align="R")

    def write_block(self, text: str, size: float = 11, indent: float = 0) -> None:
        self.set_font("Helvetica", size=size)
        self.set_x(self.l_margin + indent)
        self.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT")

    def write_paragraph(self, text: str, size: float = 11) -> None:
        self.write_block(text, size)
        self.ln(4)


def report() -> Report:
    pdf = Report()
    pdf.add_page()
    pdf.write_paragraph("Ohje tekoälyn käytöstä", 20)
    pdf.write_paragraph("Johdanto", 14)
    pdf.write_paragraph(prose(3))
    pdf.write_paragraph("Organisaatio arvioi riskit ja tekee asettamis-\npäätöksen.")
    pdf.write_block(
        "- koordinoi ja yhteensovittaa ohjelmaa suhteessa muihin keskeisiin hankkeisiin sekä investointeihin"
    )
    pdf.write_block("- alakohta", indent=8)
    pdf.write_block("- tarkentaa")
    pdf.ln(4)
    pdf.write_paragraph("Lopuksi", 14)
    pdf.write_paragraph(prose(200))
    pdf.write_paragraph("Liite", 14)
    pdf.write_block(prose(1))
    return pdf


def pdf_bytes(pdf: FPDF) -> bytes:
    return bytes(pdf.output())


def test_pdf(tmp_path: Path) -> None:
    document = read(tmp_path, "ohje.pdf", pdf_bytes(report()))
    assert outline(document) == [
        ("heading", 1, "Ohje tekoälyn käytöstä"),
        ("heading", 2, "Johdanto"),
        ("paragraph", 0, prose(3)),
        ("paragraph", 0, "Organisaatio arvioi riskit ja tekee asettamispäätöksen."),
        (
            "item",
            1,
            "koordinoi ja yhteensovittaa ohjelmaa suhteessa muihin keskeisiin hankkeisiin sekä investointeihin",
        ),
        ("item", 2, "alakohta"),
        ("item", 1, "tarkentaa"),
        ("heading", 2, "Lopuksi"),
        ("paragraph", 0, prose(200)),  # over all page breaks
        ("heading", 2, "Liite"),
        ("paragraph", 0, prose(1)),
    ]
    assert [block.page for block in document.blocks] == [1] * 9 + [4] * 2  # where each starts
    assert document.metadata.title == "Ohje tekoälyn käytöstä"


def test_pdf_behind_a_password(tmp_path: Path) -> None:
    locked, printable = report(), report()
    locked.set_encryption(owner_password="omistaja", user_password="lukija")  # noqa: S106
    printable.set_encryption(owner_password="omistaja")  # noqa: S106
    assert refused(tmp_path, "lukittu.pdf", pdf_bytes(locked)).reason == "encrypted"
    assert read(tmp_path, "vapaa.pdf", pdf_bytes(printable)).metadata.title == "Ohje tekoälyn käytöstä"


def test_pdf_scan_cut_and_empty(tmp_path: Path) -> None:
    scan = FPDF()
    scan.add_page()
    scan.image(Image.new("RGB", (40, 40), "white"), x=10, y=10)
    assert refused(tmp_path, "skannattu.pdf", pdf_bytes(scan)).reason == "no_text_layer"
    mixed = FPDF()
    mixed.add_page()
    mixed.add_page()
    mixed.set_font("Helvetica", size=11)
    mixed.cell(0, 10, "Toinen sivu on tekstiä.")
    document = read(tmp_path, "osin.pdf", pdf_bytes(mixed))
    assert [(block.page, block.span.of(document.text)) for block in document.blocks] == [(2, "Toinen sivu on tekstiä.")]
    whole = pdf_bytes(report())
    assert refused(tmp_path, "katkennut.pdf", whole[: len(whole) * 2 // 3]).reason == "damaged"
    assert refused(tmp_path, "rikki.pdf", b"%PDF-1.7\nroskaa\n%%EOF\n").reason == "damaged"
    assert refused(tmp_path, "tyhja.pdf", b"").reason == "empty"


# --- What a file really is, and its limits ----------------------------------------------------------------------------


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason", "told"),
    [
        ("a.docx", pdf_bytes(report()), "wrong_type", "a PDF"),
        ("a.txt", pdf_bytes(report()), "wrong_type", "a PDF"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "wrong_type", "a PNG picture"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "wrong_type", "a PNG picture"),
        ("a.md", zipped("a"), "wrong_type", "a ZIP archive"),
        ("a.pdf", zipped("word/document.xml"), "wrong_type", "a Word file"),
        ("a.docx", zipped("xl/workbook.xml"), "wrong_type", "an Excel file"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "wrong_type", "an old Office file"),
        ("a.txt", "<!DOCTYPE html><p>A</p>", "wrong_type", "an HTML page"),
        ("a.pdf", b"\x00" * 99, "damaged", "a PDF"),
        ("a.gif", "GIF89a", "wrong_type", "'.gif'"),
        ("a.docx", zipped("word/document.xml"), "damaged", "the Word file is damaged"),
        ("a.txt", "", "empty", "no content"),
        ("a.md", " \n\t\n", "empty", "no content"),
        ("a.md", "<!-- ei mitään -->\n\n---\n", "empty", "no words"),
        ("a.html", "<nav>Valikko</nav>", "empty", "no words"),
        ("a.txt", "Ääkköset".encode("latin-1"), "bad_encoding", "byte 0 is not UTF-8"),
        ("a.txt", b"\xef\xbb\xbfabc\xe4", "bad_encoding", "byte 6 is not UTF-8"),
        ("a.txt", "abc".encode("utf-16-le"), "bad_encoding", "byte 1 is a null"),
        ("a.txt", b"\xff\xfea\x00\x00\xd8", "bad_encoding", "byte 4 is not UTF-16-LE"),
        ("a.html", '<meta charset="utf-7"><p>a</p>', "bad_encoding", "charset 'utf-7'"),
    ],
)
def test_refusals(tmp_path: Path, name: str, content: str | bytes, reason: str, told: str) -> None:
    failure = refused(tmp_path, name, content)
    assert (failure.file, failure.reason) == (name, reason)
    assert told in str(failure)
    assert isinstance(failure, OhjenuoraError)


def test_encrypted_word_file(tmp_path: Path) -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99 + "EncryptedPackage".encode("utf-16-le")
    assert refused(tmp_path, "a.docx", container).reason == "encrypted"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_encodings(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "a.txt", "Ääkköset\r\n\r\nA\u0308iti tuli.".encode(encoding)).text == "Ääkköset\n\nÄiti tuli."


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "iso.txt"
    with path.open("wb") as sparse:
        sparse.truncate(300_000_000)
    with pytest.raises(UnreadableSource) as caught:
        read_document(path, tmp_path, finnish)
    assert str(caught.value) == "iso.txt: 300,000,000 bytes, the limit is 50,000,000; split it or raise the limit"


# --- A folder ---------------------------------------------------------------------------------------------------------


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name}\n\nTeksti.", encoding="utf-8")


def ids_and_failures(folder: Path) -> tuple[list[str], list[tuple[str, str]]]:
    documents, failures = read_corpus(folder, finnish)
    return [document.id for document in documents], [(failure.file, failure.reason) for failure in failures]


def test_corpus(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "sub/a.TXT", "Ö hakemus.md", ".piilo.md", ".git/c.md", "~$b.docx", "kuva.png", "b.md.bak")
    write(tmp_path, "b.sv.md", "b.en.md", "yksin.sv.md")
    (tmp_path / "rikki.pdf").write_bytes(b"%PDF-1.4")
    assert ids_and_failures(tmp_path) == (["a", "b", "yksin.sv", "Ö hakemus"], [("rikki.pdf", "damaged")])
    assert read_corpus(tmp_path, finnish)[0][0].file == "sub/a.TXT"


def test_same_id_twice_names_both(tmp_path: Path) -> None:
    write(tmp_path, "ohje.md", "sub/ohje.txt")
    documents, failures = read_corpus(tmp_path, finnish)
    assert [document.file for document in documents] == ["ohje.md"]
    assert [str(failure) for failure in failures] == [
        "sub/ohje.txt: id 'ohje' is taken by ohje.md; give one of them another id or name"
    ]
    assert failures[0].reason == "duplicate_id"


def test_links_that_leave_the_folder(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    write(corpus, "a.md", "b.txt")
    write(outside, "salainen.md")
    (corpus / "linkki.md").symlink_to(outside / "salainen.md")
    (corpus / "kansio").symlink_to(outside)
    (corpus / "b.txt.yaml").symlink_to(outside / "salainen.md")
    (corpus / "sama.md").symlink_to(corpus / "a.md")
    (corpus / "olematon.md").symlink_to(corpus / "ei-ole.md")
    (corpus / "kehä.md").symlink_to(corpus / "kehä.md")
    assert ids_and_failures(corpus) == (
        ["a", "sama"],
        [
            ("b.txt.yaml", "unreadable"),
            ("kansio", "unreadable"),
            ("kehä.md", "unreadable"),
            ("linkki.md", "unreadable"),
            ("olematon.md", "unreadable"),
        ],
    )
    with pytest.raises(UnreadableSource, match="lies outside the corpus"):
        read_document(outside / "salainen.md", corpus, finnish)


def test_odd_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "putki.txt")
    (tmp_path / "kansio.md").mkdir()
    write(tmp_path, "kansio.md/a.md", "rivi\nvaihto.md")
    assert ids_and_failures(tmp_path) == (["a"], [("putki.txt", "unreadable"), ("rivi�vaihto.md", "unreadable")])


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no such folder"):
        read_corpus(tmp_path / "ei-ole", finnish)


def test_a_cell_without_end_is_named(tmp_path: Path) -> None:
    """After a quotation mark that nobody closes all the rest is one cell, longer than any that is read."""
    (tmp_path / "a.csv").write_text(f'a;b\n"{"x" * 200_000};c\n', encoding="utf-8")
    with pytest.raises(UnreadableSource, match=r"a\.csv.*cells cannot be told apart"):
        read_document(tmp_path / "a.csv", tmp_path, lambda _: "fi")
