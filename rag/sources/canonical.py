"""Assembles a document's canonical text: plain words for humans, and the blocks that say where each piece lies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from rag.language.packs import ALL, either
from rag.sources.lists import without_note_mark, words_lead_in
from rag.types import Block, BlockKind, Loss, LossKind, Recognised, Span

CAPTION_MAX_CHARS = 200  # a longer paragraph before a table is prose; chosen by judgement
_SENTENCE_END = re.compile(r"\W{0,10}\w.*[.!?;]\W{0,10}$", re.DOTALL)
# A table's number with the clause behind it, which may be a title although it ends in a full stop.
_NUMBERED = re.compile(
    rf"(?:{either(pack.documents.titles for pack in ALL)})\W{{0,10}}\d[\d.]{{0,10}}\W{{0,10}}([^,;:?]{{0,200}})",
    re.IGNORECASE,
)
_STATES = re.compile(rf"\b(?:{either(pack.documents.states for pack in ALL)})\b", re.IGNORECASE)
_ASKS_OR_RELATES = either(
    each
    for pack in ALL
    for each in (
        pack.questions.relatives,
        *(words for kind, words in pack.questions.focus.items() if kind != "whether"),
    )
)
_NO_STATEMENT = re.compile(rf"\b(?:{_ASKS_OR_RELATES})\b", re.IGNORECASE)
# Letters that a typesetter joined are the letters that they are joined of; other compatible forms ("m²") stay.
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_JOINED = re.compile("[\ufb00-\ufb06]")
_RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
_NOTE_MARK = re.compile(r"[\d\s,;()\[\]*–-]{1,20}")  # "3", "3)", "1, 2", "[4]"

# What follows what without an empty line between.
_TIGHT: frozenset[tuple[BlockKind, BlockKind]] = frozenset(
    {("item", "item"), ("row", "row"), ("caption", "row"), ("heading", "item")}
)


def clean(words: str) -> str:
    """One line of NFC text: white space folded; control, zero-width, bidi and soft-hyphen characters dropped."""
    if not words.isprintable():  # what is has nothing to drop; looking at each letter of a long book takes seconds
        words = "".join(
            char for char in words if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
        )
    if not words.isascii():
        if _JOINED.search(words):
            words = words.translate(_LIGATURES)
        words = unicodedata.normalize("NFC", words)
    return " ".join(words.split())


def raised(words: str) -> str:
    """Words set above the line: a note's number behind "126" makes no 1263 of it, nor "3)" one of 1263)."""
    return words.translate(_RAISED) if _NOTE_MARK.fullmatch(words) else words


def shown_mark(number: int | str | None) -> str:
    """What stands before an item: its number, its own mark as "a)" or "2 §", or None for a bullet."""
    return "• " if number is None else f"{number}. " if isinstance(number, int) else f"{number} "


def in_one_line(parts: Iterable[tuple[int | str | None, str]]) -> str:
    """The paragraphs and items of a table's cell, each with its mark, "" for a paragraph's. A bullet before one item
    alone tells nothing."""
    said = [(mark, words) for mark, words in parts if clean(words)]
    alone = sum(mark is None for mark, _ in said) == 1
    return " ".join(
        words if mark == "" or (mark is None and alone) else shown_mark(mark) + words for mark, words in said
    )


