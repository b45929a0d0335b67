"""Documents as people have them: what Word files and pages of an intranet do beside plain paragraphs."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from fpdf import FPDF
from fpdf.fonts import FontFace
from openpyxl import Workbook
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from api.uploads import id_of
from rag.errors import UnreadableSource
from rag.publishing.quality import check_corpus
from rag.sources.canonical import clean
from rag.sources.chunking import cells_of, chunk_document
from rag.sources.readers import read_document
from rag.types import Document


def read(folder: Path, name: str, content: bytes | str) -> Document:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(folder / name, folder, lambda _: "fi")


def outline(document: Document) -> list[str]:
    return [f"{block.kind}: {block.span.of(document.text)}" for block in document.blocks if block.kind != "break"]


def saved(word: docx.document.Document) -> bytes:
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def rows_of(document: Document) -> list[list[tuple[str, str]]]:
    """Each row that can be quoted, its cells with their heads."""
    found = []
    for chunk in chunk_document(document, lambda text: len(text.split()), frozenset()):
        if chunk.kind == "row":
            cells, heads = cells_of(chunk, document)
            found.append(list(zip(heads or [""] * len(cells), cells, strict=True)))
    return found


def word_table(word: docx.document.Document, rows: list[list[str]], bold: bool = False) -> docx.table.Table:
    table: docx.table.Table = word.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        for cell, words in zip(table.rows[number].cells, row, strict=True):
            cell.paragraphs[0].add_run(words).bold = bold and number == 0
    return table


# Word


def test_a_merged_cell_says_its_words_in_each_row(tmp_path: Path) -> None:
    word = docx.Document()
    rows = [["Aineisto", "Paikka", "Sallittu"], ["Salainen", "Levy", "kyllä"], ["", "Pilvi", "ei"], ["Kaikki", "", ""]]
    table = word_table(word, rows)
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 2))
    document = read(tmp_path, "a.docx", saved(word))
    heads = ["Aineisto", "Paikka", "Sallittu"]
    assert rows_of(document)[:2] == [
        list(zip(heads, ["Salainen", "Levy", "kyllä"], strict=True)),
        list(zip(heads, ["Salainen", "Pilvi", "ei"], strict=True)),
    ]
    assert outline(document)[-1] == "row: Kaikki"  # over the whole width: said once


@pytest.mark.parametrize(
    ("rows", "bold", "named"),
    [
        ([["Kriisipuhelin", "0295 000 111"], ["Vahtimestari", "0295 000 222"]], False, False),
        ([["Avoinna", "arkisin"], ["Suljettu", "juhannuksena"]], False, False),
        ([["Palvelu", "Aukiolo"], ["Halli", "arkisin"]], True, True),
        ([["Palvelu", "Julkinen", "Salainen"], ["Valo", "saa", "ei saa"]], False, True),
        ([["1", "2 kpl", "3 kpl"], ["4", "5 kpl", "6 kpl"]], False, False),
    ],
)
def test_a_first_row_names_the_columns_only_where_it_looks_so(
    tmp_path: Path, rows: list[list[str]], bold: bool, named: bool
) -> None:
    word = docx.Document()
    word_table(word, rows, bold)
    assert len(rows_of(read(tmp_path, "a.docx", saved(word)))) == len(rows) - named


def test_two_rows_that_name_the_columns_are_joined(tmp_path: Path) -> None:
    word = docx.Document()
    table = word_table(word, [["Yksikkö", "2025", ""], ["", "Naiset", "Miehet"], ["Arkisto", "11", "2"]])
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    for row in table.rows[:2]:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    wanted = [[("Yksikkö", "Arkisto"), ("2025 Naiset", "11"), ("2025 Miehet", "2")]]
    assert rows_of(read(tmp_path, "a.docx", saved(word))) == wanted
    page = """<table><thead><tr><th rowspan="2">Yksikkö</th><th colspan="2">2025</th></tr>
    <tr><th>Naiset</th><th>Miehet</th></tr></thead><tr><td>Arkisto</td><td>11</td><td>2</td></tr></table>"""
    assert rows_of(read(tmp_path, "a.html", page)) == wanted


def test_a_row_may_begin_further_right(tmp_path: Path) -> None:
    word = docx.Document()
    table = word_table(word, [["Viikko", "Päivä", "Ilta"], ["1", "Aalto", "Berg"], ["", "Cygnaeus", "Dahl"]])
    last = table.rows[2]._tr
    last.remove(last.tc_lst[0])
    last.get_or_add_trPr().append(parse_xml(f'<w:gridBefore {nsdecls("w")} w:val="1"/>'))
    assert rows_of(read(tmp_path, "a.docx", saved(word)))[1] == [
        ("Viikko", ""),
        ("Päivä", "Cygnaeus"),
        ("Ilta", "Dahl"),
    ]


def test_notes_are_read_behind_what_refers_to_them(tmp_path: Path) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Kortti luovutetaan virkamiehelle.")
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    word.add_paragraph("Kortti palautetaan.")
    note = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>Ei kuitenkaan harjoittelijalle.</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    document = read(tmp_path, "a.docx", with_footnotes(saved(word), note))
    assert outline(document) == [
        "paragraph: Kortti luovutetaan virkamiehelle.",
        "paragraph: Ei kuitenkaan harjoittelijalle.",
        "paragraph: Kortti palautetaan.",
    ]


def with_footnotes(content: bytes, notes: str) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/_rels/document.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
                link = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
                data = data.replace(b"</Relationships>", link.encode())
            if name == "[Content_Types].xml":
                form = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
                part = f'<Override PartName="/word/footnotes.xml" ContentType="{form}"/></Types>'
                data = data.replace(b"</Types>", part.encode())
            new.writestr(name, data)
        new.writestr("word/footnotes.xml", f'<?xml version="1.0" encoding="UTF-8"?>{notes}'.encode())
    return made.getvalue()


LEVELS = """<w:abstractNum {ns} w:abstractNumId="77">
<w:lvl w:ilvl="0"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>"""


def numbered(form: str, text: str, start: int = 1, heading: bool = False) -> bytes:
    """Two paragraphs of a list of Word's, and one below the second."""
    word = docx.Document()
    lists = word.part.numbering_part.element
    lists.insert(0, parse_xml(LEVELS.format(ns=nsdecls("w"), form=form, text=text, start=start)))
    num = f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
    lists.append(parse_xml(num))
    for words, level in (("Ensin tämä.", 0), ("Sitten tuo.", 0), ("Ja sen alla tämä.", 1)):
        paragraph = word.add_heading(words, level + 1) if heading else word.add_paragraph(words)
        place = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(place))
    return saved(word)


