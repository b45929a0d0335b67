"""What was read wrongly once, in other forms than the one it was found in: the kind is mended, not the file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from pptx import Presentation

from api.source import Table
from api.source import outline as source_outline
from rag.language.sentences import split_sentences
from rag.sources.canonical import Canonical, Row
from rag.sources.chunking import chunk_document
from rag.types import Document
from tests.test_as_people_have_it import losses, outline, pdf_of, read, rows_of, saved, word_table
from tests.test_opendocument import odf
from tests.test_opendocument import row as odf_row

REGIONS = [
    ["Eurooppa", "sallittu", "ei rajoja"],
    ["Aasia", "kielletty", "ei rajoja"],
    ["Afrikka", "sallittu", "luvalla"],
]
YEARS = [["Yksikkö", "2024", "2024"], ["Yksikkö", "Naiset", "Miehet"], ["Arkisto", "1", "2"]]


def book(rows: list[list[str]], *merged: str) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    for block in merged:
        made.active.merge_cells(block)
    return stored(made)


def stored(made: Workbook) -> bytes:
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def page(rows: list[list[str]], first: str = "<td>{}</td>") -> str:
    cells = [[(first if not number else "<td>{}</td>").format(cell) for cell in row] for number, row in enumerate(rows)]
    return "<table>" + "".join(f"<tr>{''.join(row)}</tr>" for row in cells) + "</table>"


def in_each_format(rows: list[list[str]]) -> dict[str, bytes | str]:
    word = docx.Document()
    word_table(word, rows)
    return {
        "a.docx": saved(word),
        "a.xlsx": book(rows),
        "a.html": page(rows),
        "a.csv": "\n".join(map(";".join, rows)),
        "a.odt": odf("odt", f"<table:table>{''.join(odf_row(*row) for row in rows)}</table:table>"),
    }


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.html", "a.csv", "a.odt"])
def test_a_first_row_whose_words_come_back_below_is_no_names(tmp_path: Path, name: str) -> None:
    document = read(tmp_path, name, in_each_format(REGIONS)[name])
    assert [[cell for _, cell in row] for row in rows_of(document)] == REGIONS


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.html"])
def test_two_rows_of_names_are_seen_without_a_sign(tmp_path: Path, name: str) -> None:
    word = docx.Document()
    table = word_table(word, [["Yksikkö", "2024", ""], ["", "Naiset", "Miehet"], ["Arkisto", "1", "2"]])
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    spans = (
        "<table><tr><td rowspan=2><b>Yksikkö</b></td><td colspan=2><b>2024</b></td></tr>"
        "<tr><td><b>Naiset</b></td><td><b>Miehet</b></td></tr><tr><td>Arkisto</td><td>1</td><td>2</td></tr></table>"
    )
    contents: dict[str, bytes | str] = {
        "a.docx": saved(word),
        "a.xlsx": book(YEARS, "A1:A2", "B1:C1"),
        "a.html": spans,
    }
    assert rows_of(read(tmp_path, name, contents[name])) == [
        [("Yksikkö", "Arkisto"), ("2024 Naiset", "1"), ("2024 Miehet", "2")]
    ]


def test_a_first_row_over_all_columns_is_the_tables_title(tmp_path: Path) -> None:
    rows = [["Luvat", "", ""], ["Palvelu", "Saako", "Miksi"], ["Valo", "ei", "riski"]]
    word = docx.Document()
    table = word_table(word, rows)
    table.cell(0, 0).merge(table.cell(0, 2))
    document = read(tmp_path, "a.docx", saved(word))
    assert outline(document)[0] == "caption: Luvat"
    assert rows_of(document) == [list(zip(rows[1], rows[2], strict=True))]
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=11)
    with made.table(first_row_as_headings=False) as drawn:
        drawn.row().cell("Luvat", colspan=3)
        for cells in rows[1:]:
            line = drawn.row()
            for cell in cells:
                line.cell(cell)
    document = read(tmp_path, "a.pdf", bytes(made.output()))
    assert outline(document)[0] == "caption: Luvat"
    assert rows_of(document) == [list(zip(rows[1], rows[2], strict=True))]
    parts = [["Arkisin", ""], ["Ma", "8–16"], ["Viikonloppuna", ""], ["La", "suljettu"]]  # titles of parts stay rows
    assert outline(read(tmp_path, "a.html", page(parts)))[0] == "row: Arkisin"


@pytest.mark.parametrize(
    "said",
    [
        "Asuntoa ei saa vuokrata edelleen ilman lupaa",
        "Asuntoa ei saa vuokrata edelleen:",
        "Asuntoa ei saa vuokrata edelleen (ks. taulukko)",
    ],
)
def test_a_prohibition_without_a_full_stop_before_a_table_can_be_quoted(tmp_path: Path, said: str) -> None:
    document = read(tmp_path, "a.html", f"<p>{said}</p>{page([['Koko', 'Vuokra'], ['20 m²', '400 €']], '<th>{}</th>')}")
    assert said in passages(document)


def test_what_only_names_a_table_is_no_passage(tmp_path: Path) -> None:
    for said in ("Taulukko 1. Mihin tietoa saa tallentaa", "Kielletyt aineet", "Tiedot, joita ei saa syöttää"):
        document = read(
            tmp_path, "a.html", f"<p>{said}</p>{page([['Aine', 'Syy'], ['Elohopea', 'myrky']], '<th>{}</th>')}"
        )
        assert outline(document)[0] == f"caption: {said}"
        assert said not in passages(document)


def passages(document: Document) -> list[str]:
    chunks = chunk_document(document, lambda text: len(text.split()))
    return [chunk.span.of(document.text) for chunk in chunks]


def test_what_every_slide_says_heads_nothing(tmp_path: Path) -> None:
    foot = [(60.0, 460.0, 14, "Vastuu: Virasto"), (60.0, 480.0, 14, "Valmis: 2027")]
    slides = [[(60.0, 100.0, 20, f"Toimi {number}"), (60.0, 200.0, 14, f"Asia {number} alkaa."), *foot]
              for number in range(1, 6)]  # fmt: skip
    said = outline(read(tmp_path, "a.pdf", pdf_of(*slides)))
    assert said.count("paragraph: Vastuu: Virasto Valmis: 2027") == 5


@pytest.mark.parametrize(
    "panel",
    [
        '<div class="faq-question" role="button" aria-expanded="false">Kuka maksaa?</div>'
        '<div class="faq-answer" style="display: none"><p>Kunta.</p></div>',
        '<button class="accordion">Kuka maksaa?</button><div class="panel" style="display:none"><p>Kunta.</p></div>',
        '<button role="tab" id="t">Kuka maksaa?</button><div role="tabpanel" aria-labelledby="t" hidden>Kunta.</div>',
        '<button data-toggle="collapse" data-target="#c">Kuka maksaa?</button><section id="c" hidden>Kunta.</section>',
        "<h3>Kuka maksaa?</h3><p hidden>Kunta.</p>",
    ],
)
def test_whatever_opens_a_panel_is_read_with_it(tmp_path: Path, panel: str) -> None:
    document = read(tmp_path, "a.html", f"<main><h1>Leiri</h1>{panel}</main>")
    assert [line.split(": ", 1)[1] for line in outline(document)[1:]] == ["Kuka maksaa?", "Kunta."]
    assert losses(document) == []


def test_a_remark_outside_the_main_part_and_boxes_of_known_tools(tmp_path: Path) -> None:
    content = """<body><div id="onetrust-consent-sdk"><p>Evästeet</p></div><div aria-modal="true"><p>Tilaa</p></div>
    <aside role="note"><p>Huom! Ikäraja on 15.</p></aside><aside>Muut sivut</aside><h1>Vene</h1><p>Saa.</p></body>"""
    assert outline(read(tmp_path, "a.html", content)) == [
        "paragraph: Huom! Ikäraja on 15.", "heading: Vene", "paragraph: Saa.",
    ]  # fmt: skip
    content = '<body><div class="sidebar">Muut</div><div role="main"><h1>Vene</h1><aside>Huom!</aside></div></body>'
    assert outline(read(tmp_path, "a.html", content)) == ["heading: Vene", "paragraph: Huom!"]


def test_a_notes_number_joins_no_number_however_it_is_raised(tmp_path: Path) -> None:
    content = """<p>Oli 126<sup><a href="#n">[3]</a></sup>, 127<sup>3)</sup>, 128<sup>1, 2</sup>,
    129<span style="vertical-align: super">4</span>.</p>"""
    assert outline(read(tmp_path, "a.html", content)) == ["paragraph: Oli 126[³], 127³⁾, 128¹, ², 129⁴."]
    word = docx.Document()
    paragraph = word.add_paragraph("Oli 126")
    paragraph.add_run("3)").font.superscript = True
    lifted = paragraph.add_run("4")._r.get_or_add_rPr()
    lifted.append(parse_xml(f'<w:position {nsdecls("w")} w:val="6"/>'))
    assert outline(read(tmp_path, "a.docx", saved(word))) == ["paragraph: Oli 126³⁾⁴"]
    content = (
        "Kortti annetaan.[^a] Toinen 126[^2].\n\n- kohta\n\n[^a]: Ei harjoittelijalle.\n    Jatkuu.\n[^2]: Arvio.\n"
    )
    document = read(tmp_path, "a.md", content)
    assert outline(document) == [
        "paragraph: Kortti annetaan. Toinen 126.",
        "item: kohta",
        "paragraph: Ei harjoittelijalle. Jatkuu.",
        "paragraph: Arvio.",
    ]
    assert document.quotability is not None
    assert document.quotability.lost == 0
    assert outline(read(tmp_path, "b.md", "`[^a]` on merkki.\n\n```\n[^a]: koodia\n```\n")) == [
        "paragraph: [^a] on merkki.", "paragraph: [^a]: koodia",
    ]  # fmt: skip


def test_what_is_struck_out_on_slides_in_sheets_and_by_a_pages_styles(tmp_path: Path) -> None:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Luvat"
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]
    for words, key, value in (("Oli 126", "b", "1"), ("3", "baseline", "30000"), (" vanhaa", "strike", "sngStrike")):
        run = paragraph.add_run()
        run.text = words
        run._r.get_or_add_rPr().set(key, value)
    file = BytesIO()
    made.save(file)
    document = read(tmp_path, "a.pptx", file.getvalue())
    assert (outline(document)[1], losses(document)) == ("paragraph: Oli 126³", [("struck out", 6)])

    sheets = Workbook()
    for row in (["Palvelu", "Saako", "Raja"], ["Vanha", "saa", "1"], ["Uusi", "ei", "2"]):
        sheets.active.append(row)
    sheets.active["A2"].font = sheets.active["B2"].font = Font(strike=True)
    gone, above = InlineFont(strike=True), InlineFont(vertAlign="superscript")
    sheets.active["B3"] = CellRichText(TextBlock(gone, "saa "), "ei 5", TextBlock(above, "3"))
    document = read(tmp_path, "a.xlsx", stored(sheets))
    assert outline(document)[1:] == ["row: Palvelu | Saako | Raja", "row: | | 1", "row: Uusi | ei 5³ | 2"]
    assert losses(document) == [("struck out", 11)]

    style = "<style>p{color:red} .vanha, .pois { text-decoration: line-through }</style>"
    content = f"{style}<p>Saa <b class='pois'>ei</b> olla.</p>"
    document = read(tmp_path, "a.html", content)
    assert (outline(document), losses(document)) == (["paragraph: Saa olla."], [("struck out", 2)])


@pytest.mark.parametrize("mark", ["({})", "{})"])
def test_items_in_brackets_and_behind_line_breaks(tmp_path: Path, mark: str) -> None:
    wanted = ["paragraph: Saa luovuttaa:", "item: viranomaiselle", "item: omaiselle"]
    for one, two in (("a", "b"), ("1", "2")):
        lines = ["Saa luovuttaa:", f"{mark.format(one)} viranomaiselle", f"{mark.format(two)} omaiselle"]
        assert outline(read(tmp_path, "a.txt", "\n".join(lines))) == wanted
        assert outline(read(tmp_path, "a.html", f"<p>{'<br>'.join(lines)}</p>")) == wanted
    assert outline(read(tmp_path, "a.html", "<p>Puh. 09<br>1) on yksi</p>")) == ["paragraph: Puh. 09 1) on yksi"]


def test_a_style_says_the_numbers_of_a_pages_list(tmp_path: Path) -> None:
    content = '<ol style="list-style-type: lower-alpha"><li>eka</li><li>toka</li></ol>'
    assert read(tmp_path, "a.html", content).text == "a. eka\nb. toka"


@pytest.mark.parametrize(
    "sentence",
    [
        "Sopimus on voimassa 5. 6. 2026 asti.",
        "Voimassa 1. 1. 2026 alkaen.",
        "Ohje koskee ko. 3 kohtaa ja ao. Helsingin yksikköä.",
        "Undantag, jfr. 5 kap. 2 § i lagen.",
        "See para. 2 of Reg. 2016/679 by 1 Jan. 2026.",
    ],
)
def test_more_references_and_days_are_not_cut(sentence: str) -> None:
    text = f"{sentence} Seuraava."
    assert [span.of(text) for span in split_sentences(text)] == [sentence, "Seuraava."]


def test_letters_with_marks_of_their_own_are_no_lost_words(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", "Ka\u0308ytto\u0308 on luvanvaraista.\n")
    assert document.text == "Käyttö on luvanvaraista."
    assert document.quotability is not None
    assert document.quotability.lost == 0


def test_a_table_within_a_named_table_is_words_of_its_cell(tmp_path: Path) -> None:
    inner = "<table><tr><td>arkisin</td><td>8–16</td></tr></table>"
    content = f"""<table><tr><th>Palvelu</th><th>Auki</th></tr><tr><td rowspan="2">Halli</td><td>{inner}</td></tr>
    <tr><td>Juhlina kiinni</td></tr></table>"""
    assert rows_of(read(tmp_path, "a.html", content)) == [
        [("Palvelu", "Halli"), ("Auki", "arkisin 8–16")],
        [("Palvelu", "Halli"), ("Auki", "Juhlina kiinni")],
    ]
    layout = f"<table><tr><td><p>Alku.</p></td><td>{inner}</td></tr></table>"
    assert outline(read(tmp_path, "a.html", layout)) == ["paragraph: Alku.", "row: arkisin | 8–16"]


PARTS = [
    ["Asiakirja", "Säilytysaika", "Peruste"], ["1. Talous", "", ""], ["Lasku", "6 v", "KPL"], ["Tosite", "10 v", ""],
    ["2. Henkilöstö", "", ""], ["Sopimus", "10 v", "TSL"], ["3. Rakentaminen", "", ""], ["Lupa", "pysyvä", ""],
]  # fmt: skip


@pytest.mark.parametrize("suffix", ["docx", "html"])
def test_titles_of_parts_in_bold_are_no_names_of_columns(tmp_path: Path, suffix: str) -> None:
    """Their cells are empty, not merged, and type alone tells them from rows."""
    bold = [row[0] == "Asiakirja" or not row[1] for row in PARTS]
    if suffix == "docx":
        word = docx.Document()
        table = word_table(word, PARTS)
        for row, is_bold in zip(table.rows, bold, strict=True):
            for cell in row.cells:
                for run in cell.paragraphs[0].runs:
                    run.bold = is_bold
        content: bytes | str = saved(word)
    else:
        rows = zip(PARTS, bold, strict=True)
        lines = ["".join(f"<td>{f'<b>{cell}</b>' if b and cell else cell}</td>" for cell in row) for row, b in rows]
        content = f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
    document = read(tmp_path, f"a.{suffix}", content)
    found = [chunk for chunk in chunk_document(document, len, frozenset()) if chunk.kind == "row"]
    said = [(each.context.split("\n")[0], each.span.of(document.text).split(" |")[0]) for each in found]
    assert said == [
        ("1. Talous", "Lasku"), ("1. Talous", "Tosite"), ("2. Henkilöstö", "Sopimus"), ("3. Rakentaminen", "Lupa"),
    ]  # fmt: skip
    assert all(each.context.endswith("Asiakirja | Säilytysaika | Peruste") for each in found)


def test_running_heads_of_word_are_left_out(tmp_path: Path) -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Koivurannan kaupunki"
    word.sections[0].footer.paragraphs[0].text = "Sivu 1"
    word.add_paragraph("Torilla saa myydä.")
    document = read(tmp_path, "a.docx", saved(word))
    assert (outline(document), losses(document)) == (["paragraph: Torilla saa myydä."], [])


def test_a_sheets_numbers_are_read_as_they_are(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(["Hankinta", "Raja", "Postinumero"])
    for number, sum_ in enumerate((5_404_000, 139_000.55, 1234.567, 0.5), 2):
        made.active.append([f"Laji {number}", sum_, 100])
        made.active.cell(number, 3).number_format = "00000"
    document = read(tmp_path, "a.xlsx", stored(made))
    told = [[cell for _, cell in row][1:] for row in rows_of(document)]
    assert told == [[sum_, "00100"] for sum_ in ("5404000", "139000,55", "1234,567", "0,5")]


def test_of_hidden_columns_none_is_read(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(["Aineisto", "Huomautus", "Salaisuus", "Saako"])
    made.active.append(["Muistio", "ei näy", "ei tämäkään", "kyllä"])
    made.active.column_dimensions.group("B", "C", hidden=True)
    document = read(tmp_path, "a.xlsx", stored(made))
    assert "näy" not in document.text
    assert "tämäkään" not in document.text
    assert "kyllä" in document.text


def test_what_was_deleted_in_a_text_is_not_read(tmp_path: Path) -> None:
    document = read(
        tmp_path, "a.rtf", rb"{\rtf1\ansi Henkil\'f6tietoja {\deleted saa}{\revised ei saa} k\'e4ytt\'e4\'e4.\par}"
    )
    assert " ".join(document.text.split()) == "Henkilötietoja ei saa käyttää."


def test_a_section_on_what_a_box_is_called_by_is_read(tmp_path: Path) -> None:
    html = """<main><h1>Ohje</h1><h2 id="social-media-guidelines">Sosiaalinen media</h2><p>Älä julkaise kuvia.</p>
    <section id="social-media"><h2 id="cookie-notice">Evästeet</h2><p>Kerro evästeistä.</p></section>
    <div class="social-media-links"><a href="/x">Jaa</a></div><div id="cookie-banner">Hyväksy evästeet</div></main>"""
    document = read(tmp_path, "a.html", html)
    for words in ("Sosiaalinen media", "Älä julkaise kuvia.", "Evästeet", "Kerro evästeistä."):
        assert words in document.text
    assert "Jaa" not in document.text
    assert "Hyväksy" not in document.text


def test_a_note_of_an_item_leads_in_no_other(tmp_path: Path) -> None:
    """Else what may not be entered would stand below what may be."""
    written = """Tekoälyyn ei saa syöttää:

