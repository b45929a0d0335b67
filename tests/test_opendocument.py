"""OpenDocument files, written out as LibreOffice writes them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from rag.errors import UnreadableSource
from rag.publishing.quality import QUOTABLE
from rag.sources.readers import read_document
from rag.types import Document
from tests.test_as_people_have_it import losses, outline, rows_of

KINDS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    f'xmlns:{short}="{OASIS}:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "presentation": "presentation", "fo": "xsl-fo-compatible", "svg": "svg-compatible",
    }.items()
)  # fmt: skip
STYLES = """
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="S" style:family="text">
<style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="S2" style:family="text" style:parent-style-name="S"/>
<style:style style:name="V" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="U" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="H" style:family="drawing-page">
<style:drawing-page-properties presentation:visibility="hidden"/></style:style>
<text:list-style style:name="L">
<text:list-level-style-number text:level="1" style:num-format="a" style:num-suffix=")"/>
<text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2" text:start-value="3"/>
</text:list-style>"""


def odf(suffix: str, body: str, before: str = "", **parts: str) -> bytes:
    """A file of a kind; before: stands in front of its content; parts: further ones by name, "_" for "/"."""
    content = (
        f"<?xml version='1.0'?>{before}<office:document-content {NAMES}><office:automatic-styles>{STYLES}"
        f"</office:automatic-styles><office:body><office:{KINDS[suffix]}>{body}</office:{KINDS[suffix]}></office:body>"
        "</office:document-content>"
    )
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{KINDS[suffix]}", ZIP_STORED)
        archive.writestr("content.xml", content)
        for name, part in parts.items():
            archive.writestr(name.replace("_", "/"), part)
    return file.getvalue()


def read(folder: Path, suffix: str, body: str) -> Document:
    (folder / f"a.{suffix}").write_bytes(odf(suffix, body))
    return read_document(folder / f"a.{suffix}", folder, lambda _: "fi")


def row(*cells: str) -> str:
    made = "".join(
        cell if cell.startswith("<") else f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{made}</table:table-row>"


def merged(words: str, rows: int = 1, columns: int = 1) -> str:
    spans = f'table:number-rows-spanned="{rows}" table:number-columns-spanned="{columns}"'
    return f"<table:table-cell {spans}><text:p>{words}</text:p></table:table-cell>"


COVERED = "<table:covered-table-cell/>"


def test_a_text_is_read_in_its_order_with_its_notes(tmp_path: Path) -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>Kortti on maksuton.</text:p></text:note-body></text:note>"
    )
    document = read(
        tmp_path,
        "odt",
        "<text:table-of-content><text:index-body><text:p>Lainaus 3</text:p></text:index-body></text:table-of-content>"
        '<text:h text:outline-level="1">Lainaaminen</text:h>'
        f"<text:p>Kirjan<text:s/>saa<text:line-break/>lainata{note} kortilla. Niitä on "
        '126<text:span text:style-name="U">3</text:span>.</text:p>'
        "<text:section><text:p>Osion teksti.</text:p></text:section>"
        "<text:p>Kuva <draw:frame><draw:text-box><text:p>Ruudun teksti.</text:p></draw:text-box></draw:frame></text:p>",
    )
    assert outline(document) == [
        "heading: Lainaaminen",
        "paragraph: Kirjan saa lainata kortilla. Niitä on 126³.",
        "paragraph: Kortti on maksuton.",
        "paragraph: Osion teksti.",
        "paragraph: Kuva",
        "paragraph: Ruudun teksti.",
    ]
    assert document.metadata.title == "Lainaaminen"
    assert document.quotability is not None
    assert document.quotability.share >= QUOTABLE, document.quotability


def test_a_list_keeps_its_marks_and_goes_on_where_it_says_so(tmp_path: Path) -> None:
    def item(words: str, inner: str = "") -> str:
        return f"<text:list-item><text:p>{words}</text:p>{inner}</text:list-item>"

    inner = f"<text:list>{item('alakohta')}{item('toinen')}</text:list>"
    document = read(
        tmp_path,
        "odt",
        f'<text:list text:style-name="L">{item("eka")}{item("toka", inner)}</text:list><text:p>Väli.</text:p>'
        f'<text:list text:style-name="L" text:continue-numbering="true">{item("kolmas")}</text:list>'
        f'<text:p>Väli.</text:p><text:list text:style-name="L">{item("alusta")}</text:list>'
        f"<text:p>Väli.</text:p><text:list>{item('luoti')}</text:list>",
    )
    marked = [line.strip() for line in document.text.split("\n") if line and line != "Väli."]
    assert marked == ["a) eka", "b) toka", "b.3 alakohta", "b.4 toinen", "c) kolmas", "a) alusta", "• luoti"]


def test_a_tables_merged_cells_and_heads(tmp_path: Path) -> None:
    head = f"<table:table-header-rows>{row('Aineisto', 'Paikka', 'Sallittu')}</table:table-header-rows>"
    document = read(
        tmp_path,
        "odt",
        f"<table:table>{head}{row(merged('Salainen', rows=2), 'Levy', 'kyllä')}{row(COVERED, 'Pilvi', 'ei')}"
        f"{row('Julkinen', merged('kaikissa', columns=2), COVERED)}</table:table>",
    )
    heads = ["Aineisto", "Paikka", "Sallittu"]
    rows = [["Salainen", "Levy", "kyllä"], ["Salainen", "Pilvi", "ei"], ["Julkinen", "kaikissa", "kaikissa"]]
    assert rows_of(document) == [list(zip(heads, cells, strict=True)) for cells in rows]


def test_what_is_not_in_force_hidden_or_drawn_is_told(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "odt",
        "<text:tracked-changes><text:changed-region><text:p>Poistettu.</text:p></text:changed-region></text:tracked-changes>"
        '<text:p>Pysäköinti on <text:span text:style-name="S2">maksutonta</text:span> maksullista.'
        '<text:span text:style-name="V">Piilo</text:span><office:annotation><text:p>Huomautus</text:p>'
        "</office:annotation></text:p><text:p><draw:frame><draw:image/></draw:frame><draw:frame><svg:desc>Kaavio</svg:desc><draw:image/>"
        '</draw:frame></text:p><text:section text:display="none"><text:p>Salattu</text:p></text:section>',
    )
    assert outline(document) == ["paragraph: Pysäköinti on maksullista."]
    assert losses(document) == [("struck out", 10), ("hidden text", 21), ("picture", 1)]


def test_sheets_are_sections_of_rows(tmp_path: Path) -> None:
    empty = '<table:table-cell table:number-columns-repeated="16380"/>'
    document = read(
        tmp_path,
        "ods",
        f'<table:table table:name="Rajat">{row("Rajat vuonna 2026", empty)}{row(empty)}'
        f"{row('Arvo', 'Hyväksyjä', 'Osuus', empty)}{row('Alle 5 000 €', 'Esihenkilö', '25 %', empty)}"
        '<table:table-row table:visibility="collapse"><table:table-cell><text:p>Piilo</text:p></table:table-cell>'
        "<table:table-cell><text:p>rivi</text:p></table:table-cell></table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row></table:table>',
    )
    assert outline(document)[:2] == ["heading: Rajat", "caption: Rajat vuonna 2026"]
    assert rows_of(document) == [[("Arvo", "Alle 5 000 €"), ("Hyväksyjä", "Esihenkilö"), ("Osuus", "25 %")]]
    assert losses(document) == [("hidden text", 9)]


def test_slides_are_sections_in_reading_order(tmp_path: Path) -> None:
    def frame(words: str, kind: str, y: str) -> str:
        return (
            f'<draw:frame presentation:class="{kind}" svg:y="{y}"><draw:text-box><text:p>{words}</text:p>'
            "</draw:text-box></draw:frame>"
        )

    document = read(
        tmp_path,
        "odp",
        f"<draw:page>{frame('Salaista ei saa syöttää.', 'outline', '9cm')}{frame('Alku.', 'subtitle', '20mm')}"
        f"{frame('Saa ja ei saa', 'title', '10cm')}{frame('7', 'page-number', '1cm')}"
        f"<presentation:notes>{frame('Muistuta luvasta.', 'notes', '1cm')}</presentation:notes></draw:page>"
        f"<draw:page>{frame('Toinen', 'title', '1cm')}{frame('Teksti.', 'outline', '2cm')}</draw:page>",
    )
    assert [(block.page, block.span.of(document.text)) for block in document.blocks] == [
        (1, "Saa ja ei saa"),
        (1, "Alku."),
        (1, "Salaista ei saa syöttää."),
        (1, "Muistuta luvasta."),
        (2, "Toinen"),
        (2, "Teksti."),
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason", "told"),
    [
        ("a.odt", odf("ods", ""), "wrong_type", "OpenDocument sheet"),
        ("a.docx", odf("odt", ""), "wrong_type", "OpenDocument text"),
        ("a.odt", odf("odt", "<text:p>"), "damaged", "OpenDocument"),
        ("a.odt", odf("odt", "", **{"META-INF_manifest.xml": "<encryption-data/>"}), "encrypted", "password"),
        ("a.odt", odf("odt", ""), "empty", "no words"),
        ("a.odt", odf("odt", "")[:90], "damaged", "OpenDocument"),
    ],
    ids=["sheet", "Word", "broken", "password", "empty", "cut"],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes, reason: str, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableSource) as raised:
        read_document(tmp_path / name, tmp_path, lambda _: "fi")
    assert (raised.value.reason, told in raised.value.detail) == (reason, True)
