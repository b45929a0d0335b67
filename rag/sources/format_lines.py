"""Lines of text, as a plain text file or a PDF has them → canonical text.

The structure is guessed: lines are joined to pieces, then those that look like headings become headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rag.language.packs import ALL, either
from rag.sources.canonical import Canonical, Row, clean
from rag.sources.labels import LABELLED
from rag.sources.list_marks import BULLET, NUMBERED, ORDERED, behind_bullet
from rag.sources.lists import without_note_mark

HEADING_MAX_CHARS = 100  # longer is prose; chosen by judgement
NO_HEADING_ENDS = ".,;:!-–"
WRAPPED_MAX_CHARS = 160  # longer lines are not wrapped: every line is a paragraph of its own
PARAGRAPH_MAX_CHARS = 20_000  # longer is no prose, and joining it line by line takes quadratic time
FULL_LINE = 0.85  # of the usual width; glyphs differ in width, so a full line varies in characters
_TAGGED_HEADINGS = 2  # that a file names at least, to be believed that it has no others
_REPEATED = 3  # times that the same words stand somewhere, and head nothing: "Vastuutaho: Digivirasto"
LARGER_TYPE = 1.12  # a heading's type size against the body's

_TABLE_RULE = re.compile(r"\s*(?:\|\s*)?(?::?-{2,}:?\s*\|\s*)+(?::?-{2,}:?\s*)?$")
_BAR = re.compile(r"(?<!\\)\|")
_NOTE_MARKS = "⁰¹²³⁴⁵⁶⁷⁸⁹*"
_SENTENCE_END = re.compile(rf"[.!?:;…][\"'”’»)\]]*[{_NOTE_MARKS}]*$")
# "Aikuisen kertalippu ....... 8 euroa"; a number alone is a page of a table of contents.
_LEADERS = re.compile(
    r"(?P<name>[^.\s…](?:[^.…]|\.(?!\s?\.))*?)\s?(?:\.{4,200}|(?:\s\.){4,200}|…{2,99})\s?(?P<value>[^.\s…].*)$"
)
_ABBREVIATION = re.compile(rf"\b(?:{either(pack.documents.abbreviations for pack in ALL)})\.$")
_LABEL = re.compile(rf"(?:{either(pack.documents.captions for pack in ALL)})\s+\d", re.IGNORECASE)
_LINK = re.compile(r"@|://|\bwww\.")
_HYPHENATED = re.compile(either(pack.documents.hyphenated for pack in ALL))
_AROUND = "(\"'”’»)[].,;:!?"
_SUSPENDED = frozenset().union(*(pack.documents.suspends for pack in ALL))  # "hallinto- ja toimialarajat"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read. indent: in characters; size: of the type in points, 0 where unknown. Blank lines count. rows: of
    a table that stands in its place; column: counted along the page; room: characters that it leaves free at its end,
    where the width of its column is known; notes: what its notes say, to be read behind it; element: which of its
    page's paragraphs, headings or items the file says that it is part of, 0 where it says nothing; level: of a heading
    that the file says is one."""

    text: str
    number: int | None = None
    page: int | None = None
    indent: int = 0
    size: float = 0.0
    rows: tuple[Row, ...] = ()
    column: int = 0
    room: float | None = None
    notes: tuple[str, ...] = ()
    element: int = 0
    level: int = 0


@dataclass(slots=True)
class _Piece:
    """Lines that belong together. gap: an empty line or a page's edge lies before it."""

    first: Line
    last: Line
    text: str
    gap: bool
    lines: int = 1
    item: bool = False
    marked: bool = True  # of an item: a bullet or a number stands before it
    number: int | str | None = None
    rows: tuple[Row, ...] = ()
    level: int = 0  # of a heading
    notes: tuple[str, ...] = ()


def read_lines(lines: Sequence[Line]) -> Canonical:
    pieces = _Joining(lines).pieces()
    _mark_headings(pieces)
    canonical = Canonical()
    indents: list[int] = []  # of the open list's levels
    for piece in pieces:
        number, page = piece.first.number, piece.first.page
        if piece.item:
            while indents and piece.first.indent < indents[-1]:
                indents.pop()
            if not indents or piece.first.indent > indents[-1]:
                indents.append(piece.first.indent)
            canonical.item(piece.text, len(indents), piece.number, line=number, page=page)
            for note in piece.notes:
                canonical.note(note, page=page)
            continue
        indents.clear()
        if piece.rows:
            canonical.table(piece.rows)
        elif piece.level:
            canonical.heading(piece.text, piece.level, line=number, page=page)
        else:
            canonical.paragraph(piece.text, line=number, page=page)
        for note in piece.notes:
            canonical.note(note, page=page)
    return canonical


