"""Which of a table's first rows name its columns, where its file does not say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.sources.canonical import Row, clean, is_title_row

_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_NAME = re.compile(r"\d|[.!?]$")  # what a column's name has not, and what stands below it may have


def headed(rows: Sequence[Sequence[str]], bold: Sequence[bool] = (), spread: bool | None = None) -> tuple[Row, ...]:
    """The rows, the first of them as the names of the columns where they look so.

    bold: which of the rows have nothing but bold words, or are tagged as heads; spread: whether a cell of the first row
    covers several columns, and not all, which the second row then names; None where only the words tell.
    """
    names = heads_of(rows, bold, spread)
    return tuple(Row(cells, header=number < names) for number, cells in enumerate(rows))


def heads_of(rows: Sequence[Sequence[str]], bold: Sequence[bool] = (), spread: bool | None = None) -> int:
    """How many of the first rows name the columns, a title over all columns included; 0 where none looks so."""
    bold = [*bold, *[False] * (len(rows) - len(bold))]
    title = int(is_title_row(rows))
    below, bold = rows[title:], bold[title:]
    if len(below) < 2:
        return 0
    # Below the names a bold row of its first cell alone is the title of the rows below it.
    ends = (number for number, each in enumerate(bold) if not each or (number and _is_lone(below[number])))
    names = 0 if all(bold) else next(ends)
    if not names and names_columns(below, bold):
        names = 1
    if spread is None:
        spread = _parts_another(below)
    if spread and names < 2 and len(below) > 2:
        # Where type tells the first row alone, the second is the first that says something, unless its words show it.
        parted = _parts_another(below) if names else names_columns(below[1:], bold[1:], divided=True)
        names = 2 if parted else names
    return title + names if names else 0


def _is_lone(row: Sequence[str]) -> bool:
    return bool(row and clean(row[0])) and not any(map(clean, row[1:]))


def names_columns(rows: Sequence[Sequence[str]], bold: Sequence[bool], divided: bool = False) -> bool:
    """Whether the first row looks like the names of the columns. bold: of the rows; divided: it says what the columns
    of a row above are parted into, so that a name may come back.

    Two columns without a sign are names and what is said of them; more are a matrix or a list, whose first row names
    the columns unless it holds what a row below would: a number, a sentence, words that stand below it once more.
    """
    if len(bold) > 1 and bold[0] and not bold[1]:
        return True
    names = [clean(cell) for cell in rows[0]]
    plain = not any(_NO_NAME.search(name) for name in names[1:]) or _are_years(names[1:], rows[1:])
    own = divided or len(set(names)) == len(names)
    return len(names) > 2 and plain and own and not comes_back(names, rows[1:])


def _are_years(names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether columns are named by years, none of which is a value."""
    return all(map(_YEAR.fullmatch, names)) and not any(_YEAR.fullmatch(clean(cell)) for row in below for cell in row)


def comes_back(names: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether words of the first row are also a value of their column."""
    return any(
        name and any(column < len(row) and clean(row[column]) == name for row in below)
        for column, name in enumerate(names)
    )


def _parts_another(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a cell of the first row covers several columns that the second row names one by one."""
    first, second = ([clean(cell) for cell in row] for row in rows[:2])
    covered = [(column, column + 1) for column, (one, other) in enumerate(pairwise(first)) if one and one == other]
    if not covered or len(set(first)) == 1 or len(first) != len(second):
        return False
    apart = all(second[left] and second[right] and second[left] != second[right] for left, right in covered)
    within = {column for pair in covered for column in pair}
    beside = all(second[at] in ("", first[at]) for at in range(len(first)) if at not in within)
    return apart and beside and not any(_NO_NAME.search(second[at]) for at in within)