- henkilötietoja[^1]
- salassa pidettävää aineistoa
- potilastietoja

[^1]: Julkiset virkamiestiedot saa syöttää.
"""
    word = docx.Document()
    word.add_paragraph("Tekoälyyn ei saa syöttää:")
    word.add_paragraph("henkilötietoja", style="List Bullet")
    word.add_paragraph("Julkiset virkamiestiedot saa syöttää.", style="List Continue")
    for words in ("salassa pidettävää aineistoa", "potilastietoja"):
        word.add_paragraph(words, style="List Bullet")
    for name, content in (("a.md", written), ("a.docx", saved(word))):
        document = read(tmp_path, name, content)
        listed, note = chunk_document(document, lambda text: len(text.split()))
        assert [unit.of(document.text) for unit in listed.units] == [
            "Tekoälyyn ei saa syöttää:", "henkilötietoja", "salassa pidettävää aineistoa", "potilastietoja"
        ], name  # fmt: skip
        assert note.span.of(document.text) == "Julkiset virkamiestiedot saa syöttää."


@pytest.mark.parametrize("begins", ["", "- "], ids=["paragraph", "item"])
def test_notes_that_refer_to_each_other_are_each_said_once(tmp_path: Path, begins: str) -> None:
    written = f"""# Ohje

