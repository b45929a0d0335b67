"""A page of a PDF in the order in which people read it: columns one after the other, tables whole.

A page is cut into bands: lines that follow each other and leave the same gutters free. What lies beside a gutter is a
column of prose, or a cell of a table that no lines part, or (as a date beside an address) only further right. A short
text beside the prose, in a box or in the margin, is an aside: it is read where the section beside it ends.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.sources.format_lines import LARGER_TYPE
from rag.sources.list_marks import is_mark
from rag.sources.pdf_aligned import (
    PARAGRAPH_GAP,
    PageLine,
    aligned,
    end_of_rows,
    foot_of,
    gap_above,
    runs_of,
    size_of,
    with_centred,
)
from rag.sources.pdf_page import WIDE_GAP, Run
from rag.sources.pdf_stretched import whole_lines
from rag.sources.pdf_tables import PlacedTable

_SAME_LINE = 0.35  # of the type's size, that the feet of cells in one row differ by
_COLUMN_LINES = 3  # the fewest that a column of prose has
_COLUMN_CHARS = 18  # of its usual line, at least: shorter are labels
_LONG = 6  # lines below a column's end that are more of the other column, though a heading stands first
_FULL = 0.75  # of the column's width; half of a column's lines are full, of ragged cells fewer
_MARK_GAP = 4.0  # times the type's size, from a list's mark to its words
_DASH_GAP = 2.0  # likewise; alone in a cell, a dash says that there is nothing
# Points that all lines leave free at a gutter; each of them for itself leaves more, or ends before it. Chosen by
# judgement: a full cell ends nearer to the next one than a line above the table does that only happens to be short.
_NARROWEST, _NARROWEST_ABOVE = 4.0, 6.0
_ON_A_LINE = 1.0  # points: cells of one row stand on one line, those of an aside only by chance. Chosen by judgement
_BOX_GAP = 4.0  # times the type's size: two boxes lie further apart than the paragraphs of one. Chosen by judgement


@dataclass(frozen=True, slots=True)
class Placed:
    """Something to be read. column: how many columns the page has begun before; left: where that column begins; room:
    points that a line in a column leaves free at its end."""

    what: Run | PlacedTable
    column: int = 0
    left: float = 0.0
    room: float | None = None


def in_order(
    runs: Sequence[Run], tables: Sequence[PlacedTable], page: int, words: Collection[str] = ()
) -> list[Placed]:
    """All level runs that stand in none of these tables, and the tables. words: as rag.sources.format_lines.join needs
    them."""
    outside = [run for run in runs if not any(table.holds(run) for table in tables)]
    level = whole_lines([run for run in outside if not run.turned])
    items: PageLine = [*_with_marks(level), *tables]
    asides = _asides(items)
    aside = {run for each in asides for run in each}
    order = _Order(page, words)
    placed = order.read(_lines([each for each in items if not (isinstance(each, Run) and each in aside)]))
    ends = [_end_of_section(placed, max(run.foot for run in each)) for each in asides]
    # From the last, so that the places before it stay.
    for at, number in sorted(zip(ends, range(len(asides)), strict=True), reverse=True):
        placed[at:at] = order.read_aside(asides[number])
    return placed


class _Order:
    """Reads a page's lines; counts its columns."""

    def __init__(self, page: int, words: Collection[str]) -> None:
        self._page, self._words = page, words
        self._column = 0

    def read(self, lines: Sequence[PageLine]) -> list[Placed]:
        placed: list[Placed] = []
        for band, gutters in _bands(lines, rows_end=True):
            columns = _columns(band, gutters)
            if len(columns) < 2:
                placed += [Placed(each, self._column) for line in band for each in _joined_line(line)]
            elif _is_prose(band, columns):
                placed += self._read_columns(columns)
            else:
                placed += self._read_rows(band, columns, begun=bool(placed))
        return placed

    def read_aside(self, runs: Sequence[Run]) -> list[Placed]:
        """A short text beside the others."""
        return self._read_columns([list(runs)])

    def _read_columns(self, columns: Sequence[PageLine]) -> list[Placed]:
        placed: list[Placed] = []
        for column in columns:
            self._column += 1
            left = min(each.left for each in column)
            right = max((each.right for each in column if isinstance(each, Run)), default=left)
            for each in self.read(_lines(column)):
                inner = each.room is not None or each.left
                room = None if isinstance(each.what, PlacedTable) else right - each.what.right
                placed.append(each if inner else Placed(each.what, each.column, left, room))
        self._column += 1  # what follows stands in none of them
        return placed

    def _read_rows(self, band: Sequence[PageLine], columns: Sequence[PageLine], begun: bool) -> list[Placed]:
        """The band as a table with what stands above and below it, or line by line if it is none. begun: whether
        anything stands above the band."""
        edges = [min(each.left for each in column) for column in columns]
        lines = with_centred(band, edges)
        first = next((number for number, line in enumerate(lines) if len(line) > 1), len(lines))
        end = len(lines)
        while end > first and len(lines[end - 1]) == 1 and gap_above(lines, end - 1) > PARAGRAPH_GAP:
            end -= 1
        begun = begun or first > 0
        table = aligned(lines[first:end], edges, self._page, self._words, begun) if first < end else None
        if table is None:
            return [Placed(each, self._column) for line in band for each in _joined_line(line)]
        above = [Placed(each, self._column) for line in lines[:first] for each in _joined_line(line)]
        return [*above, Placed(table, self._column), *self.read(lines[end:])]