@pytest.mark.parametrize(
    ("form", "text", "start", "marks"),
    [
        ("decimal", "%1.", 1, ["1.", "2.", "2.1"]),
        ("lowerLetter", "%1)", 1, ["a)", "b)", "b.1"]),
        ("decimal", "%1 §", 1, ["1 §", "2 §", "2.1"]),
        ("upperRoman", "%1", 4, ["IV", "V", "V.1"]),
        ("decimal", "Liite %1:", 9, ["Liite 9:", "Liite 10:", "10.1"]),
        ("bullet", "·", 1, ["•", "•", "2.1"]),
    ],
)
def test_a_list_keeps_the_marks_that_word_shows(
    tmp_path: Path, form: str, text: str, start: int, marks: list[str]
) -> None:
    document = read(tmp_path, "a.docx", numbered(form, text, start))
    shown = [line.split(" Ensin")[0].split(" Sitten")[0].split(" Ja")[0].strip() for line in document.text.split("\n")]
    assert shown == marks
    assert outline(document)[1] == "item: Sitten tuo."  # what is quoted is the words


def test_a_heading_keeps_its_number(tmp_path: Path) -> None:
    document = read(tmp_path, "a.docx", numbered("decimal", "%1", heading=True))
    assert outline(document)[2] == "heading: 2.1 Ja sen alla tämä."


def test_letters_and_unusual_bullets_make_a_list_in_a_text(tmp_path: Path) -> None:
    text = "Tietoja saa luovuttaa:\na) viranomaiselle\nb) asianosaiselle\n\n➢ kirjallisesti\n➢ maksutta\n"
    items = [line for line in outline(read(tmp_path, "a.txt", text)) if line.startswith("item")]
    assert items == ["item: viranomaiselle", "item: asianosaiselle", "item: kirjallisesti", "item: maksutta"]


