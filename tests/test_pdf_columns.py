"""PDF pages with columns of unequal length, and with a short text in a box or in the margin beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.types import Document
from tests.support.growth import busy_s
from tests.test_as_people_have_it import read, rows_of
from tests.test_pdf_as_laid_out import FIRST, SECOND, Sheet

NOTE = ["Muista", "Lupaa ei tarvita,", "jos tilaisuus on", "alle 50 hengen.", "Kysy neuvonnasta."]


class Page(Sheet):
    """Ragged text as programs set it: sections of a heading and paragraphs."""

    def ragged(self, x: float, y: float, width: float, words: str, size: float = 10) -> float:
        """Lines that break where the next word does not fit; where the next one would stand."""
        self.set_font("helvetica", "", size)
        line: list[str] = []
        for word in words.split():
            if self.get_string_width(" ".join([*line, word])) > width:
                self.text(x, y, " ".join(line))
                line, y = [], y + 1.3 * size
            line.append(word)
        self.text(x, y, " ".join(line))
        return y + 1.3 * size

    def section(self, x: float, y: float, width: float, title: str, paragraphs: Sequence[str]) -> float:
        self.set_font("helvetica", "B", 13)
        self.text(x, y + 10, title)
        y += 29
        for each in paragraphs:
            y = self.ragged(x, y, width, each) + 6
        return y + 8

    def note(self, x: float, y: float, lines: Sequence[str] = NOTE, size: float = 9, leading: float = 10.8) -> None:
        for number, line in enumerate(lines):
            self.set_font("helvetica", "B" if number == 0 else "", size)
            self.text(x, y + leading * number, line)


def said(document: Document) -> str:
    return " ".join(document.text.split())


def in_this_order(document: Document, texts: Sequence[str]) -> bool:
    at = [said(document).find(text.strip()) for text in texts]
    return -1 not in at and at == sorted(at)


def section_of(document: Document, words: str) -> str:
    """The heading that the words stand below."""
    title = ""
    for block in document.blocks:
        text = " ".join(block.span.of(document.text).split())
        if block.kind == "heading":
            title = text
        if words in text:
            return title
    raise AssertionError(words)


@pytest.mark.parametrize("shift", [0, 3, 5, 8])
@pytest.mark.parametrize(("left", "right"), [(3, 1), (3, 2), (2, 1), (2, 2)])
def test_columns_that_end_at_different_heights(tmp_path: Path, left: int, right: int, shift: float) -> None:
    """Their lines stand beside each other by chance, and so do some of their paragraphs."""
    page = Page()
    page.set_font("helvetica", "B", 18)
    page.text(56, 62, "Jakelu")
    order: list[str] = []
    for x, count, top in ((56.0, left, 90.0), (310.0, right, 90.0 + shift)):
        y = top
        for number in range(count):
            title = f"Osa {len(order)}"
            paragraphs = [f"Alku {len(order)}. {FIRST}", f"Loppu {len(order)}. {SECOND * (1 + number % 2)}"]
            y = page.section(x, y, 226, title, paragraphs)
            order += [title, *paragraphs]
    document = read(tmp_path, "a.pdf", page.content())
    assert in_this_order(document, order)
    assert not rows_of(document)


@pytest.mark.parametrize("gap", [26, 60])
@pytest.mark.parametrize("top", [100, 171, 240, 333])
def test_a_box_beside_the_text_is_read_where_the_section_ends(tmp_path: Path, top: float, gap: float) -> None:
    page = Page()
    y = 80.0
    paragraphs: list[str] = []
    ends: list[float] = []
    for number in range(3):
        own = [f"Alku {number}. {FIRST}", f"Loppu {number}. {SECOND}"]
        y = page.section(56, y, 310, f"Osa {number}", own)
        paragraphs += own
        ends.append(y)
    page.note(366 + gap, top)
    document = read(tmp_path, "a.pdf", page.content())
    assert in_this_order(document, paragraphs), said(document)
    assert "Lupaa ei tarvita, jos tilaisuus on alle 50 hengen." in said(document)
    beside = sum(end < top + 43 for end in ends)  # the section that the box's foot stands in
    assert section_of(document, "Lupaa ei tarvita") == section_of(document, f"Loppu {beside}.")


def test_a_box_beside_two_columns(tmp_path: Path) -> None:
    page = Page()
    order = []
    for x, name, texts in ((56.0, "vasen", (FIRST, SECOND)), (240.0, "oikea", (SECOND, FIRST))):
        paragraphs = [f"Alku {name}. {texts[0]}", f"Loppu {name}. {texts[1]}"]
        page.section(x, 80 if name == "vasen" else 83, 165, f"Osa {name}", paragraphs)
        order += paragraphs
    page.note(430, 111)
    document = read(tmp_path, "a.pdf", page.content())
    assert in_this_order(document, [*order, "Lupaa ei tarvita, jos tilaisuus on alle 50 hengen."])


@pytest.mark.parametrize("centred", [False, True])
def test_values_beside_long_labels_are_rows(tmp_path: Path, centred: bool) -> None:
    """Each stands on a line of its label, or in the middle of them."""
    page = Page()
    labels = [FIRST.split(". ")[0] + ".", SECOND.split(". ")[0] + ".", FIRST.split(". ")[2]]
    y = 100.0
    for label, value in zip(labels, ("25 euroa", "40 euroa", "maksuton"), strict=True):
        end = page.ragged(56, y, 250, label)
        page.text(360, (y + end - 13) / 2 if centred else y, value)
        y = end + 14
    document = read(tmp_path, "a.pdf", page.content())
    assert [[cell for _, cell in row] for row in rows_of(document)] == [
        [labels[0], "25 euroa"],
        [labels[1], "40 euroa"],
        [labels[2].strip(), "maksuton"],
    ]


def test_a_heading_below_two_columns_begins_what_is_as_wide_as_the_page(tmp_path: Path) -> None:
    page = Page()
    first = page.section(56, 80, 226, "Vasen", [FIRST])
    second = page.section(310, 80, 226, "Oikea", [SECOND])
    page.section(56, max(first, second) + 30, 480, "Yhteinen", [f"Alla. {FIRST + SECOND}"])
    document = read(tmp_path, "a.pdf", page.content())
    assert in_this_order(document, ["Vasen", FIRST, "Oikea", SECOND, "Yhteinen", "Alla."])


def test_a_last_line_in_larger_type_is_read(tmp_path: Path) -> None:
    page = Page()
    page.section(56, 80, 226, "Vasen", [FIRST])
    end = page.section(310, 80, 226, "Oikea", [SECOND])
    page.set_font("helvetica", "B", 16)
    page.text(310, end + 40, "Kysy 123")
    assert in_this_order(read(tmp_path, "a.pdf", page.content()), ["Vasen", FIRST, "Oikea", SECOND, "Kysy 123"])


@pytest.mark.parametrize("right", [1, 2])
def test_a_short_section_right_below_two_columns_is_read_after_both(tmp_path: Path, right: int) -> None:
    """Though its lines are no wider than a column."""
    page = Page()
    first = page.section(56, 80, 226, "Vasen", [FIRST])
    second = page.section(310, 80, 226, "Oikea", [SECOND] * right)
    page.section(56, max(first, second) + 22, 226, "Yhteystiedot", [SECOND.split(". ")[0]])
    assert in_this_order(read(tmp_path, "a.pdf", page.content()), ["Vasen", FIRST, "Oikea", SECOND, "Yhteystiedot"])


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize(("size", "bold"), [(9, False), (12, True)])
def test_cells_of_several_lines_beside_paragraphs_are_no_box(
    tmp_path: Path, centred: bool, size: float, bold: bool
) -> None:
    """Their type and their place keep them off the lines beside them; each stands beside a paragraph of its own."""
    page = Page()
    values = [("25 euroa", "kerralta"), ("40 euroa", "päivältä"), ("maksuton", "seuroille")]
    y = 100.0
    for number, value in enumerate(values):
        words = f"Alku {number}. {FIRST}"
        end = page.ragged(56, y, 280, words, 11)
        page.set_font("helvetica", "B" if bold else "", size)
        top = (y + end - 14.3) / 2 - 0.55 * size if centred else y + (size - 11) * 0.7
        for line, said_ in enumerate(value):
            page.text(380, top + 1.1 * size * line, said_)
        y = end + 20
    text = said(read(tmp_path, "a.pdf", page.content()))
    places = [text.find(each) for number in range(3) for each in (f"Alku {number}.", values[number][1])]
    assert places == sorted(places), text


def test_two_boxes_are_read_each_where_its_section_ends(tmp_path: Path) -> None:
    page = Page()
    y = 80.0
    tops = []
    for number in range(3):
        tops.append(y)
        y = page.section(56, y, 310, f"Osa {number}", [f"Alku {number}. {FIRST}", f"Loppu {number}. {SECOND}"])
    page.note(400, tops[0] + 20)
    page.note(400, tops[1] + 25, ["Toinen", "Avain haetaan", "aulasta ennen", "vuoron alkua."])
    document = read(tmp_path, "a.pdf", page.content())
    assert section_of(document, "Lupaa ei tarvita") == "Osa 0"
    assert section_of(document, "Avain haetaan aulasta") == "Osa 1"
    assert section_of(document, "Loppu 2") == "Osa 2"


def test_two_boxes_beside_one_section_keep_their_order(tmp_path: Path) -> None:
    page = Page()
    page.section(56, 80, 310, "Osa", [f"Alku. {FIRST}", SECOND, FIRST, SECOND])
    page.note(400, 105)
    page.note(400, 105 + 4 * 10.8 + 60, ["Toinen", "Avain haetaan", "aulasta ennen", "vuoron alkua."])
    document = read(tmp_path, "a.pdf", page.content())
    assert in_this_order(document, ["Alku.", SECOND, "Muista", "Kysy neuvonnasta.", "Toinen", "Avain haetaan aulasta"])


def test_columns_of_very_many_lines_take_no_long_time(tmp_path: Path) -> None:
    page = Page()
    page.set_font("helvetica", "", 1)
    for number in range(3):
        page.text(310, 20 + 0.2 * number, "Lyhyt palsta on tässä.")
    for number in range(4000):
        page.text(56, 20 + 0.2 * number, f"Pitkä palsta jatkuu tästä alas asti {number}.")
    content = page.content()
    assert busy_s(lambda: read(tmp_path, "a.pdf", content), tries=1) < 8
