"""How much of a file's words can be quoted: all of them, or it is told which not."""

from __future__ import annotations

import time
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from openpyxl import Workbook
from pptx import Presentation

from rag.publishing.quality import QUOTABLE, check_corpus
from rag.sources.raw_text import of_lines, of_markdown, of_page, of_values
from rag.sources.readers import read_corpus, read_document
from rag.types import Document, Quotability
from tests.test_as_people_have_it import saved, word_table
from tests.test_fuzz import GOOD

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 1, 1)


def read(folder: Path, name: str, content: bytes | str) -> Document:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(folder / name, folder, lambda _: "fi")


def sheets() -> bytes:
    book = Workbook()
    for row in (["Palvelu", "Julkinen", "Salainen"], ["Valo", "saa", "ei saa"], ["Kelo", "saa pyynnöstä", "ei saa"]):
        book.active.append(row)
    book.active.append([])
    book.active.append(["Luvan antaa johtaja."])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def slides() -> bytes:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Saa ja ei saa"
    slide.placeholders[1].text = "Julkista saa syöttää\nSalaista ei saa syöttää"
    slide.notes_slide.notes_text_frame.text = "Muistuta luvasta."
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def word() -> bytes:
    made = docx.Document()
    made.add_heading("Lainaaminen", 1)
    made.add_paragraph("Taulukko 1. Laina-ajat.")
    word_table(made, [["Aineisto", "Aika", "Ehto"], ["Kirja", "neljä viikkoa", "kortti"], ["Lehti", "", ""]], bold=True)
    made.add_heading("Edellytykset", 2)
    made.add_paragraph("Lainaajan on:")
    for words in ("esitettävä kortti", "maksettava maksut"):
        made.add_paragraph(words, style="List Bullet")
    return saved(made)


SAMPLES = {**{f"a{suffix}": content for suffix, content in GOOD.items()}, "b.docx": word(), "a.xlsx": sheets(),
           "a.pptx": slides(), "a.csv": b"Palvelu;Julkinen;Salainen\nValo;saa;ei saa\n",
           "a.rtf": b"{\\rtf1\\ansi Ohje t\\'e4st\\'e4 asiasta\\par Toinen kappale\\par}"}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_all_of_a_sample_can_be_quoted(tmp_path: Path, name: str) -> None:
    document = read(tmp_path, name, SAMPLES[name])
    assert document.quotability is not None
    assert document.quotability.words > 2
    assert document.quotability.share >= QUOTABLE, document.quotability


def test_what_runs_along_all_pages_is_not_missed(tmp_path: Path) -> None:
    made = FPDF()
    made.set_font("helvetica", size=11)
    for number, animals in enumerate(("Kissat nukkuvat.", "Koirat haukkuvat.", "Linnut laulavat."), 1):
        made.add_page()
        made.text(20, 10, "Esimerkin kunta - Lemmikkien ohje")
        made.set_y(60)
        made.multi_cell(0, 8, f"{animals} Ne kuuluvat kaikille asukkaille, jotka niist\u00e4 pit\u00e4v\u00e4t. " * 9)
        made.text(180, 285, f"{number} (3)")
    document = read(tmp_path, "a.pdf", bytes(made.output()))
    assert "Lemmikkien ohje" not in document.text
    assert document.quotability is not None
    assert document.quotability.share == 1.0, document.quotability


def test_all_of_the_sources_can_be_quoted() -> None:
    documents, _ = read_corpus(ROOT / "corpus" / "documents", lambda _: "fi")
    for document in documents:
        assert document.quotability is not None
        assert document.quotability.words > 200
        assert document.quotability.share >= QUOTABLE, document.quotability


def struck() -> bytes:
    made = docx.Document()
    paragraph = made.add_paragraph("Pysäköinti on ")
    paragraph.add_run("aina maksutonta").font.strike = True
    paragraph.add_run(" kaikille maksullista.")
    return saved(made)


@pytest.mark.parametrize(
    ("name", "content", "samples"),
    [
        ("a.docx", struck(), ("aina maksutonta",)),
        ("a.md", "Vuokrat ovat nämä.\n\n| Koko | Vuokra kuussa |\n|---|---|\n", ("Koko", "Vuokra kuussa")),
        ("a.html", "<p>Hae näin.</p><form><p>Täytä kaikki kohdat.</p></form>", ("Täytä kaikki kohdat",)),
        ("a.html", "<h1>Vene</h1><aside>Huom! Ikäraja.</aside><p>Vene on.</p>", ("Huom! Ikäraja",)),
    ],
)
def test_what_stands_in_no_passage_is_named(
    tmp_path: Path, name: str, content: bytes | str, samples: tuple[str, ...]
) -> None:
    document = read(tmp_path, name, content)
    assert document.quotability is not None
    assert document.quotability.samples == samples
    assert document.quotability.lost == sum(len(sample.split()) for sample in samples)
    (finding,) = [each for each in check_corpus([document], [], TODAY) if each.code == "not quotable"]
    assert (finding.place, finding.quotes) == (name, samples)
    assert finding.text.endswith("in no passage: " + ", ".join(f"'{sample}'" for sample in samples))


def test_the_same_words_elsewhere_do_not_make_up_for_lost_ones(tmp_path: Path) -> None:
    page = "<p>Kortti on annettava vain virkamiehelle.</p><form><p>Vain kortti annettava virkamiehelle on.</p></form>"
    measured = read(tmp_path, "a.html", page).quotability
    assert measured == Quotability(10, 5, ("Vain kortti annettava virkamiehelle on",))
    assert measured.share == 0.5


def test_contents_and_field_codes_are_no_text(tmp_path: Path) -> None:
    made = docx.Document()
    made.styles.add_style("TOC 1", 1)
    made.add_paragraph("Lainaaminen 7", style="TOC 1")
    made.add_heading("Lainaaminen", 1)
    made.add_paragraph("Kirjan saa lainata kortilla.")
    measured = read(tmp_path, "a.docx", saved(made)).quotability
    assert measured == Quotability(5, 0)


@pytest.mark.parametrize("part", ["<", "](", "[", "<p", "&", "\n", "\n ", "`", "<![", "|", "a;", "<main", "-"])
def test_no_text_takes_long(part: str) -> None:
    text = part * (300_000 // len(part))
    started = time.monotonic()
    for raw in (of_markdown, of_page, of_lines, of_values):
        assert sum(map(len, raw(text))) <= 2 * len(text)
    assert time.monotonic() - started < 5
