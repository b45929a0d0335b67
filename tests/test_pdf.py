"""PDF files: what stands where on the page says in which order it is read, and what is a table."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from rag.sources.chunking import cells_of, chunk_document
from rag.sources.readers import read_document
from rag.sources.reading_process import read_isolated
from rag.types import Document

Placed = tuple[float, float, str]  # points from the left, points from above, words
LEFT, RIGHT, WIDE = 60.0, 310.0, 475.0  # two columns, and the width of both
PROSE = [
    "Virkamies saa käyttää palvelua vain, kun",
    "tietohallinto on hyväksynyt sen ja hänellä",
    "on tehtävään lupa. Lupa annetaan aina",
    "kirjallisesti ja liitetään asiaan, jota se",
    "koskee. Se on voimassa enintään vuoden,",
    "minkä jälkeen sitä on haettava uudelleen",
    "samalla tavalla kuin ensimmäistä lupaa",
    "haettiin. Päätöksen lupahakemuksesta",
]
MORE = [
    "tekee yksikön johtaja kuukauden kuluessa",
    "hakemuksesta, ja hylkäävä päätös on aina",
    "perusteltava. Ulkopuolinen ei saa lupaa,",
    "vaikka hän tekisi työtä virastolle oman",
    "sopimuksensa nojalla ja viraston omilla",
    "laitteilla. Poikkeuksia ei myönnetä.",
]


def read(folder: Path, content: bytes) -> Document:
    (folder / "a.pdf").write_bytes(content)
    return read_document(folder / "a.pdf", folder, lambda _: "fi")


def outline(document: Document) -> list[str]:
    return [f"{block.kind}: {block.span.of(document.text)}" for block in document.blocks]


def rows_of(document: Document) -> list[dict[str, str]]:
    """Each row that can be quoted: head of the column → cell."""
    found = []
    for chunk in chunk_document(document, lambda text: len(text.split()), frozenset()):
        if chunk.kind == "row":
            cells, heads = cells_of(chunk, document)
            found.append(dict(zip(heads or map(str, range(len(cells))), cells, strict=True)))
    return found


class Sheet(FPDF):
    """Pages in points, with words at places."""

    def __init__(self, *pages: Sequence[Placed], size: float = 11) -> None:
        super().__init__(unit="pt", format="A4")
        self.set_auto_page_break(False)
        for page in pages:
            self.add_page()
            self.put(page, size)

    def put(self, words: Sequence[Placed], size: float = 11, bold: bool = False) -> None:
        self.set_font("helvetica", "B" if bold else "", size)
        for x, y, said in words:
            self.text(x, y, said)

    def content(self) -> bytes:
        return bytes(self.output())


def down(x: float, y: float, lines: Sequence[str], step: float = 14.0) -> list[Placed]:
    return [(x, y + step * number, line) for number, line in enumerate(lines)]


def joined(*lines: str) -> str:
    return " ".join(lines)


# Order


@pytest.mark.parametrize("shift", [0.0, 5.0])
@pytest.mark.parametrize("by_line", [False, True])
def test_columns_are_read_one_after_the_other(tmp_path: Path, shift: float, by_line: bool) -> None:
    """Whether the lines of both stand beside each other or not, and in whatever order the file has them."""
    columns = [*down(LEFT, 140, PROSE), *down(RIGHT, 140 + shift, MORE)]
    if by_line:
        columns.sort(key=lambda placed: placed[1])
    above, below = "Ohje koskee kaikkia viraston työntekijöitä ja luottamushenkilöitä sekä harjoittelijoita.", "Ohje"
    page = [(LEFT, 100.0, above), *columns, (LEFT, 300.0, f"{below} tulee voimaan heti, ja se julkaistaan verkossa.")]
    document = read(tmp_path, Sheet(page).content())
    assert outline(document) == [
        f"paragraph: {above}",
        f"paragraph: {joined(*PROSE, *MORE)}",
        "paragraph: Ohje tulee voimaan heti, ja se julkaistaan verkossa.",
    ]


def test_a_heading_below_columns_heads_what_follows(tmp_path: Path) -> None:
    sheet = Sheet([*down(LEFT, 100, PROSE), *down(RIGHT, 100, MORE)])
    sheet.put([(LEFT, 250, "Voimaantulo")], size=16)
    sheet.put([*down(LEFT, 280, PROSE), *down(RIGHT, 280, MORE)])
    assert outline(read(tmp_path, sheet.content())) == [
        f"paragraph: {joined(*PROSE, *MORE)}",
        "heading: Voimaantulo",
        f"paragraph: {joined(*PROSE, *MORE)}",
    ]


def test_lists_beside_each_other_are_two_lists(tmp_path: Path) -> None:
    allowed, forbidden = ["julkisia tietoja", "omia muistiinpanoja"], ["salassa pidettäviä tietoja", "henkilötietoja"]
    sheet = Sheet()
    sheet.add_page()
    sheet.put([(LEFT, 100, "Saa syöttää"), (RIGHT, 100, "Ei saa syöttää")], size=15)
    for x, items in ((LEFT, allowed), (RIGHT, forbidden)):
        sheet.put([(x, y, "-") for _, y, _ in down(x, 125, items)] + down(x + 14, 125, items))
    assert outline(read(tmp_path, sheet.content())) == [
        "heading: Saa syöttää",
        *(f"item: {words}" for words in allowed),
        "heading: Ei saa syöttää",
        *(f"item: {words}" for words in forbidden),
    ]


def test_an_address_and_a_date_beside_it_are_no_table(tmp_path: Path) -> None:
    page = [(LEFT, 100, "Digivirasto"), (400, 100, "Päätös"), (LEFT, 114, "Helsinki"), (400, 114, "1.3.2026")]
    page.append((LEFT, 160, "Hakemus hyväksytään, koska edellytykset täyttyvät kaikilta osin jo nyt."))
    assert not rows_of(read(tmp_path, Sheet(page).content()))


def test_letters_that_are_written_one_by_one_are_words(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.add_page()
    sheet.set_font("helvetica", size=11)
    places, x = [], LEFT
    for letter in "Tietoja ei saa luovuttaa.":
        places.append((x, 100.0, letter))
        x += sheet.get_string_width(letter)
    sheet.put([place for place in reversed(places) if place[2] != " "])
    assert outline(read(tmp_path, sheet.content())) == ["paragraph: Tietoja ei saa luovuttaa."]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_that_is_turned_is_read_as_it_is_seen(tmp_path: Path, quarters: int) -> None:
    writer = PdfWriter()
    page = writer.add_page(
        PdfReader(BytesIO(Sheet([*down(LEFT, 100, PROSE), *down(RIGHT, 100, MORE)]).content())).pages[0]
    )
    page.rotate(90 * quarters)
    page.transfer_rotation_to_content()
    page.rotate(-90 * quarters)  # sideways on paper that stands upright
    file = BytesIO()
    writer.write(file)
    assert outline(read(tmp_path, file.getvalue())) == [f"paragraph: {joined(*PROSE, *MORE)}"]


def test_what_runs_over_the_pages_interrupts_no_sentence(tmp_path: Path) -> None:
    sheet = Sheet()
    for lines in (PROSE, MORE):
        sheet.add_page()
        sheet.put(down(LEFT, 100, lines))
        sheet.set_font("helvetica", size=60)
        with sheet.rotation(45, 300, 400):
            sheet.text(200, 400, "LUONNOS")
    assert outline(read(tmp_path, sheet.content())) == [f"paragraph: {joined(*PROSE, *MORE)}", "paragraph: LUONNOS"]


def test_what_is_filled_into_a_form_is_read_beside_its_label(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.append(
        PdfReader(BytesIO(Sheet([(LEFT, 100, "Hakija:"), (LEFT, 140, "Lupa on voimassa vuoden.")]).content()))
    )
    font = {
        NameObject(f"/{key}"): NameObject(f"/{name}")
        for key, name in {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica"}.items()
    }
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("hakija"),
            NameObject("/V"): TextStringObject("Kaupunginhallitus"),
            NameObject("/Rect"): ArrayObject([FloatObject(each) for each in (104, 738, 300, 752)]),
            NameObject("/DA"): TextStringObject("/Helv 11 Tf 0 g"),
            NameObject("/F"): NumberObject(4),
        }
    )
    fields = ArrayObject([writer._add_object(field)])
    writer.pages[0][NameObject("/Annots")] = fields
    fonts = DictionaryObject({NameObject("/Helv"): DictionaryObject(font)})
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): fields,
            NameObject("/NeedAppearances"): BooleanObject(True),
            NameObject("/DR"): DictionaryObject({NameObject("/Font"): fonts}),
        }
    )
    file = BytesIO()
    writer.write(file)
    assert read(tmp_path, file.getvalue()).text == "Hakija: Kaupunginhallitus\n\nLupa on voimassa vuoden."


# Tables

HEADS = ("Tieto", "Pilvi", "Oma palvelin")
COLUMNS = (60.0, 200.0, 330.0)


def aligned(y: float, *rows: Sequence[str], step: float = 24.0) -> list[Placed]:
    """A table without lines; a cell's lines are parted by a bar."""
    return [
        placed
        for number, row in enumerate(rows)
        for x, cell in zip(COLUMNS, row, strict=True)
        for placed in down(x, y + step * number, cell.split("|") if cell else [], 13)
    ]