{begins}Henkilötietoja ei saa syöttää[^1].

[^1]: Virkamiestiedot saa syöttää[^2].
[^2]: Poikkeus koskee julkisia tietoja[^1][^2].
"""
    text = read(tmp_path, "a.md", written).text
    for words in ("Henkilötietoja ei saa syöttää.", "Virkamiestiedot saa syöttää.", "koskee julkisia tietoja."):
        assert text.count(words) == 1, text
    assert "[^" not in text


def test_what_follows_an_inner_list_stands_behind_it(tmp_path: Path) -> None:
    html = """<main><h1>Ohje</h1><ul><li>Seuraavia ei saa syöttää:<ul><li>henkilötietoja</li><li>potilastietoja</li>
    </ul>Muut aineistot ovat sallittuja.</li><li>Kysy tarvittaessa.</li></ul></main>"""
    lines = [line.strip(" •") for line in read(tmp_path, "a.html", html).text.splitlines() if line.strip()]
    assert lines[1:] == [
        "Seuraavia ei saa syöttää:",
        "henkilötietoja",
        "potilastietoja",
        "Kysy tarvittaessa.",
        "Muut aineistot ovat sallittuja.",
    ]


def test_a_paragraph_that_is_struck_out_is_not_in_force(tmp_path: Path) -> None:
    body = """<text:p text:style-name="S2">Henkilötietoja saa syöttää.</text:p><text:p>Ohje on voimassa.</text:p>"""
    document = read(tmp_path, "a.odt", odf("odt", body))
    assert losses(document) == [("struck out", 27)]
    assert document.text.strip() == "Ohje on voimassa."


def test_a_slide_without_a_title_stands_under_no_others(tmp_path: Path) -> None:
    made = Presentation()
    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "Kielletyt aineistot"
    first.placeholders[1].text = "Henkilötietoja ei saa syöttää."
    second = made.slides.add_slide(made.slide_layouts[1])
    second.placeholders[1].text = "Julkiset tiedotteet saa syöttää."
    file = BytesIO()
    made.save(file)
    chunks = chunk_document(read(tmp_path, "a.pptx", file.getvalue()), lambda text: len(text.split()))
    assert [each.section for each in chunks] == ["Kielletyt aineistot", ""]


def test_lettered_items_between_empty_lines_melt_into_nothing(tmp_path: Path) -> None:
    lines = [
        "1. Kielletyt aineistot",
        "Tekoälypalveluun ei saa syöttää",
        *("a) henkilötietoja", "b) salassa pidettäviä tietoja", "c) potilastietoja", "d) turvaluokiteltuja tietoja"),
        "Sallitut aineistot",
        "Julkisia tiedotteita saa syöttää.",
    ]
    text = read(tmp_path, "a.txt", "\n\n".join(lines)).text
    assert "Kielletyt aineistot Tekoälypalveluun" not in text
    assert "turvaluokiteltuja tietoja Sallitut" not in text


def test_lists_of_one_definition_count_on_unless_one_begins_anew(tmp_path: Path) -> None:
    word = docx.Document()
    numbering = word.part.numbering_part.element
    numbering.insert(0, parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="900"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1 §"/></w:lvl></w:abstractNum>'
    ))  # fmt: skip
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    for number, override in ((901, ""), (902, ""), (903, anew)):
        numbering.append(parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="900"/>{override}</w:num>'
        ))  # fmt: skip
    for list_id, words in ((901, "Ensin"), (901, "Sitten"), (902, "Vielä"), (903, "Alusta"), (903, "Taas")):
        properties = word.add_paragraph(words)._p.get_or_add_pPr()
        properties.append(parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{list_id}"/></w:numPr>'
        ))  # fmt: skip
    lines = [line.strip() for line in read(tmp_path, "a.docx", saved(word)).text.splitlines() if line.strip()]
    assert lines == ["1 § Ensin", "2 § Sitten", "3 § Vielä", "1 § Alusta", "2 § Taas"]


def test_the_first_of_several_chapters_is_no_title(tmp_path: Path) -> None:
    word = docx.Document()
    word.core_properties.title = "Tekoälyohje"
    word.add_heading("Johdanto", 1)
    word.add_paragraph("Ohje koskee kaikkia.")
    word.add_heading("Kiellot", 1)
    word.add_paragraph("Henkilötietoja ei saa syöttää.")
    document = read(tmp_path, "a.docx", saved(word))
    assert document.metadata.title == "Tekoälyohje"
    chunks = chunk_document(document, lambda text: len(text.split()))
    assert [each.section for each in chunks] == ["Johdanto", "Kiellot"]


PARTED = [
    ["Palvelu", "Julkinen", "Salainen"],
    ["Käännökset", "", ""],
    ["Valo", "sallittu", "kielletty"],
    ["Litterointi", "", ""],
    ["Sanelu", "luvalla", "kielletty"],
]


def parted_in_each_format() -> dict[str, bytes | str]:
    word = docx.Document()
    table = word_table(word, PARTED)
    for number in (1, 3):
        table.cell(number, 0).merge(table.cell(number, 2))

    def html(tag: str) -> str:
        lines = "".join(
            f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
            if any(cells[1:])
            else f"<tr><{tag} colspan=3>{cells[0]}</{tag}></tr>"
            for cells in PARTED[1:]
        )
        return f"<table><tr>{''.join(f'<th>{head}</th>' for head in PARTED[0])}</tr>{lines}</table>"

    def spanned(cells: list[str]) -> str:
        over = '<table:table-cell table:number-columns-spanned="3"><text:p>{}</text:p></table:table-cell>'
        return f"<table:table-row>{over.format(cells[0])}<table:covered-table-cell/></table:table-row>"

    lines = "".join(odf_row(*cells) if any(cells[1:]) else spanned(cells) for cells in PARTED)
    bold = Workbook()
    for cells in PARTED:
        bold.active.append([cell or None for cell in cells])
    for cell in ("A1", "B1", "C1", "A2", "A4"):
        bold.active[cell].font = Font(bold=True)
    return {
        "a.docx": saved(word),
        "a.xlsx": book(PARTED, "A2:C2", "A4:C4"),
        "b.xlsx": stored(bold),
        "a.html": html("td"),
        "b.html": html("th"),
        "a.odt": odf("odt", f"<table:table>{lines}</table:table>"),
        "a.ods": odf("ods", f'<table:table table:name="Luvat">{lines}</table:table>'),
    }


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "b.xlsx", "a.html", "b.html", "a.odt", "a.ods"])
def test_a_title_within_a_table_stands_over_its_rows_and_takes_no_columns_name(tmp_path: Path, name: str) -> None:
    document = read(tmp_path, name, parted_in_each_format()[name])
    assert rows_of(document) == [
        [("Palvelu", "Valo"), ("Julkinen", "sallittu"), ("Salainen", "kielletty")],
        [("Palvelu", "Sanelu"), ("Julkinen", "luvalla"), ("Salainen", "kielletty")],
    ]
    contexts = [chunk.context.split("\n")[-2:] for chunk in chunk_document(document, len) if chunk.kind == "row"]
    assert contexts == [["Käännökset", " | ".join(PARTED[0])], ["Litterointi", " | ".join(PARTED[0])]]


def test_a_row_that_says_one_thing_of_a_table_is_no_title(tmp_path: Path) -> None:
    """The last row, one above another, and one whose other cells are empty: a service of which nothing is said."""
    notes = [PARTED[0], PARTED[2], ["Muut palvelut", "", ""], ["Kysy tietoturvasta", "", ""]]
    read_rows = rows_of(read(tmp_path, "a.xlsx", book(notes[:3], "A3:C3")))
    assert read_rows == [[("Palvelu", "Valo"), ("Julkinen", "sallittu"), ("Salainen", "kielletty")]]
    word = docx.Document()
    word_table(word, [*notes[:3], PARTED[4]])
    contexts = [chunk.context for chunk in chunk_document(read(tmp_path, "a.docx", saved(word)), len)]
    assert not any("Muut palvelut" in context for context in contexts)


def test_a_title_within_a_table_that_forbids_is_found_without_its_rows(tmp_path: Path) -> None:
    title = "Seuraavia aineistoja ei saa syöttää palveluun"
    table = f"<table><tr><th>Aineisto</th><th>Esimerkki</th></tr><tr><th colspan=2>{title}</th></tr>{{}}</table>"
    row = "<tr><td>Potilastiedot</td><td>epikriisi</td></tr>"
    document = read(tmp_path, "a.html", table.format(row))
    said = [chunk.span.of(document.text) for chunk in chunk_document(document, len) if chunk.kind == "text"]
    assert said == [title]


def test_a_note_of_an_item_stands_behind_its_list(tmp_path: Path) -> None:
    note = "<text:note><text:note-body><text:p>Paitsi luvalla.</text:p></text:note-body></text:note>"
    items = "".join(
        f"<text:list-item><text:p>{words}</text:p></text:list-item>" for words in (f"henkilötietoja{note}", "kuvia")
    )
    document = read(tmp_path, "a.odt", odf("odt", f"<text:p>Ei saa syöttää:</text:p><text:list>{items}</text:list>"))
    assert [line.strip("• ") for line in document.text.splitlines() if line] == [
        "Ei saa syöttää:", "henkilötietoja", "kuvia", "Paitsi luvalla.",
    ]  # fmt: skip


def test_columns_and_slides_that_are_hidden_are_told_and_not_read(tmp_path: Path) -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    lines = "".join(odf_row(name, "42", *cells) for name, *cells in (PARTED[0], PARTED[2], PARTED[4]))
    sheet = read(tmp_path, "a.ods", odf("ods", f'<table:table table:name="Luvat">{columns}{lines}</table:table>'))
    assert rows_of(sheet) == [
        [("Palvelu", "Valo"), ("Julkinen", "sallittu"), ("Salainen", "kielletty")],
        [("Palvelu", "Sanelu"), ("Julkinen", "luvalla"), ("Salainen", "kielletty")],
    ]
    assert losses(sheet) == [("hidden text", len("424242"))]
    box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    slides = "".join(
        f"<draw:page {style}>{box.format(words)}</draw:page>"
        for style, words in (('draw:style-name="H"', "Vanha ohje."), ("", "Uusi ohje."))
    )
    shown = read(tmp_path, "a.odp", odf("odp", slides))
    assert shown.text.strip() == "Uusi ohje."
    assert [block.page for block in shown.blocks] == [2]
    assert losses(shown) == [("hidden text", len("Vanha ohje."))]


def test_a_row_with_fewer_cells_takes_nothing_from_the_one_above(tmp_path: Path) -> None:
    lines = "<tr><td>Valo</td><td>sallittu</td><td>julkinen</td></tr><tr><td>Sanelu</td></tr><tr><td>Käännin</td></tr>"
    table = f"<table><tr><th>Palvelu</th><th>Käyttö</th><th>Aineisto</th></tr>{lines}</table>"
    empty = [("Käyttö", ""), ("Aineisto", "")]
    assert rows_of(read(tmp_path, "a.html", table))[1:] == [
        [("Palvelu", "Sanelu"), *empty],
        [("Palvelu", "Käännin"), *empty],
    ]


def test_a_wide_row_makes_no_other_row_wider() -> None:
    page = Canonical()
    page.table([Row(["Nimi", *map(str, range(500))], header=True), *[Row(["Valo"]) for _ in range(500)]])
    _, blocks = page.finish()
    assert sum(len(block.cells) for block in blocks) == 501 + 500


def test_a_sheet_whose_columns_are_all_hidden_says_nothing(tmp_path: Path) -> None:
    column = '<table:table-column table:visibility="collapse" table:number-columns-repeated="999999"/>'
    over = '<table:table-cell table:number-columns-spanned="2"><text:p>Ohje</text:p></table:table-cell>'
    lines = f"<table:table-row>{over}<table:covered-table-cell/></table:table-row>{odf_row('Valo', 'sallittu')}"
    document = read(tmp_path, "a.ods", odf("ods", f'<table:table table:name="Luvat">{column}{lines}</table:table>'))
    assert rows_of(document) == []
    assert losses(document) == [("hidden text", len("OhjeValosallittu"))]


@pytest.mark.parametrize(
    ("rows", "tables"),
    [
        ([["Valo", "luvalla", "kielletty"], ["Sanelu"], ["Käännin", "luvalla", "sallittu"]], 1),
        ([["Valo", "12", "3"], ["Sanelu"], ["Kuvapankki"], ["Käännin", "12", "4"]], 1),
        ([["Valo", "luvalla", "kielletty"], ["Laitteet"], ["Laite", "Lainattu", "Palautettu"], ["Drone", "1", "2"]], 2),
        ([["Valo", "luvalla", "kielletty"], ["Tietoturva vastaa."]], 1),
    ],
)
def test_a_row_of_a_name_alone_ends_no_table_that_goes_on(tmp_path: Path, rows: list[list[str]], tables: int) -> None:
    heads = ["Palvelu", "Julkinen", "Salainen"]
    lines = "\n".join(";".join(row) for row in [heads, *rows])
    for name, content in (("a.csv", lines), ("a.xlsx", book([row + [""] * (3 - len(row)) for row in [heads, *rows]]))):
        found = [tuple(head for head, _ in row) for row in rows_of(read(tmp_path, name, content))]
        assert len(set(found)) == tables
        assert found[0] == tuple(heads)


def lists_in_a_cell() -> dict[str, bytes | str]:
    word = docx.Document()
    table = word_table(
        word, [["Palvelu", "Sallittu aineisto", "Vaiheet"], ["Valo", "", ""], ["Sanelu", "julkinen", "ei"]]
    )
    for column, style, said in ((1, "List Bullet", ["julkinen", "sisäinen"]), (2, "List Number", ["lupa", "tunnus"])):
        cell = table.cell(1, column)
        for number, words in enumerate(said):
            paragraph = cell.add_paragraph(words) if number else cell.paragraphs[0]
            paragraph.style = style
            paragraph.text = words
    table.cell(2, 1).paragraphs[0].style = "List Bullet"

    def html(tag: str, *said: str) -> str:
        return f"<{tag}>{''.join(f'<li>{each}</li>' for each in said)}</{tag}>"

    head = "".join(f"<th>{each}</th>" for each in ("Palvelu", "Sallittu aineisto", "Vaiheet"))
    cells = f"<td>Valo</td><td>{html('ul', 'julkinen', 'sisäinen')}</td><td>{html('ol', 'lupa', 'tunnus')}</td>"
    page = f"<table><tr>{head}</tr><tr>{cells}</tr><tr><td>Sanelu</td><td>{html('ul', 'julkinen')}</td><td>ei</td></tr>"

    def listed(style: str, *said: str) -> str:
        items = "".join(f"<text:list-item><text:p>{each}</text:p></text:list-item>" for each in said)
        return f'<text:list text:style-name="{style}">{items}</text:list>'

    def in_cell(content: str) -> str:
        return f"<table:table-cell>{content}</table:table-cell>"

    first = (
        in_cell("<text:p>Valo</text:p>")
        + in_cell(listed("", "julkinen", "sisäinen"))
        + in_cell(listed("N", "lupa", "tunnus"))
    )
    second = in_cell("<text:p>Sanelu</text:p>") + in_cell(listed("", "julkinen")) + in_cell("<text:p>ei</text:p>")
    numbers = (
        '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/></text:list-style>'
    )
    rows = "".join(f"<table:table-row>{each}</table:table-row>" for each in (first, second))
    table_of = f"{numbers}<table:table>{odf_row('Palvelu', 'Sallittu aineisto', 'Vaiheet')}{rows}</table:table>"
    return {"a.docx": saved(word), "a.html": page, "a.odt": odf("odt", table_of)}


@pytest.mark.parametrize("name", ["a.docx", "a.html", "a.odt"])
def test_the_items_of_a_list_in_a_cell_stay_apart(tmp_path: Path, name: str) -> None:
    assert rows_of(read(tmp_path, name, lists_in_a_cell()[name])) == [
        [("Palvelu", "Valo"), ("Sallittu aineisto", "• julkinen • sisäinen"), ("Vaiheet", "1. lupa 2. tunnus")],
        [("Palvelu", "Sanelu"), ("Sallittu aineisto", "julkinen"), ("Vaiheet", "ei")],
    ]


def two_tables() -> dict[str, bytes | str]:
    """Prices with their heads, then, with nothing but an empty line between, people without heads, then a third."""
    prices = [["Palvelu", "Aikuinen", "Lapsi"], ["Sauna", "8", "4"], ["Uinti", "6", "3"]]
    people = [["Matti", "040 111", "Rantatie 1"], ["Maija", "040 222", "Rantatie 2"]]
    tools = [["Laite", "Laina-aika", "Kenelle"], ["Drone", "1", "kaikille"], ["Kamera", "7", "kaikille"]]
    word = docx.Document()
    for rows in (prices, people, tools):
        word_table(word, rows, bold=rows is not people)
        word.add_paragraph("")
    sheet = Workbook()
    for rows in (prices, people, tools):
        for row in rows:
            sheet.active.append(row)
        sheet.active.append([])
    for cell in ("A1", "B1", "C1", "A8", "B8", "C8"):
        sheet.active[cell].font = Font(bold=True)

    def html(rows: list[list[str]]) -> str:
        tags = ["td" if rows is people else "th", *["td"] * (len(rows) - 1)]
        lines = ("".join(f"<{tag}>{cell}</{tag}>" for cell in row) for tag, row in zip(tags, rows, strict=True))
        return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"

    def opened(rows: list[list[str]]) -> str:
        head, *rest = (odf_row(*row) for row in rows)
        head = head if rows is people else f"<table:table-header-rows>{head}</table:table-header-rows>"
        return f"<table:table>{head}{''.join(rest)}</table:table><text:p/>"

    tables = (prices, people, tools)
    return {
        "a.docx": saved(word),
        "a.xlsx": stored(sheet),
        "a.html": "".join(map(html, tables)),
        "a.odt": odf("odt", "".join(map(opened, tables))),
    }


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.html", "a.odt"])
def test_a_table_right_below_another_has_none_of_its_heads(tmp_path: Path, name: str) -> None:
    document = read(tmp_path, name, two_tables()[name])
    heads = {cells[0][1]: [head for head, _ in cells] for cells in rows_of(document)}
    assert heads["Uinti"] == ["Palvelu", "Aikuinen", "Lapsi"]
    assert heads["Kamera"] == ["Laite", "Laina-aika", "Kenelle"]
    assert not {"Aikuinen", "Palvelu", "Laite"} & {*heads["Matti"], *heads["Maija"]}
    contexts = {chunk.span.of(document.text): chunk.context for chunk in chunk_document(document, len)}
    assert not any("Aikuinen" in context for row, context in contexts.items() if row.startswith("Matti"))


def test_tables_that_stand_below_each_other_are_shown_as_two(tmp_path: Path) -> None:
    document = read(tmp_path, "a.html", two_tables()["a.html"])
    shown = [node for node in source_outline(document) if isinstance(node, Table)]
    assert len(shown) == 3
