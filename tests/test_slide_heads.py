"""Slides whose makers drew their titles and cards as plain boxes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Inches, Pt

from rag.sources.reading_order import Box, reading_order
from tests.test_as_people_have_it import outline, read

WITH_TITLE, BLANK = 5, 6  # of the layouts


def box(slide: Any, place: tuple[float, float, float], said: str, bold: bool = False, size: int | None = None) -> None:
    """place: left, top and height in inches."""
    left, top, height = place
    frame = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2.8), Inches(height)).text_frame
    for number, line in enumerate(said.split("\n")):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.bold = line, bold
        run.font.size = Pt(size) if size else None


def lines(folder: Path, made: Any) -> list[str]:
    file = BytesIO()
    made.save(file)
    return outline(read(folder, "a.pptx", file.getvalue()))


def slide_of(made: Any, layout: int, title: str = "") -> Any:
    slide = made.slides.add_slide(made.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def test_each_card_of_a_grid_is_read_under_its_own_heading(tmp_path: Path) -> None:
    made = Presentation()
    slide = slide_of(made, WITH_TITLE, "Vaiheet")
    for row in range(2):
        for column in range(3):
            number = row * 3 + column + 1
            box(slide, (0.2 + 3 * column, 2 + 2 * row, 0.5), f"Vaihe {number}", bold=True)
            box(slide, (0.2 + 3 * column, 2.6 + 2 * row, 1), f"Tekee ryhmä {number}.")
    cards = [line for n in range(1, 7) for line in (f"heading: Vaihe {n}", f"paragraph: Tekee ryhmä {n}.")]
    assert lines(tmp_path, made) == ["heading: Vaiheet", *cards]


@pytest.mark.parametrize("spoiler", ["notes", "a box behind them", "a table"])
def test_what_would_stand_below_the_last_card_leaves_them_without_headings(tmp_path: Path, spoiler: str) -> None:
    made = Presentation()
    slide = slide_of(made, WITH_TITLE, "Syöttäminen")
    for column, (head, said) in enumerate((("Saa", "Esitteet"), ("Ei saa", "Nimet"))):
        box(slide, (0.5 + 4 * column, 2, 0.5), head, bold=True)
        box(slide, (0.5 + 4 * column, 2.6, 1), said)
    if spoiler == "notes":
        slide.notes_slide.notes_text_frame.text = "Kerro esimerkki."
    elif spoiler == "a table":
        slide.shapes.add_table(1, 2, Inches(0.5), Inches(5), Inches(6), Inches(1)).table.cell(0, 0).text = "Kysy"
    else:
        box(slide, (0.5, 6, 0.5), "Kysy, jos et tiedä.")
    assert lines(tmp_path, made)[:3] == ["heading: Syöttäminen", "paragraph: Saa", "paragraph: Esitteet"]


@pytest.mark.parametrize(
    ("title", "size", "top", "is_title"),
    [
        ("Yhteystiedot", 40, 0.3, True),
        ("Yhteystiedot", 18, 0.3, False),
        ("Yhteystiedot", 40, 5, False),
        ("Soita aina ensin toimistoon.", 40, 0.3, False),
    ],
)
def test_the_largest_line_at_the_top_heads_a_slide_without_a_title(
    tmp_path: Path, title: str, size: int, top: float, is_title: bool
) -> None:
    made = Presentation()
    slide = slide_of(made, BLANK)
    box(slide, (0.5, 2, 2), "Puhelin 09 1")
    box(slide, (0.5, top, 0.8), title, size=size)
    assert (f"heading: {title}" in lines(tmp_path, made)) is is_title


@pytest.mark.parametrize(
    ("tops", "heights", "order"),
    [
        ((0, 6, 30, 36), (5, 10, 5, 10), [0, 1, 4, 5, 2, 3, 6, 7]),  # cards
        ((0, 10, 20, 30), (5, 5, 5, 5), [0, 4, 1, 5, 2, 6, 3, 7]),  # names and their values
        ((0, 20, 36, 56), (5, 10, 5, 10), [0, 4, 1, 5, 2, 6, 3, 7]),  # nearer to what stands below
    ],
)
def test_a_card_is_a_low_box_and_what_stands_near_below_it(
    tops: tuple[int, ...], heights: tuple[int, ...], order: list[int]
) -> None:
    places = [(left, top, height) for left in (0, 100) for top, height in zip(tops, heights, strict=True)]
    boxes = [Box(number, left, top, 80, height) for number, (left, top, height) in enumerate(places)]
    assert reading_order(boxes) == order