def test_a_table_without_lines_is_read_row_by_row(tmp_path: Path) -> None:
    rows = [
        HEADS,
        ("Julkinen", "sallittu", "sallittu"),
        ("Sisäinen", "kielletty", "sallittu, kun lupa|on annettu"),
        ("Salassa pidettävä", "kielletty", "kielletty"),
    ]
    above = (LEFT, 100.0, "Tiedon saa tallentaa vain seuraaviin paikkoihin, joista tietohallinto vastaa.")
    below = (LEFT, 260.0, "Poikkeuksista päättää hallintojohtaja.")
    document = read(tmp_path, Sheet([above, *aligned(140, *rows, step=30), below]).content())
    assert rows_of(document) == [
        dict(zip(HEADS, [cell.replace("|", " ") for cell in row], strict=True)) for row in rows[1:]
    ]
    assert [line for line in outline(document) if not line.startswith("row")] == [
        f"paragraph: {above[2]}",
        f"paragraph: {below[2]}",
    ]


def test_a_label_stands_for_the_rows_below_it(tmp_path: Path) -> None:
    rows = [HEADS, ("Salainen", "levy", "kyllä"), ("", "pilvi", "ei"), ("Julkinen", "pilvi", "kyllä")]
    found = rows_of(read(tmp_path, Sheet(aligned(100, *rows, step=16)).content()))
    assert [row["Tieto"] for row in found] == ["Salainen", "Salainen", "Julkinen"]