def test_what_is_struck_out_is_not_in_force_and_what_is_raised_joins_no_number(tmp_path: Path) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Pysäköinti on ")
    paragraph.add_run("maksutonta").font.strike = True
    paragraph.add_run("luvanvaraista").font.double_strike = True
    paragraph.add_run("maksullista. Hakemuksia oli 126")
    paragraph.add_run("3").font.superscript = True
    paragraph.add_run(" ja alue 20 m")
    paragraph.add_run("2").font.superscript = True
    word.styles.add_style("Kumottu", 2).font.strike = True
    paragraph.add_run(" kumottu", style="Kumottu").font.size = Pt(9)
    wanted = "paragraph: Pysäköinti on maksullista. Hakemuksia oli 126³ ja alue 20 m²"
    assert outline(read(tmp_path, "a.docx", saved(word))) == [wanted]
    page = """<p>Pysäköinti on <del>maksutonta</del><s>luvanvaraista</s><span style="text-decoration: line-through">ei
    sallittua</span>maksullista. Hakemuksia oli 126<sup>3</sup> ja alue 20 m<sup>2</sup></p>"""
    assert outline(read(tmp_path, "a.html", page)) == [wanted]
    text = (
        "Pysäköinti on ~~maksutonta~~maksullista. Hakemuksia oli 126<sup>3</sup> ja alue 20 m<sup>2</sup><del> x</del>"
    )
    assert outline(read(tmp_path, "a.md", text)) == [wanted]


@pytest.mark.parametrize("name", ["a.docx", "a.md"])
def test_a_sentence_before_a_table_can_be_quoted_a_caption_belongs_to_it(tmp_path: Path, name: str) -> None:
    said = ["Asuntoa ei saa vuokrata edelleen ilman lupaa.", "Taulukko 1. Vuokrat.", "Vuokrat"]
    kinds = []
    for words in said:
        if name == "a.docx":
            word = docx.Document()
            word.add_paragraph(words)
            word_table(word, [["Koko", "Vuokra"], ["20 m²", "400 €"]])
            document = read(tmp_path, name, saved(word))
        else:
            document = read(tmp_path, name, f"{words}\n\n| Koko | Vuokra |\n|---|---|\n| 20 m² | 400 € |\n")
        kinds.append(document.blocks[0].kind)
    assert kinds == ["paragraph", "caption", "caption"]


# Pages


@pytest.mark.parametrize(
    "panel",
    [
        '<h2><button aria-expanded="false" aria-controls="p">Kuka maksaa?</button></h2><div id="p" hidden>{}</div>',
        '<h2>Kuka maksaa?</h2><div style="display:none">{}</div>',
        '<h2>Kuka maksaa?</h2><p></p><div class="collapse" aria-hidden="true">{}</div>',
        '<h2>Kuka maksaa?</h2><p></p><div role="tabpanel" hidden>{}</div>',
        '<h2>Kuka maksaa?</h2><p></p><div hidden="until-found">{}</div>',
        "<details><summary>Kuka maksaa?</summary>{}</details>",
    ],
)
def test_what_its_reader_can_open_is_read(tmp_path: Path, panel: str) -> None:
    page = f"<main><h1>Leirikoulu</h1>{panel.format('<p>Kunta maksaa.</p>')}<p hidden>Piilotettu.</p></main>"
    assert [line.split(": ", 1)[1] for line in outline(read(tmp_path, "a.html", page))] == [
        "Leirikoulu", "Kuka maksaa?", "Kunta maksaa.",
    ]  # fmt: skip


def test_a_remark_is_read_a_box_over_the_page_is_not(tmp_path: Path) -> None:
    page = """<body><div role="dialog"><h2>Evästeet</h2><p>Hyväksy.</p></div><aside>Sivupalkki</aside>
    <main><h1>Vene</h1><aside>Huom! Alle 15-vuotias ei saa kuljettaa.</aside><button>Jaa</button>
    <dl><dt>Vene</dt><dd>Rekisteröidään.</dd><dd>Katsastetaan.</dd></dl></main></body>"""
    assert outline(read(tmp_path, "a.html", page)) == [
        "heading: Vene",
        "paragraph: Huom! Alle 15-vuotias ei saa kuljettaa.",
        "paragraph: Vene: Rekisteröidään.",
        "paragraph: Vene: Katsastetaan.",
    ]


