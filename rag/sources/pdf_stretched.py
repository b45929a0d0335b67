"""Lines of justified text whose spaces are stretched as wide as gutters: each is one line again.

A column that is set even on both sides has lines that begin and end at the same places. What stands between these
places in another line, in words that stand equally far apart, is a line of the column too. The cells of a table stand
equally far apart in all of its rows: there the same places stay free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import NamedTuple

from rag.sources.pdf_page import WIDE_GAP, Run

# Chosen by judgement, on pages of two and three columns in 9 to 11 points.
_SAME_EDGE = 2.0  # points that the ends of even lines differ by
_EVEN_LINES = 3  # that show a column
_EVEN_CHARS = 18  # of such a line, at least: shorter are labels
_INDENT = 4.0  # times the type's size, of a paragraph's first line
_WIDEST = 6.0  # times the type's size, between two words of a stretched line
_EQUAL = 0.35  # of the type's size, that the spaces of one line differ by
_AT_LIMIT = 1.3  # times what parts two runs: some of a line's equal spaces may lie below it
_SAME_LINE = 0.2  # of the type's size, that the feet of a line's words differ by
_MAX_WORDS = 40  # of one line
_MAX_EDGES = 8  # of columns, on each side, that are tried on one page
_MAX_RUNS = 5000  # on one page; more are no text in columns


class _Column(NamedTuple):
    left: float
    right: float

    def is_filled_by(self, run: Run) -> bool:
        return abs(run.left - self.left) <= _SAME_EDGE and abs(run.right - self.right) <= _SAME_EDGE

    def holds(self, other: _Column) -> bool:
        return self.left - _SAME_EDGE <= other.left and other.right <= self.right + _SAME_EDGE

    def inside(self, line: Sequence[Run]) -> list[Run]:
        return [run for run in line if run.left >= self.left - _SAME_EDGE and run.right <= self.right + _SAME_EDGE]


def whole_lines(runs: Sequence[Run]) -> list[Run]:
    """The level runs of a page, line by line, those of one stretched line as one."""
    if len(runs) > _MAX_RUNS:
        return list(runs)
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda each: (each.foot, each.left)):
        last = lines[-1] if lines else None
        if last and run.foot - last[0].foot <= _SAME_LINE * min(run.size, last[0].size):
            last.append(run)
        else:
            lines.append([run])
    for line in lines:
        line.sort(key=lambda each: each.left)
    columns = _columns(lines)
    return [run for line in lines for run in _joined(line, columns)]


def _columns(lines: Sequence[Sequence[Run]]) -> list[_Column]:
    """Those that are set even on both sides, the narrowest first."""
    if all(len(line) < 2 for line in lines):
        return []
    lefts = _frequent(run.left for line in lines for run in line)
    rights = _frequent(run.right for line in lines for run in line)
    pairs = [_Column(left, right) for left, right in product(lefts, rights) if left < right]
    columns: list[_Column] = []
    filled: list[set[int]] = []  # of each column
    for column in sorted(pairs, key=lambda each: each.left - each.right):
        own = _filled(column, lines)
        # Words that happen to stand below each other are none: a wider column has their lines.
        wider = (found for each, found in zip(columns, filled, strict=True) if each.holds(column))
        if len(own.difference(*wider)) >= _EVEN_LINES:
            columns.append(column)
            filled.append(own)
    return columns[::-1]


def _frequent(places: Iterable[float]) -> list[float]:
    """Where most runs begin, or end."""
    counts = Counter(round(place / _SAME_EDGE) for place in places)
    found: list[int] = []
    for place, _ in counts.most_common():
        near = sum(counts[place + step] for step in (-1, 0, 1))
        if near >= _EVEN_LINES and all(abs(place - each) > 1 for each in found):
            found.append(place)
        if len(found) == _MAX_EDGES:
            break
    return [place * _SAME_EDGE for place in found]


def _filled(column: _Column, lines: Sequence[Sequence[Run]]) -> set[int]:
    """The numbers of the lines that fill the column; none where these leave a place free in all of them."""
    filled: set[int] = set()
    free: list[tuple[float, float]] | None = None
    for number, line in enumerate(lines):
        inside = column.inside(line)
        if sum(len(run.text) for run in inside) < _EVEN_CHARS:
            continue
        alone = len(inside) == 1 and column.is_filled_by(inside[0])
        if alone or (len(inside) > 2 and _is_stretched(inside, column)):
            filled.add(number)
            own = [(before.right, after.left) for before, after in pairwise(inside)]
            if free is None:
                free = own
            else:
                free = [(max(a, c), min(b, d)) for a, b in free for c, d in own if min(b, d) > max(a, c)]
    return set() if free else filled


def _joined(line: list[Run], columns: Sequence[_Column]) -> list[Run]:
    for number, column in enumerate(columns):
        inside = column.inside(line)
        narrower = columns[:number]
        if any(each.is_filled_by(run) for each in narrower for run in inside) or not _is_stretched(inside, column):
            continue
        at = line.index(inside[0])
        # A name and its figure are two cells; and what reaches beyond the column stands between none of its words.
        cells = len(inside) == 2 and any(map(str.isdigit, inside[1].text))
        if cells or line[at : at + len(inside)] != inside:
            continue
        line = [*line[:at], _one(inside), *line[at + len(inside) :]]
    return line


def _is_stretched(runs: Sequence[Run], column: _Column) -> bool:
    if not 2 <= len(runs) <= _MAX_WORDS:
        return False
    size = runs[0].size
    if runs[0].left > column.left + _INDENT * size or runs[-1].right < column.right - _SAME_EDGE:
        return False
    gaps = [after.left - before.right for before, after in pairwise(runs)]
    if max(gaps) > _WIDEST * size or max(gaps) - min(gaps) > _EQUAL * size:
        return False
    return min(gaps) <= _AT_LIMIT * WIDE_GAP * size or all(" " not in run.text.strip() for run in runs)


def _one(runs: Sequence[Run]) -> Run:
    return replace(
        runs[0],
        text=" ".join(run.text.strip() for run in runs),
        right=runs[-1].right,
        bold=all(run.bold for run in runs),
        unknown=sum(run.unknown for run in runs),
        top=min(run.top for run in runs),
    )