def vocabulary(lines: Iterable[str]) -> frozenset[str]:
    """The words that are written within these lines, in small letters; those at their ends may be parts of words."""
    return frozenset(word.strip(_AROUND).lower() for line in lines for word in line.split()[1:-1])


def join(before: str, after: str, words: Collection[str] = ()) -> str:
    """Two parts of a sentence that a line end divided; a hyphen of the line end goes, one of the word stays.

    words: of the same document, which show how the divided one is written.
    """
    if before.endswith("\u00ad"):
        return before[:-1] + after
    if words:
        first, rest = before.split()[-1].lower().lstrip(_AROUND), after.split()[0].lower().rstrip(_AROUND)
        if first and rest and first + rest in words and (first[-1] in "-‐" or first not in words or rest not in words):
            return before + after
    word = before.split()[-1].lstrip("(\"'”’»")[:-1] if before.endswith(("-", "‐")) else ""
    if not word or (after[0].islower() and after.split()[0].strip(".,;:") in _SUSPENDED):
        return f"{before} {after}"
    plain = len(word) > 1 and word.isalpha() and word[1:].islower()
    doubled = word[-1].lower() == after[0] and after[0] in "aeiouyäöå"  # "linja-auto" is spelt with its hyphen
    rest = after.split()[0].rstrip(_AROUND)
    in_one = f"{word}{rest}".lower() in words  # as the document writes it elsewhere
    spelt = not in_one and _HYPHENATED.fullmatch(f"{word}-{rest}".lower()) is not None
    if plain and after[0].islower() and not doubled and not spelt:
        return before[:-1] + after
    return before + after


