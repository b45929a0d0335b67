"""Tables that no lines part: rows of cells that only stand below each other, and where such rows end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from statistics import median

from rag.sources.format_lines import LARGER_TYPE
from rag.sources.list_marks import is_mark
from rag.sources.pdf_page import Run
from rag.sources.pdf_tables import CELL_MAX_CHARS, SAME_PLACE, PlacedTable, are_named, lines_of
from rag.sources.table_heads import headed

PARAGRAPH_GAP = 1.6  # times the type's size, from line to line: an empty line lies between
_WRAPPED = 1.15  # times the least distance of lines: within a cell, where rows stand further apart
_APART = 1.25  # times the least distance of lines: rows do stand further apart
_MIDDLE = 0.15  # of the type's size, that the lines of a cell lie unevenly around the cells beside it
# Chosen by judgement, on tables of nothing but words with a paragraph, a heading or a list between them.
_SET_OFF = 1.15  # times the largest distance of a table's rows: what stands alone that far below them is none of them
_SENTENCE_WORDS, _SENTENCE_TEXT = 3, re.compile(r"[.!?][\"'”’»)]*$")  # fewer words with a full stop are a cell's

_LEADERS = re.compile(r"(?<=\S)\s?(?:\.{4,200}|(?:\s\.){4,200}|…{2,99})$")  # that lead from a cell to the next one

PageLine = list[Run | PlacedTable]


def foot_of(each: Run | PlacedTable) -> float:
    return each.foot if isinstance(each, Run) else each.top


def size_of(each: Run | PlacedTable) -> float:
    return each.size if isinstance(each, Run) else 1.0


def gap_above(lines: Sequence[PageLine], number: int) -> float:
    """From the line before to this one, in sizes of its type."""
    return (foot_of(lines[number][0]) - foot_of(lines[number - 1][0])) / size_of(lines[number][0])


def aligned(
    band: Sequence[PageLine], edges: Sequence[float], page: int, words: Collection[str], begun: bool
) -> PlacedTable | None:
    """The band as a table that no lines part, if its lines are rows. edges: where its columns begin; begun: whether
    anything stands above it on its page."""
    rows = _rows(band, edges)
    filled = [sum(bool(runs) for runs in row.values()) for row in rows]
    # Two short lines beside two others are an address and a date, unless the first ones name columns.
    fewest = 3 if len(edges) == 2 and not (begun and _is_named(rows)) else 2
    if sum(count > 1 for count in filled) < fewest or sum(filled) < 1.5 * len(rows):
        return None
    said = [[_LEADERS.sub("", lines_of(row[column], words)) for column in range(len(edges))] for row in rows]
    if any(len(cell) > CELL_MAX_CHARS for row in said for cell in row):
        return None
    if all(said[number][0] for number in (0, 1)) and _carried(said):
        for above, row in pairwise(said):
            row[0] = row[0] or above[0]
    runs = [run for row in rows for found in row.values() for run in found]
    bold = [all(run.bold for found in row.values() for run in found) for row in rows]
    heads = [all(run.tag.kind == "TH" for found in row.values() for run in found) for row in rows]
    told = heads if any(heads) else bold
    found = headed(said, told)
    return PlacedTable(
        page,
        edges[0],
        max(run.right for run in runs),
        min(run.top for run in runs),
        max(run.foot for run in runs),
        tuple(edges),
        found,
        frozenset(runs),
        are_named(found, told),
    )


def _is_named(rows: Sequence[Mapping[int, Sequence[Run]]]) -> bool:
    """Whether the first row alone is in bold."""
    first, *others = [[run.bold for runs in row.values() for run in runs] for row in rows]
    return bool(others) and all(first) and not any(map(any, others))


def _carried(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a label stands for the rows below it too, which have all but a label of their own."""
    bare = [row for row in rows if not row[0]]
    return bool(bare) and len(rows[0]) > 2 and all(all(row[1:]) for row in bare)


def with_centred(band: Sequence[PageLine], edges: Sequence[float]) -> list[PageLine]:
    """The band's lines; those of a cell that lie above and below the other cells of its row stand on their line."""
    lines: list[PageLine] = []
    number = 0
    while number < len(band):
        if number + 2 < len(band) and _is_around(band[number], band[number + 1], band[number + 2], edges):
            lines.append([*band[number + 1], *band[number], *band[number + 2]])
            number += 3
        else:
            lines.append(list(band[number]))
            number += 1
    return lines


def _is_around(above: PageLine, line: PageLine, below: PageLine, edges: Sequence[float]) -> bool:
    outer, inner = _filled(above, edges), _filled(line, edges)
    uneven = abs(foot_of(above[0]) + foot_of(below[0]) - 2 * foot_of(line[0]))
    return outer == _filled(below, edges) and not outer & inner and uneven <= _MIDDLE * size_of(line[0])


