"""What a PDF has and nobody reads: hidden and struck-out text is told, and what only looks so stays."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from rag.sources.pdf_struck import struck
from tests.test_as_people_have_it import losses, read

SEEN, OTHER = "Vieraat ilmoittautuvat aulassa.", "Kortti palautetaan lähtiessä."
SECRET = "Kaikki saavat liikkua vapaasti."
LETTERS = len(SECRET.replace(" ", ""))


def sheet() -> FPDF:
    pdf = FPDF()
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("helvetica", "", 11)
    pdf.text(20, 40, SEEN)
    pdf.text(20, 70, OTHER)
    return pdf


def box(pdf: FPDF, grey: int, y: float = 50) -> None:
    pdf.set_fill_color(grey)
    pdf.rect(18, y, 120, 9, "F")


def in_white(pdf: FPDF) -> None:
    pdf.set_text_color(255)
    pdf.text(20, 56, SECRET)
    pdf.set_text_color(0)


def in_white_on_white(pdf: FPDF) -> None:
    box(pdf, 254)
    in_white(pdf)


def in_black_on_black(pdf: FPDF) -> None:
    box(pdf, 0)
    pdf.text(20, 56, SECRET)


def unprinted(pdf: FPDF) -> None:
    with pdf.local_context(text_mode="INVISIBLE"):
        pdf.text(20, 56, SECRET)


def see_through(pdf: FPDF) -> None:
    with pdf.local_context(fill_opacity=0):
        pdf.text(20, 56, SECRET)


def off_the_page(pdf: FPDF) -> None:
    pdf.text(20, -20, SECRET)


def covered(pdf: FPDF) -> None:
    pdf.text(20, 56, SECRET)
    box(pdf, 0)


def covered_in_white(pdf: FPDF) -> None:
    pdf.text(20, 56, SECRET)
    box(pdf, 255)


@pytest.mark.parametrize(
    "hide",
    [in_white, in_white_on_white, in_black_on_black, unprinted, see_through, off_the_page, covered, covered_in_white],
)
def test_what_nobody_sees_is_not_quoted_and_told(tmp_path: Path, hide: Callable[[FPDF], None]) -> None:
    pdf = sheet()
    hide(pdf)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert document.text.split("\n\n") == [SEEN, OTHER]
    assert losses(document) == [("hidden text", LETTERS)]


def white_on_dark(pdf: FPDF) -> None:
    box(pdf, 60)
    in_white(pdf)


def on_a_shade(pdf: FPDF) -> None:
    box(pdf, 230)
    pdf.text(20, 56, SECRET)


def marked(pdf: FPDF) -> None:
    pdf.text(20, 56, SECRET)
    with pdf.local_context(fill_opacity=0.4):
        box(pdf, 200)


def within_a_frame(pdf: FPDF) -> None:
    pdf.text(20, 56, SECRET)
    pdf.rect(18, 50, 120, 9, "D")


def over_a_scan(pdf: FPDF) -> None:
    drawn = BytesIO()
    Image.new("RGB", (60, 80), "white").save(drawn, "PNG")
    pdf.image(drawn, 0, 0, 210, 297)
    unprinted(pdf)


def under_a_scan(pdf: FPDF) -> None:
    pdf.text(20, 56, SECRET)
    drawn = BytesIO()
    Image.new("RGB", (60, 80), "white").save(drawn, "PNG")
    pdf.image(drawn, 0, 0, 210, 297)


@pytest.mark.parametrize("show", [white_on_dark, on_a_shade, marked, within_a_frame, over_a_scan, under_a_scan])
def test_what_is_seen_or_recognised_stays(tmp_path: Path, show: Callable[[FPDF], None]) -> None:
    pdf = sheet()
    show(pdf)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert document.text.split("\n\n") == [SEEN, SECRET, OTHER]
    assert "hidden text" not in dict(losses(document))


@pytest.mark.parametrize("size", [8, 11, 18])
@pytest.mark.parametrize("height", [0.22, 0.3, 0.4])
@pytest.mark.parametrize("as_box", [False, True])
def test_what_a_line_runs_through_is_struck_out(tmp_path: Path, size: int, height: float, as_box: bool) -> None:
    pdf = sheet()
    pdf.set_font_size(size)
    pdf.text(20, 56, SECRET)
    width, y = pdf.get_string_width(SECRET), 56 - height * size / pdf.k
    if as_box:
        pdf.set_fill_color(0)
        pdf.rect(20, y - 0.1, width, 0.2, "F")
    else:
        pdf.line(20, y, 20 + width, y)
    document = read(tmp_path, "a.pdf", bytes(pdf.output()))
    assert SECRET not in document.text
    assert losses(document) == [("struck out", LETTERS)]


def test_only_the_struck_part_of_a_line_is_left_out(tmp_path: Path) -> None:
    pdf = sheet()
    pdf.text(20, 56, "Pysäköinti on maksutonta maksullista.")
    start, width = pdf.get_string_width("Pysäköinti on "), pdf.get_string_width("maksutonta")
    pdf.line(20 + start, 54.8, 20 + start + width, 54.8)
    assert "Pysäköinti on maksullista." in read(tmp_path, "a.pdf", bytes(pdf.output())).text


class Sign:
    def __init__(self, left: float) -> None:
        self.left, self.right, self.foot, self.size = left, left + 5, 100.0, 10.0


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ((103, 0, 50), 10),
        ((103, 0, 25), 5),
        ((99, 0, 50), 0),  # below the words
        ((108, 0, 50), 0),  # above them
        ((103, 0, 300), 0),  # of a chart
        ((103, 0, 5), 0),  # of a letter
    ],
)
def test_which_lines_strike_out(line: tuple[float, float, float], out: int) -> None:
    assert len(struck([Sign(5.0 * number) for number in range(10)], [line])) == out