def test_boxes_over_the_page_and_for_sharing_are_left_out(tmp_path: Path) -> None:
    page = """<body><div id="cookie-banner"><h2>Evästeet</h2><p>Hyväksy.</p></div><h1>Evästeet</h1>
    <div class="cookie-policy"><p>Sivusto käyttää evästeitä.</p></div><ul class="social-share"><li>Jaa</li></ul>"""
    assert outline(read(tmp_path, "a.html", page)) == ["heading: Evästeet", "paragraph: Sivusto käyttää evästeitä."]


@pytest.mark.parametrize(
    ("page", "title", "first"),
    [
        ("<body><header><nav>Valikko</nav><h1>Venelupa</h1></header><main><p>Vene.</p></main>", "Venelupa", "Venelupa"),
        ("<body><header><h1>Kaupunki</h1></header><main><h1>Vene</h1><p>On.</p></main>", "Vene", "Vene"),
        ("<title>Vene | Kaupunki</title><main><h2>Alku</h2><p>Vene.</p></main>", "Vene | Kaupunki", "Alku"),
        ("<title>Kaupunki</title><main><h1>Vene</h1><p>On.</p></main>", "Vene", "Vene"),
    ],
)
def test_a_page_is_called_by_its_heading_or_else_by_its_title(
    tmp_path: Path, page: str, title: str, first: str
) -> None:
    document = read(tmp_path, "a.html", page)
    assert (document.metadata.title, outline(document)[0]) == (title, f"heading: {first}")


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ('<ol type="a"><li>eka</li><li>toka</li></ol>', ["a. eka", "b. toka"]),
        ('<ol type="I" start="3"><li>eka</li><li value="9">toka</li><li>kolmas</li></ol>',
         ["III. eka", "IX. toka", "X. kolmas"]),
        ("<ol reversed><li>eka</li><li>toka</li></ol>", ["2. eka", "1. toka"]),
        ('<ul type="a"><li value="3">eka</li></ul>', ["• eka"]),
    ],
)  # fmt: skip
def test_a_pages_list_keeps_its_numbers(tmp_path: Path, listed: str, shown: list[str]) -> None:
    assert read(tmp_path, "a.html", f"<main>{listed}</main>").text.split("\n") == shown


def test_terms_with_one_meaning_and_a_merged_cell_beside_another(tmp_path: Path) -> None:
    page = """<main><dl><dt>Vene</dt><dt>Lautta</dt><dd>Rekisteröidään.</dd><dt>Kelkka</dt></dl>
    <table><tr><th>Ala</th><th>Nyt</th><th>Sitten</th></tr><tr><td rowspan="2">A</td><td>1</td><td>2</td></tr>
    <tr><td colspan="2">3</td></tr></table></main>"""
    assert outline(read(tmp_path, "a.html", page)) == [
        "paragraph: Vene, Lautta: Rekisteröidään.",
        "caption: Kelkka",
        "row: Ala | Nyt | Sitten",
        "row: A | 1 | 2",
        "row: A | 3 | 3",
    ]


def test_joined_letters_are_the_letters_that_they_are_joined_of() -> None:
    assert clean("oﬃce ﬁle ﬂow eﬀort 20 m²") == "office file flow effort 20 m²"


@pytest.mark.parametrize(
    ("file_name", "wanted"),
    [
        ("Ohje 2026 (lopullinen).docx", "ohje-2026-lopullinen"),
        ("ohje tekoälystä.docx", "ohje-tekoalysta"),
        ("oma-ohje.pdf", "oma-ohje"),
        ("C:\\Omat\\Etätyö.md", "etatyo"),
        ("№.md", "no"),
    ],
)
def test_a_files_name_makes_an_id(file_name: str, wanted: str) -> None:
    assert id_of(file_name) == wanted


# PDF


def pdf_of(*pages: list[tuple[float, float, int, str]]) -> bytes:
    """Pages of lines, each with its place in points from the upper left corner and the size of its type."""
    made = FPDF(unit="pt", format="A4")
    made.set_auto_page_break(False)
    for page in pages:
        made.add_page()
        for x, y, size, words in page:
            made.set_font("helvetica", size=size)
            made.text(x, y, words)
    return bytes(made.output())