class _Joining:
    """Joins lines to pieces: paragraphs, list items, tables. Wording is never changed."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines = [replace(line, text=_tidy(line.text)) for line in lines]
        self._number = self._letter = 0  # of the latest numbered item
        self._words = vocabulary(line.text for line in lines)
        lengths = sorted(len(line.text) for line in lines if line.text)
        self._width = lengths[len(lengths) * 95 // 100] if lengths else 0
        self._wrapped = self._width <= WRAPPED_MAX_CHARS
        self._double_spaced = self._is_double_spaced()

    def pieces(self) -> list[_Piece]:
        pieces: list[_Piece] = []
        gap, index = True, 0
        while index < len(self._lines):
            line = self._lines[index]
            if line.rows:
                pieces.append(_Piece(line, line, "", gap, rows=line.rows, notes=line.notes))
                gap, index = True, index + 1
                continue
            if not line.text:
                gap, index = True, index + 1
                continue
            last = pieces[-1] if pieces else None
            turned = last is not None and (last.last.page, last.last.column) != (line.page, line.column)
            rows, lines = self._table_at(index)
            if rows:
                pieces.append(_Piece(line, self._lines[index + lines - 1], "", gap, rows=rows))
                index += lines - 1
            elif (found := self._item(line, last, gap)) or (found := self._unmarked(index, last)):
                pieces.append(found)
            elif last is not None and self._continues(last, line, gap, turned):
                last.text = join(last.text, line.text, self._words) if last.text else line.text
                last.last, last.lines = line, last.lines + 1
            else:
                pieces.append(_Piece(line, line, line.text, gap or turned or self._double_spaced))
            pieces[-1].notes += line.notes
            gap, index = False, index + 1
        return pieces

    def _is_double_spaced(self) -> bool:
        """Whether sentences go on over empty lines more often than from line to line; as text out of slides does."""
        over_gap = adjacent = 0
        last, gap = "", False
        for line in self._lines:
            if line.text:
                is_item = BULLET.match(line.text) or ORDERED.match(line.text)  # "a) …" goes on from nothing
                if last and line.text[0].islower() and not is_item and not _ended(last):
                    over_gap, adjacent = over_gap + gap, adjacent + (not gap)
                last = line.text
            gap = not line.text
        return over_gap > max(adjacent, 2)

    def _table_at(self, index: int) -> tuple[tuple[Row, ...], int]:
        """The rows of a table in Markdown's manner whose header is the line at `index`, or of names that dots lead to
        their values, and how many lines they take; no rows where there is none."""
        if led := self._led_at(index):
            return led, len(led)
        rule = self._lines[index + 1].text if index + 1 < len(self._lines) else ""
        if "|" not in self._lines[index].text or not _TABLE_RULE.match(rule):
            return (), 0
        rows = [self._lines[index]]
        for line in self._lines[index + 2 :]:
            if "|" not in line.text:
                break
            rows.append(line)
        read = tuple(
            Row([cell.replace("\\|", "|") for cell in _BAR.split(line.text.strip("|"))], line is rows[0], line.number)
            for line in rows
        )
        return read, len(rows) + 1  # with the rule below the header

    def _led_at(self, index: int) -> tuple[Row, ...]:
        rows: list[Row] = []
        for at in range(index, len(self._lines)):
            line = self._lines[at]
            led = _LEADERS.match(line.text)
            if led is None or led["value"].isdigit():
                break
            rows.append(Row([led["name"].strip(), led["value"]], False, line.number))
        return tuple(rows)

    def _item(self, line: Line, last: _Piece | None, gap: bool) -> _Piece | None:
        if mark := BULLET.match(line.text):
            after = behind_bullet(line.text, mark)
            inside = last is not None and last.text and not last.item and not gap and not _ended(last.text)
            if last is not None and inside and mark[0][0] in "-–":
                # A dash of the sentence, which happens to start a line: "2020\n– 2022", "hyvä\n– mutta".
                if after[:1].isdigit() and last.text[-1].isdigit():
                    return None
                if mark[0][0] == "–" and after[:1].islower() and self._full(last.last, line):
                    return None
            numbered = self._numbered(replace(line, text=after), last, gap)  # "- 1) …"
            return numbered or _Piece(line, line, after, gap, item=True)
        return self._numbered(line, last, gap)

    def _unmarked(self, index: int, last: _Piece | None) -> _Piece | None:
        """An item whose bullet is only drawn: after a lead-in, lines that begin small though the line before had room
        for more, at least two."""
        if last is None or self._double_spaced or not self._wrapped or not self._begins_small(index, last):
            return None
        here = self._lines[index]
        item = _Piece(here, here, here.text, True, item=True, marked=False)
        if last.item:
            return None if last.marked else item
        following = next((at for at in range(index + 1, len(self._lines)) if self._lines[at].text), None)
        listed = last.text.endswith(":") and following is not None and self._begins_small(following, item)
        return item if listed else None

    def _begins_small(self, index: int, before: _Piece) -> bool:
        """Whether a line begins with a small letter though the one before it had room for its first word."""
        line = self._lines[index]
        return bool(line.text) and line.text[0].islower() and not self._full(before.last, line)

    def _numbered(self, line: Line, last: _Piece | None, gap: bool) -> _Piece | None:
        if mark := ORDERED.match(line.text):
            number = int(mark["number"]) if mark["number"] else ord(mark["letter"]) - ord("a") + 1
            before = self._number if mark["number"] else self._letter
            # From 1, or counting on; anything else is a date or a figure: "31. joulukuuta".
            begins_line = gap or last is None or last.item or _ended(last.text)
            if number == 1 or (number == before + 1 and begins_line):
                shown: int | str = number
                if mark["number"]:
                    self._number = number
                else:
                    self._letter, shown = number, f"{mark['letter']})"  # the text may speak of "b)"
                if mark["open"]:
                    shown = clean(mark[0])
                return _Piece(line, line, line.text[mark.end() :], gap, item=True, number=shown)
        return None

    def _continues(self, piece: _Piece, line: Line, gap: bool, turned: bool) -> bool:
        """Whether the line goes on with the piece's sentence or paragraph."""
        if piece.rows or len(piece.text) > PARAGRAPH_MAX_CHARS:
            return False
        if not piece.text:  # a bullet alone on its line
            return True
        ended = _ended(piece.text)
        lower = line.text[0].islower()
        if line.level or piece.last.level:
            return not turned and line.element == piece.last.element
        if line.element and piece.last.element and not turned:
            # Some programs make each line a paragraph.
            return line.element == piece.last.element or (not ended and lower)
        if abs(line.size - piece.last.size) > 0.08 * line.size and (ended or not lower):
            return False
        if not ended and piece.text.endswith(("-", "‐", "\u00ad")) and (lower or line.text[0].isdigit()):
            return True
        if turned:
            return not ended and (lower or (piece.lines > 1 and not piece.item and self._full(piece.last, line)))
        if gap:
            return not ended and (lower or (self._double_spaced and self._full(piece.last, line)))
        if not self._wrapped or self._double_spaced:
            return lower or line.text[0] == "("
        if not ended:
            heading = piece.lines == 1 and not piece.item and _stands_out(piece.text)
            return lower or not heading or (piece.text.isupper() and line.text.isupper())
        if lower or (piece.item and line.indent > piece.first.indent):
            return True
        return self._full(piece.last, line) and not _stands_out(line.text)

    def _full(self, line: Line, following: Line) -> bool:
        """Whether the line ended for want of room: the next line's first word would not have fitted."""
        word = len(following.text.split()[0])
        if line.room is not None:
            return line.room < 1 + word
        return self._wrapped and len(line.text) + 1 + word > FULL_LINE * self._width


def _ended(text: str) -> bool:
    """Whether a sentence or a lead-in ends here, rather than an abbreviation or an open bracket's first half."""
    text = without_note_mark(text[-300:])
    ended = _SENTENCE_END.search(text) is not None
    return ended and not _ABBREVIATION.search(text) and text.count("(") <= text.count(")")