# Asides


def _asides(items: Sequence[Run | PlacedTable]) -> list[list[Run]]:
    """The short texts that stand beside prose, each as its lines from above."""
    found: list[list[Run]] = []
    for band, gutters in _bands(_lines(items)):
        columns = _columns(band, gutters)
        is_prose = [_is_column(column) for column in columns]
        prose = [runs_of(column) for column, each in zip(columns, is_prose, strict=True) if each]
        others = [column for column, each in zip(columns, is_prose, strict=True) if not each]
        if prose and others and all(_is_aside(each, prose) for each in others):
            found += [box for each in others for box in _parted(runs_of(each), _BOX_GAP)]
    return found


def _is_aside(column: PageLine, prose: Sequence[Sequence[Run]]) -> bool:
    """Whether the lines of a column follow each other as those of a text do, and stand beside no line of the prose as
    the cells of a row do, but for some by chance, nor its paragraphs each beside one of the prose."""
    runs = runs_of(column)
    if len(runs) < _COLUMN_LINES or len(runs) < len(column):
        return False
    paragraphs = _parted(runs, PARAGRAPH_GAP)
    if len(runs) - len(paragraphs) < len(paragraphs):
        return False  # most stand alone
    return all(_stand_apart(runs, other) and not _pair_up(paragraphs, _parted(other, PARAGRAPH_GAP)) for other in prose)


def _stand_apart(runs: Sequence[Run], others: Sequence[Run]) -> bool:
    """Whether at most half of them stand on a line with one of the others."""
    feet = sorted(run.foot for run in others)
    beside = sum(bisect_right(feet, run.foot + _ON_A_LINE) > bisect_left(feet, run.foot - _ON_A_LINE) for run in runs)
    return beside * 2 <= len(runs)


def _parted(runs: Sequence[Run], gap: float) -> list[list[Run]]:
    """Where the next line is further below than so many sizes of its type."""
    parts: list[list[Run]] = []
    for run in runs:
        if parts and run.foot - parts[-1][-1].foot <= gap * run.size:
            parts[-1].append(run)
        else:
            parts.append([run])
    return parts


def _pair_up(some: Sequence[Sequence[Run]], others: Sequence[Sequence[Run]]) -> bool:
    """Whether each of several paragraphs stands beside one of the others, and none of those between them is left out:
    then they are the cells of rows."""
    beside = [
        [number for number, each in enumerate(others) if each[0].top <= own[-1].foot and own[0].top <= each[-1].foot]
        for own in some
    ]
    only = [numbers[0] for numbers in beside if len(numbers) == 1]
    return len(some) > 1 and len(only) == len(some) and only == list(range(only[0], only[0] + len(only)))


def _end_of_section(placed: Sequence[Placed], foot: float) -> int:
    """Before which of what is placed the first heading stands below this foot, in a page of one column; their number
    where there is none."""
    runs = [each.what for each in placed if isinstance(each.what, Run)]
    if not runs or len({each.column for each in placed}) > 1:
        return len(placed)
    usual = median(run.size for run in runs)
    for number, each in enumerate(placed):
        if isinstance(each.what, Run) and each.what.foot > foot and each.what.size > LARGER_TYPE * usual:
            return number
    return len(placed)