def test_a_ruled_table_is_read_row_by_row(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    made.multi_cell(0, 8, "Tiedon saa tallentaa vain sallittuun paikkaan.\n\n")
    with made.table(headings_style=FontFace(emphasis=None)) as table:
        for cells in (("Tieto", "Pilvi", "Oma palvelin"), ("Julkinen", "sallittu", "sallittu")):
            row = table.row()
            for cell in cells:
                row.cell(cell)
        row = table.row()
        row.cell("Salainen", rowspan=2)
        row.cell("kielletty")
        row.cell("sallittu, kun tietoturvapäällikkö on antanut siihen luvan ja laite on salattu")
        row = table.row()
        row.cell("kaikissa tapauksissa", colspan=2)
    made.ln(12)
    made.multi_cell(0, 8, "Poikkeuksista päättää johtaja.")
    document = read(tmp_path, "a.pdf", bytes(made.output()))
    heads = ["Tieto", "Pilvi", "Oma palvelin"]
    allowed = "sallittu, kun tietoturvapäällikkö on antanut siihen luvan ja laite on salattu"
    always = "kaikissa tapauksissa"
    rows = [["Julkinen", "sallittu", "sallittu"], ["Salainen", "kielletty", allowed], ["Salainen", always, always]]
    assert rows_of(document) == [list(zip(heads, cells, strict=True)) for cells in rows]
    assert [line for line in outline(document) if not line.startswith("row")] == [
        "paragraph: Tiedon saa tallentaa vain sallittuun paikkaan.",
        "paragraph: Poikkeuksista päättää johtaja.",
    ]


def test_a_table_goes_on_over_the_page(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    with made.table() as table:  # repeats its bold heads on each page
        for cells in (("Luokka", "Vuosia"), *((f"Luokka {number}", f"{number} vuotta") for number in range(60))):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    document = read(tmp_path, "a.pdf", bytes(made.output()))
    assert made.page == 2
    assert rows_of(document) == [
        [("Luokka", f"Luokka {number}"), ("Vuosia", f"{number} vuotta")] for number in range(60)
    ]


def test_what_runs_along_the_margin_is_left_out_from_two_pages_on(tmp_path: Path) -> None:
    head = [(60.0, 30.0, 9, "Kalastusvirasto"), (500.0, 30.0, 9, "{} (2)")]

    def page(number: int, words: str) -> list[tuple[float, float, int, str]]:
        return [*((x, y, size, text.format(number)) for x, y, size, text in head), (60.0, 100.0, 11, words)]

    content = pdf_of(page(1, "Syöttinä ei saa käyttää kalaa, paitsi"), page(2, "jos kala on pakastettu."))
    wanted = ["paragraph: Syöttinä ei saa käyttää kalaa, paitsi jos kala on pakastettu."]
    assert outline(read(tmp_path, "a.pdf", content)) == wanted


def test_what_each_slide_says_stays(tmp_path: Path) -> None:
    slides = [
        [(60.0, 150.0, 18, f"Toimi {number} alkaa."), (60.0, 300.0, 18, "Vastuutaho: Digivirasto")]
        for number in range(4)
    ]
    said = [line.split(": ", 1)[1] for line in outline(read(tmp_path, "a.pdf", pdf_of(*slides)))]
    assert said.count("Vastuutaho: Digivirasto") == 4


def test_a_raised_number_joins_no_number_in_a_pdf(tmp_path: Path) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.write(8, "Hakemuksia oli 126")
    made.char_vpos = "SUP"
    made.write(8, "3")
    made.char_vpos = "LINE"
    made.write(8, " kappaletta vuonna 2024.")
    document = read(tmp_path, "a.pdf", bytes(made.output()))
    assert outline(document) == ["paragraph: Hakemuksia oli 126³ kappaletta vuonna 2024."]


def test_a_list_whose_bullets_are_only_drawn_is_a_list(tmp_path: Path) -> None:
    items = ["päätöksen tekemiseen", "työnhakijoiden pisteyttämiseen", "kasvojentunnistukseen."]
    prose = "Ohje koskee kaikkia palveluja ja laitteita, joita kaupungin henkilöstö käyttää työssään joka päivä"
    lines = [prose, "ja joka muussa tehtävässä, joka heille on annettu, siihen asti kunnes tehtävä on lopullisesti",
             "päättynyt tai siirtynyt toiselle ihmiselle. Tekoälyä ei saa käyttää:"]  # fmt: skip
    page = [(60.0, 100.0 + 14 * number, 11, words) for number, words in enumerate(lines)]
    page += [(74.0, 154.0 + 20 * number, 11, words) for number, words in enumerate(items)]
    assert outline(read(tmp_path, "a.pdf", pdf_of(page))) == [
        f"paragraph: {' '.join(lines)}",
        *(f"item: {words}" for words in items),
    ]
    # A sentence that an empty line divides is none.
    text = "Palvelua saa käyttää vain, jos:\n\nkäyttö on hyväksytty.\n\nPäätös tehdään vuosittain.\n"
    assert [line.split(":")[0] for line in outline(read(tmp_path, "a.txt", text))] == ["paragraph"] * 3


# Nothing is lost in silence


def test_what_is_not_in_the_text_is_told(tmp_path: Path) -> None:
    made = FPDF()
    made.set_font("helvetica", size=12)
    made.add_page()
    made.multi_cell(0, 8, "Kansilehti: suunnitelma on liitteenä.")
    for _ in range(2):
        made.add_page()
        made.rect(20, 20, 100, 100)  # as a scanned page has a picture
    scanned = read(tmp_path, "a.pdf", bytes(made.output()))
    found = check_corpus([scanned], [], date(2026, 1, 1))
    assert [(each.code, each.quotes) for each in found] == [("page without text", ("2, 3",))]

    word = docx.Document()
    paragraph = word.add_paragraph("Pysäköinti on ")
    paragraph.add_run("maksutonta").font.strike = True
    paragraph.add_run(" aina maksullista. ")
    paragraph.add_run("piilossa").font.hidden = True
    found = check_corpus([read(tmp_path, "a.docx", saved(word))], [], date(2026, 1, 1))
    assert [(each.code, each.quotes) for each in found] == [
        ("struck out", ("10",)),
        ("hidden text", ("8",)),
        ("not quotable", ("maksutonta", "piilossa")),
    ]


def losses(document: Document) -> list[tuple[str, int]]:
    return [(loss.kind, loss.count) for loss in document.losses]


def test_what_a_page_has_struck_out_hidden_or_drawn_is_told(tmp_path: Path) -> None:
    page = """<nav><del>Vanha</del></nav><main><p>Pysäköinti on <del>maksu<s>ton</s>ta</del> maksullista.</p>
    <p hidden>Piilo</p><img src="a.png"><img src="b.png" alt=""></main>"""
    assert losses(read(tmp_path, "a.html", page)) == [("struck out", 10), ("hidden text", 5), ("picture", 1)]
    text = "Pysäköinti on ~~maksutonta~~ <s>halpaa</s> maksullista. ![](a.png)\n\n<p><del>Vanha</del> uusi</p>\n"
    assert losses(read(tmp_path, "a.md", text)) == [("struck out", 21), ("picture", 1)]


def picture() -> BytesIO:
    drawn = BytesIO()
    Image.new("RGB", (2, 2)).save(drawn, "PNG")
    drawn.seek(0)
    return drawn


def test_pictures_without_a_description_of_their_own_are_counted(tmp_path: Path) -> None:
    word = docx.Document()
    for said in ("", "Kaavio: hakemus, käsittely, päätös", "Kuva, joka sisältää kaavion. Kuvaus luotu automaattisesti"):
        word.add_paragraph("Näin haetaan.")
        word.add_picture(picture())._inline.docPr.set("descr", said)
    assert losses(read(tmp_path, "a.docx", saved(word))) == [("picture", 2)]

    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Näin haetaan"
    for said in ("", "Kaavio: hakemus, käsittely, päätös"):
        slide.shapes.add_picture(picture(), 0, 0)._element.nvPicPr.cNvPr.set("descr", said)
    file = BytesIO()
    made.save(file)
    assert losses(read(tmp_path, "a.pptx", file.getvalue())) == [("picture", 1)]


# Sheets and slides


def test_a_spreadsheets_rows_have_the_heads_of_their_columns(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Hankinnat"
    sheet.append(["Hankintarajat vuonna 2026"])
    sheet.append([])
    for row in (["Arvo", "Hyväksyjä", "Voimassa", "Osuus"], ["Alle 5 000 €", "Esihenkilö", date(2026, 1, 1), 0.25],
                ["Yli 5 000 €", "Johtaja", date(2026, 3, 1), 1.5]):  # fmt: skip
        sheet.append(row)
    sheet["D4"].number_format = "0 %"
    sheet.merge_cells("B4:B5")
    hidden = book.create_sheet("Piilo")
    hidden.append(["Salaista", "tietoa"])
    hidden.sheet_state = "hidden"
    file = BytesIO()
    book.save(file)
    document = read(tmp_path, "a.xlsx", file.getvalue())
    assert outline(document)[:2] == ["heading: Hankinnat", "caption: Hankintarajat vuonna 2026"]
    heads = ["Arvo", "Hyväksyjä", "Voimassa", "Osuus"]
    assert rows_of(document) == [
        list(zip(heads, ["Alle 5 000 €", "Esihenkilö", "1.1.2026", "25 %"], strict=True)),
        list(zip(heads, ["Yli 5 000 €", "Esihenkilö", "1.3.2026", "1,5"], strict=True)),
    ]
    assert "Salaista" not in document.text
    assert [(loss.kind, loss.count) for loss in document.losses] == [("hidden text", 14)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_comma_separated_values_are_a_table(tmp_path: Path, delimiter: str) -> None:
    lines = [["Palvelu", "Julkinen", "Henkilötiedot"], ["Valo", "saa", "ei saa"], ["Kelo", "saa", "saa"]]
    document = read(tmp_path, "a.csv", "\n".join(delimiter.join(line) for line in lines))
    assert rows_of(document) == [list(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_slides_are_sections_with_their_tables_and_notes(tmp_path: Path) -> None:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Saa ja ei saa"
    slide.placeholders[1].text = "Julkista\vsaa syöttää\nSalaista ei saa syöttää"
    slide.notes_slide.notes_text_frame.text = "Muistuta luvasta."
    other = made.slides.add_slide(made.slide_layouts[5])
    other.shapes.title.text = "Palvelut"
    table = other.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(5), Inches(2)).table
    for at, words in enumerate(["Palvelu", "Saako", "Valo", "kyllä"]):
        table.cell(at // 2, at % 2).text = words
    skipped = made.slides.add_slide(made.slide_layouts[5])
    skipped.shapes.title.text = "Piilotettu"
    skipped._element.set("show", "0")
    file = BytesIO()
    made.save(file)
    document = read(tmp_path, "a.pptx", file.getvalue())
    assert outline(document) == [
        "heading: Saa ja ei saa",
        "item: Julkista saa syöttää",
        "item: Salaista ei saa syöttää",
        "paragraph: Muistuta luvasta.",
        "heading: Palvelut",
        "row: Palvelu | Saako",
        "row: Valo | kyllä",
    ]
    assert rows_of(document) == [[("Palvelu", "Valo"), ("Saako", "kyllä")]]
    assert [block.page for block in document.blocks][:5] == [1, 1, 1, 1, 2]
    assert [loss.kind for loss in document.losses] == ["hidden text"]


def test_slides_that_hold_a_workbook_are_slides(tmp_path: Path) -> None:
    made = Presentation()
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "Kaavio"
    file = BytesIO()
    made.save(file)
    with ZipFile(file, "a") as archive:
        archive.writestr("ppt/embeddings/taulukko.bin", b"PK\x03\x04 xl/workbook.xml word/document.xml")
    assert outline(read(tmp_path, "a.pptx", file.getvalue())) == ["heading: Kaavio"]


@pytest.mark.parametrize(("name", "seen"), [("a.xlsx", "Excel"), ("a.pptx", "PowerPoint"), ("a.docx", "Word")])
def test_a_broken_office_file_is_named(tmp_path: Path, name: str, seen: str) -> None:
    part = {"a.xlsx": "xl/", "a.pptx": "ppt/", "a.docx": "word/"}[name]
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(f"{part}x.xml", "<no>")
    for content in (file.getvalue(), file.getvalue()[:40] + part.encode()):
        with pytest.raises(UnreadableSource) as told:
            read(tmp_path, name, content)
        assert (told.value.reason, seen in told.value.detail) == ("damaged", True)
