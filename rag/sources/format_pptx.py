"""Slides (.pptx) → canonical text: each slide a section under its title, then its texts, tables and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.exc import PythonPptxError

from rag.sources.canonical import Canonical, Row, clean, raised
from rag.sources.formulas import formula
from rag.sources.office import DAMAGED, damaged, refuse_bomb

_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_RAISED = re.compile(r"[1-9]\d{0,9}%?")  # how far above the line, in thousandths of the type's size


def read_pptx(data: bytes, file: str) -> Canonical:
    """Pages are slides, counted from 1. Raises UnreadableSource: damaged, too_large."""
    canonical = Canonical()
    try:
        refuse_bomb(data, file)
        for number, slide in enumerate(pptx.Presentation(BytesIO(data)).slides, start=1):
            if slide._element.get("show") == "0":
                canonical.lose("hidden text", sum(len(clean(shape.text_frame.text)) for shape in _texts(slide)))
                continue
            _add_slide(canonical, slide, number)
    except (*DAMAGED, PythonPptxError) as error:
        raise damaged("PowerPoint", file, error) from error
    return canonical


def _add_slide(canonical: Canonical, slide: Any, number: int) -> None:
    title = slide.shapes.title
    said = _frame_words(title.text_frame, canonical) if title is not None and title.has_text_frame else ""
    if clean(said):
        canonical.heading(said, 2, page=number)
    else:
        canonical.end_sections()  # what it says stands under no other slide's title
    for shape in _in_reading_order(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
            said = shape._element.nvPicPr.cNvPr.get("descr") or ""
            canonical.lose("picture", int(not clean(said)))
        elif getattr(shape, "has_table", False) and shape.has_table:
            _add_table(canonical, shape.table)
        elif shape.has_text_frame:
            _add_text(canonical, shape, number)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            canonical.paragraph(_words(paragraph, canonical), page=number)


def _in_reading_order(shapes: Any) -> Iterator[Any]:
    """From top to bottom, then from left to right; groups opened. What has no place of its own has its layout's."""
    for shape in sorted(shapes, key=lambda each: (each.top or 0, each.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _in_reading_order(shape.shapes)
        else:
            yield shape


def _texts(slide: Any) -> Iterator[Any]:
    return (shape for shape in _in_reading_order(slide.shapes) if shape.has_text_frame)


def _add_text(canonical: Canonical, shape: Any, page: int) -> None:
    """The body's paragraphs are bullets; a box beside it has sentences."""
    read = [(each.level + 1, _words(each, canonical)) for each in shape.text_frame.paragraphs]
    said = [(depth, words) for depth, words in read if clean(words)]
    for depth, words in said:
        if shape.is_placeholder and len(said) > 1:
            canonical.item(words, depth, page=page)
        else:
            canonical.paragraph(words, page=page)


def _words(paragraph: Any, canonical: Canonical) -> str:
    """Without fields, which number the slides, and what is struck out, which is told; a line break parts words."""
    words = ""
    for child in paragraph._p:
        tag = child.tag.rpartition("}")[2]
        if tag == "br":
            words += " "
        elif tag == "AlternateContent":  # a formula, and for older programs a picture of it
            words += "".join(formula(each) for each in child.iter(_FORMULA))
        elif tag == "m":
            words += formula(child)
        elif tag == "r":
            form = child.rPr.attrib if child.rPr is not None else {}
            if form.get("strike", "noStrike") != "noStrike":
                canonical.lose("struck out", len(clean(child.text)))
            else:
                words += raised(child.text) if _RAISED.fullmatch(form.get("baseline", "")) else child.text
    return words


def _frame_words(frame: Any, canonical: Canonical) -> str:
    return " ".join(_words(paragraph, canonical) for paragraph in frame.paragraphs)


def _add_table(canonical: Canonical, table: Any) -> None:
    rows = [list(row.cells) for row in table.rows]
    read: list[list[str]] = []
    for number, row in enumerate(rows):
        words: list[str] = []
        for column, cell in enumerate(row):
            said = _frame_words(cell.text_frame, canonical)
            if cell.is_spanned:  # merged with one above or beside it
                beside = column > 0 and (row[column - 1].is_spanned or row[column - 1].span_width > 1)
                said = words[column - 1] if beside else read[number - 1][column] if number else ""
            words.append(said)
        read.append(words)
    canonical.table([Row(words, header=bool(table.first_row) and number == 0) for number, words in enumerate(read)])