def test_names_and_what_is_said_of_them_are_rows(tmp_path: Path) -> None:
    said = [("Vastuutaho", "Digivirasto"), ("Valmis", "31.12.2027"), ("Kustannus", "12 milj. euroa")]
    page = [
        (x, 100.0 + 16 * number, words)
        for number, row in enumerate(said)
        for x, words in zip((60, 220), row, strict=True)
    ]
    assert outline(read(tmp_path, Sheet(page).content())) == [f"row: {name} | {value}" for name, value in said]


def test_narrow_cells_are_parted_by_their_line(tmp_path: Path) -> None:
    """Less room lies between the words of two cells than between those of one."""
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", size=11)
    width = sheet.get_string_width("Sallittu, kun lupa on") + 2 * sheet.c_margin + 0.1
    with sheet.table(col_widths=(30, width, 30), width=60 + width, align="LEFT") as table:
        for cells in (("Palvelu", "Sisäinen", "Salainen"), ("Koivu", "Sallittu, kun lupa on", "Kielletty")):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    found = {"Palvelu": "Koivu", "Sisäinen": "Sallittu, kun lupa on", "Salainen": "Kielletty"}
    assert rows_of(read(tmp_path, bytes(sheet.output()))) == [found]


def test_two_rows_of_heads_are_joined(tmp_path: Path) -> None:
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", size=11)
    with sheet.table(num_heading_rows=2) as table:
        row = table.row()
        row.cell("Yksikkö", rowspan=2)
        row.cell("2025", colspan=2)
        row = table.row()
        row.cell("Naiset")
        row.cell("Miehet")
        row = table.row()
        for cell in ("Arkisto", "11", "2"):
            row.cell(cell)
    found = rows_of(read(tmp_path, bytes(sheet.output())))
    assert found == [{"Yksikkö": "Arkisto", "2025 Naiset": "11", "2025 Miehet": "2"}]


def boxed(sheet: Sheet, top: float, *rows: Sequence[str]) -> None:
    for number, cells in enumerate(rows):
        for x, width, cell in zip((60, 160), (100, 300), cells, strict=True):
            sheet.rect(x, top + 20 * number, width, 20)
            sheet.put([(x + 4, top + 20 * number + 14, cell)])


