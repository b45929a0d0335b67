"""Pages that are pictures: recognised at their place, with their columns and tables, and told how surely."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter

from rag.errors import UnreadableSource
from rag.publishing.quality import check_corpus
from rag.sources.formats import BY_SUFFIX
from rag.sources.picture_lines import drawn_lines
from rag.sources.readers import read_document, source_paths
from rag.sources.reading_process import read_isolated
from rag.sources.text_recognition import Tesseract
from rag.types import Document
from tests.test_pdf import LEFT, MORE, PROSE, RIGHT, Sheet, outline, rows_of
from tests.test_quality import TODAY

DPI = 150
recognises = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
TABLE = [
    ("Palvelu", "Julkinen tieto", "Salainen tieto"),
    ("Koivu-avustaja", "saa käyttää", "kysy esimieheltä"),
    ("Kielitulkki", "saa käyttää", "ei saa käyttää"),
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recognised")


def guidance() -> Sheet:
    """A page with columns, a list and a table with lines."""
    sheet = Sheet([(LEFT, 60, "Tekoälyn käyttö virastossa")], size=18)
    sheet.put([(LEFT, 110 + 14 * row, words) for row, words in enumerate(PROSE)])
    sheet.put([(RIGHT, 110 + 14 * row, words) for row, words in enumerate(MORE)])
    sheet.put([(LEFT, 250, "Päätös perustuu lain 5 §:n 2 momenttiin. Palvelua ei saa käyttää:")])
    for row, words in enumerate(("päätöksen tekemiseen ilman ihmistä", "oppilaan arvosanan antamiseen")):
        y = 268 + 16 * row
        sheet.ellipse(LEFT + 2, y - 5.5, 3.5, 3.5, style="F")
        sheet.put([(LEFT + 14, y, words)])
    for row, cells in enumerate(TABLE):
        for column, words in enumerate(cells):
            sheet.rect(LEFT + 150 * column, 330 + 24 * row, 150, 24)
            sheet.put([(LEFT + 6 + 150 * column, 346 + 24 * row, words)], bold=not row)
    return sheet


def pictures_of(content: bytes) -> list[Image.Image]:
    with pdfium.PdfDocument(content) as document:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]


def strip() -> Image.Image:
    """The page's part with the list."""
    return pictures_of(guidance().content())[0].crop((0, 480, 1200, 640))


def saved(pages: list[Image.Image], form: str) -> bytes:
    into = BytesIO()
    more = {"save_all": True, "append_images": pages[1:]} if len(pages) > 1 else {}
    pages[0].save(into, form, **({"resolution": DPI} if form == "PDF" else {"dpi": (DPI, DPI)}), **more)
    return into.getvalue()


def read(kept: Path, content: bytes, name: str = "skannattu.pdf") -> Document:
    return read_isolated(name, {name: content}, 50_000_000, recognised=kept)


@pytest.mark.slow
@recognises
def test_a_scan_reads_as_the_page_that_was_scanned(kept: Path) -> None:
    document = read(kept, saved(pictures_of(guidance().content()), "PDF"))
    said = outline(document)
    assert said[0] == "heading: Tekoälyn käyttö virastossa"
    assert said[1].endswith(
        "haettiin. Päätöksen lupahakemuksesta tekee yksikön johtaja kuukauden kuluessa hakemuksesta, "
        "ja hylkäävä päätös on aina perusteltava. Ulkopuolinen ei saa lupaa, vaikka hän tekisi työtä virastolle oman "
        "sopimuksensa nojalla ja viraston omilla laitteilla. Poikkeuksia ei myönnetä."
    )  # one column after the other
    assert said[2:5] == [
        "paragraph: Päätös perustuu lain 5 §:n 2 momenttiin. Palvelua ei saa käyttää:",
        "item: päätöksen tekemiseen ilman ihmistä",
        "item: oppilaan arvosanan antamiseen",
    ]
    assert rows_of(document) == [dict(zip(TABLE[0], cells, strict=True)) for cells in TABLE[1:]]
    assert [each.page for each in document.recognised] == [1]
    assert document.recognised[0].confidence > 0.85