def _filled(line: PageLine, edges: Sequence[float]) -> set[int]:
    """The numbers of the columns that it has words in."""
    return {sum(each.left >= edge - 1.0 for edge in edges) - 1 for each in line}


def _rows(band: Sequence[PageLine], edges: Sequence[float]) -> list[defaultdict[int, list[Run]]]:
    """The band's lines as rows: column → runs. A line that goes on within the cells above is part of their row."""
    lines: list[defaultdict[int, list[Run]]] = []
    for line in band:
        lines.append(defaultdict(list))
        for each in line:
            if isinstance(each, Run):
                lines[-1][sum(each.left >= edge - 1.0 for edge in edges) - 1].append(each)
    gaps = [gap_above(band, number) for number in range(1, len(band))]
    least = min(gaps, default=0.0)
    tight = [False, *(gap <= _WRAPPED * least for gap in gaps)]
    whole = [len(cells) == len(edges) for cells in lines]
    # Rows that stand closely in groups are no lines of one cell.
    grouped = sum(a and b for a, b in zip(tight, whole, strict=True)) * 3 > sum(tight)
    apart = max(gaps, default=0.0) > _APART * least
    rows: list[defaultdict[int, list[Run]]] = []
    for number, cells in enumerate(lines):
        goes_on = bool(rows) and tight[number] and not (whole[number] and (grouped or not apart))
        if goes_on and (grouped or not apart):
            only = [run for found in cells.values() for run in found]
            goes_on = (0 not in cells and len(cells) < len(edges) - 1) or (
                len(only) == 1 and only[0].text.lstrip()[:1].islower()
            )
        if goes_on:
            for column, found in cells.items():
                rows[-1][column] += found
        else:
            rows.append(cells)
    return rows


# Where rows end


def end_of_rows(band: Sequence[PageLine], gutter: float) -> int:
    """Which line of a band begins what is no row of the table that the band begins with; the band's length if none
    does. gutter: where the second column begins.

    It stands alone in the first column: a heading, a sentence, a list set off from the rows, or what names, or only
    stands above, the columns of another table.
    """
    whole = [number for number, line in enumerate(band) if len(line) > 1]
    if not whole or not all(isinstance(each, Run) for line in band for each in line):
        return len(band)
    for number in range(whole[0] + 1, len(band)):
        if _is_lone(band[number], gutter) and _ends(band, number, whole, gutter):
            return number
    return len(band)


def _is_lone(line: PageLine, gutter: float) -> bool:
    return len(line) == 1 and line[0].left < gutter - 1.0


def _ends(band: Sequence[PageLine], number: int, whole: Sequence[int], gutter: float) -> bool:
    """Whether the rows above this line, which stands alone, end before it. whole: the lines that have several cells."""
    rows = [each for each in whole if each < number]
    distance = max((gap_above(band, each) for each in rows[1:]), default=PARAGRAPH_GAP)
    cells = runs_of([band[each][0] for each in range(rows[0], number) if band[each][0].left < gutter - 1.0])
    following = next((each for each in range(number, len(band)) if not _is_lone(band[each], gutter)), len(band))
    alone = runs_of([line[0] for line in band[number:following]])
    said = " ".join(run.text.strip() for run in alone)
    is_sentence = _is_sentence(said) and sum(_is_sentence(cell.text) for cell in cells) * 2 <= len(cells)
    if gap_above(band, number) <= _SET_OFF * distance:
        wider = alone[0].right > max((cell.right for cell in cells), default=gutter) + alone[0].size
        tight = gap_above(band, number) * _WRAPPED < distance
        return is_sentence and wider and not tight
    usual = median(size_of(each) for line in band for each in line)
    if is_sentence or alone[0].size > LARGER_TYPE * usual or any(is_mark(run.text.split()[0]) for run in alone):
        return True
    return following < len(band) and _begins_another(band, rows, following)


def runs_of(line: Sequence[Run | PlacedTable]) -> list[Run]:
    return [each for each in line if isinstance(each, Run)]


def _is_sentence(said: str) -> bool:
    said = said.strip()
    return len(said.split()) >= _SENTENCE_WORDS and said[0].isupper() and _SENTENCE_TEXT.search(said) is not None


def _begins_another(band: Sequence[PageLine], rows: Sequence[int], following: int) -> bool:
    """Whether a line of cells names columns anew, or its cells stand below none of those of the rows above."""
    cells, above = runs_of(band[following]), [runs_of(band[number]) for number in rows]
    figures = any(char.isdigit() for cell in cells for char in cell.text)
    named = all(cell.bold for cell in cells) and not figures and not all(run.bold for row in above for run in row)
    return named or any(not any(_is_below(cell, run) for row in above for run in row) for cell in cells)


def _is_below(cell: Run, above: Run) -> bool:
    places = (cell.left - above.left, cell.right - above.right, cell.middle - above.middle)
    return any(abs(place) <= SAME_PLACE for place in places)