def test_a_row_that_the_page_divides_is_one(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.add_page()
    boxed(sheet, 720, ("Laina", "enintään vuodeksi"), ("Lahja", "kielletty, paitsi jos arvo on"))
    sheet.add_page()
    boxed(sheet, 100, ("", "alle 20 euroa"), ("Palkkio", "ilmoitetaan"))
    assert outline(read(tmp_path, sheet.content())) == [
        "row: Laina | enintään vuodeksi",
        "row: Lahja | kielletty, paitsi jos arvo on alle 20 euroa",
        "row: Palkkio | ilmoitetaan",
    ]


def test_the_last_row_alone_on_the_next_page_is_a_row(tmp_path: Path) -> None:
    sheet = Sheet()
    for top, rows in ((720, [("Laina", "vuodeksi"), ("Lahja", "kielletty")]), (100, [("Palkkio", "ilmoitetaan")])):
        sheet.add_page()
        boxed(sheet, top, *rows)
    sheet.put([(60, 160, "Muusta päättää johtaja.")])
    assert outline(read(tmp_path, sheet.content())) == [
        "row: Laina | vuodeksi",
        "row: Lahja | kielletty",
        "row: Palkkio | ilmoitetaan",
        "paragraph: Muusta päättää johtaja.",
    ]


def test_what_stands_between_the_lines_of_no_cell_is_read_too(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.add_page()
    for x, y in ((60, 100), (60, 120), (60, 140), (160, 100), (160, 120)):  # the last row has no second cell
        sheet.rect(x, y, 100, 20)
    cells = [(64, 114, "Laite"), (164, 114, "Saako"), (64, 134, "Puhelin"), (164, 134, "saa"), (64, 154, "Kello")]
    sheet.put([*cells, (164, 154, "ei saa")])
    document = read(tmp_path, sheet.content())
    assert [word for word in ("Laite", "Saako", "Puhelin", "Kello", "ei saa") if word not in document.text] == []


@pytest.mark.parametrize("step", [3, 12])
def test_squared_paper_is_no_table_and_takes_no_time(tmp_path: Path, step: int) -> None:
    sheet = Sheet([(LEFT, 100.0, "Luonnostele tähän oma sijaintisi ja sen ympäristö.")])
    for place in range(0, 595, step):
        sheet.line(place, 0, place, 842)
    for place in range(0, 842, step):
        sheet.line(0, place, 595, place)
    document = read_isolated("a.pdf", {"a.pdf": sheet.content()}, 10_000_000, timeout_s=20)
    assert "Luonnostele tähän oma sijaintisi" in document.text


# Margins and notes


def test_heads_and_feet_of_left_and_right_pages_are_left_out(tmp_path: Path) -> None:
    sheet = Sheet()
    for number in range(1, 7):
        sheet.add_page()
        sheet.put(down(LEFT, 120, [f"Kohta {number} koskee kaikkia viraston tekemiä päätöksiä ja hankintoja."]))
        heads = [(LEFT, 40.0, "Digivirasto"), (500.0, 40.0, f"{number} (6)")]
        sheet.put(heads if number % 2 else [(LEFT, 40.0, f"{number} (6)"), (300.0, 40.0, "Hankintaohje")])
        sheet.put([(LEFT, 810.0, "Helsinki, puh. 0295 000 000")], size=8)
    said = [
        f"paragraph: Kohta {number} koskee kaikkia viraston tekemiä päätöksiä ja hankintoja." for number in range(1, 7)
    ]
    assert outline(read(tmp_path, sheet.content())) == said


@pytest.mark.parametrize("y", [75.0, 770.0])
def test_what_each_page_says_near_its_margin_stays(tmp_path: Path, y: float) -> None:
    pages = [[(LEFT, 300.0, f"Toimi {number} alkaa."), (LEFT, y, "Vastuutaho: Digivirasto")] for number in range(4)]
    assert read(tmp_path, Sheet(*pages, size=18).content()).text.count("Vastuutaho: Digivirasto") == 4


def test_a_footnote_is_read_behind_the_words_that_it_belongs_to(tmp_path: Path) -> None:
    sheet = Sheet([(LEFT, 100, "Kortin saa luovuttaa virkamiehelle"), *down(LEFT, 140, PROSE)])
    end = LEFT + sheet.get_string_width("Kortin saa luovuttaa virkamiehelle")
    sheet.put([(end, 96, "1")], size=7)
    sheet.put([(end + 7, 100, "viraston tiloissa.")])
    sheet.put([(LEFT, 777, "1")], size=5)
    sheet.put(
        [(LEFT + 4, 780, "Ei kuitenkaan harjoittelijalle eikä sille, joka tekee"), (LEFT, 790, "työtä vuokrattuna.")],
        size=8,
    )
    sheet.add_page()
    sheet.put(down(LEFT, 100, MORE))
    assert outline(read(tmp_path, sheet.content())) == [
        "paragraph: Kortin saa luovuttaa virkamiehelle¹ viraston tiloissa.",
        "paragraph: Ei kuitenkaan harjoittelijalle eikä sille, joka tekee työtä vuokrattuna.",
        f"paragraph: {joined(*PROSE, *MORE)}",
    ]


def test_small_print_without_a_mark_stays_where_it_stands(tmp_path: Path) -> None:
    sheet = Sheet([*down(LEFT, 140, PROSE)])
    sheet.put([(LEFT, 700, "2 Tiedot: Digivirasto.")], size=8)
    assert outline(read(tmp_path, sheet.content()))[-1] == "paragraph: 2 Tiedot: Digivirasto."


def test_a_word_keeps_its_hyphen_where_the_line_ends(tmp_path: Path) -> None:
    lines = [
        "Palvelun nimi on Koivu-avustaja kaikkialla.",
        "Ohje koskee Koivu-",
        "avustajaa ja Koivu-avustajaa käyttäviä ihmisiä.",
    ]
    assert "Koivuavustaja" not in read(tmp_path, Sheet(down(LEFT, 100, lines)).content()).text


# Tags


def tagged(*lines: tuple[str, int, str], first: float = 11) -> bytes:
    """One page of lines in 11 points, 14 points apart, each with its element's kind and number; first: the first's."""
    elements = dict.fromkeys((number, kind) for kind, number, _ in lines)
    marks = ""
    for place, (kind, _, words) in enumerate(lines):
        size, y = 11 if place else first, 700 - 14 * place
        marks += f"/{kind} <</MCID {place}>> BDC BT /F {size} Tf 60 {y} Td ({words}) Tj ET EMC\n"
    number_of = 7  # the first element's object
    kids = " ".join(f"{number_of + place} 0 R" for place in range(len(elements)))
    owners = [number_of + list(elements).index((number, kind)) for kind, number, _ in lines]
    objects = [
        "<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/StructParents 0"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(marks)}>>\nstream\n{marks}endstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        f"<</Type/StructTreeRoot/K[{kids}]/ParentTree<</Nums[0[{' '.join(f'{owner} 0 R' for owner in owners)}]]>>>>",
    ]
    for number, kind in elements:
        contents = " ".join(str(place) for place, line in enumerate(lines) if line[:2] == (kind, number))
        objects.append(f"<</Type/StructElem/S/{kind}/P 6 0 R/Pg 3 0 R/K[{contents}]>>")
    file, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(file))
        file += f"{number} 0 obj\n{each}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer<</Root 1 0 R/Size {count}>>\nstartxref\n{len(file)}\n"
    return file + f"{end}%%EOF".encode()