@pytest.mark.slow
@recognises
def test_a_scanned_page_within_a_text_is_read_at_its_place(kept: Path) -> None:
    first, last = (FPDF(unit="pt", format="A4") for _ in range(2))
    for sheet, words in ((first, "Ennen liitettä."), (last, "Liitteen jälkeen.")):
        sheet.set_font("helvetica", "", 11)
        sheet.add_page()
        sheet.text(LEFT, 100, words)
    writer = PdfWriter()
    for content in (bytes(first.output()), saved(pictures_of(guidance().content()), "PDF"), bytes(last.output())):
        writer.append(PdfReader(BytesIO(content)))
    whole = BytesIO()
    writer.write(whole)
    document = read(kept, whole.getvalue(), "osin.pdf")
    assert [document.text.index(words) for words in ("Ennen liitettä.", "Poikkeuksia", "Liitteen jälkeen.")] == sorted(
        document.text.index(words) for words in ("Ennen liitettä.", "Poikkeuksia", "Liitteen jälkeen.")
    )
    assert {block.page for block in document.blocks if "Poikkeuksia" in block.span.of(document.text)} == {2}
    assert not document.losses
    assert [each.page for each in document.recognised] == [2]
    found = [each for each in check_corpus([document], [], TODAY) if each.code == "recognised text"]
    assert [(each.quotes[0][:4], each.blocks) for each in found] == [("2 (9", False)]


@pytest.mark.slow
@recognises
def test_a_page_that_was_put_in_the_wrong_way_is_turned(kept: Path) -> None:
    turned = [page.rotate(90, expand=True) for page in pictures_of(guidance().content())]
    assert "Poikkeuksia ei myönnetä." in read(kept, saved(turned, "PDF")).text


@pytest.mark.slow
@recognises
@pytest.mark.parametrize(("name", "form"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.tif", "TIFF")])
def test_a_picture_is_a_document(kept: Path, name: str, form: str) -> None:
    pages = [strip()] * (2 if form == "TIFF" else 1)
    document = read(kept, saved(pages, form), name)
    assert document.text.count("Päätös perustuu lain") == len(pages)


@pytest.mark.parametrize("form", ["PDF", "PNG"])
def test_without_recognition_it_is_said_what_to_install(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"a.{form.lower()}"
    file.write_bytes(saved(pictures_of(guidance().content()), form))
    with pytest.raises(UnreadableSource, match="install tesseract-ocr, tesseract-ocr-fin") as raised:
        read_document(file, tmp_path, lambda _: "fi")
    assert raised.value.reason == "no_text_layer"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
def test_a_broken_picture_is_told(tmp_path: Path, suffix: str) -> None:
    whole = saved(pictures_of(guidance().content()), {".png": "PNG", ".jpg": "JPEG", ".tif": "TIFF"}[suffix])
    (tmp_path / f"a{suffix}").write_bytes(whole[: len(whole) // 3])
    with pytest.raises(UnreadableSource) as raised:
        read_document(
            tmp_path / f"a{suffix}", tmp_path, lambda _: "fi", recognition=Tesseract("/bin/false", "fin", None, print)
        )
    assert raised.value.reason == "damaged"


def test_a_picture_beside_a_page_is_no_source_of_its_own(tmp_path: Path) -> None:
    for name in ("sivu.html", "kuva.png", "skannattu.png", "skannattu.png.yaml"):
        (tmp_path / name).touch()
    assert [path.name for path in source_paths(tmp_path)[0]] == ["sivu.html", "skannattu.png"]


@pytest.mark.slow
@recognises
def test_what_was_recognised_is_not_recognised_again(tmp_path: Path) -> None:
    content = saved([strip()], "PNG")
    recognition = Tesseract.installed(tmp_path / "kept")
    assert recognition is not None
    reader = BY_SUFFIX[".png"].reader()
    first = reader(content, "a.png", recognition).finish()
    broken = replace(recognition, program="/bin/false")
    assert reader(content, "a.png", broken).finish() == first
    with pytest.raises(UnreadableSource, match="none was recognised"):
        reader(content, "a.png", replace(broken, kept=None))


def test_lines_are_seen_and_letters_are_none() -> None:
    picture = np.full((600, 800), 255, np.uint8)
    picture[100:103, 50:700] = 0  # a lying line
    picture[100:500, 50:53] = 0  # an upright one, from its corner on
    picture[300:330, 200:230] = 0  # a letter
    picture[400:480, 300:600] = 0  # a bar
    found = {tuple(round(place / 72 * 300) for place in rule) for rule in drawn_lines(picture, 300)}
    assert found == {(50, 100, 700, 103), (50, 100, 53, 500)}