def _lines(items: Sequence[Run | PlacedTable]) -> list[PageLine]:
    """From above, each from left to right."""
    lines: list[PageLine] = []
    for each in sorted(items, key=foot_of):
        last = lines[-1] if lines else None
        if last and foot_of(each) - foot_of(last[0]) <= _SAME_LINE * min(size_of(each), size_of(last[0])):
            last.append(each)
        else:
            lines.append([each])
    for line in lines:
        line.sort(key=lambda each: each.left)
    return lines


def _with_marks(runs: Sequence[Run]) -> list[Run]:
    """A list's mark with the words that it stands before, however far they are indented."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        near = last is not None and abs(last.foot - run.foot) <= _SAME_LINE * run.size
        if last is not None and near and is_mark(last.text) and 0 <= run.left - last.right <= _room(last) * run.size:
            joined[-1] = _beside(last, run)
        else:
            joined.append(run)
    return joined


def _room(mark: Run) -> float:
    return _DASH_GAP if mark.text.strip() in ("-", "–") else _MARK_GAP


def _beside(left: Run, right: Run) -> Run:
    return Run(
        f"{left.text.rstrip()} {right.text}",
        left.left,
        right.right,
        right.foot,
        right.size,
        left.bold and right.bold,
        left.unknown + right.unknown,
        top=min(left.top, right.top),
        tag=right.tag,
    )


def _joined_line(line: PageLine) -> list[Run | PlacedTable]:
    """What stands in one line of no table is read as one line."""
    joined: list[Run | PlacedTable] = []
    for each in line:
        last = joined[-1] if joined else None
        if isinstance(each, Run) and isinstance(last, Run) and last.size == each.size and last.bold == each.bold:
            joined[-1] = _beside(last, each)
        else:
            joined.append(each)
    return joined


# Bands

_Free = list[tuple[float, float]]
_INFINITE = float("inf")
_EVERYWHERE: _Free = [(-_INFINITE, _INFINITE)]


def _bands(lines: Sequence[PageLine], rows_end: bool = False) -> list[tuple[list[PageLine], _Free]]:
    """The lines in runs that share gutters, and these gutters; none where a line has no other beside it. rows_end:
    what is not prose ends where its rows do."""
    bands: list[tuple[list[PageLine], _Free]] = []
    start = 0
    while start < len(lines):
        end, gutters, left, right = start, _EVERYWHERE, _INFINITE, -_INFINITE
        while end < len(lines):
            line = lines[end]
            own, own_left, own_right = _free(line), line[0].left, max(each.right for each in line)
            begun = bool(_inner(gutters, left, right))
            common = _common(gutters, own, _NARROWEST if begun else _NARROWEST_ABOVE) if end > start else own
            wider = min(left, own_left), max(right, own_right)
            counts = (
                len(_inner(gutters, left, right)),
                len(_inner(common, *wider)),
                len(_inner(own, own_left, own_right)),
            )
            if end > start and not _goes_on(*counts, end - start):
                break
            gutters, (left, right), end = common, wider, end + 1
        band, inner = list(lines[start:end]), _inner(gutters, left, right)
        if inner:
            band = band[: _end_of_columns(band, inner)]
        if inner and rows_end and not _is_prose(band, _columns(band, inner)):
            end = end_of_rows(band, inner[0][1])
            if end < len(band):
                band, inner = _bands(band[:end])[0]
        bands.append((band, inner))
        start += len(band)
    return bands


def _goes_on(before: int, together: int, own: int, lines: int) -> bool:
    """Whether a line belongs to the band above it, by how many gutters the band has without it, with it, and how many
    the line has by itself; lines: of the band. A gutter is lost only at the band's beginning, to a stretched line."""
    if not before:
        return together > 0 and together >= own
    return together >= before or (together > 0 and lines == 1)


def _free(line: PageLine) -> _Free:
    """What the line leaves free, wide enough for a gutter, from the page's left to its right and beyond."""
    width = WIDE_GAP * min(size_of(each) for each in line)
    free, right = [], -_INFINITE
    for each in line:
        if each.left - right >= width:
            free.append((right, each.left))
        right = max(right, each.right)
    return [*free, (right, _INFINITE)]


