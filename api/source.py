"""A document as a page shows it: its blocks as headings, paragraphs, nested lists and tables, with a marked place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rag.types import Block, Document, Span

MAX_DEPTH = 6  # of lists: what nests deeper is shown at this depth
_NUMBER = re.compile(r"(\d{1,9})\. $")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words, marked or not. anchor: the element id of the first marked piece of the page."""

    text: str
    marked: bool
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one element; start is the offset of the first one."""

    start: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    words: Words
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: Words
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class PageStart:
    """Here begins a page of the original, such as a PDF."""

    number: int
    kind: str = "page"


@dataclass(frozen=True, slots=True)
class Break:
    kind: str = "break"


@dataclass(slots=True)
class Item:
    words: Words
    number: int | None
    lists: list[ItemList] = field(default_factory=list)


@dataclass(slots=True)
class ItemList:
    ordered: bool
    items: list[Item] = field(default_factory=list)
    kind: str = "list"


@dataclass(slots=True)
class Row:
    header: bool
    cells: list[Words]


@dataclass(slots=True)
class Table:
    caption: Words | None
    rows: list[Row] = field(default_factory=list)
    kind: str = "table"


Node = Heading | Paragraph | PageStart | Break | ItemList | Table


def outline(document: Document, mark: Span | None = None) -> list[Node]:
    """The document's blocks as nodes in reading order, the words within mark marked."""
    return list(_nodes(document, _Marker(document.text, mark)))


def contents(nodes: Sequence[Node]) -> list[Heading]:
    """The headings of a table of contents, without one at the top that repeats the title."""
    headings = [node for node in nodes if isinstance(node, Heading)]
    topmost = min((each.level for each in headings), default=1)
    alone = sum(each.level == topmost for each in headings) == 1
    return [each for each in headings if not (alone and each is headings[0] and each.level == topmost)]


def page_at(document: Document, place: Span) -> int | None:
    """The original's page on which a place begins."""
    return next((block.page for block in document.blocks if block.span.touches(place)), None)


def _nodes(document: Document, marker: _Marker) -> Iterator[Node]:
    caption: Words | None = None
    page: int | None = None
    for (kind, _), group in groupby(document.blocks, key=_run):
        blocks = list(group)
        if caption is not None and kind != "row":
            yield Paragraph(caption)
            caption = None
        if blocks[0].page is not None and blocks[0].page != page:
            page = blocks[0].page
            yield PageStart(page)
        if kind == "item":
            yield from _lists(blocks, document.text, marker)
        elif kind == "row":
            yield from _tables(blocks, marker, caption)
            caption = None
        elif kind == "break":
            yield Break()
        else:
            for block in blocks:
                words = marker.words(block.span)
                if kind == "heading":
                    yield Heading(block.level, words)
                elif kind == "caption" and block is blocks[-1]:
                    caption = words
                else:
                    yield Paragraph(words)
    if caption is not None:
        yield Paragraph(caption)


def _run(block: Block) -> tuple[str, int | None]:
    """What blocks that are shown together share. A table goes on over pages: its later rows need its first one."""
    return block.kind, None if block.kind == "row" else block.page


def _lists(blocks: list[Block], text: str, marker: _Marker) -> list[ItemList]:
    outermost: list[ItemList] = []
    open_lists: list[tuple[int, ItemList]] = []  # (depth, list), outermost first
    for block in blocks:
        depth = min(block.level, MAX_DEPTH)
        while open_lists and open_lists[-1][0] > depth and len(open_lists) > 1:
            open_lists.pop()
        number = _NUMBER.search(text, max(0, block.span.start - 11), block.span.start) if block.ordered else None
        item = Item(marker.words(block.span), int(number[1]) if number else None)
        if open_lists and open_lists[-1][0] >= depth and open_lists[-1][1].ordered == block.ordered:
            open_lists[-1][1].items.append(item)
            continue
        if open_lists and open_lists[-1][0] >= depth:
            open_lists.pop()  # as deep, but numbered where the other was not
        new = ItemList(block.ordered, [item])
        if open_lists:
            open_lists[-1][1].items[-1].lists.append(new)
        else:
            outermost.append(new)
        open_lists.append((depth, new))
    return outermost


def _tables(blocks: list[Block], marker: _Marker, caption: Words | None) -> Iterator[Table]:
    table = Table(caption)
    for block in blocks:
        if block.begins:
            yield table
            table = Table(None)
        table.rows.append(Row(block.header, [marker.words(cell) for cell in block.cells]))
    yield table


class _Marker:
    """Cuts spans where the mark begins and ends. To be asked in the order of the text."""

    def __init__(self, text: str, mark: Span | None) -> None:
        self._text = text
        self._mark = mark or Span(0, 0)
        self._anchor = f"c{self._mark.start}-{self._mark.end}"

    def words(self, span: Span) -> Words:
        begin = min(max(self._mark.start, span.start), span.end)
        end = min(max(self._mark.end, begin), span.end)
        pieces = [Piece(self._text[span.start : begin], marked=False)]
        if begin < end:
            pieces.append(Piece(self._text[begin:end], marked=True, anchor=self._anchor))
            self._anchor = ""
        pieces.append(Piece(self._text[end : span.end], marked=False))
        return Words(span.start, tuple(piece for piece in pieces if piece.text))