def _tidy(line: str) -> str:
    """Clean words; only a soft hyphen at the end stays, which `join` needs."""
    words = clean(line)
    return f"{words}\u00ad" if words and line.rstrip().endswith("\u00ad") else words


def _stands_out(text: str) -> bool:
    """Written as headings are: in capitals, or numbered like 1.2 or 3."""
    numbered = NUMBERED.match(text)
    if numbered is not None and not numbered[2] and text[numbered.end()].isupper():
        return True
    return text.isupper() and sum(map(str.isalpha, text)) > 3


def _mark_headings(pieces: list[_Piece]) -> None:
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.first.size] += len(piece.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    said = [piece for piece in pieces if piece.first.level]
    if len(said) >= _TAGGED_HEADINGS:
        largest = max(piece.first.size for piece in said)
        before = pieces[: pieces.index(said[0])]
        # Word's style for titles is tagged as a paragraph.
        title = next(
            (each for each in before if each.first.size > largest and len(each.text) <= HEADING_MAX_CHARS), None
        )
        if title is not None:
            _head(title, 1)
        for piece in said:
            _head(piece, piece.first.level + (title is not None))
        return
    often = Counter(piece.text for piece in pieces)
    facts = [piece.first.size <= body * LARGER_TYPE and _is_fact(piece.text, often[piece.text]) for piece in pieces]
    looks = [
        often[piece.text] < _REPEATED and not facts[index] and _looks_like_heading(pieces, index, body)
        for index, piece in enumerate(pieces)
    ]
    for candidate, group in groupby(range(len(pieces)), key=looks.__getitem__):
        run = list(group)
        if candidate:
            _mark_run(pieces, run, body, before_fact=run[-1] + 1 < len(pieces) and facts[run[-1] + 1])
    headings = [piece for piece in pieces if piece.level]
    larger = Counter(piece.first.size for piece in headings if piece.first.size > body * LARGER_TYPE)
    ranks = {size: rank for rank, size in enumerate(sorted(larger, reverse=True), start=1)}
    titled = bool(ranks) and larger[max(larger)] == 1
    for piece in headings:
        numbered = NUMBERED.match(piece.text)
        if numbered:
            piece.level = 2 + numbered[1].count(".")
        elif ranks:
            piece.level = ranks.get(piece.first.size, len(ranks) + 1) + (not titled)
        else:
            piece.level = 1 if piece is pieces[0] else 2


def _is_fact(text: str, times: int) -> bool:
    """Whether a label and its value say something, and head nothing: "Kustannus: 12 milj. euroa". times: that it
    stands somewhere."""
    labelled = LABELLED.fullmatch(text)
    return labelled is not None and (times > 1 or any(map(str.isdigit, labelled["value"])))


def _mark_run(pieces: list[_Piece], run: list[int], body: float, before_fact: bool) -> None:
    """Of several candidates in a row the first and the last are headings, the others more likely a chart's labels.

    Those in larger type, in capitals or with a number are headings anyway. Nothing heads the document's end, nor what
    another one heads already: a fact below a line of its own.
    """
    at_end = run[-1] == len(pieces) - 1 or before_fact
    for index in run:
        piece = pieces[index]
        marked = _stands_out(piece.text) or piece.first.size > body * LARGER_TYPE
        if index == len(pieces) - 1:
            continue
        if marked or index == run[0] or (index == run[-1] and not at_end):
            _head(piece, 1)


def _head(piece: _Piece, level: int) -> None:
    piece.level = level
    if piece.number is not None:
        piece.text = f"{piece.number}. {piece.text}"
        piece.item = False


def _looks_like_heading(pieces: list[_Piece], index: int, body: float) -> bool:
    piece, text = pieces[index], pieces[index].text
    before = pieces[index - 1] if index else None
    after = pieces[index + 1] if index + 1 < len(pieces) else None
    larger = piece.first.size > body * LARGER_TYPE
    if piece.rows or piece.lines > 2 + larger or not 0 < len(text) <= HEADING_MAX_CHARS:
        return False
    if without_note_mark(text).rstrip(_NOTE_MARKS)[-1:] in NO_HEADING_ENDS:
        return False
    if text[0] in "([|" or not any(map(str.isalpha, text)) or _LINK.search(text) or _LABEL.match(text):
        return False
    if next(filter(str.isalpha, text)).islower() or piece.first.size < body * 0.95:
        return False
    apart = piece.gap and (after is None or after.gap or after.item)
    if piece.item:  # "1. Johdanto" heads a section where no other item lies beside it
        neighbours = [other for other in (before, after) if other is not None]
        return piece.number is not None and apart and not any(other.item for other in neighbours)
    return apart or larger or (piece.gap and _stands_out(text))
