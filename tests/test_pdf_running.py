"""What runs along the margins of a PDF's pages, and what only stands there again and again."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF

from rag.sources.labels import says_something
from tests.test_as_people_have_it import losses, outline, read


def paper(pages: int, foot: str, size: float = 9, lines: int = 14, head: str = "") -> bytes:
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    for page in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font("helvetica", "", 11)
        pdf.text(20, 12, head.format(page=page, pages=pages))
        for line in range(lines):
            pdf.text(20, 40 + 8 * line, f"Sivun {page} kohta {chr(97 + line)} kertoo asian ja päättyy tähän.")
        pdf.set_font("helvetica", "", size)
        pdf.text(20, 286, foot.format(page=page, pages=pages))
    return bytes(pdf.output())


@pytest.mark.parametrize("pages", [2, 4])
@pytest.mark.parametrize("size", [9, 11])
@pytest.mark.parametrize(
    "label", ["Vastuutaho: Digivirasto", "Valmis: 31.12.2027", "Ansvarig: IT-enheten", "Owner: the registry"]
)
def test_a_label_is_said_on_each_page_that_has_it(tmp_path: Path, pages: int, size: float, label: str) -> None:
    document = read(tmp_path, "a.pdf", paper(pages, label, size))
    assert [each for each in outline(document) if label in each] == [f"paragraph: {label}"] * pages
    assert not losses(document)


@pytest.mark.parametrize("pages", [2, 4])
@pytest.mark.parametrize(
    ("foot", "told"),
    [
        ("Puh. 09 123 4567 www.esimerkki.example", True),
        ("Dnro: VM/12/2026", True),
        ("Päivitetty: 1.10.2026", True),
        ("Esimerkin kunta {page} ({pages})", True),
        ("Sivu {page}/{pages}", False),
    ],
)
def test_what_runs_along_the_pages_is_left_out_and_told(tmp_path: Path, pages: int, foot: str, told: bool) -> None:
    document = read(tmp_path, "a.pdf", paper(pages, foot))
    assert all("kohta" in each for each in outline(document))
    shown = foot.format(page=1, pages=pages)
    assert losses(document) == ([("running line", len(shown))] if told else [])
    assert document.quotability is not None
    assert not document.quotability.lost


def test_two_headings_that_a_number_tells_apart_run_along_no_pages(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pdf", paper(2, "", head="Liite {page}"))
    assert [each for each in outline(document) if "Liite" in each] == ["heading: Liite 1", "heading: Liite 2"]


def test_a_watermark_and_few_lines_raise_no_false_alarm(tmp_path: Path) -> None:
    pdf = FPDF()
    for page in "abc":
        pdf.add_page()
        pdf.set_font("helvetica", "", 14)
        pdf.text(20, 60, f"Toimi {page} alkaa heti.")
        pdf.set_font("helvetica", "", 60)
        with pdf.rotation(45, 105, 150):
            pdf.text(60, 150, "LUONNOS")
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert document.text.count("LUONNOS") == 1
    assert document.quotability is not None
    assert not document.quotability.lost


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Vastuutaho: Digivirasto", True),
        ("Deadline: 1 June 2027", True),
        ("Julkaisija: Digivirasto", False),
        ("Versio: 2.1", False),
        ("Sivu: 3", False),
        ("Puh.: 0295 000 000", False),
        ("Esimerkin kunta", False),
        ("Kello 10:30 alkaen", False),
    ],
)
def test_which_lines_say_something_of_their_page(line: str, expected: bool) -> None:
    assert says_something(line) is expected