def _common(some: _Free, others: _Free, narrowest: float) -> _Free:
    both = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return [(left, right) for left, right in both if right - left >= narrowest]


def _inner(free: _Free, left: float, right: float) -> _Free:
    """The gutters that have something between left and right on both sides."""
    return [gutter for gutter in free if gutter[0] > left and gutter[1] < right]


def _end_of_columns(band: Sequence[PageLine], gutters: _Free) -> int:
    """Where a heading for what comes below the columns begins, which only happens to be short; the band's length if
    none does. It stands alone, apart from all above; so do paragraphs below the shorter column's end, in usual type.
    Lines that fill the longer column go on in it: of what is as wide as the page they would reach beyond it."""
    beside = [number for number, line in enumerate(band) if line[-1].left >= gutters[-1][1] - 1.0]
    usual = median(size_of(each) for line in band for each in line)
    fills = _fills(band)
    for number in range(beside[0] + 1, len(band)):
        alone = len(band[number]) == 1 and band[number][0].left < gutters[0][1]
        if not alone or gap_above(band, number) <= PARAGRAPH_GAP:
            continue
        larger = size_of(band[number][0]) > LARGER_TYPE * usual
        if number > beside[-1]:
            short = len(band) - number < _LONG and larger and number - 1 == beside[-1]  # a heading right below both
            ends = short or not fills[number]
        else:  # two columns again below it; a heading within one of them stands apart from the other by chance alone
            ends = larger and len(band[number + 1]) > 1 and gap_above(band, number + 1) > PARAGRAPH_GAP
        if ends:
            return number
    return len(band)


def _fills(band: Sequence[PageLine]) -> list[bool]:
    """Of each line whether most from there on are as full as those of the band's first column are."""
    left = min(line[0].left for line in band)
    width = max(line[0].right for line in band if line[0].left < left + _NARROWEST) - left
    found: list[bool] = []
    full = 0
    for count, line in enumerate(reversed(band), start=1):
        full += line[0].right - line[0].left >= _FULL * width
        found.append(full * 2 >= max(_COLUMN_LINES, count))
    return found[::-1]


def _columns(band: Sequence[PageLine], gutters: _Free) -> list[PageLine]:
    columns: list[PageLine] = [[] for _ in range(len(gutters) + 1)]
    for line in band:
        for each in line:
            columns[sum(each.left >= right - 1.0 for _, right in gutters)].append(each)
    return [column for column in columns if column]


# What a band with columns is


def _is_prose(band: Sequence[PageLine], columns: Sequence[PageLine]) -> bool:
    """Whether each column is read by itself: it is a list, or its lines are long and full; unless paragraphs begin
    beside each other throughout, as the rows of a table do."""
    if any(isinstance(each, PlacedTable) for column in columns for each in column):
        return True
    return all(map(_is_column, columns)) and not _begin_together(band, columns)


def _is_column(column: PageLine) -> bool:
    runs = runs_of(column)
    if len(runs) < _COLUMN_LINES:
        return False
    if sum(is_mark(run.text.split()[0]) for run in runs) * 3 >= len(runs):
        return True
    width = max(run.right for run in runs) - min(run.left for run in runs)
    full = sum(run.right - run.left >= _FULL * width for run in runs)
    return full * 2 >= len(runs) and median(len(run.text) for run in runs) >= _COLUMN_CHARS


def _begin_together(band: Sequence[PageLine], columns: Sequence[PageLine]) -> bool:
    gaps = [number for number in range(1, len(band)) if gap_above(band, number) > PARAGRAPH_GAP]
    whole = sum(len(band[number]) == len(columns) and _on_one_line(band[number]) for number in gaps)
    inside = [
        sum(
            below.foot - above.foot > PARAGRAPH_GAP * below.size
            for above, below in pairwise(column)
            if isinstance(above, Run) and isinstance(below, Run)
        )
        for column in columns
    ]
    # In columns of prose some paragraphs begin beside each other by chance.
    throughout = len(gaps) * 2 > max(inside)
    return len(gaps) >= 2 and whole == len(gaps) and throughout and sum(inside) >= len(columns) * len(gaps)


def _on_one_line(line: PageLine) -> bool:
    feet = [foot_of(each) for each in line]
    return max(feet) - min(feet) <= _ON_A_LINE