def test_a_tagged_file_says_what_is_a_heading_and_where_a_paragraph_ends(tmp_path: Path) -> None:
    content = tagged(
        ("H1", 0, "Etätyöohje"),
        ("P", 1, "Etätyöstä sovitaan kirjallisesti."),
        ("P", 2, "SOPIMUS TEHDÄÄN VUODEKSI"),
        ("H2", 3, "Työaika ja sen kirjaaminen sekä"),
        ("H2", 3, "ylityö"),
        ("P", 4, "Työaika kirjataan joka päivä"),
        ("P", 4, "järjestelmään. Ylityöstä sovitaan."),
    )
    document = read(tmp_path, content)
    assert outline(document) == [
        "heading: Etätyöohje",
        "paragraph: Etätyöstä sovitaan kirjallisesti.",
        "paragraph: SOPIMUS TEHDÄÄN VUODEKSI",
        "heading: Työaika ja sen kirjaaminen sekä ylityö",
        "paragraph: Työaika kirjataan joka päivä järjestelmään. Ylityöstä sovitaan.",
    ]
    assert [block.level for block in document.blocks if block.kind == "heading"] == [1, 2]


def test_a_title_that_is_tagged_as_a_paragraph_is_the_title(tmp_path: Path) -> None:
    """As Word and LibreOffice tag it."""
    lines = [
        ("P", 0, "Etätyöohje"),
        ("H1", 1, "Tausta"),
        ("P", 2, "Ohje koskee kaikkia."),
        ("H1", 3, "Luvat"),
        ("P", 4, "Niin."),
    ]
    document = read(tmp_path, tagged(*lines, first=20))
    headings = [(block.level, block.span.of(document.text)) for block in document.blocks if block.kind == "heading"]
    assert headings == [(1, "Etätyöohje"), (2, "Tausta"), (2, "Luvat")]
