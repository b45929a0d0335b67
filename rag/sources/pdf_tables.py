"""Tables of a PDF whose cells lines part: found by pdfplumber, as rows with their column heads."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import NamedTuple

import pdfplumber
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

from rag.sources.canonical import Row, clean, names_columns
from rag.sources.format_lines import join

SAME_PLACE = 3.0  # points that columns of one table may differ by from page to page
# What pdfminer lets through for broken objects that pypdf could read. Such a page has its text, and no tables.
_BROKEN = (PSException, PdfminerException, ValueError, TypeError, KeyError, AttributeError, AssertionError, IndexError)
_BOLD = re.compile(r"bold|black|heavy|semib|demi", re.IGNORECASE)

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # its messages name no file


class Box(NamedTuple):
    """A cell's place, in points from the page's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def covers(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table and its place, in points from the page's lower left corner; columns: their left edges."""

    page: int
    left: float
    right: float
    top: float
    bottom: float
    columns: tuple[float, ...]
    rows: tuple[Row, ...]

    def holds(self, x: float, y: float) -> bool:
        return self.bottom <= y <= self.top and self.left - SAME_PLACE <= x <= self.right + SAME_PLACE

    def goes_on_in(self, other: PlacedTable) -> bool:
        return len(self.columns) == len(other.columns) and all(
            abs(own - their) <= SAME_PLACE for own, their in zip(self.columns, other.columns, strict=True)
        )

    def with_rows_of(self, other: PlacedTable) -> PlacedTable:
        """Both as one; heads that are repeated on the next page stand once."""
        heads = [row.cells for row in self.rows if row.header]
        if not heads:
            rows = other.rows
        else:
            rows = tuple(replace(row, header=False) for row in other.rows if row.cells not in heads)
        return replace(self, rows=(*self.rows, *rows))


def tables_of(data: bytes, pages: Collection[int]) -> list[PlacedTable]:
    """The tables of these pages, counted from 1, in their order."""
    found: list[PlacedTable] = []
    if not pages:
        return found
    try:
        with pdfplumber.open(BytesIO(data), pages=sorted(pages)) as document:
            for page in document.pages:
                found += [placed for table in page.find_tables() if (placed := _placed(page, table)) is not None]
                page.close()
    except _BROKEN:
        return found
    return found


def _placed(page: Page, table: Table) -> PlacedTable | None:
    rows: list[list[Box | None]] = [[None if cell is None else Box(*cell) for cell in row.cells] for row in table.rows]
    width = max((len(row) for row in rows), default=0)
    if len(rows) < 2 or width < 2:
        return None  # a frame around text
    pairs = (pair for each in zip(rows, table.extract(), strict=True) for pair in zip(*each, strict=True))
    words = {box: _joined(text or "") for box, text in pairs if box is not None}
    edges = [
        min((box.left for row in rows if (box := row[column]) is not None), default=0.0) for column in range(width)
    ]
    read: list[list[str]] = []
    for row in rows:
        boxes = [box for box in row if box is not None]
        lowest = min(boxes, key=lambda box: box.bottom - box.top)  # the others may reach into rows below
        alone = len(boxes) == 1 and row[0] is not None
        cells = []
        for column, box in enumerate(row):
            if box is None and not alone:  # merged with one beside or above it: its words count here, too
                middle = (lowest.top + lowest.bottom) / 2
                box = next((each for each in words if each.covers(edges[column] + 1, middle)), None)
            cells.append(words[box] if box is not None else "")
        read.append(cells)
    named = names_columns(read[0], [_is_bold(page, row) for row in rows[:2]])
    left, top, right, bottom = table.bbox
    return PlacedTable(
        page.page_number,
        left,
        right,
        float(page.height) - top,
        float(page.height) - bottom,
        tuple(edges),
        tuple(Row(cells, header=named and number == 0) for number, cells in enumerate(read) if any(map(clean, cells))),
    )


def _joined(text: str) -> str:
    """A cell's lines joined as a sentence's are."""
    whole = ""
    for line in text.split("\n"):
        said = clean(line)
        whole = join(whole, said) if whole and said else whole or said
    return whole


def _is_bold(page: Page, row: Sequence[Box | None]) -> bool:
    boxes = [box for box in row if box is not None]
    fonts = [
        char["fontname"]
        for char in page.chars
        if char["text"].strip()
        and any(box.covers((char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2) for box in boxes)
    ]
    return bool(fonts) and all(_BOLD.search(font) for font in fonts)
