"""What people do in Word, PowerPoint and LibreOffice that changes which words are in force, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part as SlidePart
from pptx.opc.packuri import PackURI as SlideName
from pptx.oxml import parse_xml as slide_xml
from pptx.util import Inches

from rag.sources.numerals import numeral
from rag.sources.reading_order import Box, reading_order
from rag.sources.symbols import sign_of
from tests.test_as_people_have_it import losses, outline, picture, read, rows_of, saved, with_footnotes, word_table
from tests.test_opendocument import odf
from tests.test_opendocument import row as odf_row

W = nsdecls("w")
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def shown(folder: Path, name: str, content: bytes) -> list[str]:
    """The lines of a text as they stand, with their marks."""
    return [line.strip() for line in read(folder, name, content).text.splitlines() if line.strip()]


def numbered(
    levels: Sequence[str], items: Sequence[tuple[int, str]], change: Callable[[Any], None] = lambda word: None
) -> bytes:
    """A list of Word's. levels: what each has within; items: (level from 0, words) of its paragraphs; change: what is
    done to the file before they are written."""
    word = docx.Document()
    numbering = word.part.numbering_part.element
    within = "".join(f'<w:lvl w:ilvl="{depth}">{level}</w:lvl>' for depth, level in enumerate(levels))
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="50">{within}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="50"><w:abstractNumId w:val="50"/></w:num>'))
    change(word)
    for level, words in items:
        put_in_list(word.add_paragraph(words), level)
    return saved(word)


def put_in_list(paragraph: Any, level: int = 0, list_id: int = 50) -> None:
    place = f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(place))


def level(form: str, text: str, more: str = "") -> str:
    return f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'


# Word: styles


@pytest.mark.parametrize("how", ["strike", "double_strike", "hidden"])
def test_a_style_of_paragraphs_strikes_out_unless_something_nearer_says_otherwise(tmp_path: Path, how: str) -> None:
    word = docx.Document()
    base = word.styles.add_style("Vanha", WD_STYLE_TYPE.PARAGRAPH)
    setattr(base.font, how, True)
    word.styles.add_style("Vanhempi", WD_STYLE_TYPE.PARAGRAPH).base_style = base
    word.styles.add_style("Uusi", WD_STYLE_TYPE.PARAGRAPH).base_style = base
    setattr(word.styles["Uusi"].font, how, False)
    word.styles.add_style("Merkki", WD_STYLE_TYPE.CHARACTER)
    setattr(word.styles["Merkki"].font, how, True)
    word.add_paragraph("Vene saa olla laiturissa.", style="Vanha")
    word.add_paragraph("Vene saa olla rannassa.", style="Vanhempi")
    word.add_paragraph("Vene ei saa olla laiturissa.", style="Uusi")
    setattr(word.add_paragraph(style="Vanhempi").add_run("Vene siirretään.").font, how, False)
    setattr(word.add_paragraph().add_run("Vene pestään.", style="Merkki").font, how, False)
    document = read(tmp_path, "a.docx", saved(word))
    assert outline(document) == [
        "paragraph: Vene ei saa olla laiturissa.",
        "paragraph: Vene siirretään.",
        "paragraph: Vene pestään.",
    ]
    assert losses(document) == [("hidden text" if how == "hidden" else "struck out", 48)]


def test_the_usual_style_says_how_words_look_that_name_none(tmp_path: Path) -> None:
    word = docx.Document()
    word.styles["Normal"].font.strike = True
    word.add_paragraph("Vanha.")
    word.add_paragraph().add_run("Uusi.").font.strike = False
    assert outline(read(tmp_path, "a.docx", saved(word))) == ["paragraph: Uusi."]


@pytest.mark.parametrize("kind", [WD_STYLE_TYPE.CHARACTER, WD_STYLE_TYPE.PARAGRAPH])
def test_a_number_that_a_style_raises_joins_none(tmp_path: Path, kind: WD_STYLE_TYPE) -> None:
    word = docx.Document()
    word.styles.add_style("Ylhäällä", kind).font.superscript = True
    word.styles.add_style("Perii", kind).base_style = word.styles["Ylhäällä"]
    character = kind == WD_STYLE_TYPE.CHARACTER
    paragraph = word.add_paragraph("Hinta on 41", style=None if character else "Perii")
    if not character:
        paragraph.runs[0].font.superscript = False
    paragraph.add_run("2", style="Perii" if character else None)
    assert outline(read(tmp_path, "a.docx", saved(word))) == ["paragraph: Hinta on 41²"]


def test_what_is_struck_out_in_a_table_is_told_once(tmp_path: Path) -> None:
    word = docx.Document()
    table = word_table(word, [["Vene", "saa", "1 €"], ["Laituri", "saa", "2 €"]])
    table.cell(0, 1).paragraphs[0].runs[0].font.strike = True
    assert losses(read(tmp_path, "a.docx", saved(word))) == [("struck out", 3)]
    struck = '<table:table-cell><text:p><text:span text:style-name="S">saa</text:span></text:p></table:table-cell>'
    body = f"<table:table>{odf_row('Vene', struck, '1 €')}{odf_row('Laituri', 'saa', '2 €')}</table:table>"
    assert losses(read(tmp_path, "a.odt", odf("odt", body))) == [("struck out", 3)]


def test_a_part_of_a_struck_paragraph_may_be_in_force(tmp_path: Path) -> None:
    style = '<style:style style:name="Z"><style:text-properties style:text-line-through-style="none"/></style:style>'
    body = '<text:p text:style-name="S">Vanha <text:span text:style-name="Z">Uusi</text:span> vanha</text:p>'
    content = odf("odt", body, **{"styles.xml": f'<x xmlns:style="{STYLE}">{style}</x>'})
    document = read(tmp_path, "a.odt", content)
    assert outline(document) == ["paragraph: Uusi"]
    assert losses(document) == [("struck out", 10)]


# Word: numbers


@pytest.mark.parametrize(
    ("restart", "marks"),
    [
        ("", ["1 §", "2 §", "1 §", "1 §"]),
        ('<w:lvlRestart w:val="0"/>', ["1 §", "2 §", "3 §", "4 §"]),
        ('<w:lvlRestart w:val="1"/>', ["1 §", "2 §", "3 §", "1 §"]),
    ],
)
def test_a_level_begins_anew_where_word_says_so(tmp_path: Path, restart: str, marks: list[str]) -> None:
    levels = [level("decimal", "Osa %1"), level("decimal", "%2 luku"), level("decimal", "%3 §", restart)]
    places = [(0, "O"), (1, "L"), (2, "A"), (2, "B"), (1, "L"), (2, "C"), (0, "O"), (1, "L"), (2, "D")]
    lines = shown(tmp_path, "a.docx", numbered(levels, places))
    assert [line.rpartition(" ")[0] for line in lines if line[-1] in "ABCD"] == marks


def test_a_level_may_show_all_numbers_as_decimals(tmp_path: Path) -> None:
    levels = [level("upperRoman", "%1 OSA"), level("decimal", "%1.%2", "<w:isLgl/>"), level("none", "HUOM:")]
    lines = shown(tmp_path, "a.docx", numbered(levels, [(0, "Alku"), (0, "Jatko"), (1, "Vene"), (2, "Ei saa.")]))
    assert lines == ["I OSA Alku", "II OSA Jatko", "2.1 Vene", "HUOM: Ei saa."]


def test_a_style_stands_on_the_level_that_its_list_names(tmp_path: Path) -> None:
    def number_headings(word: Any) -> None:
        for name in ("Heading 1", "Heading 2"):
            properties = word.styles[name].element.get_or_add_pPr()
            properties.append(parse_xml(f'<w:numPr {W}><w:numId w:val="50"/></w:numPr>'))
        own = word.styles.add_style("Oma otsikko", WD_STYLE_TYPE.PARAGRAPH)
        own.base_style = word.styles["Heading 2"]
        for words, name in (("Yleistä", "Heading 1"), ("Ala", "Heading 2"), ("Muu", "Oma otsikko")):
            word.add_paragraph(words, style=name)

    levels = [level("decimal", "%1", '<w:pStyle w:val="Heading1"/>')]
    levels += [level("decimal", "%1.%2", '<w:pStyle w:val="Heading2"/>')]
    document = read(tmp_path, "a.docx", numbered(levels, [], number_headings))
    assert outline(document) == ["heading: 1 Yleistä", "heading: 1.1 Ala", "heading: 1.2 Muu"]


def test_a_paragraph_may_take_its_list_from_its_style_and_its_level_from_itself(tmp_path: Path) -> None:
    def number_style(word: Any) -> None:
        properties = word.styles.add_style("Kohta", WD_STYLE_TYPE.PARAGRAPH).element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {W}><w:numId w:val="50"/></w:numPr>'))
        word.add_paragraph("Ensin", style="Kohta")
        below = word.add_paragraph("Alla", style="Kohta")
        below._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="1"/></w:numPr>'))

    levels = [level("decimal", "%1."), level("lowerLetter", "%2)")]
    assert shown(tmp_path, "a.docx", numbered(levels, [], number_style)) == ["1. Ensin", "a) Alla"]


@pytest.mark.parametrize("by_definition", [True, False])
def test_a_list_may_be_made_after_a_style_of_lists(tmp_path: Path, by_definition: bool) -> None:
    def link(word: Any) -> None:
        numbering = word.part.numbering_part.element
        if by_definition:
            numbering[0].insert(0, parse_xml(f'<w:styleLink {W} w:val="Oma"/>'))
        else:
            own = '<w:pPr><w:numPr><w:numId w:val="50"/></w:numPr></w:pPr>'
            word.styles.element.append(parse_xml(f'<w:style {W} w:type="numbering" w:styleId="Oma">{own}</w:style>'))
        linked = f'<w:abstractNum {W} w:abstractNumId="51"><w:numStyleLink w:val="Oma"/></w:abstractNum>'
        numbering.insert(1, parse_xml(linked))
        numbering.append(parse_xml(f'<w:num {W} w:numId="51"><w:abstractNumId w:val="51"/></w:num>'))
        for words in ("soutu", "melonta"):
            put_in_list(word.add_paragraph(words), list_id=51)

    lines = shown(tmp_path, "a.docx", numbered([level("lowerLetter", "%1)")], [], link))
    assert lines == ["a) soutu", "b) melonta"]


def test_word_counts_paragraphs_without_words_that_stand_there(tmp_path: Path) -> None:
    def write(word: Any) -> None:
        put_in_list(word.add_paragraph("Ensin"))
        put_in_list(word.add_paragraph())
        for gone in ("vanish", "del"):  # a hidden one, and one that was deleted
            paragraph = word.add_paragraph()
            put_in_list(paragraph)
            mark = f'<w:rPr {W}><w:{gone} w:id="7" w:author="a"/></w:rPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(mark))

    assert shown(tmp_path, "a.docx", numbered([level("decimal", "%1 §")], [(0, "Sitten")], write)) == [
        "1 § Ensin",
        "3 § Sitten",
    ]


def test_a_column_of_numbers_that_nobody_wrote_is_read(tmp_path: Path) -> None:
    rows = [["Nro", "Vaihe", "Vastuu"], ["", "Hae lupa", "asukas"], ["", "", ""], ["", "Rakenna", "asukas"]]

    def write(word: Any) -> None:
        table = word_table(word, rows)
        for row in table.rows[1:]:
            put_in_list(row.cells[0].paragraphs[0])

    document = read(tmp_path, "a.docx", numbered([level("decimal", "%1.")], [], write))
    assert [[cell for _, cell in row] for row in rows_of(document)] == [
        ["1.", "Hae lupa", "asukas"],
        ["3.", "Rakenna", "asukas"],
    ]
    listed = (
        '<table:table-cell><text:list text:style-name="L" text:continue-numbering="true"><text:list-item><text:p/>'
        "</text:list-item></text:list></table:table-cell>"
    )
    body = "".join(odf_row(row[0] or listed, *row[1:]) for row in rows)
    document = read(tmp_path, "a.odt", odf("odt", f"<table:table>{body}</table:table>"))
    assert [[cell for _, cell in row] for row in rows_of(document)] == [
        ["a)", "Hae lupa", "asukas"],
        ["c)", "Rakenna", "asukas"],
    ]


@pytest.mark.parametrize(
    ("number", "form", "said"),
    [(94, "upperRoman", "XCIV"), (1949, "lowerRoman", "mcmxlix"), (4000, "upperRoman", "4000"), (3, "ordinal", "3.")],
)
def test_numbers_are_written_as_their_list_shows_them(number: int, form: str, said: str) -> None:
    assert numeral(number, form) == said


# Word: what is not plain words


def run(within: str) -> Any:
    return parse_xml(f"<w:r {W}>{within}</w:r>")


def test_signs_of_other_fonts_are_read_or_told(tmp_path: Path) -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Ikä ")
    paragraph._p.append(run('<w:sym w:font="Symbol" w:char="F0B3"/>'))
    paragraph.add_run(" 15; ")
    paragraph._p.append(run('<w:sym w:font="Wingdings" w:char="F0FE"/>'))
    paragraph.add_run(" kyllä; 20")
    symbol = '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr>'
    paragraph._p.append(run(f"{symbol}<w:t>\uf0b0C</w:t>"))
    paragraph._p.append(run('<w:sym w:font="Wingdings" w:char="F035"/><w:sym w:font="Segoe UI" w:char="2713"/>'))
    paragraph._p.append(run('<w:sym w:font="Wingdings" w:char="xyz"/><w:sym/>'))
    document = read(tmp_path, "a.docx", saved(word))
    assert outline(document) == ["paragraph: Ikä ≥ 15; ☑ kyllä; 20°C✓"]
    assert losses(document) == [("unknown letters", 3)]


@pytest.mark.parametrize(
    ("font", "letter", "sign"),
    [("Symbol", "\uf0a3", "≤"), ("SYMBOL", "b", "β"), ("Symbol", "\uf0e5", "∑"), ("Symbol", "\uf0f1", "〉"),
     ("Wingdings", "\uf0a8", "☐"), ("Wingdings 2", "\uf052", "☑"), ("Symbol", "\uf0e8", None), ("Oma", "\uf0b3", None),
     ("Oma", "b", "b"), (None, "\ue123", None)],
)  # fmt: skip
def test_a_letter_of_a_font_of_signs_is_its_sign(font: str | None, letter: str, sign: str | None) -> None:
    assert sign_of(font, letter) == sign


def test_what_a_form_asks_for_is_not_read(tmp_path: Path) -> None:
    asked = "<w:sdt{}><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    word = docx.Document()
    word.element.body.insert(0, parse_xml(asked.format(f" {W}", "<w:p><w:r><w:t>Kirjoita tähän.</w:t></w:r></w:p>")))
    word.add_paragraph("Hakija: ")._p.append(parse_xml(asked.format(f" {W}", "<w:r><w:t>nimi</w:t></w:r>")))
    table = word_table(word, [["Palvelu", "Vastuu"], ["Vene", ""]])
    table.cell(1, 1)._tc.insert(1, parse_xml(asked.format(f" {W}", "<w:p><w:r><w:t>kuka</w:t></w:r></w:p>")))
    document = read(tmp_path, "a.docx", saved(word))
    assert [line.partition(": ")[2] for line in outline(document)] == ["Hakija:", "Palvelu | Vastuu", "Vene"]
    assert losses(document) == [("hidden text", 23)]


def test_comments_are_told(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Vene on rannassa.")
    said = f"<w:comments {W}><w:comment w:id='1'><w:p><w:r><w:t>Onko?</w:t></w:r></w:p></w:comment></w:comments>"
    form = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
    part = Part(PackURI("/word/comments.xml"), form, said.encode(), word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.COMMENTS)
    assert losses(read(tmp_path, "a.docx", saved(word))) == [("hidden text", 5)]
    comment = "<office:annotation><text:p>Onko?</text:p></office:annotation>"
    cell = f"<table:table-cell><text:p>Vene</text:p>{comment}</table:table-cell>"
    for suffix, body in (
        ("odt", f"<text:p>Vene{comment}</text:p>"),
        ("ods", f"<table:table>{odf_row(cell, 'ranta')}</table:table>"),
    ):
        assert losses(read(tmp_path, f"a.{suffix}", odf(suffix, body))) == [("hidden text", 5)]


POINTS = f"""<dgm:dataModel xmlns:dgm="{DIAGRAM}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<dgm:ptLst><dgm:pt modelId="0" type="doc"/>{{}}</dgm:ptLst><dgm:cxnLst>
<dgm:cxn modelId="8" srcId="0" destId="2" srcOrd="1"/><dgm:cxn modelId="9" srcId="0" destId="1" srcOrd="0"/>
<dgm:cxn modelId="7" srcId="1" destId="3" srcOrd="0"/><dgm:cxn modelId="6" srcId="3" destId="0" srcOrd="0"/>
</dgm:cxnLst></dgm:dataModel>"""
BOX = '<dgm:pt modelId="{}"><dgm:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:t></dgm:pt>'
DIAGRAM_DATA = POINTS.format("".join(BOX.format(*each) for each in ((2, "Rakenna"), (1, "Hae lupa"), (3, "ajoissa"))))
DRAWN = (
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData '
    f'uri="{DIAGRAM}"><dgm:relIds xmlns:dgm="{DIAGRAM}" xmlns:r="{OFFICE}" r:dm="{{}}"/></a:graphicData></a:graphic>'
)


@pytest.mark.parametrize(("boxes", "said", "told"), [(DIAGRAM_DATA, 3, []), (POINTS.format(""), 0, [("picture", 1)])])
def test_a_diagram_is_read_as_its_list(tmp_path: Path, boxes: str, said: int, told: list[tuple[str, int]]) -> None:
    wanted = ["• Hae lupa", "• ajoissa", "• Rakenna"][:said]
    form = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    word = docx.Document()
    paragraph = word.add_paragraph("Näin:")
    part = Part(PackURI("/word/diagrams/data1.xml"), form, boxes.encode(), word.part.package)
    link = word.part.relate_to(part, f"{OFFICE}/diagramData")
    inline = f'<wp:inline {nsdecls("wp")}><wp:docPr id="1" name="K"/>{DRAWN.format(link)}</wp:inline>'
    paragraph._p.append(run(f"<w:drawing>{inline}</w:drawing>"))
    assert shown(tmp_path, "a.docx", saved(word)) == ["Näin:", *wanted]
    assert losses(read(tmp_path, "a.docx", saved(word))) == told

    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[5])
    slide.shapes.title.text = "Näin"
    drawn = SlidePart(SlideName("/ppt/diagrams/data1.xml"), form, slide.part.package, boxes.encode())
    link = slide.part.relate_to(drawn, f"{OFFICE}/diagramData")
    slide.shapes._spTree.append(slide_xml(
        '<p:graphicFrame xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvGraphicFramePr><p:cNvPr id="9" name="D"/>'
        "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm>"
        '<a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm>'
        f"{DRAWN.format(link)}</p:graphicFrame>"
    ))  # fmt: skip
    assert shown(tmp_path, "a.pptx", stored(slides)) == ["Näin", *wanted]
    assert losses(read(tmp_path, "a.pptx", stored(slides))) == told


def test_charts_and_older_drawings_are_told_unless_described(tmp_path: Path) -> None:
    word = docx.Document()
    chart = '<a:graphic {}><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"/></a:graphic>'
    for said in ("", "Kävijät kuukausittain"):
        inline = f'<wp:inline {nsdecls("wp")}><wp:docPr id="1" name="K" descr="{said}"/>{{}}</wp:inline>'
        drawn = inline.format(chart.format(nsdecls("a")))
        older = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" alt="{said}"><v:imagedata/></v:shape>'
        word.add_paragraph("Kuva")._p.append(run(f"<w:drawing>{drawn}</w:drawing><w:pict>{older}</w:pict>"))
    assert losses(read(tmp_path, "a.docx", saved(word))) == [("picture", 2)]

    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[5])
    slide.shapes.title.text = "Kävijät"
    chart_data: Any = CategoryChartData
    data = chart_data()
    data.categories = ["2025"]
    data.add_series("Kävijät", (120,))
    for said in ("", "Kävijöitä oli 120"):
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(3), Inches(2), data)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", said)
    assert losses(read(tmp_path, "a.pptx", stored(slides))) == [("picture", 1)]
    drawn = '<draw:object xmlns:x="http://www.w3.org/1999/xlink" x:href="./K"/>'
    body = f"<text:p>Kuva<draw:frame>{drawn}</draw:frame></text:p>"
    assert losses(read(tmp_path, "a.odt", odf("odt", body))) == [("picture", 1)]


def test_a_cell_merged_in_the_older_way_says_its_words_in_each_column(tmp_path: Path) -> None:
    word = docx.Document()
    table = word_table(word, [["Laite", "Kesä", "Talvi"], ["Mökki", "10 €", ""], ["Vene", "5 €", "6 €"]])
    for column, start in ((1, ' w:val="restart"'), (2, "")):
        table.cell(1, column)._tc.get_or_add_tcPr().append(parse_xml(f"<w:hMerge {W}{start}/>"))
    assert outline(read(tmp_path, "a.docx", saved(word)))[1] == "row: Mökki | 10 € | 10 €"


# Notes of tables


def test_a_note_of_a_table_says_which_cell_it_belongs_to(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("Hinnat alla.")._p.append(run('<w:footnoteReference w:id="2"/>'))
    table = word_table(word, [["Laite", "Hinta"], ["Vene", "8 €"], ["Suksi", "9 €"]])
    for row, number in ((1, 3), (2, 4)):
        own = ' w:customMarkFollows="1"' if row == 2 else ""
        reference = f'<w:footnoteReference w:id="{number}"{own}/>' + ("<w:t>*</w:t>" if own else "")
        table.cell(row, 1).paragraphs[0]._p.append(run(reference))
    notes = [(2, "Veroineen."), (3, "Airoineen."), (4, "* Sauvoineen.")]
    made = "".join(
        f'<w:footnote w:id="{at}"><w:p><w:r><w:t>{said}</w:t></w:r></w:p></w:footnote>' for at, said in notes
    )
    document = read(tmp_path, "a.docx", with_footnotes(saved(word), f"<w:footnotes {W}>{made}</w:footnotes>"))
    assert outline(document) == [
        "paragraph: Hinnat alla.",
        "paragraph: Veroineen.",
        "row: Laite | Hinta",
        "row: Vene | 8 €²",
        "row: Suksi | 9 €*",
        "paragraph: ² Airoineen.",
        "paragraph: * Sauvoineen.",
    ]
    note = (
        "<text:note><text:note-citation>{}</text:note-citation><text:note-body><text:p>{}</text:p></text:note-body>"
        "</text:note>"
    )
    cells = [f"8 €{note.format(1, 'Airoineen.')}", f"9 €{note.format('ii', 'Sauvoineen.')}"]
    body = f"<table:table>{odf_row('Vene', cells[0])}{odf_row('Suksi', cells[1])}</table:table>"
    assert outline(read(tmp_path, "a.odt", odf("odt", body))) == [
        "row: Vene | 8 €¹",
        "row: Suksi | 9 €[ii]",
        "paragraph: ¹ Airoineen.",
        "paragraph: [ii] Sauvoineen.",
    ]


# Slides


def stored(slides: Any) -> bytes:
    file = BytesIO()
    slides.save(file)
    return file.getvalue()


def of_boxes(*boxes: tuple[int, int, int, int]) -> list[int]:
    return reading_order([Box(number, *box) for number, box in enumerate(boxes)])


@pytest.mark.parametrize(
    ("boxes", "order"),
    [
        ([(0, 0, 40, 10), (50, 0, 40, 10), (0, 10, 40, 50), (50, 10, 40, 50)], [0, 2, 1, 3]),  # headings above texts
        ([(0, 0, 90, 9), (0, 10, 40, 10), (50, 10, 40, 10), (0, 20, 40, 50), (50, 20, 40, 50)], [0, 1, 3, 2, 4]),
        ([(0, 0, 10, 10), (20, 0, 70, 10), (0, 20, 10, 10), (20, 20, 70, 10)], [0, 1, 2, 3]),  # names of rows
        ([(50, 0, 40, 60), (0, 0, 40, 30), (0, 30, 40, 30)], [1, 2, 0]),
        ([(0, 20, 90, 10), (0, 0, 90, 10)], [1, 0]),
        ([(50, 0, 40, 10), (0, 20, 40, 10)], [0, 1]),  # not beside each other
        ([(0, 0, 42, 20), (40, 1, 42, 20)], [0, 1]),  # a little over each other
        ([(0, 0, 0, 0), (0, 0, 0, 0)], [0, 1]),
    ],
)
def test_boxes_are_read_in_columns(boxes: list[tuple[int, int, int, int]], order: list[int]) -> None:
    assert of_boxes(*boxes) == order


def test_many_boxes_are_read_in_time() -> None:
    assert len(of_boxes(*((column * 50, at * 2, 40, 1) for at in range(5000) for column in (0, 1)))) == 10_000
    assert len(of_boxes(*((at, at, 5000 - at, 5000 - at) for at in range(3000)))) == 3000


def test_two_columns_of_a_slide_are_read_one_after_the_other(tmp_path: Path) -> None:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[4])
    slide.shapes.title.text = "Vertailu"
    for at, words in enumerate(("Saa", "Soutaa", "Ei saa", "Sukeltaa"), start=1):
        slide.placeholders[at].text = words
    slide.shapes.add_picture(picture(), 0, Inches(1), Inches(9), Inches(6))  # a ground
    document = read(tmp_path, "a.pptx", stored(slides))
    assert [line.partition(": ")[2] for line in outline(document)] == [
        "Vertailu",
        "Saa",
        "Soutaa",
        "Ei saa",
        "Sukeltaa",
    ]
    places = [(1, 3, "Saa", 1), (9, 3, "Ei saa", 1), (1, 5, "Soutaa", 6), (9, 5, "Sukeltaa", 6)]
    frames = "".join(
        f'<draw:{kind} svg:x="{x}cm" svg:y="{y}cm" svg:width="7cm" svg:height="{height}cm"><text:p>{words}</text:p>'
        f"</draw:{kind}>"
        for (x, y, words, height), kind in zip(places, ["rect", "custom-shape", "rect", "ellipse"], strict=True)
    )
    document = read(tmp_path, "a.odp", odf("odp", f"<draw:page>{frames}</draw:page>"))
    assert [line.partition(": ")[2] for line in outline(document)] == ["Saa", "Soutaa", "Ei saa", "Sukeltaa"]


def test_a_slides_list_keeps_its_numbers(tmp_path: Path) -> None:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    frame = slide.placeholders[1].text_frame
    paragraphs = [
        ("Hae", 0, "a"), ("heti", 1, "r"), ("", 0, ""), ("Odota", 0, "a"), ("Tauko", 0, ""), ("Jatka", 0, "a"),
        ("Seitsemäs", 0, "7"),
    ]  # fmt: skip
    kinds = {"a": 'type="alphaLcParenR"', "r": 'type="romanUcPeriod"', "7": 'type="arabicPeriod" startAt="7"'}
    names = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    for number, (words, depth, kind) in enumerate(paragraphs):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.text, paragraph.level = words, depth
        if kind:
            paragraph._p.get_or_add_pPr().append(slide_xml(f"<a:buAutoNum {names} {kinds[kind]}/>"))
    box = slide.shapes.add_textbox(0, Inches(6), Inches(4), Inches(1)).text_frame
    style = f'<a:lstStyle {names}><a:lvl1pPr><a:buAutoNum type="arabicParenBoth"/></a:lvl1pPr></a:lstStyle>'
    box._txBody.insert(1, slide_xml(style))
    box.text = "Laatikossa"
    lines = shown(tmp_path, "a.pptx", stored(slides))
    assert lines == ["a) Hae", "I. heti", "b) Odota", "• Tauko", "a) Jatka", "7. Seitsemäs", "(1) Laatikossa"]


def test_a_slides_row_of_one_cell_is_said_once(tmp_path: Path) -> None:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[6])
    table = slide.shapes.add_table(5, 3, 0, 0, Inches(6), Inches(3)).table
    rows = [["Laite", "Arki", "Pyhä"], ["Vene", "saa", "ei"], ["Kaikki", "", ""], ["", "", ""], ["Suksi", "ei", ""]]
    for row, words in enumerate(rows):
        for column, said in enumerate(words):
            table.cell(row, column).text = said
    table.cell(2, 0).merge(table.cell(3, 2))
    table.cell(4, 1).merge(table.cell(4, 2))
    assert outline(read(tmp_path, "a.pptx", stored(slides)))[1:] == [
        "row: Vene | saa | ei",
        "row: Kaikki",
        "row: Suksi | ei | ei",
    ]


def test_a_shape_that_a_slide_has_twice_is_read_once(tmp_path: Path) -> None:
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[6])
    box = slide.shapes.add_textbox(0, 0, Inches(4), Inches(1))
    box.text_frame.text = "Vuokra on 5 €."
    names = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    twice = slide_xml(f'<mc:AlternateContent {names}><mc:Choice Requires="a14"/><mc:Fallback/></mc:AlternateContent>')
    box._element.addprevious(twice)
    twice[1].append(slide_xml(BLANK_BOX))
    twice[0].append(box._element)
    assert outline(read(tmp_path, "a.pptx", stored(slides))) == ["paragraph: Vuokra on 5 €."]


BLANK_BOX = (
    '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="99" name="x"/><p:cNvSpPr/>'
    "<p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>Kopio</a:t></a:r></a:p></p:txBody></p:sp>"
)


# OpenDocument


@pytest.mark.parametrize(
    "name", ["table-index", "illustration-index", "object-index", "alphabetical-index", "user-index"]
)
def test_an_index_repeats_what_stands_elsewhere(tmp_path: Path, name: str) -> None:
    index = f"<text:{name}><text:index-body><text:p>Taulukko 1, 3</text:p></text:index-body></text:{name}>"
    body = f"{index}<text:p>Vene on rannassa.</text:p>"
    assert outline(read(tmp_path, "a.odt", odf("odt", body))) == ["paragraph: Vene on rannassa."]


def test_an_empty_item_of_a_list_counts(tmp_path: Path) -> None:
    items = "".join(f"<text:list-item><text:p>{words}</text:p></text:list-item>" for words in ("eka", "", "toka"))
    lines = shown(tmp_path, "a.odt", odf("odt", f'<text:list text:style-name="L">{items}</text:list>'))
    assert lines == ["a) eka", "c) toka"]
