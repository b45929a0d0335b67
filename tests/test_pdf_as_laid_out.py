"""PDF files as programs and scanners lay them out: stretched lines, open tables, pictures for pages, forms."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from rag.errors import UnreadableSource
from rag.sources.formats import BY_SUFFIX
from rag.sources.pdf_frames import missing_sides
from rag.sources.pdf_page import Rule
from rag.sources.quotability import quotability_of
from rag.sources.raw_text import of_pdf
from rag.sources.text_recognition import Tesseract
from rag.types import Document
from tests.test_as_people_have_it import losses, outline, read, rows_of

FIRST = (
    "Kirjaston lainausautomaatti palauttaa kortin vasta, kun asiakas kuittaa lainauksen näytöltä. Viivästyneestä "
    "aineistosta peritään maksu, jonka suuruus tarkistetaan vuosittain lautakunnan kokouksessa. Kadonneen teoksen "
    "korvaushinta määräytyy hankintahetken mukaan. "
)
SECOND = (
    "Ryhmätilan varaaja vastaa kalusteiden järjestämisestä alkuperäiseen asentoonsa. Varauksen voi peruuttaa "
    "maksutta vuorokautta aiemmin verkkopalvelussa tai asiakaspalvelutiskillä. Toistuvasti käyttämättä jääneistä "
    "varauksista huomautetaan kirjallisesti. "
)
PLACES = [
    ("Avain", "Kenelle", "Missä", "Palautus"),
    ("Ulko-ovi", "kaikille", "kaapissa", "keväällä"),
    ("Varasto", "huoltajille", "vartijan luona, josta sen saa kuittausta vastaan", "heti"),
    ("Arkiston holvi", "ei kenellekään", "tallelokerossa", "ei koskaan"),
]


class Sheet(FPDF):
    """Pages in points."""

    def __init__(self) -> None:
        super().__init__(unit="pt", format="A4")
        self.set_auto_page_break(False)
        self.add_page()
        self.set_font("helvetica", "", 10)

    def justified(self, x: float, y: float, width: float, words: str, size: float) -> float:
        """Lines that fill the width, by their spaces; where the next one would stand."""
        self.set_font("helvetica", "", size)
        line: list[str] = []
        for word in words.split():
            if self.get_string_width(" ".join([*line, word])) > width:
                free = width - sum(map(self.get_string_width, line))
                at = x
                for each in line:
                    self.text(at, y, each)
                    at += self.get_string_width(each) + free / max(1, len(line) - 1)
                line, y = [], y + 1.25 * size
            line.append(word)
        self.text(x, y, " ".join(line))
        return y + 1.25 * size

    def rows(self, top: float, rows: Sequence[Sequence[str]], bold: int = 1, lines: bool = True) -> None:
        """A table with lines around all cells, the first rows in bold."""
        for number, cells in enumerate(rows):
            self.set_font("helvetica", "B" if number < bold else "", 10)
            for column, cell in enumerate(cells):
                if lines:
                    self.rect(60 + 150 * column, top + 20 * number, 150, 20)
                self.text(64 + 150 * column, top + 20 * number + 14, cell)

    def content(self) -> bytes:
        return bytes(self.output())


# Stretched lines


@pytest.mark.parametrize(
    ("count", "size", "gutter"), [(2, 11, 30), (2, 10, 15), (2, 9, 24), (3, 9, 15), (3, 8.5, 12), (3, 10, 18)]
)
def test_justified_columns_are_read_one_after_the_other(tmp_path: Path, count: int, size: float, gutter: float) -> None:
    texts = [FIRST + SECOND, SECOND + FIRST, SECOND + SECOND][:count]
    width = (495 - gutter * (count - 1)) / count
    sheet = Sheet()
    for column, text in enumerate(texts):
        sheet.justified(50 + column * (width + gutter), 80, width, text, size)
    document = read(tmp_path, "a.pdf", sheet.content())
    assert not [block for block in document.blocks if block.kind == "row"]
    said = " ".join(document.text.split())
    assert [text.strip() in said for text in texts] == [True] * count


def test_a_table_between_justified_lines_stays_one(tmp_path: Path) -> None:
    """Though its rows begin and end where the lines do, and its cells stand equally far apart."""
    sheet = Sheet()
    below = sheet.justified(60, 80, 220, FIRST, 10)
    rows = [("ei", "ei", "ei"), ("on", "on", "on"), ("ei", "on", "ei"), ("on", "ei", "on")]
    for number, cells in enumerate(rows):
        width = sum(map(sheet.get_string_width, cells))
        x = 60.0
        for cell in cells:
            sheet.text(x, below + 10 + 20 * number, cell)
            x += sheet.get_string_width(cell) + (220 - width) / 2
    sheet.justified(60, below + 110, 220, SECOND, 10)
    document = read(tmp_path, "a.pdf", sheet.content())
    assert [[cell for _, cell in row] for row in rows_of(document)] == [list(cells) for cells in rows]


def test_lines_of_which_none_stands_beside_another_are_read(tmp_path: Path) -> None:
    sheet = Sheet()
    for x, y, words in ((60, 80, "Kirjasto"), (310, 94, "Helsinki"), (60, 108, "Tiedote"), (310, 122, "Liite")):
        sheet.text(x, y, words)
    assert read(tmp_path, "a.pdf", sheet.content()).text.split() == ["Kirjasto", "Helsinki", "Tiedote", "Liite"]


@pytest.mark.parametrize(
    "words", ["Laina (\nvaraus) ja laina varaus tai varaus", "Laina on\n(varaus) ja varaus tai on"]
)
def test_a_bracket_alone_at_a_line_end_is_read(tmp_path: Path, words: str) -> None:
    assert read(tmp_path, "a.txt", words).text.split() == words.split()


# Tables


def test_a_row_of_values_below_a_head_over_two_columns_is_no_head(tmp_path: Path) -> None:
    sheet = Sheet()
    with sheet.table() as table:
        head = table.row()
        head.cell("Toimipiste")
        head.cell("Yhteystiedot", colspan=2)
        for cells in (("Kirjasto", "Aalto", "011"), ("Museo", "Berg", "022"), ("Uimahalli", "Dahl", "033")):
            table.row(cells)
    assert [[cell for _, cell in row] for row in rows_of(read(tmp_path, "a.pdf", sheet.content()))] == [
        ["Kirjasto", "Aalto", "011"],
        ["Museo", "Berg", "022"],
        ["Uimahalli", "Dahl", "033"],
    ]


def test_another_table_on_the_next_page_keeps_its_heads(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.rows(700, [("Avain", "Kenelle", "Palautus"), ("Pääovi", "vahtimestari", "vuosittain")])
    sheet.add_page()
    sheet.rows(60, [("Kortti", "Hinta", "Maksaja"), ("Uusi", "10 euroa", "kunta"), ("Toinen", "25 euroa", "saaja")])
    assert rows_of(read(tmp_path, "a.pdf", sheet.content())) == [
        [("Avain", "Pääovi"), ("Kenelle", "vahtimestari"), ("Palautus", "vuosittain")],
        [("Kortti", "Uusi"), ("Hinta", "10 euroa"), ("Maksaja", "kunta")],
        [("Kortti", "Toinen"), ("Hinta", "25 euroa"), ("Maksaja", "saaja")],
    ]


@pytest.mark.parametrize("repeated", [False, True])
def test_a_sum_in_bold_or_the_same_heads_begin_no_other_table(tmp_path: Path, repeated: bool) -> None:
    sheet = Sheet()
    heads = ("Avain", "Määrä", "Hinta")
    sheet.rows(700, [heads, ("Pääovi", "2", "20"), ("Varasto", "1", "5")])
    sheet.add_page()
    sheet.rows(60, [heads if repeated else ("Yhteensä", "3", "25"), ("Lukko", "1", "7"), ("Kello", "1", "9")])
    found = rows_of(read(tmp_path, "a.pdf", sheet.content()))
    assert all(tuple(head for head, _ in row) == heads for row in found)
    assert len(found) == (4 if repeated else 5)


def test_a_label_over_the_page_stands_for_the_rows_below_it(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.rows(700, [("Avain", "Kenelle", "Palautus"), ("Lukko", "kaikille", "heti"), ("Varasto", "opettaja", "heti")])
    sheet.add_page()
    sheet.rows(60, [("", "siistijä", "keväällä"), ("", "vartija", "syksyllä"), ("Kello", "rehtori", "ei")], bold=0)
    assert [[cell for _, cell in row] for row in rows_of(read(tmp_path, "a.pdf", sheet.content()))][1:] == [
        ["Varasto", "opettaja", "heti"],
        ["Varasto", "siistijä", "keväällä"],
        ["Varasto", "vartija", "syksyllä"],
        ["Kello", "rehtori", "ei"],
    ]


def test_a_row_that_breaks_off_in_a_full_line_goes_on(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.rows(
        700,
        [
            ("Avain", "Kenelle", "Palautus"),
            ("Lukko", "kaikille", "heti"),
            ("Varasto", "opettajalle, jos hän itse on", "samana päivänä, jos kukaan"),
        ],
    )
    sheet.add_page()
    sheet.rows(60, [("", "pyytänyt sitä", "muu ei tarvitse sitä"), ("Kello", "rehtori", "ei")], bold=0)
    found = [[cell for _, cell in row] for row in rows_of(read(tmp_path, "a.pdf", sheet.content()))]
    assert found[1:] == [
        ["Varasto", "opettajalle, jos hän itse on pyytänyt sitä", "samana päivänä, jos kukaan muu ei tarvitse sitä"],
        ["Kello", "rehtori", "ei"],
    ]


@pytest.mark.parametrize("layout", ["INTERNAL", "HORIZONTAL_LINES", "MINIMAL", "SINGLE_TOP_LINE", "NONE"])
def test_a_table_is_read_with_the_lines_it_has(tmp_path: Path, layout: str) -> None:
    """Its frame is left out, or lines lie between rows only, or none do; its cells stand around their middle."""
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", size=10)
    sheet.multi_cell(0, 6, "Avaimet annetaan seuraavasti.\n\n")
    with sheet.table(borders_layout=layout) as table:
        for cells in PLACES:
            table.row(cells)
    sheet.ln(8)
    sheet.multi_cell(0, 6, "Kadonneesta avaimesta ilmoitetaan heti.")
    document = read(tmp_path, "a.pdf", bytes(sheet.output()))
    assert rows_of(document) == [list(zip(PLACES[0], cells, strict=True)) for cells in PLACES[1:]]
    assert [said for said in outline(document) if not said.startswith("row")] == [
        "paragraph: Avaimet annetaan seuraavasti.",
        "paragraph: Kadonneesta avaimesta ilmoitetaan heti.",
    ]


def test_only_an_open_grid_is_closed() -> None:
    lying = [Rule(60, y, 500, y) for y in (100, 140, 180)]
    sides, grids = missing_sides(lying, [Rule(200, 80, 200, 200), Rule(350, 80, 350, 200)])
    assert grids == [Rule(60, 80, 500, 200)]
    assert set(sides) == {
        Rule(60, 80, 60, 200),
        Rule(500, 80, 500, 200),
        Rule(60, 80, 500, 80),
        Rule(60, 200, 500, 200),
    }
    assert missing_sides(lying[:1], [Rule(280, 100, 280, 700)]) == ([], [])  # a heading's line, and one between columns
    chart = [Rule(100, y, 100 + y, y) for y in (100, 140, 180)]
    assert missing_sides(chart, [Rule(100, 100, 100, 180)]) == ([], [])
    framed = [Rule(60, 100, 60, 180), Rule(500, 100, 500, 180), Rule(200, 100, 200, 180)]
    assert missing_sides(lying, framed) == ([], [])


# Pictures


def scan(words: str = FIRST) -> Image.Image:
    sheet = Sheet()
    sheet.set_xy(60, 80)
    sheet.set_font("helvetica", "", 14)
    sheet.multi_cell(470, 20, words * 2)
    with pdfium.PdfDocument(sheet.content()) as document:
        picture: Image.Image = document[0].render(scale=2, grayscale=True).to_pil()
        return picture


STAMP = "Esimerkkilä / Kirjaamo / Dnro 1/2026 / Saapunut 3.4.2026 klo 12.30 / Sivu 2 (4) / Skannattu 4.4.2026, laite A1"


def with_picture(stamp: str, size: float, share: float) -> bytes:
    """A page of text, and one with a picture over a share of its height, and a stamp."""
    sheet = Sheet()
    sheet.set_xy(60, 80)
    sheet.multi_cell(470, 14, SECOND)
    sheet.add_page()
    picture = scan()
    sheet.image(picture.crop((0, 0, picture.width, int(picture.height * share))), 0, 60, 595, 842 * share)
    sheet.set_font("helvetica", "", size)
    sheet.text(40, 40 if size < 20 else 400, stamp)
    return sheet.content()


@pytest.mark.parametrize(("stamp", "size"), [("2 (4)", 9), (STAMP, 8), ("KOPIO", 60)])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_picture_under_a_stamp_is_told_with_its_page(tmp_path: Path, stamp: str, size: float, share: float) -> None:
    (told,) = read(tmp_path, "a.pdf", with_picture(stamp, size, share)).losses
    assert (told.kind, told.count, told.page) == ("picture", 1, 2)


def test_neither_a_mark_nor_a_picture_behind_a_text_is_told(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.image(scan(), 500, 20, 60, 60)
    sheet.set_xy(60, 120)
    sheet.multi_cell(470, 14, SECOND)
    sheet.add_page()
    sheet.image(scan(), 0, 0, 595, 842)
    sheet.set_xy(60, 80)
    sheet.multi_cell(470, 14, (FIRST + SECOND) * 3)  # as recognised text lies over a scan
    assert losses(read(tmp_path, "a.pdf", sheet.content())) == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_scan_under_a_long_stamp_is_recognised(tmp_path: Path, share: float) -> None:
    read_pdf = BY_SUFFIX[".pdf"].reader()
    canonical = read_pdf(with_picture(STAMP, 8, share), "a.pdf", Tesseract.installed(tmp_path / "kept"))
    assert "Viivästyneestä aineistosta peritään maksu" in " ".join(canonical.finish()[0].split())
    assert canonical.losses == ()
    assert [each.page for each in canonical.recognised] == [2]


# Letters


def unmapped(words: str) -> bytes:
    """A text whose font does not say which letters its forms are."""
    sheet = Sheet()
    sheet.add_font("sans", "", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    sheet.set_font("sans", "", 11)
    sheet.text(60, 80, words)
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(sheet.content())))
    for each in writer._objects:
        if isinstance(each, DictionaryObject) and each.get("/Subtype") == "/Type0":
            each.pop("/ToUnicode")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


HAS_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists()
needs_font = pytest.mark.skipif(not HAS_FONT, reason="DejaVu is not installed")


@needs_font
def test_letters_without_a_meaning_are_named_as_that(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"letters have no meaning in the file.*export it to PDF anew") as raised:
        read(tmp_path, "a.pdf", unmapped("Laina-aika on kuukausi."))
    assert raised.value.reason == "no_text_layer"


@needs_font
def test_some_letters_without_a_meaning_are_counted(tmp_path: Path) -> None:
    writer = PdfWriter()
    sheet = Sheet()
    sheet.text(60, 80, "Varaus tehdään verkossa.")
    for content in (sheet.content(), unmapped("Laina")):
        writer.append(PdfReader(BytesIO(content)))
    (told,) = read(tmp_path, "a.pdf", written(writer)).losses
    assert (told.kind, told.count, told.page) == ("unknown letters", 5, 2)


@needs_font
def test_signs_for_letters_that_nobody_knows_are_counted(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.add_font("sans", "", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    sheet.set_font("sans", "", 11)
    sheet.text(60, 80, "K\ufffdytt\ufffd on sallittu.")
    assert losses(read(tmp_path, "a.pdf", sheet.content())) == [("unknown letters", 2)]


@needs_font
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_letters_without_a_meaning_are_recognised_by_their_form(tmp_path: Path) -> None:
    content = unmapped("Laina-aika on kuukausi, ja sen voi uusia kolme kertaa.")
    canonical = BY_SUFFIX[".pdf"].reader()(content, "a.pdf", Tesseract.installed(tmp_path / "kept"))
    assert canonical.finish()[0] == "Laina-aika on kuukausi, ja sen voi uusia kolme kertaa."


def hyphened(lines: Sequence[str]) -> bytes:
    sheet = Sheet()
    for number, line in enumerate(lines):
        sheet.text(60, 80 + 15 * number, line)
    return sheet.content()


@pytest.mark.parametrize(
    "lines",
    [
        ["Kirje tulee EU-", "maista tai Ruotsi-", "Suomi-matkalta, linja-", "autolla tai kevät-", "ja syysretkellä."],
        ["Brev från EU-", "länder och social-", "och hälsovården, IT-", "avdelningen eller in-", "och utgående post."],
        ["Laina-aikaa jatketaan verkko-", "palvelussa ja lainaus-", "automaatilla tai asiakas-", "palvelussa."],
    ],
)
def test_hyphens_at_line_ends_alarm_nobody(tmp_path: Path, lines: list[str]) -> None:
    content = hyphened(lines)
    found = quotability_of(read(tmp_path, "a.pdf", content), of_pdf(content))
    assert found is not None
    assert found.lost == 0


def test_words_that_are_lost_behind_a_hyphen_are_told(tmp_path: Path) -> None:
    document = read(tmp_path, "a.txt", "Kirje tulee kunnasta.")
    found = quotability_of(document, ["Kirje tulee EU\x02maista ja kun\x02nasta."])
    assert found is not None
    assert found.samples == ("EU-maista ja kunnasta",)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["A well-", "known person uses non-", "classified tools."], "well-known person uses non-classified"),
        (["Long-", "term high-", "risk use is AI-", "based."], "Long-term high-risk use is AI-based"),
        (["The decision-", "makers set a full-", "time pro-", "gramme."], "decision-makers set a full-time programme"),
        (["A self-", "ish long-", "er high-", "light remains."], "selfish longer highlight remains"),
    ],
)
def test_an_english_compound_keeps_its_hyphen(tmp_path: Path, lines: list[str], said: str) -> None:
    assert said in read(tmp_path, "a.pdf", hyphened(lines)).text


# Forms


def form(*answers: bool, radio: bool = False) -> bytes:
    """Questions below each other, each with a box before it, ticked where the answer is yes."""
    sheet = Sheet()
    for number in range(len(answers)):
        sheet.text(80, 100 + 20 * number, f"Kohta {number + 1} koskee hakijaa")
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(sheet.content())))
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/ZapfDingbats"),
        }
    )
    fonts = DictionaryObject({NameObject("/F"): writer._add_object(font)})

    def look(drawn: bytes) -> object:
        stream = StreamObject()
        stream._data = drawn
        box = ArrayObject([FloatObject(place) for place in (0, 0, 12, 12)])
        stream.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Form"),
                NameObject("/BBox"): box,
                NameObject("/Resources"): DictionaryObject({NameObject("/Font"): fonts}),
            }
        )
        return writer._add_object(stream)

    fields = ArrayObject()
    for number, ticked in enumerate(answers):
        y = 842 - 102 - 20 * number
        state = NameObject("/Yes" if ticked else "/Off")
        looks = {NameObject("/Yes"): look(b"BT /F 10 Tf 2 2 Td (4) Tj ET"), NameObject("/Off"): look(b"")}
        field = {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Btn"),
            NameObject("/Ff"): NumberObject(1 << 15 if radio else 0),
            NameObject("/T"): TextStringObject(f"kohta{number}"),
            NameObject("/Rect"): ArrayObject([FloatObject(place) for place in (60, y, 72, y + 12)]),
            NameObject("/F"): NumberObject(4),
            NameObject("/V"): state,
            NameObject("/AS"): state,
            NameObject("/AP"): DictionaryObject({NameObject("/N"): DictionaryObject(looks)}),
        }
        fields.append(writer._add_object(DictionaryObject(field)))
    writer.pages[0][NameObject("/Annots")] = fields
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): fields})
    return written(writer)


@pytest.mark.parametrize("radio", [False, True])
def test_what_is_ticked_in_a_form_is_told_from_what_is_not(tmp_path: Path, radio: bool) -> None:
    assert outline(read(tmp_path, "a.pdf", form(True, False, True, radio=radio))) == [
        "item: ☑ Kohta 1 koskee hakijaa",
        "item: ☐ Kohta 2 koskee hakijaa",
        "item: ☑ Kohta 3 koskee hakijaa",
    ]


@pytest.mark.parametrize(("yes", "no"), ["☑☐", "☒☐", "✓✗", "✔✘"])
def test_ticks_in_a_text_stay_with_their_items(tmp_path: Path, yes: str, no: str) -> None:
    document: Document = read(tmp_path, "a.txt", f"Merkitse:\n\n{yes} Lainaan kirjan\n{no} Varaan tilan\n• muu")
    assert outline(document)[1:] == [f"item: {yes} Lainaan kirjan", f"item: {no} Varaan tilan", "item: muu"]