def is_title_row(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table's first row is one cell over all columns, and no other row is: a title, not one part of
    several."""
    alone = [bool(row) and bool(clean(row[0])) and not any(map(clean, row[1:])) for row in rows]
    return len(rows) > 2 and alone[0] and not any(alone[1:])


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row as read; a merged cell's words stand in each row and column that it covers, in those of all columns
    once. whole: it is one cell over all columns."""

    cells: Sequence[str]
    header: bool = False
    line: int | None = None
    whole: bool = False


def is_sentence(said: str) -> bool:
    """Whether words before a table are a sentence, which is never a caption: nobody could quote it."""
    if not _SENTENCE_END.match(without_note_mark(said)):
        return False
    numbered = _NUMBERED.match(said)
    return not numbered or bool(_STATES.search(numbered[1]) and not _NO_STATEMENT.search(numbered[1]))


def _may_be_caption(said: str) -> bool:
    return len(said) <= CAPTION_MAX_CHARS and not is_sentence(said)


def with_part_titles(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows, those of one cell that are the titles of the rows below them as of one cell over all columns.

    An empty cell may also be one that nobody has filled. So one is a title where such a row stands right below the
    names of the columns and another further down, or where what is below it has the same names as what is above it.
    """
    names = next((number for number, row in enumerate(rows) if not row.header), len(rows))
    body = [[bool(clean(cell)) for cell in row.cells] for row in rows[names:]]
    several = [sum(filled) > 1 for filled in body]
    firsts = [clean(row.cells[0]) if row.cells else "" for row in rows[names:]]
    titles = [
        at
        for at in range(len(body) - 1)
        if firsts[at] and several[at + 1] and not several[at] and not is_sentence(firsts[at])
        # What was left out of a cell, as it is struck out, was said of the first one.
        if firsts[at] != firsts[at + 1] and not any(cell.strip() for cell in rows[names + at].cells[1:])
    ]
    if not names or not titles:
        return rows
    parts = [set(firsts[start + 1 : end]) - {""} for start, end in pairwise([-1, *titles, len(body)])]
    if (titles[0] or len(titles) < 2) and all(one.isdisjoint(other) for one, other in pairwise(parts)):
        return rows
    whole = {names + at for at in titles}
    return [replace(row, whole=True) if at in whole else row for at, row in enumerate(rows)]


class Canonical:
    """A canonical text under construction. Words are cleaned here; pieces without words are left out."""

    def __init__(self) -> None:
        self.recognised: list[Recognised] = []
        self.title = ""  # what the file is called by its own properties, where its text has no heading of the kind
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._break: Block | None = None
        # Of a list's items, or of the paragraph before one, until the list ends.
        self._notes: list[tuple[str, int | None, int | None]] = []
        self._losses: dict[tuple[LossKind, int | None], int] = {}
        self._list_begins = False

    def lose(self, kind: LossKind, count: int, page: int | None = None) -> None:
        """To be told of: something that is in the file and not in the text."""
        if count:
            self._losses[kind, page] = self._losses.get((kind, page), 0) + count

    @property
    def losses(self) -> tuple[Loss, ...]:
        return tuple(Loss(kind, count, page) for (kind, page), count in self._losses.items())

    def heading(self, words: str, level: int, *, line: int | None = None, page: int | None = None) -> None:
        self._settle()
        self._end_list()
        self._add("heading", words, level=min(max(level, 1), 6), line=line, page=page)

    def paragraph(self, words: str, *, line: int | None = None, page: int | None = None) -> None:
        self._settle()
        self._end_list()
        self._add("paragraph", words, line=line, page=page)

    def note(self, words: str, *, line: int | None = None, page: int | None = None) -> None:
        """What a note says, or what goes on from an item: behind what it belongs to; of an item behind its list, of
        what leads in a list or a table behind that. Between a lead-in and an item, or two items, it would be taken for
        what leads in the second."""
        self._settle()
        if self._last == "item" or (self._last == "paragraph" and not clean(words).endswith(":")):
            self._notes.append((words, line, page))
        else:
            self._end_list()
            self._add("paragraph", words, line=line, page=page)

    @property
    def _last(self) -> BlockKind | None:
        """The kind of what was added last; None behind a break."""
        return self._blocks[-1].kind if self._blocks and self._break is None else None

    def _settle(self) -> None:
        """What a reader still holds back is written before anything else is."""

    def _end_list(self) -> None:
        notes, self._notes = self._notes, []
        for words, line, page in notes:
            self._add("paragraph", words, line=line, page=page)

    def begin_list(self) -> None:
        """What comes next is an item of a list of its own, also right behind another list."""
        self._list_begins = True

    def item(
        self,
        words: str,
        depth: int,
        number: int | str | None = None,
        *,
        line: int | None = None,
        page: int | None = None,
    ) -> None:
        """depth counts from 1; number is given for an item of an ordered list: as a text it is the item's own mark, as
        "a)" or "2 §"."""
        self._settle()
        if self._blocks and self._blocks[-1].kind == "paragraph" and not words_lead_in(self._parts[-1], clean(words)):
            self._end_list()
        mark = "  " * (depth - 1) + shown_mark(number)
        self._add("item", words, mark, level=depth, ordered=number is not None, line=line, page=page)

    def table(self, rows: Sequence[Row], caption: str = "", *, line: int | None = None) -> None:
        """Without a caption of its own, a short paragraph directly before the table that is no sentence becomes its
        caption. A cell over all columns is the title of the rows below it where the columns have names."""
        rows = [row for row in rows if any(clean(cell) for cell in row.cells)]
        if not rows:
            return
        self._settle()
        names_it = self._last == "paragraph" and _may_be_caption(self._parts[-1])
        if not names_it:
            self._end_list()
        if is_title_row([row.cells for row in rows]) or (len(rows) > 2 and rows[0].whole and rows[1].header):
            self._add_caption(caption, line)
            caption, rows = rows[0].cells[0], rows[1:]
        if clean(caption):
            self._add_caption(caption, line)
        elif names_it:
            self._blocks[-1] = replace(self._blocks[-1], kind="caption")
        rows, named = with_part_titles(rows), False
        for index, (row, below) in enumerate(zip(rows, [*rows[1:], None], strict=True)):
            # What stands over another title, or nothing, is a row itself.
            titles = below is not None and not below.whole and not below.header
            self._add_row(row, row.header or (row.whole and named and titles), first=index == 0)
            named = named or row.header
        self._end_list()

    def end_sections(self, *, line: int | None = None) -> None:
        """A break, as a horizontal rule makes it: what follows stands under none of the headings before."""
        self._settle()
        self._end_list()
        if self._blocks and self._break is None:
            self._break = Block("break", Span(self._length, self._length), line=line)

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        self._settle()
        self._end_list()
        return "".join(self._parts), tuple(self._blocks)

    def _add_caption(self, words: str, line: int | None) -> None:
        self._add("paragraph" if is_sentence(clean(words)) else "caption", words, line=line)

    def _add_row(self, row: Row, header: bool, *, first: bool) -> None:
        cells = [clean(cell) for cell in row.cells]
        last = max(column for column, cell in enumerate(cells) if cell)
        words, spans = "", []
        for column, cell in enumerate(cells[: last + 1]):
            if column:
                words += " |" if words else "|"
            if cell and words:
                words += " "
            spans.append(Span(len(words), len(words) + len(cell)))
            words += cell
        spans += [Span(len(words), len(words))] * (len(cells) - last - 1)  # empty at the end: no bars
        begins = first and self._last == "row"
        start = self._write("row", words, "", new_table=first)
        shifted = tuple(Span(start + span.start, start + span.end) for span in spans)
        span = Span(start, start + len(words))
        self._blocks.append(Block("row", span, cells=shifted, header=header, line=row.line, begins=begins))

    def _add(
        self,
        kind: Literal["heading", "paragraph", "item", "caption"],
        words: str,
        mark: str = "",
        *,
        level: int = 0,
        ordered: bool = False,
        line: int | None = None,
        page: int | None = None,
    ) -> None:
        if words := clean(words):
            start = self._write(kind, words, mark)
            span = Span(start, start + len(words))
            begins = self._list_begins and kind == "item" and bool(self._blocks) and self._blocks[-1].kind == "item"
            self._list_begins = False
            self._blocks.append(Block(kind, span, level=level, ordered=ordered, line=line, page=page, begins=begins))

    def _write(self, kind: BlockKind, words: str, mark: str, *, new_table: bool = False) -> int:
        """Append separator, mark and words; where the words start."""
        if self._break is not None:
            self._blocks.append(self._break)
            self._break = None
        separator = ""
        if self._blocks:
            last = self._blocks[-1].kind
            tight = (last, kind) in _TIGHT and not (new_table and last == "row")
            separator = "\n" if tight else "\n\n"
        else:
            mark = mark.lstrip()  # an inner item that nothing stands above: a text begins with a word or a mark
        self._parts += (separator, mark, words)
        start = self._length + len(separator) + len(mark)
        self._length = start + len(words)
        return start
